"""Serve small websites on loopback: the fixture `serve` turns a few lines of HTML into a running server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass(frozen=True, slots=True)
class Reply:
    """What one path answers; `delay_s` holds the answer back."""

    body: str | bytes = ""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    delay_s: float = 0.0


Page = str | bytes | Reply | Callable[[str], "str | bytes | Reply"]


class Later:
    """A page that is itself when it is asked for the first time (by discovery), and from then on something else."""

    def __init__(self, first: Page, later: Callable[[], Page]) -> None:
        self._first = first
        self._later = later
        self._asked = threading.Event()

    def __call__(self, _: str) -> str | bytes | Reply:
        content = self._later() if self._asked.is_set() else self._first
        self._asked.set()
        assert not callable(content)
        return content


@dataclass(slots=True)
class LocalSite:
    """A running server: `url` ends without a slash, `allow` is what a scan needs to be let in, `asked` what it got.

    `pages` may be changed while it runs. A path that is not in it answers 404; a page that is a function is
    called with the path and query that were asked for.
    """

    url: str
    pages: dict[str, Page]
    asked: list[str] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def allow(self) -> str:
        """The `HOST:PORT` for an allow-list."""
        return self.url.removeprefix("http://")

    def reply(self, target: str) -> Reply:
        """What is answered to a path and query: the page of the whole target first, then of the path alone."""
        page = self.pages.get(target, self.pages.get(target.partition("?")[0], Reply("<h1>404</h1>", status=404)))
        if callable(page):
            page = page(target)
        return page if isinstance(page, Reply) else Reply(page)


@contextmanager
def serve_pages(pages: Mapping[str, Page], host: str = "127.0.0.1") -> Iterator[LocalSite]:
    """Serve `pages` (path, with or without query, to content) on a free port until the block ends."""
    site = LocalSite("", dict(pages))
    server = _Server(host, site)
    site.url = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.gone.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., LocalSite]]:
    """`serve({"/": "<h1>Welkom</h1>", ...})` gives a running site; all are stopped when the test ends."""
    with ExitStack() as running:
        yield lambda pages, host="127.0.0.1": running.enter_context(serve_pages(pages, host))


class _Server(ThreadingHTTPServer):
    def __init__(self, host: str, site: LocalSite) -> None:
        super().__init__((host, 0), _Handler)
        self.site = site


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        site = self.server.site
        site.asked.append(self.path)
        reply = site.reply(self.path)
        if reply.delay_s and site.gone.wait(reply.delay_s):
            return
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        return
