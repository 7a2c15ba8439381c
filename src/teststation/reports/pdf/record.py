"""The record for the file: every test of a client's visits with what it rests on, and the course over the visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from teststation import __version__
from teststation.formats.dossier import Dossier, KeptTrial, KeptVisit
from teststation.guideline import compare
from teststation.i18n import N_, Translator
from teststation.model import Client, Measure, Outcome, Source, TestName, TestResult, Trial
from teststation.reports.case import Case, case_of
from teststation.reports.course import course_of
from teststation.reports.letters import beside_the_line
from teststation.reports.pdf.figures import signal_figure, trend_figure
from teststation.reports.pdf.paper import (
    QUIET,
    WIDTH,
    Flowable,
    OnPaper,
    bound,
    flagged,
    kept_together,
    new_page,
    signature,
    space,
    style,
    table,
    words,
)
from teststation.reports.phases import durations
from teststation.reports.told import (
    TestDone,
    concluded,
    conditions_of,
    confirmed,
    headline_names,
    over_a_limit,
    row,
    told,
)
from teststation.reports.wording import (
    DASH,
    NOTICE,
    OUTCOMES,
    TITLES,
    day_of,
    day_words,
    headline,
    margin,
    person,
    quantity,
)

_BY = (
    (N_("sensor"), (Source.SENSOR, Source.SENSOR_AND_KEY)),
    (N_("hand"), (Source.KEY,)),
    (N_("stopwatch"), (Source.STOPWATCH,)),
)


def record(tr: Translator, dossier: Dossier, on_paper: OnPaper, *, whole: bool = True) -> bytes:
    """Print a client's record, the newest visit first; not `whole` is the newest visit, and the course up to it."""
    visits = list(reversed(dossier.visits))
    printed = visits if whole else visits[:1]

    def story() -> list[Flowable]:
        pages: list[Flowable] = []
        for number, visit in enumerate(printed):
            pages += [new_page()] if number else []
            until = Dossier(dossier.client, dossier.visits[: len(visits) - number], dossier.consents)
            pages += _visit(tr, case_of(until, on_paper.zone), visit, on_paper)
            if number == 0:
                pages += _course(tr, dossier.visits, on_paper)
                pages += signature(tr)
        return pages or [words(tr("Er zijn nog geen bezoeken."), style(9))]

    who = " · ".join(part for part in (dossier.client.code, on_paper.name, on_paper.born) if part)
    return bound(tr, story, title=tr("Verslag"), head=(on_paper.practice or "teststation", who))


def _visit(tr: Translator, case: Case, visit: KeptVisit, on_paper: OnPaper) -> list[Flowable]:
    tests = concluded(visit)
    day = day_words(tr, day_of(visit.visit.started_at, on_paper.zone))
    return [
        words(tr("Verslag van het bezoek op {day}", day=day), style(15, bold=True, after=6)),
        *_who(tr, case.client, visit, on_paper),
        space(8),
        _overview(tr, tests),
        *_heading(tr("Bevindingen")),
        *(words(f"– {sentence}", style(9, indent=6)) for sentence in _found(tr, case, tests)),
        space(2),
        words(tr(NOTICE), style(9, bold=True)),
        *(piece for done in tests for piece in _test(tr, done, visit.trials)),
        *_versions(tr, tests, visit.trials),
    ]


def _who(tr: Translator, client: Client, visit: KeptVisit, on_paper: OnPaper) -> list[Flowable]:
    body = []
    if client.height_cm is not None:
        how = {True: tr("gemeten"), False: tr("opgegeven"), None: ""}[client.height_measured]
        body.append(f"{tr.number(client.height_cm, 1)} cm{f' ({how})' if how else ''}")
    if client.weight_kg is not None:
        body.append(f"{tr.number(client.weight_kg, 1)} kg")
    age = "" if visit.visit.age is None else tr("{age} jaar", age=visit.visit.age)
    facts = (
        (tr("Naam"), on_paper.name),
        (tr("Geboren"), on_paper.born),
        (tr("Cliënt"), person(tr, client)),
        (tr("Leeftijd bij het bezoek"), age),
        (tr("Lengte en gewicht"), " · ".join(body)),
        (tr("Onderzocht door"), visit.visit.operator),
        (tr("Afgedrukt op"), day_words(tr, on_paper.printed_on)),
    )
    rows = [[words(name, style(9, colour=QUIET)), words(value, style(9))] for name, value in facts if value]
    return [table(rows, (0.26 * WIDTH, 0.74 * WIDTH))]


