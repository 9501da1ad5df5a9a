"""Run the municipal site of the benchmark for the length of a block."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.sites.municipal_site import server as municipal_server
from tests.sites.municipal_site.site import Site as MunicipalSite


@contextmanager
def serve_municipal(pages: int, seed: int, latency_ms: tuple[int, int] = (0, 0)) -> Iterator[municipal_server.Server]:
    """Serve a municipal site on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = municipal_server.Server(MunicipalSite(pages, seed), port, latency_ms=latency_ms)
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def run() -> None:
        async with await loop.create_server(lambda: municipal_server.Protocol(server, False), "127.0.0.1", port):
            ready.set()
            await stopped.wait()

    def work() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    stopped = asyncio.Event()
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join()
