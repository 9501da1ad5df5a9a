"""How visitors get to each destination: routes as they are, proposals to accept, legs to pick in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from labels.definitions import VENUE_KIND, Destination
from labels.describe import element_name
from labels.model import Element, Route
from labels.routes import elements_without_route, propose_routes, route_problems
from labels.survey import Survey
from toegankelijk.errors import UnknownRecord
from toegankelijk.reports.texts import load_texts
from toegankelijk.surveys import RouteEntry, SurveyConflict, SurveyEntry, SurveyError
from toegankelijk.web.forms import FieldError, Form, empty_form, has_submission_key, refused_form
from toegankelijk.web.surveys.desk import Place, Todo, element_path, routes_path
from toegankelijk.web.surveys.opening import (
    READING,
    Opened,
    Posted,
    Reader,
    hand_in,
    open_survey,
    open_to_change,
    problem_in_words,
    today_of,
)
from toegankelijk.web.view import render

LEG, TARGET, ROUTE, DEED, LEGS, MORE = "leg", "target", "route", "deed", "legs", "more"
SPARE_LEGS, MOST_LEGS = 3, 20

router = APIRouter(prefix="/opmetingen/{venue_id}/wegen")


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One route in words; a proposal has no id yet, and its legs go along in the form that accepts it."""

    id: str
    legs: tuple[str, ...]
    leg_ids: str
    edit_path: str


@dataclass(frozen=True, slots=True)
class TargetSection:
    """One element that visitors want to reach, with the routes to it."""

    anchor: str
    id: str
    name: str
    is_unreachable: bool
    routes: tuple[RouteLine, ...]
    proposals: tuple[RouteLine, ...]
    new_path: str

    @property
    def is_open(self) -> bool:
        """Whether nobody said yet how to get there."""
        return not self.routes and not self.is_unreachable


