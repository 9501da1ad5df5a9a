"""A scan as a use case: what belongs to the site, and how a scan is kept that does not come to its end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from crawler.errors import BrowserUnavailable, OutsideHours, SiteUnreachable
from crawler.model import Plan, Visit
from crawler.patience import LOCAL_TIME
from crawler.settings import ScanSettings
from tests.plugins.serving import Later, LocalSite, Reply
from toegankelijk import scans
from toegankelijk.scanning import Resumed, ScanOutcome, run_site_scan
from toegankelijk.storage import scans as stored
from toegankelijk.storage.bodies import Host
from toegankelijk.storage.session import Database

pytestmark = pytest.mark.browser

PAGE = '<!doctype html><html lang="nl"><title>{0}</title><main><h1>{0}</h1><p>{0} tekst</p>{1}</main></html>'


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path) -> ScanSettings:
    return ScanSettings(work_dir=tmp_path, delay_s=0.0, settle_cap_s=2.0)


def scan(database: Database, site: LocalSite, settings: ScanSettings, **more: object) -> ScanOutcome:
    url = f"{site.url}/"
    with database.writing() as session:
        site_id = scans.site_for_scan(session, url=url, now=now())
    allowed = replace(settings, allow=settings.allow | {site.allow})
    return run_site_scan(
        database, site_id=site_id, url=url, scan_settings=allowed, now=now, seed=1, **more  # type: ignore[arg-type]
    )  # fmt: skip


def kept_scans(database: Database) -> list[tuple[str, str | None]]:
    with database.reading() as session:
        return [(row.state, row.owner) for row in session.scalars(select(stored.Scan).order_by(stored.Scan.key))]


@pytest.mark.parametrize(("kind", "is_part"), [("e_service", False), ("alias", True)])
def test_an_e_service_on_another_host_is_never_scanned_as_part_of_the_site(
    kind: str, is_part: bool, sqlite_database: Database, settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    service = serve({"/": PAGE.format("Loket", "")}, host="127.0.0.2")
    site = serve({"/": PAGE.format("Start", f'<a href="{service.url}/">Loket</a>')})
    with sqlite_database.writing() as session:
        site_id = scans.site_for_scan(session, url=f"{site.url}/", now=now())
        session.add(Host(site_id=site_id, name=service.allow, kind=kind, status="confirmed", created_at=now()))
    outcome = scan(sqlite_database, site, replace(settings, allow=frozenset({service.allow})))
    assert outcome.state == "complete"
    assert ("/" in service.asked) is is_part
    assert (f"{service.url}/" in {visit.url for visit in outcome.visits}) is is_part


def test_a_browser_that_does_not_start_leaves_the_scan_open_for_the_next_start(
    sqlite_database: Database, settings: ScanSettings, serve: Callable[..., LocalSite], tmp_path: Path
) -> None:
    site = serve({"/": PAGE.format("Start", '<a href="/a">A</a>'), "/a": PAGE.format("Andere", "")})
    broken = tmp_path / "chromium"
    broken.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exec {shutil.which("chromium")} --version\nexit 1\n')
    broken.chmod(0o755)
    with pytest.raises(BrowserUnavailable):
        scan(sqlite_database, site, replace(settings, chromium=str(broken)))
    assert kept_scans(sqlite_database) == [("running", None)]
    asked, told = len(site.asked), list[Resumed | Plan | Visit]()
    outcome = scan(sqlite_database, site, settings, watch=told.append)
    assert (outcome.state, [visit.url for visit in outcome.visits]) == ("complete", [f"{site.url}/", f"{site.url}/a"])
    assert isinstance(told[0], Resumed)
    assert "/robots.txt" not in site.asked[asked:]
    assert kept_scans(sqlite_database) == [("complete", None)]
    assert list((tmp_path / "owners").iterdir()) == []


def test_a_person_who_stops_a_scan_means_it(
    sqlite_database: Database, settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    site = serve({"/": PAGE.format("Start", '<a href="/a">A</a>'), "/a": PAGE.format("Andere", "")})

    def stop(event: object) -> None:
        if isinstance(event, Visit):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(sqlite_database, site, settings, watch=stop)
    assert kept_scans(sqlite_database) == [("partial", None)]


def test_a_site_that_is_down_is_a_failed_scan(
    sqlite_database: Database, settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    with pytest.raises(SiteUnreachable):
        scan(sqlite_database, serve({}), settings)
    assert kept_scans(sqlite_database) == [("failed", None)]


def test_a_site_that_refuses_every_page_is_a_failed_scan_and_the_complete_one_stays(
    sqlite_database: Database, settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    pages = {"/": PAGE.format("Start", '<a href="/a">A</a>'), "/a": PAGE.format("Andere", "")}
    site = serve(pages)
    complete = scan(sqlite_database, site, settings)
    refusal = Reply("<h1>Even niet</h1>", status=503)
    site.pages = {path: Later(content, lambda: refusal) for path, content in pages.items()}
    failed = scan(sqlite_database, site, replace(settings, back_off_s=0.05))
    assert (complete.state, failed.state) == ("complete", "failed")
    with sqlite_database.reading() as session:
        site_id = scans.get_scan(session, complete.scan_id).site_id
        current = scans.current_scan(session, site_id)
    assert current is not None
    assert current.id == complete.scan_id


def test_outside_its_hours_a_scan_neither_begins_nor_ends(
    sqlite_database: Database, settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    local = now().astimezone(LOCAL_TIME)
    window = ((local + timedelta(hours=2)).time(), (local + timedelta(hours=3)).time())
    site = serve({"/": PAGE.format("Start", "")})
    with pytest.raises(OutsideHours):
        scan(sqlite_database, site, replace(settings, window=window))
    assert kept_scans(sqlite_database) == []
    assert site.asked == []


def test_a_scan_of_the_same_site_that_ended_is_not_gone_on_with(
    sqlite_database: Database, settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    site = serve({"/": PAGE.format("Start", "")})
    ids: set[UUID] = {scan(sqlite_database, site, settings).scan_id for _ in range(2)}
    assert len(ids) == 2
    assert kept_scans(sqlite_database) == [("complete", None)] * 2
