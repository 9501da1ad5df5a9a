"""Pages of published venues for everybody: the list to search, and one page per venue."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from labels.catalogue import current_catalogue
from labels.definitions import Catalogue
from toegankelijk.days import day_in_flanders
from toegankelijk.errors import UnknownRecord
from toegankelijk.registry import search_bodies
from toegankelijk.reports.texts import load_texts
from toegankelijk.reports.venue import Finding, VenueReport, build_venue_report, venue_path
from toegankelijk.venues import GroupVerdict, VenueView, find_venue_by_slug, search_venues
from toegankelijk.web.context import database_of, now_of
from toegankelijk.web.view import Pager, make_pager, page_number, render

READING = ["GET", "HEAD"]
PER_PAGE = 25
SEARCH_LIMIT = 100
MOST_MUNICIPALITIES = 500

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class VenueItem:
    """One venue in a list, with what each user group can expect."""

    name: str
    path: str
    venue_type: str
    municipality: str
    is_demo: bool
    is_published: bool
    verdicts: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """A page of the list with what was searched for."""

    text: str
    nis_code: str
    municipalities: tuple[tuple[str, str], ...]
    items: tuple[VenueItem, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One venue, and where its data can be read by programs."""

    report: VenueReport
    data_path: str


@router.api_route("/plaatsen", methods=READING)
def list_places(request: Request, zoek: str = "", gemeente: str = "", pagina: str = "1") -> HTMLResponse:
    """Published venues by part of the name and by municipality."""
    wanted = zoek.strip()[:SEARCH_LIMIT]
    with database_of(request).reading() as session:
        found = search_venues(session, text=wanted, nis_code=gemeente, page=page_number(pagina), per_page=PER_PAGE)
        bodies = search_bodies(session, kind="municipality", per_page=MOST_MUNICIPALITIES).items
    options = [(body.nis_code, body.name) for body in bodies if body.nis_code]
    query = {"zoek": wanted, "gemeente": gemeente}
    page = PlacesPage(
        text=wanted,
        nis_code=gemeente,
        municipalities=(("", load_texts().word("choice", "all-municipalities")), *options),
        items=tuple(venue_item(venue, venue_path(venue)) for venue in found.items),
        pager=make_pager("/plaatsen", query, number=found.page, pages=found.pages, total=found.total),
    )
    return render(request, "pages/places.html", page)


@router.api_route("/plaatsen/{slug}", methods=READING)
def show_place(request: Request, slug: str) -> HTMLResponse:
    """What a visitor wants to know before coming; a venue that is not published does not exist here."""
    with database_of(request).reading() as session:
        venue = find_venue_by_slug(session, slug)
        if venue is None or not venue.is_published:
            raise UnknownRecord(f"No published venue has the name {slug[:80]!r}.")
        report = build_venue_report(session, venue, today=day_in_flanders(now_of(request)))
    return render(request, "pages/place.html", PlacePage(report, f"/api/v1/venues/{venue.id}"))


def venue_item(venue: VenueView, path: str) -> VenueItem:
    """A venue as lists show it."""
    catalogue = current_catalogue()
    known = catalogue.venue_types.get(venue.venue_type)
    return VenueItem(
        name=venue.name,
        path=path,
        venue_type=known.nl if known else venue.venue_type,
        municipality=venue.municipality_name,
        is_demo=venue.is_demo,
        is_published=venue.is_published,
        verdicts=tuple(_finding(catalogue, one) for one in venue.verdicts),
    )


def _finding(catalogue: Catalogue, verdict: GroupVerdict) -> Finding:
    group = catalogue.groups.get(verdict.group)
    return Finding(
        about=group.nl if group else verdict.group,
        code=verdict.level,
        name=catalogue.texts[f"level.{verdict.level}"],
        sentence=catalogue.texts[f"level_long.{verdict.level}"],
        is_provisional=verdict.provisional,
    )
