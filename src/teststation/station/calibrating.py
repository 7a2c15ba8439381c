"""The calibration of one sensor: step after step, each done by itself as soon as the samples show it, and kept at once.

Three owners, as in a trial: a page calls `key`, `onward` and `again` and polls `snapshot`; the acquisition thread calls
`_hear`. What the samples mean is in `sensors`: stillness, positions, axes, key_check.
"""

from __future__ import annotations

import enum
import logging
import math
import threading
from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from teststation.model import Reason
from teststation.sensors.acquisition import Acquisition
from teststation.sensors.axes import check_axes
from teststation.sensors.base import Connected, LinkEvent, Packet, Sensor, SensorInfo
from teststation.sensors.calibration import (
    GRAVITY_M_S2,
    Calibration,
    at_rest,
    out_of_range,
    too_noisy,
    wrong_at_rest,
)
from teststation.sensors.key_check import AFTER_S, PRESSES, jolt_s, key_delay
from teststation.sensors.positions import MOST_POSITIONS, POSITIONS, fit, is_new
from teststation.sensors.profiles import Profile
from teststation.sensors.stillness import LYING, WORN, is_still, quietest
from teststation.station.capture import Capture, Samples
from teststation.station.reception import Reception
from teststation.station.states import Link
from teststation.store import utc_now

_log = logging.getLogger(__name__)

BROKEN_BIAS_RAD_S = math.radians(20.0)
"""The worst gyroscopes on sale are promised to this; more is a fault, or a hand that turns the sensor evenly."""
LONGEST_RISE_S = 20.0
_EVERY_S = 0.25
_LATE_S = 0.1
"""A packet may come so late after its samples: a key is looked at once what came around it is there."""


