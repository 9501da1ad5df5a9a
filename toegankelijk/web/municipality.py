"""The page of a municipality or another public body: its venues, and for those who may, the report on its websites."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session
from starlette.responses import Response

from toegankelijk.errors import UnknownRecord
from toegankelijk.registry import BodyView, find_municipality, get_body
from toegankelijk.reports.html import render_report_file
from toegankelijk.reports.model import MunicipalityReport
from toegankelijk.reports.municipality import body_path, build_municipality_report
from toegankelijk.reports.venue import venue_path
from toegankelijk.venues import venues_of
from toegankelijk.web.access import may_manage, may_read_report, principal_or_none
from toegankelijk.web.context import database_of, now_of
from toegankelijk.web.places import VenueItem, venue_item
from toegankelijk.web.view import render

READING = ["GET", "HEAD"]
MUNICIPALITY = "municipality"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class BodyPage:
    """The report with what a signed-in person can do with it."""

    report: MunicipalityReport
    is_municipality: bool
    manage_path: str
    venues: tuple[VenueItem, ...]


@dataclass(frozen=True, slots=True)
class NotPublishedPage:
    """A report that this visitor may not read; of the body, only its published venues are in it."""

    is_signed_in: bool
    sign_in_path: str
    venues: tuple[VenueItem, ...]


@router.api_route("/gemeenten/{nis}", methods=READING)
def show_municipality(request: Request, nis: str) -> Response:
    """The report on a municipality; an old code leads to the municipality of today."""
    with database_of(request).reading() as session:
        body = _municipality(session, nis)
        if body.successor_nis:
            return RedirectResponse(f"/gemeenten/{body.successor_nis}", status_code=301)
        return _show(request, session, body)


@router.api_route("/gemeenten/{nis}/rapport.html", methods=READING)
def download_municipality(request: Request, nis: str) -> Response:
    """The same report as one file."""
    with database_of(request).reading() as session:
        return _download(request, session, _municipality(session, nis))


@router.api_route("/organisaties/{body_id}", methods=READING)
def show_organisation(request: Request, body_id: UUID) -> Response:
    """The report on any public body; a municipality has its own address."""
    with database_of(request).reading() as session:
        body = get_body(session, body_id)
        if body_path(body) != request.url.path:
            return RedirectResponse(body_path(body), status_code=301)
        return _show(request, session, body)


@router.api_route("/organisaties/{body_id}/rapport.html", methods=READING)
def download_organisation(request: Request, body_id: UUID) -> Response:
    """The same report as one file."""
    with database_of(request).reading() as session:
        return _download(request, session, get_body(session, body_id))


def _municipality(session: Session, nis: str) -> BodyView:
    body = find_municipality(session, nis) if nis.isascii() and nis.isdigit() and len(nis) == 5 else None
    if body is None:
        raise UnknownRecord(f"No municipality has the NIS code {nis[:20]!r}.")
    return body


def _show(request: Request, session: Session, body: BodyView) -> HTMLResponse:
    principal = principal_or_none(request)
    if not may_read_report(principal, body):
        return _not_published(request, _venues(session, body))
    report = build_municipality_report(session, body, now=now_of(request))
    manage_path = f"/beheer/organisaties/{body.id}/sites" if may_manage(principal) else ""
    return render(
        request, "pages/body.html", BodyPage(report, body.kind == MUNICIPALITY, manage_path, _venues(session, body))
    )


def _download(request: Request, session: Session, body: BodyView) -> HTMLResponse:
    if not may_read_report(principal_or_none(request), body):
        return _not_published(request, _venues(session, body))
    report = build_municipality_report(session, body, now=now_of(request))
    name = f"toegankelijkheid-{body.nis_code or body.id}-{now_of(request):%Y-%m-%d}.html"
    return HTMLResponse(render_report_file(report), headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _venues(session: Session, body: BodyView) -> tuple[VenueItem, ...]:
    return tuple(venue_item(venue, venue_path(venue)) for venue in venues_of(session, body.id))


def _not_published(request: Request, venues: tuple[VenueItem, ...]) -> HTMLResponse:
    page = NotPublishedPage(
        is_signed_in=principal_or_none(request) is not None,
        sign_in_path=f"/aanmelden?verder={quote(request.url.path, safe='')}",
        venues=venues,
    )
    return render(request, "pages/not_published.html", page, status=403)
