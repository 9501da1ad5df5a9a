"""What robots.txt and sitemaps of strangers say, however they are written."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import read_rules
from crawler.settings import USER_AGENT_TOKEN
from crawler.sitemap import MAX_ENTRIES, Sitemap, read_sitemap

ROBOTS = b"""\xef\xbb\xbfUser-agent: *
Disallow: /intern/
Disallow: /zoeken/?
Allow: /intern/open
Crawl-delay: 2.5
Sitemap: https://x.be/kaart.xml
"""
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def test_the_rules_for_everybody_hold_for_us() -> None:
    rules = read_rules(200, ROBOTS)
    asked = ["/", "/intern/x", "/intern/open", "/zoeken/?q=1", "/zoeken/"]
    assert [path for path in asked if rules.allows(f"https://x.be{path}")] == ["/", "/intern/open", "/zoeken/"]
    assert rules.crawl_delay_s == 2.5
    assert rules.sitemaps == ("https://x.be/kaart.xml",)


def test_rules_with_our_name_replace_those_for_everybody() -> None:
    rules = read_rules(200, ROBOTS + f"\nUser-agent: {USER_AGENT_TOKEN}\nDisallow: /alleen-hier\n".encode())
    assert rules.allows("https://x.be/intern/x")
    assert not rules.allows("https://x.be/alleen-hier")
    assert rules.crawl_delay_s is None


@pytest.mark.parametrize(
    ("status", "is_open"), [(404, True), (403, True), (204, True), (500, False), (503, False), (None, False)]
)
def test_without_a_file_a_site_is_open_and_without_an_answer_closed(status: int | None, is_open: bool) -> None:
    rules = read_rules(status, b"")
    assert rules.allows("https://x.be/") is is_open
    assert (rules.crawl_delay_s, rules.sitemaps) == (None, ())


@given(st.binary(max_size=300))
def test_any_robots_file_and_any_sitemap_can_be_read(body: bytes) -> None:
    assert read_rules(200, body).allows("https://x.be/") in (True, False)
    assert isinstance(read_sitemap(body, max_bytes=10_000), Sitemap)


def test_a_sitemap_gives_its_pages_and_an_index_its_sitemaps() -> None:
    body = f"<?xml version='1.0'?><urlset {SPACE}><url><loc> https://x.be/a </loc><lastmod>2026</lastmod></url>"
    assert read_sitemap(body.encode(), max_bytes=10_000) == Sitemap(("https://x.be/a",))
    index = f"<sitemapindex {SPACE}><sitemap><loc>https://x.be/1.xml.gz</loc></sitemap></sitemapindex>"
    assert read_sitemap(gzip.compress(index.encode()), max_bytes=10_000) == Sitemap((), ("https://x.be/1.xml.gz",))


def test_a_list_of_addresses_is_a_sitemap_and_a_web_page_is_none() -> None:
    assert read_sitemap(b"https://x.be/a\nonzin\nhttps://x.be/b", max_bytes=100) == Sitemap(
        ("https://x.be/a", "https://x.be/b")
    )
    assert read_sitemap(b"<!DOCTYPE html><html><loc>https://x.be/a</loc>", max_bytes=100) == Sitemap()


def test_a_sitemap_that_unpacks_without_end_is_cut() -> None:
    bomb = gzip.compress(b"https://x.be/a\n" + b" " * 5_000_000)
    found = read_sitemap(bomb, max_bytes=100_000)
    assert found == Sitemap(("https://x.be/a",), (), is_cut=True)


def test_entities_of_a_sitemap_are_not_followed() -> None:
    body = f'<!DOCTYPE u [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset {SPACE}><url><loc>https://x.be/&a;</loc></url></urlset>'
    assert "root" not in str(read_sitemap(body.encode(), max_bytes=10_000))


def test_the_entries_of_a_sitemap_are_bounded() -> None:
    body = f"<urlset {SPACE}>" + "<url><loc>https://x.be/a</loc></url>" * (MAX_ENTRIES + 1) + "</urlset>"
    found = read_sitemap(body.encode(), max_bytes=10_000_000)
    assert (len(found.pages), found.is_cut) == (MAX_ENTRIES, True)
