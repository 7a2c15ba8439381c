"""Letters and notes as text in order: what a page draws and what is copied into a record system.

Nothing here reassures by a threshold (PRACTICE 1), and no letter is made for a client who did not agree to letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from teststation.boundary import clean
from teststation.guideline.advice import CARE, CONFLICT, DOCTOR, GOALS, NUTRITION, Advised
from teststation.guideline.criteria import names_of
from teststation.i18n import N_, Translator
from teststation.model import Finding, Scope, TestName, TeststationError, Verdict
from teststation.reports.case import Case
from teststation.reports.told import conditions_of, row, told
from teststation.reports.wording import DASH, NOTICE, SIDES, VISITS, day_words, person

NOTHING_NOTED = N_("Geen aanwijzing genoteerd; dat sluit valrisico niet uit.")

MOST_LINES = 15
"""Of the text for a record system (PRACTICE 21)."""

_LONGEST_EXCERPT = 160


class Section(msgspec.Struct, frozen=True):
    """A heading with what stands under it: sentences, and rows of a table."""

    heading: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A letter or a note: to whom, about whom, and what it says; empty sections are left out.

    Parameters
    ----------
    one_page : on paper it stays on one page, however much was typed (PRACTICE 21)
    """

    title: str
    to: str
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    notice: str
    one_page: bool = False


def signal_letter(tr: Translator, case: Case) -> Paper:
    """Write the letter on a seriously raised risk: the conclusion first, on one page."""
    _refuse_without_consent(case)
    known = case.conclusion.known
    written = _paper(
        tr,
        case,
        tr("Bericht over het valrisico"),
        tr("Aan de huisarts of verwijzer"),
        Section(tr("Conclusie"), tuple(_conclusion(tr, case))),
        Section(tr("Wat wij u vragen"), tuple(_asked_of_a_doctor(tr, case))),
        Section(tr("Vallen"), tuple(_falls(tr, case))),
        Section(tr("Tests"), (), tuple(_test_rows(tr, case))),
        Section(tr("Alleen lopen en opstaan"), tuple(_trusted_alone(tr, case))),
        Section(tr("Wat de cliënt weet"), (known.text("client_knows") or tr("niet vastgelegd"),)),
        Section(tr("Wat wij doen"), tuple(_what_we_do(tr, case))),
    )
    return msgspec.structs.replace(written, one_page=True)


def closing_letter(tr: Translator, case: Case) -> Paper:
    """Write the letter at the end of a treatment: goals, process, advice and results."""
    _refuse_without_consent(case)
    return _paper(
        tr,
        case,
        tr("Bericht bij het afsluiten van de behandeling"),
        tr("Aan de huisarts of verwijzer"),
        Section(tr("Hulpvraag en doelen"), tuple(_goals(tr, case))),
        Section(tr("Verloop"), tuple(_process(tr, case))),
        Section(tr("Resultaten"), (*_results(tr, case), *_evaluated(tr, case))),
        Section(tr("Laatste tests"), (), tuple(_test_rows(tr, case))),
        Section(tr("Conclusie"), tuple(_conclusion(tr, case))),
        *(Section(_heading(tr, purpose), tuple(_advice(tr, case, purpose))) for purpose in (*GOALS, CARE)),
        Section(tr("Na de behandeling"), tuple(_lines(case, "after_treatment"))),
    )


def therapist_note(tr: Translator, case: Case) -> Paper:
    """Write what only the therapist reads: each goal's doses, food, and where sources disagree (traps T14, T15)."""
    conclusion = case.conclusion
    advice = (
        Section(_heading(tr, purpose), tuple(_cited_advice(tr, case, purpose)))
        for purpose in (*GOALS, CARE, NUTRITION, CONFLICT)
    )
    return _paper(
        tr,
        case,
        tr("Notitie voor de therapeut"),
        "",
        Section(tr("Notitie"), tuple(_lines(case, "therapist_note"))),
        Section(tr("Conclusie"), tuple(_conclusion(tr, case))),
        Section(tr("Wie het moet weten"), tuple(tr.reason(each.reason) for each in conclusion.duties)),
        Section(tr("Evaluatie"), tuple(_evaluated(tr, case))),
        Section(tr("Bewegen"), tuple(_movement(tr, case))),
        *advice,
    )


