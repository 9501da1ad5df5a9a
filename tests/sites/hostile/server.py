"""Serve the hostile website on raw sockets: loopback listeners, one of them a canary that nobody may ask."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.sites.hostile.certificate import self_signed

# What web servers bear of a request's head; more is refused with 431, as with a client that carries too many cookies.
_MOST_HEAD = 64_000
_READ_LIMIT = 2_000_000
_TLS_HANDSHAKE = b"\x16"
_START_S = 10.0


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where the site answers; no address ends with a slash.

    `site` and `twin` (another host name, so another site to a browser) are one server, `other` is the same on a host
    of its own, `secure` speaks https with a certificate of its own making, `sullen` never ends its robots.txt, `canary`
    must never be asked, and nothing listens on `closed`.
    """

    site: str
    twin: str
    other: str
    secure: str
    sullen: str
    canary: str
    closed: str

    @property
    def allow(self) -> frozenset[str]:
        """The allow-list of a scan: everything but the canary."""
        ours = (self.site, self.twin, self.other, self.secure, self.sullen, self.closed)
        return frozenset(urlsplit(url).netloc for url in ours)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the hosts."""
        return tuple(self.__dataclass_fields__)

    def fill(self, text: str) -> str:
        """Put the addresses in the place of their names in braces, such as `{site}/loop`."""
        names = {name: getattr(self, name) for name in self.names}
        return text.format(**names, canary_port=urlsplit(self.canary).port, site_port=urlsplit(self.site).port)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for; `times` is how often this target was asked before, `listener` the name of the host."""

    listener: str
    method: str
    target: str
    headers: Mapping[str, str]
    times: int

    @property
    def path(self) -> str:
        """The target without its parameters."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The parameters, undecoded."""
        return self.target.partition("?")[2]


class Wire:
    """The connection on which an answer is given, byte by byte."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def send(self, data: bytes | str) -> None:
        """Send, and wait until the other side takes it."""
        self._writer.write(data.encode() if isinstance(data, str) else data)
        await self._writer.drain()

    def reset(self) -> None:
        """End the connection as a crash does: with a reset instead of an end."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self._writer.transport.abort()


Behaviour = Callable[[Request, Wire], Awaitable[None]]
Routes = Mapping[str, Behaviour]


@dataclass(slots=True)
class Hostile:
    """The running site: where it is, and what each listener was asked (the canary notes every connection)."""

    hosts: Hosts
    asked: dict[str, list[str]] = field(default_factory=dict)


class _Server:
    def __init__(self, routes: Callable[[Hosts], Routes]) -> None:
        self.make_routes = routes
        self.routes: Routes = {}
        self.asked: dict[str, list[str]] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    async def listen(self, folder: Path, running: contextlib.AsyncExitStack) -> Hosts:
        """Open all listeners; they close with `running`."""
        secret = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secret.load_cert_chain(self_signed(folder, "127.0.0.1"))
        site = await self._open("site", "127.0.0.1", None, running)
        other = await self._open("other", "127.0.0.2", None, running)
        secure = await self._open("secure", "127.0.0.1", secret, running)
        sullen = await self._open("sullen", "127.0.0.2", None, running)
        canary = await self._open("canary", "127.0.0.1", None, running)
        with socket.create_server(("127.0.0.1", 0)) as free:
            closed = free.getsockname()[1]
        hosts = Hosts(
            site=f"http://127.0.0.1:{site}",
            twin=f"http://localhost:{site}",
            other=f"http://127.0.0.2:{other}",
            secure=f"https://127.0.0.1:{secure}",
            sullen=f"http://127.0.0.2:{sullen}",
            canary=f"http://127.0.0.1:{canary}",
            closed=f"http://127.0.0.1:{closed}",
        )
        self.routes = self.make_routes(hosts)
        return hosts

    async def _open(
        self, name: str, host: str, secret: ssl.SSLContext | None, running: contextlib.AsyncExitStack
    ) -> int:
        self.asked[name] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self.tasks.add(task)
            try:
                await self._serve(name, reader, writer)
            except (OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
                pass
            finally:
                self.tasks.discard(task)
                writer.transport.abort() if writer.is_closing() else writer.close()

        server = await asyncio.start_server(serve, host, 0, ssl=secret, limit=_READ_LIMIT, backlog=256)
        running.callback(server.close)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _serve(self, listener: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if listener == "canary":
            self.asked[listener].append("connection")
        first_byte = await reader.readexactly(1)
        if first_byte == _TLS_HANDSHAKE:
            writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            return
        head = (first_byte + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, target, *_ = [*first.split(" "), ""]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        if length := int(headers.get("content-length", "0")):
            await reader.readexactly(length)
        request = Request(listener, method, target, headers, self.asked[listener].count(target))
        self.asked[listener].append(target)
        wire = Wire(writer)
        if len(head) > _MOST_HEAD:
            await wire.send("HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 3\r\n\r\n431")
        elif behaviour := self._behaviour(request.path):
            await behaviour(request, wire)
        else:
            await wire.send(_MISSING)

    def _behaviour(self, path: str) -> Behaviour | None:
        """The route of a path, else that of everything (`/*`) in its nearest folder."""
        found = self.routes.get(path)
        while found is None and path:
            path = path.rpartition("/")[0]
            found = self.routes.get(f"{path}/*")
        return found

    async def end(self) -> None:
        """Give up every answer that is still being given."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


_MISSING = (
    "HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 20\r\n"
    "Connection: close\r\n\r\n<h1>Niet te doen</h1"
)


@contextlib.contextmanager
def serve_hostile(folder: Path, routes: Callable[[Hosts], Routes]) -> Iterator[Hostile]:
    """Serve the routes until the block ends; `folder` takes the certificate."""
    server = _Server(routes)
    site: list[Hostile] = []
    ready = threading.Event()
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with contextlib.AsyncExitStack() as running:
            site.append(Hostile(await server.listen(folder, running), server.asked))
            ready.set()
            await stop.wait()
        await server.end()

    def work() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    thread = threading.Thread(target=work, name="hostile-site", daemon=True)
    thread.start()
    assert ready.wait(_START_S)
    try:
        yield site[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
