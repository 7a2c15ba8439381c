"""The validation report: current with the results that are kept, and honest about few people."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import msgspec
import pytest
from benchmarks.kept import RESULTS, Kept, read_kept, save_kept
from benchmarks.plots import bland_altman
from benchmarks.report import CLAIM, PAGE, PLOT, REGRESSION, Results, page, plots, read, verdict

LARGEST_BYTES = 40_000


@pytest.fixture(scope="module")
def results() -> Results:
    return read(RESULTS)


def test_the_report_is_current(results: Results) -> None:
    assert page(results) == PAGE.read_text(encoding="utf-8"), "run: python -m benchmarks.report"


def test_the_plots_are_current_and_small(results: Results) -> None:
    drawn = plots(results.people)
    kept = {path.name: path.read_text(encoding="utf-8") for path in (PAGE.parent / "images").glob(f"{PLOT}*.svg")}
    assert kept == drawn, "run: python -m benchmarks.report"
    assert drawn
    for drawing in drawn.values():
        ET.fromstring(drawing)
        assert len(drawing.encode()) < LARGEST_BYTES


def test_every_picture_and_page_that_is_named_is_there() -> None:
    named = re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert named
    assert not [name for name in named if not (PAGE.parent / name).exists()]


def test_results_read_as_they_were_written(tmp_path: Path) -> None:
    kept = read_kept(RESULTS / "people.json")
    save_kept(kept, tmp_path / "people.json")
    assert (tmp_path / "people.json").read_text() == (RESULTS / "people.json").read_text()


def test_no_recording_of_a_person_can_be_told_from_the_results() -> None:
    assert not re.search(r"s\d\d_\d\d|Elderly_|Young_", (RESULTS / "people.json").read_text(encoding="utf-8"))


def test_fewer_than_ten_people_make_no_claim(results: Results) -> None:
    for each in results.people.errors:
        if each.inside is not None and each.people < CLAIM:
            assert verdict(each) == REGRESSION
            assert f"| {each.dataset} | `{each.figure}` | {each.n} | ({each.people}) |" in page(results)


@pytest.mark.parametrize(("share", "said"), [(0.89, "too narrow"), (0.95, "calibrated"), (0.985, "too wide")])
def test_an_interval_is_judged_with_the_spread_between_people(results: Results, share: float, said: str) -> None:
    some = next(each for each in results.people.errors if each.people >= CLAIM and each.inside is not None)
    assert verdict(msgspec.structs.replace(some, inside=0.5, inside_wide=share)) == said
    assert verdict(msgspec.structs.replace(some, inside=share, inside_wide=None)) == said


def test_other_people_may_have_been_measured_on_less(results: Results) -> None:
    """A folder with one data set and without the long benchmarks makes a report too."""
    one = results.people.errors[0].dataset
    few = Kept(
        shares=[row for row in results.people.shares if row.dataset == one],
        errors=[each for each in results.people.errors if each.dataset == one],
    )
    text = page(Results(generated=results.generated, people=few, speed=results.speed, longer={}))
    assert one.split(" ", maxsplit=1)[0] in text
    assert "voisard_10m_uturn |" not in text


def test_a_plot_shows_every_point_and_the_limits() -> None:
    drawing = bland_altman([(10.0, 0.1), (11.0, -0.1), (12.0, 0.3)], "duration", "s")
    assert drawing.count("<circle") == 3
    assert "+0.10 s" in drawing
    assert "+0.49 s" in drawing
    assert "-0.29 s" in drawing
