"""Peaks beyond a sensor's range."""

from __future__ import annotations

import numpy as np
import pytest

from teststation.signals.clipping import peaks_restored
from teststation.signals.prepare import RATE_HZ

MOST = 0.7


@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize("lasts_s", [0.3, 1.0, 1.6])
def test_a_clipped_turn_gets_its_peak_and_its_angle_back(side: float, lasts_s: float) -> None:
    swing = side * np.sin(np.linspace(0.0, np.pi, round(lasts_s * RATE_HZ)))
    true = np.concatenate([np.zeros(20), swing, np.zeros(20)])[:, None]
    seen = np.clip(true, -MOST, MOST)
    restored = peaks_restored(seen, np.abs(seen) >= MOST)
    assert np.abs(restored).max() == pytest.approx(1.0, abs=0.05)
    assert restored.sum() == pytest.approx(true.sum(), rel=0.03)
    assert abs(seen.sum()) < 0.92 * abs(true.sum())


def test_what_is_not_clipped_or_too_long_or_at_the_edge_stays() -> None:
    values = np.column_stack([np.linspace(0.0, 1.0, 300), np.full(300, MOST)])
    marks = np.zeros((300, 2), dtype=bool)
    assert peaks_restored(values, marks) is values
    marks[:, 1] = True
    assert np.array_equal(peaks_restored(values, marks), values)
    marks[20:150, 0] = True
    assert np.array_equal(peaks_restored(values, marks), values)
