"""The questions about one element: shown from the catalogue, sent, checked, kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from labels.answers import FieldProblem, read_date
from labels.definitions import Catalogue
from labels.model import Answer, Element
from toegankelijk.reports.texts import load_texts
from toegankelijk.surveys import ElementEntry, SurveyConflict, SurveyEntry, SurveyError
from toegankelijk.web.forms import CSRF_FIELD, KEY_FIELD, FieldError, empty_form, has_submission_key
from toegankelijk.web.surveys.answer_page import REST_STATES, AnswerForm, answer_page, asked_about, rest_states
from toegankelijk.web.surveys.conflict import answer_or_none
from toegankelijk.web.surveys.opening import (
    READING,
    Opened,
    Posted,
    PostedAll,
    Reader,
    hand_in,
    open_survey,
    open_to_change,
    problem_in_words,
    today_of,
)
from toegankelijk.web.surveys.questions import (
    Asked,
    Checked,
    PostedLists,
    check_posted,
    fill_rest,
    questions_as_known,
    questions_as_posted,
    summary_of,
)
from toegankelijk.web.view import render

VISIT_DAY, BASED_ON, REST = "visit_day", "based_on", "rest"
OWN_CONTROLS = (CSRF_FIELD, KEY_FIELD, VISIT_DAY, BASED_ON, REST)

router = APIRouter()


@router.api_route("/opmetingen/{venue_id}/onderdelen/{element_id}", methods=READING)
def show_answers(request: Request, reader: Reader, venue_id: UUID, element_id: UUID) -> HTMLResponse:
    """The questions that arise about an element, with the answers so far."""
    opened = open_survey(request, reader, venue_id)
    element = opened.element(str(element_id))
    form = AnswerForm(
        csrf_token=reader.csrf_token,
        submission_key=empty_form(reader.csrf_token).submission_key,
        based_on=opened.survey.version,
        visit_day=f"{today_of(request):%d/%m/%Y}",
        day_error="",
        questions=questions_as_known(asked_about(opened, element)),
        rest_states=rest_states(opened.catalogue),
    )
    return render(request, "survey/answers.html", answer_page(opened, element, form))


@router.post("/opmetingen/{venue_id}/onderdelen/{element_id}")
def post_answers(
    request: Request, reader: Reader, venue_id: UUID, element_id: UUID, posted: Posted, controls: PostedAll
) -> Response:
    """Keep what was answered; the page comes back with the verdict, or with what is wrong."""
    opened = open_to_change(request, reader, venue_id)
    element = opened.element(str(element_id))
    asked, today = asked_about(opened, element), today_of(request)
    day = read_date(posted.get(VISIT_DAY, ""))
    given = _filled(posted, controls)
    checked = check_posted(asked, element.kind, given, visit_day=day or today, today=today)
    sent = _Sent(request, opened, element, asked, posted, given, checked)
    day_error = _day_error(opened.catalogue, posted.get(VISIT_DAY, ""), day, today)
    if day_error or checked.problems or checked.doubts or not has_submission_key(posted):
        return sent.show_again(422, day_error=day_error)
    entry = SurveyEntry(
        measured_on=day or today,
        elements=(entry_of(element, answers=checked.answers, confirmed=checked.again),),
        based_on=_based_on(posted),
    )
    done = (request.url.path, "answers-kept")
    return hand_in(request, opened, posted, entry, refuse=sent.refuse, done=done)


def entry_of(
    element: Element, *, answers: Mapping[str, Answer | None] | None = None, confirmed: frozenset[str] = frozenset()
) -> ElementEntry:
    """The element as it stands, with new answers."""
    return ElementEntry(
        id=element.id,
        kind=element.kind,
        name=element.name,
        parent_id=element.parent_id,
        floor=element.floor,
        answers=answers or {},
        confirmed=confirmed,
    )


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form that was sent, to be shown again as it was."""

    request: Request
    opened: Opened
    element: Element
    asked: Asked
    posted: Mapping[str, str]
    given: PostedLists
    checked: Checked

    def refuse(self, error: SurveyError | SurveyConflict) -> Response:
        """The form with what the storage had against it: 409 when somebody else was first."""
        is_late = isinstance(error, SurveyConflict)
        found = (_told_by_conflict if is_late else _told_by_error)(self.opened.catalogue, error)
        checked = replace(self.checked, problems=(*self.checked.problems, *found))
        return replace(self, checked=checked).show_again(409 if is_late else 422)

    def show_again(self, status: int, *, day_error: str = "") -> HTMLResponse:
        """The page with what was typed; the version is that of now, for the differences stand on the page."""
        keys = [field.key for field in self.asked.fields]
        form = AnswerForm(
            csrf_token=self.opened.principal.csrf_token,
            submission_key=_key_for(self.posted, self.opened),
            based_on=self.opened.survey.version,
            visit_day=self.posted.get(VISIT_DAY, ""),
            day_error=day_error,
            questions=questions_as_posted(self.asked, self.given, self.checked),
            rest_states=rest_states(self.opened.catalogue),
            errors=(
                *_expired(self.posted),
                *([FieldError(VISIT_DAY, day_error)] if day_error else []),
                *summary_of(self.opened.catalogue, keys, self.checked),
            ),
        )
        page = answer_page(self.opened, self.element, form)
        return render(self.request, "survey/answers.html", page, status=status)


def _filled(posted: Mapping[str, str], controls: PostedLists) -> PostedLists:
    """The questions' own controls; those left open filled in when the button for all of them was pressed."""
    own = {name: values for name, values in controls.items() if name not in OWN_CONTROLS}
    state = next((state for state in REST_STATES if state.value == posted.get(REST)), None)
    return fill_rest(own, state) if state else own


def _day_error(catalogue: Catalogue, typed: str, day: date | None, today: date) -> str:
    if day is not None and day <= today:
        return ""
    code = "not_a_date" if day is None else "date_in_future"
    label = load_texts().word("sent", "day")
    return catalogue.texts[f"problem.{code}"].format(label=label, value=typed[:40])


def _based_on(posted: Mapping[str, str]) -> int | None:
    text = posted.get(BASED_ON, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _key_for(posted: Mapping[str, str], opened: Opened) -> str:
    """Nothing was written, so the key is still good; a missing one gets a fresh value."""
    if has_submission_key(posted):
        return posted[KEY_FIELD]
    return empty_form(opened.principal.csrf_token).submission_key


def _expired(posted: Mapping[str, str]) -> list[FieldError]:
    if has_submission_key(posted):
        return []
    return [FieldError("", load_texts().word("problem", "form-expired"))]


def _told_by_error(catalogue: Catalogue, error: SurveyError | SurveyConflict) -> list[FieldProblem]:
    problems = error.problems if isinstance(error, SurveyError) else ()
    return [FieldProblem(one.field, "value", one.key, problem_in_words(catalogue, one.key)) for one in problems]


def _told_by_conflict(catalogue: Catalogue, error: SurveyError | SurveyConflict) -> list[FieldProblem]:
    differences = error.differences if isinstance(error, SurveyConflict) else ()
    return [
        FieldProblem(
            one.field,
            "value",
            "meanwhile",
            load_texts().pattern(
                "meanwhile",
                label=catalogue.fields[one.field].nl,
                value=answer_or_none(catalogue, one.field, one.first),
            ),
        )
        for one in differences
    ]
