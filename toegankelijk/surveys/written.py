"""An entry as JSON values and back, so that what was handed in under a key can be shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from labels.definitions import VENUE_KIND, Catalogue
from labels.exchange import answer_to_json, read_answer
from labels.model import Answer, State
from toegankelijk.storage.text import clean_line, clean_text
from toegankelijk.surveys.entry import ElementEntry, RouteEntry, SurveyEntry
from toegankelijk.surveys.views import AnswerDifference

NAME_MAX, NOTE_MAX, SOURCE_MAX = 200, 4_000, 300


def tidied(entry: SurveyEntry) -> SurveyEntry:
    """The entry with its free texts fit to be stored, and without what the platform itself gives an answer."""
    return replace(
        entry,
        elements=tuple(_tidied_element(element) for element in entry.elements),
        note=clean_text(entry.note, NOTE_MAX).strip(),
        source=clean_line(entry.source, SOURCE_MAX),
    )


def _tidied_element(element: ElementEntry) -> ElementEntry:
    return replace(
        element,
        name="" if element.kind == VENUE_KIND else clean_line(element.name, NAME_MAX),
        parent_id=element.parent_id or None,
        answers={key: None if answer is None else _tidied_answer(answer) for key, answer in element.answers.items()},
    )


def _tidied_answer(answer: Answer) -> Answer:
    return replace(answer, reference="", method=answer.method if answer.state is State.KNOWN else "")


def entry_to_json(entry: SurveyEntry) -> dict[str, Any]:
    """The entry as JSON values; the same entry always gives the same."""
    return {
        "measured_on": entry.measured_on.isoformat(),
        "elements": [_element_to_json(element) for element in entry.elements],
        "retired": sorted(entry.retired),
        "routes": None if entry.routes is None else [[route.destination, *route.legs] for route in entry.routes],
        "unreachable": None if entry.unreachable is None else sorted(entry.unreachable),
        "note": entry.note,
        "source": entry.source,
        "based_on": entry.based_on,
    }


def read_entry(catalogue: Catalogue, data: Mapping[str, Any]) -> SurveyEntry:
    """The entry that `entry_to_json` wrote, apart from answers to questions that are not asked any more."""
    routes, unreachable = data["routes"], data["unreachable"]
    return SurveyEntry(
        measured_on=date.fromisoformat(data["measured_on"]),
        elements=tuple(_read_element(catalogue, element) for element in data["elements"]),
        retired=frozenset(data["retired"]),
        routes=None if routes is None else tuple(RouteEntry(first, tuple(legs)) for first, *legs in routes),
        unreachable=None if unreachable is None else frozenset(unreachable),
        note=data["note"],
        source=data["source"],
        based_on=data["based_on"],
    )


def differences_between(first: SurveyEntry, new: SurveyEntry) -> tuple[AnswerDifference, ...]:
    """The answers that two entries do not agree on."""
    before, after = _answers_of(first), _answers_of(new)
    return tuple(
        AnswerDifference(element_id, field, before.get((element_id, field)), after.get((element_id, field)))
        for element_id, field in dict.fromkeys([*before, *after])
        if before.get((element_id, field)) != after.get((element_id, field))
    )


def _answers_of(entry: SurveyEntry) -> dict[tuple[str, str], Answer | None]:
    return {(element.id, field): answer for element in entry.elements for field, answer in element.answers.items()}


def _element_to_json(element: ElementEntry) -> dict[str, Any]:
    return {
        "id": element.id,
        "kind": element.kind,
        "name": element.name,
        "parent": element.parent_id,
        "floor": element.floor,
        "answers": {
            field: None if answer is None else answer_to_json(answer) for field, answer in element.answers.items()
        },
        "confirmed": sorted(element.confirmed),
    }


def _read_element(catalogue: Catalogue, data: Mapping[str, Any]) -> ElementEntry:
    answers = {
        field: None if answer is None else read_answer(catalogue.fields[field], answer)
        for field, answer in data["answers"].items()
        if field in catalogue.fields
    }
    return ElementEntry(
        id=data["id"],
        kind=data["kind"],
        name=data["name"],
        parent_id=data["parent"],
        floor=data["floor"],
        answers=answers,
        confirmed=frozenset(data["confirmed"]),
    )
