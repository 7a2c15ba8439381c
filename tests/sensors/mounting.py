"""Any way that a sensor may be mounted, for hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[np.float64]


def rotations() -> st.SearchStrategy[Array]:
    """Draw (3, 3) rotations, from the room to the sensor."""
    return st.integers(0, 2**32 - 1).map(rotation)


def rotation(seed: int) -> Array:
    """Make a rotation, all alike likely."""
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    turned: Array = q * np.linalg.det(q)
    return turned
