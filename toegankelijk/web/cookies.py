"""The two cookies: the session of a signed-in person, and the anonymous mark that the sign-in form is bound to."""

from __future__ import annotations

import secrets
from typing import cast

from fastapi import Request
from starlette.responses import Response

from toegankelijk.web.context import settings_of

SESSION = "sessie"
VISIT = "bezoek"


def cookie_name(request: Request, name: str) -> str:
    """On https with the prefix `__Host-`: no other host of the domain can plant the cookie."""
    return f"__Host-{name}" if settings_of(request).secure_cookies else name


def read_cookie(request: Request, name: str) -> str:
    """What the browser sent, or nothing."""
    return request.cookies.get(cookie_name(request, name), "")


def set_session(request: Request, response: Response, token: str) -> None:
    """Hand the browser its session; the anonymous cookie has done its work."""
    _set(request, response, SESSION, token, max_age=settings_of(request).session_hours * 3600)
    _drop(request, response, VISIT)


def clear_session(request: Request, response: Response) -> None:
    """Take the session back from the browser."""
    _drop(request, response, SESSION)


def visit_of(request: Request) -> str:
    """The anonymous mark of this browser; a new one is remembered until the answer is sent."""
    known = read_cookie(request, VISIT)
    if known:
        return known
    if not hasattr(request.state, "new_visit"):
        request.state.new_visit = secrets.token_urlsafe(32)
    return cast(str, request.state.new_visit)


def keep_visit(request: Request, response: Response) -> None:
    """Give the browser the new mark, when the page that is sent was bound to one."""
    if hasattr(request.state, "new_visit"):
        _set(request, response, VISIT, request.state.new_visit, max_age=None)


def _set(request: Request, response: Response, name: str, value: str, *, max_age: int | None) -> None:
    response.set_cookie(
        cookie_name(request, name),
        value,
        max_age=max_age,
        path="/",
        secure=settings_of(request).secure_cookies,
        httponly=True,
        samesite="lax",
    )


def _drop(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(
        cookie_name(request, name),
        path="/",
        secure=settings_of(request).secure_cookies,
        httponly=True,
        samesite="lax",
    )
