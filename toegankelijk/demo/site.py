"""Serve the example website on this machine alone, in a thread of its own."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from toegankelijk.demo.pages import Answer, ExampleSite

HOST = "127.0.0.1"
IDLE_S = 15


class ExampleServer(ThreadingHTTPServer):
    """A running example site; leaving the `with` block ends it, with the connections that are still open."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        """Listen on `port` of the loopback address, 0 for a free one; OSError when it is taken."""
        super().__init__((HOST, port), _Handler)
        self.site = ExampleSite(self.url)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"http://{self.allow}"

    @property
    def allow(self) -> str:
        """The `HOST:PORT` that a scan must be allowed to visit."""
        return f"{HOST}:{self.server_address[1]}"

    def __enter__(self) -> ExampleServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that stopping does not wait for a browser that keeps it open."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection before it is closed."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)


def serve_example_site(port: int = 0) -> ExampleServer:
    """`with serve_example_site() as server: ...` serves the site at `server.url`; OSError when the port is taken."""
    return ExampleServer(port)


class _Handler(BaseHTTPRequestHandler):
    server: ExampleServer
    protocol_version = "HTTP/1.1"
    server_version = "Voorbeeld"
    sys_version = ""
    timeout = IDLE_S

    def do_GET(self) -> None:
        answer = self.server.site.answer(self.path)
        if answer.status == 200 and self.headers.get("If-None-Match") == answer.etag:
            answer = Answer(status=304)
        self._send(answer)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 100_000))
        self._send(self.server.site.answer(self.path, method="POST"))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        if answer.location:
            self.send_header("Location", answer.location)
        if answer.status == 200:
            self.send_header("ETag", answer.etag)
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Type", answer.content_type)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        return
