"""Tables and queries of scans and the addresses they met, with what the engines said and each page's facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from toegankelijk.errors import UnknownRecord
from toegankelijk.storage.columns import BIG_NUMBER, PackedBytes, PackedJson
from toegankelijk.storage.digests import digest_of
from toegankelijk.storage.schema import Table, new_id, one_of

SCAN_STATES = ("running", "complete", "partial", "failed")


class Scan(Table):
    """One scan of one site. `key` is the short number that the millions of rows below it point at.

    While it runs, `owner` is the program that may write to it, until `lease_until` unless it renews that.
    """

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint(one_of("state", SCAN_STATES), name="state"),
        Index(None, "site_id", "state", "finished_at"),
        Index(None, "state", "started_at"),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=new_id)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(20))
    profile: Mapped[str] = mapped_column(String(40))
    seed: Mapped[int] = mapped_column(BIG_NUMBER)
    engines: Mapped[dict[str, Any]]
    rule_set: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    versions: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    traps: Mapped[dict[str, Any]]
    settings: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]


class ScanPlan(Table):
    """What a running scan is going to do, whole; it goes when the scan has ended."""

    __tablename__ = "scan_plan"

    scan_key: Mapped[int] = mapped_column(
        ForeignKey("scan.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    body: Mapped[bytes] = mapped_column(PackedBytes)


class Address(Table):
    """One discovered address of one scan; `status` is empty while it waits for its visit."""

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("scan_key", "url_digest"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    scan_key: Mapped[int] = mapped_column(ForeignKey("scan.key", ondelete="CASCADE"))
    url_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    url: Mapped[str] = mapped_column(Text)
    final_url: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(30))
    selected_by: Mapped[str | None] = mapped_column(String(60))
    http_status: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(Text)
    load_ms: Mapped[int | None]
    check_ms: Mapped[int | None]
    duplicate_of: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    found_on: Mapped[str | None] = mapped_column(Text)
    visited_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    cannot_tell: Mapped[int] = mapped_column(default=0)


class PageRaw(Table):
    """All that the engines said about a page, compressed, so that new rules can judge old scans."""

    __tablename__ = "page_raw"

    address_key: Mapped[int] = mapped_column(
        ForeignKey("address.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    body: Mapped[bytes] = mapped_column(PackedBytes)


class PageFacts(Table):
    """Facts of a visited page; the lists (links, hosts, documents, outline, notes) are packed together."""

    __tablename__ = "page_facts"

    address_key: Mapped[int] = mapped_column(
        ForeignKey("address.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    content_hash: Mapped[str] = mapped_column(String(128))
    language: Mapped[str] = mapped_column(String(35))
    generator: Mapped[str] = mapped_column(String(200))
    consent: Mapped[str] = mapped_column(String(100))
    elements: Mapped[int]
    requests: Mapped[int]
    bytes_received: Mapped[int] = mapped_column(BIG_NUMBER)
    lists: Mapped[Any] = mapped_column(PackedJson)


def get_scan_row(session: Session, scan_id: UUID, *, lock: bool = False) -> Scan:
    """The scan with this id, or `UnknownRecord`; with `lock` nobody else can finish it meanwhile."""
    query = select(Scan).where(Scan.id == scan_id)
    scan = session.scalar(query.with_for_update() if lock else query)
    if scan is None:
        raise UnknownRecord(f"There is no scan {scan_id}.")
    return scan


def find_latest_scan(session: Session, site_id: UUID, *, state: str = "") -> Scan | None:
    """The scan of a site that ended last in this state, or without a state the one that began last."""
    query = select(Scan).where(Scan.site_id == site_id)
    if state:
        query = query.where(Scan.state == state).order_by(Scan.finished_at.desc(), Scan.key.desc())
    else:
        query = query.order_by(Scan.started_at.desc(), Scan.key.desc())
    return session.scalar(query.limit(1))


def find_running_scans(session: Session, site_id: UUID) -> list[Scan]:
    """The scans of a site that have not ended, the last one first; nobody else can change them meanwhile."""
    query = select(Scan).where(Scan.site_id == site_id, Scan.state == "running").order_by(Scan.key.desc())
    return list(session.scalars(query.with_for_update()))


def find_scans_running_since(session: Session, moment: datetime) -> list[Scan]:
    """Scans of all sites that began before this moment and have not ended; those that somebody writes are left out."""
    query = select(Scan).where(Scan.state == "running", Scan.started_at < moment).order_by(Scan.key)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def find_running_owners(session: Session) -> frozenset[str]:
    """The owners of all scans that have not ended."""
    query = select(Scan.owner).where(Scan.state == "running", Scan.owner.is_not(None))
    return frozenset(owner for owner in session.scalars(query) if owner)


def put_plan(session: Session, scan_key: int, body: bytes) -> None:
    """Keep the plan of a scan, in place of an earlier one."""
    forget_plan(session, scan_key)
    session.add(ScanPlan(scan_key=scan_key, body=body))
    session.flush()


def find_plan(session: Session, scan_key: int) -> bytes | None:
    """The plan of a running scan, if it has one yet."""
    return session.scalar(select(ScanPlan.body).where(ScanPlan.scan_key == scan_key))


def forget_plan(session: Session, scan_key: int) -> None:
    """Remove the plan of a scan."""
    session.execute(delete(ScanPlan).where(ScanPlan.scan_key == scan_key))


def find_address_keys(session: Session, scan_key: int) -> dict[bytes, int]:
    """The number of every address of a scan, by digest."""
    rows = session.execute(select(Address.url_digest, Address.key).where(Address.scan_key == scan_key))
    return dict(rows.all())


def url_digest(url: str) -> bytes:
    """What an address is found by: all of it, however long it is."""
    return digest_of(url)


def find_address(session: Session, scan_key: int, digest: bytes) -> Address | None:
    """The address of this scan with this digest."""
    return session.scalar(select(Address).where(Address.scan_key == scan_key, Address.url_digest == digest))


def forget_page(session: Session, address_key: int) -> None:
    """Remove what was kept of a page, before a second visit takes its place."""
    for table in (PageRaw, PageFacts):
        session.execute(delete(table).where(table.address_key == address_key))


def end_waiting_addresses(session: Session, scan_key: int, *, status: str, reason: str) -> int:
    """Give the addresses that were never visited this status and reason; gives their number."""
    waiting = (Address.scan_key == scan_key) & Address.status.is_(None)
    number = session.scalar(select(func.count()).where(waiting)) or 0
    if number:
        session.execute(update(Address).where(waiting).values(status=status, reason=reason))
    return number


def count_addresses(session: Session, scan_key: int) -> dict[str, int]:
    """How many addresses of a scan have each status; those that wait stand under an empty one."""
    query = select(Address.status, func.count()).where(Address.scan_key == scan_key).group_by(Address.status)
    return {status or "": number for status, number in session.execute(query)}
