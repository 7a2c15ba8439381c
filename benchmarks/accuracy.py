"""Accuracy on real recordings: analyse every data set under DIR and score it against its references.

    python -m benchmarks.accuracy --data DIR [--only tug_pocket] [--jobs 2] [--json FILE]

DIR has the layout `DIR/<dataset>/NAME.csv.gz` with `NAME.json` beside it; the scorer is `DIR/../tools/score.py`, which
says what is paired with what. The phases of a Get-Up-and-Go are scored here as well, as durations between its labels.
"""

from __future__ import annotations

import collections
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.asked import data_sets, questions
from benchmarks.definitions import offsets
from benchmarks.errors import Errors, Found, errors
from benchmarks.kept import Kept, Points, save_kept
from benchmarks.rows import Row, Shared, rounded, shared

TESTS = {
    "tug_pocket": "gug",
    "tug_composed": "gug",
    "eurobench_sts": "tcs",
    "rantalainen_sts": "tcs",
    "sisfall_chair": "tcs",
    "hapt": "postures",
    "voisard_10m_uturn": "gait",
    "marpino_5m": "gait",
    "mobilised_lab": "gait",
}
NEGATIVE_CONTROLS = ("voisard_10m_uturn", "marpino_5m")
"""Nobody rises in these: analysed once more as a chair stand."""

NOBODY_RISES = "no chair rise"
"""What the scorer calls it when none was found."""

PHASES = {
    "sit_to_stand_duration": ("stand_start", "stand_end"),
    "walk_out_duration": ("stand_end", "turn1_start"),
    "turn_1_duration": ("turn1_start", "turn1_end"),
    "walk_back_duration": ("turn1_end", "turn2_start"),
    "turn_2_duration": ("turn2_start", "turn2_end"),
    "stand_to_sit_duration": ("sit_start", "sit_end"),
}
"""Our measures between the labels of `tug_pocket`."""


class Judged:
    """What the scorer says of the recordings of one place, analysed as one test."""

    def __init__(self, place: str, test: str, score: Any) -> None:
        self.place, self.test, self.score = place, test, score
        self.people: set[str] = set()
        self.pairs: dict[str, list[tuple[str, float, float]]] = collections.defaultdict(list)

    def kept(self) -> Kept:
        """Give what is worth keeping of it."""
        return Kept(shares=list(self._shares()), errors=list(self._errors()), points=list(self._points()))

    def _errors(self) -> Iterator[Errors]:
        found = self.found()
        taken = offsets(self.place.split(" ", maxsplit=1)[0], found)
        for figure, of in self.score.total.items():
            yield errors(
                found[figure], of, dataset=self.place, variant=self.test, figure=figure, offset=taken.get(figure)
            )

    def found(self) -> dict[str, list[Found]]:
        """Give every result beside its reference, by figure."""
        return {figure: [Found(*row) for row in self.score.rows[figure]] for figure in self.score.total}

    def _shares(self) -> Iterator[Row]:
        counts: Mapping[str, int] = self.score.counts
        control = any(name.startswith(NOBODY_RISES) for name in counts)
        for figure in sorted({name.rsplit(" ", 1)[0] for name in counts if name.endswith((" right", " wrong"))}):
            if control and figure != NOBODY_RISES:
                continue
            right = counts.get(f"{figure} right", 0)
            of = right + counts.get(f"{figure} wrong", 0)
            yield self._row(figure, right / of, "1", right, of)
        for name in sorted(counts):
            if name.endswith(" false"):
                seconds = counts["labelled seconds"]
                yield self._row(name, 3600.0 * counts[name] / seconds, "1/h", counts[name], seconds)
            elif name.endswith((" extra", " missed")):
                of = self.score.total[name.rsplit(" ", 1)[0]]
                yield self._row(name, counts[name] / of if of else None, "1", counts[name], of)

    def _row(self, figure: str, value: float | None, unit: str, n: int, of: int) -> Row:
        return Row(
            benchmark="people",
            dataset=self.place,
            variant=self.test,
            figure=figure,
            value=rounded(value),
            unit=unit,
            n=n,
            of=of,
            people=len(self.people),
        )

    def _points(self) -> Iterator[Points]:
        """Give the mean of result and reference and their difference, without names of people or recordings."""
        for figure, pairs in self.pairs.items():
            for person, subject in enumerate(sorted({pair[0] for pair in pairs}), start=1):
                own = sorted(
                    (round((ours + theirs) / 2.0, 2), round(ours - theirs, 2) + 0.0)
                    for whose, ours, theirs in pairs
                    if whose == subject
                )
                yield Points(dataset=self.place, figure=figure, person=person, points=own)


