"""Hostile answers: broken, endless and oversized ones, error statuses, what is no page, downloads, redirects, locks."""

from __future__ import annotations

import base64
import gzip
import hashlib
import struct
import zlib
from functools import cache

from tests.sites.hostile.answers import (
    DEFECT,
    HTML,
    answer,
    begun,
    bomb,
    computed,
    document,
    first_then,
    hang_up,
    raw,
    redirect,
    repeated,
    reset,
    script,
    sized,
    stalled,
)
from tests.sites.hostile.server import Behaviour, Hosts, Request, Wire


@cache
def png(width: int, height: int) -> bytes:
    """A black picture of this size, one bit for each point."""
    rows = (b"\0" + b"\0" * ((width + 7) // 8)) * height
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows, 1))]
    data = b"\x89PNG\r\n\x1a\n"
    for kind, content in [*parts, (b"IEND", b"")]:
        data += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return data


_PAGE = document()
_HALF = _PAGE.encode()[: _PAGE.index("</main>")]
_ZIPPED = ("Content-Encoding", "gzip")


def _lengths(*lengths: int) -> bytes:
    lines = "".join(f"Content-Length: {length}\r\n" for length in lengths)
    return f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n{lines}Connection: close\r\n\r\n".encode()


def _chunked(*chunks: bytes) -> bytes:
    return begun(headers=[("Transfer-Encoding", "chunked")]) + b"".join(chunks)


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def _half_then_reset(_: Request, wire: Wire) -> None:
    await wire.send(_lengths(100_000) + _HALF)
    wire.reset()


