"""Add an element to a venue, name it, say where it is, and take it away again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from labels.definitions import VENUE_KIND, Kind, Passing
from labels.describe import element_name
from labels.model import Element
from labels.survey import Survey
from toegankelijk.errors import UnknownRecord
from toegankelijk.reports.texts import load_texts
from toegankelijk.surveys import ElementEntry, SurveyConflict, SurveyEntry, SurveyError
from toegankelijk.web.forms import KEY_FIELD, Form, empty_form, has_submission_key, refused_form
from toegankelijk.web.surveys.desk import Place, element_path
from toegankelijk.web.surveys.opening import (
    READING,
    Opened,
    Posted,
    Reader,
    hand_in,
    open_to_change,
    today_of,
)
from toegankelijk.web.view import render

NAME, FLOOR, PARENT = "name", "floor", "parent_id"
FIELDS = (NAME, FLOOR, PARENT)
NAME_MAX = 100
LOWEST, HIGHEST = -9, 99

router = APIRouter(prefix="/opmetingen/{venue_id}/onderdelen")


@dataclass(frozen=True, slots=True)
class ElementPage:
    """The form with the name and the place of an element; `added_with` are parts that come along with a new one."""

    place: Place
    form: Form
    kind: str
    how: str
    name: str
    back_path: str
    asks_floor: bool
    parents: tuple[tuple[str, str], ...]
    is_part: bool
    added_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetirePage:
    """What goes with an element when it is taken away."""

    place: Place
    form: Form
    name: str
    back_path: str
    parts: tuple[str, ...]
    routes: tuple[str, ...]


@router.api_route("/nieuw", methods=READING)
def show_add(request: Request, reader: Reader, venue_id: UUID, soort: str = "", bij: str = "") -> HTMLResponse:
    """The form for a new element of a kind, with a name to start from."""
    opened = open_to_change(request, reader, venue_id)
    kind = _kind_to_add(opened, soort)
    values = {NAME: _suggest_name(opened, kind, bij), FLOOR: "0" if _asks_floor(kind) else "", PARENT: bij}
    return _show_add(request, opened, kind, empty_form(reader.csrf_token, values), 200)


@router.post("/nieuw")
def post_add(request: Request, reader: Reader, venue_id: UUID, posted: Posted, soort: str = "") -> Response:
    """Add the element, with the parts that it cannot do without."""
    opened = open_to_change(request, reader, venue_id)
    kind = _kind_to_add(opened, soort)
    problems = _problems(opened, kind, posted)

    def refuse(found: list[tuple[str, str]]) -> HTMLResponse:
        form = refused_form(posted, reader.csrf_token, found, fields=FIELDS)
        return _show_add(request, opened, kind, form, 422)

    if problems:
        return refuse(problems)
    key = UUID(posted[KEY_FIELD])
    new = ElementEntry(str(uuid5(key, kind.id)), kind.id, *_name_and_place(kind, posted))
    parts = (_part_of_new(opened, new, part, key) for part in kind.needs_parts)
    return hand_in(
        request,
        opened,
        posted,
        SurveyEntry(measured_on=today_of(request), elements=(new, *parts)),
        refuse=lambda error: refuse(_told(error)),
        done=(element_path(venue_id, new.id), "element-added"),
    )


@router.api_route("/{element_id}/naam", methods=READING)
def show_rename(request: Request, reader: Reader, venue_id: UUID, element_id: UUID) -> HTMLResponse:
    """The form with the present name and place."""
    opened = open_to_change(request, reader, venue_id)
    element = _own_element(opened, element_id)
    values = {
        NAME: element_name(opened.catalogue, opened.survey.venue, element.id),
        FLOOR: "" if element.floor is None else str(element.floor),
        PARENT: element.parent_id or "",
    }
    return _show_rename(request, opened, element, empty_form(reader.csrf_token, values), 200)


@router.post("/{element_id}/naam")
def post_rename(request: Request, reader: Reader, venue_id: UUID, element_id: UUID, posted: Posted) -> Response:
    """Give the element another name or place."""
    opened = open_to_change(request, reader, venue_id)
    element = _own_element(opened, element_id)
    kind = opened.catalogue.kinds[element.kind]
    problems = _problems(opened, kind, posted, but=element.id)

    def refuse(found: list[tuple[str, str]]) -> HTMLResponse:
        form = refused_form(posted, reader.csrf_token, found, fields=FIELDS)
        return _show_rename(request, opened, element, form, 422)

    if problems:
        return refuse(problems)
    entry = ElementEntry(element.id, element.kind, *_name_and_place(kind, posted))
    return hand_in(
        request,
        opened,
        posted,
        SurveyEntry(measured_on=today_of(request), elements=(entry,)),
        refuse=lambda error: refuse(_told(error)),
        done=(element_path(venue_id, element.id), "element-renamed"),
    )


@router.api_route("/{element_id}/weghalen", methods=READING)
def show_retire(request: Request, reader: Reader, venue_id: UUID, element_id: UUID) -> HTMLResponse:
    """What goes away with the element, and the question whether it should."""
    opened = open_to_change(request, reader, venue_id)
    return _show_retire(request, opened, _own_element(opened, element_id), empty_form(reader.csrf_token), 200)


@router.post("/{element_id}/weghalen")
def post_retire(request: Request, reader: Reader, venue_id: UUID, element_id: UUID, posted: Posted) -> Response:
    """Take the element away, with its parts and the routes that pass it; its answers stay in the history."""
    opened = open_to_change(request, reader, venue_id)
    if not has_submission_key(posted):
        form = refused_form(posted, reader.csrf_token, [("", "form-expired")], fields=())
        return _show_retire(request, opened, _own_element(opened, element_id), form, 422)

    def refuse(error: SurveyError | SurveyConflict) -> Response:
        raise UnknownRecord(f"The venue {venue_id} has no element {element_id} to take away: {error}")

    # One that is gone already is no mistake: the form may have been sent twice.
    entry = SurveyEntry(measured_on=today_of(request), retired=frozenset({str(element_id)}))
    return hand_in(request, opened, posted, entry, refuse=refuse, done=(opened.place.path, "element-retired"))


# What was posted


def _problems(opened: Opened, kind: Kind, posted: Mapping[str, str], *, but: str = "") -> list[tuple[str, str]]:
    """(field, key of the message) for everything that is wrong with a posted name and place."""
    checks = [
        ("", "form-expired", has_submission_key(posted)),
        (NAME, "element-name-missing", bool(posted.get(NAME, "").strip())),
        (NAME, "element-name-long", len(posted.get(NAME, "")) <= NAME_MAX),
        (NAME, "element-name-taken", not _is_taken(opened, kind, posted, but)),
        (FLOOR, "floor-invalid", not _asks_floor(kind) or _is_floor(posted.get(FLOOR, ""))),
        (PARENT, "choice-missing", posted.get(PARENT, "") in dict(_parents(opened, kind))),
    ]
    return [(field, key) for field, key, is_right in checks if not is_right]


def _is_taken(opened: Opened, kind: Kind, posted: Mapping[str, str], but: str) -> bool:
    """Two elements of a kind with one name cannot be told apart on any page; but sending a form twice is no double."""
    name = posted.get(NAME, "").strip().casefold()
    own = {but, str(uuid5(UUID(posted[KEY_FIELD]), kind.id)) if has_submission_key(posted) else ""}
    return any(
        one.kind == kind.id and one.id not in own and one.name.casefold() == name
        for one in opened.survey.venue.elements
    )


def _is_floor(typed: str) -> bool:
    try:
        return not typed.strip() or LOWEST <= int(typed) <= HIGHEST
    except ValueError:
        return False


def _name_and_place(kind: Kind, posted: Mapping[str, str]) -> tuple[str, str | None, int | None]:
    """Name, parent and floor as they were posted; they have been checked."""
    typed = posted.get(FLOOR, "").strip() if _asks_floor(kind) else ""
    return " ".join(posted[NAME].split()), posted.get(PARENT) or None, int(typed) if typed else None


def _told(error: SurveyError | SurveyConflict) -> list[tuple[str, str]]:
    if isinstance(error, SurveyError):
        return [(one.field, one.key) for one in error.problems]
    return [("", "changed-meanwhile")]


# What is shown


def _show_add(request: Request, opened: Opened, kind: Kind, form: Form, status: int) -> HTMLResponse:
    kinds = opened.catalogue.kinds
    page = replace(
        _page(opened, kind, form, name="", back_path=opened.place.path),
        added_with=tuple(kinds[part].nl for part in kind.needs_parts),
    )
    return render(request, "survey/add_element.html", page, status=status)


def _show_rename(request: Request, opened: Opened, element: Element, form: Form, status: int) -> HTMLResponse:
    kind = opened.catalogue.kinds[element.kind]
    name = element_name(opened.catalogue, opened.survey.venue, element.id)
    page = _page(opened, kind, form, name=name, back_path=element_path(opened.venue_id, element.id))
    return render(request, "survey/rename_element.html", page, status=status)


def _page(opened: Opened, kind: Kind, form: Form, *, name: str, back_path: str) -> ElementPage:
    return ElementPage(
        place=opened.place,
        form=form,
        kind=kind.nl,
        how=kind.how,
        name=name,
        back_path=back_path,
        asks_floor=_asks_floor(kind),
        parents=_parents(opened, kind),
        is_part=bool(kind.part_of),
    )


def _show_retire(request: Request, opened: Opened, element: Element, form: Form, status: int) -> HTMLResponse:
    catalogue, venue = opened.catalogue, opened.survey.venue
    parts = Survey(catalogue, venue).parts_of(element.id)
    page = RetirePage(
        place=opened.place,
        form=form,
        name=element_name(catalogue, venue, element.id),
        back_path=element_path(opened.venue_id, element.id),
        parts=tuple(element_name(catalogue, venue, part.id) for part in parts),
        routes=tuple(
            " → ".join(element_name(catalogue, venue, leg) for leg in route.legs)
            for route in venue.routes
            if element.id in route.legs
        ),
    )
    return render(request, "survey/retire_element.html", page, status=status)


def _kind_to_add(opened: Opened, kind_id: str) -> Kind:
    """The kind to add one of, or `UnknownRecord` when this type of venue has no such thing."""
    known_type = opened.catalogue.venue_types[opened.survey.venue.venue_type]
    kind = opened.catalogue.kinds.get(kind_id)
    if kind is None or kind.id not in known_type.kinds or kind.id == VENUE_KIND:
        raise UnknownRecord(f"A {known_type.id} has no elements of kind {kind_id[:40]!r}.")
    return kind


def _own_element(opened: Opened, element_id: UUID) -> Element:
    """An element that can be named and taken away: any but the venue itself."""
    element = opened.element(str(element_id))
    if element.kind == VENUE_KIND:
        raise UnknownRecord("The venue itself is no element to rename.")
    return element


def _asks_floor(kind: Kind) -> bool:
    """Whether it has a floor of its own: a part is where its whole is, a lift is on several, a path is outside."""
    return not kind.part_of and not kind.leads_to and kind.passing is not Passing.FLOORS


def _parents(opened: Opened, kind: Kind) -> tuple[tuple[str, str], ...]:
    """What an element of this kind may belong or lead to; nothing at all only where it need not."""
    wanted = (*kind.part_of, *kind.leads_to)
    catalogue, venue = opened.catalogue, opened.survey.venue
    found = [(one.id, element_name(catalogue, venue, one.id)) for one in venue.elements if one.kind in wanted]
    return tuple(found) if kind.part_of else (("", load_texts().word("choice", "leads-nowhere")), *found)


def _suggest_name(opened: Opened, kind: Kind, parent_id: str) -> str:
    parent = dict(_parents(opened, kind)).get(parent_id, "") if parent_id else ""
    name = load_texts().pattern("part", kind=kind.nl, whole=parent) if parent else kind.nl
    taken = {one.name.casefold() for one in opened.survey.venue.elements if one.kind == kind.id}
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one.casefold() not in taken)[:NAME_MAX]


def _part_of_new(opened: Opened, whole: ElementEntry, part: str, key: UUID) -> ElementEntry:
    name = load_texts().pattern("part", kind=opened.catalogue.kinds[part].nl, whole=whole.name)
    return ElementEntry(str(uuid5(key, part)), part, name[: NAME_MAX * 2], whole.id)
