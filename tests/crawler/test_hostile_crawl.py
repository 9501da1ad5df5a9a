"""Discovery of a site of link traps: every real page found, every trap bounded and counted, the canary never asked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from crawler.discover import discover
from crawler.model import Address, Discovery, Reason, Site
from crawler.settings import ScanSettings
from tests.sites.hostile.maze import BROKEN_PAGES, REAL_PAGES, routes
from tests.sites.hostile.server import Hostile, serve_hostile

MOST_ASKED = 200
# robots.txt, sitemaps, the page that cannot exist, and second tries of what may pass.
BESIDE_PAGES = 50
MOST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl found on a host, what it asked there, and how long it took."""

    found: Discovery
    host: str
    asked: tuple[str, ...]
    seconds: float

    def address(self, path: str) -> Address:
        """The one address with this path."""
        (found,) = (address for address in self.found.addresses if address.url == self.host + path)
        return found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    with serve_hostile(tmp_path_factory.mktemp("maze"), routes) as site:
        yield site


def crawl(hostile: Hostile, listener: str, host: str) -> Crawled:
    settings = ScanSettings(
        allow=hostile.hosts.allow,
        delay_s=0,
        navigation_s=2.0,
        discover_limit=MOST_ASKED,
        discover_wall_s=MOST_SECONDS,
        max_response_bytes=5_000_000,
    )
    begun = time.monotonic()
    found = discover(Site(f"{host}/"), settings)
    return Crawled(found, host, tuple(hostile.asked[listener]), time.monotonic() - begun)


@pytest.fixture(scope="module")
def maze(hostile: Hostile) -> Crawled:
    """The host on which a crawl can end."""
    return crawl(hostile, "site", hostile.hosts.site)


@pytest.fixture(scope="module")
def endless(hostile: Hostile) -> Crawled:
    """The host on which it can't."""
    return crawl(hostile, "other", hostile.hosts.other)


@pytest.mark.parametrize("path", REAL_PAGES)
def test_every_real_page_is_found_in_either_maze(path: str, maze: Crawled, endless: Crawled) -> None:
    assert maze.address(path).status is None
    assert endless.address(path).status is None


def test_a_crawl_that_knows_traps_comes_to_an_end(maze: Crawled) -> None:
    assert maze.found.complete, maze.found.note
    assert len(maze.asked) <= MOST_ASKED + BESIDE_PAGES
    assert maze.seconds < MOST_SECONDS


@pytest.mark.parametrize(
    "rule", ["calendar", "filter", "path-repeat", "parameter-variety", "too-deep", "too-long", "sort", "print", "view"]
)
def test_every_kind_of_trap_is_counted_under_its_name(rule: str, maze: Crawled) -> None:
    assert maze.found.traps[rule] >= 1, maze.found.traps


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/verboden/geheim", Reason.ROBOTS),
        ("/zacht-1", Reason.SOFT_404),
        ("/nergens", Reason.HTTP_4XX),
        ("/dubbel-b", Reason.DUPLICATE_OF),
        ("/Bladzijde-1", Reason.DUPLICATE_OF),
        ("/bladzijde-1/", Reason.DUPLICATE_OF),
        ("/verhuisd", Reason.DUPLICATE_OF),
        ("/kring-1", Reason.REDIRECT_LOOP),
        ("/kring-2", Reason.REDIRECT_LOOP),
        ("/naar-elders", Reason.OFF_SITE),
        ("/naar-binnen", Reason.PRIVATE_ADDRESS),
        ("/naar-kanarie", Reason.PRIVATE_ADDRESS),
        ("/naar-bestand", Reason.OFF_SITE),
        ("/naar-niets", Reason.OFF_SITE),
        ("/wire/reset", Reason.UNREACHABLE),
        ("/wire/hang-up", Reason.UNREACHABLE),
        ("/wire/garbage", Reason.UNREACHABLE),
        ("/wire/silent", Reason.TIMEOUT_NAV),
        ("/wire/drip", Reason.TIMEOUT_NAV),
        ("/wire/endless-body", Reason.TOO_LARGE),
        ("/wire/gzip-bomb", Reason.TOO_LARGE),
        ("/wire/200-megabytes", Reason.TOO_LARGE),
        ("/wire/nothing-204", Reason.EMPTY),
    ],
)
def test_what_is_no_page_is_left_with_its_reason(path: str, reason: Reason, maze: Crawled) -> None:
    assert maze.address(path).reason is reason, maze.address(path)


@pytest.mark.parametrize("path", BROKEN_PAGES)
def test_no_broken_answer_passes_for_a_page(path: str, maze: Crawled) -> None:
    assert maze.address(path).status is not None


def test_a_chain_of_redirects_without_end_is_cut(maze: Crawled, endless: Crawled) -> None:
    reasons = {address.reason for address in maze.found.addresses if "/keten" in address.url}
    assert reasons == {Reason.REDIRECT_LOOP, Reason.TRAP}
    assert all(address.status is not None for address in endless.found.addresses if "/hop" in address.url)
    assert sum(path.startswith("/keten") for path in maze.asked) < 30


def test_marks_of_sessions_make_no_new_pages(maze: Crawled) -> None:
    assert sum(address.status is None for address in maze.found.addresses if "/winkel" in address.url) == 1


def test_a_site_without_end_is_left_at_the_limit_and_it_is_said(endless: Crawled) -> None:
    assert not endless.found.complete
    assert f"stopped at {MOST_ASKED} addresses" in endless.found.note
    assert endless.found.traps["limit"] > 1_000
    assert len(endless.asked) <= MOST_ASKED + BESIDE_PAGES
    assert endless.seconds < MOST_SECONDS


def test_every_address_comes_out_once_and_in_one_state(maze: Crawled, endless: Crawled) -> None:
    for crawled in (maze, endless):
        urls = Counter(address.url for address in crawled.found.addresses)
        assert set(urls.values()) == {1}
        for address in crawled.found.addresses:
            assert (address.status is None) is (address.reason is None), address
            assert (address.reason is Reason.DUPLICATE_OF) is (address.duplicate_of is not None), address
            assert address.duplicate_of is None or address.duplicate_of in urls


def test_nothing_forbidden_is_asked(maze: Crawled, endless: Crawled, hostile: Hostile) -> None:
    assert maze.asked
    assert endless.asked
    assert not any(path.startswith("/verboden") for path in (*maze.asked, *endless.asked))
    assert hostile.asked["canary"] == []
