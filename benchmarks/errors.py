"""How far results lie from references: the errors of one figure, pooled and by person, and whether intervals hold them.

The spread between people. A reference made by a person watching a video follows that person's habit, which differs from
one recorded person to the next; so does, to some degree, our own error. What can be estimated is the standard deviation
between people of the mean error, with the part that chance within people gives taken off (one-way random effects). It
is an upper bound of the label's own noise. Intervals speak of our error only, so both shares are given: of references
inside the interval as it is, and inside it when 1.96 times that spread is added in quadrature. Where a reference means
another moment than we do (`benchmarks.definitions`), the interval reaches there, and that constant is shown.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from benchmarks.rows import rounded

REPEATED = 10
"""So many recordings more than people are needed to tell people from chance."""
NORMAL_95 = 1.96
"""Half the width of a 95 % interval, in standard deviations of a normal distribution."""


class Found(NamedTuple):
    """One result beside its reference.

    Parameters
    ----------
    error : result minus reference
    person : whose
    interval : the ends of the 95 % interval minus the reference; None where none was given
    """

    error: float
    person: str
    interval: tuple[float, float] | None = None


class Errors(msgspec.Struct, frozen=True, kw_only=True):
    """The errors of one figure.

    Parameters
    ----------
    dataset : of which recordings, with their placement
    variant : as which test they were analysed
    figure : a measure or an event
    unit : of all errors below
    n, of, people : how many were found, of how many references, of how many persons
    bias, mae, rmse, p95, max : the mean error, the mean, root mean square, 95th percentile and largest of its size
    mae0 : mean size after taking off the median error
    within : mean size after taking off each person's own; None without repetitions
    inside, width : share of references inside the 95 % interval, and its mean width
    offset : what the reference's own definition makes of the error; None where it means the same moment
    people_sd : standard deviation between people of the mean error; None where it cannot be told from chance
    inside_wide : as `inside`, with `people_sd` added to each interval
    scale : by how much all intervals have to be multiplied so that, with `people_sd`, 95 % hold their reference
    needed : the half-width that, as one constant for all and with `people_sd`, holds 95 %
    """

    dataset: str
    variant: str
    figure: str
    unit: str
    n: int
    of: int
    people: int
    bias: float | None = None
    mae: float | None = None
    mae0: float | None = None
    within: float | None = None
    rmse: float | None = None
    p95: float | None = None
    max: float | None = None
    inside: float | None = None
    width: float | None = None
    offset: float | None = None
    people_sd: float | None = None
    inside_wide: float | None = None
    scale: float | None = None
    needed: float | None = None

    @property
    def missing(self) -> int:
        """References without a result."""
        return self.of - self.n

    @property
    def share_inside(self) -> float | None:
        """The share that calibration is judged by."""
        return self.inside if self.inside_wide is None else self.inside_wide


def errors(
    found: Sequence[Found],
    of: int,
    *,
    dataset: str,
    variant: str,
    figure: str,
    unit: str = "s",
    exact: bool = False,
    offset: float | None = None,
) -> Errors:
    """Sum up the errors of one figure.

    Parameters
    ----------
    exact : an exact reference leaves no spread between people to allow for
    offset : the part of the errors that is a matter of definition
    """
    people = len({each.person for each in found})
    empty = Errors(dataset=dataset, variant=variant, figure=figure, unit=unit, n=len(found), of=of, people=people)
    if not found:
        return empty
    error = np.array([each.error for each in found])
    size = np.abs(error)
    spread = None if exact else people_sd(found)
    given = [each for each in found if each.interval is not None]
    held = [(abs(each.error), room(each)) for each in given]
    return msgspec.structs.replace(
        empty,
        bias=rounded(error.mean(), 3),
        mae=rounded(size.mean(), 3),
        mae0=rounded(np.abs(error - np.median(error)).mean(), 3),
        within=rounded(float(np.abs(within(found)).mean()), 3) if _repeated(found) else None,
        rmse=rounded(np.sqrt(np.mean(error**2)), 3),
        p95=rounded(percentile_95(size.tolist()), 3),
        max=rounded(size.max(), 3),
        inside=rounded(_share_inside(held, 0.0), 3),
        width=rounded(float(np.mean([width(each) for each in given])), 3) if given else None,
        offset=rounded(offset, 3),
        people_sd=rounded(spread, 3),
        inside_wide=None if spread is None else rounded(_share_inside(held, spread), 3),
        scale=rounded(_scale(held, spread or 0.0), 2),
        needed=rounded(percentile_95([own_part(abs(each.error), spread or 0.0) for each in found]), 3),
    )


def own_part(size: float, spread: float) -> float:
    """Give what is left of an error for our interval to hold, beside the spread between people."""
    return math.sqrt(max(0.0, size**2 - (NORMAL_95 * spread) ** 2))


def within(found: Sequence[Found]) -> list[float]:
    """Take each person's own median error off."""
    return [each - float(np.median(own)) for own in by_person(found).values() for each in own]


def people_sd(found: Sequence[Found]) -> float | None:
    """Estimate the standard deviation between people of the mean error, by one-way analysis of variance."""
    if not _repeated(found):
        return None
    groups = [np.array(own) for own in by_person(found).values()]
    n, k = len(found), len(groups)
    mean = np.mean([each.error for each in found])
    between = sum(len(own) * (own.mean() - mean) ** 2 for own in groups) / (k - 1)
    chance = sum(((own - own.mean()) ** 2).sum() for own in groups) / (n - k)
    size = (n - sum(len(own) ** 2 for own in groups) / n) / (k - 1)
    return math.sqrt(max(0.0, (between - chance) / size))


def percentile_95(sizes: Sequence[float]) -> float:
    """Give the smallest value that at least 95 % do not exceed: the scorer's definition."""
    return sorted(sizes)[math.ceil(0.95 * len(sizes)) - 1]


def room(each: Found) -> float:
    """Give how far the interval reaches from the result towards the reference."""
    assert each.interval is not None
    lower, upper = each.interval
    return each.error - lower if each.error > 0 else upper - each.error


def width(each: Found) -> float:
    """Give how wide the interval is."""
    assert each.interval is not None
    return each.interval[1] - each.interval[0]


def _repeated(found: Sequence[Found]) -> bool:
    """Tell whether there are enough people with enough repetitions to tell people from chance."""
    people = len({each.person for each in found})
    return people >= 2 and len(found) - people >= REPEATED


def by_person(found: Sequence[Found]) -> dict[str, list[float]]:
    """Gather the errors of each person."""
    own: dict[str, list[float]] = collections.defaultdict(list)
    for each in found:
        own[each.person].append(each.error)
    return own


def _share_inside(held: Sequence[tuple[float, float]], spread: float) -> float | None:
    """Give the share of errors that their interval holds; a nanosecond is for the rounding of sums."""
    if not held:
        return None
    return float(np.mean([size <= math.hypot(reach, NORMAL_95 * spread) + 1e-9 for size, reach in held]))


def _scale(held: Sequence[tuple[float, float]], spread: float) -> float | None:
    """Give the factor for all intervals by which 95 % of the errors are held."""
    if not held:
        return None
    left = (own_part(size, spread) for size, _ in held)
    needed = [
        0.0 if own <= 1e-9 else own / reach if reach > 0 else math.inf
        for own, (_, reach) in zip(left, held, strict=True)
    ]
    return percentile_95(needed)
