"""Tables of scans and of the addresses they met, with what the engines said and the facts of each page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from toegankelijk.storage.columns import BIG_NUMBER, PackedBytes, PackedJson
from toegankelijk.storage.schema import Table, new_id, one_of

SCAN_STATES = ("running", "complete", "partial", "failed")


class Scan(Table):
    """One scan of one site. `key` is the short number that the millions of rows below it point at."""

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint(one_of("state", SCAN_STATES), name="state"),
        Index(None, "site_id", "state", "finished_at"),
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
