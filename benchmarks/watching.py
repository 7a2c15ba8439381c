"""The live watcher on real recordings, fed as a sensor would send them: what it saw, and how late.

    python -m benchmarks.watching --data DIR [--only tug_pocket] [--every 1] [--jobs 2] [--json FILE]

A delay runs from the reference to the moment at which the packet came that made the watcher say so. References are
those beside the recordings; where there is none (marked *), the analysis of the whole recording stands in, and the
figure says how far the two part. A recording that ends before the stop had to be proposed is censored: it counts
neither for nor against. A stop before the reference is false. Pauses of 3 s come from generated signals (no person's
recording has one); a pause in a walk is not among them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import msgspec
import numpy as np

from benchmarks.asked import data_sets, questions
from benchmarks.pieces import rests
from benchmarks.rows import Row, Shared, rounded, save, shared
from teststation.model import Analysis, Placement, Recording, TestName
from teststation.sensors.synthetic import (
    BELT,
    ON_THIGH,
    Generated,
    chair_stands,
    draw_person,
    get_up_and_go,
)
from teststation.signals.orientation import orient
from teststation.signals.prepare import prepare
from teststation.signals.walks import STANDING_STILL_S
from teststation.tests import catalogue
from teststation.tests.base import Options, Sight, Sighting

PACKET = 4
START_IN_TIME_S = 0.3
REPETITION_IN_TIME_S = 0.5
STOP_IN_TIME_S = {TestName.GUG: 1.5, TestName.TCS: 1.5, TestName.GAIT: STANDING_STILL_S + 1.5}
"""What the watcher must keep to; a recording that ends before a stop had to be proposed is censored."""
START_REACH_S = 1.0
"""A start or a repetition seen further from the reference is another one."""
FALSE_S = 1.0
"""A stop so long before the reference is false: labels differ by up to 0.6 s, and a thigh rests before the trunk."""
PAUSE_S = 3.0
ENDLESS = 10**6

_AROUND_S = 1.0
_BEGINNINGS = ("movement_onset", "stand_onset", "sit_onset", "gait_start")

_PHASES = {
    TestName.GUG: {
        "movement_onset": "sit_to_stand",
        "standing": "walk_out",
        "turn_1_start": "turn_1",
        "turn_1_end": "walk_back",
        "turn_2_start": "turn_2",
        "sit_onset": "stand_to_sit",
        "seated": "seated",
    },
    TestName.TCS: {"standing": "standing", "seat_on": "seated"},
    TestName.GAIT: {"gait_start": "walking", "gait_end": "standing"},
}
"""Which phase an event of the analysis begins; the watcher of a chair stand at the thigh sees only these two."""


class Reference(msgspec.Struct, frozen=True):
    """When a test began and ended, s, and how many rises it had; absent where that is not known.

    A `session` of several sets, with other movements before them, has no one start that a watcher could see.
    """

    start_s: float | None = None
    end_s: float | None = None
    rises: int | None = None
    session: bool = False


class Case(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A recording to watch, and what is known of it."""

    recording: Recording
    test: TestName
    options: Options
    reference: Reference
    name: str
    subject: str
    place: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the watcher made of one recording; times in seconds on the recording's clock.

    Parameters
    ----------
    name, subject, place : of the recording
    reference : with the analysis standing in for what is not known
    stands_in : where it does so for the start, for the end
    start_s, stop_s : when the watcher said so; a start is taken back by the next one
    starts_taken_back : how many were
    still_s : from when on the person stays as the test ends, so that a stop is due; absent where they do not
    rises_s : when it counted each rise
    taken_back : rises that were counted and taken back
    upright_s : the end of each rise by the analysis
    phases, expected : of the watcher, of the analysis
    ends_s : the recording's last sample
    """

    name: str
    subject: str
    place: str
    reference: Reference
    stands_in: tuple[bool, bool]
    start_s: float | None
    starts_taken_back: int
    stop_s: float | None
    still_s: float | None
    rises_s: tuple[float, ...]
    taken_back: int
    upright_s: tuple[float, ...]
    phases: tuple[str, ...]
    expected: tuple[str, ...]
    ends_s: float

    @property
    def late_s(self) -> float | None:
        """How late the start was seen; absent where none was that belongs to the reference."""
        if self.start_s is None or self.reference.start_s is None:
            return None
        late_s = self.start_s - self.reference.start_s
        return late_s if abs(late_s) <= START_REACH_S else None

    @property
    def counted(self) -> bool:
        """Whether the rises were counted right."""
        return len(self.rises_s) == self.reference.rises

    @property
    def agrees(self) -> bool:
        """Whether both saw the same phases in the same order; the recording's end may cut off the last."""
        known = self.phases
        return bool(known) and known in (self.expected, self.expected[:-1])