def _found(tr: Translator, case: Case, tests: Sequence[TestDone]) -> Iterator[str]:
    """Say the visit's line, what lies over a limit, what the lists found, and what cannot both be so."""
    line = case.conclusion.fall_risk
    yield from () if line is None else (tr.reason(line),)
    yield from over_a_limit(tr, tests)
    yield from beside_the_line(tr, case)
    yield from (f"▲ {tr.reason(each.reason)}" for each in case.conclusion.met("contradiction"))


def _overview(tr: Translator, tests: Sequence[TestDone]) -> Flowable:
    head = [words(text, style(9, colour=QUIET)) for text in (tr("test"), tr("resultaat"), tr("grens"))]
    rows = [head]
    for done in tests:
        name, time, flag = row(tr, done)
        shown = words("", style(10)) if flag is None else flagged(flag, style(10))
        rows.append([words(name, style(10)), words(time, style(10, bold=True)), shown])
    return table(rows, (0.34 * WIDTH, 0.26 * WIDTH, 0.4 * WIDTH), ruled=True)


def _test(tr: Translator, done: TestDone, trials: Sequence[KeptTrial]) -> list[Flowable]:
    said = told(tr, done)
    small, quiet = style(9), style(8, colour=QUIET)
    number = f"{said.value} {said.unit}".strip()
    verdict = table(
        [
            [
                words(number, style(16, bold=True)),
                flagged(said.flag, style(12, bold=True)),
            ]
        ],
        (0.42 * WIDTH, 0.58 * WIDTH),
    )
    top = [
        *_heading(said.title),
        verdict,
        *(words(text, small) for text in (said.spread, said.trials, confirmed(tr, done)) if text),
        space(3),
        *(words(sentence, small) for sentence in said.sentences),
        *(words(source, quiet) for source in said.sources),
        *(words(text, small) for text in said.basis),
        *(
            words(f"{tr('Omstandigheden')}: {text}", small)
            for text in [conditions_of(tr, done.result.conditions)]
            if text
        ),
        space(3),
        _attempts(tr, done),
    ]
    drawn = [kept for kept in trials if kept.trial.id in done.result.trials]
    return [kept_together(top), *(piece for kept in drawn for piece in _signal(tr, kept))]


def _attempts(tr: Translator, done: TestDone) -> Flowable:
    """List every attempt with its times by every source; ► is the one that counts."""
    quiet, small = style(8, colour=QUIET), style(8)
    names = headline_names(done.result.test, done.result.conditions)
    rows = [[words(text, quiet) for text in (tr("poging"), *(tr(name) for name, _ in _BY), tr("waarom deze tijd"))]]
    rows += [[words(text, small) for text in _attempt(tr, trial, names)] for trial in done.trials]
    return table(rows, [share * WIDTH for share in (0.14, 0.17, 0.17, 0.17, 0.35)], ruled=True)


def _attempt(tr: Translator, trial: Trial, names: Sequence[str]) -> list[str]:
    counts = headline(trial, names)
    cells = [tr("oefenpoging") if trial.practice else str(trial.number)]
    for _, sources in _BY:
        found = [m for name in names for m in trial.measures if m.name == name and m.source in sources]
        measure = counts if counts in found else found[0] if found else None
        mark = "► " if measure is not None and measure is counts else ""
        cells.append(DASH if measure is None else f"{mark}{_with_margin(tr, measure)}")
    why = [] if trial.outcome is Outcome.DONE else [tr(OUTCOMES[trial.outcome])]
    why += [tr.reason(reason) for reason in (trial.outcome_reason, trial.headline_reason) if reason is not None]
    return [*cells, "; ".join(why)]


