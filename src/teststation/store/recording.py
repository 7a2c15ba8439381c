"""A recording on its way into the store, and out of it again."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import ArrayLike
from sqlalchemy import Connection, Executable, RowMapping, Table, select, update
from sqlalchemy.dialects.sqlite import insert

from teststation.formats.dossier import UsedSensor
from teststation.model import Placement, Reason, Recording, Trial
from teststation.sensors.base import COUNTED_TIMES, COUNTED_UNSEEN_S, Connected, Gap, Lost, Notice, SensorInfo, Silent
from teststation.store import audit, blocks, rows, schema
from teststation.store.blocks import Block
from teststation.store.errors import DamagedStoreError, StoreError
from teststation.store.keys import new_id, utc_now
from teststation.store.writer import Step, Writer

T = TypeVar("T")
KeptEvent = Connected | Gap | Silent | Lost | Notice
"""Of notices only the one that concerns the recording is kept: that its times were counted, within how many seconds."""


class RecordingWriter:
    """Takes samples as they come and commits them in blocks.

    `append`, `link_event` and `close` belong to one thread; `mark_cue` may come from any. What the disk does not take
    waits in memory and is tried again with everything that follows: where a future succeeds, all before it is kept too.
    """

    def __init__(self, writer: Writer, trial: Trial, sensor: SensorInfo) -> None:
        self._id = new_id()
        self.trial = msgspec.structs.replace(trial, recording=self._id)
        self._writer = writer
        self._period_s = 1 / sensor.nominal_rate_hz
        self._held = blocks.as_rows([], np.empty((0, 3)), np.empty((0, 3)))
        self._blocks = self._events = self._samples = 0
        self._sum = hashlib.sha256()
        self._closed = False
        self.begun: Future[None] = writer.keep(partial(_begin, trial=self.trial, sensor=sensor), None)

    def append(self, time_s: ArrayLike, acceleration: ArrayLike, angular_velocity: ArrayLike) -> list[Future[Block]]:
        """Take a packet, (n,) s on the device clock, (n, 3) m/s² and (n, 3) rad/s; give a future a block it filled."""
        self._must_be_open()
        rows = np.vstack([self._held, blocks.as_rows(time_s, acceleration, angular_velocity)])
        full, self._held = blocks.cut(rows, self._period_s)
        return [self._commit(block) for block in full]

    def link_event(self, event: KeptEvent) -> Future[None]:
        """Keep what happened to the link; samples that were held go before it."""
        self._must_be_open()
        self._flush()
        self._events += 1
        return self._insert(schema.link_events, _event_values(event) | {"number": self._events}, None)

    def mark_cue(self, cue_s: float | None) -> Future[None]:
        """Keep when the person was told to go, on the device's clock; None takes it back."""
        recordings = schema.recordings
        mark = update(recordings).where(recordings.c.id == self._id).values(cue_s=cue_s)
        return self._writer.keep(_execute(mark), None)

    def close(self) -> Future[None]:
        """Commit what is held and seal the recording; the future succeeds when all of it is on the disk."""
        if self._closed:
            return self._writer.retry()
        self._flush()
        self._closed = True
        end = partial(_seal, recording_id=self._id, samples=self._samples, sha256=self._sum.hexdigest())
        return self._writer.keep(end, None)

    def _must_be_open(self) -> None:
        if self._closed:
            raise ValueError("the recording is closed")

    def _flush(self) -> None:
        if len(self._held):
            self._commit(self._held)
            self._held = self._held[:0]

    def _commit(self, rows: blocks.Rows) -> Future[Block]:
        data = blocks.encode(rows)
        self._blocks += 1
        self._samples += len(rows)
        self._sum.update(data)
        block = Block(self._blocks, float(rows[0, 0]), float(rows[-1, 0]), len(rows))
        return self._insert(schema.sample_blocks, msgspec.structs.asdict(block) | {"data": data}, block)

    def _insert(self, table: Table, values: dict[str, object], result: T) -> Future[T]:
        # a commit that failed may still have reached the disk: the second try then finds its row there
        values["recording_id"] = self._id
        statement = insert(table).values(values).on_conflict_do_nothing(index_elements=["recording_id", "number"])
        return self._writer.keep(_execute(statement), result)


def read(connection: Connection, trial_id: str) -> Recording | None:
    """Read a trial's recording as it came, or what there is of it while it is not closed."""
    query = (
        select(schema.recordings, schema.clients.c.code)
        .join_from(schema.recordings, schema.trials)
        .join(schema.visits)
        .join(schema.clients)
        .where(schema.recordings.c.trial_id == trial_id)
    )
    kept = connection.execute(query).mappings().one_or_none()
    if kept is None:
        return None
    rows = _rows(connection, kept)
    # copies that lie as the sensor's arrays did: a stride can change the last bit of a sum
    return Recording(
        time_s=rows[:, 0].copy(),
        acceleration=rows[:, 1:4].copy(),
        angular_velocity=rows[:, 4:7].copy(),
        name=trial_id,
        placement=Placement(kept["placement"]),
        cue_s=kept["cue_s"],
        nominal_rate_hz=kept["nominal_rate_hz"],
        subject=kept["code"],
        counted_off_s=_counted_off_s(connection, kept["id"]),
    )


