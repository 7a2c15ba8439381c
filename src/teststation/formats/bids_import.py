"""Clients out of a Motion-BIDS tree that teststation wrote: the same to the last bit, or a refusal with the place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from teststation.boundary import client_code, excerpt, shown
from teststation.formats.bids_tree import (
    FORMAT,
    OWN_KEY,
    ResultFacts,
    SampleFacts,
    SubjectFacts,
    TrialFacts,
    VisitFacts,
    lines_of,
    motion_name,
    participant_line,
    sample_sum,
    session_labels,
    tree_files,
)
from teststation.formats.dossier import Dossier, KeptRecording, KeptTrial, KeptVisit
from teststation.formats.refused import Refused
from teststation.formats.text import Table, read_bytes, read_lines
from teststation.i18n import Translator
from teststation.model import Reason, Recording, SavedResult

F = TypeVar("F", bound=msgspec.Struct)

_MOST_JSON_BYTES = 16 * 2**20
"""A long recording has some thousand events of a hundred bytes."""
_MOST_CLIENTS = 20_000
_MOST_FILES_OF_A_CLIENT = 20_000
_MOST_VISITS = 5_000
_COLUMNS = ("latency", "acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z")
_MOST_TRIALS = 999
_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_TRANSLATOR = Translator("nl")
_SUBJECT = re.compile(r"sub-([A-Za-z0-9]{1,80})")


def read_tree(folder: Path) -> Iterator[Dossier]:
    """Read the clients of a tree, one by one.

    Every file is read and compared with what its tables should say; nothing outside the folder is.

    Raises
    ------
    Refused
        It is no such tree, or a file of it is broken, missing, or other than it was written.
    """
    _require_ours(folder)
    table = folder / "participants.tsv"
    lines = read_lines(_inside(folder, table))
    if len(lines) - 1 > _MOST_CLIENTS:
        raise Refused("bids_too_many", table, most=_MOST_CLIENTS)
    listed = [line.partition("\t")[0] for line in lines[1:]]
    for number, name in enumerate(listed, start=2):
        if not _SUBJECT.fullmatch(name) or name in listed[: number - 2]:
            raise Refused("bids_value", table, line=number, detail=excerpt(name))
    for path in _children(folder, "sub-*"):
        if path.name not in listed:
            raise Refused("bids_unexpected", path)
    codes = set()
    for number, (name, line) in enumerate(zip(listed, lines[1:], strict=True), start=2):
        dossier = _dossier(folder, name.removeprefix("sub-"))
        if participant_line(dossier, name.removeprefix("sub-")) != line:
            raise Refused("bids_differs", table, line=number)
        if dossier.client.code in codes:
            raise Refused("bids_value", table, line=number, detail=excerpt(dossier.client.code))
        codes.add(dossier.client.code)
        yield dossier


def _require_ours(folder: Path) -> None:
    if not folder.is_dir():
        raise Refused("missing_file" if not folder.exists() else "bids_not_ours", folder)
    path = folder / "dataset_description.json"
    if not path.is_file():
        raise Refused("bids_not_ours", folder)
    own = _json(_inside(folder, path)).get(OWN_KEY)
    number = own.get("format") if isinstance(own, dict) else None
    if not isinstance(number, int):
        raise Refused("bids_not_ours", folder)
    if number != FORMAT:
        raise Refused("bids_newer", path, found=number, known=FORMAT)


def _dossier(root: Path, label: str) -> Dossier:
    subject = root / f"sub-{label}"
    file = subject / f"sub-{label}_sessions.json"
    facts = _facts(root, file, SubjectFacts)
    if len(facts.visits) > _MOST_VISITS:
        raise Refused("bids_too_many", file, most=_MOST_VISITS)
    _require(file, client_code(facts.client.code) == facts.client.code, facts.client.code)
    for kept in facts.visits:
        _require(file, kept.visit.client == facts.client.code, kept.visit.client)
        _require(file, _is_key(kept.visit.id), kept.visit.id)
        moments = [kept.visit.started_at, kept.visit.ended_at or kept.visit.started_at]
        moments += [one.at for one in kept.facts] + [one.at for one in kept.questionnaires]
        for moment in moments:
            _require(file, _is_moment(moment), moment)
    for moment in [one.at for one in facts.consents] + [one.made_at for one in facts.calibrations]:
        _require(file, _is_moment(moment), moment)
    sessions = session_labels([kept.visit for kept in facts.visits])
    visits = [
        _visit(root, kept, subject / f"ses-{session}", f"sub-{label}_ses-{session}")
        for kept, session in zip(facts.visits, sessions, strict=True)
    ]
    dossier = Dossier(facts.client, tuple(visits), facts.consents, facts.calibrations)
    _compare(root, subject, dossier, label)
    return dossier


def _visit(root: Path, known: VisitFacts, folder: Path, stem: str) -> KeptVisit:
    visit = known.visit
    trials, results = [], []
    for file in _children(folder / "beh", "*_beh.json"):
        if "_acq-result_" in file.name:
            results.append(_facts(root, file, ResultFacts).result)
            _require_sound_result(file, results[-1])
            continue
        facts = _facts(root, file, TrialFacts)
        if facts.trial.visit != visit.id:
            raise Refused("bids_fact", file, detail=excerpt(facts.trial.visit))
        _require_sound_trial(file, facts)
        recording = None
        if facts.recording is not None:
            motion = folder / "motion" / f"{motion_name(stem, facts.trial)}_motion.tsv"
            recording = _recording(root, motion, facts, facts.recording, visit.client)
        trials.append(KeptTrial(facts.trial, recording))
    trials.sort(key=lambda kept: (kept.trial.started_at, kept.trial.id))
    results.sort(key=lambda saved: (saved.judgements[0].made_at if saved.judgements else "", saved.id))
    return KeptVisit(visit, tuple(trials), tuple(results), known.facts, known.questionnaires)


def _require_sound_trial(file: Path, facts: TrialFacts) -> None:
    """Refuse what the types allow and no store of ours would hold."""
    trial = facts.trial
    _require(file, _is_key(trial.id), trial.id)
    _require(file, _is_moment(trial.started_at), trial.started_at)
    _require(file, 0 < trial.number <= _MOST_TRIALS, str(trial.number))
    _require(file, trial.recording == (facts.recording.id if facts.recording else None), str(trial.recording))
    reasons = [trial.outcome_reason, trial.headline_reason]
    if trial.analysis is not None:
        reasons += [*trial.analysis.reasons, *trial.analysis.quality.notes]
    _require_told(file, reasons)
    if facts.recording is not None:
        _require(file, _is_key(facts.recording.id), facts.recording.id)
        rates_hz = (facts.recording.sensor.nominal_rate_hz, facts.recording.nominal_rate_hz or 1.0)
        _require(file, min(rates_hz) > 0, str(min(rates_hz)))


def _require_sound_result(file: Path, saved: SavedResult) -> None:
    _require(file, _is_key(saved.id), saved.id)
    _require(file, bool(saved.judgements), saved.id)
    for judgement in saved.judgements:
        for moment in (judgement.made_at, *(said.at for said in judgement.confirmations)):
            _require(file, _is_moment(moment), moment)
        _require_told(file, [finding.reason for finding in judgement.findings])


def _require_told(file: Path, reasons: Iterable[Reason | None]) -> None:
    """See that this version can say every reason: a screen must not fall over one."""
    for reason in reasons:
        try:
            if reason is not None:
                _TRANSLATOR.reason(reason)
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Refused("bids_fact", file, detail=excerpt(reason.code if reason else "")) from error


def _require(file: Path, right: bool, shown_value: str) -> None:
    if not right:
        raise Refused("bids_fact", file, detail=excerpt(shown_value))


def _is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def _is_moment(text: str) -> bool:
    """Tell whether a text is a time of day as the store keeps it: in UTC, to the second or finer."""
    try:
        return _MOMENT.fullmatch(text) is not None and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _recording(root: Path, file: Path, trial: TrialFacts, facts: SampleFacts, client: str) -> KeptRecording:
    rows = np.empty((0, len(_COLUMNS)))
    if facts.samples:
        lines = read_lines(_inside(root, file))
        rows = Table(file, lines, 1, "\t", _COLUMNS).numbers(range(len(_COLUMNS)))
    if len(rows) != facts.samples:
        raise Refused("bids_sample_count", file, found=len(rows), expected=facts.samples)
    recording = Recording(
        time_s=rows[:, 0] + facts.clock_start_s,
        acceleration=rows[:, 1:4].copy(),
        angular_velocity=rows[:, 4:7].copy(),
        name=trial.trial.id,
        placement=facts.placement,
        cue_s=facts.cue_s,
        nominal_rate_hz=facts.nominal_rate_hz,
        subject=client,
        counted_off_s=facts.counted_off_s,
    )
    if sample_sum(recording) != facts.sha256:
        raise Refused("bids_samples_differ", file)
    return KeptRecording(id=facts.id, samples=recording, sensor=facts.sensor, link=facts.link)


def _compare(root: Path, subject: Path, dossier: Dossier, label: str) -> None:
    """See that the tables say what the facts say, and that there is no file that nobody would read."""
    expected = dict(tree_files(dossier, label, samples=False))
    for name, data in expected.items():
        path = root / name
        if name.endswith(".json"):
            continue  # its facts have been read; how else it is laid out is free
        found = read_lines(_inside(root, path))
        wanted = lines_of(data)
        for number, (one, other) in enumerate(zip(found, wanted, strict=False), start=1):
            if one != other:
                raise Refused("bids_differs", path, line=number)
        if len(found) != len(wanted):
            raise Refused("bids_differs", path, line=min(len(found), len(wanted)) + 1)
    for number, path in enumerate(sorted(subject.rglob("*"))):
        if number > _MOST_FILES_OF_A_CLIENT:
            raise Refused("bids_too_many", subject, most=_MOST_FILES_OF_A_CLIENT)
        name = path.relative_to(root).as_posix()
        known = name in expected or name.replace("_motion.tsv", "_motion.json") in expected
        if not path.is_dir() and not known:
            raise Refused("bids_unexpected", path)


def _facts(root: Path, file: Path, kind: type[F]) -> F:
    content = _json(_inside(root, file))
    if OWN_KEY not in content:
        raise Refused("bids_no_facts", file, key=OWN_KEY)
    try:
        return msgspec.convert(content[OWN_KEY], kind)
    except (msgspec.ValidationError, RecursionError, OverflowError) as error:
        raise Refused("sidecar_invalid", file, detail=excerpt(str(error))) from error


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(
            read_bytes(file, _MOST_JSON_BYTES),
            object_pairs_hook=_no_doubles,
            parse_float=_finite,
            parse_constant=_finite,
        )
        _require_clean(content)
    except json.JSONDecodeError as error:
        raise Refused("sidecar_line", file, line=error.lineno, detail=excerpt(error.msg)) from error
    except (RecursionError, ValueError, OverflowError) as error:
        raise Refused("sidecar_invalid", file, detail=excerpt(str(error))) from error
    if not isinstance(content, dict):
        raise Refused("sidecar_invalid", file, detail="JSON")
    return content


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not np.isfinite(number):
        raise ValueError(text)
    return number


def _require_clean(value: Any) -> None:
    """Refuse text that could steer a terminal or that is none; our own store keeps no such text."""
    match value:
        case str():
            if shown(value) != value:
                raise ValueError(value)
        case dict():
            for key, item in value.items():
                _require_clean(key)
                _require_clean(item)
        case list():
            for item in value:
                _require_clean(item)


def _children(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern)) if folder.is_dir() else []
    except OSError as error:
        raise Refused.unreadable(folder, error) from error


def _inside(root: Path, file: Path) -> Path:
    """Give a file back, unless a link leads it out of the tree."""
    try:
        if not file.resolve().is_relative_to(root.resolve()):
            raise Refused("bids_outside", file)
    except (OSError, RuntimeError) as error:  # links that lead to each other
        raise Refused("unreadable", file, detail=shown(str(error))) from error
    return file
