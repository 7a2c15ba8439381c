"""All of a client at once: out of the store for an export, and into it from an import."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, insert, select, update

from teststation.formats.dossier import Dossier, KeptRecording, KeptTrial, KeptVisit, LinkFact
from teststation.model import Consent, KeptCalibration, SavedResult, Trial, Visit
from teststation.store import blocks, record, recording, rows, schema
from teststation.store.errors import StoreError
from teststation.store.keys import utc_now


def get_dossier(connection: Connection, code: str) -> Dossier:
    """Read all that is kept of a client, as it was at one moment."""
    clients = rows.get_clients(connection, schema.clients.c.code == code)
    if not clients:
        raise StoreError("store_unknown", what=code)
    visits = rows.get_visits(connection, schema.clients.c.code == code)
    consents = record.get_consents(connection, code)
    kept = tuple(_get_visit(connection, visit) for visit in visits)
    recordings = [one.recording for visit in kept for one in visit.trials if one.recording is not None]
    sensors = sorted({(one.sensor.driver, one.sensor.serial) for one in recordings})
    calibrations = [each for sensor in sensors for each in record.get_calibrations(connection, *sensor)]
    return Dossier(clients[0], kept, tuple(consents), tuple(calibrations))


def put_dossier(connection: Connection, dossier: Dossier) -> None:
    """Add a client who is not there, with everything; a key that is there already fails all of it."""
    rows.put_client(connection, dossier.client)
    put_visits(connection, dossier.client.code, dossier.visits, dossier.consents, dossier.calibrations)


def put_visits(
    connection: Connection,
    code: str,
    visits: Sequence[KeptVisit],
    consents: Sequence[Consent],
    calibrations: Sequence[KeptCalibration],
) -> None:
    """Add visits and consents to a client who is there, and what is not known yet of the sensors."""
    for calibration in calibrations:
        if calibration not in record.get_calibrations(connection, calibration.driver, calibration.serial):
            record.put_calibration(connection, calibration)
    for consent in consents:
        record.put_consent(connection, code, consent, None)
    for kept in visits:
        rows.put_visit(connection, kept.visit)
        for one in kept.trials:
            rows.put_trial(connection, one.trial)
            if one.recording is not None:
                _put_recording(connection, one.trial, one.recording)
        for saved in kept.results:
            _put_result(connection, kept.visit.id, saved)
        record.put_facts(connection, kept.visit.id, kept.facts)
        for questionnaire in kept.questionnaires:
            record.put_questionnaire(connection, kept.visit.id, questionnaire)


def _get_visit(connection: Connection, visit: Visit) -> KeptVisit:
    trials = rows.get_trials(connection, schema.trials.c.visit_id == visit.id)
    results = rows.get_results(connection, schema.test_results.c.visit_id == visit.id)
    here = schema.visits.c.id == visit.id
    return KeptVisit(
        visit,
        tuple(KeptTrial(one, _get_recording(connection, one)) for one in trials),
        tuple(results),
        tuple(record.get_facts(connection, here)),
        tuple(record.get_questionnaires(connection, here)),
    )


def _get_recording(connection: Connection, trial: Trial) -> KeptRecording | None:
    samples, sensor = recording.read(connection, trial.id), recording.read_sensor(connection, trial.id)
    if samples is None or sensor is None or trial.recording is None:
        return None
    link = (
        select(schema.link_events)
        .where(schema.link_events.c.recording_id == trial.recording)
        .order_by(schema.link_events.c.number)
    )
    return KeptRecording(
        id=trial.recording,
        samples=samples,
        sensor=sensor,
        link=tuple(
            LinkFact(each["kind"], each["start_s"], each["end_s"]) for each in connection.execute(link).mappings()
        ),
    )


def _put_recording(connection: Connection, trial: Trial, kept: KeptRecording) -> None:
    samples, sensor = kept.samples, kept.sensor
    connection.execute(
        insert(schema.recordings).values(
            id=kept.id,
            trial_id=trial.id,
            started_at=trial.started_at,
            driver=sensor.driver,
            sensor_name=sensor.name,
            sensor_serial=sensor.serial,
            nominal_rate_hz=sensor.nominal_rate_hz,
            placement=sensor.placement,
            cue_s=samples.cue_s,
        )
    )
    table = blocks.as_rows(samples.time_s, samples.acceleration, samples.angular_velocity)
    full, rest = blocks.cut(table, 1 / sensor.nominal_rate_hz)
    pieces = [*full, rest] if len(rest) else full
    for number, piece in enumerate(pieces, start=1):
        block = blocks.Block(number, float(piece[0, 0]), float(piece[-1, 0]), len(piece))
        connection.execute(
            insert(schema.sample_blocks).values(
                recording_id=kept.id, data=blocks.encode(piece), **msgspec.structs.asdict(block)
            )
        )
    for number, fact in enumerate(kept.link, start=1):
        connection.execute(
            insert(schema.link_events).values(recording_id=kept.id, number=number, **msgspec.structs.asdict(fact))
        )
    connection.execute(
        update(schema.recordings)
        .where(schema.recordings.c.id == kept.id)
        .values(closed_at=utc_now(), samples=len(table), sha256=hashlib.sha256(blocks.encode(table)).hexdigest())
    )


def _put_result(connection: Connection, visit_id: str, saved: SavedResult) -> None:
    """Add a result with its judgements, as old as they were, and what was said of each."""
    for number, judgement in enumerate(saved.judgements, start=1):
        if number == 1:
            rows.put_result(connection, saved.id, visit_id, saved.result, judgement.findings)
        else:
            rows.put_judgement(connection, saved.id, judgement.findings)
        for confirmation in judgement.confirmations:
            record.put_confirmation(connection, saved.id, confirmation)
        connection.execute(
            update(schema.judgements)
            .where(schema.judgements.c.result_id == saved.id, schema.judgements.c.number == number)
            .values(made_at=judgement.made_at)
        )
    connection.execute(
        update(schema.test_results)
        .where(schema.test_results.c.id == saved.id)
        .values(made_at=saved.judgements[0].made_at)
    )
