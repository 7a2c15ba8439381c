"""The validation report, `docs/validation.md` with its plots, out of the results that are kept.

    python -m benchmarks.report [--results FOLDER] [--out FILE]

A test checks that what is in git is current. Results of other people, measured with `--results`, make a report of their
own with `--out`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from benchmarks.errors import Errors
from benchmarks.kept import RESULTS, Kept, read_kept
from benchmarks.plots import bland_altman
from benchmarks.report_texts import (
    DATASETS,
    HEAD,
    INTERVALS,
    NAMES,
    NOT_SHOWN,
    NOTES,
    PLOTS,
    RERUN,
    SECTIONS,
    SHORT,
    SHORT_END,
    UNSCORED,
)
from benchmarks.rows import Row

PAGE = Path(__file__).parents[1] / "docs" / "validation.md"
CLAIM = 10
"""No claim rests on fewer people."""
CALIBRATED = (0.90, 0.98)
"""The share of references that intervals should hold."""
PLOT = "validation-"
REGRESSION = "regression check, no accuracy claim"

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """All results of a folder; those of the long benchmarks are there where they were run."""

    generated: Kept
    people: Kept
    speed: Sequence[Row]
    longer: Mapping[str, Sequence[Row]]


def read(folder: Path) -> Results:
    """Read the results of a folder."""
    longer = {name: folder / f"{name}.json" for name in SECTIONS}
    return Results(
        generated=read_kept(folder / "generated.json"),
        people=read_kept(folder / "people.json"),
        speed=_rows(folder / "speed.json"),
        longer={name: _rows(path) for name, path in longer.items() if path.exists()},
    )


def page(results: Results) -> str:
    """Write the report."""
    parts = [HEAD, *_short(results.people), *_whom(results.people), *_people(results.people)]
    parts += _intervals(results.people)
    parts += _generated(results.generated)
    for name, rows in results.longer.items():
        parts += _section(name, rows)
    parts += _speed(results.speed)
    return "\n\n".join([*parts, NOT_SHOWN.strip(), RERUN.strip()]) + "\n"


def plots(people: Kept) -> dict[str, str]:
    """Draw every plot of which there are enough people, by the name of its file."""
    drawn = {}
    for (dataset, figure), group in _grouped(people.points, lambda each: (each.dataset, each.figure)).items():
        if len(group) >= CLAIM:
            points = [point for each in group for point in each.points]
            title = f"{figure.replace('_', ' ')}: {dataset}, {_so_many(len(group), 'person')}, {len(points)} recordings"
            drawn[_file(dataset, figure)] = bland_altman(points, title, "s")
    return drawn


def _short(people: Kept) -> Iterator[str]:
    """Give the first figures in plain words, each with its people."""
    yield "## In short"
    shares = {(row.dataset, row.variant, row.figure): row for row in people.shares}
    errors = {(each.dataset, each.variant, each.figure): each for each in people.errors}
    lines = []
    for dataset, test, figure, words in SHORT:
        share, error = shares.get((dataset, test, figure)), errors.get((dataset, test, figure))
        if share is not None:
            lines.append(f"- {words}: {share.n} of {share.of} ({_claimed(share.people)}).")
        if error is not None and error.mae is not None:
            lines.append(
                f"- {words}: {error.mae:.3f} s off in the mean, 95 % within {error.p95:.3f} s"
                f" ({_claimed(error.people)}, {error.n} of {error.of})."
            )
    yield "\n".join(lines)
    yield SHORT_END


def _claimed(people: int) -> str:
    return _so_many(people, "person") + ("" if people >= CLAIM else f": {REGRESSION}")


def _whom(people: Kept) -> Iterator[str]:
    yield "## On whom"
    lines = ["| data set | sensor at | people | what it is | reference | stands for |", "|---|---|--:|---|---|---|"]
    for place, rows in _grouped(people.shares, lambda row: row.dataset).items():
        name, worn = _split(place)
        what, reference = DATASETS[name]
        claim = "accuracy" if rows[0].people >= CLAIM else REGRESSION
        lines.append(f"| {name} | {worn} | {rows[0].people} | {what} | {reference} | {claim} |")
    yield "\n".join(lines)


def _people(people: Kept) -> Iterator[str]:
    yield "## On people"
    drawn = plots(people)
    by_set = _grouped(people.shares, lambda row: _split(row.dataset)[0])
    for name in by_set:
        yield f"### {name}"
        yield NOTES[name]
        shares = [row for row in by_set[name] if (name, row.figure) not in UNSCORED]
        yield _shares(shares)
        errors = [each for each in people.errors if _split(each.dataset)[0] == name]
        if errors:
            yield _errors(errors)
        shown = [file for file in drawn if file.startswith(f"{PLOT}{name}-")]
        if shown:
            yield PLOTS
            yield "\n".join(f"![{_described(file)}](images/{file})" for file in shown)


def _shares(rows: Sequence[Row]) -> str:
    lines = ["| sensor at | analysed as | | | | people |", "|---|---|---|--:|--:|--:|"]
    for row in rows:
        of = f"{row.n} in {row.of / 3600.0:.1f} h" if row.unit == "1/h" else f"{row.n} of {row.of}"
        value = f"{row.value:.1f} an hour" if row.unit == "1/h" else _percent(row.value)
        name = NAMES.get(row.figure, row.figure)
        lines.append(f"| {_split(row.dataset)[1]} | {row.variant} | {name} | {of} | {value} | {_crowd(row.people)} |")
    return "\n".join(lines)


def _errors(errors: Sequence[Errors]) -> str:
    kinds = ("bias", "mae", "mae0", "within", "rmse", "p95", "max")
    lines = [f"| sensor at | | n | {' | '.join(kinds)} | people |", f"|---|---|--:|{'--:|' * len(kinds)}--:|"]
    for each in errors:
        cells = (_number(getattr(each, kind), each.unit, sign=kind == "bias") for kind in kinds)
        found = f"{each.n} of {each.of}" if each.missing else f"{each.n}"
        lines.append(
            f"| {_split(each.dataset)[1]} | `{each.figure}` | {found} | {' | '.join(cells)} | {_crowd(each.people)} |"
        )
    return "\n".join(lines)


def _intervals(people: Kept) -> Iterator[str]:
    yield "## Are the intervals honest?"
    yield INTERVALS
    with_intervals = [each for each in people.errors if each.inside is not None]
    columns = ("inside, as given", "other definition", "spread between people", "inside, with it")
    lines = [
        f"| data set | | n | people | {' | '.join(columns)} | mean width | |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for each in with_intervals:
        inside, wide = _percent(each.inside), _percent(each.inside_wide)
        spread, width = _number(each.people_sd, "s"), _number(each.width, "s")
        offset = "same" if each.offset is None else _number(each.offset, "s", sign=True)
        lines.append(
            f"| {each.dataset} | `{each.figure}` | {each.n} | {_crowd(each.people)} | {inside} | {offset} |"
            f" {spread} | {wide} | {width} | {verdict(each)} |"
        )
    yield "\n".join(lines)
    wrong = [each for each in with_intervals if verdict(each) in {"too narrow", "too wide"}]
    if not wrong:
        yield "All measures and events of ten people or more lie between 90 and 98 %."
        return
    yield (
        "Where the share lies outside 90–98 %, this is the half-width that would hold 95 % of the references: on"
        " average with all intervals stretched by one factor, and as one constant for all."
    )
    lines = [
        "| data set | | inside | half-width now | calibrated | factor | as a constant |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for each in wrong:
        assert each.width is not None
        assert each.scale is not None
        half = each.width / 2.0
        lines.append(
            f"| {each.dataset} | `{each.figure}` | {_percent(each.share_inside)} | {half:.2f} s |"
            f" {half * each.scale:.2f} s | {each.scale:.2f} | {_number(each.needed, 's')} s |"
        )
    yield "\n".join(lines)


def verdict(each: Errors) -> str:
    """Say whether an interval is honest, where there are people enough to say so."""
    inside = each.share_inside
    if inside is None:
        return ""
    if each.people < CLAIM:
        return REGRESSION
    lowest, highest = CALIBRATED
    return "too narrow" if inside < lowest else "too wide" if inside > highest else "calibrated"


def _generated(generated: Kept) -> Iterator[str]:
    yield "## On generated signals"
    yield NOTES["generated"]
    yield _shares(generated.shares)
    for (test, place), errors in _grouped(generated.errors, lambda each: (each.variant, each.dataset)).items():
        kinds = ("bias", "mae", "p95", "max", "inside", "width")
        lines = [f"| {test}, {_split(place)[1]} | n | {' | '.join(kinds)} |", f"|---|--:|{'--:|' * len(kinds)}"]
        for each in errors:
            cells = (
                _percent(each.inside)
                if kind == "inside"
                else _number(getattr(each, kind), each.unit, sign=kind == "bias")
                for kind in kinds
            )
            found = f"{each.n} of {each.of}" if each.missing else f"{each.n}"
            lines.append(f"| `{each.figure}` | {found} | {' | '.join(cells)} |")
        yield "\n".join(lines)


def _section(name: str, rows: Sequence[Row]) -> Iterator[str]:
    """Give a long benchmark: a data set to a line, a figure or a variant to a column."""
    section = SECTIONS[name]
    yield f"## {section.title}"
    yield section.text
    chosen = [row for row in rows if not section.figures or _plain(row.figure) in section.figures]
    if not chosen:
        return
    if section.by_variant:
        variants = list(dict.fromkeys(row.variant for row in chosen))
        lines = [f"| data set | | of | people | {' | '.join(variants)} |", f"|---|---|--:|--:|{'--:|' * len(variants)}"]
        for (dataset, figure), group in _grouped(chosen, lambda row: (row.dataset, row.figure)).items():
            values = {row.variant: _value(row) for row in group}
            cells = " | ".join(values.get(variant, "–") for variant in variants)
            lines.append(f"| {dataset} | {figure} | {group[0].of} | {_crowd(group[0].people)} | {cells} |")
    else:
        figures = [figure for figure in section.figures if any(_plain(row.figure) == figure for row in chosen)]
        lines = [f"| data set | test | people | {' | '.join(figures)} |", f"|---|---|--:|{'--:|' * len(figures)}"]
        for (dataset, test), group in _grouped(chosen, lambda row: (row.dataset, row.variant)).items():
            found = {_plain(row.figure): _counted(row) for row in group}
            cells = " | ".join(found.get(figure, "") for figure in figures)
            lines.append(f"| {dataset} | {test} | {_crowd(group[0].people)} | {cells} |")
    yield "\n".join(lines)


def _speed(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Speed"
    yield NOTES["speed"]
    examples = _grouped((row for row in rows if row.figure != "import"), lambda row: row.dataset)
    figures = list(dict.fromkeys(row.figure for group in examples.values() for row in group))
    lines = [f"| | {' | '.join(figures)} |", f"|---|{'--:|' * len(figures)}"]
    for name, group in examples.items():
        found = {row.figure: f"{row.value:g} {row.unit}" for row in group}
        lines.append(f"| {name} | {' | '.join(found.get(figure, '') for figure in figures)} |")
    yield "\n".join(lines)
    yield "\n".join(f"- `import {row.dataset}`: {row.value:g} CPU-s" for row in rows if row.figure == "import")


def _plain(figure: str) -> str:
    return figure.replace("*", "")


def _counted(row: Row) -> str:
    star = "*" if "*" in row.figure else ""
    if row.unit == "1":
        return f"{row.n} of {row.of}{star}"
    return f"{_value(row)}{star}"


def _value(row: Row) -> str:
    if row.value is None:
        return "–"
    return f"{row.value:.3f}" if row.unit == "s" else f"{row.value:g}" if row.unit != "1" else f"{row.value:.3f}"


def _number(value: float | None, unit: str, *, sign: bool = False) -> str:
    if value is None:
        return "–"
    decimals = 3 if unit == "s" else 2
    value = round(value, decimals) + 0.0
    return f"{value:+.{decimals}f}" if sign else f"{value:.{decimals}f}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100.0 * share:.1f} %"


def _crowd(people: int) -> str:
    """Write a number of people; too few for a claim in brackets."""
    return f"{people}" if people >= CLAIM else f"({people})"


def _so_many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {'people' if what == 'person' else what + 's'}"


def _split(place: str) -> tuple[str, str]:
    """Take a data set and a placement apart."""
    name, _, worn = place.removesuffix(")").partition(" (")
    return name, worn


def _file(dataset: str, figure: str) -> str:
    return f"{PLOT}{'-'.join((*_split(dataset), figure))}.svg"


def _described(file: str) -> str:
    name, worn, figure = file.removeprefix(PLOT).removesuffix(".svg").split("-")
    return f"Bland–Altman plot: {figure}, {name}, {worn}"


def _grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Gather items in the order in which their keys first come."""
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _rows(path: Path) -> list[Row]:
    return msgspec.json.decode(path.read_bytes(), type=list[Row])


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args()
    results = read(options.results)
    images = options.out.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    for old in images.glob(f"{PLOT}*.svg"):
        old.unlink()
    for name, drawing in plots(results.people).items():
        (images / name).write_text(drawing, encoding="utf-8")
    options.out.write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
