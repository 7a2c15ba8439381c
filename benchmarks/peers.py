"""Side by side: the same recordings through our analysis and through other toolkits, in one run on one machine.

    python -m benchmarks.peers --data DIR [--only hapt] [--json FILE] [--environments DIR]

skdh and mobgap run in environments of their own, made at first and reused (by pip; default under the platform's cache).
Every toolkit is a process of one thread that gets the same samples; its first recording is done twice, so that what is
loaded at the first call is not counted. Which variants of theirs run, and why so many, says `docs/peers.md`, which
`python -m benchmarks.peer_tables` makes of FILE.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from scipy.spatial.transform import Rotation

from benchmarks import peer_scores, peer_tables
from benchmarks.peer_environments import MOBGAP, OURS, SKDH, Outcome, Toolkit, default_folder, run
from benchmarks.peer_scores import Case, Figure, Score
from benchmarks.peer_workers.protocol import Handed
from benchmarks.rows import Row, Shared, rounded, save, shared

_MARGIN_S = 1.0

Handing = Callable[[Shared], Handed]


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison: which recordings, what is asked of whom, what they get, and how it is scored."""

    dataset: str
    task: str
    score: Score
    peers: tuple[Toolkit, ...]
    placements: tuple[str, ...]
    handing: Handing


def whole(source: Shared) -> Handed:
    """Hand a recording over as it is."""
    recording = source.read()
    return Handed(
        recording.time_s, recording.acceleration, recording.angular_velocity, str(source.side["placement_code"])
    )


def in_body_frame(source: Shared) -> Handed:
    """Turn a recording until x is up while the person stands before walking off, and z ahead, as mobgap wants it.

    The sensor's z points backward here, so half a turn about x follows.
    """
    handed = whole(source)
    standing = handed.acceleration[handed.time_s < source.truth["trial_start_s"]].mean(axis=0)
    upright, _ = Rotation.align_vectors([[1.0, 0.0, 0.0]], [standing / np.linalg.norm(standing)])
    frame = Rotation.from_rotvec([np.pi, 0.0, 0.0]) * upright
    return handed._replace(
        acceleration=frame.apply(handed.acceleration), angular_velocity=frame.apply(handed.angular_velocity)
    )


def way_out(source: Shared) -> Handed:
    """Hand over the way out with a second on either side: those detectors want nothing but walking."""
    handed = in_body_frame(source)
    start_s, end_s = source.truth["trial_start_s"] - _MARGIN_S, source.truth["uturn_start_s"] + _MARGIN_S
    kept = (handed.time_s >= start_s) & (handed.time_s <= end_s)
    return Handed(handed.time_s[kept], handed.acceleration[kept], handed.angular_velocity[kept], handed.placement)


CONTESTS = (
    Contest(
        dataset="eurobench_sts",
        task="chair_stands",
        score=peer_scores.timed_stands,
        peers=(SKDH,),
        placements=("lower_back", "trunk"),
        handing=whole,
    ),
    Contest(
        dataset="sisfall_chair",
        task="chair_stands",
        score=peer_scores.single_stands,
        peers=(SKDH,),
        placements=("waist",),
        handing=whole,
    ),
    Contest(
        dataset="rantalainen_sts",
        task="chair_stands",
        score=peer_scores.timed_stands,
        peers=(SKDH,),
        placements=("chest",),
        handing=whole,
    ),
    Contest(
        dataset="hapt",
        task="rises",
        score=peer_scores.labelled_rises,
        peers=(SKDH,),
        placements=("waist",),
        handing=whole,
    ),
    Contest(
        dataset="voisard_10m_uturn",
        task="contacts",
        score=peer_scores.contacts,
        peers=(MOBGAP, SKDH),
        placements=("lower_back",),
        handing=way_out,
    ),
    Contest(
        dataset="voisard_10m_uturn",
        task="turns",
        score=peer_scores.turns,
        peers=(MOBGAP,),
        placements=("lower_back",),
        handing=in_body_frame,
    ),
)
"""What they get is made for them; we get the recording as it is."""


def compare(contest: Contest, sources: Sequence[Shared], environments: Path) -> Iterator[Row]:
    """Run a comparison on the recordings of one placement."""
    for toolkit in (OURS, *contest.peers):
        handing = whole if toolkit is OURS else contest.handing
        recordings = {_name(source): handing(source) for source in sources}
        for variant, outcomes in run(toolkit, contest.task, recordings, environments).items():
            yield from rows(contest, sources, ", ".join(filter(None, (toolkit.title, variant))), outcomes)


def rows(contest: Contest, sources: Sequence[Shared], variant: str, outcomes: Mapping[str, Outcome]) -> Iterator[Row]:
    """Score what one variant found."""
    here = [outcomes[_name(source)] for source in sources]
    cases = [Case(truth=source.truth, found=each.events) for source, each in zip(sources, here, strict=True)]
    failed = sum(bool(each.failure) for each in here)
    for failure in sorted({each.failure for each in here} - {""}):
        print(f"{variant}: {failure}")
    figures = [
        *contest.score(cases),
        Figure("failed", float(failed), "1", failed, len(here)),
        Figure("CPU", float(np.mean([each.cpu_s for each in here])), "s", len(here), len(here)),
    ]
    for figure in figures:
        yield Row(
            benchmark=f"peers, {contest.task}",
            dataset=f"{contest.dataset} ({sources[0].side['placement_code']})",
            variant=variant,
            figure=figure.name,
            value=rounded(figure.value),
            unit=figure.unit,
            n=figure.n,
            of=figure.of,
            people=len({source.subject for source in sources}),
        )


def _name(source: Shared) -> str:
    return source.path.name.removesuffix(".csv.gz")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--environments", type=Path, default=default_folder())
    options = parser.parse_args()
    made: list[Row] = []
    for contest in CONTESTS:
        if options.only not in contest.dataset:
            continue
        sources = list(shared(options.data, contest.dataset))
        for placement in contest.placements:
            here = [source for source in sources if source.side["placement_code"] == placement]
            if here:
                found = list(compare(contest, here, options.environments))
                print("\n".join(peer_tables.table(found)), flush=True)
                made += found
    if not made:
        raise SystemExit(f"{options.data}: no data set of {', '.join(contest.dataset for contest in CONTESTS)}")
    save(made, options.json)


if __name__ == "__main__":
    main()
