"""Proof that a post comes from a form of ours: a token of the session, and what the browser says of its origin."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from toegankelijk.web.access import principal_or_none
from toegankelijk.web.context import settings_of
from toegankelijk.web.cookies import VISIT, read_cookie, visit_of
from toegankelijk.web.forms import CSRF_FIELD, SECRET_FIELDS

# A question of a survey has up to seven controls, and a page up to fifty questions.
MAX_FIELDS = 400
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class CsrfRefused(Exception):
    """A post without proof that our own form was sent; `answers` are what the person typed, secrets left out."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers
        super().__init__("the post carried no token of this session")


def csrf_token_for(request: Request) -> str:
    """The token that a form on this page must carry: the session's own, or one bound to an anonymous cookie."""
    principal = principal_or_none(request)
    return principal.csrf_token if principal else _anonymous_token(visit_of(request))


async def guard_posts(request: Request) -> None:
    """Let no change through without a token of this session, nor one that a browser says comes from elsewhere."""
    if request.method in SAFE_METHODS:
        return
    posted = await posted_values(request)
    if not await run_in_threadpool(_is_own_form, request, posted.get(CSRF_FIELD, "")):
        raise CsrfRefused({name: value for name, value in posted.items() if name not in SECRET_FIELDS})


async def posted_values(request: Request) -> dict[str, str]:
    """The fields of a posted form as text; the first value where a name comes twice, uploads left out."""
    return {name: values[0] for name, values in (await posted_lists(request)).items()}


async def posted_lists(request: Request) -> dict[str, tuple[str, ...]]:
    """The fields of a posted form with all their values, in the order of the form; uploads left out."""
    form = await request.form(max_fields=MAX_FIELDS, max_files=0)
    values: dict[str, tuple[str, ...]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            values[name] = (*values.get(name, ()), value)
    return values


def _is_own_form(request: Request, token: str) -> bool:
    if not _is_same_origin(request):
        return False
    principal = principal_or_none(request)
    if principal is not None:
        return _same(token, principal.csrf_token)
    visit = read_cookie(request, VISIT)
    return bool(visit) and _same(token, _anonymous_token(visit))


def _is_same_origin(request: Request) -> bool:
    """What the browser itself says about where the form was; silence is no objection."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    hosts = (request.headers.get("host", ""), urlsplit(settings_of(request).public_url).netloc)
    return origin in {f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts if host}


def _same(given: str, expected: str) -> bool:
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _anonymous_token(visit: str) -> str:
    return hashlib.sha256(b"toegankelijk form " + visit.encode("utf-8", "replace")).hexdigest()
