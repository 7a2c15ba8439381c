"""All that is kept of one client, as it leaves the house or comes in: the nouns that every export is made from."""

from __future__ import annotations

from typing import Literal

import msgspec

from teststation.model import (
    Client,
    Consent,
    Fact,
    KeptCalibration,
    Placement,
    Questionnaire,
    Recording,
    SavedResult,
    Trial,
    Visit,
)


class UsedSensor(msgspec.Struct, frozen=True, kw_only=True):
    """Who the sensor of a recording was."""

    driver: str
    name: str
    serial: str
    nominal_rate_hz: float
    placement: Placement


class LinkFact(msgspec.Struct, frozen=True, omit_defaults=True):
    """What befell the link: a gap from and to on the device's clock, everything else at a moment of the host's.

    Of times that were counted, the end is as far behind the start as they may be off.
    """

    kind: Literal["connected", "gap", "silent", "lost", "counted_times"]
    start_s: float
    end_s: float | None = None


class KeptRecording(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """The samples of a trial, with what is known of how they came."""

    id: str
    samples: Recording
    sensor: UsedSensor
    link: tuple[LinkFact, ...] = ()


class KeptTrial(msgspec.Struct, frozen=True, eq=False):
    """A trial, with or without a recording."""

    trial: Trial
    recording: KeptRecording | None = None


class KeptVisit(msgspec.Struct, frozen=True, eq=False):
    """A visit: its trials in the order of their beginning, its results, the oldest first, and what was asked."""

    visit: Visit
    trials: tuple[KeptTrial, ...] = ()
    results: tuple[SavedResult, ...] = ()
    facts: tuple[Fact, ...] = ()
    questionnaires: tuple[Questionnaire, ...] = ()


class Dossier(msgspec.Struct, frozen=True, eq=False):
    """A client with all visits and all that was agreed to or taken back, the oldest first.

    `calibrations` are those of the sensors that recorded something here: what they measured was put right by them.
    """

    client: Client
    visits: tuple[KeptVisit, ...] = ()
    consents: tuple[Consent, ...] = ()
    calibrations: tuple[KeptCalibration, ...] = ()
