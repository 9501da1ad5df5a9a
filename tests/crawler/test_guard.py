"""The address guard: the policy as a pure function, and the relay with a canary that must never be asked."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

import pytest

from crawler.errors import AddressRefused
from crawler.guard import Relay, check_address, check_resolved, is_listed, is_public, resolve
from tests.plugins.serving import LocalSite

NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize("ip", ["8.8.8.8", "193.190.0.1", "2606:4700::1111", "2a02:1800::1"])
def test_addresses_of_the_public_internet_pass(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:0a00:1::",
        "2001:db8::1",
    ],
)
def test_private_local_and_embedded_addresses_do_not_pass(ip: str) -> None:
    assert not is_public(ip)


def test_a_refusal_names_the_address_and_the_remedy() -> None:
    with pytest.raises(AddressRefused, match=r"intranet\.example:80 .*--allow intranet\.example:80"):
        check_address("intranet.example", 80, "10.1.2.3", NOTHING)


def test_the_allow_list_admits_one_host_and_port_only() -> None:
    allow = frozenset({"127.0.0.1:8080", "[::1]:8080"})
    check_address("127.0.0.1", 8080, "127.0.0.1", allow)
    check_address("[::1]", 8080, "::1", allow)
    with pytest.raises(AddressRefused):
        check_address("127.0.0.1", 8081, "127.0.0.1", allow)


def test_a_name_with_a_public_and_a_private_address_gives_the_public_one_only() -> None:
    assert check_resolved("two.example", 80, ["10.0.0.1", "8.8.8.8"], NOTHING) == ("8.8.8.8",)


@pytest.mark.parametrize("spelling", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost"])
def test_odd_spellings_of_loopback_are_refused(spelling: str) -> None:
    with pytest.raises(AddressRefused):
        resolve(spelling, 80, NOTHING)


def test_only_urls_on_the_allow_list_count_as_our_own() -> None:
    allow = frozenset({"127.0.0.1:8080", "test.example:443"})
    assert is_listed("http://127.0.0.1:8080/pad", allow)
    assert is_listed("https://test.example/", allow)
    assert not is_listed("http://test.example/", allow)


def _ask_relay(relay: Relay, kind: int, host: bytes, port: int) -> int:
    """The reply code of the relay to a SOCKS5 CONNECT."""
    with socket.create_connection(("127.0.0.1", relay.port), timeout=5) as client:
        client.sendall(b"\x05\x01\x00")
        assert client.recv(2) == b"\x05\x00"
        address = host if kind != 3 else bytes([len(host)]) + host
        client.sendall(struct.pack("!BBBB", 5, 1, 0, kind) + address + struct.pack("!H", port))
        return client.recv(10)[1]


def test_the_relay_refuses_a_canary_and_says_why(serve: Callable[..., LocalSite]) -> None:
    canary = serve({"/": "geheim"})
    port = int(canary.allow.split(":")[1])
    with Relay(NOTHING) as relay:
        by_name = _ask_relay(relay, 3, b"localhost", port)
        by_number = _ask_relay(relay, 1, socket.inet_aton("127.0.0.1"), port)
        by_number_6 = _ask_relay(relay, 4, socket.inet_pton(socket.AF_INET6, "::ffff:127.0.0.1"), port)
        reason = relay.log.outcome("localhost", port)
    assert (by_name, by_number, by_number_6) == (2, 2, 2)
    assert reason == "private-address"
    assert canary.asked == []


def test_the_relay_connects_to_what_is_allowed_and_counts_bytes(serve: Callable[..., LocalSite]) -> None:
    site = serve({"/": "welkom"})
    port = int(site.allow.split(":")[1])
    with Relay(frozenset({site.allow})) as relay:
        with socket.create_connection(("127.0.0.1", relay.port), timeout=5) as client:
            client.sendall(b"\x05\x01\x00")
            client.recv(2)
            client.sendall(struct.pack("!BBBB", 5, 1, 0, 1) + socket.inet_aton("127.0.0.1") + struct.pack("!H", port))
            assert client.recv(10)[1] == 0
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = b""
            while part := client.recv(4096):
                answer += part
        assert relay.log.received == len(answer)
    assert answer.endswith(b"welkom")


def test_the_relay_tells_an_unreachable_port_from_a_refused_one() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Relay(frozenset({f"127.0.0.1:{port}"})) as relay:
        assert _ask_relay(relay, 1, socket.inet_aton("127.0.0.1"), port) == 5
        assert relay.log.outcome("127.0.0.1", port) == "unreachable"


def test_the_relay_answers_no_to_anything_but_connect() -> None:
    with Relay(NOTHING) as relay, socket.create_connection(("127.0.0.1", relay.port), timeout=5) as client:
        client.sendall(b"\x05\x01\x00")
        client.recv(2)
        client.sendall(struct.pack("!BBBB", 5, 2, 0, 1) + socket.inet_aton("8.8.8.8") + struct.pack("!H", 80))
        assert client.recv(10)[1] == 7
