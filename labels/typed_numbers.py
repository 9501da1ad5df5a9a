"""Turns what a surveyor types into a number in the unit of its field: decimal comma, other units, slopes as 1:n."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_DOWN, Decimal
from math import radians, tan

from labels.units import FIELD_TYPES, TYPED_UNITS

_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,9}|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,](?P<part>[0-9]{1,6}))?"
    r"(?: ?(?P<unit>[^0-9 ].*))?"
)
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{3}(?![0-9,])")
_RATIO = re.compile(r"1 ?[:/] ?(?P<run>[0-9]{1,5}(?:[.,][0-9]{1,3})?)")
_RATIO_UNIT = "1:n"
_DEGREES = ("°", "graden", "graad")
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Mistyped:
    """Why a text is no number for this field; `code` has a Dutch text under `problem.` in the catalogue."""

    code: str


def parse_number(text: str, *, field_type: str, unit: str, typed_unit: str = "") -> float | Mistyped:
    """The number meant, in `unit`; `typed_unit` is what was chosen beside the box, a unit in the text wins."""
    tidy = _SPACES.sub(" ", text.replace("\u2212", "-")).strip()
    found = _parse_slope(tidy, typed_unit) if field_type == "slope" else _parse_measure(tidy, unit, typed_unit)
    return found if isinstance(found, Mistyped) else _kept(found, field_type)


def _kept(number: Decimal, field_type: str) -> float | Mistyped:
    kind = FIELD_TYPES[field_type]
    if number != round(number, kind.decimals):
        return Mistyped("not_whole" if kind.is_count else "too_fine")
    return int(number) if kind.is_count else float(number)


def _parse_measure(text: str, unit: str, typed_unit: str) -> Decimal | Mistyped:
    parts = _split(text)
    if isinstance(parts, Mistyped):
        return parts
    number, written_unit = parts
    factor = _factor(written_unit or typed_unit or unit, unit)
    return Mistyped("unknown_unit") if factor is None else number * factor


def _split(text: str) -> tuple[Decimal, str] | Mistyped:
    """The number and the unit written behind it, if any."""
    if _THOUSANDS.match(text):
        return Mistyped("thousands")
    match = _NUMBER.fullmatch(text)
    unit = "" if match is None else (match["unit"] or "").strip()
    if match is None or unit[:1] in (".", ",", "-", "+", ":", "/"):
        return Mistyped("not_a_number")
    whole = match["whole"].replace(" ", "")
    return Decimal(f"{match['sign']}{whole}.{match['part'] or '0'}"), unit


def _factor(typed: str, unit: str) -> Decimal | None:
    if typed == unit:
        return Decimal(1)
    known = {name.casefold(): factor for name, factor in TYPED_UNITS[unit].items()}
    factor = known.get(typed.casefold())
    return None if factor is None else Decimal(str(factor))


# Slopes


def _parse_slope(text: str, typed_unit: str) -> Decimal | Mistyped:
    ratio = _RATIO.fullmatch(text)
    if ratio is not None:
        return _from_run(Decimal(ratio["run"].replace(",", ".")))
    parts = _split(text)
    if isinstance(parts, Mistyped):
        return parts if parts.code == "thousands" else Mistyped("slope_form")
    number, written = parts
    unit = written or typed_unit or "%"
    if unit == _RATIO_UNIT:
        return _from_run(number)
    if unit.casefold() in _DEGREES:
        return _from_degrees(number)
    return number if unit == "%" else Mistyped("slope_form")


def _from_run(run: Decimal) -> Decimal | Mistyped:
    """1:12 is 8.3 % and 1:16 is 6.2 %: one decimal, as regulations write them, and a half goes down."""
    if run <= 0:
        return Mistyped("slope_zero")
    return (100 / run).quantize(_TENTH, rounding=ROUND_HALF_DOWN)


def _from_degrees(degrees: Decimal) -> Decimal | Mistyped:
    if not 0 <= degrees < 90:
        return Mistyped("slope_form")
    return Decimal(100 * tan(radians(float(degrees)))).quantize(_TENTH, rounding=ROUND_HALF_DOWN)
