"""Put a typed page object in its template, inside the frame that all pages share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from toegankelijk.reports.templating import STYLESHEET, template_environment
from toegankelijk.reports.texts import load_texts
from toegankelijk.web.access import may_manage, may_open_surveys, principal_or_none
from toegankelijk.web.cookies import keep_visit
from toegankelijk.web.csrf import csrf_token_for

NOTICE_PARAMETER = "gedaan"
PAGE_PARAMETER = "pagina"


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame of a page needs to know."""

    path: str
    person: str
    may_manage: bool
    may_survey: bool
    csrf_token: str
    notice: str
    stylesheet: str
    hide_from_search: bool


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page of a list."""

    number: int
    path: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a list a page stands; `links` is empty when everything fits on one."""

    number: int
    pages: int
    total: int
    links: tuple[PageLink, ...]


def render(
    request: Request, template: str, page: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """The answer with this page."""
    principal = principal_or_none(request)
    body = render_page(
        template,
        page,
        Shell(
            path=request.url.path,
            person=principal.name if principal else "",
            may_manage=may_manage(principal),
            may_survey=may_open_surveys(principal),
            csrf_token=csrf_token_for(request) if principal else "",
            notice=_notice(request),
            stylesheet=stylesheet_path(),
            hide_from_search=principal is not None or status != 200,
        ),
    )
    response = HTMLResponse(body, status_code=status, headers=dict(headers or {}))
    keep_visit(request, response)
    return response


def render_page(template: str, page: object, shell: Shell) -> str:
    """The page as text."""
    values: dict[str, Any] = {"page": page, "shell": shell}
    return template_environment().get_template(template).render(values)


def page_number(typed: str) -> int:
    """Which page of a list is asked for; the first when that is no number."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def make_pager(path: str, query: Mapping[str, str], *, number: int, pages: int, total: int) -> Pager:
    """The links of a list: first, last and those around the page that is shown."""
    shown = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)}) if pages > 1 else []
    kept = {name: value for name, value in query.items() if value}
    links = [PageLink(one, f"{path}?{urlencode(kept | {PAGE_PARAMETER: str(one)})}", one == number) for one in shown]
    return Pager(number, pages, total, tuple(links))


def after_post(path: str, notice: str) -> RedirectResponse:
    """Send the browser on after a successful post, so that reloading does not post again."""
    separator = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{separator}{NOTICE_PARAMETER}={notice}", status_code=303)


@cache
def stylesheet_path() -> str:
    """The address of the style sheet with a mark of its content: a new version is never hidden by an old copy."""
    digest = hashlib.sha256(STYLESHEET.read_bytes()).hexdigest()[:12]
    return f"/static/{STYLESHEET.name}?v={digest}"


def _notice(request: Request) -> str:
    code = request.query_params.get(NOTICE_PARAMETER, "")
    return load_texts().words["notice"].get(code, "")
