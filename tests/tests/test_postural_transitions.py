"""Rises and sits of a long recording."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teststation.formats.plain_table import read
from teststation.model import Status
from teststation.sensors.synthetic import ADULT, BELT, chair_stands, gait
from teststation.tests.base import Options
from teststation.tests.postural_transitions import analyse

DATA = Path(__file__).parents[3] / "shared" / "data"


def test_every_rise_and_sit_is_listed() -> None:
    found = analyse(chair_stands(ADULT, BELT, stands=3, seed=1).recording, Options())
    assert found.status is Status.COMPLETE
    assert found.measures == ()
    assert [e.name for e in found.events] == ["stand_onset", "standing", "sit_onset", "seat_on"] * 3
    assert all(e.interval_s[0] < e.time_s < e.interval_s[1] for e in found.events)


def test_a_walk_has_none() -> None:
    found = analyse(gait(ADULT, BELT, distance_m=6.0, seed=2).recording, Options())
    assert found.status is Status.UNUSABLE
    assert [reason.code for reason in found.reasons] == ["no_transition"]


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared recordings are not here")
@pytest.mark.parametrize("name", ["exp05_user03", "exp15_user08"])
def test_labelled_rises_and_sits_are_found_between_lying_stairs_and_walking(name: str) -> None:
    path = DATA / "hapt" / f"{name}.csv.gz"
    segments = json.loads(path.with_name(f"{name}.json").read_text(encoding="utf-8"))["ground_truth"]["segments"]
    events = analyse(read(path), Options()).events
    for label, event in (("SIT_TO_STAND", "standing"), ("STAND_TO_SIT", "seat_on")):
        times = [e.time_s for e in events if e.name == event]
        for s in segments:
            inside = [t for t in times if s["start_s"] - 1.0 <= t <= s["end_s"] + 1.0]
            if s["label"] == label:
                assert inside
            elif s["label"].startswith("WALKING"):
                assert not inside