def tug(source: Shared) -> Reference:
    """Video labels."""
    times = source.truth["events_s"]
    return Reference(times.get("stand_start"), times.get("sit_end"), 1)


def chair(source: Shared) -> Reference:
    """Seat force, or a count."""
    truth = source.truth
    on = truth.get("seat_on_s")
    end_s = on[4] if on and len(on) == 5 else None
    rises = truth.get("n_stands", truth.get("n_sit_to_stand"))
    return Reference(None, end_s, rises, session=source.dataset == "rantalainen_sts")


def walk(source: Shared) -> Reference:
    """Foot sensors; the back's clock is another one in `marpino_5m`, and INDIP's bouts begin when strides are even."""
    truth = source.truth
    if "trial_start_s" in truth:
        return Reference(truth["trial_start_s"], truth["trial_end_s"])
    if "walk_start_s" in truth and source.side["placement_code"] == "thigh":
        return Reference(truth["walk_start_s"], truth["walk_end_s"])
    return Reference()


WATCHED: dict[str, tuple[TestName, Callable[[Shared], Reference]]] = {
    "tug_pocket": (TestName.GUG, tug),
    "tug_composed": (TestName.GUG, tug),
    "tug_composed_slow": (TestName.GUG, tug),
    "eurobench_sts": (TestName.TCS, chair),
    "rantalainen_sts": (TestName.TCS, chair),
    "sisfall_chair": (TestName.TCS, chair),
    "voisard_10m_uturn": (TestName.GAIT, walk),
    "marpino_5m": (TestName.GAIT, walk),
    "mobilised_lab": (TestName.GAIT, walk),
}


def follow(recording: Recording, test: TestName, options: Options) -> Iterator[tuple[float, Sighting]]:
    """Feed a recording in packets; give each sighting with the time of the sample that brought it."""
    watcher = catalogue.clinical_test(test).watch(options)
    for first in range(0, len(recording.time_s), PACKET):
        piece = slice(first, first + PACKET)
        time_s = recording.time_s[piece]
        sightings = watcher.feed(time_s, recording.acceleration[piece], recording.angular_velocity[piece])
        yield from ((float(time_s[-1]), sighting) for sighting in sightings)


def options_for(source: Shared, reference: Reference) -> Options:
    """Give the protocol: five stands where the recording has so many, else as many as there are."""
    stands = 5 if reference.rises == 5 else ENDLESS
    return Options(placement=Placement(source.side["placement_code"]), stands=stands)


def watch_shared(source: Shared) -> Seen:
    """Watch a recording of a person."""
    test, known = WATCHED[source.dataset]
    reference = known(source)
    return watch(
        Case(
            recording=source.read(),
            test=test,
            options=options_for(source, reference),
            reference=reference,
            name=source.path.name.split(".")[0],
            subject=source.subject,
            place=str(source.side["placement_code"]),
        )
    )


def pauses(people: int = 10) -> Iterator[Case]:
    """Generate tests with a pause in the middle, standing; in a chair stand also seated."""
    for seed in range(people):
        for imu in (BELT, ON_THIGH):
            person = draw_person(seed)
            walked = get_up_and_go(person, imu, seed=seed, rest_s=PAUSE_S)
            start_s, end_s = walked.time_s("movement_onset"), walked.time_s("seated")
            yield _generated(walked, TestName.GUG, Reference(start_s, end_s, 1), seed)
            for upright_s, seated_s in ((PAUSE_S, 0.1), (0.1, PAUSE_S)):
                rose = chair_stands(person, imu, seed=seed, upright_s=upright_s, seated_s=seated_s)
                start_s, end_s = rose.time_s("stand_onset", 1), rose.time_s("seat_on", 5)
                yield _generated(rose, TestName.TCS, Reference(start_s, end_s, 5), seed)


