"""The plugins keep their promises: a shut network, local servers, marks in the report."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from tests.plugins.network import NetworkShut, is_local
from tests.plugins.serving import LocalSite, Reply


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "::ffff:127.0.0.1"])
def test_loopback_is_local(host: str) -> None:
    assert is_local((host, 80))


@pytest.mark.parametrize("host", ["10.0.0.1", "192.0.2.1", "2001:db8::1", "169.254.169.254", "example.org", ""])
def test_other_addresses_are_not_local(host: str) -> None:
    assert not is_local((host, 80))


def test_a_connection_that_would_leave_the_machine_is_refused() -> None:
    with socket.socket() as probe, pytest.raises(NetworkShut, match=r"192\.0\.2\.1"):
        probe.connect(("192.0.2.1", 80))


def test_a_datagram_that_would_leave_the_machine_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, pytest.raises(NetworkShut):
        probe.sendto(b"?", ("192.0.2.1", 53))


def test_a_foreign_name_does_not_exist_while_testing() -> None:
    with pytest.raises(socket.gaierror, match="shut"):
        socket.getaddrinfo("www.example.org", 80)


def test_serve_answers_pages_statuses_and_notes_what_was_asked(serve: Callable[..., LocalSite]) -> None:
    site = serve({"/": "<h1>Welkom</h1>", "/weg": Reply(status=410), "/echo": lambda target: f"vroeg {target}"})
    with urllib.request.urlopen(f"{site.url}/") as answer:
        assert answer.read() == b"<h1>Welkom</h1>"
    with urllib.request.urlopen(f"{site.url}/echo?q=1") as answer:
        assert answer.read() == b"vroeg /echo?q=1"
    for path, status in (("/weg", 410), ("/nergens", 404)):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(site.url + path)
        assert caught.value.code == status
        caught.value.close()
    assert site.asked == ["/", "/echo?q=1", "/weg", "/nergens"]


def test_marks_are_written_into_the_junit_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.browser
        def test_in_a_browser():
            pass
        """
    )
    pytester.makeini("[pytest]\nmarkers = browser: x")
    pytester.runpytest_subprocess("-p", "tests.plugins.marks", "--junitxml=report.xml", "-p", "no:cacheprovider")
    assert '<property name="mark" value="browser"' in (pytester.path / "report.xml").read_text("utf-8")
