"""Bounds that the errors on generated signals must keep: `benchmarks/results/bounds.toml`, checked by a test.

    python -m benchmarks.bounds            compare with the bounds
    python -m benchmarks.bounds --write    measure, and write the bounds anew

Write them anew only on purpose: after an improvement, so that it cannot be lost, or with a reason why a figure may be
worse. Ten per cent and 5 ms above what was measured leave room for other processors and library versions.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.errors import Errors
from benchmarks.generated import PLACEMENTS, TESTS, measured
from benchmarks.kept import RESULTS, Kept

BOUNDS = RESULTS / "bounds.toml"
PEOPLE = 8
"""The first so many of those of `benchmarks.generated`."""
RELATIVE = 1.10
ABSOLUTE = 0.005
OUTSIDE = 1
"""So many references more than were measured may lie outside their intervals."""

HEAD = f"""# Bounds of the figures on generated signals, of the first {PEOPLE} people:
# {RELATIVE - 1.0:.0%} and {ABSOLUTE:g} above what was measured;
# {OUTSIDE} reference more outside its 95 % interval; none more missing.
# Written by `python -m benchmarks.bounds --write`; `benchmarks/bounds.py` says when to.
"""

Bounds = Mapping[str, Mapping[str, Mapping[str, float]]]
"""By test and placement, by figure, by kind of error."""


def figures(kept: Kept) -> Iterator[tuple[str, dict[str, float]]]:
    """Give what is bounded of each figure; an absent figure is missing as a whole."""
    (complete,) = kept.shares
    yield "complete", {"missing": complete.of - complete.n}
    for each in kept.errors:
        yield each.figure, kinds(each)


def kinds(each: Errors) -> dict[str, float]:
    """Give the bounded kinds of error of a figure."""
    missing = {"missing": float(each.missing)}
    if each.mae is None or each.bias is None or each.p95 is None:
        return missing
    size = {"bias": abs(each.bias), "mae": each.mae, "p95": each.p95}
    if each.inside is None or each.width is None:
        return size | missing
    return size | {"width": each.width, "outside": round((1.0 - each.inside) * each.n)} | missing


def bound(kind: str, value: float) -> float:
    """Set the bound of a figure from what was measured."""
    if kind == "missing":
        return value
    return value + OUTSIDE if kind == "outside" else round(value * RELATIVE + ABSOLUTE, 3)


def worse(kept: Kept, bounds: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Name what is above its bound, or has none, or is not there any more."""
    found = dict(figures(kept))
    for figure in bounds.keys() - found.keys():
        yield f"{figure} is gone"
    for figure, values in found.items():
        for kind, value in values.items():
            most = bounds.get(figure, {}).get(kind)
            if most is None:
                yield f"{figure}: {kind} has no bound"
            elif value > most + 1e-9:
                yield f"{figure}: {kind} {value:g} > {most:g}"


def read(path: Path = BOUNDS) -> Bounds:
    """Read the bounds."""
    bounds: Bounds = tomllib.loads(path.read_text(encoding="utf-8"))
    return bounds


def written(results: Mapping[str, Kept]) -> str:
    """Write the bounds of results by test and placement as TOML, a figure to a line."""
    lines = [HEAD]
    for name, kept in results.items():
        lines.append(f"[{name}]")
        for figure, values in figures(kept):
            cells = ", ".join(f"{kind} = {bound(kind, value):g}" for kind, value in values.items())
            lines.append(f"{figure} = {{ {cells} }}")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    results = {f"{test}-{place}": measured(test, place, PEOPLE) for test in TESTS for place in PLACEMENTS}
    if options.write:
        BOUNDS.write_text(written(results), encoding="utf-8")
        return
    bounds = read()
    faults = [f"{name}: {fault}" for name, kept in results.items() for fault in worse(kept, bounds.get(name, {}))]
    print("\n".join(faults) or "all within their bounds")
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
