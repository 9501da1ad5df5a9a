"""The public interface for programs: published venues as JSON, described in OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from labels.catalogue import current_catalogue
from labels.exchange import answer_to_json
from labels.model import Element, Venue
from toegankelijk.errors import UnknownRecord
from toegankelijk.labelling import ResultView, current_result
from toegankelijk.reports.venue import venue_path
from toegankelijk.surveys import CurrentSurvey, current_survey
from toegankelijk.venues import VenueView, get_venue, search_venues
from toegankelijk.web.api_models import ErrorModel, VenueListModel, VenueModel
from toegankelijk.web.context import database_of, settings_of

Text = Annotated[str, Query(max_length=100, description="Part of the name.")]
Code = Annotated[str, Query(pattern=r"^(\d{5})?$", description="NIS code of a municipality, also one that has ended.")]
Kind = Annotated[str, Query(max_length=40, description="Type of venue, such as museum.")]
Number = Annotated[int, Query(ge=1, le=100_000)]
Count = Annotated[int, Query(ge=1, le=100)]

router = APIRouter(
    prefix="/api/v1",
    tags=["venues"],
    responses={"4XX": {"model": ErrorModel, "description": "Refused"}},
)


@router.head("/venues", include_in_schema=False)
@router.get("/venues", response_model=VenueListModel)
def list_venues(
    request: Request,
    text: Text = "",
    municipality: Code = "",
    venue_type: Kind = "",
    page: Number = 1,
    per_page: Count = 25,
) -> dict[str, Any]:
    """Published venues in order of name."""
    with database_of(request).reading() as session:
        found = search_venues(
            session, text=text, nis_code=municipality, venue_type=venue_type, page=page, per_page=per_page
        )
    return {
        "items": [_summary(request, venue) for venue in found.items],
        "total": found.total,
        "page": found.page,
        "per_page": found.per_page,
        "pages": found.pages,
    }


@router.head("/venues/{venue_id}", include_in_schema=False)
@router.get("/venues/{venue_id}", response_model=VenueModel)
def show_venue(request: Request, venue_id: UUID) -> dict[str, Any]:
    """One published venue with its answers, its routes, and its verdicts with every reason."""
    with database_of(request).reading() as session:
        venue = get_venue(session, venue_id)
        if not venue.is_published:
            raise UnknownRecord(f"There is no published venue {venue_id}.")
        survey = current_survey(session, venue_id, catalogue=current_catalogue())
        result = current_result(session, venue_id)
    return _summary(request, venue) | _details(survey, result)


def _summary(request: Request, venue: VenueView) -> dict[str, Any]:
    groups = current_catalogue().groups
    has_point = venue.lat is not None and venue.lon is not None
    return {
        "id": venue.id,
        "slug": venue.slug,
        "name": venue.name,
        "venue_type": venue.venue_type,
        "sector": venue.sector,
        "municipality": {"name": venue.municipality_name, "nis_code": venue.nis_code},
        "address": {"street": venue.street, "postcode": venue.postcode, "locality": venue.locality},
        "location": {"lat": venue.lat, "lon": venue.lon} if has_point else None,
        "page": settings_of(request).public_url + venue_path(venue),
        "is_example": venue.is_demo,
        "published_at": venue.published_at,
        "verdicts": [
            {
                "group": one.group,
                "name": groups[one.group].nl if one.group in groups else one.group,
                "verdict": one.verdict,
                "level": one.level,
                "provisional": one.provisional,
                "outdated": one.outdated,
                "close_to_limit": one.close_to_limit,
            }
            for one in venue.verdicts
        ],
    }


def _details(survey: CurrentSurvey, result: ResultView | None) -> dict[str, Any]:
    venue = survey.venue
    return {
        "measured_on": survey.measured_on,
        "elements": [_element(venue, one) for one in venue.elements],
        "routes": [
            {"id": route.id, "destination": route.destination, "legs": list(route.legs)} for route in venue.routes
        ],
        "result": result.document if result else None,
    }


def _element(venue: Venue, element: Element) -> dict[str, Any]:
    return {
        "id": element.id,
        "kind": element.kind,
        "name": element.name,
        "parent": element.parent_id,
        "floor": element.floor,
        "unreachable": element.id in venue.unreachable,
        "answers": {key: answer_to_json(answer) for key, answer in element.answers.items()},
    }
