"""A client's tree: read again it is the same to the bit, and what is broken is named by its place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dossiers import CLIENT, dossier, recorded, visited
from teststation.formats import Refused, find, read
from teststation.formats.bids_import import read_tree
from teststation.formats.bids_tree import clock_start_s, labels, write_tree
from teststation.formats.dossier import Dossier, KeptVisit
from teststation.formats.meeting import meet
from teststation.i18n import Translator
from teststation.model import Client, Recording

_TRANSLATOR = Translator("nl")


def written(folder: Path, *dossiers: Dossier) -> Path:
    write_tree(folder, [each.client.code for each in dossiers], dossiers)
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return written(tmp_path / "tree", dossier())


def refusal(tree: Path) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Refused) as caught:
        list(read_tree(tree))
    return caught.value.reason.code, caught.value.reason.params


def only(tree: Path, pattern: str) -> Path:
    return min(tree.rglob(pattern))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_is_written_is_read_again_to_the_last_bit(tree: Path) -> None:
    wanted = dossier()
    (found,) = read_tree(tree)
    assert meet(wanted, found).equal
    assert found.client == wanted.client
    for one, other in zip(wanted.visits, found.visits, strict=True):
        assert other.visit == one.visit
        assert [kept.trial.measures for kept in other.trials] == [kept.trial.measures for kept in one.trials]
        for kept, again in zip(one.trials, other.trials, strict=True):
            assert (kept.recording is None) == (again.recording is None)
            if kept.recording is not None and again.recording is not None:
                for name in ("time_s", "acceleration", "angular_velocity"):
                    wanted_bits = getattr(kept.recording.samples, name).tobytes()
                    assert getattr(again.recording.samples, name).tobytes() == wanted_bits
                assert again.recording.samples.cue_s == kept.recording.samples.cue_s
                assert again.recording.link == kept.recording.link


@given(
    st.lists(st.floats(0, 1e7) | st.floats(-100, 100) | st.floats(1e10, 1e308), min_size=1, max_size=30),
)
@example([2.0**54 + 4, 30.0])
def test_no_time_is_rounded_on_its_way_through_latency(times: list[float]) -> None:
    time_s = np.array(times) + 0.0  # no negative zero: no clock shows one
    still = np.zeros((len(times), 3))
    start_s = clock_start_s(Recording(time_s=time_s, acceleration=still, angular_velocity=still))
    shown = [float(repr(latency)) for latency in (time_s - start_s).tolist()]
    assert (np.array(shown) + start_s).tobytes() == time_s.tobytes()
    assert not 0 <= time_s.min() <= time_s.max() < 1e10 or 0 <= time_s.min() - start_s < 0.001


def test_the_validator_of_bids_accepts_it(tmp_path: Path) -> None:
    tree = written(tmp_path / "tree", dossier(), dossier(Client(code="K017"), visits=1), dossier(Client(code="Z1"), 0))
    command = [str(Path(sys.executable).with_name("bids-validator-deno")), str(tree), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    issues = json.loads(done.stdout)["issues"]["issues"]
    assert [issue for issue in issues if issue["severity"] == "error"] == []
    codes = {issue["code"] for issue in issues}
    # authors are persons, and no business of whoever reads a client's data
    assert codes <= {"JSON_KEY_RECOMMENDED", "SIDECAR_KEY_RECOMMENDED", "NO_AUTHORS", "TOO_FEW_AUTHORS"}, codes
    assert done.returncode == 0


def test_the_validator_would_see_a_fault(tree: Path) -> None:
    edit(only(tree, "*_channels.tsv"), "ACCEL", "acc")
    command = [str(Path(sys.executable).with_name("bids-validator-deno")), str(tree), "--format", "json"]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_what_reads_single_recordings_reads_those_of_a_tree(tree: Path) -> None:
    recording = recorded()
    first = read(find(tree)[0])
    np.testing.assert_array_equal(first.acceleration, recording.acceleration)
    np.testing.assert_allclose(first.time_s - first.time_s[0], recording.time_s - recording.time_s[0], atol=1e-12)
    assert first.cue_s is not None
    assert recording.cue_s is not None
    assert first.cue_s == pytest.approx(recording.cue_s - clock_start_s(recording))


def test_columns_are_in_the_order_that_kielmat_asks_for(tree: Path) -> None:
    header = only(tree, "*_channels.tsv").read_text().splitlines()[0].split("\t")
    assert header == ["name", "component", "type", "tracked_point", "units", "sampling_frequency"]


def test_an_age_that_tells_who_somebody_is_stays_out_of_the_table_of_participants(tree: Path) -> None:
    assert (tree / "participants.tsv").read_text().splitlines()[1].split("\t")[1] == "89"


def test_labels_are_never_alike() -> None:
    assert labels(["K-017", "k017", "K 017", "!", "€", "K017x2"]) == [
        "K017",
        "k017x2",
        "K017x3",
        "X",
        "Xx2",
        "K017x2x2",
    ]


def test_several_clients_come_back_in_order(tmp_path: Path) -> None:
    codes = ["K-1", "K1", "A-9"]
    tree = written(tmp_path / "tree", *(dossier(Client(code=code), visits=1) for code in codes))
    assert [found.client.code for found in read_tree(tree)] == codes


def test_a_name_that_is_taken_is_left_alone(tree: Path) -> None:
    with pytest.raises(Refused) as caught:
        written(tree, dossier())
    assert caught.value.reason.code == "export_exists"


def test_what_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Any:
        yield dossier()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_tree(tmp_path / "tree", ["a", "b"], broken())
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_is_killed_leaves_no_tree_and_the_next_is_whole(tmp_path: Path) -> None:
    killed = (
        "import os, signal, sys; from pathlib import Path\n"
        "from dossiers import dossier; from teststation.formats.bids_tree import write_tree\n"
        "def dossiers():\n"
        "    yield dossier()\n"
        "    os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
        "write_tree(Path(sys.argv[1]), ['K-017', 'B'], dossiers())\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", killed, str(tmp_path / "tree")], check=False, env=environment)
    assert done.returncode != 0
    assert [path.name for path in tmp_path.iterdir()] == [".tree.unfinished"]
    (found,) = read_tree(written(tmp_path / "tree", dossier()))
    assert meet(dossier(), found).equal
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


def test_text_from_elsewhere_cannot_be_a_formula_or_another_cell(tmp_path: Path) -> None:
    client = msgspec.structs.replace(CLIENT, walking_aid="＝1+1\tx")
    row = (written(tmp_path / "tree", dossier(client, 0)) / "participants.tsv").read_text().splitlines()[1]
    assert row.split("\t")[-1] == "'＝1+1 x"


FIRST = "*task-gug_acq-practice_run-01_beh.json"
SPOILT: dict[str, tuple[str, Callable[[Path], object], int | None]] = {
    "a sample": ("bids_samples_differ", lambda t: edit(only(t, "*_motion.tsv"), "9.8", "9.7"), None),
    "a word for a sample": ("not_a_number", lambda t: edit(only(t, "*_motion.tsv"), "9.8", "x"), None),
    "a line less": ("bids_sample_count", lambda t: cut_line(only(t, "*_motion.tsv")), None),
    "a measure": ("bids_differs", lambda t: edit(only(t, "*_beh.tsv"), "20.3", "19.3"), None),
    "an event": ("bids_differs", lambda t: edit(only(t, "*_events.tsv"), "movement_onset", "seat_off"), None),
    "a weight": ("bids_differs", lambda t: edit(t / "participants.tsv", "61.2", "61.3"), 2),
    "an outcome": ("bids_differs", lambda t: edit(only(t, "*_scans.tsv"), "stopped", "done"), None),
    "no json": ("sidecar_line", lambda t: edit(only(t, "*_beh.json"), "{", "{,"), 1),
    "another kind": (
        "sidecar_invalid",
        lambda t: edit(only(t, "*_run-01_beh.json"), '"test": "gug"', '"test": 3'),
        None,
    ),
    "no facts": ("bids_no_facts", lambda t: edit(only(t, "*_beh.json"), '"Teststation"', '"Other"'), None),
    "infinite": ("sidecar_invalid", lambda t: edit(only(t, FIRST), "20.3", "1e999"), None),
    "not a number": ("sidecar_invalid", lambda t: edit(only(t, FIRST), "20.3", "NaN"), None),
    "escapes": ("sidecar_invalid", lambda t: edit(only(t, "*_sessions.json"), "rollator", "\\u001b[2J"), None),
    "half a surrogate": ("sidecar_invalid", lambda t: edit(only(t, "*_sessions.json"), "rollator", "\\ud800"), None),
    "twice": ("sidecar_invalid", lambda t: edit(only(t, "*_sessions.json"), '"code"', '"sex": "male", "code"'), None),
    "deep": ("sidecar_invalid", lambda t: only(t, "*_sessions.json").write_text("[" * 100_000), None),
    "no companion": ("missing_file", lambda t: only(t, "*_channels.tsv").unlink(), None),
    "no samples": ("missing_file", lambda t: only(t, "*_motion.tsv").unlink(), None),
    "a file more": ("bids_unexpected", lambda t: only(t, "sub-*").joinpath("notes.txt").write_text("x"), None),
    "a person more": ("bids_unexpected", lambda t: t.joinpath("sub-Q").mkdir(), None),
    "a person less": ("missing_file", lambda t: edit(t / "participants.tsv", "sub-K017", "sub-K018"), None),
    "a way out": ("bids_value", lambda t: edit(t / "participants.tsv", "sub-K017", "sub-../x"), 2),
    "another visit": ("bids_fact", lambda t: edit(only(t, FIRST), '"visit": "0193', '"visit": "0194'), None),
    "no key": ("bids_fact", lambda t: edit(only(t, FIRST), '"id": "0193', '"id": "019;'), None),
    "no moment": ("bids_fact", lambda t: edit(only(t, FIRST), "2026-11-22T10:01", "2026-13-22T10:01"), None),
    "an unknown reason": ("bids_fact", lambda t: edit(only(t, FIRST), "headline_sensor", "constructor"), None),
    "a reason without words": ("bids_fact", lambda t: edit(only(t, FIRST), '"seconds"', '"minutes"'), None),
    "no rate": ("bids_fact", lambda t: edit(only(t, FIRST), '"nominal_rate_hz": 60.0', '"nominal_rate_hz": 0.0'), None),
    "a large number": ("bids_fact", lambda t: edit(only(t, FIRST), '"number": 1', '"number": 1000'), None),
    "newer": ("bids_newer", lambda t: edit(t / "dataset_description.json", '"format": 1', '"format": 2'), None),
    "not ours": ("bids_not_ours", lambda t: edit(t / "dataset_description.json", "Teststation", "Other"), None),
    "empty": ("bids_not_ours", lambda t: (t / "dataset_description.json").unlink(), None),
}


def cut_line(path: Path) -> None:
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]))


@pytest.mark.parametrize("fault", SPOILT)
def test_what_is_spoilt_is_named(tree: Path, fault: str) -> None:
    code, spoil, line = SPOILT[fault]
    if fault == "a person less":
        only(tree, "sub-*").rename(tree / "sub-K018")
    spoil(tree)
    found, params = refusal(tree)
    assert found == code
    assert str(tree) in params["file"]
    assert line is None or params["line"] == line


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_out_of_the_tree_is_not_followed(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.tsv"
    inside = only(tree, "*_motion.tsv")
    inside.rename(outside)
    inside.symlink_to(outside)
    assert refusal(tree)[0] == "bids_outside"


def test_line_ends_of_another_system_do_no_harm(tree: Path) -> None:
    for path in tree.rglob("*.tsv"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (found,) = read_tree(tree)
    assert meet(dossier(), found).equal


def test_what_two_have_apart_is_told() -> None:
    here = dossier(visits=1)
    assert meet(here, dossier(visits=1)).equal
    more = meet(here, dossier(visits=2))
    assert (more.contradicts, more.brings, len(more.new), more.missing) == (False, True, 1, 0)
    assert meet(dossier(visits=2), here).missing == 1
    heavier = msgspec.structs.replace(CLIENT, weight_kg=70.0)
    other = meet(here, Dossier(heavier, here.visits))
    assert (other.fields, other.contradicts) == (("weight_kg",), True)
    agreed = meet(Dossier(CLIENT, here.visits), here)
    assert (agreed.contradicts, agreed.brings, agreed.consents) == (False, True, here.consents)
    changed = visited()
    moved = msgspec.structs.replace(changed, visit=msgspec.structs.replace(changed.visit, age=80))
    assert len(meet(here, Dossier(CLIENT, (moved,))).changed) == 1


def mutations() -> Any:
    return st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=12)),
        min_size=1,
        max_size=3,
    )


_WHOLE = visited()
_SMALL = Dossier(CLIENT, (KeptVisit(_WHOLE.visit, _WHOLE.trials[3:], _WHOLE.results[1:], _WHOLE.facts),))


def _holds(folder: Path, files: dict[str, bytes], changes: list[tuple[int, int, int, bytes]]) -> None:
    """See that whatever bytes a tree has, there is the same client again, or a refusal."""
    names = sorted(files)
    spoilt: dict[str, bytes] = {}
    for which, where, length, data in changes:
        name = names[which % len(names)]
        before = spoilt.get(name, files[name])
        at = where % (len(before) + 1)
        spoilt[name] = before[:at] + data + before[at + length :]
    for name, data in spoilt.items():
        (folder / name).write_bytes(data)
    try:
        found = list(read_tree(folder))
    except Refused as refused:
        assert "\n" not in _TRANSLATOR.reason(refused.reason)  # noqa: PT017 - either is right
        return
    finally:
        for name in spoilt:
            (folder / name).write_bytes(files[name])
    for one in found:
        # facts that nothing else tells of may be others: whoever can write the file can write all of it
        (wanted,), (again,) = _SMALL.visits[0].trials, one.visits[0].trials
        assert wanted.recording is not None
        assert again.recording is not None
        for name in ("time_s", "acceleration", "angular_velocity"):
            bits = getattr(wanted.recording.samples, name).tobytes()
            assert getattr(again.recording.samples, name).tobytes() == bits


@pytest.mark.parametrize("examples", [1000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_any_bytes_are_a_client_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, examples: int) -> None:
    folder = written(tmp_path_factory.mktemp("any") / "tree", _SMALL)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    @settings(max_examples=examples, deadline=None, database=None)
    @given(mutations())
    def holds(changes: list[tuple[int, int, int, bytes]]) -> None:
        _holds(folder, files, changes)

    holds()
