"""The routine check of the sensor: by itself, while the client sits, and holding nothing up (PRACTICE 15)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec
import numpy as np

from teststation.model import Reason
from teststation.sensors.base import Packet, SensorInfo, corrected
from teststation.sensors.calibration import routine_check
from teststation.sensors.profiles import Profile

_log = logging.getLogger(__name__)

CHECK_S = 10.0
"""The check has said something by then."""
_EVERY_S = 0.5
_MOVING = Reason("sensor_not_at_rest")


class Check(msgspec.Struct, frozen=True):
    """Whether the check has been done, and what it found."""

    done: bool = False
    findings: tuple[Reason, ...] = ()


class Checking(msgspec.Struct, frozen=True):
    """A check on its way: it looks at what came since it began, now and then, until something was at rest."""

    from_s: float = 0.0
    looked_s: float = 0.0
    check: Check = Check()

    def is_due(self, at_s: float) -> bool:
        """Tell whether to look again."""
        over = self.check.done and _MOVING not in self.check.findings
        return not over and at_s - self.looked_s >= _EVERY_S

    def after(self, packets: Sequence[Packet], info: SensorInfo, profile: Profile | None = None) -> Checking:
        """Look at the newest packets; where nothing has been at rest, that is said in time.

        Parameters
        ----------
        info : whose packets; what is known of the sensor is put right first, as it is for the analysis
        profile : what its model can measure
        """
        at_s = packets[-1].arrival_s
        since = [packet for packet in packets if packet.arrival_s > self.from_s]
        findings = _findings(since, info, profile) if since else None
        if findings is None and at_s - self.from_s >= CHECK_S:
            findings = (_MOVING,)
        check = self.check if findings is None else Check(True, findings)
        return Checking(self.from_s, at_s, check)


def _findings(packets: Sequence[Packet], info: SensorInfo, profile: Profile | None) -> tuple[Reason, ...] | None:
    try:
        packets = [corrected(packet, info) for packet in packets]
        return routine_check(
            np.concatenate([packet.time_s for packet in packets]),
            np.concatenate([packet.acceleration for packet in packets]),
            np.concatenate([packet.angular_velocity for packet in packets]),
            info.nominal_rate_hz,
            profile,
        )
    except Exception:  # noqa: BLE001 - a check that fails must not cost the link
        _log.exception("the routine check failed")
        return (Reason("sensor_check_failed"),)
