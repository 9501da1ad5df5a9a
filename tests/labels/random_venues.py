"""Random venues for property tests: any answers the catalogue allows, drawn near the numbers that decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from labels.answers import methods_for
from labels.definitions import Field
from labels.model import Answer, Element, Route, Size, State, Value, Venue, known
from labels.ranges import Range
from labels.shapes import Cases, Pair, Scale, fields_of_shape
from labels.units import FIELD_TYPES
from tests.labels.building import CATALOGUE, GOOD, TODAY, museum


def _limits() -> dict[str, set[float]]:
    """The numbers per field at which some rule changes its verdict."""
    found: dict[str, set[float]] = {}
    for rule in CATALOGUE.criteria.values():
        match rule.shape:
            case Scale() as scale:
                numbers = {limit for variant in scale.variants for limit in variant.limits}
            case Pair() as pair:
                numbers = {size for step in pair.steps for size in (step.width, step.depth)}
            case Cases() as cases:
                numbers = {limit for limits in cases.limits.values() for limit in limits}
            case _:
                numbers = set()
        for key in fields_of_shape(rule.shape):
            found.setdefault(key, set()).update(numbers)
    return found


LIMITS = {key: sorted(numbers) for key, numbers in _limits().items()}


def values_of(field: Field) -> st.SearchStrategy[Value]:
    """Values that fit the field, often at or just beside a number that decides."""
    if FIELD_TYPES[field.type].is_number or field.type == "size":
        number = _numbers(field)
        return st.builds(Size, number, number) if field.type == "size" else number
    match field.type:
        case "yes_no":
            return st.booleans()
        case "choice":
            return st.sampled_from([option.code for option in field.options])
        case "choices":
            codes = [option.code for option in field.options]
            return st.lists(st.sampled_from(codes), unique=True).map(
                lambda chosen: tuple(code for code in codes if code in chosen)
            )
        case _:
            return st.text(max_size=20).map(str)


def _numbers(field: Field) -> st.SearchStrategy[float]:
    hard = field.hard or Range(0, 100)
    low, high = hard.low or 0, hard.high or 100
    if FIELD_TYPES[field.type].is_count:
        near = [int(n) for limit in LIMITS.get(field.key, ()) for n in (limit - 1, limit, limit + 1) if n in hard]
        return st.sampled_from(near or [int(low)]) | st.integers(int(low), int(high))
    near_numbers = [
        round(n, 2) for limit in LIMITS.get(field.key, ()) for n in (limit - 0.1, limit, limit + 0.1) if n in hard
    ]
    anywhere = st.integers(int(low * 10), int(high * 10)).map(lambda tenths: tenths / 10)
    return st.sampled_from(near_numbers) | anywhere if near_numbers else anywhere


def answers_to(field: Field) -> st.SearchStrategy[Answer]:
    """Known answers by any method that fits, and answers in the other states."""
    methods = st.sampled_from([method.id for method in methods_for(CATALOGUE, field)])
    days = st.dates(date(2015, 1, 1), TODAY)
    known_ones = st.builds(known, values_of(field), method=methods, measured_on=days)
    states = [state for state in State if state is not State.KNOWN]
    return known_ones | st.builds(Answer, st.sampled_from(states), measured_on=st.none() | days)


def _usual(field: Field, value: Value) -> Answer:
    return known(value, method=methods_for(CATALOGUE, field)[0].id, measured_on=TODAY)


def _plain(field: Field) -> Value:
    """Some value that fits the field, always the same."""
    if FIELD_TYPES[field.type].is_number or field.type == "size":
        low = (field.hard or Range(0, 100)).low or 0
        return Size(low, low) if field.type == "size" else low
    if field.options:
        code = field.options[0].code
        return (code,) if field.type == "choices" else code
    return False if field.type == "yes_no" else "tekst"


def _base() -> Venue:
    """The good museum with a parking, a ramp, stairs, a second toilet and inner door, every question answered."""
    base = museum()
    extra = (Element("plek", "parking"), Element("helling", "ramp", parent_id="inkom"), Element("trap", "stairs"))
    wc2 = (Element("wc2", "toilet"), Element("wc2-deur", "door", parent_id="wc2"))
    second_door = (Element("sasdeur", "door", parent_id="inkom"),)
    elements = []
    for element in (*base.elements, *extra, *wc2, *second_door):
        fields = (CATALOGUE.fields[key] for key in CATALOGUE.kinds[element.kind].fields)
        plain = {field.key: _usual(field, GOOD.get(field.key, _plain(field))) for field in fields}
        elements.append(replace(element, answers={**plain, **element.answers}))
    routes = (
        *base.routes,
        Route("r4b", "toilet", ("pad", "helling", "inkom", "hal", "wc2")),
        Route("r3b", "tentoonstelling", ("pad", "inkom", "hal", "trap", "zaal")),
        Route("r5", "parking", ("plek",)),
    )
    return Venue("willekeurig", "museum", tuple(elements), routes)


BASE = _base()
QUESTIONS = [(place, key) for place, element in enumerate(BASE.elements) for key in sorted(element.answers)]
JUDGED = [(place, key) for place, key in QUESTIONS if key in LIMITS]


@st.composite
def full_venues(draw: st.DrawFn) -> Venue:
    """A museum of which every question has a known answer: mostly the good one, up to fifteen drawn at random."""
    elements = list(BASE.elements)
    for place, key in draw(st.lists(st.sampled_from(JUDGED) | st.sampled_from(QUESTIONS), max_size=15, unique=True)):
        field = CATALOGUE.fields[key]
        answers = {**elements[place].answers, key: _usual(field, draw(values_of(field)))}
        elements[place] = replace(elements[place], answers=answers)
    return replace(BASE, elements=tuple(elements))


@st.composite
def with_holes(draw: st.DrawFn, venue: Venue) -> Venue:
    """The same venue with some answers unknown or not given."""
    elements = list(venue.elements)
    holes = st.none() | st.sampled_from((Answer(State.UNKNOWN), Answer(State.COULD_NOT_ENTER)))
    for place, key in draw(st.lists(st.sampled_from(JUDGED) | st.sampled_from(QUESTIONS), max_size=8, unique=True)):
        answers = {k: answer for k, answer in elements[place].answers.items() if k != key}
        hole = draw(holes)
        elements[place] = replace(elements[place], answers=answers if hole is None else {**answers, key: hole})
    return replace(venue, elements=tuple(elements))