def _generated(made: Generated, test: TestName, reference: Reference, seed: int) -> Case:
    recording = made.recording
    assert recording.placement is not None
    return Case(
        recording=recording,
        test=test,
        options=Options(placement=recording.placement),
        reference=reference,
        name=f"person {seed}",
        subject=f"person {seed}",
        place=recording.placement,
    )


def watch(case: Case) -> Seen:
    """Watch one recording, and analyse it too."""
    seen = list(follow(case.recording, case.test, case.options))
    found = catalogue.analyse(case.recording, case.test, case.options)
    starts = [at for at, sighting in seen if sighting.sight is Sight.START]
    rises_s, taken_back = _counted(seen)
    start_s, end_s = case.reference.start_s, case.reference.end_s
    stands_in = (start_s is None, end_s is None)
    if start_s is None and not case.reference.session:
        start_s = _begun_s(found)
    end_s = _seated_s(found) if end_s is None else end_s
    return Seen(
        name=case.name,
        subject=case.subject,
        place=case.place,
        reference=msgspec.structs.replace(case.reference, start_s=start_s, end_s=end_s),
        stands_in=stands_in,
        start_s=starts[-1] if starts else None,
        starts_taken_back=max(0, len(starts) - 1),
        still_s=_still_s(case, end_s),
        stop_s=next((at for at, sighting in seen if sighting.sight is Sight.STOP), None),
        rises_s=rises_s,
        taken_back=taken_back,
        upright_s=tuple(event.time_s for event in found.events if event.name == "standing"),
        phases=_phases(case.test, seen, _expected_span(case.test, found)),
        expected=_expected(case.test, found),
        ends_s=float(case.recording.time_s[-1]),
    )


def _counted(seen: Sequence[tuple[float, Sighting]]) -> tuple[tuple[float, ...], int]:
    """Give when each rise was counted that still counts in the end, and how many were taken back."""
    rises_s: list[float] = []
    taken_back = 0
    for at, sighting in seen:
        if sighting.sight is not Sight.REPETITION:
            continue
        taken_back += max(0, len(rises_s) - sighting.count)
        rises_s = [*rises_s, *[at] * sighting.count][: sighting.count]
    return tuple(rises_s), taken_back


def _begun_s(found: Analysis) -> float | None:
    return min((event.time_s for event in found.events if event.name in _BEGINNINGS), default=None)


def _seated_s(found: Analysis) -> float | None:
    """Give the end of a Get-Up-and-Go; the other tests have none of their own without a reference."""
    seated = found.event("seated") if found.test is TestName.GUG else None
    return None if seated is None else seated.time_s


def _still_s(case: Case, end_s: float | None) -> float | None:
    """Give when the person has come to stay where a test ends; after a walk people may turn round or walk on."""
    if end_s is None:
        return None
    due_s = STOP_IN_TIME_S[case.test]
    last_s = float(case.recording.time_s[-1])
    if case.test is not TestName.GAIT:
        return end_s if last_s >= end_s + due_s else None
    motion = orient(prepare(case.recording))
    spans = ((motion.time_s[rest.start], motion.time_s[rest.stop - 1]) for rest in rests(motion))
    still = (max(float(first_s), end_s) for first_s, until_s in spans if until_s - max(first_s, end_s) >= due_s)
    return next(still, None)


def _phases(test: TestName, seen: Sequence[tuple[float, Sighting]], within_s: tuple[float, float]) -> tuple[str, ...]:
    """Give the phases that the watcher saw of a test, without a false start and what the analysis does not name."""
    phases: list[str] = []
    count = 0
    for _, sighting in seen:
        if sighting.sight is Sight.PHASE and within_s[0] <= sighting.time_s <= within_s[1]:
            phases.append(sighting.phase)
        if sighting.sight is Sight.REPETITION:
            if sighting.count < count:
                phases = _without(phases, count - sighting.count)
            count = sighting.count
    if test is TestName.GUG and "sit_to_stand" in phases:
        phases = phases[len(phases) - 1 - phases[::-1].index("sit_to_stand") :]
    named = [phase for phase in phases if phase in _PHASES[test].values()]
    return tuple(phase for phase, _ in itertools.groupby(named))