def record_text(tr: Translator, case: Case) -> tuple[str, ...]:
    """Write the visit for a record system, in at most fifteen lines."""
    known, conclusion = case.conclusion.known, case.conclusion
    kind = "" if case.visit.kind is None else tr(VISITS[case.visit.kind])
    parts = (day_words(tr, case.days[-1]), case.client.code, kind, case.visit.operator)
    wanted = [text for text in (known.text("request_for_help"), *(goal.text for goal in conclusion.goals)) if text]
    agreed = [_agreed(tr, case)] if conclusion.goals else []
    named = (
        (tr("Hulpvraag en doelen"), "; ".join([*(clean(text, _LONGEST_EXCERPT) for text in wanted), *agreed])),
        (tr("Vallen"), " ".join(_falls(tr, case))),
        (_problem_areas(tr, case), _named(tr, conclusion.problem_areas)),
        (tr("Verandering"), " ".join(_results(tr, case))),
        (tr("Advies gericht op"), ", ".join(tr.term(f"purpose.{aim}") for aim in conclusion.aims)),
        (tr("Te doen"), "; ".join([*(_named(tr, [each]) for each in conclusion.duties), *_evaluated(tr, case)])),
        (tr("Niet onderschreven"), " ".join(_set_aside(tr, case))),
        (tr("Notitie"), known.text("therapist_note") or ""),
    )
    return (
        " · ".join(part for part in parts if part),
        _fall_risk(tr, case),
        *_tests_in_a_line(tr, case),
        *_frailty(tr, case),
        *(f"{name}: {text}" for name, text in named if text),
        tr(NOTICE),
    )


LETTERS = {"signal": signal_letter, "closing": closing_letter, "note": therapist_note}
"""Every letter and note by the name of its kind."""

_ON_DUTY = {"duty-inform": "signal", "duty-doctor": "signal", "duty-closing": "closing"}


def letters_due(case: Case) -> tuple[str, ...]:
    """Name the letters that a visit asks for, where the client agreed to letters."""
    due = dict.fromkeys(_ON_DUTY[duty.rule] for duty in case.conclusion.duties if duty.rule in _ON_DUTY)
    return tuple(due) if Scope.LETTER in case.agreed else ()


def as_text(paper: Paper) -> str:
    """Write a letter or a note as plain text."""
    blocks = [paper.title, paper.to, "\n".join(f"{name}: {value}" for name, value in paper.about)]
    for section in paper.sections:
        rows = (f"{DASH} {' · '.join(cell for cell in cells if cell)}" for cells in section.rows)
        blocks.append("\n".join((section.heading, *(f"{DASH} {line}" for line in section.lines), *rows)))
    return "\n\n".join(block for block in (*blocks, paper.notice) if block) + "\n"


def _paper(tr: Translator, case: Case, title: str, to: str, *sections: Section) -> Paper:
    age = "" if case.visit.age is None else tr("{age} jaar", age=case.visit.age)
    about = (
        (tr("Cliënt"), person(tr, case.client)),
        (tr("Leeftijd bij het bezoek"), age),
        (tr("Bezoek"), day_words(tr, case.days[-1])),
        (tr("Onderzocht door"), case.visit.operator),
    )
    return Paper(
        title=title,
        to=to,
        about=tuple((name, value) for name, value in about if value),
        sections=tuple(section for section in sections if section.lines or section.rows),
        notice=tr(NOTICE),
    )


def _refuse_without_consent(case: Case) -> None:
    if Scope.LETTER not in case.agreed:
        raise TeststationError("letter_not_agreed", client=case.client.code)


