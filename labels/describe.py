"""Plain Dutch for values, bounds and verdicts with their reasons; every word comes from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from labels.completeness import Missing
from labels.definitions import Catalogue, Field
from labels.model import Level, Size, Value, Venue, Verdict
from labels.results import CriterionResult, DestinationResult, ElementResult, Gap
from labels.shapes import Bound, fields_of_shape
from labels.units import FIELD_TYPES


def format_number(number: float) -> str:
    """A number with a decimal comma and no needless zeros."""
    return f"{number:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def format_value(catalogue: Catalogue, field: Field, value: Value) -> str:
    """A value as a visitor reads it, with its unit."""
    if isinstance(value, bool):
        return catalogue.texts["word.yes" if value else "word.no"]
    if isinstance(value, int | float):
        return _with_unit(field, format_number(value))
    if isinstance(value, Size):
        return _with_unit(field, f"{format_number(value.width)} × {format_number(value.depth)}")
    if isinstance(value, tuple):
        return _joined(catalogue, [_option_name(field, code) for code in value], "word.and")
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    return _option_name(field, value) if field.options else value


def _with_unit(field: Field, number: str) -> str:
    return f"{number} {field.unit}" if field.unit else number


def _option_name(field: Field, code: str) -> str:
    option = field.option(code)
    return code if option is None else option.nl


def _joined(catalogue: Catalogue, words: list[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {catalogue.texts[last]} {words[-1]}"


def describe_verdict(catalogue: Catalogue, verdict: Verdict) -> str:
    """The short name of a verdict."""
    return catalogue.texts[f"verdict.{verdict}"]


def describe_level(catalogue: Catalogue, level: Level) -> str:
    """The short name of what is said of a venue."""
    return catalogue.texts[f"level.{level}"]


def describe_bound(catalogue: Catalogue, bound: Bound) -> str:
    """What an answer has to fulfil, as a part of a sentence."""
    field = catalogue.fields[bound.field]
    codes = [format_value(catalogue, field, code) for code in bound.codes]
    limit = "" if bound.limit is None else _with_unit(field, format_number(bound.limit))
    text = catalogue.texts[f"comparison.{bound.comparison}"]
    return text.format(label=_inside(field.nl), limit=limit, codes=_joined(catalogue, codes, "word.or"))


def describe_gaps(catalogue: Catalogue, gaps: tuple[Gap, ...]) -> str:
    """What a better verdict asks."""
    return _joined(catalogue, [describe_bound(catalogue, gap.bound) for gap in gaps], "word.and")


def element_name(catalogue: Catalogue, venue: Venue, element_id: str) -> str:
    """The name a surveyor gave an element, or else the name of its kind."""
    element = next(element for element in venue.elements if element.id == element_id)
    return element.name or catalogue.kinds[element.kind].nl


def describe_criterion(catalogue: Catalogue, venue: Venue, result: CriterionResult) -> tuple[str, ...]:
    """One criterion in sentences: what was found and asked, what would be better, and how sure it is."""
    texts, rule = catalogue.texts, result.rule
    element = element_name(catalogue, venue, result.element_id)
    if result.verdict is Verdict.NOT_APPLICABLE:
        return (texts["reason.not_applicable"].format(element=element, criterion=_inside(rule.nl)),)
    if result.verdict is Verdict.UNKNOWN:
        fields = _joined(catalogue, [_inside(catalogue.fields[key].nl) for key in result.missing], "word.and")
        return (texts["reason.unknown"].format(element=element, criterion=_inside(rule.nl), fields=fields),)
    judged = fields_of_shape(rule.shape)
    facts = [_describe_fact(catalogue, key, a.value) for key, a in result.used if key in judged and a.value is not None]
    first = texts["reason.known"].format(element=element, facts=_joined(catalogue, facts, "word.and"))
    return (first, *_remarks(catalogue, result))


def _describe_fact(catalogue: Catalogue, key: str, value: Value) -> str:
    field = catalogue.fields[key]
    kind = "measure" if FIELD_TYPES[field.type].is_number else "choice"
    text = catalogue.texts[f"reason.{kind}"]
    return text.format(label=_inside(field.nl), value=_inside(format_value(catalogue, field, value)))


def _inside(text: str) -> str:
    """A name as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


def _remarks(catalogue: Catalogue, result: CriterionResult) -> Iterator[str]:
    if result.gaps:
        verdict = describe_verdict(catalogue, result.gaps[0].gives)
        yield catalogue.texts["reason.better"].format(verdict=verdict, gap=describe_gaps(catalogue, result.gaps))
    if result.estimated:
        yield catalogue.texts["reason.estimated"]
    if result.close_to_limit:
        yield catalogue.texts["reason.close"]
    if result.outdated:
        yield catalogue.texts["reason.outdated"]
    if result.provisional:
        yield catalogue.texts["reason.provisional"]


def describe_element(catalogue: Catalogue, venue: Venue, result: ElementResult) -> tuple[str, ...]:
    """Why an element has its verdict, one text per criterion: what holds it down, then what is still open."""
    named = [*result.limiting] if result.verdict is not Verdict.INDEPENDENT else []
    if result.verdict is not Verdict.UNKNOWN:
        named.extend(result.unknown)
    reasons = [" ".join(describe_criterion(catalogue, venue, found)) for found in named]
    for part in result.missing_parts:
        name = element_name(catalogue, venue, result.element_id)
        reasons.append(catalogue.texts["reason.missing_part"].format(element=name, part=catalogue.kinds[part].nl))
    return tuple(reasons)


def describe_destination(catalogue: Catalogue, venue: Venue, result: DestinationResult) -> tuple[str, ...]:
    """Why a destination has its verdict, by its best route, and which elements have no route."""
    reasons: dict[str, None] = {}
    if result.best is not None:
        named = (*result.best.limiting, *result.best.unknown)
        for leg in result.best.legs:
            if leg.element_id in named:
                reasons.update(dict.fromkeys(describe_element(catalogue, venue, leg)))
    for code, ids in (("no_route", result.without_route), ("unreachable", result.unreachable)):
        for element_id in ids:
            name = element_name(catalogue, venue, element_id)
            reasons[catalogue.texts[f"reason.{code}"].format(element=name)] = None
    return tuple(reasons)


def describe_missing(catalogue: Catalogue, venue: Venue, missing: Missing) -> str:
    """One thing that still has to be entered."""
    kind = catalogue.kinds[missing.kind].nl
    name = kind if missing.element_id is None else element_name(catalogue, venue, missing.element_id)
    destination = catalogue.venue_types[venue.venue_type].destination(missing.destination or "")
    return catalogue.texts[f"missing.{missing.lack}"].format(
        element=name,
        kind=kind,
        label="" if missing.field is None else catalogue.fields[missing.field].nl,
        destination="" if destination is None else destination.nl,
    )
