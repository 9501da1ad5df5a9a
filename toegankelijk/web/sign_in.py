"""Sign in and out: a new session at every sign-in, a brake on guessing, the way back to where one was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from toegankelijk.accounts import Principal, SignedIn, sign_in, sign_out
from toegankelijk.web.access import local_path, principal_or_none, visitor_of
from toegankelijk.web.context import database_of, now_of, settings_of, throttle_of
from toegankelijk.web.cookies import clear_session, set_session
from toegankelijk.web.csrf import csrf_token_for, posted_values
from toegankelijk.web.errors import error_page
from toegankelijk.web.forms import Form, empty_form, refused_form
from toegankelijk.web.view import after_post, render

READING = ["GET", "HEAD"]
Posted = Annotated[dict[str, str], Depends(posted_values)]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form, and where to go afterwards."""

    form: Form
    next_path: str


@router.api_route("/aanmelden", methods=READING)
def show_sign_in(request: Request, verder: str = "/") -> Response:
    """The form; somebody who is signed in already goes on."""
    if principal_or_none(request) is not None:
        return RedirectResponse(local_path(verder), status_code=303)
    return _show(request, empty_form(csrf_token_for(request)), verder)


@router.post("/aanmelden")
def post_sign_in(request: Request, posted: Posted) -> Response:
    """Open a session for the right address and password."""
    missing = [(name, f"{name}-missing") for name in ("email", "password") if not posted.get(name, "").strip()]
    if missing:
        return _refuse(request, posted, missing)
    address = request.client.host if request.client else ""
    wait_s = throttle_of(request).seconds_to_wait(address, posted["email"])
    if wait_s:
        return error_page(request, 429, headers={"Retry-After": str(wait_s)})
    opened = _sign_in(request, posted)
    if opened is None:
        return _refuse(request, posted, [("password", "sign-in-failed")])
    throttle_of(request).forgive(address, posted["email"])
    response = after_post(_first_page(opened.principal, local_path(posted.get("next", "/"))), "signed-in")
    set_session(request, response, opened.token)
    return response


@router.post("/afmelden")
def post_sign_out(request: Request) -> Response:
    """Close the session on the server, then forget it here."""
    token = visitor_of(request).token
    with database_of(request).writing() as session:
        sign_out(session, token, now=now_of(request))
    response = after_post("/", "signed-out")
    clear_session(request, response)
    return response


def _sign_in(request: Request, posted: dict[str, str]) -> SignedIn | None:
    """A session that was open in this browser ends: nobody keeps two, and a token from before is worth nothing."""
    lifetime = timedelta(hours=settings_of(request).session_hours)
    now = now_of(request)
    with database_of(request).writing() as session:
        opened = sign_in(session, email=posted["email"], password=posted["password"], now=now, lifetime=lifetime)
        if opened is not None and visitor_of(request).token:
            sign_out(session, visitor_of(request).token, now=now)
    return opened


def _first_page(principal: Principal, wanted: str) -> str:
    """Where somebody wanted to go; who comes to measure or to review and named nothing goes to the surveys."""
    is_at_work = principal.has("surveyor") or principal.has("reviewer")
    return "/opmetingen" if wanted == "/" and is_at_work else wanted


def _refuse(request: Request, posted: dict[str, str], problems: list[tuple[str, str]]) -> HTMLResponse:
    form = refused_form(posted, csrf_token_for(request), problems, fields=("email", "password"))
    return _show(request, form, posted.get("next", "/"), status=422)


def _show(request: Request, form: Form, next_path: str, *, status: int = 200) -> HTMLResponse:
    return render(request, "pages/sign_in.html", SignInPage(form, local_path(next_path)), status=status)
