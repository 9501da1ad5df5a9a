"""Questions about an element as a form shows them, made from the catalogue, and what was posted read as answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from labels.answers import FieldProblem, ParsedForm, Posted, methods_for, parse_form, units_for
from labels.definitions import Catalogue, Field
from labels.describe import format_number
from labels.model import Answer, Size, State, Value
from labels.units import FIELD_TYPES
from toegankelijk.reports.texts import load_texts
from toegankelijk.reports.venue import answer_in_words
from toegankelijk.web.forms import FieldError
from toegankelijk.web.typed import STATE_MARK, STATE_PART

# A control is named after its field; what goes with the value has a part behind the name.
STATE, UNIT, METHOD, DAY, SEEN, KEEP = STATE_PART, "--unit", "--method", "--day", "--seen", "--keep"
PARTS = (STATE, UNIT, METHOD, DAY, SEEN, KEEP)
NOT_KNOWN = (State.UNKNOWN, State.NOT_APPLICABLE, State.COULD_NOT_ENTER)

PostedLists = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """One question with everything its controls need; `shape` says which controls, `told` what is known already."""

    key: str
    shape: str
    label: str
    how: str
    unit: str
    is_required: bool
    values: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    state: str
    units: tuple[str, ...]
    typed_unit: str
    methods: tuple[tuple[str, str], ...]
    method: str
    method_name: str
    day: str
    seen: str
    told: str
    errors: Mapping[str, str]
    doubt: str
    is_unfolded: bool

    @property
    def value(self) -> str:
        """The first or only value."""
        return self.values[0] if self.values else ""

    @property
    def second(self) -> str:
        """The second value of a size."""
        return self.values[1] if len(self.values) > 1 else ""

    def error(self, part: str) -> str:
        """What is wrong with a part of the answer, or nothing."""
        return self.errors.get(part, "")

    @property
    def may_not_apply(self) -> bool:
        """Whether that is one of the answers."""
        return any(code == State.NOT_APPLICABLE for code, _ in self.states)

    @property
    def kept(self) -> str:
        """What the box to confirm an unusual answer stands for."""
        return kept_mark(self.values)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was posted for one element: the answers that a person touched, what is wrong, what to confirm first.

    None takes an answer back; `again` are fields that were measured once more.
    """

    answers: Mapping[str, Answer | None]
    again: frozenset[str]
    problems: tuple[FieldProblem, ...]
    doubts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions to show: of which catalogue and fields, what is known, and the method used last per type."""

    catalogue: Catalogue
    fields: tuple[Field, ...]
    required: frozenset[str]
    current: Mapping[str, Answer]
    usual: Mapping[str, str]


def kept_mark(values: Iterable[str]) -> str:
    """The posted values as one text: confirming one unusual answer does not confirm another."""
    return " x ".join(value.strip() for value in values) or "-"


def read_posted(posted: PostedLists) -> dict[str, Posted]:
    """The posted controls per field; a name that is no part of a field comes out as a field nobody knows."""
    keys = dict.fromkeys(_field_of(name) for name in posted)
    return {key: _posted_of(key, posted) for key in keys}


def check_posted(asked: Asked, kind: str, posted: PostedLists, *, visit_day: date, today: date) -> Checked:
    """What the posted form says about one element of a kind; what stands there as it was shown is left out."""
    given = {
        key: one
        for key, one in read_posted(posted).items()
        if key not in asked.catalogue.fields or _is_touched(key, one, posted)
    }
    parsed = parse_form(asked.catalogue, kind, given, measured_on=visit_day, today=today)
    emptied = [
        key for key, one in given.items() if _first(posted, key + SEEN) and not one.state and not _is_filled(one)
    ]
    return Checked(
        answers={**parsed.answers, **dict.fromkeys(emptied)},
        again=frozenset(key for key in parsed.answers if given[key].measured_on.strip()),
        problems=parsed.problems,
        doubts=_doubts(asked, parsed, emptied, posted),
    )


def fill_rest(posted: PostedLists, state: State) -> dict[str, tuple[str, ...]]:
    """The posted form with every question that stood on it and got no answer answered by a state."""
    filled = dict(posted)
    for key in (name.removesuffix(SEEN) for name in posted if name.endswith(SEEN)):
        given = _posted_of(key, posted)
        if not given.state and not _is_filled(given):
            filled[key + STATE] = (state.value,)
    return filled


def questions_as_known(asked: Asked) -> tuple[Question, ...]:
    """The questions with the answers that are stored."""
    return tuple(_question(asked, field, _known_controls(asked, field), {}, "") for field in asked.fields)


def questions_as_posted(asked: Asked, posted: PostedLists, checked: Checked) -> tuple[Question, ...]:
    """The questions as they were sent, with what is wrong or in doubt."""
    errors: dict[str, dict[str, str]] = {}
    for problem in checked.problems:
        errors.setdefault(problem.field, {}).setdefault(_part_of(asked.catalogue, problem), problem.text)
    return tuple(
        _question(asked, field, posted, errors.get(field.key, {}), checked.doubts.get(field.key, ""))
        for field in asked.fields
    )


def summary_of(catalogue: Catalogue, shown: Iterable[str], checked: Checked) -> tuple[FieldError, ...]:
    """Every problem and doubt in the order of the form, to link to; one of no question here is about the whole."""
    keys = tuple(shown)
    loose = [FieldError("", problem.text) for problem in checked.problems if problem.field not in keys]
    linked = [
        FieldError(key + _ANCHORS[_part_of(catalogue, problem)], problem.text)
        for key in keys
        for problem in checked.problems
        if problem.field == key
    ]
    doubts = [FieldError(key + KEEP, checked.doubts[key]) for key in keys if key in checked.doubts]
    return (*loose, *linked, *doubts)


_ANCHORS = {"value": "", "state": STATE, "method": METHOD, "measured_on": DAY}


def _part_of(catalogue: Catalogue, problem: FieldProblem) -> str:
    """The control that a problem is about: where states stand among the choices, they are the value."""
    field = catalogue.fields.get(problem.field)
    return "value" if problem.part == "state" and field is not None and _shape(field) == "choice" else problem.part


# Reading


def _field_of(name: str) -> str:
    return next((name.removesuffix(part) for part in PARTS if name.endswith(part)), name)


def _posted_of(key: str, posted: PostedLists) -> Posted:
    values = posted.get(key, ())
    mark = next((value for value in values if value.startswith(STATE_MARK)), "")
    return Posted(
        value=() if mark else values,
        state=mark.removeprefix(STATE_MARK) or _first(posted, key + STATE),
        unit=_first(posted, key + UNIT),
        method=_first(posted, key + METHOD),
        measured_on=_first(posted, key + DAY),
    )


def _first(posted: PostedLists, name: str) -> str:
    values = posted.get(name, ())
    return values[0] if values else ""


def _is_filled(given: Posted) -> bool:
    return any(value.strip() for value in given.value)


def _is_touched(key: str, given: Posted, posted: PostedLists) -> bool:
    """Whether a control stands otherwise than it was shown: what somebody else changed meanwhile stays theirs."""
    if given.measured_on.strip():
        return True
    seen = _first(posted, key + SEEN)
    return _as_seen(key, posted) != seen if seen else bool(given.state) or _is_filled(given)


def _as_seen(key: str, controls: PostedLists) -> str:
    """The controls of one question as one text."""
    value = kept_mark(controls.get(key, ())).replace("\r\n", "\n")
    return "|".join((value, *(_first(controls, key + part) for part in (STATE, UNIT, METHOD))))


def _doubts(asked: Asked, parsed: ParsedForm, emptied: Iterable[str], posted: PostedLists) -> dict[str, str]:
    doubts = {warning.field: warning.text for warning in parsed.warnings}
    for key in emptied:
        field, current = asked.catalogue.fields[key], asked.current.get(key)
        value = answer_in_words(asked.catalogue, field, current) if current else ""
        doubts[key] = load_texts().pattern("emptied", label=field.nl, value=value)
    return {key: text for key, text in doubts.items() if _first(posted, key + KEEP) != kept_mark(posted.get(key, ()))}


# Showing


def _known_controls(asked: Asked, field: Field) -> dict[str, tuple[str, ...]]:
    """The stored answer of a field as a browser would post it."""
    answer = asked.current.get(field.key)
    if answer is None:
        return {}
    if answer.value is not None:
        return {field.key: _typed(answer.value), field.key + METHOD: (answer.method,)}
    if _shape(field) == "choice":
        return {field.key: (STATE_MARK + answer.state.value,)}
    return {field.key + STATE: (answer.state.value,)}


def _typed(value: Value) -> tuple[str, ...]:
    """A value as a person would type or choose it."""
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, int | float):
        return (format_number(value),)
    if isinstance(value, Size):
        return (format_number(value.width), format_number(value.depth))
    if isinstance(value, date):
        return (f"{value.day}/{value.month}/{value.year}",)
    return value if isinstance(value, tuple) else (value,)


def _question(asked: Asked, field: Field, controls: PostedLists, errors: Mapping[str, str], doubt: str) -> Question:
    catalogue, current = asked.catalogue, asked.current.get(field.key)
    methods = methods_for(catalogue, field)
    usual = asked.usual.get(field.type) or methods[0].id
    method = _first(controls, field.key + METHOD) or usual
    units = units_for(field) if field.type == "slope" else ()
    state, day = _first(controls, field.key + STATE), _first(controls, field.key + DAY)
    known = {one.id: one.nl for one in methods}
    return Question(
        key=field.key,
        shape=_shape(field),
        label=field.nl,
        how=field.how,
        unit=field.unit,
        is_required=field.key in asked.required,
        values=controls.get(field.key, ()),
        options=_options(catalogue, field),
        states=_states(catalogue, field),
        state=state,
        units=units,
        typed_unit=_first(controls, field.key + UNIT),
        methods=tuple(known.items()),
        method=method,
        method_name=known.get(method, ""),
        day=day,
        seen=_first(controls, seen) if (seen := field.key + SEEN) in controls else _seen(asked, field, usual, units),
        told=_told(asked, field, current),
        errors=errors,
        doubt=doubt,
        is_unfolded=bool(state or day or set(errors) - {"value"}),
    )


def _seen(asked: Asked, field: Field, usual: str, units: tuple[str, ...]) -> str:
    """The controls as they are shown for a stored answer, and as a browser sends them back when nobody touches them."""
    if field.key not in asked.current:
        return ""
    standing = {field.key + METHOD: (usual,), field.key + UNIT: units[:1]}
    return _as_seen(field.key, standing | _known_controls(asked, field))


def _shape(field: Field) -> str:
    if FIELD_TYPES[field.type].is_number:
        return "number"
    return {"yes_no": "choice", "url": "line", "date": "line"}.get(field.type, field.type)


def _options(catalogue: Catalogue, field: Field) -> tuple[tuple[str, str], ...]:
    if field.type == "yes_no":
        return (("yes", catalogue.texts["word.yes"].capitalize()), ("no", catalogue.texts["word.no"].capitalize()))
    return tuple((option.code, option.nl) for option in field.options)


def _states(catalogue: Catalogue, field: Field) -> tuple[tuple[str, str], ...]:
    allowed = [state for state in NOT_KNOWN if state is not State.NOT_APPLICABLE or field.may_not_apply]
    return tuple((state.value, catalogue.texts[f"state.{state}"]) for state in allowed)


def _told(asked: Asked, field: Field, current: Answer | None) -> str:
    """When and how the stored answer came about."""
    if current is None or current.measured_on is None:
        return ""
    method = asked.catalogue.methods.get(current.method)
    return load_texts().pattern(
        "answered",
        value=answer_in_words(asked.catalogue, field, current),
        day=f"{current.measured_on:%d/%m/%Y}",
        method=f", {method.nl.lower()}" if method else "",
    )
