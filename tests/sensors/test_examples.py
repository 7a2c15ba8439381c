"""The recordings that travel with the program: that they are what they say, and can be made again."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from teststation.formats import read
from teststation.model import Placement, TestName
from teststation.sensors.base import Connected, Lost, Packet, Silent
from teststation.sensors.examples import Example, examples
from teststation.sensors.replay import PlayClock
from teststation.sensors.synthetic.recordings import ENTRIES, Entry, as_sent, sidecar, truths, write
from teststation.settings import calibration_folder

FOLDER = calibration_folder() / "recordings"
EXAMPLES = examples(FOLDER)


def told(name: str) -> dict[str, dict[str, dict[str, float]]]:
    beside: dict[str, dict[str, dict[str, float]]] = msgspec.json.decode((FOLDER / f"{name}.json").read_bytes())
    return beside


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_what_lies_there_is_what_would_be_made_now(entry: Entry) -> None:
    made = entry.make()
    kept, anew = read(FOLDER / f"{entry.name}.csv.gz"), as_sent(made.recording)
    np.testing.assert_allclose(kept.time_s, anew.time_s, atol=1e-4)
    np.testing.assert_allclose(kept.acceleration, anew.acceleration, atol=2e-3)
    np.testing.assert_allclose(kept.angular_velocity, anew.angular_velocity, atol=2e-4)
    assert msgspec.json.decode((FOLDER / f"{entry.name}.json").read_bytes()) == msgspec.json.decode(
        msgspec.json.encode(sidecar(entry, made))
    )


def test_they_are_all_there_and_small() -> None:
    assert {example.name for example in EXAMPLES} == {entry.name for entry in ENTRIES}
    assert all(example.path.stat().st_size < 100_000 for example in EXAMPLES)


def test_the_tour_comes_first_in_its_order() -> None:
    tour = [example.name for example in EXAMPLES if example.tour is not None]
    assert tour == ["gug_rollator", "gug_19_9", "gug_20_3", "gug_sensor_lost", "gug_cannot_rise"]
    assert [example.name for example in EXAMPLES[: len(tour)]] == tour
    assert [example.test for example in EXAMPLES[len(tour) :]] == sorted(
        (example.test for example in EXAMPLES[len(tour) :]), key=[TestName.GAIT, TestName.GUG, TestName.TCS].index
    )


@pytest.mark.parametrize(("name", "seconds"), [("gug_rollator", 22.4), ("gug_19_9", 19.9), ("gug_20_3", 20.3)])
def test_the_tours_times_are_exact(name: str, seconds: float) -> None:
    assert told(name)["truth"]["measures"]["duration_from_cue"] == pytest.approx(seconds, abs=1e-9)


def test_the_contract_reads_cue_placement_and_rate() -> None:
    recording = next(example for example in EXAMPLES if example.name == "gug_thigh").recording()
    assert (recording.placement, recording.cue_s, recording.nominal_rate_hz) == (Placement.THIGH, 3.0, 100.0)
    assert recording.name == "gug_thigh"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_example_has_a_title_in_both_languages(example: Example) -> None:
    assert example.title.nl
    assert example.title.en
    assert example.title.nl != example.title.en


async def test_the_sensor_that_is_lost_is_lost_in_mid_run() -> None:
    example = next(example for example in EXAMPLES if example.lost_at_s is not None)
    clock = PlayClock()
    sensor = example.sensor(clock)
    seen = []
    async for event in sensor.stream():
        if isinstance(event, Connected):
            sensor.cue(clock.now())
        clock.hurry()
        seen.append(event)
    assert [type(event) for event in seen[-2:]] == [Silent, Lost]
    last = next(event for event in reversed(seen) if isinstance(event, Packet))
    cue_s = example.recording().cue_s or 0.0
    assert last.time_s[-1] == pytest.approx((example.lost_at_s or 0.0) - cue_s, abs=0.1)
    truth = told(example.name)["truth"]["measures"]["duration_from_cue"]
    assert last.time_s[-1] < truth - 5.0


def test_the_truths_are_the_differences_of_named_events() -> None:
    for entry in ENTRIES:
        made = entry.make()
        found = truths(entry.test, made)
        assert all(np.isfinite(value) for value in found.values())
        if entry.test is TestName.GUG and "duration" in found:
            parts = (
                "sit_to_stand_duration",
                "walk_out_duration",
                "turn_1_duration",
                "walk_back_duration",
                "turn_2_duration",
                "stand_to_sit_duration",
            )
            gap_s = made.time_s("sit_onset") - made.time_s("turn_2_end")
            assert sum(found[part] for part in parts) + gap_s == pytest.approx(found["duration"])


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / folder, ENTRIES[4:5])
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