BROKEN: dict[str, Behaviour] = {
    "/wire/reset": reset,
    "/wire/hang-up": hang_up,
    "/wire/garbage": raw(b"\x00\xff\x00 geen antwoord \r\n\r\n" * 20),
    "/wire/silent": stalled(),
    "/wire/no-end-of-headers": stalled(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Half: "),
    "/wire/slow-headers": repeated(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", b"X-More: a\r\n", pause_s=0.2),
    "/wire/endless-headers": repeated(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"a" * 4_000 + b"\r\n", pause_s=0.001),
    "/wire/endless-interim": repeated(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause_s=0.02),
    "/wire/early-hints": raw(
        b"HTTP/1.1 103 Early Hints\r\nLink: </foto.png>; rel=preload; as=image\r\n\r\n"
        + _lengths(len(_PAGE.encode()))
        + _PAGE.encode()
    ),
    "/wire/two-lengths": raw(_lengths(10, len(_PAGE)) + _PAGE.encode()),
    "/wire/longer-than-said": raw(_lengths(len(_HALF)) + _PAGE.encode()),
    "/wire/shorter-than-said": raw(_lengths(100_000) + _HALF),
    "/wire/broken-chunk": raw(_chunked(_chunk(_HALF), b"zz\r\nkapot")),
    "/wire/cut-chunk": raw(_chunked(_chunk(_HALF), b"ffff\r\nkort")),
    "/wire/half-then-silence": stalled(_lengths(100_000) + _HALF),
    "/wire/half-then-reset": _half_then_reset,
    "/wire/drip": repeated(begun() + _HALF, b"<!-- . -->", pause_s=0.1),
    "/wire/drip-from-start": repeated(begun(), b" ", pause_s=0.1),
    "/wire/endless-body": repeated(begun() + _HALF, (b"<p>" + b"A" * 9_997) * 10, pause_s=0.002),
    "/wire/200-megabytes": sized(200_000_000),
    "/wire/gzip-bomb": computed(lambda _: answer(bomb(60), headers=[_ZIPPED])),
    "/wire/gzip-bomb-twice": computed(
        lambda _: answer(bomb(60, layers=2), headers=[("Content-Encoding", "gzip, gzip")])
    ),
    "/wire/false-gzip": answer(_PAGE, headers=[_ZIPPED]),
    "/wire/cut-gzip": answer(gzip.compress(_PAGE.encode())[:-100], headers=[_ZIPPED]),
    "/wire/large-part": answer(document(DEFECT + '<script src="/wire/part"></script>')),
    "/wire/part": sized(200_000_000, kind="text/javascript"),
    "/wire/endless-part": answer(document(DEFECT + '<script src="/wire/endless-script"></script>')),
    "/wire/endless-script": repeated(begun("text/javascript"), b"/* meer */" * 10_000, pause_s=0.002),
    "/wire/nothing-204": answer("", status="204 No Content"),
    "/wire/nothing-205": answer("", status="205 Reset Content"),
    "/wire/unasked-304": answer("", status="304 Not Modified"),
}

_FULL_ERROR = document(title="Er liep iets mis", body=DEFECT + "<p>java.lang.NullPointerException at Loket.java</p>")
_AGAIN = ("Retry-After", "1")

STATUSES: dict[str, Behaviour] = {
    "/status/400": answer(_FULL_ERROR, status="400 Bad Request"),
    "/status/403": answer(_FULL_ERROR, status="403 Forbidden"),
    "/status/404": answer(_FULL_ERROR, status="404 Not Found"),
    "/status/404-empty": answer("", status="404 Not Found"),
    "/status/410": answer(_FULL_ERROR, status="410 Gone"),
    "/status/500": answer(_FULL_ERROR, status="500 Internal Server Error"),
    "/status/500-empty": answer("", status="500 Internal Server Error"),
    "/status/500-json": answer('{"error": 1}', status="500 Internal Server Error", kind="application/json"),
    "/status/502": answer(_FULL_ERROR, status="502 Bad Gateway"),
    "/status/503": answer(_FULL_ERROR, status="503 Service Unavailable", headers=[_AGAIN]),
    "/status/503-once": first_then(answer("", status="503 Service Unavailable", headers=[_AGAIN]), answer(_PAGE)),
    "/status/429": answer(_FULL_ERROR, status="429 Too Many Requests", headers=[_AGAIN]),
    "/status/429-once": first_then(answer("", status="429 Too Many Requests", headers=[_AGAIN]), answer(_PAGE)),
    "/status/999": answer(_FULL_ERROR, status="999 Request denied"),
}

_SVG = '<svg xmlns="http://www.w3.org/2000/svg"><title>kaart</title></svg>'
_LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(9))

TYPES: dict[str, Behaviour] = {
    "/type/pdf": answer(b"%PDF-1.4\n%%EOF", kind="application/pdf"),
    "/type/json": answer('{"naam": "Loket"}', kind="application/json"),
    "/type/xml": answer("<lijst><loket/></lijst>", kind="application/xml"),
    "/type/text": answer("Gewoon wat tekst", kind="text/plain"),
    "/type/image": computed(lambda _: answer(png(1, 1), kind="image/png")),
    "/type/svg": answer(_SVG, kind="image/svg+xml"),
    "/type/csv": answer("naam;straat\n", kind="text/csv"),
    "/type/html-as-text": answer(_PAGE, kind="text/plain"),
    "/type/html-as-binary": answer(_PAGE, kind="application/octet-stream"),
    "/type/html-untyped": answer(_PAGE, kind=""),
    "/type/pdf-as-html": answer("%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj trailer %%EOF"),
    "/type/json-as-html": answer('{"naam": "Loket", "straat": "Markt"}'),
    "/type/xhtml": answer(
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="nl" xml:lang="nl"><head><title>XHTML</title></head><body>'
        '<main><h1>XHTML</h1><p>Een strenge pagina.</p><img src="/foto.png"/></main></body></html>',
        kind="application/xhtml+xml",
    ),
    "/type/xhtml-bomb": answer(
        f"<!DOCTYPE html [{_LAUGHS}]><html xmlns='http://www.w3.org/1999/xhtml'><body>&e8;</body></html>",
        kind="application/xhtml+xml",
    ),
}

_ATTACHED = ("Content-Disposition", 'attachment; filename="brief.html"')

DOWNLOADS: dict[str, Behaviour] = {
    "/download/attachment": answer(_PAGE, headers=[_ATTACHED]),
    "/download/binary": answer(b"PK\x03\x04", kind="application/zip"),
    "/download/endless": repeated(begun("application/octet-stream"), b"0" * 50_000, pause_s=0.01),
    "/download/by-script": answer(script("location = '/download/attachment';")),
    "/download/by-refresh": answer(document(head='<meta http-equiv="refresh" content="0; url=/download/attachment">')),
    "/download/by-frame": answer(document(DEFECT + '<iframe title="brief" src="/download/attachment"></iframe>')),
    "/download/by-link": answer(
        script("for (let i = 0; i < 20; i++) { d.download = 'f' + i; d.click(); }").replace(
            "<script>", '<a id="d" href="/download/binary">Bestand</a><script>'
        )
    ),
    "/download/blob": answer(
        script(
            "const a = document.createElement('a'); a.download = 'x.bin'; "
            "a.href = URL.createObjectURL(new Blob([new Uint8Array(5e6)])); document.body.append(a); a.click(); "
            "a.remove();"
        )
    ),
    "/redirect/to-download": redirect("/download/attachment"),
}

_LOCK = ("WWW-Authenticate", 'Basic realm="intern"')

LOCKS: dict[str, Behaviour] = {
    "/lock/basic": answer(_FULL_ERROR, status="401 Unauthorized", headers=[_LOCK]),
    "/lock/digest": answer(
        "", status="401 Unauthorized", headers=[("WWW-Authenticate", 'Digest realm="x", nonce="1", qop="auth"')]
    ),
    "/lock/negotiate": answer("", status="401 Unauthorized", headers=[("WWW-Authenticate", "Negotiate")]),
    "/lock/unnamed": answer(_FULL_ERROR, status="401 Unauthorized"),
    "/lock/picture": answer(document(DEFECT + '<img alt="op slot" src="/lock/basic">')),
    "/lock/frame": answer(document(DEFECT + '<iframe title="op slot" src="/lock/basic"></iframe>')),
    "/lock/request": answer(script("fetch('/lock/basic', {credentials: 'include'});")),
}


def _step(request: Request) -> Behaviour:
    """A chain of redirects: `?n=5` is five steps from its end."""
    left = int(request.query.partition("=")[2])
    return redirect(f"/redirect/chain?n={left - 1}") if left else answer(_PAGE)


def _move_by_script(to: str) -> Behaviour:
    return answer(script(f"location = '{to}';"))


def _refresh(to: str) -> Behaviour:
    return answer(document(head=f'<meta http-equiv="refresh" content="0; url={to}">'))


def redirects(hosts: Hosts) -> dict[str, Behaviour]:
    """Redirects of every kind to everywhere."""
    inside = "http://10.255.255.1/"
    return {
        "/redirect/self": redirect("/redirect/self"),
        "/redirect/there": redirect("/redirect/back"),
        "/redirect/back": redirect("/redirect/there"),
        "/redirect/chain": computed(_step),
        "/redirect/endless": computed(lambda request: redirect(f"/redirect/endless?{request.query}1")),
        "/redirect/page": redirect("/ordinary/0", status="301 Moved Permanently"),
        "/redirect/see-other": redirect("/ordinary/0", status="303 See Other"),
        "/redirect/keep-method": redirect("/ordinary/0", status="308 Permanent Redirect"),
        "/redirect/file": redirect("file:///etc/hostname"),
        "/redirect/data": redirect("data:text/html,<h1>x</h1><img src=x>"),
        "/redirect/javascript": redirect("javascript:document.write(1)"),
        "/redirect/mailto": redirect("mailto:info@gemeente.example"),
        "/redirect/browser-page": redirect("chrome://crash/"),
        "/redirect/private": redirect(inside),
        "/redirect/canary": redirect(f"{hosts.canary}/redirect"),
        "/redirect/canary-by-name": redirect(hosts.canary.replace("127.0.0.1", "localhost")),
        "/redirect/canary-by-number": redirect(hosts.canary.replace("127.0.0.1", "0x7f000001")),
        "/redirect/canary-by-six": redirect(hosts.canary.replace("127.0.0.1", "[::ffff:127.0.0.1]")),
        "/redirect/closed": redirect(f"{hosts.closed}/"),
        "/redirect/no-such-name": redirect(f"http://{'a' * 64}.example/"),
        "/redirect/other-host": redirect(f"{hosts.other}/ordinary/0"),
        "/redirect/secure-host": redirect(f"{hosts.secure}/ordinary/0"),
        "/redirect/pdf": redirect("/type/pdf"),
        "/redirect/missing": redirect("/status/404"),
        "/redirect/nowhere": answer("", status="302 Found"),
        "/redirect/nonsense": redirect("http://[/"),
        "/redirect/two-places": answer("", status="302 Found", headers=[("Location", "/a"), ("Location", "/b")]),
        "/redirect/cookie": computed(
            lambda request: (
                answer(_PAGE)
                if "proef=1" in request.headers.get("cookie", "")
                else redirect("/redirect/cookie", headers=[("Set-Cookie", "proef=1; path=/redirect")])
            )
        ),
        "/redirect/refresh-header": answer(_PAGE, headers=[("Refresh", "0; url=/ordinary/0")]),
        "/redirect/refresh": _refresh("/ordinary/0"),
        "/redirect/refresh-private": _refresh(inside),
        "/redirect/refresh-canary": _refresh(f"{hosts.canary}/refresh"),
        "/redirect/refresh-file": _refresh("file:///etc/hostname"),
        "/redirect/script": _move_by_script("/ordinary/0"),
        "/redirect/script-private": _move_by_script(inside),
        "/redirect/script-canary": _move_by_script(f"{hosts.canary}/script"),
        "/redirect/script-closed": _move_by_script(f"{hosts.closed}/"),
        "/redirect/script-file": _move_by_script("file:///etc/hostname"),
        "/redirect/script-browser-page": _move_by_script("chrome://crash/"),
        "/redirect/script-data": _move_by_script("data:text/html,<h1>x</h1><img src=x>"),
        "/redirect/script-blob": answer(
            script("location = URL.createObjectURL(new Blob(['<h1>x</h1><img src=x>'], {type: 'text/html'}));")
        ),
    }


async def _socket(request: Request, wire: Wire) -> None:
    """A WebSocket that says something now and then, for ever."""
    key = request.headers.get("sec-websocket-key", "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode(), usedforsecurity=False).digest()).decode()
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    greeting = "\r\n".join([*lines, f"Sec-WebSocket-Accept: {accept}", "", ""])
    await repeated(greeting, b"\x81\x03tik", pause_s=0.1)(request, wire)


def routes(hosts: Hosts) -> dict[str, Behaviour]:
    """All answers of this module."""
    return (
        BROKEN
        | STATUSES
        | TYPES
        | DOWNLOADS
        | LOCKS
        | redirects(hosts)
        | {
            "/foto.png": computed(lambda _: answer(png(24, 24), kind="image/png")),
            "/bomb.png": computed(lambda _: answer(png(20_000, 20_000), kind="image/png")),
            "/channel/socket": _socket,
        }
    )
