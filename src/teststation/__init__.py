"""Teststation: three physical tests, timed by a sensor or a key, flagged by the guideline with its source."""

__version__ = "0.1.0"
