"""Turns posted text into typed answers, or into problems that name the field, the mistake and the remedy in Dutch."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from labels.definitions import Catalogue, Field, Method
from labels.describe import format_number
from labels.model import Answer, Size, State, Value
from labels.ranges import Range
from labels.typed_numbers import Mistyped, parse_number
from labels.units import FIELD_TYPES, TYPED_UNITS

MAX_TEXT = 2000
_ECHO = 40
_STATES = {state.value: state for state in State}


@dataclass(frozen=True, slots=True)
class Posted:
    """What a form sent for one question: everything as text, several values for a size or a list of choices."""

    value: str | tuple[str, ...] = ""
    state: str = ""
    unit: str = ""
    method: str = ""
    measured_on: str = ""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why an answer cannot be taken; `part` is the control it is about: value, state, method or measured_on."""

    field: str
    part: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldWarning:
    """An answer that is possible but unusual; the surveyor may keep it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """An answer, or problems; neither when nothing was filled in."""

    answer: Answer | None = None
    problems: tuple[FieldProblem, ...] = ()
    warnings: tuple[FieldWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedForm:
    """All answers of one element that could be taken, and what is wrong or odd about the others."""

    answers: Mapping[str, Answer]
    problems: tuple[FieldProblem, ...]
    warnings: tuple[FieldWarning, ...]


def methods_for(catalogue: Catalogue, field: Field) -> tuple[Method, ...]:
    """The methods that can answer a field, the usual one first."""
    return tuple(method for method in catalogue.methods.values() if field.type in method.types)


def units_for(field: Field) -> tuple[str, ...]:
    """The units that may be chosen or typed for a field, its own first."""
    if field.type == "slope":
        return ("%", "1:n", "°")
    return (field.unit, *(unit for unit in TYPED_UNITS[field.unit] if unit != field.unit)) if field.unit else ()


def parse_form(
    catalogue: Catalogue, kind: str, posted: Mapping[str, Posted], *, measured_on: date, today: date
) -> ParsedForm:
    """The answers posted for one element of a kind; `measured_on` is the day of the visit unless a field says else."""
    answers: dict[str, Answer] = {}
    problems: list[FieldProblem] = []
    warnings: list[FieldWarning] = []
    for key, given in posted.items():
        field = catalogue.fields.get(key)
        if field is None:
            problems.append(FieldProblem(key, "value", "unknown_field", catalogue.texts["problem.unknown_field"]))
            continue
        if field.kind != kind:
            problems.append(_problem(catalogue, field, "value", "not_asked_here"))
            continue
        parsed = parse_answer(catalogue, field, given, measured_on=measured_on, today=today)
        problems.extend(parsed.problems)
        warnings.extend(parsed.warnings)
        if parsed.answer is not None:
            answers[key] = parsed.answer
    return ParsedForm(answers, tuple(problems), tuple(warnings))


def parse_answer(catalogue: Catalogue, field: Field, posted: Posted, *, measured_on: date, today: date) -> ParsedAnswer:
    """One posted answer; a box left empty without a state is no answer at all."""
    has_value = any(_texts(posted.value))
    if not has_value and not posted.state:
        return ParsedAnswer()
    state = _STATES.get(posted.state or State.KNOWN)
    if state is None:
        return ParsedAnswer(problems=(_problem(catalogue, field, "state", "unknown_state"),))
    day = _parse_day(catalogue, field, posted.measured_on, measured_on, today)
    if isinstance(day, FieldProblem):
        return ParsedAnswer(problems=(day,))
    if state is State.KNOWN:
        return _parse_known(catalogue, field, posted, day=day, today=today)
    if has_value:
        return ParsedAnswer(problems=(_problem(catalogue, field, "state", "value_with_state"),))
    if state is State.NOT_APPLICABLE and not field.may_not_apply:
        return ParsedAnswer(problems=(_problem(catalogue, field, "state", "not_applicable_refused"),))
    return ParsedAnswer(Answer(state, measured_on=day))


def _parse_known(catalogue: Catalogue, field: Field, posted: Posted, *, day: date, today: date) -> ParsedAnswer:
    value = parse_value(catalogue, field, posted.value, unit=posted.unit, today=today)
    method = _method_problem(catalogue, field, posted.method)
    problems = [problem for problem in (value, method) if isinstance(problem, FieldProblem)]
    if problems or isinstance(value, FieldProblem):
        return ParsedAnswer(problems=tuple(problems))
    answer = Answer(State.KNOWN, value, posted.method, day)
    return ParsedAnswer(answer, warnings=_warnings(catalogue, field, value))


def _method_problem(catalogue: Catalogue, field: Field, method_id: str) -> FieldProblem | None:
    if not method_id:
        return _problem(catalogue, field, "method", "method_missing")
    method = catalogue.methods.get(method_id)
    if method is None:
        return _problem(catalogue, field, "method", "unknown_method")
    if field.type not in method.types:
        return _problem(catalogue, field, "method", "method_does_not_fit", method=method.nl)
    return None


def _parse_day(catalogue: Catalogue, field: Field, text: str, otherwise: date, today: date) -> date | FieldProblem:
    if not text.strip():
        return otherwise
    return _parse_date(catalogue, field, text, today, part="measured_on")


# Values


def parse_value(
    catalogue: Catalogue, field: Field, posted: str | tuple[str, ...], *, unit: str = "", today: date
) -> Value | FieldProblem:
    """The value that a text stands for, within the field's hard range, or what is wrong with it."""
    texts = _texts(posted)
    if not any(texts):
        return _problem(catalogue, field, "value", "value_missing")
    if field.type == "choices":
        return _parse_choices(catalogue, field, texts)
    if field.type == "size":
        return _parse_size(catalogue, field, texts, unit)
    if len(texts) > 1:
        return _problem(catalogue, field, "value", "not_an_option", value=" ".join(texts))
    if FIELD_TYPES[field.type].is_number:
        return _parse_in_range(catalogue, field, texts[0], unit)
    return _parse_other(catalogue, field, texts[0], today)


