"""On a municipal website full of traps, discovery finds exactly the canonical pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crawler.discover import discover
from crawler.model import Discovery, Reason, Site
from crawler.sample import choose_sample
from crawler.settings import ScanSettings
from tests.sites.municipal import serve_municipal
from tests.sites.municipal_site.server import Server

PAGES, SEED = 40, 1


def crawl(server: Server) -> Discovery:
    allow = frozenset({f"127.0.0.1:{server.port}"})
    return discover(Site(server.base), ScanSettings(delay_s=0.0, allow=allow))


def told(found: Discovery, base: str) -> set[tuple[str, str | None, str]]:
    return {
        (entry.url.removeprefix(base), entry.reason, (entry.duplicate_of or "").removeprefix(base))
        for entry in found.addresses
    }


@pytest.fixture(scope="module")
def crawled() -> Iterator[tuple[Server, Discovery]]:
    with serve_municipal(PAGES, SEED) as server:
        yield server, crawl(server)


Crawled = tuple[Server, Discovery]


def test_exactly_the_canonical_pages_are_found(crawled: Crawled) -> None:
    server, found = crawled
    pages = {entry.url for entry in found.addresses if entry.status is None}
    assert pages == {server.base + path for path in server.site.pages}
    assert found.complete


def test_every_duplicate_trap_and_dead_end_has_its_reason(crawled: Crawled) -> None:
    server, found = crawled
    reasons = {path: reason for path, reason, _ in told(found, server.base)}
    assert reasons["/Contact/"] is Reason.DUPLICATE_OF
    assert reasons["/home"] is Reason.DUPLICATE_OF
    assert reasons["/index.php"] is Reason.DUPLICATE_OF
    assert reasons["/contact/?bron=sociaal"] is Reason.DUPLICATE_OF
    assert {reasons[f"/doorverwijzing/{n}"] for n in (1, 2, 3, 4)} == {Reason.DUPLICATE_OF}
    assert reasons["/oude-website/pagina-1"] is Reason.SOFT_404
    assert reasons["/bestaat-niet/"] is Reason.HTTP_4XX
    assert reasons["/intern/concept/"] is Reason.ROBOTS
    assert reasons["/rss.xml"] is Reason.NOT_HTML
    assert set(found.traps) >= {"calendar", "print", "sort"}
    assert len(found.documents) == 12
    assert found.external_hosts == {}


def test_a_crawl_asks_little_more_than_the_pages(crawled: Crawled) -> None:
    server, found = crawled
    assert max(server.stats.values()) == 1
    assert sum(server.stats.values()) < len(found.addresses)
    assert not [path for path in server.stats if path.startswith(("/intern", "/agenda/?", "/zoeken/?"))]


def test_a_slow_network_changes_nothing_in_what_is_found(crawled: Crawled) -> None:
    server, found = crawled
    with serve_municipal(PAGES, SEED, latency_ms=(2, 60)) as slow:
        again = crawl(slow)
        assert told(again, slow.base) == told(found, server.base)
    assert again.traps == found.traps


def test_the_sample_holds_what_the_law_asks(crawled: Crawled) -> None:
    server, found = crawled
    plan = choose_sample(found, site=Site(server.base), pages=22, seed=7)
    why = {choice.url.removeprefix(server.base): choice.selected_by for choice in plan.sample}
    assert len(why) == 22
    assert [why[path] for path in ("/", "/toegankelijkheid/", "/contact/", "/zoeken/", "/privacy/")] == [
        "a:home",
        "c:statement",
        "a:contact",
        "b:search",
        "a:legal",
    ]
    assert list(why.values()).count("g:random") >= 2
    templates = {server.site.pages[path].template for path in why}
    assert templates >= {page.template for page in server.site.pages.values()} - {"event"}
    assert {"a:help", "a:sitemap"} <= set(plan.unmet)
    assert not {"a:home", "a:contact", "b:search", "c:statement", "d:table", "d:form", "g:random"} & set(plan.unmet)
    assert [choice.selected_by for choice in plan.documents][-1] == "e:document"
    assert all(server.site.pages[entry.page.removeprefix(server.base)].template == "form" for entry in plan.processes)