def _without(phases: list[str], rises: int) -> list[str]:
    """Leave out the last rises, which were taken back, and what was seen since the first of them."""
    standing = [k for k, phase in enumerate(phases) if phase == "standing"]
    return [*phases[: standing[-rises]], *phases[-1:]] if len(standing) >= rises else phases


def _expected_span(test: TestName, found: Analysis) -> tuple[float, float]:
    """Give when phases are compared: before and after a walk people may sway, turn or step as they like."""
    times = [event.time_s for event in found.events if event.name in _PHASES[test]]
    if test is not TestName.GAIT or not times:
        return (-np.inf, np.inf)
    return (min(times) - _AROUND_S, max(times) + _AROUND_S)


def _expected(test: TestName, found: Analysis) -> tuple[str, ...]:
    events = sorted((event for event in found.events if event.name in _PHASES[test]), key=lambda event: event.time_s)
    return tuple(_PHASES[test][event.name] for event in events)


def rows(dataset: str, test: TestName, seen: Sequence[Seen]) -> list[Row]:
    """Give the rows of one data set and place."""
    people = len({each.subject for each in seen})

    def row(figure: str, value: float | None, unit: str, n: int, of: int) -> Row:
        return Row(
            benchmark="watching",
            dataset=dataset,
            variant=test,
            figure=figure,
            value=rounded(value),
            unit=unit,
            n=n,
            of=of,
            people=people,
        )

    def delays(figure: str, late_s: Sequence[float], of: int) -> list[Row]:
        known = np.array(late_s)
        median, p95 = (float(np.percentile(known, q)) if len(known) else None for q in (50, 95))
        return [
            row(f"{figure} median", median, "s", len(known), of),
            row(f"{figure} p95", p95, "s", len(known), of),
        ]

    begun = [each for each in seen if each.reference.start_s is not None]
    late_s = [each.late_s for each in begun if each.late_s is not None]
    star = "*" if any(each.stands_in[0] for each in begun) else ""
    soon = sum(abs(late) <= START_IN_TIME_S for late in late_s)
    made = (
        []
        if all(each.reference.session for each in seen)
        else [
            row(f"start recall{star}", _share(len(late_s), len(begun)), "1", len(late_s), len(begun)),
            row(f"start in time{star}", _share(soon, len(begun)), "1", soon, len(begun)),
            *delays(f"start delay{star}", late_s, len(begun)),
            row(
                "starts taken back", float(back := sum(each.starts_taken_back for each in begun)), "1", back, len(begun)
            ),
        ]
    )
    made += _stops(test, seen, row, delays)
    if test is TestName.TCS:
        known = [each for each in seen if each.reference.rises is not None]
        right, rises = sum(each.counted for each in known), sum(len(each.upright_s) for each in seen)
        late_s = [late for each in seen for late in _paired(each.rises_s, each.upright_s)]
        soon = sum(abs(late) <= REPETITION_IN_TIME_S for late in late_s)
        made.append(row("repetitions right", _share(right, len(known)), "1", right, len(known)))
        made.append(row("repetition in time*", _share(soon, rises), "1", soon, rises))
        made += delays("repetition delay*", late_s, rises)
        back = sum(each.taken_back for each in seen)
        made.append(row("taken back", float(back), "1", back, rises + back))
    alike = sum(each.agrees for each in seen)
    return [*made, row("order as analysed*", _share(alike, len(seen)), "1", alike, len(seen))]


