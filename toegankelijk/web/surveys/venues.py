"""The venues that somebody may survey: the list, entering and correcting one, its work page, its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.responses import Response

from labels.catalogue import current_catalogue
from toegankelijk.accounts import Principal
from toegankelijk.errors import VenueError
from toegankelijk.registry import search_bodies
from toegankelijk.reports.texts import load_texts
from toegankelijk.reports.venue import VenueReport, build_venue_report
from toegankelijk.sectors import usual_sector
from toegankelijk.venues import VenueView, add_venue, correct_venue, get_venue, may_survey, venues_to_survey
from toegankelijk.web.access import NotAllowed
from toegankelijk.web.context import database_of, now_of
from toegankelijk.web.errors import error_page
from toegankelijk.web.forms import KEY_FIELD, SECRET_FIELDS, Form, empty_form, has_submission_key, refused_form
from toegankelijk.web.places import VenueItem, venue_item
from toegankelijk.web.surveys.desk import Place, place_of, survey_path, work_page
from toegankelijk.web.surveys.opening import READING, Posted, Reader, open_survey, today_of
from toegankelijk.web.view import Pager, after_post, make_pager, page_number, render

PER_PAGE = 50
SEARCH_LIMIT = 100
MOST_MUNICIPALITIES = 500
FIELDS = ("name", "venue_type", "nis_code", "street", "postcode", "locality")

router = APIRouter(prefix="/opmetingen")


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the venues whose survey somebody may see."""

    text: str
    items: tuple[VenueItem, ...]
    pager: Pager
    may_add: bool


@dataclass(frozen=True, slots=True)
class VenuePage:
    """The form with the facts of a venue; `place` is None for a new one."""

    place: Place | None
    form: Form
    types: tuple[tuple[str, str], ...]
    municipalities: tuple[tuple[str, str], ...]
    back_path: str


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """The page of the venue as visitors will read it, for who surveys it."""

    place: Place
    report: VenueReport


@router.api_route("", methods=READING)
def list_venues(request: Request, reader: Reader, zoek: str = "", pagina: str = "1") -> HTMLResponse:
    """The venues within somebody's grants, by part of the name."""
    wanted = zoek.strip()[:SEARCH_LIMIT]
    with database_of(request).reading() as session:
        found = venues_to_survey(session, reader, text=wanted, page=page_number(pagina), per_page=PER_PAGE)
    page = ListPage(
        text=wanted,
        items=tuple(venue_item(venue, survey_path(venue.id)) for venue in found.items),
        pager=make_pager("/opmetingen", {"zoek": wanted}, number=found.page, pages=found.pages, total=found.total),
        may_add=_may_add(reader),
    )
    return render(request, "survey/venues.html", page)


@router.api_route("/nieuw", methods=READING)
def show_add_venue(request: Request, reader: Reader) -> HTMLResponse:
    """The form for a new venue."""
    _require_surveyor(reader)
    types = current_catalogue().venue_types
    values = {"venue_type": next(iter(types))} if len(types) == 1 else {}
    return _show_form(request, reader, empty_form(reader.csrf_token, values), None, 200)


@router.post("/nieuw")
def post_add_venue(request: Request, reader: Reader, posted: Posted) -> Response:
    """Enter a venue and go to its work page."""
    _require_surveyor(reader)
    return _submit(request, reader, posted, None)


@router.api_route("/{venue_id}", methods=READING)
def show_work(request: Request, reader: Reader, venue_id: UUID) -> HTMLResponse:
    """How far the survey is."""
    opened = open_survey(request, reader, venue_id)
    page = work_page(opened.catalogue, opened.place, opened.survey, opened.result)
    return render(request, "survey/work.html", page)


@router.api_route("/{venue_id}/gegevens", methods=READING)
def show_correct_venue(request: Request, reader: Reader, venue_id: UUID) -> HTMLResponse:
    """The form with the present facts."""
    venue = _venue_to_change(request, reader, venue_id)
    known = {name: str(getattr(venue, name)) for name in FIELDS}
    return _show_form(request, reader, empty_form(reader.csrf_token, known), venue, 200)


