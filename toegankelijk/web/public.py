"""Pages for everybody: what this is, the lists of municipalities and organisations, our scanner, ourselves."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from sqlalchemy import text as sql

from crawler.settings import USER_AGENT_TOKEN, ScanSettings
from toegankelijk.accounts import Principal
from toegankelijk.registry import BodyView, body_kinds, example_bodies, provinces, search_bodies
from toegankelijk.reports.municipality import body_path
from toegankelijk.reports.texts import load_texts
from toegankelijk.web.access import may_read_report, principal_or_none
from toegankelijk.web.context import database_of, settings_of
from toegankelijk.web.view import Pager, make_pager, page_number, render

READING = ["GET", "HEAD"]
MUNICIPALITY = "municipality"
UNASSIGNED = "unassigned"
PER_PAGE = 50
SEARCH_LIMIT = 100

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class ExampleLink:
    """The fictitious body, whose report everybody may read."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the home page needs."""

    examples: tuple[ExampleLink, ...]


@dataclass(frozen=True, slots=True)
class BodyItem:
    """One line of a list of bodies."""

    name: str
    path: str
    kind: str
    province: str
    nis_code: str
    is_demo: bool
    may_read: bool


@dataclass(frozen=True, slots=True)
class BodiesPage:
    """A page of a list of bodies with what was searched for."""

    path: str
    is_municipalities: bool
    text: str
    province: str
    kind: str
    provinces: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    items: tuple[BodyItem, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class ServicePage:
    """What we tell of ourselves."""

    public_url: str
    agent: str
    agent_suffix: str
    contact_email: str


@router.api_route("/", methods=READING)
def show_home(request: Request) -> HTMLResponse:
    """What this is, and the way to a municipality."""
    with database_of(request).reading() as session:
        examples = example_bodies(session)
    links = tuple(ExampleLink(body.name, body_path(body)) for body in examples)
    return render(request, "pages/home.html", HomePage(links))


@router.api_route("/gemeenten", methods=READING)
def list_municipalities(request: Request, zoek: str = "", provincie: str = "", pagina: str = "1") -> HTMLResponse:
    """Municipalities by name or NIS code and by province."""
    return _list_bodies(request, "/gemeenten", text=zoek, province=provincie, kind=MUNICIPALITY, number=pagina)


@router.api_route("/organisaties", methods=READING)
def list_organisations(
    request: Request, zoek: str = "", provincie: str = "", soort: str = "", pagina: str = "1"
) -> HTMLResponse:
    """All public bodies, municipalities among them."""
    return _list_bodies(request, "/organisaties", text=zoek, province=provincie, kind=soort, number=pagina)


@router.api_route("/scanner", methods=READING)
def show_scanner(request: Request) -> HTMLResponse:
    """Who scans, what the scanner does and never does, how to hold it off."""
    return render(request, "pages/scanner.html", _service(request))


@router.api_route("/over", methods=READING)
def show_about(request: Request) -> HTMLResponse:
    """What a screening is, and what it can and cannot say."""
    return render(request, "pages/about.html", _service(request))


@router.api_route("/toegankelijkheid", methods=READING)
def show_accessibility(request: Request) -> HTMLResponse:
    """Our own statement: a draft, and says so."""
    return render(request, "pages/accessibility.html", _service(request))


@router.api_route("/gezondheid", methods=READING)
def show_health(request: Request) -> PlainTextResponse:
    """For a monitor: answers when application and database do."""
    with database_of(request).reading() as session:
        session.execute(sql("SELECT 1"))
    return PlainTextResponse("in orde\n")


@router.api_route("/robots.txt", methods=READING)
def show_robots() -> PlainTextResponse:
    """Search engines may read what is public."""
    return PlainTextResponse("User-agent: *\nDisallow: /beheer\nDisallow: /opmetingen\nDisallow: /aanmelden\n")


def _list_bodies(request: Request, path: str, *, text: str, province: str, kind: str, number: str) -> HTMLResponse:
    wanted = text.strip()[:SEARCH_LIMIT]
    is_municipalities = path == "/gemeenten"
    with database_of(request).reading() as session:
        found = search_bodies(
            session, text=wanted, kind=kind, province=province, page=page_number(number), per_page=PER_PAGE
        )
        known_provinces = provinces(session)
        known_kinds = [] if is_municipalities else body_kinds(session)
    texts = load_texts()
    query = {"zoek": wanted, "provincie": province} | ({} if is_municipalities else {"soort": kind})
    page = BodiesPage(
        path=path,
        is_municipalities=is_municipalities,
        text=wanted,
        province=province,
        kind=kind,
        provinces=(("", texts.word("choice", "all-provinces")), *((name, name) for name in known_provinces)),
        kinds=_kind_options(known_kinds),
        items=tuple(_item(body, principal_or_none(request)) for body in found.items),
        pager=make_pager(path, query, number=found.page, pages=found.pages, total=found.total),
    )
    return render(request, "pages/bodies.html", page)


def _kind_options(kinds: list[str]) -> tuple[tuple[str, str], ...]:
    if not kinds:
        return ()
    texts = load_texts()
    named = sorted(
        ((kind, texts.body_kind(kind).many) for kind in kinds if kind != UNASSIGNED), key=lambda pair: pair[1]
    )
    return (("", texts.word("choice", "all-kinds")), *named)


def _item(body: BodyView, principal: Principal | None) -> BodyItem:
    return BodyItem(
        name=body.name,
        path=body_path(body),
        kind=load_texts().body_kind(body.kind).one,
        province=body.province,
        nis_code=body.nis_code or "",
        is_demo=body.is_demo,
        may_read=may_read_report(principal, body),
    )


def _service(request: Request) -> ServicePage:
    settings = settings_of(request)
    suffix = ScanSettings(info_url=f"{settings.public_url}/scanner").user_agent_suffix
    return ServicePage(settings.public_url, USER_AGENT_TOKEN, suffix, settings.contact_email)
