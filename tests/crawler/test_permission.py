"""robots.txt holds for a list of pages as it does for a crawl."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.model import Memory, Reason, VisitStatus
from crawler.permission import ask_permissions
from crawler.scan import scan_pages
from crawler.settings import ScanSettings
from tests.plugins.serving import LocalSite, Reply

FORBIDS = "User-agent: *\nDisallow: /intern/\nCrawl-delay: 2\n"


def settings_for(*sites: LocalSite, folder: Path = Path()) -> ScanSettings:
    return ScanSettings(work_dir=folder, allow=frozenset(site.allow for site in sites), delay_s=0)


def test_a_page_that_robots_txt_forbids_is_told_apart(serve: Callable[..., LocalSite]) -> None:
    site = serve({"/robots.txt": Reply(FORBIDS, content_type="text/plain")})
    permissions = ask_permissions([f"{site.url}/", f"{site.url}/intern/a"], settings_for(site))
    assert permissions.allows(f"{site.url}/")
    assert not permissions.allows(f"{site.url}/intern/a")
    assert permissions.crawl_delay_s == 2.0
    assert site.asked == ["/robots.txt"]


def test_a_site_without_robots_txt_is_open_and_one_with_a_server_error_closed(serve: Callable[..., LocalSite]) -> None:
    bare, broken = serve({}), serve({"/robots.txt": Reply("", status=503)})
    permissions = ask_permissions([f"{bare.url}/", f"{broken.url}/"], settings_for(bare, broken))
    assert permissions.allows(f"{bare.url}/")
    assert not permissions.allows(f"{broken.url}/")


def test_a_redirected_robots_txt_is_followed_but_never_to_a_private_address(serve: Callable[..., LocalSite]) -> None:
    canary = serve({"/robots.txt": FORBIDS})
    near = serve({"/robots.txt": Reply("", status=301, headers=(("Location", "/regels"),)), "/regels": FORBIDS})
    far = serve({"/robots.txt": Reply("", status=301, headers=(("Location", f"{canary.url}/robots.txt"),))})
    permissions = ask_permissions([f"{near.url}/", f"{far.url}/"], settings_for(near, far))
    assert not permissions.allows(f"{near.url}/intern/a")
    assert permissions.allows(f"{far.url}/intern/a")
    assert canary.asked == []


def test_an_origin_that_does_not_answer_is_left_to_the_visit(serve: Callable[..., LocalSite]) -> None:
    loop = serve({"/robots.txt": Reply("", status=302, headers=(("Location", "/robots.txt"),))})
    urls = ["http://127.0.0.1:9/", "http://voorbeeld.invalid/", f"{loop.url}/"]
    permissions = ask_permissions(urls, settings_for(loop))
    assert [permissions.allows(url) for url in urls] == [True, True, True]
    assert len(loop.asked) == 6


@pytest.mark.browser
def test_a_listed_page_that_is_forbidden_is_skipped_and_never_asked(
    serve: Callable[..., LocalSite], tmp_path: Path
) -> None:
    page = '<!doctype html><html lang="nl"><title>x</title><main><h1>Kop</h1><p>Tekst</p></main></html>'
    site = serve({"/robots.txt": "User-agent: *\nDisallow: /intern/\n", "/": page, "/intern/a": page})
    urls = [f"{site.url}/intern/a", f"{site.url}/"]
    visits = scan_pages(urls, settings_for(site, folder=tmp_path), memory=Memory(), now=lambda: datetime.now(UTC))
    assert {visit.url: (visit.status, visit.reason) for visit in visits} == {
        urls[0]: (VisitStatus.SKIPPED, Reason.ROBOTS),
        urls[1]: (VisitStatus.SCANNED, None),
    }
    assert "/intern/a" not in site.asked
