"""A web server that does on its socket what web servers should not: for tests of what a crawl survives."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket], None]


def html(body: str, status: str = "200 OK", headers: str = "") -> Behaviour:
    """An ordinary answer."""
    return plain(body.encode(), f"Content-Type: text/html; charset=utf-8\r\n{headers}", status)


def plain(body: bytes, headers: str = "", status: str = "200 OK") -> Behaviour:
    """An answer with exactly these headers beside its length."""
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def drop(connection: socket.socket) -> None:
    """Hang up without an answer."""
    connection.close()


def garbage(connection: socket.socket) -> None:
    """Answer something that is no HTTP."""
    connection.sendall(b"\x00\xff\x00 geen antwoord \r\n\r\n" * 20)


def drip(connection: socket.socket) -> None:
    """Begin a page and never end it, one letter at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
    for _ in range(600):
        connection.sendall(b"x")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    """Send a page as fast as it goes, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        connection.sendall(b"<p>meer</p>" * 10_000)


def gzip_bomb(connection: socket.socket) -> None:
    """A small answer that unpacks to a very large page."""
    body = gzip.compress(b" " * 50_000_000)
    plain(body, "Content-Type: text/html\r\nContent-Encoding: gzip\r\n")(connection)


@dataclass(slots=True)
class Misbehaving:
    """A running server; `requests` are the raw requests it got."""

    port: int
    scheme: str = "http"
    requests: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def allow(self) -> str:
        """The `HOST:PORT` for an allow-list."""
        return f"127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for."""
        return [request.split(" ")[1] for request in self.requests if " " in request]


@contextmanager
def misbehave(paths: Mapping[str, Behaviour], tls: ssl.SSLContext | None = None) -> Iterator[Misbehaving]:
    """Serve these paths, others as 404, on a free port until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Misbehaving(listener.getsockname()[1], "https" if tls else "http")

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
            with connection:
                request = connection.recv(65_536).decode("latin-1")
                server.requests.append(request)
                path = request.split(" ")[1].partition("?")[0] if " " in request else ""
                paths.get(path, html("<h1>404</h1>", "404 Not Found"))(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