def _with_margin(tr: Translator, measure: Measure) -> str:
    if measure.unit == "1":
        return quantity(tr, measure)
    return f"{quantity(tr, measure, 2)} {margin(tr, measure, 2)}"


def _signal(tr: Translator, kept: KeptTrial) -> list[Flowable]:
    trial, recording = kept.trial, kept.recording
    if recording is None or len(recording.samples.time_s) < 2:  # noqa: PLR2004 - a line has two ends
        return []
    analysis = trial.analysis
    notes = () if analysis is None else (*analysis.reasons, *analysis.quality.notes)
    titled = f"{tr(TITLES[trial.test])}, {tr('poging {number}', number=trial.number)}"
    how = [durations(tr, trial)]
    if analysis is not None:
        rate = tr("{rate} metingen per seconde", rate=round(analysis.quality.sampling_rate_hz))
        how.append(f"{tr('sensor')}: {recording.sensor.name} ({tr.term(analysis.placement)}), {rate}")
    figure = [
        space(6),
        words(titled, style(8, bold=True)),
        signal_figure(tr, recording.samples, analysis, WIDTH),
        *(words(text, style(8)) for text in how if text),
        *(words(tr.reason(note), style(8, colour=QUIET)) for note in notes),
    ]
    return [kept_together(figure)]


def _course(tr: Translator, visits: Sequence[KeptVisit], on_paper: OnPaper) -> list[Flowable]:
    """Show each test over the visits, and say what the last difference is."""
    done = [(day_of(visit.visit.started_at, on_paper.zone), done) for visit in visits for done in concluded(visit)]
    pieces: list[Flowable] = []
    for test in dict.fromkeys(each.result.test for visit in reversed(visits) for each in concluded(visit)):
        days = [(day, each.result) for day, each in done if each.result.test is test and each.result.trial_values]
        if len(days) > 1:
            pieces.append(kept_together(_one_course(tr, test, days)))
    if not pieces:
        return []
    explained = tr(
        "Elke stip is een bezoek, met het 95 %-interval van de meting; open is een ondergrens. De grijze balk is de "
        "meetfout rond het bezoek ervoor: alleen een stip daarbuiten is een verandering. Zonder balk is geen meetfout "
        "bekend, of zijn de twee bezoeken niet te vergelijken."
    )
    return [*_heading(tr("Verloop")), words(explained, style(8, colour=QUIET)), *pieces]


def _one_course(tr: Translator, test: TestName, days: Sequence[tuple[dt.date, TestResult]]) -> list[Flowable]:
    course = course_of(days)
    (_, before), (_, now) = days[-2:]
    last = compare(before, now)
    said = [tr.reason(last.reason), *([f"{tr('Bron')}: {last.source}"] if last.source else [])]
    return [
        space(4),
        words(tr(TITLES[test]), style(9, bold=True)),
        trend_figure(tr, course.moments, course.unit, WIDTH),
        *(words(sentence, style(9)) for sentence in said),
    ]


def _versions(tr: Translator, tests: Sequence[TestDone], trials: Sequence[KeptTrial]) -> list[Flowable]:
    """Say by what versions the results were made: of the rules, the analysis, and the program that prints them."""
    rules = sorted({f"{f.rule} {f.version}".strip() for done in tests for f in done.findings})
    analyses = sorted({kept.trial.analysis.version for kept in trials if kept.trial.analysis is not None} - {""})
    lines = (
        (tr("Regels"), ", ".join(rules)),
        (tr("Analyse"), ", ".join(analyses)),
        (tr("Afgedrukt met"), f"teststation {__version__}"),
    )
    small = style(7, colour=QUIET)
    return [space(8), *(words(f"{name}: {text}", small) for name, text in lines if text)]


def _heading(text: str) -> list[Flowable]:
    return [space(10), words(text, style(12, bold=True, after=3))]
