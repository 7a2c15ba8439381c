"""A Motion-BIDS tree of clients, out of which the same clients can be made again.

Samples are `*_motion.tsv`, in the shortest decimal numbers that give the same floats. LATENCY is the device's time
from `clock_start_s`, which lies less than a millisecond before the first sample and is a multiple of 2⁻¹⁰ s: so the
difference is exact, and so is the sum that a reader makes of it.

Everything else is kept once, in the key `Teststation` of two JSON side files: `*_sessions.json` (the client, the
visits, what was asked and agreed to) and `*_beh.json` (a trial with its outcome, conditions, times by hand and
analysis; or, with `acq-result`, what was judged, found and confirmed). The other tables (`participants.tsv`,
`*_sessions.tsv`, `*_scans.tsv`, `*_events.tsv`, `*_beh.tsv`) show the same to other programs; a reader of ours sees
whether they still say it. Measures stand in `beh/`, not in `phenotype/`, as BIDS allows a participant only one row
there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from teststation import __version__
from teststation.formats.cells import harmless
from teststation.formats.dossier import Dossier, KeptRecording, KeptTrial, KeptVisit, LinkFact, UsedSensor
from teststation.formats.motion_bids import channel_lines
from teststation.formats.whole import whole_folder
from teststation.model import (
    Client,
    Consent,
    Fact,
    KeptCalibration,
    Measure,
    Placement,
    Questionnaire,
    Recording,
    SavedResult,
    TestName,
    Trial,
    Visit,
)

FORMAT = 1
"""Of the key `Teststation`, and of what the tables say; a reader refuses a higher one."""
OWN_KEY = "Teststation"
MISSING = "n/a"
OLDEST_AGE = 89
"""BIDS asks for no higher ages, which can tell who somebody is; the key `Teststation` has the age itself."""

_TICKS_PER_S = 1024
_LARGEST_S = 2.0**42
_TASKS = {
    TestName.GUG: "Get-Up-and-Go: rise from a chair, walk 3 m, turn, walk back and sit down.",
    TestName.TCS: "Timed chair stand: rise and sit down repeatedly, arms crossed.",
    TestName.GAIT: "Gait speed: walk a short course at usual pace, from standing still.",
    TestName.POSTURES: "A long recording of standing up and sitting down.",
}
_MEASURE_COLUMNS = {
    "measure": "What was measured; the names are those of teststation.",
    "value": "The value, in the unit of the same row.",
    "unit": "The unit (UCUM); 1 is a count or a ratio.",
    "low": "Lower bound of the 95 % interval of the error of measurement.",
    "high": "Upper bound of the 95 % interval of the error of measurement.",
    "source": "What timed it: sensor, key, stopwatch, or sensor_and_key.",
    "at_least": "true where the attempt was broken off, and the value is a lower bound.",
}
# onset and duration are what BIDS says they are, in seconds; the clock is that of LATENCY
_EVENT_COLUMNS = {
    "onset": "",
    "duration": "",
    "trial_type": "cue: the person was told to go. hand_…: a key was pressed. link_…: the radio link. Else a moment "
    "that the analysis found, by its name in teststation.",
    "low": "Lower bound of the 95 % interval of the onset, in seconds.",
    "high": "Upper bound of the 95 % interval of the onset, in seconds.",
    "repetition": "Which stand of a chair stand the event belongs to.",
}
_PARTICIPANT_COLUMNS = {
    "participant_id": "Label of the client in this tree.",
    "age": f"Age in years at the last visit where it was asked; {OLDEST_AGE} stands for all above.",
    "sex": "As registered.",
    "height": "Body height in cm.",
    "weight": "Body weight in kg.",
    "walking_aid": "Walking aid that is used by habit.",
}
_SESSION_COLUMNS = {
    "session_id": "Label of the visit in this tree.",
    "acq_time": "When the visit began (UTC).",
}
_SCAN_COLUMNS = {
    "filename": "The file, from the folder of the visit.",
    "acq_time": "When the attempt began (UTC).",
    "outcome": "How the attempt ended.",
}
_README = """\
# Recordings of physical tests

