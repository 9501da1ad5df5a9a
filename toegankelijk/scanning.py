"""Scan a site and keep it: the crawler's visits go into the database, one commit per page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crawler.model import Memory, Plan, Site, Versions, Visit
from crawler.scan import Clock, current_versions, scan_site
from crawler.settings import ScanSettings
from toegankelijk import registry, scans
from toegankelijk.config import Settings, prepare_data_dir
from toegankelijk.storage.session import Database

# Told the plan once, and each visit as soon as it is kept.
Watch = Callable[[Plan | Visit], None]
RULE_SET = "1"


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """A scan that has ended: what was planned, what became of every address, and how it is kept."""

    scan_id: UUID
    site: Site
    versions: Versions
    plan: Plan
    visits: tuple[Visit, ...]
    started_at: datetime
    finished_at: datetime
    state: str


def settings_for_scans(settings: Settings) -> ScanSettings:
    """The scanner's limits as this installation sets them; its files lie under the data folder."""
    return ScanSettings(
        chromium=settings.chromium,
        chromedriver=settings.chromedriver,
        info_url=f"{settings.public_url}/scanner",
        work_dir=prepare_data_dir(settings),
    )


def run_site_scan(
    database: Database,
    *,
    site_id: UUID,
    url: str,
    scan_settings: ScanSettings,
    now: Clock,
    seed: int,
    kind: str = "full",
    watch: Watch = lambda _: None,
) -> ScanOutcome:
    """Scan the site at `url` and keep the scan under `site_id`; returns when it has ended.

    Pages are committed one by one, so what was visited stays whatever happens next. An exception (an unreachable
    site, no browser, Ctrl-C) closes the scan as failed or partial and is raised again.
    """
    versions = current_versions(scan_settings)
    started_at = now()
    with database.reading() as session:
        site = Site(url, extra_hosts=_confirmed_hosts(session, site_id))
        memory = Memory(hashes=scans.content_hashes(session, site_id))
    with database.writing() as session:
        scan_id = scans.begin_scan(
            session,
            site_id=site_id,
            kind=kind,
            profile=versions.profile,
            seed=seed,
            engines=versions.engines,
            rule_set=RULE_SET,
            now=started_at,
            settings_json=_settings_json(scan_settings),
        )
        scans.record_versions(session, scan_id, versions)
    keeping = _Keeping(database, scan_id, watch)
    try:
        for visit in scan_site(site, scan_settings, memory=memory, now=now, seed=seed, watch=keeping.plan_made):
            keeping.visited(visit)
    except BaseException as error:
        keeping.finish("partial", now(), f"{type(error).__name__}: {error}"[:1000])
        raise
    finished_at = now()
    state = keeping.finish("complete", finished_at)
    assert keeping.plan is not None
    return ScanOutcome(scan_id, site, versions, keeping.plan, tuple(keeping.visits), started_at, finished_at, state)


def _confirmed_hosts(session: Session, site_id: UUID) -> tuple[str, ...]:
    """Further host names that a person counted as part of the site; an e-service on another host never is."""
    hosts = registry.hosts_of(session, site_id)
    return tuple(host.name for host in hosts if host.status == "confirmed" and host.kind in ("alias", "subdomain"))


class _Keeping:
    """The hand that writes a running scan down; it holds the visits, without their raw results, for the outcome."""

    def __init__(self, database: Database, scan_id: UUID, watch: Watch) -> None:
        self.database = database
        self.scan_id = scan_id
        self.watch = watch
        self.plan: Plan | None = None
        self.visits: list[Visit] = []
        self._chosen: frozenset[str] = frozenset()

    def plan_made(self, plan: Plan) -> None:
        """Keep all addresses; those that are not visited have their state and reason from now on."""
        self.plan = plan
        self._chosen = frozenset(choice.url for choice in plan.sample)
        with self.database.writing() as session:
            scans.record_plan(session, self.scan_id, plan)
        self.watch(plan)

    def visited(self, visit: Visit) -> None:
        """Keep one visit; addresses that were left out have been kept with the plan."""
        self.visits.append(replace(visit, raw=None))
        if visit.url not in self._chosen:
            return
        with self.database.writing() as session:
            scans.record_visit(session, self.scan_id, visit)
        self.watch(visit)

    def finish(self, state: str, at: datetime, note: str = "") -> str:
        """Close the scan; gives the state that it is kept with."""
        with self.database.writing() as session:
            return scans.finish_scan(session, self.scan_id, state=state, now=at, note=note)


def _settings_json(settings: ScanSettings) -> dict[str, object]:
    return {
        "pages": settings.pages,
        "tabs": settings.tabs,
        "delay_s": settings.delay_s,
        "viewport": list(settings.viewport),
        "navigation_s": settings.navigation_s,
        "script_s": settings.script_s,
        "wall_s": settings.wall_s,
        "settle_quiet_s": settings.settle_quiet_s,
        "settle_cap_s": settings.settle_cap_s,
        "info_url": settings.info_url,
    }
