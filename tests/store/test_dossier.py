"""A client goes from one store to another by way of a tree: everything is equal, and nothing is merged by itself."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from any_dossier import dossiers
from dossiers import CALIBRATIONS, CLIENT, SENSOR, dossier, visited
from teststation import formats
from teststation.formats.bids_import import read_tree
from teststation.formats.bids_tree import write_tree
from teststation.formats.dossier import Dossier, KeptRecording, KeptTrial, KeptVisit, UsedSensor
from teststation.formats.meeting import meet
from teststation.model import Client, Placement, Recording, TestName, Trial, Visit
from teststation.store import Store, StoreError, new_id, temporary_store, utc_now

DATA = Path(__file__).parents[3] / "shared" / "data"
A_DATASET = 2
"""So many recordings are taken of each."""


def through(folder: Path, store: Store, *codes: str) -> list[Dossier]:
    write_tree(folder, codes, map(store.dossier, codes))
    return list(read_tree(folder))


def test_a_dossier_comes_out_as_it_went_in() -> None:
    with temporary_store() as store:
        store.add_dossier(dossier()).result()
        assert meet(store.dossier(CLIENT.code), dossier()).equal
        (saved, _) = store.results(dossier().visits[0].visit.id)
        assert [judgement.made_at for judgement in saved.judgements] == [
            "2026-11-22T10:09:00.000001Z",
            "2026-11-22T10:10:00.000001Z",
        ]
        assert store.unfinished() == []


def test_from_store_to_tree_to_store_all_is_equal(tmp_path: Path) -> None:
    other = Client(code="A-1")
    with temporary_store() as one, temporary_store() as another:
        one.add_dossier(dossier()).result()
        one.add_client(other).result()
        for found in through(tmp_path / "tree", one, "A-1", CLIENT.code):
            another.add_dossier(found).result()
        assert another.clients() == one.clients() == [other, CLIENT]
        for code in ("A-1", CLIENT.code):
            assert plainly(another.dossier(code)) == plainly(one.dossier(code))
        assert plainly(one.dossier(CLIENT.code)) == plainly(dossier())
        for visit in one.visits(CLIENT.code):
            for trial in one.trials(visit.id):
                assert another.link_events(trial.id) == one.link_events(trial.id)


def plainly(whole: Dossier) -> object:
    """Write all of a dossier out, samples as their bytes, so that only what is equal in every bit is equal."""

    def as_bytes(value: object) -> object:
        assert isinstance(value, np.ndarray)
        return value.tobytes()

    return msgspec.to_builtins(whole, enc_hook=as_bytes)


def test_a_calibration_that_is_known_does_not_come_in_twice() -> None:
    with temporary_store() as store:
        store.add_dossier(dossier(visits=1)).result()
        store.add_visits(CLIENT.code, [visited(number=2)], (), CALIBRATIONS).result()
        assert store.calibrations(SENSOR.driver, SENSOR.serial) == list(CALIBRATIONS)


@pytest.mark.parametrize("examples", [50, pytest.param(2000, marks=pytest.mark.soak)])
def test_whoever_a_client_is_everything_comes_back(tmp_path: Path, examples: int) -> None:
    """All go through the same two stores, as a store takes longer to make than a client."""
    codes = (f"K-{number}" for number in count())
    with temporary_store() as one, temporary_store() as another:

        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.data())
        def holds(data: st.DataObject) -> None:
            code = next(codes)
            wanted = data.draw(dossiers(code))
            one.add_dossier(wanted).result()
            (found,) = through(tmp_path / code, one, code)
            another.add_dossier(found).result()
            assert plainly(wanted) == plainly(one.dossier(code)) == plainly(another.dossier(code))

        holds()
        assert another.verify().problems == ()


def test_a_code_that_is_taken_is_not_added_to_by_itself() -> None:
    with temporary_store() as store:
        store.add_dossier(dossier(visits=1)).result()
        with pytest.raises(StoreError):
            store.add_dossier(dossier(visits=2)).result()
        assert meet(store.dossier(CLIENT.code), dossier(visits=1)).equal


def test_visits_are_added_whole_where_that_is_asked_for() -> None:
    with temporary_store() as store:
        store.add_dossier(dossier(visits=1)).result()
        store.add_visits(CLIENT.code, [visited(number=2)]).result()
        assert meet(store.dossier(CLIENT.code), dossier(visits=2)).equal


def test_a_key_that_is_taken_leaves_nothing_behind() -> None:
    thief = Client(code="K-018")
    with temporary_store() as store:
        store.add_dossier(dossier(visits=1)).result()
        stolen = visited(thief)
        with pytest.raises(StoreError):
            store.add_dossier(Dossier(thief, (stolen,))).result()
        assert store.clients() == [CLIENT]


@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
def test_recordings_of_many_people_are_equal_on_the_way_through_a_tree(tmp_path: Path) -> None:
    kept: list[KeptTrial] = []
    visit = Visit(id=new_id(), client="K-1", started_at=utc_now())
    for folder in sorted(path for path in DATA.iterdir() if path.is_dir()):
        files = sorted(folder.glob("*.csv.gz"))
        for file in files[:: max(1, len(files) // A_DATASET)][:A_DATASET]:
            kept.append(_kept(visit, len(kept) + 1, formats.read(file)))
    with temporary_store() as one, temporary_store() as another:
        one.add_dossier(Dossier(Client(code="K-1"), (KeptVisit(visit, tuple(kept)),))).result()
        for found in through(tmp_path / "tree", one, "K-1"):
            another.add_dossier(found).result()
        assert another.trials(visit.id) == one.trials(visit.id)
        assert len(kept) > A_DATASET
        for each in kept:
            assert each.recording is not None
            again = another.recording(each.trial.id)
            assert again is not None
            np.testing.assert_array_equal(again.time_s, each.recording.samples.time_s)
            np.testing.assert_array_equal(again.acceleration, each.recording.samples.acceleration)
            np.testing.assert_array_equal(again.angular_velocity, each.recording.samples.angular_velocity)


def _kept(visit: Visit, number: int, recording: Recording) -> KeptTrial:
    trial = Trial(
        id=new_id(),
        visit=visit.id,
        test=TestName.GUG,
        number=number,
        started_at=utc_now(),
        recording=new_id(),
    )
    sensor = UsedSensor(
        driver="replay",
        name="file",
        serial="1",
        nominal_rate_hz=recording.nominal_rate_hz or 100.0,
        placement=recording.placement or Placement.WAIST,
    )
    return KeptTrial(trial, KeptRecording(id=trial.recording or "", samples=recording, sensor=sensor))