def _stops(
    test: TestName, seen: Sequence[Seen], row: Callable[..., Row], delays: Callable[..., list[Row]]
) -> list[Row]:
    ended = [(each, each.reference.end_s) for each in seen if each.reference.end_s is not None]
    if not ended:
        return []
    star = "*" if any(each.stands_in[1] for each, _ in ended) else ""
    false = sum(each.stop_s is not None and each.stop_s < end_s - FALSE_S for each, end_s in ended)
    due = [(each.stop_s, each.still_s) for each, _ in ended if each.still_s is not None]
    early = sum(each.stop_s is not None and each.still_s is None for each, _ in ended)
    late_s = [stop_s - still_s for stop_s, still_s in due if stop_s is not None and stop_s >= still_s - FALSE_S]
    in_time = sum(late <= STOP_IN_TIME_S[test] for late in late_s)
    return [
        row(f"stop proposed{star}", _share(len(late_s), len(due)), "1", len(late_s), len(due)),
        row(f"stop in time{star}", _share(in_time, len(due)), "1", in_time, len(due)),
        *delays(f"stop delay{star}", late_s, len(due)),
        row(f"false stops{star}", float(false), "1", false, len(ended)),
        row(f"censored{star}", float(len(ended) - len(due)), "1", len(ended) - len(due), len(ended)),
        row(f"censored, yet stopped{star}", float(early), "1", early, len(ended) - len(due)),
    ]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _paired(found_s: Sequence[float], truth_s: Sequence[float]) -> list[float]:
    """Pair nearest with nearest; give found minus truth."""
    pairs = sorted(
        (abs(found - truth), i, k)
        for i, found in enumerate(found_s)
        for k, truth in enumerate(truth_s)
        if abs(found - truth) <= START_REACH_S
    )
    left, right = set(range(len(found_s))), set(range(len(truth_s)))
    late_s = []
    for _, i, k in pairs:
        if i in left and k in right:
            left.remove(i)
            right.remove(k)
            late_s.append(found_s[i] - truth_s[k])
    return late_s


def show(dataset: str, test: TestName, seen: Sequence[Seen], *, faults: bool) -> list[Row]:
    """Print the table of one data set and place; give its rows."""
    found = rows(dataset, test, seen)
    print(f"\n{test}: {dataset}, {len(seen)} recordings of {found[0].people} people")
    for row in found:
        value = "none" if row.value is None else f"{row.value:+.3f}"
        print(f"  {row.figure:24s} {value:>8s} {row.unit:2s} {row.n:4d} of {row.of:4d}", flush=True)
    for each in seen if faults else ():
        wrong = list(_faults(test, each))
        if wrong:
            print(f"    {each.name}: {'; '.join(wrong)}")
    return found


def _faults(test: TestName, each: Seen) -> Iterator[str]:
    start_s, end_s = each.reference.start_s, each.reference.end_s
    if start_s is not None and not each.reference.session and each.late_s is None:
        yield f"start {each.start_s} for {start_s:.2f}"
    if each.stop_s is None and each.still_s is not None:
        yield f"no stop for {each.still_s:.2f}"
    if each.stop_s is not None and end_s is not None and each.stop_s < end_s - FALSE_S:
        yield f"false stop {each.stop_s:.2f} for {end_s:.2f}"
    if each.stop_s is not None and each.still_s is not None and each.stop_s > each.still_s + STOP_IN_TIME_S[test]:
        yield f"late stop {each.stop_s:.2f} for {each.still_s:.2f}"
    if test is TestName.TCS and each.reference.rises is not None and not each.counted:
        yield f"{len(each.rises_s)} rises for {each.reference.rises}"
    if not each.agrees:
        yield f"{' '.join(each.phases)} | {' '.join(each.expected)}"


def main() -> None:
    """Run the command."""
    parser = questions(__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--faults", action="store_true", help="name the recordings on which the watcher erred")
    options = parser.parse_args()
    chosen = data_sets(options, WATCHED)
    print(f"packets of {PACKET}; " + (f"every {options.every}. recording" if options.every > 1 else "all recordings"))
    made: list[Row] = []
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for name in chosen:
            sources = [source for source in shared(options.data, name, options.every) if _is_test(source)]
            seen = list(pool.map(watch_shared, sources, chunksize=4))
            for place in sorted({each.place for each in seen}):
                here = [each for each in seen if each.place == place]
                made += show(f"{name} ({place})", WATCHED[name][0], here, faults=options.faults)
        cases = [] if options.only else list(pauses())
        seen = list(pool.map(watch, cases, chunksize=4))
    for test, place in dict.fromkeys((case.test, case.place) for case in cases):
        here = [each for each, case in zip(seen, cases, strict=True) if (case.test, case.place) == (test, place)]
        made += show(f"generated, pauses of {PAUSE_S:g} s ({place})", test, here, faults=options.faults)
    save(made, options.json)


def _is_test(source: Shared) -> bool:
    """Leave out an afternoon's simulated activities: not a test that one watches."""
    return source.dataset != "mobilised_lab" or "Test5" in source.path.name


if __name__ == "__main__":
    main()
