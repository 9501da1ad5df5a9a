"""Fetch one address through Scrapy: guarded, paced, bounded; what goes wrong comes back as a reason."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    StopDownload,
)
from scrapy.http import Response, TextResponse
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

from crawler import guard
from crawler.canonical import canonical, host_and_port
from crawler.errors import AddressRefused
from crawler.model import Reason

REDIRECTS = frozenset({301, 302, 303, 307, 308})
HTML_TYPES = ("text/html", "application/xhtml+xml")
# How a page without a content type may begin (a part of the MIME Sniffing Standard, 7.1).
_HTML_BEGINS = (b"<!doctype html", b"<html", b"<head", b"<title", b"<body", b"<h1", b"<div", b"<p>", b"<table")
# Answers by which a site asks for rest; the pause doubles with each, up to this many seconds.
BUSY = frozenset({429, 503})
MAX_PAUSE_S = 60.0
# A second try, after a pause, for what is often over in a moment.
_PASSING = frozenset({Reason.UNREACHABLE, Reason.TIMEOUT_NAV})
_PASSING_STATUS = frozenset({408, 502, 504})
_TRIES = 2
# Redirects of an address to itself (a cookie, a session mark, another spelling) that are followed.
_MAX_SELF_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an address gave no answer."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Move:
    """A redirect to another address, canonical; "" when it leads to no web address."""

    url: str
    http_status: int
    location: str


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing runs that could be cancelled."""


