"""What runs in a toolkit's own environment, as `python -m`; only the standard library, NumPy and the toolkit there."""
