"""The recordings that simulation mode offers by name, and the sensor that plays one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from teststation.formats import read
from teststation.model import Recording, TestName
from teststation.sensors.replay import Fault, PlayClock, Replay


class Title(msgspec.Struct, frozen=True):
    """What an example is called."""

    nl: str
    en: str


class _Sidecar(msgspec.Struct, frozen=True):
    test: TestName
    title: Title
    tour: int | None = None
    lost_at_s: float | None = None
    options: dict[str, float] = {}


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A recording with what the demo needs to know of it.

    Parameters
    ----------
    tour : its place in the demo's first two minutes, from 1; None comes after them
    lost_at_s : the sensor is lost at this time of the recording
    options : what the protocol leaves open, by the names of `tests.base.Options`
    """

    name: str
    path: Path
    test: TestName
    title: Title
    tour: int | None
    lost_at_s: float | None
    options: dict[str, Any]

    def recording(self) -> Recording:
        """Read it."""
        return msgspec.structs.replace(read(self.path), name=self.name)

    def sensor(self, clock: PlayClock) -> Replay:
        """Give a sensor that plays it, with what befalls its link."""
        faults = () if self.lost_at_s is None else (Fault(self.lost_at_s),)
        return Replay(self.recording(), clock=clock, faults=faults)


def examples(folder: Path) -> tuple[Example, ...]:
    """Find the examples in a folder: those of the tour in its order, then the others by test and name."""
    found = []
    for beside in folder.glob("*.json"):
        told = msgspec.json.decode(beside.read_bytes(), type=_Sidecar)
        found.append(
            Example(
                name=beside.stem,
                path=beside.with_name(f"{beside.stem}.csv.gz"),
                test=told.test,
                title=told.title,
                tour=told.tour,
                lost_at_s=told.lost_at_s,
                options=told.options,
            )
        )
    order = [TestName.GAIT, TestName.GUG, TestName.TCS, TestName.POSTURES]
    return tuple(sorted(found, key=lambda e: (e.tour is None, e.tour or 0, order.index(e.test), e.name)))
