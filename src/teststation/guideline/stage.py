"""Stage of change (`rules/stages`): six, from a chart whose order is lost, and marked so; and what each asks for."""

from __future__ import annotations

import functools
from pathlib import Path

from teststation.guideline.conditions import Condition, all_hold, verdict_of
from teststation.guideline.entries import Cited, Seen
from teststation.guideline.facts import Known
from teststation.guideline.movement_norm import load_norms
from teststation.guideline.tables import RULES_FOLDER, Tables, as_entry, read_tables
from teststation.model import Finding, Reason, Verdict

STAGE = "stage-of-change"
"""The meaning of this finding; its rule is the stage, or this too where there is none."""

_NORM = "nngb"
"""The norm that the chart asks first."""


class Stage(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One stage: whether the norm is met in it, and what else is so."""

    evidence: Seen
    norm_met: bool
    needs: tuple[Condition, ...]

    def verdict(self, known: Known, norm: Verdict) -> Verdict:
        """Tell whether the person is in it."""
        if norm is Verdict.UNKNOWN:
            return Verdict.UNKNOWN
        return all_hold((verdict_of((norm is Verdict.MET) is self.norm_met), *(n.answer(known) for n in self.needs)))


@functools.cache
def load_stages(folder: Path = RULES_FOLDER / "stages") -> Tables[Stage]:
    """Read the stages. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, as_entry(Stage))


def stage_of_change(
    known: Known, age: int | None = None, *, stages: Tables[Stage] | None = None
) -> tuple[Finding, ...]:
    """Tell the stage that a person is in, with the accent of the conversation; or what must be asked to tell."""
    table = load_stages() if stages is None else stages
    norm = load_norms().entries.get(_NORM)
    met = Verdict.UNKNOWN if norm is None else norm.verdict(known, age, {})
    answers = {stage.id: stage.verdict(known, met) for stage in table.entries.values()}
    here = next((stage for stage in table.entries.values() if answers[stage.id] is Verdict.MET), None)
    if here is not None:
        reason = Reason("stage_is", {"stage": f"stage.{here.id}", "accent": f"stage.{here.id}.accent"})
        return here.finding(Verdict.MET, reason, STAGE), *(off.finding for off in table.off)
    asked = [] if norm is None or met is not Verdict.UNKNOWN else list(norm.needs)
    asked += [n for stage in table.entries.values() if answers[stage.id] is Verdict.UNKNOWN for n in stage.needs]
    return _unknown(asked, known), *(off.finding for off in table.off)


def _unknown(asked: list[Condition], known: Known) -> Finding:
    """Name the next thing to ask: the first that is open, of the norm or of the chart."""
    said = next((each.said(known) for each in asked if each.answer(known) is Verdict.UNKNOWN), "not_known")
    return Finding(
        rule=STAGE, measure=None, verdict=Verdict.UNKNOWN, reason=Reason("stage_unknown", {"what": said}), meaning=STAGE
    )
