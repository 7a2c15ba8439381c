"""What a test came to, told in the language of now: the same sentences on the screen and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from teststation.guideline.conclusion import Judged
from teststation.i18n import N_, Translator
from teststation.model import (
    Conditions,
    Confirmation,
    Finding,
    Measure,
    Outcome,
    SavedResult,
    TestName,
    TestResult,
    Trial,
    Verdict,
)
from teststation.reports.wording import (
    OUTCOMES,
    SOURCES,
    TITLES,
    Flag,
    aid,
    flag,
    headline,
    hundredths_matter,
    interval,
    quantity,
    value,
)
from teststation.tests.base import Options
from teststation.tests.headline import headline_measures

if TYPE_CHECKING:
    from teststation.formats.dossier import KeptVisit

OFF = "rule-off"
NORM = "norm"
NOTHING_OVER_A_LIMIT = N_("Geen bevinding over een grens; dat sluit valrisico niet uit.")

_RULES = {
    "mean": N_("gemiddelde van {count} pogingen"),
    "single": N_("één poging"),
    "first": N_("één poging"),
    "none": N_("geen tijd"),
}
_EVIDENCE = {
    "guideline": N_("richtlijn"),
    "verified": N_("nagezien in de bron"),
    "verified-2nd": N_("uit de tweede hand"),
    "memory": N_("niet nagezien"),
    "own": N_("geen bron"),
}


class TestDone(msgspec.Struct, frozen=True, kw_only=True):
    """A test of a visit: its attempts, what they came to, what the rules say of that, and the therapist of them."""

    __test__ = False  # not pytest's

    result: TestResult
    findings: tuple[Finding, ...] = ()
    trials: tuple[Trial, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Each finding with what the therapist said of it last."""
        last = {said.finding: said for said in self.confirmations}
        return tuple(Judged(finding, last.get(place)) for place, finding in enumerate(self.findings))

    @property
    def leading(self) -> Judged | None:
        """The finding that the flag is of: the first that says something, else the first that judges."""
        judging = [each for each in self.judged if each.finding.meaning not in (OFF, NORM)]
        said = [each for each in judging if each.finding.verdict is not Verdict.UNKNOWN]
        return next(iter(said or judging), None)

    def counted(self) -> TestDone:
        """Leave out the findings that the therapist set aside."""
        counted = tuple(each.finding for each in self.judged if not each.set_aside)
        return msgspec.structs.replace(self, findings=counted, confirmations=())


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A test's result in words.

    Parameters
    ----------
    value : the number alone; empty where there is none that counts
    unit : what it counts, or how the test ended
    spread : the interval, or what was tried
    trials : the attempts on one line, and what was made of them
    sentences : what the rules say, the one that the flag is of first
    sources : who says so, one citation each
    basis : which time it is and who took it
    """

    title: str
    value: str
    unit: str
    spread: str
    flag: Flag
    trials: str
    sentences: tuple[str, ...]
    sources: tuple[str, ...]
    basis: tuple[str, ...]


def concluded(visit: KeptVisit) -> tuple[TestDone, ...]:
    """Give the tests of a visit as they are kept, in the order of their first result; the newest result counts."""
    current = {saved.result.test: saved for saved in visit.results}
    return tuple(
        as_kept(saved, tuple(kept.trial for kept in visit.trials if kept.trial.test is saved.result.test))
        for saved in current.values()
    )


def as_kept(saved: SavedResult, trials: tuple[Trial, ...] = ()) -> TestDone:
    """Give a test as it is kept, by its newest judgement."""
    said = saved.judgements[-1].confirmations if saved.judgements else ()
    return TestDone(result=saved.result, findings=saved.findings, trials=trials, confirmations=said)


def headline_of(result: TestResult) -> Measure | None:
    """Give the measure that a result is headlined by."""
    return result.measures[0] if result.trial_values and result.measures else None


def headline_names(test: TestName, conditions: Conditions) -> tuple[str, ...]:
    """Name what can headline a test that was done in this way."""
    return headline_measures(test, Options(stands=conditions.stands or Options().stands, seconds=conditions.seconds))


def flag_of(tr: Translator, done: TestDone) -> Flag | None:
    """Give the flag of a result, of which the therapist has the last word; None where no limit applies."""
    lead = done.leading
    if lead is None:
        return None
    return Flag("▷", tr("niet onderschreven"), "-unknown") if lead.set_aside else flag(tr, lead.finding)


def confirmed(tr: Translator, done: TestDone) -> str:
    """Tell what the therapist says of the finding that the flag is of, or of the only ones there are."""
    lead = done.leading or next(iter(done.judged), None)
    if lead is None:
        return ""
    said = lead.said
    if said is None:
        return tr("nog niet bevestigd")
    by = f" ({said.operator})" if said.operator else ""
    if said.agreed:
        return f"{tr('bevestigd door de therapeut')}{by}"
    return f"{tr('niet onderschreven door de therapeut')}{by}: {said.reason}"


def decimals_of(findings: Iterable[Finding]) -> int:
    """Tell with how many decimals a result is shown."""
    return 2 if hundredths_matter(findings) else 1


def told(tr: Translator, done: TestDone) -> Told:
    """Tell what a test came to."""
    result, findings = done.result, done.findings
    measure, decimals = headline_of(result), decimals_of(findings)
    if measure is None or result.outcome is not Outcome.DONE:
        number, unit = "", tr(OUTCOMES[result.outcome]).upper()
        spread = "" if measure is None else tr("geprobeerd: {time}", time=quantity(tr, measure))
    else:
        number = value(tr, measure, decimals)
        unit = tr("seconden") if measure.unit == "s" else tr("keer")
        spread = tr("95 %-interval {interval}", interval=interval(tr, measure, decimals))
    lead = None if done.leading is None else done.leading.finding
    rest = [finding for finding in findings if finding is not lead and finding.meaning != OFF]
    return Told(
        title=tr(TITLES[result.test]),
        value=number,
        unit=unit,
        spread=spread,
        flag=flag_of(tr, done) or Flag("?", tr("geen grens van toepassing"), "-unknown"),
        trials=" · ".join((*attempts(tr, done, decimals), rule_of(tr, result))),
        sentences=tuple(tr.reason(finding.reason) for finding in ([] if lead is None else [lead]) + rest),
        sources=_sources(tr, findings),
        basis=_basis(tr, result, measure),
    )


def row(tr: Translator, done: TestDone) -> tuple[str, str, Flag | None]:
    """Tell a test in a row of a visit: its name, its time or how it ended, its flag."""
    measure = headline_of(done.result)
    time = quantity(tr, measure, decimals_of(done.findings)) if measure else tr(OUTCOMES[done.result.outcome])
    return tr(TITLES[done.result.test]), time, flag_of(tr, done)


def conditions_of(tr: Translator, conditions: Conditions) -> str:
    """Tell how a test was done, on one line."""
    facts = [] if conditions.walking_aid is None else [aid(tr, conditions.walking_aid)]
    if conditions.course_m is not None:
        facts.append(tr("baan van {course_m} m", course_m=conditions.course_m))
    if conditions.stands is not None:
        facts.append(tr("{stands} keer opstaan", stands=conditions.stands))
    if conditions.seconds is not None:
        facts.append(tr("{seconds} seconden lang opstaan", seconds=conditions.seconds))
    if conditions.chair_height_cm is not None:
        facts.append(tr("stoel van {height} cm", height=conditions.chair_height_cm))
    yes = (
        (conditions.hands_used, tr("handen gebruikt")),
        (conditions.physical_help, tr("met lichamelijke hulp")),
        (conditions.demonstrated, tr("demonstratie gegeven")),
        (conditions.prompted, tr("aanwijzingen nodig")),
    )
    return " · ".join((*facts, *(text for so, text in yes if so)))


def over_a_limit(tr: Translator, tests: Sequence[TestDone]) -> tuple[str, ...]:
    """Tell what was found over a limit in a visit, or that nothing was, which reassures of nothing."""
    counted = (finding for done in tests for finding in done.counted().findings)
    met = [each for each in counted if each.meaning not in (OFF, NORM) and each.verdict is Verdict.MET]
    return tuple(tr.reason(finding.reason) for finding in met) or (tr(NOTHING_OVER_A_LIMIT),)


def attempts(tr: Translator, done: TestDone, decimals: int = 1) -> list[str]:
    """Tell what each attempt came to, and which do not count."""
    names = headline_names(done.result.test, done.result.conditions)
    parts = []
    for trial in done.trials:
        if trial.practice:
            continue
        measure = headline(trial, names)
        shown = quantity(tr, measure, decimals) if measure is not None else tr(OUTCOMES[trial.outcome])
        mark = "" if trial.id in done.result.trials else f" ({tr('telt niet')})"
        parts.append(f"{tr('poging {number}', number=trial.number)}: {shown}{mark}")
    return parts


def rule_of(tr: Translator, result: TestResult) -> str:
    """Tell what was made of the attempts that count."""
    return tr(_RULES.get(result.headline_rule, "{count}"), count=len(result.trial_values))


def _sources(tr: Translator, findings: Iterable[Finding]) -> tuple[str, ...]:
    cited = {finding.source: finding.evidence for finding in findings if finding.source}
    return tuple(
        f"{tr('Bron')}: {tr.term(source)} ({tr(_EVIDENCE.get(evidence, evidence))})"
        for source, evidence in cited.items()
    )


def _basis(tr: Translator, result: TestResult, measure: Measure | None) -> tuple[str, ...]:
    lines = []
    if measure is not None:
        what = tr(
            "{measure}, gemeten door: {source}", measure=tr.term(measure.name), source=tr(SOURCES[measure.source])
        )
        lines.append(f"{tr('Tijd')}: {what}")
    speed = next((m for m in result.measures if m.name == "speed"), None)
    if speed is not None:
        lines.append(f"{tr('Snelheid')}: {quantity(tr, speed, 2)}")
    return tuple(lines)
