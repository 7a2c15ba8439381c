"""How other toolkits are spoken to and scored; none of them runs here, and no environment is made."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from benchmarks.peer_environments import SKDH, Outcome, parsed, python_of
from benchmarks.peer_scores import (
    Case,
    Figure,
    contacts,
    errors,
    labelled_rises,
    paired,
    single_stands,
    timed_stands,
    turns,
)
from benchmarks.peer_workers import our_worker, protocol
from benchmarks.peer_workers.protocol import Handed
from benchmarks.peers import CONTESTS, in_body_frame, rows, way_out
from benchmarks.rows import Row, Shared

from benchmarks import peer_tables
from teststation.formats import write_plain_table
from teststation.model import Recording
from teststation.sensors.synthetic import BELT, chair_stands, draw_person

ROOT = Path(__file__).resolve().parents[2]


def case(truth: dict[str, Any], *found: dict[str, float]) -> Case:
    return Case(truth=truth, found=found)


def rise(start: float, end: float) -> dict[str, float]:
    return {"start": start, "end": end}


def values(figures: list[Figure]) -> dict[str, tuple[float | None, int, int]]:
    rounded = {each.name: None if each.value is None else round(each.value, 4) for each in figures}
    return {each.name: (rounded[each.name], each.n, each.of) for each in figures}


def handed(n: int = 300) -> Handed:
    return Handed(np.arange(n) / 100.0, np.tile([0.0, 0.0, 9.81], (n, 1)), np.zeros((n, 3)), "waist")


def test_pairs_are_one_to_one_and_nearest_first() -> None:
    assert paired([1.0, 1.4, 9.0], [1.3, 2.0], 0.5) == [(1, 0)]
    assert paired([0.9, 1.4], [1.0, 1.3], 0.5) == [(0, 0), (1, 1)]
    assert paired([1.0, 1.1], [1.1], 0.5) == [(1, 0)]
    assert paired([], [1.0], 0.5) == []


def test_a_habit_is_taken_off_only_in_the_last_error() -> None:
    found = values(errors("seat_off", [0.3, 0.4, 0.4, 0.4, 0.5], 6))
    assert found["seat_off bias"] == (0.4, 5, 6)
    assert found["seat_off mae"] == (0.4, 5, 6)
    assert found["seat_off mae after own median"] == (0.04, 5, 6)


def test_few_events_show_no_habit() -> None:
    assert values(errors("seat_off", [0.3, 0.5], 5))["seat_off mae after own median"] == (None, 2, 5)
    assert values(errors("seat_off", [], 5))["seat_off mae"] == (None, 0, 5)


def test_stands_without_times_are_counted() -> None:
    found = values(single_stands([case({}), case({}, rise(1, 2)), case({}, rise(1, 2), rise(3, 4))]))
    assert found["exactly one"] == (0.3333, 1, 3)
    assert found["none"][1] == found["more"][1] == 1


def test_a_stand_is_paired_by_its_middle() -> None:
    truth = {"seat_off_s": [2.0, 6.0]}
    found = values(timed_stands([case(truth, rise(1.0, 2.9), rise(5.9, 8.3))]))
    assert found["found"] == (0.5, 1, 2)
    assert found["extra"][1] == 1
    assert found["counts right"] == (1.0, 1, 1)
    assert (found["start bias"][0], found["middle bias"][0], found["end bias"][0]) == (-1.0, -0.05, 0.9)


def test_a_seat_off_of_its_own_goes_before_the_middle() -> None:
    found = values(timed_stands([case({"seat_off_s": [2.0]}, rise(1.5, 2.5) | {"seat_off": 2.1})]))
    assert found["seat_off bias"][0] == 0.1
    assert not any(name.startswith(("start", "middle", "end")) for name in found)


def test_a_reference_by_another_sensor_gives_no_errors_of_seat_off() -> None:
    truth = {"events": [{"label": "SIT_TO_STAND", "t_s": 2.0}, {"label": "STAND_TO_SIT", "t_s": 4.0}]}
    found = values(timed_stands([case(truth, rise(1.5, 2.5))]))
    assert found["found"] == (1.0, 1, 1)
    assert "middle bias" not in found


def test_false_rises_are_counted_in_labelled_time_only() -> None:
    def label(name: str, start_s: float, end_s: float) -> dict[str, Any]:
        return {"label": name, "start_s": start_s, "end_s": end_s}

    truth = {
        "segments": [
            label("SIT_TO_STAND", 10.0, 12.0),
            label("WALKING", 20.0, 60.0),
            label("LIE_TO_STAND", 70.0, 73.0),
            label("SIT_TO_STAND", 80.0, 82.0),
        ]
    }
    inside, beside, walking, lying, unlabelled = (rise(at, at + 0.2) for at in (11.0, 82.8, 30.0, 71.0, 90.0))
    found = values(labelled_rises([case(truth, inside, walking, lying, unlabelled)]))
    assert found["found"] == (0.5, 1, 2)
    assert found["false per labelled hour"] == (round(3600 / 47, 4), 1, 4)
    assert values(labelled_rises([case(truth, inside, beside)]))["found"] == (1.0, 2, 2)


def test_contacts_beside_the_way_are_neither_missed_nor_extra() -> None:
    truth = {"trial_start_s": 1.0, "uturn_start_s": 3.0, "initial_contacts_s": [0.9, 1.5, 2.0, 2.5, 3.2]}
    found = values(contacts([case(truth, {"time": 0.5}, {"time": 1.55}, {"time": 2.05}, {"time": 2.9})]))
    assert found["missed"][1] == 1
    assert found["extra"][1] == 1
    assert found["F1"] == (round(4 / 6, 4), 2, 3)
    assert found["contact bias"] == (0.05, 2, 3)
    assert found["without a fault"] == (0.0, 0, 1)


def test_no_contacts_at_all_are_a_score_of_zero() -> None:
    truth = {"trial_start_s": 1.0, "uturn_start_s": 3.0, "initial_contacts_s": [1.5, 2.0]}
    assert values(contacts([case(truth)]))["F1"] == (0.0, 0, 2)


def test_the_turn_is_the_one_that_overlaps_most() -> None:
    truth = {"trial_start_s": 0.0, "trial_end_s": 20.0, "uturn_start_s": 10.0, "uturn_end_s": 12.0}
    turn, other, after = (
        {"start": s, "end": e, "angle": a} for s, e, a in ((9.8, 12.4, -170), (8, 10.1, 50), (30, 31, 90))
    )
    found = values(turns([case(truth, other, turn, after), case(truth)]))
    assert found["found"] == (0.5, 1, 2)
    assert found["other turns"][1] == 1
    assert found["start bias"] == (-0.2, 1, 2)
    assert found["end bias"] == (0.4, 1, 2)
    assert found["angle within 15 deg of 180"] == (0.5, 1, 2)


def test_a_worker_hands_back_what_it_found_and_over_what_it_stumbled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moody(given: Handed) -> list[protocol.Event]:
        if len(given.time_s) < 100:
            raise ValueError("too short")
        return [{"time": float(given.time_s[-1])}]

    protocol.write(tmp_path / "long.npz", handed())
    protocol.write(tmp_path / "short.npz", handed(50))
    monkeypatch.setattr(sys, "argv", ["worker", "task", str(tmp_path), str(tmp_path / "found.json")])
    protocol.serve({"task": {"moody": moody}})
    found = parsed((tmp_path / "found.json").read_text(encoding="utf-8"))["moody"]
    assert found["long"].events == ({"time": 2.99},)
    assert found["long"].failure == ""
    assert found["short"].events == ()
    assert found["short"].failure == "ValueError: too short"


def test_a_handed_over_recording_is_the_same(tmp_path: Path) -> None:
    protocol.write(tmp_path / "a.npz", handed())
    back = protocol.read(tmp_path / "a.npz")
    assert back.placement == "waist"
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(back[:3], handed()[:3], strict=True))


def test_what_is_not_a_workers_answer_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        parsed('{"moody": {"long": {"events": []}}}')


def test_we_hand_back_every_repetition() -> None:
    recording = chair_stands(draw_person(1), BELT, seed=1).recording
    given = Handed(recording.time_s, recording.acceleration, recording.angular_velocity, str(recording.placement))
    found = our_worker.chair_stands(given)
    assert len(found) == 5
    assert all(each["start"] < each["seat_off"] < each["end"] for each in found)


def test_no_environment_is_made_in_the_project() -> None:
    with pytest.raises(SystemExit, match="do not belong"):
        python_of(SKDH, ROOT / "environments")
    assert not (ROOT / "environments").exists()


def test_an_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    installed: list[list[str]] = []

    class Done:
        returncode = 0

    def make(folder: Path, **_: bool) -> None:
        folder.mkdir(exist_ok=True)
        made.append(folder)

    def install(command: list[str], **_: bool) -> Done:
        installed.append(command)
        return Done()

    monkeypatch.setattr("venv.create", make)
    monkeypatch.setattr("subprocess.run", install)
    assert python_of(SKDH, tmp_path) == python_of(SKDH, tmp_path)
    assert len(made) == len(installed) == 1
    assert set(SKDH.requirements) <= set(installed[0])
    python_of(msgspec.structs.replace(SKDH, requirements=("other==1",)), tmp_path)
    assert len(made) == 2


def shared_walk(folder: Path) -> Shared:
    """A walk's beginning with a sensor that leans, its z backward."""
    n = 800
    up = np.array([0.8, 0.0, 0.6])
    recording = Recording(
        time_s=np.arange(n) / 100.0,
        acceleration=np.tile(9.81 * up, (n, 1)),
        angular_velocity=np.tile([0.0, 1.0, 0.0], (n, 1)),
    )
    write_plain_table(folder / "a.csv.gz", recording)
    side = {
        "dataset": "voisard_10m_uturn",
        "subject": "s",
        "placement_code": "lower_back",
        "ground_truth": {"trial_start_s": 2.0, "uturn_start_s": 5.0},
    }
    (folder / "a.json").write_text(json.dumps(side), encoding="utf-8")
    return Shared(path=folder / "a.csv.gz", side=side)