class Step(enum.StrEnum):
    """What is measured, in this order; each can be skipped."""

    REST = "rest"
    POSITIONS = "positions"
    AXES = "axes"
    KEYS = "keys"


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to show of a step.

    Parameters
    ----------
    step : None once all is done
    measured : the steps that gave a figure, this time
    done : the step has its result
    said : what was measured
    wrong : what is not in order, each with what to do
    count, of : how many positions or keys were seen, and how many it takes
    """

    step: Step | None = Step.REST
    measured: frozenset[Step] = frozenset()
    link: Link = Link.CONNECTING
    info: SensorInfo | None = None
    done: bool = False
    said: tuple[Reason, ...] = ()
    wrong: tuple[Reason, ...] = ()
    count: int = 0
    of: int = 0


class Calibrating:
    """Measures one sensor.

    Parameters
    ----------
    sensor : where samples come from, as they are
    known : gives what is known of a sensor until now
    profile_of : gives what its model should be, by the code of its driver
    keep : keeps what has been measured
    now : the clock that keys are stamped with
    """

    def __init__(
        self,
        sensor: Sensor,
        *,
        known: Callable[[SensorInfo], Calibration | None],
        profile_of: Callable[[str], Profile | None],
        keep: Callable[[Calibration], None],
        now: Callable[[], float],
    ) -> None:
        self._known = known
        self._profile_of = profile_of
        self._keep = keep
        self._lock = threading.RLock()
        self._acquisition = Acquisition(sensor, self._hear, now)
        self._reception = Reception(link=Link.CONNECTING)
        self._calibration: Calibration | None = None
        self._progress = Progress()
        self._begin(Step.REST)

    # What the page asks for

    def connect(self) -> None:
        """Begin to listen to the sensor."""
        self._acquisition.start()

    def onward(self) -> None:
        """Go to the next step, whether this one has its result or not."""
        with self._lock:
            steps = [*Step, None]
            if self._progress.step is not None:
                self._begin(steps[steps.index(self._progress.step) + 1])

    def again(self) -> None:
        """Do this step once more."""
        with self._lock:
            self._begin(self._progress.step)

    def key(self, at_s: float) -> None:
        """Take a press of the key, done with the sensor."""
        with self._lock:
            self._keys.append(at_s)

    def snapshot(self) -> Progress:
        """Give what there is to show now."""
        with self._lock:
            return msgspec.structs.replace(self._progress, link=self._reception.link, info=self._reception.info)

    def close(self) -> None:
        """Leave the sensor."""
        self._acquisition.close()

    # What the sensor says, in the acquisition thread

    def _begin(self, step: Step | None) -> None:
        of = {Step.POSITIONS: POSITIONS, Step.KEYS: PRESSES}.get(step, 0) if step is not None else 0
        self._progress = Progress(step=step, of=of, measured=self._progress.measured)
        self._captured = Capture()
        self._captured.keeping = step is Step.AXES
        self._looked_s = -math.inf
        self._positions: list[NDArray[np.float64]] = []
        self._keys: list[float] = []
        self._pairs: list[tuple[float, float]] = []

    def _hear(self, event: LinkEvent) -> None:
        with self._lock:
            self._reception = self._reception.after(event)
            match event:
                case Connected(info=info):
                    self._calibration = self._known(info)
                    self._begin(self._progress.step)  # what came before may be of another sensor
                case Packet() if not self._progress.done and self._progress.step is not None:
                    self._captured.add(event)
                    if event.arrival_s - self._looked_s >= _EVERY_S:
                        self._looked_s = event.arrival_s
                        self._look()

    def _look(self) -> None:
        try:
            match self._progress.step:
                case Step.REST:
                    self._look_for_rest()
                case Step.POSITIONS:
                    self._look_for_position()
                case Step.AXES:
                    self._look_for_rise()
                case Step.KEYS:
                    self._look_for_keys()
        except Exception:  # noqa: BLE001 - a calibration that fails must not cost the link
            _log.exception("the calibration failed")
            self._show(wrong=(Reason("sensor_check_failed"),), done=True)

    def _look_for_rest(self) -> None:
        samples = self._captured.since(-math.inf)
        profile = self._profile
        beyond = out_of_range(samples[1], samples[2], profile)
        still = quietest(*samples, LYING)
        if beyond or still is None:
            self._show(wrong=beyond)
            return
        time_s, acceleration, angular_velocity = samples
        rest = at_rest(time_s, acceleration, angular_velocity, still)
        largest = max(abs(axis) for axis in rest.bias_rad_s)
        if not largest <= BROKEN_BIAS_RAD_S:
            self._show(wrong=(Reason("gyroscope_broken", {"bias": round(math.degrees(largest), 1)}),), done=True)
            return
        calibration = msgspec.structs.replace(self._so_far(), bias_rad_s=rest.bias_rad_s)
        right = at_rest(time_s, *calibration.corrected(acceleration, angular_velocity), still)
        wrong = wrong_at_rest(right, self._info.nominal_rate_hz)
        said = Reason(
            "calibration_rest",
            {
                "gravity": round(right.gravity_m_s2, 2),
                "bias": round(math.degrees(largest), 2),
                "noise": round(rest.noise_m_s2 / GRAVITY_M_S2 * 1e3, 1),
                "turning": round(math.degrees(rest.noise_rad_s), 2),
                "rate": round(rest.rate_hz, 1),
            },
        )
        self._measured(calibration, said, (*wrong, *(too_noisy(rest, profile) if profile is not None else ())))

    def _look_for_position(self) -> None:
        samples = self._captured.tail(1.25 * LYING.seconds)
        still = quietest(*samples, LYING)
        if still is None:
            return
        position = samples[1][still].mean(axis=0)
        if not np.linalg.norm(position) > 0.0 or not is_new(position, self._positions):
            return
        self._positions.append(position)
        found = fit(np.array(self._positions), GRAVITY_M_S2)
        enough = found is not None and (found.is_firm or len(self._positions) >= MOST_POSITIONS)
        if found is None or not enough:
            count = len(self._positions)
            self._show(count=count, of=max(POSITIONS, count + 1))
            return
        residual = round(100.0 * found.residual, 2)
        if not (found.is_firm and found.is_plausible):
            wrong = Reason("calibration_positions_poor", {"residual": residual})
            self._show(count=len(self._positions), wrong=(wrong,), done=True)
            return
        calibration = msgspec.structs.replace(self._so_far(), offset_m_s2=found.offset_m_s2, scale=found.scale)
        said = Reason(
            "calibration_positions",
            {
                "offset": round(max(abs(offset) for offset in found.offset_m_s2), 2),
                "scale": round(100.0 * max(abs(scale - 1.0) for scale in found.scale), 1),
                "residual": residual,
            },
        )
        self._show(count=len(self._positions))
        self._measured(calibration, said)

    def _look_for_rise(self) -> None:
        samples = self._captured.since(-math.inf)
        check = check_axes(*self._corrected(samples))
        if check is None:
            self._wait_for_seat(samples)
        elif not check.tells:
            self._let_go_before(float(samples[0][-1]) - WORN.seconds)
        else:
            turned, off = round(math.degrees(check.turned_rad)), round(math.degrees(check.off_rad))
            if check.agrees:
                place = "thigh" if check.at_thigh else "trunk"
                said = Reason("calibration_axes", {"turned": turned, "off": off, "placement": place})
                self._show(said=(said,), done=True)
            else:
                self._show(wrong=(Reason("calibration_axes_wrong", {"turned": turned, "off": off}),), done=True)

    def _wait_for_seat(self, samples: Samples) -> None:
        """Let what came before a first rest go, and a rise that takes too long: a gyroscope drifts."""
        time_s, acceleration, angular_velocity = samples
        seated = slice(0, int(np.searchsorted(time_s, time_s[0] + WORN.seconds)))
        if time_s[-1] - time_s[0] > LONGEST_RISE_S:
            self._let_go_before(float(time_s[-1]) - WORN.seconds)
        elif not is_still(acceleration[seated], angular_velocity[seated], WORN):
            self._let_go_before(float(time_s[0]) + _EVERY_S)

    def _let_go_before(self, oldest_s: float) -> None:
        packets = self._captured.packets
        while len(packets) > 1 and packets[0].time_s[-1] < oldest_s:
            packets.popleft()

    def _look_for_keys(self) -> None:
        offset_s, last_s = self._captured.offset_s(), self._captured.last_s
        if offset_s is None or last_s is None:
            return
        while self._keys and last_s + offset_s >= self._keys[0] + AFTER_S + _LATE_S:
            key_s = self._keys.pop(0)
            time_s, acceleration, _ = self._captured.since(-math.inf)
            jolt = jolt_s(time_s + offset_s, acceleration, key_s)
            if jolt is None:
                self._show(wrong=(Reason("calibration_key_unseen"),))
                continue
            self._pairs.append((key_s, jolt))
            self._show(count=len(self._pairs), wrong=())
        if len(self._pairs) < PRESSES:
            return
        keys, jolts = zip(*self._pairs, strict=True)
        delay = key_delay(keys, jolts)
        if delay is None:
            self._show(wrong=(Reason("calibration_keys_uneven"),), done=True)
            return
        said = Reason(
            "calibration_keys",
            {"offset": round(1e3 * delay.offset_s), "around": round(1e3 * delay.against_sensor_s)},
        )
        self._measured(msgspec.structs.replace(self._so_far(), key=delay), said)

    # What has been measured

    @property
    def _info(self) -> SensorInfo:
        info = self._reception.info
        assert info is not None, "samples come after the link"
        return info

    @property
    def _profile(self) -> Profile | None:
        return self._profile_of(self._info.driver)

    def _so_far(self) -> Calibration:
        info = self._info
        return self._calibration or Calibration(driver=info.driver, serial=info.serial, measured_at="")

    def _corrected(self, samples: Samples) -> Samples:
        time_s, acceleration, angular_velocity = samples
        return time_s, *self._so_far().corrected(acceleration, angular_velocity)

    def _measured(self, calibration: Calibration, said: Reason, wrong: tuple[Reason, ...] = ()) -> None:
        """Keep what a step measured."""
        self._calibration = msgspec.structs.replace(calibration, measured_at=utc_now())
        try:
            self._keep(self._calibration)
        except OSError as error:
            wrong = (*wrong, Reason("calibration_not_kept", {"detail": error.strerror or ""}))
        self._show(said=(said,), wrong=wrong, done=True)

    def _show(self, **changes: object) -> None:
        self._progress = msgspec.structs.replace(self._progress, **changes)
        if self._progress.said and self._progress.step is not None:
            measured = self._progress.measured | {self._progress.step}
            self._progress = msgspec.structs.replace(self._progress, measured=measured)
