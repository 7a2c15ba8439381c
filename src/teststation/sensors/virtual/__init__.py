"""Sensors that are not there: a twin of each driver over Bumble's virtual controllers (the extra `simulate`).

The bytes, the attribute protocol and the host's controller interface are real; only the air is not. What no twin can
show is how a maker's own firmware differs from its specification.
"""

try:
    import bumble  # noqa: F401 - only whether it is there
except ModuleNotFoundError as error:
    if error.name != "bumble":
        raise
    raise ModuleNotFoundError(
        "Virtual sensors need Bumble: install teststation with its extra, as in pip install 'teststation[simulate]'.",
        name="bumble",
    ) from None
