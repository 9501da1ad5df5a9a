"""Addresses of websites as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toegankelijk.addresses import AddressInvalid, parse_site_address


@pytest.mark.parametrize(
    ("typed", "url", "host"),
    [
        ("https://www.gent.be", "https://www.gent.be/", "www.gent.be"),
        ("  www.gent.be  ", "https://www.gent.be/", "www.gent.be"),
        ("HTTP://WWW.Gent.BE:80/Nl?a=b#top", "http://www.gent.be/Nl?a=b", "www.gent.be"),
        ("http://127.0.0.1:8099/", "http://127.0.0.1:8099/", "127.0.0.1"),
        ("http://[::1]:8099/x", "http://[::1]:8099/x", "::1"),
        ("https://gemeente-één.be", "https://xn--gemeente-n-j7aa.be/", "xn--gemeente-n-j7aa.be"),
        ("localhost:8000", "https://localhost:8000/", "localhost"),
        ("https://gent.be.", "https://gent.be/", "gent.be"),
    ],
)
def test_an_address_is_read_as_it_is_meant(typed: str, url: str, host: str) -> None:
    address = parse_site_address(typed)
    assert (address.url, address.host) == (url, host)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "url-missing"),
        ("   ", "url-missing"),
        ("ftp://gent.be", "url-scheme"),
        ("javascript:alert(1)", "url-invalid"),
        ("javascript://gent.be/%0aalert(1)", "url-scheme"),
        ("file:///etc/passwd", "url-scheme"),
        ("https://gent", "url-host"),
        ("https://", "url-host"),
        ("https://-gent.be", "url-host"),
        ("https://gent..be", "url-host"),
        ("https://user:pass@gent.be", "url-user"),
        ("https://gent.be:99999", "url-invalid"),
        ("https://[gent.be", "url-invalid"),
        ("https://gent.be/a b", "url-invalid"),
        ("https://gent.be/\x00", "url-invalid"),
        ("https://gent.be/\u202e", "url-invalid"),
        ("https://gent.be/" + "a" * 2000, "url-long"),
        ("https://" + "a" * 64 + ".be", "url-host"),
    ],
)
def test_what_is_no_address_of_a_website_is_refused_with_its_reason(typed: str, key: str) -> None:
    with pytest.raises(AddressInvalid) as caught:
        parse_site_address(typed)
    assert caught.value.key == key


def test_spellings_of_one_site_have_one_key() -> None:
    spellings = ("https://www.gent.be", "http://gent.be/", "GENT.be", "https://www.gent.be:443/")
    assert len({parse_site_address(typed).key for typed in spellings}) == 1


def test_other_paths_and_ports_are_other_sites() -> None:
    spellings = ("https://gent.be", "https://gent.be/agb", "https://gent.be:8443", "https://sub.gent.be")
    assert len({parse_site_address(typed).key for typed in spellings}) == len(spellings)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_what_is_read_stays_the_same(typed: str) -> None:
    try:
        address = parse_site_address(typed)
    except AddressInvalid:
        return
    assert parse_site_address(address.url) == address
