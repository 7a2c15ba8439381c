import numpy as np
import pytest
from scipy import signal

from teststation.signals.prepare import RATE_HZ, low_pass


@pytest.mark.parametrize("shape", [(1,), (2, 3), (30,), (900, 3)])
@pytest.mark.parametrize("cutoff_hz", [0.08, 3.0, 12.0])
def test_the_quick_filter_is_the_filter_of_scipy(shape: tuple[int, ...], cutoff_hz: float) -> None:
    values = 1.0 + np.random.default_rng(1).normal(size=shape)
    sections = signal.butter(2, cutoff_hz, fs=RATE_HZ, output="sos")
    pad = min(shape[0] - 1, round(3 * RATE_HZ / cutoff_hz))
    assert low_pass(values, cutoff_hz) == pytest.approx(
        signal.sosfiltfilt(sections, values, axis=0, padlen=pad), abs=1e-9
    )