def _fall_risk(tr: Translator, case: Case) -> str:
    line = case.conclusion.fall_risk
    return tr(NOTHING_NOTED) if line is None else tr.reason(line)


def _conclusion(tr: Translator, case: Case) -> Iterator[str]:
    yield _fall_risk(tr, case)
    yield from beside_the_line(tr, case)


def beside_the_line(tr: Translator, case: Case) -> Iterator[str]:
    """Say what the lists found, besides the visit's line on fall risk."""
    conclusion = case.conclusion
    yield from (f"{_named(tr, [each])}." for each in conclusion.met("full-assessment"))
    yield from (tr.reason(each.reason) for each in conclusion.met("examine"))
    for heading, meaning in (
        (tr("Rode vlaggen"), "red-flag"),
        (tr("Tekenen van wervelinzakking"), "vertebral-fracture-sign"),
        (tr("Risicofactoren voor fracturen"), "fracture-factor"),
    ):
        if conclusion.met(meaning):
            yield f"{heading}: {_named(tr, conclusion.met(meaning))}."
    yield from _frailty(tr, case)
    if conclusion.problem_areas:
        yield f"{_problem_areas(tr, case)}: {_named(tr, conclusion.problem_areas)}."
    yield from (tr("Door de therapeut niet onderschreven: {said}", said=said) for said in _set_aside(tr, case))


def _problem_areas(tr: Translator, case: Case) -> str:
    """Name the problem areas as such, and as confirmed once the therapist confirmed every one."""
    conclusion = case.conclusion
    confirmed = all(map(conclusion.confirmed, conclusion.problem_areas))
    return tr("Probleemgebieden, bevestigd door de therapeut") if confirmed else tr("Probleemgebieden")


def _frailty(tr: Translator, case: Case) -> Iterator[str]:
    """Say what annex 4 counts and what Fried would make of it, where anything is met or all is known."""
    counted = case.conclusion.frailty
    if counted is not None and (counted.met or not counted.most):
        yield f"{tr.reason(counted.count)} {tr.reason(counted.fried.reason)}"


def _named(tr: Translator, findings: Iterable[Finding]) -> str:
    names = names_of(findings)
    return tr.term(names) if isinstance(names, str) else tr.reason(names)


def _set_aside(tr: Translator, case: Case) -> Iterator[str]:
    """Say what the therapist does not agree with, and why: it counts for nothing, and is not hidden."""
    return (tr.reason(each.reason) for each in case.conclusion.set_aside)


def _asked_of_a_doctor(tr: Translator, case: Case) -> Iterator[str]:
    own = case.conclusion.known.text("letter_question")
    if own:
        yield own
    else:
        yield from _advice(tr, case, DOCTOR)


def _falls(tr: Translator, case: Case) -> Iterator[str]:
    known = case.conclusion.known
    fell, number = known.yes("fell_past_year"), known.number("falls_past_year")
    if fell is None:
        yield tr("Niet bekend of de cliënt is gevallen.")
    elif not fell:
        yield tr("In het afgelopen jaar niet gevallen.")
    elif number is None:
        yield tr("In het afgelopen jaar gevallen, aantal keren niet bekend.")
    else:
        yield tr("Aantal keren gevallen in het afgelopen jaar: {count}.", count=int(number))
    for how in _lines(case, "falls_how"):
        yield tr("Hoe: {how}.", how=clean(how, _LONGEST_EXCERPT).rstrip("."))
    if known.yes("fall_unconscious"):
        yield tr("Was daarbij buiten bewustzijn.")
    if known.yes("worried_falling"):
        yield tr("Is bang om te vallen.")


def _test_rows(tr: Translator, case: Case) -> Iterator[tuple[str, ...]]:
    for done in case.tests:
        name, time, _ = row(tr, done)
        yield name, time, conditions_of(tr, done.result.conditions), " ".join(told(tr, done).sentences)