@dataclass(frozen=True, slots=True)
class DestinationSection:
    """One destination with its targets; without any, `missing` is the kind of element to add."""

    id: str
    name: str
    targets: tuple[TargetSection, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class RoutesPage:
    """All destinations; `off_route` are elements that no route passes."""

    place: Place
    form: Form
    destinations: tuple[DestinationSection, ...]
    proposals: int
    off_route: tuple[Todo, ...]


@dataclass(frozen=True, slots=True)
class LegChoice:
    """The select for one leg of a route."""

    number: int
    name: str
    chosen: str


@dataclass(frozen=True, slots=True)
class RoutePage:
    """The form for one route: so many selects in a row, the last filled one being the destination."""

    place: Place
    form: Form
    destination: str
    target: str
    legs: tuple[LegChoice, ...]
    options: tuple[tuple[str, str], ...]
    is_new: bool
    back_path: str


@router.api_route("", methods=READING)
def show_routes(request: Request, reader: Reader, venue_id: UUID) -> HTMLResponse:
    """Every destination with its routes, and proposals where there are none."""
    opened = open_survey(request, reader, venue_id)
    return _show_routes(request, opened, empty_form(reader.csrf_token), 200)


@router.post("")
def post_routes(request: Request, reader: Reader, venue_id: UUID, posted: Posted) -> Response:
    """Accept proposals, take a route away, or say that there is no way to a target."""
    opened = open_to_change(request, reader, venue_id)
    changed = _changed(opened, posted) if has_submission_key(posted) else None

    def refuse(message: str) -> HTMLResponse:
        form = refused_form(posted, reader.csrf_token, [], fields=())
        return _show_routes(request, opened, replace(form, errors=(FieldError("", message),)), 422)

    if changed is None:
        key = "route-deed-unknown" if has_submission_key(posted) else "form-expired"
        return refuse(load_texts().word("problem", key))
    entry = SurveyEntry(measured_on=today_of(request), routes=changed[0], unreachable=changed[1])
    done = (routes_path(venue_id), "routes-kept")
    return hand_in(request, opened, posted, entry, refuse=lambda error: refuse(_told(opened, error)), done=done)


@router.api_route("/{destination_id}", methods=READING)
def show_route(
    request: Request, reader: Reader, venue_id: UUID, destination_id: str, doel: str = "", weg: str = ""
) -> HTMLResponse:
    """The form for a new route to a target, or with the legs of one that is there."""
    opened = open_to_change(request, reader, venue_id)
    destination = _destination(opened, destination_id)
    legs = _legs_to_start_with(opened, destination, doel, weg)
    return _show_route(request, opened, destination, empty_form(reader.csrf_token), legs, (doel, weg), 200)


@router.post("/{destination_id}")
def post_route(
    request: Request,
    reader: Reader,
    venue_id: UUID,
    destination_id: str,
    posted: Posted,
    doel: str = "",
    weg: str = "",
) -> Response:
    """Keep the route with the legs in the order in which they were picked; empty places are skipped."""
    opened = open_to_change(request, reader, venue_id)
    destination = _destination(opened, destination_id)
    picked = tuple(posted.get(f"{LEG}-{number}", "") for number in range(1, MOST_LEGS + 1))

    def show(form: Form, status: int, more: int = 0) -> HTMLResponse:
        return _show_route(request, opened, destination, form, picked, (doel, weg), status, more=more)

    def refuse(messages: list[FieldError]) -> HTMLResponse:
        form = refused_form(posted, reader.csrf_token, [], fields=())
        return show(replace(form, errors=tuple(messages)), 422)

    if MORE in posted:
        return show(refused_form(posted, reader.csrf_token, [], fields=()), 200, SPARE_LEGS)
    wrong = _wrong_with(opened, destination, picked, posted)
    if wrong:
        return refuse(wrong)
    route = RouteEntry(destination.id, tuple(leg for leg in picked if leg))
    kept = [RouteEntry(one.destination, one.legs) for one in opened.survey.venue.routes if one.id != weg]
    entry = SurveyEntry(
        measured_on=today_of(request),
        routes=_as_set(opened, [*kept, route]),
        unreachable=opened.survey.venue.unreachable - {route.legs[-1]},
    )
    return hand_in(
        request,
        opened,
        posted,
        entry,
        refuse=lambda error: refuse([FieldError("", _told(opened, error))]),
        done=(routes_path(venue_id), "routes-kept"),
    )


# What was posted


def _changed(opened: Opened, posted: Mapping[str, str]) -> tuple[tuple[RouteEntry, ...], frozenset[str]] | None:
    """The whole sets of routes and of unreachable targets after what was posted; None for an unknown deed."""
    venue, target = opened.survey.venue, posted.get(TARGET, "")
    routes = [RouteEntry(one.destination, one.legs) for one in venue.routes]
    match posted.get(DEED):
        case "accept":
            new = [_proposal_of(posted)]
        case "accept-all":
            new = [RouteEntry(one.destination, one.legs) for one in proposals(opened)]
        case "remove":
            kept = [RouteEntry(one.destination, one.legs) for one in venue.routes if one.id != posted.get(ROUTE)]
            return _as_set(opened, kept), venue.unreachable
        case "unreachable":
            return _as_set(opened, routes), venue.unreachable | {target}
        case "reachable":
            return _as_set(opened, routes), venue.unreachable - {target}
        case _:
            return None
    return _as_set(opened, [*routes, *new]), venue.unreachable - {one.legs[-1] for one in new if one.legs}


def _as_set(opened: Opened, routes: list[RouteEntry]) -> tuple[RouteEntry, ...]:
    """Each route once, in the order of the survey and not of the clicks: sending a form again says the same again."""
    venue = opened.survey.venue
    destinations = [one.id for one in opened.catalogue.venue_types[venue.venue_type].destinations]
    places = {one.id: place for place, one in enumerate(venue.elements)}

    def order(route: RouteEntry) -> tuple[int, list[int]]:
        known = route.destination in destinations
        legs = [places.get(leg, len(places)) for leg in reversed(route.legs)]
        return destinations.index(route.destination) if known else len(destinations), legs

    return tuple(sorted(dict.fromkeys(routes), key=order))


def _proposal_of(posted: Mapping[str, str]) -> RouteEntry:
    return RouteEntry(posted.get("destination", ""), tuple(posted.get(LEGS, "").split()))


def _wrong_with(
    opened: Opened, destination: Destination, picked: tuple[str, ...], posted: Mapping[str, str]
) -> list[FieldError]:
    texts = load_texts()
    if not has_submission_key(posted):
        return [FieldError("", texts.word("problem", "form-expired"))]
    route = Route("new", destination.id, tuple(leg for leg in picked if leg))
    places = {leg: number for number, leg in enumerate(picked, start=1) if leg}
    return [
        FieldError(f"{LEG}-{places.get(problem.element_id or '', 1)}", opened.catalogue.texts[f"route.{problem.code}"])
        for problem in route_problems(opened.catalogue, opened.survey.venue, route)
    ]


def _told(opened: Opened, error: SurveyError | SurveyConflict) -> str:
    key = error.problems[0].key if isinstance(error, SurveyError) else "changed-meanwhile"
    return problem_in_words(opened.catalogue, key)


# What is shown


def proposals(opened: Opened) -> tuple[Route, ...]:
    """A route to start from for every target that has none."""
    return propose_routes(opened.catalogue, opened.survey.venue)


def _show_routes(request: Request, opened: Opened, form: Form, status: int) -> HTMLResponse:
    catalogue, venue = opened.catalogue, opened.survey.venue
    index, proposed = Survey(catalogue, venue), proposals(opened)
    sections = tuple(
        DestinationSection(
            id=destination.id,
            name=destination.nl,
            targets=tuple(
                _target(opened, index, destination, element, proposed)
                for element in venue.elements
                if element in index.candidates(destination)
            ),
            missing=catalogue.kinds[destination.kind].nl,
        )
        for destination in catalogue.venue_types[venue.venue_type].destinations
        if index.venue_facts.holds(destination.when) is not False
    )
    off_route = tuple(
        Todo(element_name(catalogue, venue, one), element_path(opened.venue_id, one))
        for one in elements_without_route(catalogue, venue)
    )
    page = RoutesPage(opened.place, form, sections, len(proposed), off_route)
    return render(request, "survey/routes.html", page, status=status)


def _target(
    opened: Opened, index: Survey, destination: Destination, element: Element, proposed: tuple[Route, ...]
) -> TargetSection:
    base = f"{routes_path(opened.venue_id)}/{destination.id}"

    def line(route: Route, address: str) -> RouteLine:
        names = tuple(element_name(opened.catalogue, index.venue, leg) for leg in route.legs)
        return RouteLine(route.id, names, " ".join(route.legs), address)

    here, ideas = (
        [route for route in routes if route.destination == destination.id and route.legs[-1] == element.id]
        for routes in (index.venue.routes, proposed)
    )
    new_path = f"{base}?doel={element.id}"
    return TargetSection(
        anchor=f"doel-{destination.id}-{element.id}",
        id=element.id,
        name=element_name(opened.catalogue, index.venue, element.id),
        is_unreachable=element.id in index.venue.unreachable,
        routes=tuple(line(route, f"{base}?weg={route.id}") for route in here),
        proposals=tuple(line(route, f"{new_path}&weg={route.id}") for route in ideas),
        new_path=new_path,
    )


def _destination(opened: Opened, destination_id: str) -> Destination:
    found = opened.catalogue.venue_types[opened.survey.venue.venue_type].destination(destination_id)
    if found is None:
        raise UnknownRecord(f"There is no destination {destination_id[:40]!r}.")
    return found


def _legs_to_start_with(opened: Opened, destination: Destination, target: str, route_id: str) -> tuple[str, ...]:
    """The legs of the named route or proposal, else the target alone."""
    known = (*opened.survey.venue.routes, *proposals(opened))
    found = next((one for one in known if one.id == route_id and one.destination == destination.id), None)
    if found is not None:
        return found.legs
    return (opened.element(target).id,) if target else ()


def _show_route(
    request: Request,
    opened: Opened,
    destination: Destination,
    form: Form,
    picked: tuple[str, ...],
    origin: tuple[str, str],
    status: int,
    *,
    more: int = 0,
) -> HTMLResponse:
    catalogue, venue = opened.catalogue, opened.survey.venue
    index = Survey(catalogue, venue)
    options = tuple(
        (one.id, element_name(catalogue, venue, one.id))
        for one in venue.elements
        if one.kind != VENUE_KIND and not index.is_part(one)
    )
    filled = max((number for number, leg in enumerate(picked, start=1) if leg), default=0)
    count = min(MOST_LEGS, filled + SPARE_LEGS + more)
    padded = (*picked, *[""] * count)[:count]
    names = dict(options)
    page = RoutePage(
        place=opened.place,
        form=form,
        destination=destination.nl,
        target=names.get(origin[0], ""),
        legs=tuple(LegChoice(number, f"{LEG}-{number}", leg) for number, leg in enumerate(padded, start=1)),
        options=options,
        is_new=all(one.id != origin[1] for one in venue.routes),
        back_path=routes_path(opened.venue_id),
    )
    return render(request, "survey/route.html", page, status=status)
