"""Answers and results as plain JSON values, for storing and for the API; answers read back are the same."""

from __future__ import annotations

from datetime import date
from typing import Any

from labels.definitions import Field
from labels.errors import VenueRefused
from labels.model import Answer, Size, State, Value
from labels.results import CriterionResult, DestinationResult, ElementResult, Gap, GroupResult, LabelResult, RouteResult
from labels.shapes import Bound
from labels.units import FIELD_TYPES


def value_to_json(value: Value) -> Any:
    """A value as JSON: a size as width and depth, a date as text, a set of choices as a list."""
    if isinstance(value, Size):
        return {"width": value.width, "depth": value.depth}
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """One answer; keys that say nothing are left out."""
    data: dict[str, Any] = {"state": answer.state.value}
    if answer.value is not None:
        data["value"] = value_to_json(answer.value)
    if answer.method:
        data["method"] = answer.method
    if answer.measured_on is not None:
        data["measured_on"] = answer.measured_on.isoformat()
    if answer.reference:
        data["reference"] = answer.reference
    return data


def read_answer(field: Field, data: Any) -> Answer:
    """The answer that `answer_to_json` wrote; raises VenueRefused naming the field when it is something else."""
    try:
        state = State(data["state"])
        day = data.get("measured_on")
        value = _read_value(field, data["value"]) if state is State.KNOWN else None
        return Answer(
            state,
            value,
            str(data.get("method", "")),
            None if day is None else date.fromisoformat(day),
            str(data.get("reference", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise VenueRefused(f"{field.key}: stored answer cannot be read ({error!r}); measure it again") from error


def _read_value(field: Field, data: Any) -> Value:
    if FIELD_TYPES[field.type].is_number and (isinstance(data, bool) or not isinstance(data, int | float)):
        raise ValueError(f"{data!r} is no number")
    if field.type == "size":
        return Size(data["width"], data["depth"])
    if field.type == "date":
        return date.fromisoformat(data)
    if isinstance(data, list):
        return tuple(str(code) for code in data)
    if isinstance(data, bool | int | float | str):
        return data
    raise ValueError(f"{data!r} is no value")


def result_to_json(result: LabelResult) -> dict[str, Any]:
    """The whole result with every reason; criteria that do not apply are left out."""
    return {
        "venue": result.venue_id,
        "rule_set": result.rule_set,
        "judged_on": result.judged_on.isoformat(),
        "groups": [_group_to_json(group) for group in result.groups],
    }


def _group_to_json(group: GroupResult) -> dict[str, Any]:
    return {
        "group": group.group,
        "verdict": group.verdict.value,
        "level": group.level.value,
        "provisional": group.provisional,
        "outdated": group.outdated,
        "close_to_limit": group.close_to_limit,
        "limiting": list(group.limiting),
        "unknown": list(group.unknown),
        "destinations": [_destination_to_json(destination) for destination in group.destinations],
        "elements": [_element_to_json(element) for element in group.elements],
    }


def _destination_to_json(destination: DestinationResult) -> dict[str, Any]:
    return {
        "destination": destination.destination,
        "core": destination.core,
        "verdict": destination.verdict.value,
        "provisional": destination.provisional,
        "best_route": None if destination.best is None else destination.best.route_id,
        "routes": [_route_to_json(route) for route in destination.routes],
        "without_route": list(destination.without_route),
        "unreachable": list(destination.unreachable),
        "missing": list(destination.missing),
    }


def _route_to_json(route: RouteResult) -> dict[str, Any]:
    return {
        "route": route.route_id,
        "verdict": route.verdict.value,
        "provisional": route.provisional,
        "legs": [leg.element_id for leg in route.legs],
        "limiting": list(route.limiting),
        "unknown": list(route.unknown),
    }


def _element_to_json(element: ElementResult) -> dict[str, Any]:
    return {
        "element": element.element_id,
        "kind": element.kind,
        "verdict": element.verdict.value,
        "provisional": element.provisional,
        "outdated": element.outdated,
        "close_to_limit": element.close_to_limit,
        "limiting": [result.rule.id for result in element.limiting],
        "unknown": [result.rule.id for result in element.unknown],
        "missing_parts": list(element.missing_parts),
        "criteria": [criterion_to_json(result) for result in element.criteria if result.verdict != "nvt"],
        "parts": [_element_to_json(part) for part in element.parts],
    }


def criterion_to_json(result: CriterionResult) -> dict[str, Any]:
    """One verdict with its rule, version, value, bound, distance, sources and remarks."""
    ground = result.ground
    return {
        "rule": result.rule.id,
        "rule_set": result.rule_set,
        "element": result.element_id,
        "verdict": result.verdict.value,
        "veto": result.rule.veto,
        "values": {key: answer_to_json(answer) for key, answer in result.used},
        "bounds": [_bound_to_json(bound) for bound in result.bounds],
        "next_better": [_gap_to_json(gap) for gap in result.gaps],
        "missing": list(result.missing),
        "sources": [] if ground is None else list(ground.sources),
        "mark": None if ground is None else ground.mark.value,
        "provisional": result.provisional,
        "close_to_limit": result.close_to_limit,
        "estimated": result.estimated,
        "outdated": result.outdated,
    }


def _bound_to_json(bound: Bound) -> dict[str, Any]:
    if bound.limit is None:
        return {"field": bound.field, "comparison": bound.comparison, "codes": list(bound.codes)}
    return {"field": bound.field, "comparison": bound.comparison, "limit": bound.limit}


def _gap_to_json(gap: Gap) -> dict[str, Any]:
    return {"gives": gap.gives.value, **_bound_to_json(gap.bound), "distance": gap.distance}
