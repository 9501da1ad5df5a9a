"""A scan from start to end: discover, choose, visit; every discovered address comes out as exactly one visit."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from datetime import datetime

from crawler.browser import browser_version
from crawler.canonical import same_page_key
from crawler.checks.axe import ENGINE, engine_script, script_version
from crawler.crew import Job
from crawler.discover import discover
from crawler.errors import OutsideHours
from crawler.law import FULL
from crawler.model import Address, Choice, Discovery, Memory, Plan, Reason, Site, Versions, Visit, VisitStatus
from crawler.patience import is_open
from crawler.permission import ask_permissions
from crawler.sample import choose_sample
from crawler.settings import ScanSettings
from crawler.supervise import supervised_visits
from crawler.text import tidy_plan, tidy_visit

SCANNER_VERSION = "0.1.0"
Clock = Callable[[], datetime]
Watch = Callable[[Plan], None]


def current_versions(settings: ScanSettings) -> Versions:
    """What would judge now: scanner, axe-core, browser and profile.

    Raises `BrowserUnavailable` or `EngineMissing` with the remedy.
    """
    engines = {ENGINE: script_version(engine_script(settings))}
    return Versions(SCANNER_VERSION, engines, browser_version(settings), settings.profile)


def scan_site(
    site: Site,
    settings: ScanSettings,
    *,
    memory: Memory,
    now: Clock,
    seed: int,
    kind: str = FULL,
    watch: Watch = lambda _: None,
) -> Generator[Visit]:
    """Discover the pages of a site, choose a sample of a kind with `seed`, and yield what became of every address.

    `watch` is told the plan before the first visit. Addresses that are not visited come first. A plan that `memory`
    holds is carried out as it is, and pages that it holds as finished are not visited again. Raises
    `SiteUnreachable`, `AddressRefused`, `BrowserUnavailable`, and `OutsideHours` before anything is asked.
    """
    require_open(settings, now())
    plan = memory.plan or _new_plan(site, settings, kind, seed)
    yield from _carry_out(plan, settings, site=site, memory=memory, now=now, watch=watch)


def require_open(settings: ScanSettings, at: datetime) -> None:
    """Raise `OutsideHours` when the site is not to be asked at this moment."""
    if not is_open(settings.window, at):
        begin, end = settings.window or (at, at)
        raise OutsideHours(
            f"this site is scanned from {begin:%H:%M} to {end:%H:%M} only, local time in Flanders; start again then"
        )


def _new_plan(site: Site, settings: ScanSettings, kind: str, seed: int) -> Plan:
    discovery = discover(site, settings, seed_urls=site.listed)
    return tidy_plan(choose_sample(discovery, site=site, kind=kind, pages=settings.pages, seed=seed))


def scan_pages(
    urls: Sequence[str], settings: ScanSettings, *, memory: Memory, now: Clock, watch: Watch = lambda _: None
) -> Iterator[Visit]:
    """Visit exactly these pages, without crawling; yields one visit for each distinct address.

    robots.txt holds here too: a page that it forbids is not visited, and says so.
    """
    distinct = tuple(dict.fromkeys(urls))
    open_now = is_open(settings.window, now())
    allowed = ask_permissions(distinct, settings) if open_now else None
    addresses = tuple(
        Address(url) if allowed is None or allowed.allows(url) else Address(url, reason=Reason.ROBOTS)
        for url in distinct
    )
    discovery = Discovery(addresses=addresses, crawl_delay_s=allowed.crawl_delay_s if allowed else None)
    plan = Plan(discovery, tuple(Choice(address.url, "listed") for address in addresses if address.reason is None))
    yield from _carry_out(plan, settings, site=None, memory=memory, now=now, watch=watch)


def _carry_out(
    plan: Plan, settings: ScanSettings, *, site: Site | None, memory: Memory, now: Clock, watch: Watch
) -> Iterator[Visit]:
    watch(plan)
    yield from _left_out(plan, now)
    wanted = [choice for choice in plan.sample if choice.url not in memory.finished]
    claimed = {same_page_key(final_url): url for final_url, url in memory.landed.items()}
    job = Job(tuple(wanted), settings, site, plan.discovery.crawl_delay_s, claimed)
    with closing(supervised_visits(job, now=now)) as visits:
        yield from map(tidy_visit, visits)


def _left_out(plan: Plan, now: Clock) -> Iterator[Visit]:
    """The addresses that discovery settled, and the pages that the sample leaves out."""
    chosen = {choice.url for choice in plan.sample}
    for address in plan.discovery.addresses:
        if address.url in chosen:
            continue
        yield Visit(
            url=address.url,
            final_url=address.duplicate_of or address.url,
            status=address.status or VisitStatus.SKIPPED,
            reason=address.reason or Reason.NOT_SAMPLED,
            visited_at=now(),
            title=address.title,
            http_status=address.http_status,
            duplicate_of=address.duplicate_of,
            detail=address.detail,
        )
