"""Make the page of the comparison with other toolkits out of its figures.

python -m benchmarks.peer_tables benchmarks/results/peers.json docs/peers.md
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.peer_scores import ERRORS
from benchmarks.rows import Row

HEAD = """# Side by side with other toolkits

*Made by `python -m benchmarks.peer_tables` from `benchmarks/results/peers.json`, which
`python -m benchmarks.peers --data DIR --json FILE` measured: all on one machine, in one run, on the same recordings.*

How to read it, and what speaks for whom:

- **Our constants were fitted on these recordings**, the peers' on others. Figures on people kept apart come from the
  same command with another DIR. No claim rests on fewer than ten people: `eurobench_sts` and `rantalainen_sts` are
  regression checks.
- **skdh** finds rises only, from acceleration only. Its stillness constraint is the default; without it is what its
  documentation advises for repeated rises in a clinic. *As shipped* it finds next to nothing in recordings of 12 s: the
  edges of its wavelet inflate the threshold, and the option against that (`power_std_trim`) does nothing in this
  version. So it also ran *scaled* (the quietest half second taken for 1 g), scaled and *trimmed* (that option set
  behind its back, 0.5 s), scaled and *padded* (30 s of stillness at both ends, package untouched). No variant is best
  everywhere; all are shown, none was chosen.
- **mobgap** and skdh's gait got the way out only, a second of margin on either side; mobgap's turns got the whole
  recording; all of these with x turned up and z ahead. We get every recording as it is, with the placement.
- *Mae after own median* takes each toolkit's own median error off, as if it knew its constant habit; in parentheses
  the number of events.
- **CPU**: process time per recording, mean, one thread, imports and first call excluded. Ours is the whole analysis of
  the whole recording (orientation, every event and measure with its interval); theirs is the detector named on what it
  got, skdh's gait with its measures.
- Toolkits that are not here were not run by this command.
"""

_TITLES = {
    "chair_stands": "Rises from a chair",
    "rises": "Rises in everyday movement",
    "contacts": "Initial contacts",
    "turns": "The U-turn",
}
_NOTES = {
    ("eurobench_sts", "chair_stands"): (
        "Reference: the force on the seat. A rise counts as found when its middle is within 1 s of seat-off. skdh gives"
        " no seat-off: its start lies before and its end after it by definition, so only the last error compares."
    ),
    ("sisfall_chair", "chair_stands"): (
        "By protocol there is exactly one rise in each; nobody knows when, so this is a count, not a place."
    ),
    ("rantalainen_sts", "chair_stands"): (
        "Reference: a second sensor at the thigh. A rise counts as found when its middle is within 1 s."
    ),
    ("hapt", "rises"): (
        "Reference: labels from video. Found: the middle of a rise in a label or within 1 s of it. False: in labelled"
        " time, in no such label and in none of lying down or getting up from there."
    ),
    ("voisard_10m_uturn", "contacts"): (
        "Reference: foot sensors, checked by hand, on the way out; paired within 0.25 s."
    ),
    ("voisard_10m_uturn", "turns"): (
        "Reference: the authors' U-turn, which is narrower than the turning of the back: the bias of the edges mixes"
        " definition and error. We look for one turn only, that in which the walk ends."
    ),
}
_UNITS = {"1/h": "", "s": " s", "deg": "°", "h": " h"}
_LAST = ("failed", "CPU")
_COUNTS = ("extra", "missed", "other turns", "none", "more", "failed")


class Page(NamedTuple):
    """One comparison."""

    dataset: str
    benchmark: str


def page(rows: Sequence[Row]) -> Iterator[str]:
    """Give the lines of the page."""
    yield from HEAD.splitlines()
    for _, group in itertools.groupby(rows, key=lambda row: Page(row.dataset, row.benchmark)):
        yield from table(list(group))


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Give the lines of one comparison: a variant to a line, a figure (or a kind of error) to a column."""
    first = rows[0]
    dataset, task = first.dataset.split(" ")[0], first.benchmark.split(", ")[1]
    recordings = next(row.of for row in rows if row.figure == "CPU")
    shown = sorted((row for row in rows if row.figure != "failed" or row.n), key=lambda row: row.figure in _LAST)
    columns = list(dict.fromkeys(_column(row.figure) for row in shown))
    yield ""
    yield f"## {_TITLES[task]}: {first.dataset}, {_of(recordings, first.people)}"
    yield ""
    yield _NOTES[dataset, task]
    yield ""
    yield f"| | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for variant, group in itertools.groupby(rows, key=lambda row: row.variant):
        figures = list(group)
        cells = (_cell([row for row in figures if _column(row.figure) == column]) for column in columns)
        name = f"**{variant}**" if variant == "teststation" else variant
        yield f"| {name} | {' | '.join(cells)} |"


def _column(figure: str) -> str:
    """Put the three kinds of error of one moment into one column."""
    for kind in ERRORS:
        if figure.endswith(f" {kind}"):
            return f"{figure.removesuffix(kind).strip()}: {', '.join(ERRORS)}"
    return figure


def _cell(rows: Sequence[Row]) -> str:
    row = next(iter(rows), None)
    if row is None or row.value is None:
        return "–"
    if len(rows) > 1:
        others = ("–" if each.value is None else f"{each.value:.3f}" for each in rows[1:])
        return f"{row.value:+.3f}, {', '.join(others)} s ({row.n})"
    if row.figure in _COUNTS:
        return f"{row.n}"
    if row.unit == "1":
        return f"{row.value:.4f}" if row.figure == "F1" else f"{row.n} of {row.of} ({100 * row.value:.1f} %)"
    decimals = 3 if row.figure == "CPU" else 1
    return f"{row.value:.{decimals}f}{_UNITS[row.unit]}"


def _of(recordings: int, people: int) -> str:
    return f"{recordings} recording{'s' * (recordings != 1)} of {people} {'person' if people == 1 else 'people'}"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", type=Path)
    parser.add_argument("page", type=Path)
    options = parser.parse_args()
    rows = msgspec.json.decode(options.figures.read_bytes(), type=list[Row])
    options.page.write_text("\n".join(page(rows)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
