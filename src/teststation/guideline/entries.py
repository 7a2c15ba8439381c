"""What stands in the rule files: thresholds and norms, expected times, and how much is a change. Data only, frozen."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from teststation.model import Finding, Reason, Sex, TestName, Verdict

Operator = Literal[">", "≥", "<", "≤"]
Seen = Literal["guideline", "verified", "verified-2nd", "inferred", "own"]
Evidence = Seen | Literal["memory"]
StopRule = Literal["seated", "standing", "not-stated"]
Statistic = Literal["first", "mean-of-2", "fastest-of-3", "not-stated"]

Text = Annotated[str, msgspec.Meta(min_length=1)]
Measures = Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A threshold and the people it is for. A field that is not given leaves nobody out.

    Parameters
    ----------
    value : the threshold, in the rule's unit
    height_up_to_cm, height_above_cm : ≤ and >, on the height as it is kept (0.1 cm), never rounded
    bmi_above, bmi_up_to : > and ≤, on the body mass index at 0.01
    age_from, age_to : whole years at the visit, both included
    mean, mean_interval : what a norm's limit was made of: the group's mean and its 95 % interval
    """

    value: float
    sex: Sex | None = None
    height_up_to_cm: float | None = None
    height_above_cm: float | None = None
    bmi_above: float | None = None
    bmi_up_to: float | None = None
    age_from: int | None = None
    age_to: int | None = None
    mean: float | None = None
    mean_interval: tuple[float, float] | None = None


class Course(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The timed length that a rule's times belong to, and the other one that its source prints (trap T5)."""

    length_m: float
    also_printed_m: float | None = None


class Cited(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an entry comes from.

    Parameters
    ----------
    source : the citation, as it is shown
    evidence : what we have seen of it: the guideline itself, a page of the source, a page that quotes it, or nothing;
        or that it is our own reading of what the source leaves open, or common practice
    version : the source's own edition
    note : for the reader of `docs/clinical.md`
    """

    id: str
    source: Text
    evidence: Evidence
    version: Text
    url: str = ""
    doi: str = ""
    note: str = ""

    def finding(
        self, verdict: Verdict, reason: Reason, meaning: str, *, measure: str | None = None, close: bool = False
    ) -> Finding:
        """Make a finding by this entry, with where it comes from."""
        return Finding(
            rule=self.id,
            version=self.version,
            measure=measure,
            verdict=verdict,
            close=close,
            reason=reason,
            meaning=meaning,
            source=self.source,
            evidence=self.evidence,
        )


class Entry(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every entry about a test says of itself.

    Parameters
    ----------
    measures : in order of preference; the first one that a result has is used
    stands, seconds : which chair stand it is for
    """

    test: TestName
    measures: Measures
    unit: Text
    stands: int | None = None
    seconds: float | None = None


class Rule(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cited threshold, or a norm.

    Parameters
    ----------
    role : `primary` is the guideline's; `norm` compares with people of the same age; `context` is a second opinion,
        shown only when asked for and never mixed with the guideline's verdict
    operator : as the source prints it
    limits : one for everybody, or one for each group; several for everybody are a range, as printed
    label : whose limit it is, in a sentence
    meaning : code of what it means to meet the rule
    stop_rule : when the clock of the source's chair stand stopped (trap T22)
    unable_meets : the source counts not being able to do the test as meeting the rule
    reported_height_margin_cm : a height that was not measured and lies so near an edge leaves both limits open
    """

    role: Literal["primary", "context", "norm"]
    operator: Operator
    limits: Annotated[tuple[Limit, ...], msgspec.Meta(min_length=1)]
    label: Text
    meaning: Text
    course: Course | None = None
    stop_rule: StopRule | None = None
    unable_meets: bool = False
    reported_height_margin_cm: float = 0.0


class ExpectedGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The value expected of a group: `constant` + `per_year` × age."""

    constant: float
    per_year: float = 0.0
    sex: Sex | None = None
    age_from: int | None = None
    age_to: int | None = None


class Expectation(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value to hold a result against: no limit, so no verdict."""

    groups: Annotated[tuple[ExpectedGroup, ...], msgspec.Meta(min_length=1)]
    label: Text


class DetectableChange(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The smallest difference between two results that is more than measurement error.

    Parameters
    ----------
    statistic : what of the trials it was made with; it is used for nothing else
    walking_aid : it was made with people who walked with, or without, an aid; None does not say
    possible_from : from here to `value` a change is possible, no more
    """

    statistic: Statistic
    value: float
    population: Text
    confidence_percent: int
    walking_aid: bool | None = None
    possible_from: float | None = None


class FactError(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The smallest difference between two values that were typed that is more than measurement error."""

    evidence: Seen
    value: float
    population: Text
    confidence_percent: int | None = None
    possible_from: float | None = None
