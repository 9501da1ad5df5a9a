"""Shut the network for the test process: only loopback addresses, unix sockets and the name localhost answer."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

LOCAL_NAMES = ("localhost", "ip6-localhost")


class NetworkShut(AssertionError):
    """A test tried to leave the machine; it should serve what it needs on 127.0.0.1."""


def is_local(address: Any) -> bool:
    """True for a unix socket path and for an address that never leaves this machine."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in LOCAL_NAMES:
        return True
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def pytest_configure(config: pytest.Config) -> None:
    """Put the guard in place before any test module is imported; it is undone when pytest ends."""
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _guarded_connect(getattr(socket.socket, name)))
    patch.setattr(socket.socket, "sendto", _guarded_sendto(socket.socket.sendto))
    patch.setattr(socket, "getaddrinfo", _guarded_look_up(socket.getaddrinfo))


def _guarded_connect(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        _refuse_unless_local(address)
        return connect(self, address)

    return guarded


def _guarded_sendto(sendto: Any) -> Any:
    def guarded(self: socket.socket, data: Any, *rest: Any) -> Any:
        _refuse_unless_local(rest[-1])
        return sendto(self, data, *rest)

    return guarded


def _guarded_look_up(getaddrinfo: Any) -> Any:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        # A foreign name does not exist here, as on a machine without a network: a look-up must not leave it either.
        name = host.decode() if isinstance(host, bytes) else host
        if name and name not in LOCAL_NAMES and not _is_literal(name):
            raise socket.gaierror(socket.EAI_NONAME, f"the network is shut in tests: {name}")
        return getaddrinfo(host, *args, **kwargs)

    return guarded


def _is_literal(host: str) -> bool:
    try:
        socket.inet_aton(host)
    except OSError:
        return ":" in host
    return True


def _refuse_unless_local(address: Any) -> None:
    if not is_local(address):
        raise NetworkShut(f"the network is shut in tests: {address!r}; serve what you need on 127.0.0.1")
