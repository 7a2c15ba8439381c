"""How good the signal of a recording was, and where its gaps hurt: the same words for every clinical test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teststation.model import Placement, Quality, Reason, Recording
from teststation.signals.orientation import Motion
from teststation.signals.placement import is_unlike, placement_of
from teststation.signals.prepare import RATE_HZ, Mask, Sampling
from teststation.signals.wearing import furthest_tilt, slid
from teststation.tests.base import Options

_SLOW_HZ = 50.0
"""Below the rate of every recording that the analyses were compared with a reference on."""
_LONG_S = 3600.0

_LONGEST_TEST_S = 150.0
"""What is longer holds more than one test, in which people also lie, bend and take their sensor off."""
_SLID_RAD = np.radians(30.0)
"""No shared recording of a test comes as far: 29° in a trouser pocket, 24° at the chest and 19° at the waist of people
who rise and sit, 11° at the back in walking."""
_TRUNK_TILT_RAD, _THIGH_TILT_RAD = np.radians(100.0), np.radians(130.0)
"""A trunk bends by less in any of the tests (at most 65° in the shared ones), a thigh is level on a seat (110°)."""

_WAITED_S = 3.0
"""Who is back at the chair sits down within this; a recording that ends before says nothing."""


def quality(samples: Sampling, notes: Sequence[Reason] = ()) -> Quality:
    """Judge the signal; what the test itself noted comes after it."""
    rate_hz = samples.source_rate_hz
    largest_gap_s = float(np.max(np.diff(samples.gaps), initial=1.0 / rate_hz))
    duration_s = float(samples.time_s[-1] - samples.time_s[0])
    found = []
    if len(samples.gaps):
        found.append(Reason("gaps", {"seconds": round(largest_gap_s, 2)}))
    for what, channels in (("heights_less_sure", samples.clipped[:, :3]), ("angles_less_sure", samples.clipped[:, 3:])):
        if channels.any():
            found.append(Reason("clipped", {"what": what, "seconds": _seconds(channels.any(axis=1))}))
    if not np.any(samples.still & samples.covered):
        found.append(Reason("no_still_phase"))
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
    """Choose where the sensor was worn: as asked, recorded, or seen in the signal; note what speaks against it.

    Not everything can be seen: a sensor that only rattles shakes no more than a heel that strikes hard, and arms and
    hands are where no sensor is.
    """
    known = options.placement or recording.placement
    if known is not None:
        return known, (*_other_place(motion, known), *_unsteady(motion, known))
    seen, sure = placement_of(motion)
    doubt = () if sure else (Reason("placement_doubtful", {"placement": str(seen)}),)
    return seen, (*doubt, *_unsteady(motion, seen))


def _other_place(motion: Motion, stated: Placement) -> tuple[Reason, ...]:
    return (Reason("placement_unlikely", {"placement": str(stated)}),) if is_unlike(motion, stated) else ()


def _unsteady(motion: Motion, placement: Placement) -> tuple[Reason, ...]:
    """Note a sensor that moved on the body, and one that stood as nobody wears it: taken off, carried, handed on."""
    if len(motion) > _LONGEST_TEST_S * RATE_HZ:
        return ()
    most_rad = _THIGH_TILT_RAD if placement is Placement.THIGH else _TRUNK_TILT_RAD
    tilt_rad, slid_rad = furthest_tilt(motion), slid(motion)
    handled = (
        (Reason("sensor_handled", {"degrees": round(float(np.degrees(tilt_rad)))}),) if tilt_rad > most_rad else ()
    )
    loose = (Reason("loose_sensor", {"degrees": round(float(np.degrees(slid_rad)))}),) if slid_rad > _SLID_RAD else ()
    return (*handled, *loose)


def not_returned(samples: Sampling, last_seen_s: float) -> tuple[Reason, ...]:
    """Note that nobody sat down after a test's last event, although the recording goes on and no gap can hide it."""
    end_s = float(samples.time_s[-1])
    if end_s - last_seen_s < _WAITED_S or gap_within(samples, last_seen_s, end_s):
        return ()
    return (Reason("not_returned"),)


def gap_touches(samples: Sampling, time_s: float, margin_s: float = 0.1) -> bool:
    """Tell whether a moment lies in a gap, or so near to one that it was found by what stands in its place."""
    return bool(np.any((samples.gaps[:, 0] - margin_s < time_s) & (time_s < samples.gaps[:, 1] + margin_s)))


def gap_within(samples: Sampling, start_s: float, end_s: float) -> bool:
    """Tell whether samples lack anywhere between two moments."""
    return bool(np.any((samples.gaps[:, 0] < end_s) & (start_s < samples.gaps[:, 1])))


def _seconds(mask: Mask) -> float:
    return round(float(mask.sum()) / RATE_HZ, 2)
