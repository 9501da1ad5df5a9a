"""Scan a site and keep it: the crawler's visits go into the database, one commit per page; a broken scan goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crawler.canonical import canonical
from crawler.errors import BrowserUnavailable, EngineMissing, OutsideHours
from crawler.model import Plan, Site, Versions, Visit
from crawler.scan import Clock, current_versions, require_open, scan_site
from crawler.settings import ScanSettings
from toegankelijk import registry, scans
from toegankelijk.config import Settings, prepare_data_dir
from toegankelijk.errors import PlatformError, ScanRunning
from toegankelijk.ownership import Owner, renewed
from toegankelijk.scan_limits import limits_to_json, with_kept_limits
from toegankelijk.scans import OpenScan
from toegankelijk.storage.session import Database

RULE_SET = "1"
# Failures of this machine and not of the site: the scan stays open, and the next start goes on with it.
_OURS = (BrowserUnavailable, EngineMissing, OutsideHours, OSError, MemoryError)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A scan that was broken off goes on: when it began, and how many pages it has already."""

    started_at: datetime
    pages: int


# Told first whether the scan goes on from an earlier one, then its plan, then each visit as soon as it is kept.
Watch = Callable[[Resumed | Plan | Visit], None]


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
    listed: Sequence[str] = (),
    anew: bool = False,
    watch: Watch = lambda _: None,
) -> ScanOutcome:
    """Scan the site at `url` and keep the scan under `site_id`; returns when it has ended.

    Pages are committed one by one, so what was visited stays whatever happens next. A scan of this site that was
    broken off goes on, with the kind, seed and limits of its beginning, unless `anew`. Raises `ScanRunning` when
    another program scans the site. What fails on this machine (database, browser, disk) leaves the scan open for the
    next start; any other exception (an unreachable site, Ctrl-C) closes it as failed or partial. Both are raised.
    """
    require_open(scan_settings, now())
    versions = current_versions(scan_settings)
    settings = {**limits_to_json(scan_settings), "listed": list(listed)}
    order = scans.Order(site_id, canonical(url) or url, kind, seed, versions, RULE_SET, settings)
    with Owner(scan_settings.work_dir / "owners") as owner:
        opened = _open(database, order, owner, now=now, anew=anew)
        with database.reading() as session:
            wanted = tuple(opened.settings.get("listed", ()))
            site = Site(url, extra_hosts=_confirmed_hosts(session, site_id), listed=wanted)
        keeping = _Keeping(database, opened, owner, now, watch)
        with renewed(database, opened.id, owner, now=now):
            _carry_out(keeping, opened, site, with_kept_limits(scan_settings, opened.settings))
            finished_at = now()
            state = keeping.finish("complete", finished_at)
    assert keeping.plan is not None
    visits = tuple(keeping.visits)
    return ScanOutcome(opened.id, site, versions, keeping.plan, visits, opened.started_at, finished_at, state)


def _open(database: Database, order: scans.Order, owner: Owner, *, now: Clock, anew: bool) -> OpenScan:
    try:
        with database.writing() as session:
            scans.close_old_scans(session, now=now(), is_gone=owner.is_gone)
            opened = scans.open_scan(session, order, owner=owner.name, now=now(), is_gone=owner.is_gone, anew=anew)
            owners = scans.owners_of_running_scans(session)
    except ScanRunning:
        owner.has_let_go = True
        raise
    owner.sweep(keep=owners)
    return opened


def _carry_out(keeping: _Keeping, opened: OpenScan, site: Site, settings: ScanSettings) -> None:
    try:
        with closing(
            scan_site(
                site,
                settings,
                memory=opened.memory,
                now=keeping.now,
                seed=opened.seed,
                kind=opened.kind,
                watch=keeping.plan_made,
            )
        ) as visits:
            for visit in visits:
                keeping.visited(visit)
    except PlatformError:
        raise  # what cannot be written now is found open by the next start, which sees that nobody has it
    except _OURS:
        keeping.leave()
        raise
    except BaseException as error:
        keeping.finish("partial", keeping.now(), f"{type(error).__name__}: {error}"[:1000])
        raise


def _confirmed_hosts(session: Session, site_id: UUID) -> tuple[str, ...]:
    """Further host names that a person counted as part of the site; an e-service on another host never is."""
    hosts = registry.hosts_of(session, site_id)
    return tuple(host.name for host in hosts if host.status == "confirmed" and host.kind in ("alias", "subdomain"))


class _Keeping:
    """The hand that writes a running scan down; it holds the visits, without their raw results, for the outcome."""

    def __init__(self, database: Database, opened: OpenScan, owner: Owner, now: Clock, watch: Watch) -> None:
        self.database = database
        self.opened = opened
        self.owner = owner
        self.now = now
        self.watch = watch
        self.plan: Plan | None = None
        self.visits: list[Visit] = list(opened.kept)
        self._chosen: frozenset[str] = frozenset()
        if opened.is_resumed:
            watch(Resumed(opened.started_at, len(opened.kept)))

    def plan_made(self, plan: Plan) -> None:
        """Keep all addresses; those that are not visited have their state and reason from now on."""
        self.plan = plan
        self._chosen = frozenset(choice.url for choice in plan.sample)
        if plan is not self.opened.memory.plan:
            with self._writing() as session:
                scans.record_plan(session, self.opened.id, plan)
        self.watch(plan)

    def visited(self, visit: Visit) -> None:
        """Keep one visit; addresses that were left out have been kept with the plan."""
        self.visits.append(replace(visit, raw=None))
        if visit.url not in self._chosen:
            return
        with self._writing() as session:
            scans.record_visit(session, self.opened.id, visit)
        self.watch(visit)

    def finish(self, state: str, at: datetime, note: str = "") -> str:
        """Close the scan; gives the state that it is kept with."""
        with self._writing() as session:
            kept = scans.finish_scan(session, self.opened.id, state=state, now=at, note=note)
        self.owner.has_let_go = True
        return kept

    def leave(self) -> None:
        """Leave the scan open for whoever takes it up; when even that cannot be written, our end will tell."""
        with contextlib.suppress(PlatformError):
            with self.database.writing() as session:
                scans.release_scan(session, self.opened.id, owner=self.owner.name)
            self.owner.has_let_go = True

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Session]:
        """A session that writes while the scan is ours, and else raises `ScanTaken`."""
        with self.database.writing() as session:
            scans.hold_scan(session, self.opened.id, owner=self.owner.name, now=self.now())
            yield session
