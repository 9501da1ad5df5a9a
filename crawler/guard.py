"""Which addresses may be asked: one policy for the crawler's resolver and for the relay of every browser request."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.errors import AddressRefused

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Networks that carry another address inside; the inner one is judged (RFC 6052, 3056, 4380).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_REPORT_LIMIT = 2_000
_CONNECT_S = 15.0
_CHUNK = 65_536

REFUSED, NO_NAME, UNREACHABLE = "private-address", "dns", "unreachable"
_SOCKS_REPLY = {REFUSED: 2, NO_NAME: 4, UNREACHABLE: 5}


def is_public(ip: str) -> bool:
    """True when `ip` is an address of the public internet; loopback, private, link-local (cloud metadata), shared,
    reserved, multicast and addresses that embed such a one are not (registries of RFC 6890 as Python knows them)."""
    return _is_public(ipaddress.ip_address(ip.split("%", 1)[0]))


def _is_public(ip: IpAddress) -> bool:
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _embedded(ip)
        if inner is not None:
            return _is_public(inner)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip.ipv4_mapped:
        return ip.ipv4_mapped
    if ip.sixtofour:
        return ip.sixtofour
    if ip.teredo:
        return ip.teredo[1]
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def is_allowed(host: str, port: int, ip: str, allow: Iterable[str]) -> bool:
    """True when `host:port` or `ip:port` stands on the allow-list of the scan."""
    wanted = {f"{host.lower().strip('[]')}:{port}", f"{ip}:{port}"}
    return any(entry.lower().replace("[", "").replace("]", "") in wanted for entry in allow)


def is_listed(url: str, allow: Iterable[str]) -> bool:
    """True when the host and port of `url` stand on the allow-list: a host of our own, that bears any pace."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return is_allowed(parts.hostname or "", port, parts.hostname or "", allow)


def check_address(host: str, port: int, ip: str, allow: frozenset[str]) -> None:
    """Let a public or explicitly allowed address through; raise `AddressRefused` for every other one."""
    if is_public(ip) or is_allowed(host, port, ip, allow):
        return
    raise AddressRefused(
        f"{host}:{port} is a private or local address ({ip}) and is not asked; "
        f"allow it for this run with --allow {host}:{port} if it is yours"
    )


def check_resolved(host: str, port: int, ips: Iterable[str], allow: frozenset[str]) -> tuple[str, ...]:
    """The addresses of `host` that may be asked; raise `AddressRefused` when there is none among them."""
    found = tuple(ips)
    permitted = tuple(ip for ip in found if is_public(ip) or is_allowed(host, port, ip, allow))
    if not permitted:
        check_address(host, port, found[0], allow)
    return permitted


def resolve(host: str, port: int, allow: frozenset[str]) -> str:
    """The one address to connect to for `host`, resolved once and checked.

    Raises `AddressRefused` for a private address, `OSError` (`socket.gaierror`) when the name does not resolve.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return check_resolved(host, port, [str(entry[4][0]) for entry in found], allow)[0]


@dataclass
class RelayLog:
    """What the relay did per `host:port`: the last outcome (None: connected) and the bytes received."""

    outcomes: OrderedDict[str, str | None] = field(default_factory=OrderedDict)
    received: int = 0
    refused: int = 0

    def note(self, host: str, port: int, outcome: str | None) -> None:
        """Remember the outcome of one connection; the oldest entries go when the log is full."""
        key = f"{host}:{port}"
        self.outcomes.pop(key, None)
        self.outcomes[key] = outcome
        self.refused += outcome == REFUSED
        while len(self.outcomes) > _REPORT_LIMIT:
            self.outcomes.popitem(last=False)

    def outcome(self, host: str, port: int) -> str | None:
        """Why the last connection to `host:port` failed: private-address, dns or unreachable; None when it did not."""
        return self.outcomes.get(f"{host}:{port}")


class Relay:
    """A SOCKS5 server on loopback through which the browser asks everything: it resolves, checks, then connects.

    Use as a context manager; `port` is the listening port, `log` what happened. It runs in a thread of its own.
    """

    def __init__(self, allow: frozenset[str]) -> None:
        self.allow = allow
        self.log = RelayLog()
        self.port = 0
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="address-guard", daemon=True)
        self._open: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Relay:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout=5)

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=256)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._relay(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await _read_request(reader, writer)
        if asked is None:
            return
        host, port = asked
        try:
            far_reader, far_writer = await self._connect(host, port)
        except (AddressRefused, OSError) as error:
            outcome = _outcome(error)
            self.log.note(host, port, outcome)
            writer.write(_reply(_SOCKS_REPLY[outcome]))
            await writer.drain()
            return
        self.log.note(host, port, None)
        self._open.add(far_writer)
        try:
            writer.write(_reply(0))
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer, count=True))
        finally:
            self._open.discard(far_writer)
            far_writer.transport.abort()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        permitted = check_resolved(host, port, [str(entry[4][0]) for entry in found], self.allow)
        last: OSError = OSError("no address")
        for ip in dict.fromkeys(permitted):
            try:
                return await asyncio.wait_for(asyncio.open_connection(ip, port), _CONNECT_S)
            except OSError as error:
                last = error
        raise last

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, count: bool = False) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                if count:
                    self.log.received += len(data)
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()


def _outcome(error: Exception) -> str:
    if isinstance(error, AddressRefused):
        return REFUSED
    return NO_NAME if isinstance(error, socket.gaierror) else UNREACHABLE


def _reply(code: int) -> bytes:
    return struct.pack("!BBBBIH", 5, code, 0, 1, 0, 0)


async def _read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int] | None:
    """The host and port of a SOCKS5 CONNECT (RFC 1928), or None for anything else."""
    version, methods = await reader.readexactly(2)
    if version != 5:
        return None
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")
    _, command, _, kind = await reader.readexactly(4)
    if kind == 1:
        host = socket.inet_ntop(socket.AF_INET, await reader.readexactly(4))
    elif kind == 4:
        host = socket.inet_ntop(socket.AF_INET6, await reader.readexactly(16))
    else:
        length = (await reader.readexactly(1))[0]
        host = (await reader.readexactly(length)).decode("ascii", "replace")
    port = struct.unpack("!H", await reader.readexactly(2))[0]
    if command != 1:
        writer.write(_reply(7))
        await writer.drain()
        return None
    return host, port
