"""What the constants behind the intervals are, and what they should be: recalibration by one command.

    python -m benchmarks.intervals --data DIR [--share 0.94] [--jobs 2]

For every constant the figures that rest on it: what it would have to be so that the share of references inside is as
asked, with the definition's offset taken off (`benchmarks.definitions`). Twice: as if all that differs between people
were the labels' (the spread between people is added to each interval), and as if all of it were ours. The truth is
between the two, and so should the constant be. Then the first once more with each person left out, offset, spread and
constant taken from the others: how far it ranges, and the share inside of those left out.
"""

from __future__ import annotations

import argparse
import importlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.accuracy import Judged, judged
from benchmarks.definitions import offsets
from benchmarks.errors import Found, own_part, people_sd, room, width

SHARE = 0.94
"""In the middle of the 90–98 % that are asked."""


class Constant(NamedTuple):
    """A half-width in the analysis, and the figures of people that tell how large it should be.

    Parameters
    ----------
    one_sided : the constant that is due to the definition; it lengthens one side and is no part of our error
    """

    module: str
    name: str
    place: str
    test: str
    figures: tuple[str, ...]
    one_sided: str | None = None

    @property
    def dataset(self) -> str:
        """The data set, without where the sensor was."""
        return self.place.split(" ", maxsplit=1)[0]

    @property
    def value_s(self) -> float:
        """What it is now."""
        return self._read_s(self.name)

    @property
    def one_sided_s(self) -> float:
        """How much longer one side is, by the definition."""
        return 0.0 if self.one_sided is None else self._read_s(self.one_sided)

    def _read_s(self, name: str) -> float:
        return float(getattr(importlib.import_module(f"teststation.{self.module}"), name))


_TUG, _WALK, _BACK, _THIGH = (
    "tug_pocket (thigh)",
    "voisard_10m_uturn (lower_back)",
    "marpino_5m (lower_back)",
    "marpino_5m (thigh)",
)
CONSTANTS = (
    Constant("tests.get_up_and_go_moments", "_THIGH_OUTER_S", _TUG, "gug", ("movement_onset", "seated")),
    Constant("tests.get_up_and_go_moments", "_THIGH_UPRIGHT_S", _TUG, "gug", ("standing",)),
    Constant(
        "tests.get_up_and_go_moments",
        "_TURN_START_S",
        _TUG,
        "gug",
        ("turn_1_start", "turn_2_start"),
        "_TURN_SEEN_LATER_S",
    ),
    Constant(
        "tests.get_up_and_go_moments", "_TURN_END_S", _TUG, "gug", ("turn_1_end", "turn_2_end"), "_TURN_SEEN_SOONER_S"
    ),
    Constant("tests.gait_speed", "_TURN_EDGE_S", _WALK, "gait", ("turn_start", "turn_end")),
    Constant("signals.steps", "TRUNK_CONTACT_HALF_WIDTH_S", _WALK, "gait", ("initial_contact (out)",)),
    Constant("signals.walks", "TRUNK_START_HALF_WIDTH_S", _WALK, "gait", ("gait_start",)),
    Constant("signals.walks", "TRUNK_CLOSING_HALF_WIDTH_S", _BACK, "gait", ("duration",)),
    Constant("signals.walks", "THIGH_CLOSING_HALF_WIDTH_S", _THIGH, "gait", ("duration",)),
)


class Held(NamedTuple):
    """One reference: whose, how far our interval reaches towards it, and how far it would have to."""

    person: str
    reach: float
    needed: float


Results = Mapping[str, Sequence[Found]]
"""Of one place, by figure."""


def held(constant: Constant, results: Results, known: Results, *, labels_vary: bool) -> list[Held]:
    """Take what is the reference's off the errors of a constant's figures.

    Parameters
    ----------
    results : whose errors
    known : from whom the offset and the spread between people are estimated
    labels_vary : whether the spread is the reference's
    """
    taken = offsets(constant.dataset, known)
    references = []
    for figure in constant.figures:
        spread = (people_sd(known[figure]) or 0.0) if labels_vary else 0.0
        for each in results[figure]:
            if each.interval is not None:
                reach = room(each) if constant.one_sided is None else (width(each) - constant.one_sided_s) / 2.0
                error = each.error - taken.get(figure, 0.0)
                references.append(Held(each.person, reach, own_part(abs(error), spread)))
    return references


def factor(references: Sequence[Held], share: float) -> float:
    """Give the factor by which all intervals have to be multiplied to hold a share of the references."""
    ratios = sorted(each.needed / each.reach if each.reach > 0.0 else math.inf for each in references)
    return ratios[math.ceil(share * len(ratios)) - 1]


def inside(references: Sequence[Held], times: float = 1.0) -> float:
    """Give the share of references that the intervals hold, multiplied."""
    return float(np.mean([each.needed <= times * each.reach + 1e-9 for each in references]))


def left_out(constant: Constant, results: Results, share: float) -> tuple[float, float, float]:
    """Leave out each person once.

    Returns
    -------
    the least and the largest factor from the others, and the share of those left out that it holds
    """
    factors, kept = [], []
    for person in sorted({each.person for figure in constant.figures for each in results[figure]}):
        others, own = ({name: _of(person, found, own=own) for name, found in results.items()} for own in (False, True))
        factors.append(factor(held(constant, others, others, labels_vary=True), share))
        references = held(constant, own, others, labels_vary=True)
        kept += [inside([each], factors[-1]) for each in references]
    return min(factors), max(factors), float(np.mean(kept))


def _of(person: str, found: Sequence[Found], *, own: bool) -> list[Found]:
    return [each for each in found if (each.person == person) is own]


def line(constant: Constant, results: Results, share: float) -> str:
    """Write what a constant is and should be."""
    now_s = constant.value_s
    theirs, ours = (held(constant, results, results, labels_vary=vary) for vary in (True, False))
    least, most, kept = left_out(constant, results, share)
    people = len({each.person for each in theirs})
    return (
        f"{constant.name:28s} {now_s:6.3f} {inside(theirs):7.1%} {inside(ours):7.1%}"
        f" {now_s * factor(theirs, share):7.3f} {now_s * factor(ours, share):6.3f}"
        f"   {now_s * least:6.3f} {now_s * most:6.3f} {kept:7.1%}"
        f"   {len(theirs):4d} of {people:2d} people, {constant.place}: {', '.join(constant.figures)}"
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--share", type=float, default=SHARE)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    runs = dict.fromkeys((constant.dataset, constant.test) for constant in CONSTANTS)
    places: dict[tuple[str, str], Judged] = {}
    for dataset, test in runs:
        if (options.data / dataset).is_dir():
            for each in judged(options.data, dataset, test, options.jobs):
                places[each.place, test] = each
    print(f"half a 95 % interval, s; for {options.share:.0%}: the spread between people is the labels' or ours")
    print(f"{'':28s}    now      inside         for that share    left out: range, inside")
    print(f"{'':28s}         theirs    ours   theirs   ours")
    for constant in CONSTANTS:
        here = places.get((constant.place, constant.test))
        if here is not None:
            print(line(constant, here.found(), options.share), flush=True)


if __name__ == "__main__":
    main()