@implementer(IHostnameResolver)
class Door:
    """Lets connections out to addresses that the guard has checked, and to the very IP that it checked.

    It takes the place of the resolver: Twisted asks it for every connection, IP literals too.
    """

    def __init__(self, allow: frozenset[str]) -> None:
        self._allow = allow
        self._open: dict[tuple[str, int], str] = {}

    async def admit(self, host: str, port: int) -> None:
        """Check a host once; raises `AddressRefused` or `OSError` (no such name)."""
        if (host, port) not in self._open:
            self._open[host, port] = await asyncio.to_thread(guard.resolve, host, port, self._allow)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: ARG002, N803
        transportSemantics: Any = "TCP",  # noqa: N803
    ) -> Any:
        """Answer Twisted: the checked address, or none at all."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        ip = self._open.get((hostName.lower(), portNumber))
        if ip is not None:
            kind = IPv6Address if ":" in ip else IPv4Address
            resolutionReceiver.addressResolved(kind(transportSemantics, ip, portNumber))
        resolutionReceiver.resolutionComplete()
        return resolution


class Fetcher:
    """All requests of one crawl: `concurrency` at a time, `delay_s` to half as much more between their beginnings."""

    def __init__(self, crawler: Crawler, allow: frozenset[str], *, concurrency: int, delay_s: float) -> None:
        from twisted.internet import reactor

        self._engine = crawler.engine
        self._door = Door(allow)
        self._slots = asyncio.Semaphore(concurrency)
        self._turn = asyncio.Lock()
        self._chance = random.Random()
        self._next_at = 0.0
        self.delay_s = delay_s
        reactor.installNameResolver(self._door)
        crawler.signals.connect(_stop_what_is_no_page, signal=signals.headers_received)

    async def refusal(self, url: str) -> Failure | None:
        """Why the guard would not let this address be asked; None when it would. Nothing is asked."""
        try:
            await self._door.admit(*host_and_port(url))
        except (AddressRefused, OSError) as error:
            return _failure(error)
        return None

    async def get(
        self, url: str, *, is_page: bool = False, may_ask: Callable[[], bool] = lambda: True
    ) -> Response | Move | Failure | None:
        """What an address answers, tried twice when the first failure may pass; of a page only HTML is downloaded.

        Redirects to the address itself are followed, with the cookies that they set (some sites try a reader so);
        nothing is kept afterwards. Other redirects come back. None when `may_ask` says no in the end.
        """
        async with self._slots:
            answer: Response | Move | Failure | None = None
            for _ in range(_TRIES):
                if not may_ask():
                    return answer
                answer = await self._follow(url, is_page)
                if not _may_pass(answer):
                    break
            return answer

    async def _follow(self, url: str, is_page: bool) -> Response | Move | Failure:
        asked = url
        cookies: dict[str, str] = {}
        for _ in range(_MAX_SELF_REDIRECTS + 1):
            answer = await self._once(asked, is_page, cookies)
            if isinstance(answer, Failure):
                return answer
            location = _location(answer)
            if location is None:
                return answer
            target = canonical(location, base=answer.url)
            if target != canonical(url):
                return Move(target or "", answer.status, location)
            asked, cookies = _absolute(location, answer.url), cookies | _cookies(answer)
        return Failure(Reason.REDIRECT_LOOP, f"{url} leads to itself")

    async def _once(self, url: str, is_page: bool, cookies: dict[str, str]) -> Response | Failure:
        refused = await self.refusal(url)
        if refused:
            return refused
        await self._pace()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
        try:
            response = await self._engine.download_async(Request(url, headers=headers, meta={"is_page": is_page}))
        except Exception as error:  # noqa: BLE001 whatever the network and its libraries raise is a fact of this address
            return _failure(error)
        self._heed(response)
        return response

    async def _pace(self) -> None:
        async with self._turn:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, self._next_at - loop.time()))
            self._next_at = loop.time() + self.delay_s * self._chance.uniform(1.0, 1.5)

    def _heed(self, response: Response) -> None:
        """Slow down for a site that asks for it."""
        if response.status in BUSY:
            wished = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
            asked_s = float(wished) if wished.isdigit() else 0.0
            self.delay_s = min(MAX_PAUSE_S, max(self.delay_s * 2, asked_s))


def is_html(response: Response) -> bool:
    """True for HTML by its content type, or by its first bytes when it names none."""
    if content_type(response):
        return content_type(response) in HTML_TYPES
    head = response.body[:1_000].lstrip().lower()
    return head.startswith(_HTML_BEGINS) or b"<html" in head


def content_type(response: Response) -> str:
    """The media type without its parameters, "" when there is none."""
    return (response.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()


def text_of(response: Response) -> str:
    """The body as text, decoded by header, declaration or guess."""
    return response.text if isinstance(response, TextResponse) else response.body.decode("utf-8", "replace")


def _stop_what_is_no_page(headers: Any, request: Request, **_: Any) -> None:
    """Spare the site the download of what turns out to be no page."""
    kind = (headers.get("Content-Type") or b"text/html").lower()
    if request.meta.get("is_page") and not kind.startswith((b"text/html", b"application/xhtml")):
        raise StopDownload(fail=False)


def _may_pass(answer: Response | Move | Failure) -> bool:
    if isinstance(answer, Failure):
        return answer.reason in _PASSING
    return isinstance(answer, Response) and answer.status in _PASSING_STATUS


def _location(response: Response) -> str | None:
    raw = response.headers.get("Location")
    if response.status not in REDIRECTS or not raw:
        return None
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def _cookies(response: Response) -> dict[str, str]:
    pairs = (raw.decode("latin-1").partition(";")[0].partition("=") for raw in response.headers.getlist("Set-Cookie"))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def _absolute(location: str, base: str) -> str:
    """A redirect of an address to itself as the site spells it, for the spelling may be what it wants."""
    return urldefrag(urljoin(base, location)).url


_BY_TYPE: tuple[tuple[tuple[type[Exception], ...], Reason, str], ...] = (
    ((AddressRefused,), Reason.PRIVATE_ADDRESS, ""),
    ((socket.gaierror, CannotResolveHostError), Reason.DNS, "the name does not exist"),
    ((DownloadConnectionRefusedError,), Reason.UNREACHABLE, "the connection was refused"),
    ((DownloadTimeoutError, TimeoutError), Reason.TIMEOUT_NAV, "no answer in time"),
    ((DownloadCancelledError, IgnoreRequest), Reason.TOO_LARGE, "the answer is larger than allowed"),
)


def _failure(error: Exception) -> Failure:
    for types, reason, text in _BY_TYPE:
        if isinstance(error, types):
            return Failure(reason, text or str(error))
    if any(mark in repr(error) for mark in ("SSL", "TLS", "certificate")):
        return Failure(Reason.TLS, "no secure connection could be made")
    return Failure(Reason.UNREACHABLE, f"the connection failed ({type(error).__name__})")
