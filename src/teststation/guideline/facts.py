"""What may be entered of a client: every fact with its kind, unit and plausible range; and what is known of one.

The catalogue is data (`rules/facts/*.toml`); what a fact is called stands in `i18n/facts.py` under `fact.CODE`, a
choice under `fact.CODE.CHOICE`. A criterion without conditions is a yes-or-no question of its own, and a scale of the
RAND-36 a row of answer codes. Of what follows from facts nothing is stored, so what the therapist says of that is a
fact as well (`said_of`).
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from teststation.boundary import LONGEST, clean, excerpt
from teststation.guideline.rand36 import LEFT_OPEN, Scale, load_scales
from teststation.guideline.tables import RULES_FOLDER, Off, read_tables
from teststation.guideline.verdict import rounded
from teststation.guideline.wording import with_unit
from teststation.model import Fact, Reason, Side, TeststationError

Value = bool | int | float | str

CONDITIONS = frozenset({"facts", "rules", "also_met_by"})
"""What a criterion may hang on; one that has none of them is a yes-or-no question of its own."""

OPEN_TO_SAY = frozenset({"frailty-indicator", "fracture-factor", "full-assessment", "problem-area", "duty"})
"""The lists of which the therapist says whether what was found is so; the others are asked, or hang on these."""

NOT_KNOWN = ""
"""The value of a fact that takes an earlier answer back."""

_TYPES: dict[str, tuple[type, ...]] = {
    "yes_no": (bool,),
    "whole": (int,),
    "number": (int, float),
    "choice": (str,),
    "text": (str,),
    "date": (str,),
    "codes": (str,),
    "said": (bool, str),
}
_NUMBER = re.compile(r"(-?[0-9]{1,6}(?:[.,][0-9]{1,3})?) ?(\S*)", re.ASCII)
_YEAR = re.compile(r"[0-9]{1,4}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class FactKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a fact may be.

    Parameters
    ----------
    low, high : the plausible range, both included; for a text `high` is its most characters
    step : as fine as it is kept; a finer number would be rounded and is refused
    slips : what goes wrong when typing, and by which factor it is put right: tried in this order
    also : other units that may be typed behind the number, and what makes them the fact's own
    sided : it is of the left or the right side of the body
    ahead : a date that may still have to come
    of_visit : it holds for the visit in which it was said, and for none after it
    called : what it is called, where a practice added it to a file
    group : the file that it stands in: what is asked together, in its order
    after : it is asked only after a yes to that one
    hoped : yes is what one hopes for, so the one key for "none of these" does not answer it
    none : the number that this key answers
    items : of a form, whose answer codes are a row of digits from `low` to `high`, with a `-` for what was left open
    """

    code: str
    kind: Literal["yes_no", "whole", "number", "choice", "text", "date", "codes", "said"]
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    step: float = 1
    slips: dict[str, float] = {}
    also: dict[str, float] = {}
    choices: tuple[Annotated[str, msgspec.Meta(min_length=1)], ...] = ()
    sided: bool = False
    ahead: bool = False
    of_visit: bool = False
    called: str = ""
    group: str = ""
    after: str = ""
    hoped: bool = False
    none: int | None = None
    items: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """What the fact is called: a term, or the words that its file gives."""
        return self.called or f"fact.{self.code}"

    @property
    def answered_none(self) -> Value | None:
        """What it is where there is "none of these"; None where that says nothing of it."""
        if self.kind == "yes_no":
            return None if self.hoped else False
        return self.none


class FactCatalogue(msgspec.Struct, frozen=True):
    """Every kind of fact by its code, and what of the files could not be read."""

    kinds: Mapping[str, FactKind]
    off: tuple[Off, ...] = ()

    def asked(self, group: str, known: Known) -> tuple[FactKind, ...]:
        """Give what is asked in a group, given what is known: in its order, without what no answer asks for yet."""
        return tuple(
            kind
            for kind in self.kinds.values()
            if kind.group == group and (not kind.after or known.yes(kind.after) is True)
        )


@functools.cache
def fact_catalogue(folder: Path = RULES_FOLDER) -> FactCatalogue:
    """Read the catalogue. What is broken is left out and named in `off`; this never raises."""
    tables = read_tables(folder / "facts", _kind)
    criteria = read_tables(folder / "criteria", _in_group).entries
    questions = {
        code: FactKind(code=code, kind="yes_no", called=str(table.get("label", "")), group=group)
        for code, (group, table) in criteria.items()
        if not table.keys() & CONDITIONS
    }
    said = {
        said_of(code): _said(code, str(table.get("label", "")))
        for code, (group, table) in criteria.items()
        if group in OPEN_TO_SAY and _follows(table)
    }
    rows = {scale.row: _row(scale) for scale in load_scales(folder / "rand36").entries.values()}
    return FactCatalogue({**questions, **rows, **tables.entries, **said}, tables.off)