def test_the_body_frame_has_x_up_and_y_right(tmp_path: Path) -> None:
    given = in_body_frame(shared_walk(tmp_path))
    assert np.allclose(given.acceleration, [9.81, 0.0, 0.0], atol=1e-3)
    assert np.allclose(given.angular_velocity, [0.0, -1.0, 0.0], atol=1e-3)


def test_the_way_out_has_a_margin(tmp_path: Path) -> None:
    given = way_out(shared_walk(tmp_path))
    assert (given.time_s[0], given.time_s[-1]) == (1.0, 6.0)
    assert len(given.time_s) == len(given.acceleration) == len(given.angular_velocity)


def test_every_figure_says_of_how_many_people(tmp_path: Path) -> None:
    source = shared_walk(tmp_path)
    source.truth.update(uturn_end_s=6.0, trial_end_s=8.0)
    turn = CONTESTS[-1]
    found = Outcome(cpu_s=0.5, failure="", events=({"start": 5.0, "end": 6.1, "angle": 175.0},))
    made = list(rows(turn, [source], "skdh", {"a": found}))
    assert {row.people for row in made} == {1}
    value = {row.figure: row.value for row in made}
    assert (value["found"], value["CPU"], value["failed"]) == (1.0, 0.5, 0.0)
    lines = list(peer_tables.table(made))
    assert "1 recording of 1 person" in lines[1]
    assert lines[-1].startswith("| skdh | 1 of 1 (100.0 %) | 0 | +0.000, 0.000, – s (1) |")
    assert lines[-1].endswith("| 0.500 s |")


def test_the_page_is_made_of_the_kept_figures() -> None:
    kept = msgspec.json.decode((ROOT / "benchmarks/results/peers.json").read_bytes(), type=list[Row])
    assert "\n".join(peer_tables.page(kept)) + "\n" == (ROOT / "docs/peers.md").read_text(encoding="utf-8")