def analysed(data: Path, dataset: str, test: str, jobs: int) -> dict[str, dict[str, Any]]:
    """Analyse a data set as a test; give the results by the recordings' names."""
    recordings = sorted(str(path) for path in (data / dataset).glob("*.csv.gz"))
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.jsonl"
        command = [sys.executable, "-m", "teststation", "analyse", *recordings, "--test", test, "--format", "jsonl"]
        subprocess.run([*command, "--jobs", str(jobs), "--out", str(results)], check=True)
        found = map(json.loads, results.read_text(encoding="utf-8").splitlines())
        return {Path(each["recording"]).name.split(".")[0]: each for each in found}


def scorer(data: Path) -> Any:
    """Load the scorer that lies beside the data."""
    spec = importlib.util.spec_from_file_location("score", data.parent / "tools" / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{data.parent}: no tools/score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judged(data: Path, dataset: str, test: str, jobs: int) -> list[Judged]:
    """Score a data set as a test: one answer a placement."""
    score = scorer(data)
    results = analysed(data, dataset, test, jobs)
    places: dict[str, Judged] = {}
    for source in shared(data, dataset):
        place = f"{source.dataset} ({source.side['placement_code']})"
        here = places.setdefault(place, Judged(place, test, score.Score()))
        result = results.get(source.path.name.split(".")[0], {})
        here.people.add(source.subject)
        score.one(here.score, result, source.side, source.subject)
        measures = {measure["name"]: measure for measure in result.get("measures", [])}
        for name, truth in references(source, test).items():
            measure = measures.get(name, {})
            if name in PHASES:
                here.score.value(name, measure.get("value"), truth, source.subject, measure.get("interval"))
            if measure:
                here.pairs[name].append((source.subject, measure["value"], truth))
    return [places[place] for place in sorted(places)]


def references(source: Shared, test: str) -> dict[str, float]:
    """Give the measures that are known of a recording."""
    truth = source.truth
    if test == "gug" and "durations_s" in truth:
        times = truth["events_s"]
        phases = {name: times[end] - times[start] for name, (start, end) in PHASES.items()}
        return {"duration": truth["durations_s"]["total_stand_start_to_sit_end_s"], **phases}
    if test == "gait" and "walk_duration_s" in truth:
        return {"duration": truth["walk_duration_s"]}
    return {}


def show(kept: Kept) -> None:
    """Print the table of one placement."""
    first = kept.shares[0]
    print(f"\n{first.dataset} as {first.variant}, {first.people} people")
    for row in kept.shares:
        value = "none" if row.value is None else f"{row.value:.3f}"
        print(f"  {row.figure:30s} {value:>7s} {row.unit:3s} {row.n:5d} of {row.of:5d}")
    for each in kept.errors:
        print(f"  {line(each)}", flush=True)


def line(each: Errors) -> str:
    """Write the errors of one figure on a line."""
    if each.bias is None:
        return f"{each.figure:24s} none of {each.of}"
    figures = ("mae", "mae0", "within", "rmse", "p95", "max")
    text = f"{each.figure:24s} {each.n:4d} of {each.of:4d}  bias {each.bias:+.3f}"
    for figure in figures:
        value = getattr(each, figure)
        text += f"  {figure} " + ("  –  " if value is None else f"{value:.3f}")
    if each.inside is not None:
        text += f"  inside 95 % {each.inside:.2f} width {each.width:.2f}"
    if each.inside_wide is not None:
        text += f"  with people's spread {each.people_sd or 0.0:.2f}"
        text += f": {each.inside_wide:.2f}"
    return text


def main() -> None:
    """Run the command."""
    parser = questions(__doc__)
    options = parser.parse_args()
    found = data_sets(options, TESTS)
    whole = Kept()
    for name in found:
        for test in (TESTS[name], "tcs") if name in NEGATIVE_CONTROLS else (TESTS[name],):
            for each in judged(options.data, name, test, options.jobs):
                here = each.kept()
                show(here)
                whole = whole + here
    save_kept(whole, options.json)


if __name__ == "__main__":
    main()
