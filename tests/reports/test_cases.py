"""Twelve clients who never were: from what is stored to findings, advice and letters."""

from __future__ import annotations

import datetime as dt

import pytest

from reports.cases import WrittenCase, written_cases
from teststation.guideline.advice import load_advice
from teststation.i18n import Translator
from teststation.model import Outcome, Sex, TeststationError, Verdict
from teststation.reports.case import Case, case_of
from teststation.reports.letters import MOST_LINES, as_text, closing_letter, record_text, signal_letter

CASES = written_cases()
DUTCH = Translator("nl")

every_case = pytest.mark.parametrize("name", CASES)


def of(name: str) -> tuple[WrittenCase, Case]:
    return CASES[name], case_of(CASES[name].dossier(), dt.UTC)


def test_the_cases_are_those_that_matter() -> None:
    assert len(CASES) == 12
    clients = [case.client for case in CASES.values()]
    assert None in {client.sex for client in clients}
    assert {(Sex.FEMALE, 159.0), (Sex.MALE, 173.0)} <= {(client.sex, client.height_cm) for client in clients}
    tests = [tested for case in CASES.values() for visit in case.visits for tested in visit.tests]
    assert {4.5, 4.572} <= {tested.conditions.course_m for tested in tests}
    assert {Outcome.UNABLE, Outcome.STOPPED} <= {tested.outcome for tested in tests}
    assert "frame" in {tested.conditions.walking_aid for tested in tests}


@every_case
def test_findings(name: str) -> None:
    written, case = of(name)
    found = case.conclusion.findings
    for verdict, rules in (
        (Verdict.MET, written.expect.met),
        (Verdict.NOT_MET, written.expect.not_met),
        (Verdict.UNKNOWN, written.expect.unknown),
    ):
        wrong = [rule for rule in rules if verdict not in {each.verdict for each in found if each.rule == rule}]
        assert wrong == [], verdict
    met = {each.rule for each in found if each.verdict is Verdict.MET}
    assert met == set(written.expect.met)
    assert {each.rule for each in found if each.close} == set(written.expect.close)


@every_case
def test_lines(name: str) -> None:
    written, case = of(name)
    line, frailty = case.conclusion.fall_risk, case.conclusion.frailty
    assert ("" if line is None else DUTCH.reason(line)) == written.expect.line
    assert frailty is not None
    assert DUTCH.reason(frailty.count) == written.expect.frailty
    assert DUTCH.reason(frailty.fried.reason) == written.expect.fried


@every_case
def test_advice(name: str) -> None:
    written, case = of(name)
    given = {each.id for each in case.conclusion.advice if each.settled}
    assert case.conclusion.aims == written.expect.aims
    assert given >= set(written.expect.advice)
    assert given & set(written.expect.no_advice) == set()
    assert {*written.expect.advice, *written.expect.no_advice} <= load_advice().entries.keys()
    assert tuple(each.id for each in case.conclusion.things_to_do[:2]) == written.expect.to_do


@every_case
def test_papers(name: str) -> None:
    written, case = of(name)
    lines = record_text(DUTCH, case)
    assert "\n".join(lines) == written.expect.record.strip()
    assert len(lines) <= MOST_LINES
    for letter, text in ((signal_letter, written.expect.signal), (closing_letter, written.expect.closing)):
        if text:
            assert as_text(letter(DUTCH, case)).strip() == text.strip()


def test_every_letter_is_written_out_somewhere() -> None:
    assert [case for case in CASES.values() if case.expect.closing]
    assert len([case for case in CASES.values() if case.expect.signal]) > 1


def test_nobody_who_did_not_agree_to_it_has_a_letter() -> None:
    refused = [case for name in CASES for written, case in [of(name)] if "letter" not in written.agreed]
    assert refused
    for case in refused:
        for letter in (signal_letter, closing_letter):
            with pytest.raises(TeststationError, match="letter_not_agreed"):
                letter(DUTCH, case)
