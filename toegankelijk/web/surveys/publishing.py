"""Publish a venue, or say what stands in the way; take it off the public pages again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from toegankelijk.accounts import Principal
from toegankelijk.errors import VenueError
from toegankelijk.labelling import PublishRefused, publish, unpublish
from toegankelijk.web.access import NotAllowed
from toegankelijk.web.context import database_of, now_of
from toegankelijk.web.forms import KEY_FIELD, Form, empty_form, has_submission_key, refused_form
from toegankelijk.web.surveys.desk import Place, Todo, contradiction_lines, missing_line, survey_path
from toegankelijk.web.surveys.opening import READING, Opened, Posted, Reader, open_survey
from toegankelijk.web.surveys.venues import conflict_page
from toegankelijk.web.view import after_post, render

router = APIRouter(prefix="/opmetingen")


@dataclass(frozen=True, slots=True)
class PublishPage:
    """What stands in the way of publishing, each with the way to it; nothing when it can be done."""

    place: Place
    form: Form
    missing: tuple[Todo, ...]
    contradictions: tuple[Todo, ...]


@dataclass(frozen=True, slots=True)
class UnpublishPage:
    """The form to take a venue off the public pages."""

    place: Place
    form: Form


@router.api_route("/{venue_id}/publiceren", methods=READING)
def show_publish(request: Request, reader: Reader, venue_id: UUID) -> HTMLResponse:
    """What is missing, or the button."""
    opened = _open_to_publish(request, reader, venue_id)
    return _show_publish(request, opened, empty_form(reader.csrf_token), 200)


@router.post("/{venue_id}/publiceren")
def post_publish(request: Request, reader: Reader, venue_id: UUID, posted: Posted) -> Response:
    """Show the venue to everybody; refused while anything required is missing, with the way to each."""
    opened = _open_to_publish(request, reader, venue_id)
    if not has_submission_key(posted):
        form = refused_form(posted, reader.csrf_token, [("", "form-expired")], fields=())
        return _show_publish(request, opened, form, 422)
    try:
        with database_of(request).writing() as session:
            publish(
                session,
                actor=reader,
                now=now_of(request),
                submission_key=posted[KEY_FIELD],
                venue_id=venue_id,
                catalogue=opened.catalogue,
            )
    except PublishRefused:
        form = refused_form(posted, reader.csrf_token, [("", "publish-refused")], fields=())
        return _show_publish(request, opened, form, 422)
    except VenueError as error:
        return _refuse(request, opened, posted, error, _show_publish)
    return after_post(survey_path(venue_id), "venue-published")


@router.api_route("/{venue_id}/intrekken", methods=READING)
def show_unpublish(request: Request, reader: Reader, venue_id: UUID) -> HTMLResponse:
    """The form to take a venue off."""
    opened = _open_to_publish(request, reader, venue_id)
    return _show_unpublish(request, opened, empty_form(reader.csrf_token), 200)


@router.post("/{venue_id}/intrekken")
def post_unpublish(request: Request, reader: Reader, venue_id: UUID, posted: Posted) -> Response:
    """Take the venue off the public pages, with the reason."""
    opened = _open_to_publish(request, reader, venue_id)
    try:
        with database_of(request).writing() as session:
            unpublish(
                session,
                actor=reader,
                now=now_of(request),
                submission_key=posted.get(KEY_FIELD, ""),
                venue_id=venue_id,
                reason=posted.get("reason", ""),
            )
    except VenueError as error:
        return _refuse(request, opened, posted, error, _show_unpublish)
    return after_post(survey_path(venue_id), "venue-withdrawn")


def _refuse(
    request: Request,
    opened: Opened,
    posted: Mapping[str, str],
    error: VenueError,
    show: Callable[[Request, Opened, Form, int], HTMLResponse],
) -> HTMLResponse:
    if error.field == KEY_FIELD and has_submission_key(posted):
        return conflict_page(request, posted)
    form = refused_form(posted, opened.principal.csrf_token, [(error.field, error.key)], fields=("reason",))
    return show(request, opened, form, 422)


def _open_to_publish(request: Request, reader: Principal, venue_id: UUID) -> Opened:
    opened = open_survey(request, reader, venue_id)
    if not opened.place.may_publish:
        raise NotAllowed
    return opened


def _show_publish(request: Request, opened: Opened, form: Form, status: int) -> HTMLResponse:
    page = PublishPage(
        place=opened.place,
        form=form,
        missing=tuple(missing_line(opened.catalogue, opened.survey, one) for one in opened.survey.completeness.missing),
        contradictions=contradiction_lines(opened.survey),
    )
    return render(request, "survey/publish.html", page, status=status)


def _show_unpublish(request: Request, opened: Opened, form: Form, status: int) -> HTMLResponse:
    return render(request, "survey/unpublish.html", UnpublishPage(opened.place, form), status=status)
