"""A report to read: what was found, how sure it is, what it means and who says so, in 80 columns."""

from __future__ import annotations

import textwrap

from teststation.analyse import Report
from teststation.boundary import shown
from teststation.i18n import Translator
from teststation.model import Analysis, Finding, Measure, Verdict

_WIDTH = 80
_LABEL = 14
_MEASURE = 32
_OWN_LINE = ("duration", "repetitions", "crossing_time", "speed", "failed_attempts")
"""What a test is about; the other measures are its phases and how it was walked, and share a line."""
_NO_BREAK = "\N{NO-BREAK SPACE}"
_DECIMALS = {"s": 2, "m/s": 2, "deg": 0, "1/min": 0, "%": 1}


def table(report: Report, tr: Translator) -> bytes:
    """Write a report as lines of text, with an empty line after it."""
    analysis = report.analysis
    test = tr("geen test") if analysis.test is None else tr.term(analysis.test)
    head = " · ".join((test, tr.term(analysis.placement), tr.term(analysis.status)))
    lines = [*_title(shown(report.recording), head), *_measured(analysis, tr)]
    for reason in analysis.reasons:
        lines += _entry(tr("reden"), tr.reason(reason))
    for finding in report.findings:
        source = "; ".join(each for each in (tr.term(finding.source), finding.rule) if each)
        lines += _entry(_verdict(finding, tr), f"{tr.reason(finding.reason)} [{source}]")
    for note in analysis.quality.notes:
        lines += _entry(tr("opmerking"), tr.reason(note))
    return "\n".join((*lines, "")).encode()


def _title(name: str, head: str) -> list[str]:
    gap = _WIDTH - len(name) - len(head)
    return [name + " " * gap + head] if gap > 1 else [name, head.rjust(_WIDTH)]


def _measured(analysis: Analysis, tr: Translator) -> list[str]:
    lines: list[str] = []
    beside: list[str] = []
    for measure in analysis.measures:
        name, value = _name(analysis, measure, tr), _value(measure, tr)
        if not measure.name.startswith(_OWN_LINE):
            beside.append(f"{name} {value}")
            continue
        low, high = (tr.number(bound, _decimals(measure)) for bound in measure.interval)
        lines += _entry(name, value if low == high else f"{value:10}({low} – {high})", _MEASURE)
    if not analysis.measures:
        beside = [f"{tr.term(event.name)} {tr.number(event.time_s, 2)} s" for event in analysis.events]
    unbroken = " · ".join(each.replace(" ", _NO_BREAK) for each in beside)
    return lines + (_entry(tr("details"), unbroken) if unbroken else [])


def _name(analysis: Analysis, measure: Measure, tr: Translator) -> str:
    """Give the measure's name in this test, where it has one of its own."""
    own = f"{analysis.test}.{measure.name}"
    named = tr.term(own)
    return tr.term(measure.name) if named == own else named


def _value(measure: Measure, tr: Translator) -> str:
    number = tr.number(measure.value, _decimals(measure))
    sign = "> " if measure.at_least else ""
    return f"{sign}{number} {measure.unit if measure.unit != '1' else ''}".rstrip()


def _decimals(measure: Measure) -> int:
    return _DECIMALS.get(measure.unit, 0 if measure.value == round(measure.value) else 2)


def _verdict(finding: Finding, tr: Translator) -> str:
    match finding.verdict:
        case Verdict.MET:
            return tr("AANWIJZING")
        case Verdict.NOT_MET:
            return tr("bevinding")
        case Verdict.UNKNOWN:
            return tr("niet bepaald")


def _entry(label: str, text: str, beside: int = _LABEL) -> list[str]:
    """Lay a text beside its label; under it where the label is too long."""
    indent = " " * (beside + 2)
    lines = textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    lines = [line.replace(_NO_BREAK, " ") for line in lines]
    if len(label) >= beside or not lines:
        return [f"  {label}", *lines]
    return [f"  {label:{beside}}{lines[0].lstrip()}", *lines[1:]]
