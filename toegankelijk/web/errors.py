"""Every refusal and every mistake as a page, or as JSON for a program, with the right status and nothing leaked."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from toegankelijk.errors import DatabaseUnavailable, NotPermitted, UnknownRecord
from toegankelijk.reports.texts import load_texts
from toegankelijk.web.access import NotAllowed, SignInNeeded, local_path, principal_or_none
from toegankelijk.web.context import settings_of
from toegankelijk.web.csrf import CsrfRefused
from toegankelijk.web.headers import security_headers
from toegankelijk.web.typed import typed_in_words
from toegankelijk.web.view import Shell, render, render_page, stylesheet_path

log = logging.getLogger(__name__)

API_ERRORS = {
    404: ("not-found", "There is nothing here. Published venues are listed under /api/v1/venues."),
    405: ("method-not-allowed", "This can only be read: use GET."),
    413: ("too-large", "The request is too large."),
    422: ("invalid", "A parameter cannot be read."),
    500: ("broken", "Something went wrong on our side. Try again later."),
    503: ("unavailable", "The data cannot be reached for a moment. Try again in a few minutes."),
}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong and what to do; `answers` are what a person had typed, so that it is not lost."""

    title: str
    explanation: str
    advice: str
    answers: tuple[tuple[str, str], ...] = ()
    back_path: str = ""


def add_error_pages(app: FastAPI) -> None:
    """Answer every kind of trouble with a page of ours."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(UnknownRecord, _unknown)
    app.add_exception_handler(SignInNeeded, _sign_in_needed)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(NotPermitted, _not_allowed)
    app.add_exception_handler(CsrfRefused, _csrf_refused)
    app.add_exception_handler(DatabaseUnavailable, _database_unavailable)
    app.add_exception_handler(Exception, _broken)


def error_page(
    request: Request,
    status: int,
    *,
    code: str = "",
    headers: Mapping[str, str] | None = None,
    answers: Iterable[tuple[str, str]] = (),
    back_path: str = "",
) -> HTMLResponse:
    """The page for a status, or for a more precise code."""
    words = load_texts().error(code or str(status))
    page = ErrorPage(words.title, words.explanation, words.advice, tuple(answers), back_path)
    return render(request, "pages/error.html", page, status=status, headers=headers)


def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if _is_for_programs(request):
        return _json_error(error.status_code, headers=error.headers)
    return error_page(request, error.status_code, headers=error.headers)


def _unreadable(request: Request, error: Exception) -> Response:
    """A path that cannot be an id names nothing; anything else is a question we cannot read."""
    if _is_for_programs(request) and isinstance(error, RequestValidationError):
        problems = (f"{'.'.join(str(part) for part in row['loc'])}: {row['msg']}" for row in error.errors())
        return _json_error(422, message="; ".join(problems))
    in_path = isinstance(error, RequestValidationError) and any(row["loc"][0] == "path" for row in error.errors())
    return error_page(request, 404 if in_path else 400)


def _unknown(request: Request, _: Exception) -> Response:
    if _is_for_programs(request):
        return _json_error(404)
    return error_page(request, 404)


def _sign_in_needed(request: Request, _: Exception) -> Response:
    target = request.url.path if request.method in ("GET", "HEAD") else "/beheer"
    return RedirectResponse(f"/aanmelden?verder={quote(target, safe='')}", status_code=303)


def _not_allowed(request: Request, _: Exception) -> Response:
    return error_page(request, 403)


def _csrf_refused(request: Request, error: Exception) -> Response:
    if request.url.path == "/afmelden" and principal_or_none(request) is None:
        return RedirectResponse("/", status_code=303)  # signed out already, in another tab or by time
    answers = error.answers if isinstance(error, CsrfRefused) else {}
    typed = typed_in_words(answers)
    back = local_path(urlsplit(request.headers.get("referer", "")).path)
    return error_page(request, 403, code="csrf", answers=typed, back_path=back if back != "/" else "")


def _database_unavailable(request: Request, error: Exception) -> Response:
    log.error("The database is unavailable: %s", error)
    return _bare_page(request, 503)


def _broken(request: Request, _: Exception) -> Response:
    return _bare_page(request, 500)


def _bare_page(request: Request, status: int) -> Response:
    """A page that asks nothing of the database, with its own headers: it may be sent outside of everything."""
    headers = security_headers(is_https=settings_of(request).secure_cookies) | {"Cache-Control": "no-store"}
    if _is_for_programs(request):
        return _json_error(status, headers=headers)
    words = load_texts().error(str(status))
    shell = Shell(
        path=request.url.path,
        person="",
        may_manage=False,
        may_survey=False,
        csrf_token="",
        notice="",
        stylesheet=stylesheet_path(),
        hide_from_search=True,
    )
    body = render_page("pages/error.html", ErrorPage(words.title, words.explanation, words.advice), shell)
    return HTMLResponse(body, status_code=status, headers=headers)


def _is_for_programs(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _json_error(status: int, *, message: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The one shape of every refusal of the interface."""
    code, explanation = API_ERRORS.get(status, ("refused", "The interface cannot answer this."))
    body = {"status": status, "error": code, "message": message or explanation}
    return JSONResponse(body, status_code=status, headers=dict(headers or {}))