Written by teststation {version}. Every attempt is a run: `motion/` has what the sensor gave, as it came (acceleration
in m/s² with gravity, rotation in rad/s, the sensor's own time in the channel `latency`), and `beh/` what was measured.
An attempt without a sensor has `beh/` only. `acq-practice` was for practice; `acq-result` is what a test came to over
its attempts.

The key `Teststation` in `*_sessions.json` and `*_beh.json` holds all that Motion-BIDS has no place for (times by hand,
conditions, how an attempt ended, the analysis, the findings with their rules). From it and the samples
`teststation import bids` makes the same attempts again, to the last bit.

Not in this tree: earlier analyses of an attempt that was analysed again.

There are no names here, but it is health data of persons, by code. Before it is shared for research, take out the key
`Teststation` of `*_sessions.json` (code, birth year, age), and ask whether consent was given for it.

What was found is an aid in screening, without CE marking; it is not a diagnosis.
"""


class SampleFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a recording besides its samples; `sha256` is over their little-endian float64 rows of seven."""

    id: str
    samples: int
    sha256: str
    clock_start_s: float
    sensor: UsedSensor
    placement: Placement | None = None
    cue_s: float | None = None
    nominal_rate_hz: float | None = None
    counted_off_s: float | None = None
    link: tuple[LinkFact, ...] = ()


class TrialFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A trial without its samples."""

    trial: Trial
    recording: SampleFacts | None = None


class ResultFacts(msgspec.Struct, frozen=True):
    """What a test came to."""

    result: SavedResult


class VisitFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A visit and what was asked in it, without its trials and results."""

    visit: Visit
    facts: tuple[Fact, ...] = ()
    questionnaires: tuple[Questionnaire, ...] = ()


class SubjectFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A client with the visits."""

    client: Client
    visits: tuple[VisitFacts, ...]
    consents: tuple[Consent, ...] = ()
    calibrations: tuple[KeptCalibration, ...] = ()


def write_tree(folder: Path, codes: Sequence[str], dossiers: Iterable[Dossier]) -> None:
    """Write a tree; it appears under its name when it is whole.

    Parameters
    ----------
    codes : of all clients that follow
    dossiers : one of each code, in the same order; taken one by one, as all recordings may not fit in memory
    """
    with whole_folder(folder) as fresh:
        participants = []
        for label, dossier in zip(labels(codes), dossiers, strict=True):
            for name, data in tree_files(dossier, label):
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            participants.append(participant_line(dossier, label))
        for name, data in _dataset_files(participants).items():
            (fresh / name).write_bytes(data)


def labels(codes: Sequence[str]) -> list[str]:
    """Make a label of letters and digits of each code; no two are alike, not even where case does not count."""
    given: set[str] = set()
    made = []
    for code in codes:
        plain = re.sub(r"[^A-Za-z0-9]", "", code) or "X"
        label, number = plain, 1
        while label.lower() in given:
            number += 1
            label = f"{plain}x{number}"
        given.add(label.lower())
        made.append(label)
    return made


def session_labels(visits: Sequence[Visit]) -> list[str]:
    """Name visits by the second of their beginning."""
    moments = [re.sub(r"[^0-9T]", "", visit.started_at[:19]) or "0" for visit in visits]
    before: Counter[str] = Counter()
    made = []
    for moment in moments:
        before[moment] += 1
        made.append(moment if before[moment] == 1 else f"{moment}x{before[moment]}")
    return made


def tree_files(dossier: Dossier, label: str, *, samples: bool = True) -> Iterator[tuple[str, bytes]]:
    """Give all files of a client, by their names in the tree; without samples those of the signal are left out."""
    visits = [VisitFacts(kept.visit, kept.facts, kept.questionnaires) for kept in dossier.visits]
    sessions = session_labels([kept.visit for kept in dossier.visits])
    subject = f"sub-{label}"
    stem = f"{subject}/{subject}_sessions"
    rows = [(f"ses-{session}", kept.visit.started_at) for session, kept in zip(sessions, visits, strict=True)]
    yield f"{stem}.tsv", _table(_SESSION_COLUMNS, rows)
    facts = SubjectFacts(dossier.client, tuple(visits), dossier.consents, dossier.calibrations)
    yield f"{stem}.json", _described(_SESSION_COLUMNS, facts)
    for session, kept in zip(sessions, dossier.visits, strict=True):
        yield from _visit_files(kept, f"{subject}/ses-{session}", f"{subject}_ses-{session}", samples=samples)


def participant_line(dossier: Dossier, label: str) -> str:
    """Give a client's line of `participants.tsv`."""
    client = dossier.client
    ages = [kept.visit.age for kept in dossier.visits if kept.visit.age is not None]
    age = min(ages[-1], OLDEST_AGE) if ages else None
    return _line((f"sub-{label}", age, client.sex, client.height_cm, client.weight_kg, client.walking_aid))


def lines_of(data: bytes) -> list[str]:
    """Split a table that was written here."""
    return data.decode("utf-8").splitlines()


def clock_start_s(recording: Recording) -> float:
    """Give the moment from which LATENCY runs: no time minus it needs rounding, nor does the sum of both.

    It is a multiple of 2⁻¹⁰ s and lies between zero and the time, so that the difference is a multiple of what the
    time itself is a multiple of, and is smaller. A clock that ever shows less than zero, or more than floats can tell
    milliseconds of, is taken as it is.
    """
    time_s = recording.time_s
    if not len(time_s) or time_s.min() <= 0 or time_s.max() >= _LARGEST_S:
        return 0.0
    return float(np.floor(time_s.min() * _TICKS_PER_S) / _TICKS_PER_S)


def sample_rows(recording: Recording) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Lay the samples side by side: (n, 7), s, m/s² and rad/s."""
    return np.column_stack([recording.time_s, recording.acceleration, recording.angular_velocity])


def sample_sum(recording: Recording) -> str:
    """Sum samples up; two recordings with the same sum are equal to the bit."""
    return hashlib.sha256(sample_rows(recording).astype("<f8").tobytes()).hexdigest()


def sample_facts(kept: KeptRecording) -> SampleFacts:
    """Say what is known of a recording besides its samples."""
    recording = kept.samples
    return SampleFacts(
        id=kept.id,
        samples=len(recording.time_s),
        sha256=sample_sum(recording),
        clock_start_s=clock_start_s(recording),
        sensor=kept.sensor,
        placement=recording.placement,
        cue_s=recording.cue_s,
        nominal_rate_hz=recording.nominal_rate_hz,
        counted_off_s=recording.counted_off_s,
        link=kept.link,
    )


def trial_facts(kept: KeptTrial) -> TrialFacts:
    """Say all of a trial but its samples."""
    return TrialFacts(kept.trial, None if kept.recording is None else sample_facts(kept.recording))


def motion_name(stem: str, trial: Trial) -> str:
    """Name the files of a trial's signal, up to their suffix."""
    return f"{stem}_task-{trial.test}_tracksys-imu{_run(trial)}"


def _run(trial: Trial) -> str:
    """Tell attempts apart: those for practice have numbers of their own."""
    return f"{'_acq-practice' if trial.practice else ''}_run-{trial.number:02d}"


def _dataset_files(participants: Sequence[str]) -> dict[str, bytes]:
    description = {
        "Name": "Physical tests with a body-worn sensor",
        "BIDSVersion": "1.10.0",
        "DatasetType": "raw",
        "License": MISSING,
        "GeneratedBy": [{"Name": "teststation", "Version": __version__}],
        OWN_KEY: {"format": FORMAT},
    }
    participants_table = "\n".join(["\t".join(_PARTICIPANT_COLUMNS), *participants, ""])
    return {
        "participants.tsv": participants_table.encode(),
        "participants.json": _described(_PARTICIPANT_COLUMNS),
        "README.md": _README.format(version=__version__).encode(),
        "CHANGES": b"1.0.0 2026-11-23\n  - First form of this tree.\n",
        # last, so that what was broken off is no tree
        "dataset_description.json": _json(description),
    }


def _visit_files(kept: KeptVisit, folder: str, stem: str, *, samples: bool) -> Iterator[tuple[str, bytes]]:
    scans: list[tuple[object, ...]] = []
    for one in kept.trials:
        trial = one.trial
        name = f"beh/{stem}_task-{trial.test}{_run(trial)}_beh"
        scans.append((f"{name}.tsv", trial.started_at, trial.outcome))
        yield f"{folder}/{name}.tsv", _measures(trial.measures)
        task = {"TaskName": trial.test, "TaskDescription": _TASKS[trial.test]}
        yield f"{folder}/{name}.json", _described(_MEASURE_COLUMNS, trial_facts(one), task)
        if one.recording is not None and len(one.recording.samples.time_s):
            motion = f"motion/{motion_name(stem, trial)}"
            scans.append((f"{motion}_motion.tsv", trial.started_at, trial.outcome))
            yield from _motion_files(f"{folder}/{motion}", trial, one.recording, samples=samples)
    seen: Counter[TestName] = Counter()
    for saved in kept.results:
        test = saved.result.test
        seen[test] += 1
        name = f"{folder}/beh/{stem}_task-{test}_acq-result_run-{seen[test]:02d}_beh"
        yield f"{name}.tsv", _measures(saved.result.measures)
        yield f"{name}.json", _described(_MEASURE_COLUMNS, ResultFacts(saved), {"TaskName": test})
    yield f"{folder}/{stem}_scans.tsv", _table(_SCAN_COLUMNS, scans)
    yield f"{folder}/{stem}_scans.json", _described(_SCAN_COLUMNS)


def _motion_files(stem: str, trial: Trial, kept: KeptRecording, *, samples: bool) -> Iterator[tuple[str, bytes]]:
    recording = kept.samples
    start_s = clock_start_s(recording)
    yield f"{stem}_channels.tsv", _text(channel_lines(recording.placement, kept.sensor.nominal_rate_hz))
    yield f"{stem}_events.tsv", _table(_EVENT_COLUMNS, _events(trial, kept, start_s))
    yield f"{stem}_events.json", _described(_EVENT_COLUMNS)
    span_s = float(recording.time_s[-1] - recording.time_s[0])
    effective_hz = (len(recording.time_s) - 1) / span_s if span_s > 0 else kept.sensor.nominal_rate_hz
    sidecar = {
        "TaskName": trial.test,
        "TaskDescription": _TASKS[trial.test],
        "SamplingFrequency": kept.sensor.nominal_rate_hz,
        "SamplingFrequencyEffective": effective_hz,
        "ACCELChannelCount": 3,
        "GYROChannelCount": 3,
        "LATENCYChannelCount": 1,
        "TrackedPointsCount": 1,
        "TrackingSystemName": "imu",
        "ManufacturersModelName": kept.sensor.driver,
        "DeviceSerialNumber": kept.sensor.serial,
        "MissingValues": MISSING,
    }
    yield f"{stem}_motion.json", _json(sidecar)
    if samples:
        rows = sample_rows(recording)
        rows[:, 0] -= start_s
        yield f"{stem}_motion.tsv", _text(["\t".join(map(repr, row)) for row in rows.tolist()])


def _events(trial: Trial, kept: KeptRecording, start_s: float) -> list[tuple[object, ...]]:
    recording = kept.samples
    found: list[tuple[object, ...]] = []
    if recording.cue_s is not None:
        # one that the sensor did not see is no cue to whoever looks for it in the samples
        seen = recording.time_s[0] <= recording.cue_s <= recording.time_s[-1]
        found.append((recording.cue_s - start_s, 0, "cue" if seen else "cue_outside", None, None, None))
    offset_s = trial.host_minus_device_s
    for name in ("cue", "line", "stop"):
        host_s = getattr(trial.hand, f"{name}_s")
        if host_s is not None and offset_s is not None:
            found.append((host_s - offset_s - start_s, 0, f"hand_{name}", None, None, None))
    for fact in kept.link:
        if fact.kind == "gap" and fact.end_s is not None:
            found.append((fact.start_s - start_s, fact.end_s - fact.start_s, f"link_{fact.kind}", None, None, None))
        elif offset_s is not None:
            found.append((fact.start_s - offset_s - start_s, 0, f"link_{fact.kind}", None, None, None))
    for event in trial.analysis.events if trial.analysis else ():
        low_s, high_s = event.interval_s
        at = (event.time_s - start_s, 0, event.name, low_s - start_s, high_s - start_s)
        found.append((*at, event.repetition))
    return sorted(found, key=lambda row: (row[0], row[2]))


def _measures(measures: Iterable[Measure]) -> bytes:
    rows = [(m.name, m.value, m.unit, *m.interval, m.source, m.at_least) for m in measures]
    return _table(_MEASURE_COLUMNS, rows)


def _table(columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> bytes:
    return _text(["\t".join(columns), *map(_line, rows)])


def _line(cells: Iterable[object]) -> str:
    return "\t".join(map(_cell, cells))


def _cell(value: object) -> str:
    match value:
        case None | "":
            return MISSING
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case _:
            # a view only: what it leaves out stands in the key `Teststation`
            return harmless(str(value)) or MISSING


def _described(columns: Mapping[str, str], facts: msgspec.Struct | None = None, more: Any = None) -> bytes:
    described = {name: {"Description": text} for name, text in columns.items() if text}
    own = {} if facts is None else {OWN_KEY: msgspec.to_builtins(facts)}
    return _json({**(more or {}), **described, **own})


def _json(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _text(lines: Sequence[str]) -> bytes:
    return "\n".join((*lines, "")).encode()
