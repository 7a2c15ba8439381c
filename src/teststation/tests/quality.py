"""How good the signal of a recording was, and where its gaps hurt: the same words for every clinical test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teststation.model import Placement, Quality, Reason, Recording
from teststation.signals.orientation import Motion
from teststation.signals.placement import placement_of
from teststation.signals.prepare import Samples
from teststation.tests.base import Options

_SLOW_HZ = 50.0
"""Below the rate of every recording that the analyses were compared with a reference on."""
_LONG_S = 3600.0


def quality(samples: Samples, notes: Sequence[Reason] = ()) -> Quality:
    """Judge the signal; what the test itself noted comes after it."""
    rate_hz = samples.source_rate_hz
    largest_gap_s = float(np.max(np.diff(samples.gaps), initial=1.0 / rate_hz))
    duration_s = float(samples.time_s[-1] - samples.time_s[0])
    found = []
    if len(samples.gaps):
        found.append(Reason("gaps", {"seconds": round(largest_gap_s, 2)}))
    if samples.clipped.any():
        found.append(Reason("clipped"))
    if rate_hz < _SLOW_HZ:
        found.append(Reason("slow_rate", {"rate": round(rate_hz, 1)}))
    if duration_s > _LONG_S:
        found.append(Reason("long_recording", {"hours": round(duration_s / 3600.0, 1)}))
    return Quality(
        sampling_rate_hz=rate_hz,
        lost_samples=samples.lost_samples,
        largest_gap_s=largest_gap_s,
        notes=(*found, *notes),
    )


def placed(recording: Recording, options: Options, motion: Motion) -> tuple[Placement, tuple[Reason, ...]]:
    """Choose where the sensor was worn: as asked, recorded, or seen in the signal, with a note where that is vague."""
    known = options.placement or recording.placement
    if known is not None:
        return known, ()
    seen, sure = placement_of(motion)
    return seen, () if sure else (Reason("placement_doubtful", {"placement": str(seen)}),)


def gap_touches(samples: Samples, time_s: float, margin_s: float = 0.1) -> bool:
    """Tell whether a moment lies in a gap, or so near to one that it was found by what stands in its place."""
    return bool(np.any((samples.gaps[:, 0] - margin_s < time_s) & (time_s < samples.gaps[:, 1] + margin_s)))


def gap_within(samples: Samples, start_s: float, end_s: float) -> bool:
    """Tell whether samples lack anywhere between two moments."""
    return bool(np.any((samples.gaps[:, 0] < end_s) & (start_s < samples.gaps[:, 1])))
