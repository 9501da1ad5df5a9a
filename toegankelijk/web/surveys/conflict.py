"""The page for a form that was sent twice with different content: what was kept, beside what was sent now."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse

from labels.definitions import Catalogue
from labels.describe import element_name
from labels.model import Answer
from toegankelijk.reports.texts import load_texts
from toegankelijk.reports.venue import answer_in_words, floor_name
from toegankelijk.surveys import CurrentSurvey, ElementEntry, SurveyConflict, SurveyEntry
from toegankelijk.web.view import render


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that two sendings say differently."""

    about: str
    first: str
    new: str


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Both sendings side by side."""

    rows: tuple[Disagreement, ...]
    back_path: str


def show_conflict(
    request: Request, catalogue: Catalogue, survey: CurrentSurvey, conflict: SurveyConflict, *, back_path: str
) -> HTMLResponse:
    """Both sendings with status 409; nothing of the second was kept."""
    rows = (*_answers(catalogue, survey, conflict), *_rest(catalogue, survey, conflict))
    return render(request, "survey/conflict.html", ConflictPage(rows, back_path), status=409)


def answer_or_none(catalogue: Catalogue, field: str, answer: Answer | None) -> str:
    """An answer in words, also when there is none."""
    if answer is None:
        return load_texts().word("choice", "no-answer")
    return answer_in_words(catalogue, catalogue.fields[field], answer)


def _answers(catalogue: Catalogue, survey: CurrentSurvey, conflict: SurveyConflict) -> list[Disagreement]:
    return [
        Disagreement(
            f"{_name(catalogue, survey, one.element_id)}: {catalogue.fields[one.field].nl}",
            answer_or_none(catalogue, one.field, one.first),
            answer_or_none(catalogue, one.field, one.new),
        )
        for one in conflict.differences
    ]


def _rest(catalogue: Catalogue, survey: CurrentSurvey, conflict: SurveyConflict) -> list[Disagreement]:
    """What differs apart from answers: names and places of elements, what was taken away, routes."""
    texts = load_texts()
    first, new = conflict.first, conflict.new
    if first is None:
        return []
    pairs = [
        (texts.word("sent", "elements"), _elements(catalogue, first), _elements(catalogue, new)),
        (texts.word("sent", "retired"), _names(catalogue, survey, first), _names(catalogue, survey, new)),
        (texts.word("sent", "routes"), _routes(catalogue, survey, first), _routes(catalogue, survey, new)),
        (texts.word("sent", "day"), f"{first.measured_on:%d/%m/%Y}", f"{new.measured_on:%d/%m/%Y}"),
    ]
    return [Disagreement(about, one, other) for about, one, other in pairs if one != other]


def _elements(catalogue: Catalogue, entry: SurveyEntry) -> str:
    return ", ".join(_element(catalogue, one) for one in entry.elements) or "-"


def _element(catalogue: Catalogue, element: ElementEntry) -> str:
    floor = floor_name(element.floor)
    return (element.name or catalogue.kinds[element.kind].nl) + (f" ({floor})" if floor else "")


def _names(catalogue: Catalogue, survey: CurrentSurvey, entry: SurveyEntry) -> str:
    return ", ".join(sorted(_name(catalogue, survey, one) for one in entry.retired)) or "-"


def _routes(catalogue: Catalogue, survey: CurrentSurvey, entry: SurveyEntry) -> str:
    ways = (" → ".join(_name(catalogue, survey, leg) for leg in route.legs) for route in entry.routes or ())
    return "; ".join(ways) or "-"


def _name(catalogue: Catalogue, survey: CurrentSurvey, element_id: str) -> str:
    """The name of an element; of one that is gone, what stands for it."""
    if all(one.id != element_id for one in survey.venue.elements):
        return load_texts().word("fallback", "element")
    return element_name(catalogue, survey.venue, element_id)
