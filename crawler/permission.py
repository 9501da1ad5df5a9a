"""What robots.txt says of pages that are visited without a crawl: one small guarded request per origin."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from crawler.errors import AddressRefused
from crawler.guard import resolve
from crawler.robots import MAX_ROBOTS, Rules, read_rules
from crawler.settings import ScanSettings

# RFC 9309, 2.3.1.2: at least five redirects are followed.
_REDIRECTS = 5
_WAIT_S = 10.0
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Permissions:
    """The rules of every origin that was asked."""

    by_origin: dict[str, Rules]

    def allows(self, url: str) -> bool:
        """True when our scanner may ask this address."""
        return self.by_origin[_origin(url)].allows(url)

    @property
    def crawl_delay_s(self) -> float | None:
        """The longest pause that one of the origins asks for."""
        return max((rules.crawl_delay_s for rules in self.by_origin.values() if rules.crawl_delay_s), default=None)


def ask_permissions(urls: Iterable[str], settings: ScanSettings) -> Permissions:
    """Read the robots.txt of every origin among `urls`.

    An origin that gives no answer counts as open here: the visit itself then tells why nothing answers.
    """
    return Permissions({origin: _rules_of(origin, settings) for origin in {_origin(url) for url in urls}})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _rules_of(origin: str, settings: ScanSettings) -> Rules:
    url = f"{origin}/robots.txt"
    try:
        for _ in range(_REDIRECTS + 1):
            status, body, location = _get(url, settings)
            if not (300 <= status < 400 and location):
                return read_rules(status, body)
            url = urljoin(url, location)
    except (OSError, http.client.HTTPException, AddressRefused, ValueError):
        return Rules()
    return Rules()


def _get(url: str, settings: ScanSettings) -> tuple[int, bytes, str]:
    """Status, the beginning of the body, and where a redirect leads; everything within a bounded time."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{parts.scheme} is not asked")
    end = time.monotonic() + _WAIT_S
    connection = _connect(parts.scheme, parts.hostname or "", parts.port, settings)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Host": parts.netloc, "User-Agent": settings.user_agent_suffix})
        answer = connection.getresponse()
        body = b""
        while len(body) < MAX_ROBOTS and time.monotonic() < end and (part := answer.read1(_CHUNK)):
            body += part
        return answer.status, body, answer.headers.get("Location", "")
    finally:
        connection.close()


def _connect(scheme: str, host: str, port: int | None, settings: ScanSettings) -> http.client.HTTPConnection:
    """A connection to the one address that the guard lets through; names are not looked up a second time."""
    port = port or (443 if scheme == "https" else 80)
    connection = http.client.HTTPConnection(host, port, timeout=_WAIT_S)
    stream = socket.create_connection((resolve(host, port, settings.allow), port), timeout=_WAIT_S)
    if scheme == "https":
        # a certificate that is not trusted is noted at the visit; it is no reason to ignore the rules (rule R23)
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        stream = context.wrap_socket(stream, server_hostname=host)
    connection.sock = stream
    return connection