def said_of(criterion: str) -> str:
    """Name the fact of what the therapist says of a criterion that is met: yes, or in words why it is not so."""
    return f"said.{criterion}"


def lasting(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Pick of the facts of a visit those that hold in the visits after it."""
    kinds = fact_catalogue().kinds
    return (each for each in facts if each.code not in kinds or not kinds[each.code].of_visit)


def label_of(code: str) -> str:
    """Name a fact: a term, or the words that its file gives."""
    kind = fact_catalogue().kinds.get(code)
    return f"fact.{code}" if kind is None else kind.label


def typed(code: str, text: str) -> Value:
    """Read what was typed as the value of a fact: a number with a decimal comma or point and perhaps its unit, or text.

    Raises
    ------
    TeststationError
        where it is not a value of this fact, with the limit and, where one is probable, the slip
    """
    kind = _kind_of(code)
    text = clean(text, int(kind.high) + 1) if kind.kind == "text" else clean(text)
    value: Value = "".join(text.split()) if kind.kind == "codes" else text
    if kind.kind in {"whole", "number"}:
        found = _NUMBER.fullmatch(text)
        if found is None or found[2] not in {"", kind.unit, *kind.also}:
            raise TeststationError("fact_not_a_number", fact=kind.label, typed=excerpt(text))
        number = float(found[1].replace(",", "."))
        if found[2] in kind.also:
            number = _stepped(kind, number * kind.also[found[2]])
        value = int(number) if kind.kind == "whole" and number.is_integer() else number
    _refuse(implausible(code, value))
    return value


def typed_birth_year(text: str, *, year: int) -> int:
    """Read a birth year at a visit in a year; raises as `typed` does. Of two digits the century is asked."""
    ages, text = _kind_of("age"), clean(text)
    if not _YEAR.fullmatch(text):
        raise TeststationError("fact_not_a_number", fact="client_birth_year", typed=excerpt(text))
    born, first, last = int(text), year - int(ages.high), year - int(ages.low)
    if first <= born <= last:
        return born
    params = {"typed": text, "limits": Reason("limits", {"low": first, "high": last})}
    meant = next((y for y in range(first, last + 1) if y % 100 == born), None)
    if meant is not None:
        raise TeststationError("birth_year_slip", **params, meant=meant)
    raise TeststationError("birth_year_future" if born > year else "birth_year_out_of_range", **params)


def fact(code: str, value: Value, *, at: str, side: Side | None = None, source: str = "") -> Fact:
    """Make a fact of a value that is right for it; raises as `typed` does."""
    _refuse(implausible(code, value, side))
    kind = _kind_of(code)
    if kind.kind == "date" and not kind.ahead and str(value) > at:
        raise TeststationError("fact_in_future", fact=kind.label)
    return Fact(code=code, value=value, at=at, unit=kind.unit, side=side, source=source)


def implausible(code: str, value: Value, side: Side | None = None) -> Reason | None:
    """Say why a value cannot be one of this fact; None where it can."""
    kind = fact_catalogue().kinds.get(code)
    if kind is None:
        return Reason("fact_unknown", {"fact": code})
    if side is not None and not kind.sided:
        return Reason("fact_no_side", {"fact": kind.label})
    if value == NOT_KNOWN and isinstance(value, str):
        return None
    types = _TYPES[kind.kind]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        return _out_of_range(kind, value) if isinstance(value, float) else Reason("fact_other_kind", _named(kind))
    if isinstance(value, str):
        return _unfit_text(kind, value)
    if isinstance(value, bool):
        return None if value or kind.kind == "yes_no" else Reason("fact_other_kind", _named(kind))
    if not kind.low <= value <= kind.high:
        return _out_of_range(kind, value)
    return None if _stepped(kind, value) == value else _out_of_range(kind, value)


def _follows(table: dict[str, Any]) -> bool:
    """Tell whether a criterion is more than one question: an answer is put right where it was given."""
    facts = table.get("facts", [])
    return bool(table.get("rules")) or len(facts) > 1 or any("operator" in each for each in facts)


def _said(criterion: str, label: str) -> FactKind:
    called = label or f"criterion.{criterion}"
    return FactKind(code=said_of(criterion), kind="said", high=LONGEST, called=called, of_visit=True)


def _in_group(file: str, _code: str, table: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return Path(file).stem, table


def _row(scale: Scale) -> FactKind:
    return FactKind(code=scale.row, kind="codes", low=1, high=scale.highest_code, group=scale.group, items=scale.items)


def _kind(file: str, code: str, table: Any) -> FactKind:
    kind = msgspec.convert({**table, "code": code, "group": Path(file).stem}, FactKind)
    if (kind.kind == "choice") != bool(kind.choices):
        raise ValueError("choices are for a choice")
    if kind.kind in {"whole", "number", "text"} and not math.isfinite(kind.high):
        raise ValueError("no highest value")
    if kind.kind in {"whole", "number"} and not math.isfinite(kind.low):
        raise ValueError("no lowest value")
    return kind


def _kind_of(code: str) -> FactKind:
    kind = fact_catalogue().kinds.get(code)
    if kind is None:
        raise TeststationError("fact_unknown", fact=code)
    return kind


def _refuse(reason: Reason | None) -> None:
    if reason is not None:
        raise TeststationError(reason.code, **reason.params)


def _unfit_text(kind: FactKind, text: str) -> Reason | None:
    if kind.kind == "choice":
        return None if text in kind.choices else Reason("fact_other_kind", _named(kind))
    if kind.kind == "date":
        return Reason("fact_not_a_date", _named(kind)) if _date(text) is None else None
    if kind.kind == "codes":
        return _unfit_row(kind, text)
    return None if len(text) <= kind.high else Reason("fact_too_long", {**_named(kind), "most": int(kind.high)})


def _unfit_row(kind: FactKind, row: str) -> Reason | None:
    """Say which item has a code that it cannot have, or that the row has too few codes or too many."""
    codes = {LEFT_OPEN, *map(str, range(int(kind.low), int(kind.high) + 1))}
    wrong = next(((item, code) for item, code in zip(kind.items, row, strict=False) if code not in codes), None)
    if wrong is not None:
        params = {"item": wrong[0], "typed": wrong[1], "low": kind.low, "high": kind.high}
        return Reason("fact_row_code", {**_named(kind), **params})
    if len(row) != len(kind.items):
        return Reason("fact_row_length", {**_named(kind), "read": len(row), "count": len(kind.items)})
    return None


def _out_of_range(kind: FactKind, value: float) -> Reason:
    """Give the limits; and where a known slip would make a plausible value of it, ask whether that was meant."""
    params = {**_named(kind), "value": value}
    if kind.low <= value <= kind.high:
        return Reason("fact_too_fine", {**params, "step": kind.step})
    params["limits"] = Reason("limits", {"low": kind.low, "high": with_unit(kind.high, kind.unit)})
    for slip, factor in kind.slips.items():
        meant = _stepped(kind, value * factor)
        if kind.low <= meant <= kind.high:
            return Reason("fact_slip", {**params, "slip": f"slip_{slip}", "meant": meant})
    return Reason("fact_out_of_range", params)


def _stepped(kind: FactKind, value: float) -> float:
    return rounded(value, Decimal(f"{kind.step:g}"))


def _date(text: str) -> dt.date | None:
    """Read a day of the calendar; None where it is none."""
    try:
        return dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _named(kind: FactKind) -> dict[str, Any]:
    return {"fact": kind.label}


class Known(msgspec.Struct, frozen=True):
    """What is known of a client: by code and side the newest fact that can be true.

    Parameters
    ----------
    ranges : of a number that is known in part the least and the most that it may be
    """

    facts: Mapping[tuple[str, Side | None], Fact]
    ranges: Mapping[str, tuple[float, float]] = {}

    def value(self, code: str, side: Side | None = None) -> Value | None:
        """Look a value up; None where it is not known."""
        found = self.facts.get((code, side))
        return None if found is None or found.value == NOT_KNOWN else found.value

    def number(self, code: str, side: Side | None = None) -> float | None:
        """Look a number up."""
        value = self.value(code, side)
        return None if isinstance(value, bool | str) or value is None else float(value)

    def range(self, code: str) -> tuple[float, float] | None:
        """Look up the least and the most that a number may be: both are the number where nothing of it is open."""
        number = self.number(code)
        return None if number is None else self.ranges.get(code, (number, number))

    def yes(self, code: str, side: Side | None = None) -> bool | None:
        """Look the answer to a yes-or-no question up."""
        value = self.value(code, side)
        return value if isinstance(value, bool) else None

    def text(self, code: str, side: Side | None = None) -> str | None:
        """Look a text or a choice up."""
        value = self.value(code, side)
        return value if isinstance(value, str) else None

    def date(self, code: str) -> dt.date | None:
        """Look a date up."""
        return _date(self.text(code) or "")


def known(facts: Iterable[Fact]) -> Known:
    """Gather facts; of a code and side the newest counts, of those of one moment the last; impossible ones do not."""
    newest: dict[tuple[str, Side | None], Fact] = {}
    for each in facts:
        before = newest.get((each.code, each.side))
        if implausible(each.code, each.value, each.side) is None and (before is None or each.at >= before.at):
            newest[each.code, each.side] = each
    return Known(newest)
