"""The record for the file: every test of a client's visits with what it rests on, and the course over the visits."""

from __future__ import annotations

from collections.abc import Sequence

from teststation import __version__
from teststation.formats.dossier import Dossier, KeptTrial, KeptVisit
from teststation.guideline import compare
from teststation.i18n import N_, Translator
from teststation.model import Client, Conditions, Measure, Outcome, Source, TestName, Trial
from teststation.reports.pdf.figures import Moment, signal_figure, trend_figure
from teststation.reports.pdf.paper import (
    FLAG_COLOURS,
    QUIET,
    WIDTH,
    Flowable,
    OnPaper,
    bound,
    kept_together,
    new_page,
    space,
    style,
    table,
    words,
)
from teststation.reports.phases import durations
from teststation.reports.told import TestDone, headline_names, headline_of, over_a_limit, row, tests_of, told
from teststation.reports.wording import (
    DASH,
    NOTICE,
    OUTCOMES,
    SOURCES,
    TITLES,
    aid,
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
            pages += _visit(tr, dossier.client, visit, on_paper)
            if number == 0:
                pages += _course(tr, dossier.visits, on_paper)
                pages += _signature(tr)
        return pages or [words(tr("Er zijn nog geen bezoeken."), style(9))]

    who = " · ".join(part for part in (dossier.client.code, on_paper.name, on_paper.born) if part)
    return bound(tr, story, title=tr("Verslag"), head=(on_paper.practice or "teststation", who))


def _visit(tr: Translator, client: Client, visit: KeptVisit, on_paper: OnPaper) -> list[Flowable]:
    tests = tests_of(visit)
    day = day_words(tr, day_of(visit.visit.started_at, on_paper.zone))
    return [
        words(tr("Verslag van het bezoek op {day}", day=day), style(15, bold=True, after=6)),
        *_who(tr, client, visit, on_paper),
        space(8),
        _overview(tr, tests),
        *_heading(tr("Bevindingen")),
        *(words(f"– {sentence}", style(9, indent=6)) for sentence in over_a_limit(tr, tests)),
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


def _overview(tr: Translator, tests: Sequence[TestDone]) -> Flowable:
    head = [words(text, style(9, colour=QUIET)) for text in (tr("test"), tr("resultaat"), tr("grens"))]
    rows = [head]
    for done in tests:
        name, time, shown = row(tr, done)
        colour = FLAG_COLOURS[told(tr, done).flag.style]
        rows.append([words(name, style(10)), words(time, style(10, bold=True)), words(shown, style(10, colour=colour))])
    return table(rows, (0.34 * WIDTH, 0.26 * WIDTH, 0.4 * WIDTH), ruled=True)


def _test(tr: Translator, done: TestDone, trials: Sequence[KeptTrial]) -> list[Flowable]:
    said = told(tr, done)
    small, quiet = style(9), style(8, colour=QUIET)
    number = f"{said.value} {said.unit}".strip()
    flag = f"{said.flag.shape}  {said.flag.word}"
    verdict = table(
        [
            [
                words(number, style(16, bold=True)),
                words(flag, style(12, bold=True, colour=FLAG_COLOURS[said.flag.style])),
            ]
        ],
        (0.42 * WIDTH, 0.58 * WIDTH),
    )
    top = [
        *_heading(said.title),
        verdict,
        *(words(text, small) for text in (said.spread, said.trials) if text),
        space(3),
        *(words(sentence, small) for sentence in said.sentences),
        *(words(source, quiet) for source in said.sources),
        *(words(text, small) for text in said.basis),
        *(
            words(f"{tr('Omstandigheden')}: {text}", small)
            for text in [_conditions(tr, done.result.conditions)]
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


def _conditions(tr: Translator, conditions: Conditions) -> str:
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


def _course(tr: Translator, visits: Sequence[KeptVisit], on_paper: OnPaper) -> list[Flowable]:
    """Show each test over the visits, and say what the last difference is."""
    pieces: list[Flowable] = []
    for test in TestName:
        kept = [
            (visit, done, measure)
            for visit in visits
            for done in tests_of(visit)
            if done.result.test is test and (measure := headline_of(done.result)) is not None
        ]
        if len(kept) > 1:
            pieces.append(kept_together(_one_course(tr, test, kept, on_paper)))
    if not pieces:
        return []
    explained = tr(
        "Elke stip is een bezoek, met het 95 %-interval van de meting; open is een ondergrens. De grijze balk is de "
        "meetfout rond het bezoek ervoor: alleen een stip daarbuiten is een verandering. Zonder balk zijn twee "
        "bezoeken niet te vergelijken."
    )
    return [*_heading(tr("Verloop")), words(explained, style(8, colour=QUIET)), *pieces]


def _one_course(
    tr: Translator, test: TestName, kept: Sequence[tuple[KeptVisit, TestDone, Measure]], on_paper: OnPaper
) -> list[Flowable]:
    moments, last = [], None
    for number, (visit, done, measure) in enumerate(kept):
        last = compare(kept[number - 1][1].result, done.result) if number else None
        held = None
        if last is not None and last.unit == measure.unit and last.before is not None and last.detectable is not None:
            held = (last.before, last.detectable)
        day = day_of(visit.visit.started_at, on_paper.zone)
        moments.append(Moment(day, measure.value, measure.interval, measure.at_least, held))
    sentences = [] if last is None else [tr.reason(last.reason)]
    if last is not None and last.source:
        sentences.append(f"{tr('Bron')}: {last.source}")
    return [
        space(4),
        words(tr(TITLES[test]), style(9, bold=True)),
        trend_figure(tr, moments, kept[-1][2].unit, WIDTH),
        *(words(sentence, style(9)) for sentence in sentences),
    ]


def _versions(tr: Translator, tests: Sequence[TestDone], trials: Sequence[KeptTrial]) -> list[Flowable]:
    """Say by what versions the results were made: of the rules, the analysis, and the program that prints them."""
    rules = sorted({f"{f.rule} {f.version}".strip() for done in tests for f in done.findings})
    analyses = sorted({kept.trial.analysis.version for kept in trials if kept.trial.analysis is not None} - {""})
    lines = (
        (tr("Regels"), ", ".join(rules)),
        (tr("Analyse"), ", ".join(analyses)),
        (tr("Afgedrukt met"), f"teststation {__version__}"),
        (tr("Tijd door"), ", ".join(sorted({tr(SOURCES[m.source]) for m in _headlines(tests)}))),
    )
    small = style(7, colour=QUIET)
    return [space(8), *(words(f"{name}: {text}", small) for name, text in lines if text)]


def _headlines(tests: Sequence[TestDone]) -> list[Measure]:
    return [measure for done in tests if (measure := headline_of(done.result)) is not None]


def _signature(tr: Translator) -> list[Flowable]:
    """Leave a line for the therapist: no flag is final before (ARCHITECTURE, decision 11)."""
    line = "." * 40
    cells = [words(f"{tr('Beoordeeld door')}: {line}", style(9)), words(f"{tr('Datum')}: {line}", style(9))]
    return [space(14), table([cells], (0.55 * WIDTH, 0.45 * WIDTH))]


def _heading(text: str) -> list[Flowable]:
    return [space(10), words(text, style(12, bold=True, after=3))]
