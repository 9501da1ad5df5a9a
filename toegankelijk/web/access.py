"""Who asks, and what that person may see or change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from fastapi import Request

from toegankelijk.accounts import Principal, find_principal
from toegankelijk.registry import BodyView
from toegankelijk.web.context import database_of, now_of
from toegankelijk.web.cookies import SESSION, read_cookie

ALL = ("all", "")
SURVEY_ROLES = ("surveyor", "reviewer", "inter", "admin")


class SignInNeeded(Exception):
    """A page for people who are signed in, asked for by nobody in particular."""


class NotAllowed(Exception):
    """A page that this person's grants do not open."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The sender of a request; `principal` is None for somebody who is not signed in."""

    principal: Principal | None
    token: str


def visitor_of(request: Request) -> Visitor:
    """Who sent this request; looked up once."""
    if not hasattr(request.state, "visitor"):
        token = read_cookie(request, SESSION)
        request.state.visitor = Visitor(_find_principal(request, token), token)
    return cast(Visitor, request.state.visitor)


def principal_or_none(request: Request) -> Principal | None:
    """The signed-in person, if any."""
    return visitor_of(request).principal


def require_manager(request: Request) -> Principal:
    """The person, when the registry may be changed; else a refusal."""
    principal = principal_or_none(request)
    if principal is None:
        raise SignInNeeded
    if not may_manage(principal):
        raise NotAllowed
    return principal


def may_manage(principal: Principal | None) -> bool:
    """Whether somebody may change the registry."""
    return principal is not None and principal.has("admin", scope=ALL)


def require_survey_reader(request: Request) -> Principal:
    """The person, when surveys are this person's work somewhere; which venues is a question per venue."""
    principal = principal_or_none(request)
    if principal is None:
        raise SignInNeeded
    if not may_open_surveys(principal):
        raise NotAllowed
    return principal


def may_open_surveys(principal: Principal | None) -> bool:
    """Whether the pages of surveys open for somebody, be it for one sector or municipality."""
    return principal is not None and any(principal.has(role) for role in SURVEY_ROLES)


def may_read_report(principal: Principal | None, body: BodyView) -> bool:
    """Whether somebody may read the report on a body: the example is public, any other is for Inter and admins."""
    if body.is_demo:
        return True
    if principal is None:
        return False
    codes = {body.nis_code, *(member.nis_code for member in body.group if member.kind == "municipality")} - {None}
    scopes = [ALL, *(("municipality", str(code)) for code in codes)]
    return any(principal.has(role, scope=scope) for role in ("inter", "admin") for scope in scopes)


def local_path(text: str) -> str:
    """The text when it is a path on this very site, else the home page: a sign-in link never sends people elsewhere."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable() or len(text) > 500:
        return "/"
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else "/"


def _find_principal(request: Request, token: str) -> Principal | None:
    if not token:
        return None
    with database_of(request).reading() as session:
        return find_principal(session, token, now=now_of(request))