def _parse_other(catalogue: Catalogue, field: Field, text: str, today: date) -> Value | FieldProblem:
    match field.type:
        case "yes_no":
            return _parse_yes_no(catalogue, field, text)
        case "choice":
            found = field.option(text)
            return found.code if found else _problem(catalogue, field, "value", "not_an_option", value=text)
        case "date":
            return _parse_date(catalogue, field, text, today, part="value")
        case "url":
            return _parse_url(catalogue, field, text)
        case _:
            return _parse_text(catalogue, field, text)


def _texts(posted: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.strip() for text in ((posted,) if isinstance(posted, str) else posted))


def _parse_in_range(catalogue: Catalogue, field: Field, text: str, unit: str) -> float | FieldProblem:
    number = parse_number(text, field_type=field.type, unit=field.unit, typed_unit=unit)
    if isinstance(number, Mistyped):
        return _problem(catalogue, field, "value", number.code, value=text)
    if field.hard is not None and number not in field.hard:
        return _problem(catalogue, field, "value", "out_of_range", value=format_number(number))
    return number


def _parse_size(catalogue: Catalogue, field: Field, texts: tuple[str, ...], unit: str) -> Size | FieldProblem:
    sides = texts if len(texts) == 2 else tuple(texts[0].lower().replace("×", "x").split("x"))
    if len(sides) != 2 or not all(sides):
        return _problem(catalogue, field, "value", "size_form", value=" ".join(texts))
    width, depth = (_parse_in_range(catalogue, field, side, unit) for side in sides)
    if isinstance(width, FieldProblem):
        return width
    return depth if isinstance(depth, FieldProblem) else Size(width, depth)


def _parse_choices(catalogue: Catalogue, field: Field, texts: tuple[str, ...]) -> tuple[str, ...] | FieldProblem:
    chosen = {text for text in texts if text}
    strange = next((text for text in texts if text and field.option(text) is None), None)
    if strange is not None:
        return _problem(catalogue, field, "value", "not_an_option", value=strange)
    return tuple(option.code for option in field.options if option.code in chosen)


def _parse_yes_no(catalogue: Catalogue, field: Field, text: str) -> bool | FieldProblem:
    answer = text.casefold()
    if answer in ("yes", catalogue.texts["word.yes"]):
        return True
    if answer in ("no", catalogue.texts["word.no"]):
        return False
    return _problem(catalogue, field, "value", "not_an_option", value=text)


def _parse_text(catalogue: Catalogue, field: Field, text: str) -> str | FieldProblem:
    tidy = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(tidy) > MAX_TEXT:
        return _problem(catalogue, field, "value", "too_long", limit=str(MAX_TEXT))
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in tidy):
        return _problem(catalogue, field, "value", "bad_characters")
    return tidy


def _parse_url(catalogue: Catalogue, field: Field, text: str) -> str | FieldProblem:
    tidy = _parse_text(catalogue, field, text)
    if isinstance(tidy, FieldProblem):
        return tidy
    try:
        parts = urlsplit(tidy)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_address = False
    if not is_address or any(character.isspace() for character in tidy):
        return _problem(catalogue, field, "value", "not_a_url", value=text)
    return tidy


def _parse_date(catalogue: Catalogue, field: Field, text: str, today: date, *, part: str) -> date | FieldProblem:
    found = read_date(text.strip())
    if found is None:
        return _problem(catalogue, field, part, "not_a_date", value=text)
    if found > today:
        return _problem(catalogue, field, part, "date_in_future", value=text)
    return found


def read_date(text: str) -> date | None:
    """A date as 2026-01-31, 31/01/2026, 31-1-2026 or 31.1.2026."""
    parts = text.replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


# Words


def _problem(
    catalogue: Catalogue, field: Field, part: str, code: str, *, value: str = "", method: str = "", limit: str = ""
) -> FieldProblem:
    hard = field.hard or Range()
    text = catalogue.texts[f"problem.{code}"].format(
        label=field.nl,
        value=value if len(value) <= _ECHO else f"{value[:_ECHO]}…",
        method=method,
        unit=field.unit,
        units=", ".join(units_for(field)) or "-",
        low="" if hard.low is None else format_number(hard.low),
        high="" if hard.high is None else format_number(hard.high),
        limit=limit or str(FIELD_TYPES[field.type].decimals),
    )
    return FieldProblem(field.key, part, code, text)


def _warnings(catalogue: Catalogue, field: Field, value: Value) -> tuple[FieldWarning, ...]:
    numbers = (value.width, value.depth) if isinstance(value, Size) else (value,)
    return tuple(
        FieldWarning(
            field.key,
            catalogue.texts["warning.unusual"].format(
                label=field.nl, value=format_number(number), unit=field.unit, low="", high="", limit=""
            ),
        )
        for number in numbers
        if field.soft is not None and isinstance(number, int | float) and number not in field.soft
    )