@router.post("/{venue_id}/gegevens")
def post_correct_venue(request: Request, reader: Reader, venue_id: UUID, posted: Posted) -> Response:
    """Correct the facts; what the form does not ask stays as it is."""
    return _submit(request, reader, posted, _venue_to_change(request, reader, venue_id))


@router.api_route("/{venue_id}/oordeel", methods=READING)
def show_verdict(request: Request, reader: Reader, venue_id: UUID) -> HTMLResponse:
    """All verdicts with their reasons and all answers, as the public page will show them."""
    opened = open_survey(request, reader, venue_id)
    with database_of(request).reading() as session:
        report = build_venue_report(session, get_venue(session, venue_id), today=today_of(request))
    return render(request, "survey/verdict.html", VerdictPage(opened.place, report))


# What was posted


def _submit(request: Request, reader: Principal, posted: Mapping[str, str], venue: VenueView | None) -> Response:
    """Enter or correct a venue once; what is refused comes back as the form with its problem."""

    def refuse(problem: tuple[str, str]) -> HTMLResponse:
        return _show_form(
            request, reader, refused_form(posted, reader.csrf_token, [problem], fields=FIELDS), venue, 422
        )

    if not has_submission_key(posted):
        return refuse(("", "form-expired"))
    try:
        with database_of(request).writing() as session:
            kept = _write(session, request, reader, posted, venue)
    except VenueError as error:
        return conflict_page(request, posted) if error.field == KEY_FIELD else refuse((error.field, error.key))
    return after_post(survey_path(kept.id), "venue-corrected" if venue else "venue-added")


def _write(
    session: Session, request: Request, reader: Principal, posted: Mapping[str, str], venue: VenueView | None
) -> VenueView:
    facts: dict[str, Any] = {name: posted.get(name, "") for name in FIELDS}
    now, key = now_of(request), posted[KEY_FIELD]
    if venue is None:
        return add_venue(session, actor=reader, now=now, submission_key=key, **facts)
    return correct_venue(
        session,
        actor=reader,
        now=now,
        submission_key=key,
        venue_id=venue.id,
        sector=venue.sector,
        lat=venue.lat,
        lon=venue.lon,
        body_id=venue.body_id,
        **facts,
    )


def conflict_page(request: Request, posted: Mapping[str, str]) -> HTMLResponse:
    """The same form came twice with different content: what was typed is shown, nothing of it was kept."""
    typed = [(name, value) for name, value in posted.items() if name not in SECRET_FIELDS]
    return error_page(request, 409, answers=typed, back_path=request.url.path)


def _require_surveyor(reader: Principal) -> None:
    if not _may_add(reader):
        raise NotAllowed


def _may_add(reader: Principal) -> bool:
    return reader.has("surveyor") or reader.has("admin")


def _venue_to_change(request: Request, reader: Principal, venue_id: UUID) -> VenueView:
    with database_of(request).reading() as session:
        venue = get_venue(session, venue_id)
    if not may_survey(reader, venue):
        raise NotAllowed
    return venue


# What is shown


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place that is not there yet, to ask who may survey it."""

    sector: str
    nis_codes: tuple[str, ...]


def _show_form(request: Request, reader: Principal, form: Form, venue: VenueView | None, status: int) -> HTMLResponse:
    types = current_catalogue().venue_types
    with database_of(request).reading() as session:
        found = search_bodies(session, kind="municipality", per_page=MOST_MUNICIPALITIES)
    sectors = {usual_sector(venue_type) for venue_type in types}
    within = [
        (body.nis_code, body.name)
        for body in found.items
        if body.nis_code and any(may_survey(reader, _Spot(sector, (body.nis_code,))) for sector in sectors)
    ]
    page = VenuePage(
        place=place_of(venue, may_survey=True, may_publish=True) if venue else None,
        form=form,
        types=tuple((one.id, one.nl) for one in types.values()),
        municipalities=(("", load_texts().word("choice", "municipality")), *within),
        back_path=survey_path(venue.id) if venue else "/opmetingen",
    )
    return render(request, "survey/venue_form.html", page, status=status)
