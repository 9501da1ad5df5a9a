"""Tables of findings: each rule and each node's text once, small rows for where they occur, and totals per scan."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from toegankelijk.storage.columns import SMALL_KEY, Code, Words
from toegankelijk.storage.schema import Table

OUTCOMES = ("fail", "cannot_tell")
IMPACTS = ("", "minor", "moderate", "serious", "critical")


class Rule(Table):
    """A rule as an engine stated it at some time: when its criteria change it becomes another row."""

    __tablename__ = "rule"

    key: Mapped[int] = mapped_column(SMALL_KEY, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    rule: Mapped[str] = mapped_column(String(100), index=True)
    engine: Mapped[str] = mapped_column(String(40))
    engine_rule: Mapped[str] = mapped_column(String(100))
    criteria: Mapped[tuple[str, ...]] = mapped_column(Words, nullable=True)
    clauses: Mapped[tuple[str, ...]] = mapped_column(Words, nullable=True)
    act: Mapped[tuple[str, ...]] = mapped_column(Words, nullable=True)
    best_practice: Mapped[bool]


class Node(Table):
    """What was found at one spot of a site: its place, its markup and the engine's words, stored once per site."""

    __tablename__ = "node"
    __table_args__ = (UniqueConstraint("site_id", "digest"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    selector: Mapped[str] = mapped_column(Text)
    frames: Mapped[tuple[str, ...]] = mapped_column(Words, nullable=True)
    path: Mapped[tuple[str, ...]] = mapped_column(Words, nullable=True)
    snippet: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)


class Occurrence(Table):
    """One finding: on this address, by this rule, at this node. Millions of rows, so numbers only."""

    __tablename__ = "occurrence"
    __table_args__ = ({"sqlite_with_rowid": False},)

    address_key: Mapped[int] = mapped_column(
        ForeignKey("address.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    node_key: Mapped[int] = mapped_column(ForeignKey("node.key"))
    rule_key: Mapped[int] = mapped_column(SMALL_KEY, ForeignKey("rule.key"))
    outcome: Mapped[str] = mapped_column(Code(OUTCOMES))
    impact: Mapped[str] = mapped_column(Code(IMPACTS))


class RuleTotal(Table):
    """Per finished scan: on how many pages and at how many nodes a rule had an outcome, and the worst impact."""

    __tablename__ = "rule_total"

    scan_key: Mapped[int] = mapped_column(
        ForeignKey("scan.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    rule_key: Mapped[int] = mapped_column(SMALL_KEY, ForeignKey("rule.key"), primary_key=True, autoincrement=False)
    outcome: Mapped[str] = mapped_column(Code(OUTCOMES), primary_key=True, autoincrement=False)
    impact: Mapped[str] = mapped_column(Code(IMPACTS))
    pages: Mapped[int]
    nodes: Mapped[int]


class CriterionTotal(Table):
    """Per finished scan: on how many pages and at how many nodes a success criterion had an outcome."""

    __tablename__ = "criterion_total"

    scan_key: Mapped[int] = mapped_column(
        ForeignKey("scan.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    criterion: Mapped[str] = mapped_column(String(12), primary_key=True)
    outcome: Mapped[str] = mapped_column(Code(OUTCOMES), primary_key=True, autoincrement=False)
    pages: Mapped[int]
    nodes: Mapped[int]
