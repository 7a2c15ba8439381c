from __future__ import annotations

import tomllib

import msgspec
import pytest
from benchmarks.bounds import PEOPLE, figures, read, worse, written
from benchmarks.generated import PLACEMENTS, TESTS, measured
from benchmarks.kept import Kept

from teststation.model import TestName


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("test", TESTS)
def test_no_figure_on_generated_signals_is_worse_than_its_bound(test: TestName, placement: str) -> None:
    kept = measured(test, placement, PEOPLE)
    assert not list(worse(kept, read()[f"{test}-{placement}"]))


@pytest.fixture(scope="module")
def kept() -> Kept:
    return measured(TestName.GAIT, "lower_back", 2)


def test_bounds_hold_what_they_were_written_from(kept: Kept) -> None:
    bounds = tomllib.loads(written({"gait": kept}))["gait"]
    assert bounds.keys() == dict(figures(kept)).keys()
    assert not list(worse(kept, bounds))


def test_a_worse_figure_is_named(kept: Kept) -> None:
    bounds = tomllib.loads(written({"gait": kept}))["gait"]
    duration, *others = kept.errors
    assert duration.mae is not None
    assert duration.bias is not None
    spoilt = msgspec.structs.replace(duration, mae=duration.mae * 1.2 + 0.01, bias=-abs(duration.bias) - 1.0)
    fewer = msgspec.structs.replace(others[0], n=others[0].n - 1)
    found = list(worse(Kept(shares=kept.shares, errors=[spoilt, fewer, *others[2:]]), bounds))
    assert [fault.split(" ")[0] for fault in found] == [
        f"{others[1].figure}",
        f"{duration.figure}:",
        f"{duration.figure}:",
        f"{fewer.figure}:",
    ]
