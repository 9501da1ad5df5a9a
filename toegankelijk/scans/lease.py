"""Whose scan it is: one living program per site, and a scan whose program died goes on in the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crawler.model import Memory, Versions, Visit
from crawler.text import printable
from toegankelijk.errors import ScanRunning, ScanTaken
from toegankelijk.scans.read import content_hashes
from toegankelijk.scans.record import begin_scan, finish_scan, record_versions
from toegankelijk.scans.unfinished import kept_visits, landed_of, plan_of
from toegankelijk.storage import scans as stored
from toegankelijk.storage.bodies import get_site_row

# An owner that has not renewed its lease for so long is taken for dead; it renews four times in that time.
LEASE = timedelta(minutes=2)
# A site is another one a day later: pages from before and after would not make one scan.
GOES_ON_FOR = timedelta(hours=24)

# Whether an owner is known to have ended, although its lease still runs.
IsGone = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Order:
    """A scan that is wanted: of which site, at which address, and how it is to be judged."""

    site_id: UUID
    url: str
    kind: str
    seed: int
    versions: Versions
    rule_set: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenScan:
    """A scan that its owner may write to: a new one, or one that goes on where another program left it.

    `kind`, `seed` and `settings` are those of its beginning; `kept` are the visits that it has. `is_resumed` tells
    the two apart.
    """

    id: UUID
    kind: str
    seed: int
    settings: Mapping[str, Any]
    started_at: datetime
    memory: Memory
    kept: tuple[Visit, ...] = ()
    is_resumed: bool = False


def open_scan(
    session: Session, order: Order, *, owner: str, now: datetime, is_gone: IsGone, anew: bool = False
) -> OpenScan:
    """Begin a scan of a site, or take up the one that was broken off, for `owner`.

    One that is too old, that other versions judged, or of another address is closed as it is and a new one begun;
    so is any, with `anew`. Raises `ScanRunning` while the owner of a scan of this site lives.
    """
    # the site's row is what two programs that start at once wait for
    site = get_site_row(session, order.site_id, lock=True)
    running = stored.find_running_scans(session, site.id)
    for scan in running:
        if is_held(scan, now) and not is_gone(scan.owner or ""):
            raise ScanRunning(_still_running(scan, site.url))
    found = None
    for scan in running:
        why_not = "begun anew" if anew else "another one went on" if found else _why_not(session, scan, order, now)
        if why_not:
            _close(session, scan, why_not, now)
        else:
            found = scan
    if found is None:
        return _begin(session, order, owner=owner, now=now)
    return _take_up(session, found, owner=owner, now=now)


def hold_scan(session: Session, scan_id: UUID, *, owner: str, now: datetime) -> None:
    """Renew the lease of a scan; raises `ScanTaken` when it is no longer this owner's, so that nothing is written."""
    scan = stored.get_scan_row(session, scan_id, lock=True)
    if scan.owner != owner or scan.state != "running":
        who = f"{printable(scan.owner)} goes on with it" if scan.owner else f"it ended as {scan.state}"
        raise ScanTaken(f"The scan {scan_id} is no longer written by this program: {who}. Nothing was lost.")
    scan.lease_until = now + LEASE


def release_scan(session: Session, scan_id: UUID, *, owner: str) -> None:
    """Leave a scan as it is, for the next program to take up at once; nothing happens when it has another owner."""
    scan = stored.get_scan_row(session, scan_id, lock=True)
    if scan.owner == owner:
        scan.owner = scan.lease_until = None


def close_old_scans(session: Session, *, now: datetime, is_gone: IsGone) -> int:
    """Close the scans of all sites that nobody took up within the time to go on; gives their number."""
    old = stored.find_scans_running_since(session, now - GOES_ON_FOR)
    dead = [scan for scan in old if not is_held(scan, now) or is_gone(scan.owner or "")]
    for scan in dead:
        _close(session, scan, _too_old(scan), now)
    return len(dead)


def owners_of_running_scans(session: Session) -> frozenset[str]:
    """The names of all that have a scan which has not ended."""
    return stored.find_running_owners(session)


def is_held(scan: stored.Scan, now: datetime) -> bool:
    """True while the lease of a running scan has not run out."""
    return scan.lease_until is not None and scan.lease_until > now


def _begin(session: Session, order: Order, *, owner: str, now: datetime) -> OpenScan:
    scan_id = begin_scan(
        session,
        site_id=order.site_id,
        kind=order.kind,
        profile=order.versions.profile,
        seed=order.seed,
        engines=order.versions.engines,
        rule_set=order.rule_set,
        now=now,
        settings_json={**order.settings, "url": order.url},
    )
    record_versions(session, scan_id, order.versions)
    _give(session, scan_id, owner, now)
    memory = Memory(hashes=content_hashes(session, order.site_id))
    return OpenScan(scan_id, order.kind, order.seed, order.settings, now, memory)


def _take_up(session: Session, scan: stored.Scan, *, owner: str, now: datetime) -> OpenScan:
    _give(session, scan.id, owner, now)
    visits = kept_visits(session, scan.id)
    memory = Memory(
        finished=frozenset(visit.url for visit in visits),
        hashes=content_hashes(session, scan.site_id),
        plan=plan_of(session, scan.id),
        landed=landed_of(visits),
    )
    return OpenScan(scan.id, scan.kind, scan.seed, scan.settings, scan.started_at, memory, tuple(visits), True)


def _give(session: Session, scan_id: UUID, owner: str, now: datetime) -> None:
    scan = stored.get_scan_row(session, scan_id)
    scan.owner = owner
    scan.lease_until = now + LEASE
    session.flush()


def _why_not(session: Session, scan: stored.Scan, order: Order, now: datetime) -> str:
    """Why a scan that was broken off cannot go on; nothing when it can."""
    if now - scan.started_at > GOES_ON_FOR:
        return _too_old(scan)
    if scan.versions != order.versions.to_json() or scan.rule_set != order.rule_set:
        return "the versions that judge have changed since"
    if scan.settings.get("url") != order.url:
        return "the address of the site has changed since"
    has_visits = any(stored.count_addresses(session, scan.key).values())
    return "its plan cannot be read" if has_visits and plan_of(session, scan.id) is None else ""


def _too_old(scan: stored.Scan) -> str:
    return (
        f"nobody went on with it within {GOES_ON_FOR // timedelta(hours=1)} hours of {scan.started_at:%Y-%m-%d %H:%M}Z"
    )


def _close(session: Session, scan: stored.Scan, why: str, now: datetime) -> None:
    finish_scan(session, scan.id, state="partial", now=now, note=f"broken off and not taken up: {why}")


def _still_running(scan: stored.Scan, url: str) -> str:
    return (
        f"{printable(url)} is being scanned since {scan.started_at:%Y-%m-%d %H:%M}Z by {printable(scan.owner or '')}. "
        f"Wait until that is done, or stop it. If that machine is gone, try again after {scan.lease_until:%H:%M:%S}Z: "
        "the scan then goes on where it was."
    )
