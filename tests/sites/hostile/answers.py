"""The building blocks of the hostile site: pages with a known defect, ordinary answers, and answers that misbehave."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterable
from functools import cache

from tests.sites.hostile.server import Behaviour, Request, Wire

# The defect that every page of the site has, unless its row in the table says otherwise.
DEFECT = '<img src="/foto.png">'
HTML = "text/html; charset=utf-8"
_PROSE = "De gemeente helpt u graag verder aan het loket, op afspraak of met een brief. "
_FOREVER_S = 60.0
_MEGABYTE = 1_000_000
# Long texts, so that a browser has more to read than to build.
_FILLING = (b"<p>" + b"A" * 9_997) * (_MEGABYTE // 10_000)


def document(body: str = DEFECT, *, title: str = "Een pagina", head: str = "", attributes: str = "") -> str:
    """A whole and otherwise faultless page around `body`."""
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body{attributes}><main><h1>{title}</h1><p>{_PROSE}</p>{body}</main></body></html>"
    )


def script(source: str, body: str = DEFECT, *, title: str = "Een pagina") -> str:
    """A page whose script runs while it is read, after the defect."""
    return document(f"{body}<script>{source}</script>", title=title)


def early_script(source: str, body: str = DEFECT) -> str:
    """A page whose script runs before anything of the page is there."""
    return document(body, head=f"<script>{source}</script>")


Headers = Iterable[tuple[str, str]]


def answer(body: str | bytes, *, status: str = "200 OK", kind: str = HTML, headers: Headers = ()) -> Behaviour:
    """An ordinary answer; no content type when `kind` is empty."""

    async def behave(_: Request, wire: Wire) -> None:
        data = body.encode() if isinstance(body, str) else body
        await wire.send(_head(status, kind, [("Content-Length", str(len(data))), *headers]) + data)

    return behave


def computed(make: Callable[[Request], Behaviour]) -> Behaviour:
    """An answer that depends on the request."""

    async def behave(request: Request, wire: Wire) -> None:
        await make(request)(request, wire)

    return behave


def large(make: Callable[[], str]) -> Behaviour:
    """A page that is only made when it is asked for."""
    made = cache(make)
    return computed(lambda _: answer(made()))


def redirect(location: str, *, status: str = "302 Found", headers: Headers = ()) -> Behaviour:
    """An answer that sends the client elsewhere."""
    return answer("", status=status, headers=[("Location", location), *headers])


def first_then(first: Behaviour, then: Behaviour) -> Behaviour:
    """One answer the first time that a target is asked, another one ever after."""
    return computed(lambda request: then if request.times else first)


def late(seconds: float, behaviour: Behaviour) -> Behaviour:
    """An answer that is held back."""

    async def behave(request: Request, wire: Wire) -> None:
        await asyncio.sleep(seconds)
        await behaviour(request, wire)

    return behave


def raw(data: bytes | str) -> Behaviour:
    """Exactly these bytes, then the end of the connection."""

    async def behave(_: Request, wire: Wire) -> None:
        await wire.send(data)

    return behave


def stalled(data: bytes | str = b"") -> Behaviour:
    """These bytes, and then nothing, on a connection that stays open."""

    async def behave(_: Request, wire: Wire) -> None:
        if data:
            await wire.send(data)
        await asyncio.sleep(_FOREVER_S)

    return behave


def repeated(begin: bytes | str, piece: bytes, *, pause_s: float) -> Behaviour:
    """A beginning, and then the same piece again and again until the client leaves."""

    async def behave(_: Request, wire: Wire) -> None:
        await wire.send(begin)
        while True:
            await wire.send(piece)
            await asyncio.sleep(pause_s)

    return behave


async def reset(_: Request, wire: Wire) -> None:
    """Crash instead of answering."""
    wire.reset()


async def hang_up(_: Request, __: Wire) -> None:
    """End the connection without an answer."""


def begun(kind: str = HTML, headers: Headers = ()) -> bytes:
    """The head of an answer whose end is the end of the connection."""
    return _head("200 OK", kind, headers)


def sized(length: int, kind: str = HTML) -> Behaviour:
    """An answer of so many bytes, sent as fast as they are taken."""

    async def behave(_: Request, wire: Wire) -> None:
        await wire.send(_head("200 OK", kind, [("Content-Length", str(length))]) + document().encode())
        for _number in range(length // _MEGABYTE):
            await wire.send(_FILLING)
            await asyncio.sleep(0)

    return behave


@cache
def bomb(megabytes: int, *, layers: int = 1) -> bytes:
    """A small gzip file that unpacks to so many megabytes of page."""
    data = document().encode() + _FILLING * megabytes
    for _ in range(layers):
        data = gzip.compress(data, 1)
    return data


def _head(status: str, kind: str, headers: Headers) -> bytes:
    lines = [("Content-Type", kind)] if kind else []
    lines += [*headers, ("Connection", "close")]
    return "\r\n".join([f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in lines), "", ""]).encode("latin-1")