def _tests_in_a_line(tr: Translator, case: Case) -> Iterator[str]:
    timed = (done for done in case.tests if done.result.test is not TestName.POSTURES)
    for done in timed:
        name, time, _ = row(tr, done)
        how, lead = conditions_of(tr, done.result.conditions), done.leading
        found = "" if lead is None else tr.reason(lead.finding.reason)
        yield f"{name}: {time}{f' ({how})' if how else ''}. {found}".rstrip()


def _trusted_alone(tr: Translator, case: Case) -> Iterator[str]:
    known = case.conclusion.known
    answers = {True: tr("ja"), False: tr("nee"), None: tr("niet bekend")}
    for code in ("walks_alone_safely", "transfers_alone_safely"):
        yield f"{tr.term(f'fact.{code}')}: {answers[known.yes(code)]}"


def _what_we_do(tr: Translator, case: Case) -> Iterator[str]:
    yield from _lines(case, "what_we_do")
    aims = ", ".join(tr.term(f"purpose.{aim}") for aim in case.conclusion.aims)
    if aims:
        yield tr("Oefenen en advies, gericht op: {aims}.", aims=aims)
    if case.next_evaluation is not None and case.next_evaluation.due is not None:
        day = day_words(tr, case.next_evaluation.due)
        yield f"{tr.term(case.next_evaluation.called)}: {day}."


def _goals(tr: Translator, case: Case) -> Iterator[str]:
    yield from _lines(case, "request_for_help")
    for goal in case.conclusion.goals:
        yield f"{goal.text} ({tr.term(goal.reached)})" if goal.reached else goal.text
    if case.conclusion.goals:
        yield _agreed(tr, case)


def _agreed(tr: Translator, case: Case) -> str:
    answers = {
        True: tr("de cliënt is het eens met doelen en plan"),
        False: tr("de cliënt is het niet eens met doelen en plan"),
        None: tr("niet vastgelegd of de cliënt het eens is met doelen en plan"),
    }
    return answers[case.conclusion.known.yes("goals_agreed")]


def _process(tr: Translator, case: Case) -> Iterator[str]:
    known = case.conclusion.known
    first, last = known.date("treatment_start") or case.days[0], known.date("treatment_end") or case.days[-1]
    period = {"first": day_words(tr, first), "last": day_words(tr, last), "count": len(case.days)}
    yield tr("Van {first} tot {last}; {count} keer gemeten.", **period)
    yield from _lines(case, "treatment_process")


def _movement(tr: Translator, case: Case) -> Iterator[str]:
    """Say which movement norms are met or not, and the stage of change, as far as it was asked."""
    found = (*case.conclusion.movement, *case.conclusion.stage)
    return (tr.reason(each.reason) for each in found if each.verdict is not Verdict.UNKNOWN)


def _evaluated(tr: Translator, case: Case) -> Iterator[str]:
    return (tr.reason(each.reason) for each in case.evaluation)


def _results(tr: Translator, case: Case) -> Iterator[str]:
    for trend in case.trends:
        side = "" if trend.side is None else f" ({tr(SIDES[trend.side])})"
        yield f"{tr.term(trend.what)}{side}: {tr.reason(trend.since_baseline.reason)}"


def _advice(tr: Translator, case: Case, *purposes: str) -> Iterator[str]:
    return (tr.reason(each.reason) for each in _for_others(case, *purposes))


def _heading(tr: Translator, purpose: str) -> str:
    return tr("Advies: {purpose}", purpose=tr.term(f"purpose.{purpose}"))


def _for_others(case: Case, *purposes: str) -> Iterator[Advised]:
    return (each for each in case.conclusion.advice_for(*purposes) if each.settled and not each.therapist_only)


def _cited_advice(tr: Translator, case: Case, purpose: str) -> Iterator[str]:
    return (_cited(tr, each) for each in case.conclusion.advice_for(purpose))


def _cited(tr: Translator, advised: Advised) -> str:
    return f"{tr.reason(advised.reason)} [{tr.term(advised.source)}]"


def _lines(case: Case, *codes: str) -> Iterator[str]:
    return (text for code in codes if (text := case.conclusion.known.text(code)))