def read_sensor(connection: Connection, trial_id: str) -> UsedSensor | None:
    """Read by which sensor a trial was recorded."""
    recordings = schema.recordings
    kept = connection.execute(select(recordings).where(recordings.c.trial_id == trial_id)).mappings().one_or_none()
    if kept is None:
        return None
    return UsedSensor(
        driver=kept["driver"],
        name=kept["sensor_name"],
        serial=kept["sensor_serial"],
        nominal_rate_hz=kept["nominal_rate_hz"],
        placement=Placement(kept["placement"]),
    )


def read_link_events(connection: Connection, trial_id: str) -> list[KeptEvent]:
    """Read what happened to the link, in order."""
    query = (
        select(schema.link_events, schema.recordings)
        .join_from(schema.link_events, schema.recordings)
        .where(schema.recordings.c.trial_id == trial_id)
        .order_by(schema.link_events.c.number)
    )
    return [_event(row) for row in connection.execute(query).mappings()]


def _counted_off_s(connection: Connection, recording_id: str) -> float | None:
    events = schema.link_events
    notices = select(events).where(events.c.recording_id == recording_id, events.c.kind == COUNTED_TIMES)
    said = connection.execute(notices.order_by(events.c.number.desc())).mappings().first()
    if said is None:
        return None
    off_s = _length_s(said)
    return COUNTED_UNSEEN_S if off_s is None else off_s


def _length_s(row: RowMapping) -> float | None:
    return None if row["end_s"] is None else round(row["end_s"] - row["start_s"], 4)


def finish(connection: Connection, trial_id: str) -> None:
    """Seal a recording that a killed process left open."""
    recording = connection.execute(
        select(schema.recordings).where(
            schema.recordings.c.trial_id == trial_id, schema.recordings.c.closed_at.is_(None)
        )
    )
    kept = recording.mappings().one_or_none()
    if kept is None:
        raise StoreError("store_unknown", what=trial_id)
    rows = _rows(connection, kept)
    _seal(connection, kept["id"], len(rows), hashlib.sha256(blocks.encode(rows)).hexdigest())
    audit.add(connection, "sealed", "trial", trial_id)


def _rows(connection: Connection, kept: RowMapping) -> blocks.Rows:
    block = schema.sample_blocks
    query = select(block).where(block.c.recording_id == kept["id"]).order_by(block.c.number)
    found = connection.execute(query).mappings().all()
    data = b"".join(one["data"] for one in found)
    whole = (
        [one["number"] for one in found] == list(range(1, len(found) + 1))
        and len(data) == sum(one["samples"] for one in found) * blocks.ROW_BYTES
        and kept["sha256"] in (None, hashlib.sha256(data).hexdigest())
    )
    if not whole:
        raise DamagedStoreError("store_recording_damaged", trial=kept["trial_id"])
    return blocks.decode(data)


def _begin(connection: Connection, trial: Trial, sensor: SensorInfo) -> None:
    rows.begin_trial(connection, trial)
    connection.execute(
        insert(schema.recordings)
        .values(
            id=trial.recording,
            trial_id=trial.id,
            started_at=utc_now(),
            driver=sensor.driver,
            sensor_name=sensor.name,
            sensor_serial=sensor.serial,
            nominal_rate_hz=sensor.nominal_rate_hz,
            placement=sensor.placement,
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )


def _seal(connection: Connection, recording_id: str, samples: int, sha256: str) -> None:
    connection.execute(
        update(schema.recordings)
        .where(schema.recordings.c.id == recording_id)
        .values(closed_at=utc_now(), samples=samples, sha256=sha256)
    )


def _execute(statement: Executable) -> Step:
    return lambda connection: connection.execute(statement)


def _event_values(event: KeptEvent) -> dict[str, object]:
    match event:
        case Gap(start_s, end_s):
            return {"kind": "gap", "start_s": start_s, "end_s": end_s}
        case Silent(at_s):
            return {"kind": "silent", "start_s": at_s}
        case Lost(at_s):
            return {"kind": "lost", "start_s": at_s}
        case Connected(at_s):
            return {"kind": "connected", "start_s": at_s}
        case Notice(at_s, reason):
            seconds = reason.params.get("seconds")
            return {"kind": reason.code, "start_s": at_s, "end_s": None if seconds is None else at_s + float(seconds)}


def _event(row: RowMapping) -> KeptEvent:
    match row["kind"]:
        case "gap":
            return Gap(row["start_s"], row["end_s"])
        case "silent":
            return Silent(row["start_s"])
        case "lost":
            return Lost(row["start_s"])
        case "connected":
            info = SensorInfo(
                driver=row["driver"],
                name=row["sensor_name"],
                serial=row["sensor_serial"],
                nominal_rate_hz=row["nominal_rate_hz"],
                placement=Placement(row["placement"]),
            )
            return Connected(row["start_s"], info)
        case code if code == COUNTED_TIMES:
            off_s = _length_s(row)
            return Notice(row["start_s"], Reason(code, {} if off_s is None else {"seconds": off_s}))
        case unknown:
            raise DamagedStoreError("store_damaged", detail=f"link event {unknown}")
