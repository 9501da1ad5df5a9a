"""Tables and queries of findings: rules and nodes' texts once, small rows where they occur, totals per scan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from toegankelijk.storage.bulk import chunked, insert_missing
from toegankelijk.storage.columns import SMALL_KEY, Code, Words
from toegankelijk.storage.scans import Address
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


def keep_rules(session: Session, rules: Mapping[bytes, dict[str, Any]]) -> dict[bytes, int]:
    """The numbers of these rules (by digest), adding those that are new."""
    known = _rule_keys(session, rules)
    missing = sorted(rules.keys() - known.keys())
    if missing:
        insert_missing(session, Rule, [{"digest": digest, **rules[digest]} for digest in missing])
        known |= _rule_keys(session, missing)
    return known


def _rule_keys(session: Session, digests: Any) -> dict[bytes, int]:
    return {
        digest: key
        for chunk in chunked(list(digests))
        for digest, key in session.execute(select(Rule.digest, Rule.key).where(Rule.digest.in_(chunk)))
    }


def keep_nodes(session: Session, site_id: UUID, nodes: Mapping[bytes, dict[str, Any]]) -> dict[bytes, int]:
    """The numbers of these nodes of a site (by digest), adding those that are new."""
    known = _node_keys(session, site_id, nodes)
    missing = sorted(nodes.keys() - known.keys())
    if missing:
        rows = [{"site_id": site_id, "digest": digest, **nodes[digest]} for digest in missing]
        insert_missing(session, Node, rows)
        known |= _node_keys(session, site_id, missing)
    return known


def _node_keys(session: Session, site_id: UUID, digests: Any) -> dict[bytes, int]:
    return {
        digest: key
        for chunk in chunked(list(digests))
        for digest, key in session.execute(
            select(Node.digest, Node.key).where(Node.site_id == site_id, Node.digest.in_(chunk))
        )
    }


def replace_occurrences(session: Session, address_key: int, rows: list[dict[str, Any]]) -> None:
    """Make these the findings of an address, in place of earlier ones."""
    session.execute(delete(Occurrence).where(Occurrence.address_key == address_key))
    if rows:
        session.execute(
            insert(Occurrence),
            [{"address_key": address_key, "ordinal": place, **row} for place, row in enumerate(rows)],
        )


def write_totals(session: Session, scan_key: int) -> None:
    """Count the findings of a scan per rule and per success criterion, in place of an earlier count."""
    for table in (RuleTotal, CriterionTotal):
        session.execute(delete(table).where(table.scan_key == scan_key))
    rule_rows = _count_by_rule(session, scan_key)
    if rule_rows:
        session.execute(insert(RuleTotal), rule_rows)
    criterion_rows = _count_by_criterion(session, scan_key)
    if criterion_rows:
        session.execute(insert(CriterionTotal), criterion_rows)


def _count_by_rule(session: Session, scan_key: int) -> list[dict[str, Any]]:
    query = (
        select(
            Occurrence.rule_key,
            Occurrence.outcome,
            func.max(Occurrence.impact).label("impact"),
            func.count(Occurrence.address_key.distinct()).label("pages"),
            func.count().label("nodes"),
        )
        .join(Address, Address.key == Occurrence.address_key)
        .where(Address.scan_key == scan_key)
        .group_by(Occurrence.rule_key, Occurrence.outcome)
    )
    return [{"scan_key": scan_key, **row} for row in session.execute(query).mappings()]


def _count_by_criterion(session: Session, scan_key: int) -> list[dict[str, Any]]:
    # A node that breaks two rules of one criterion is one node of that criterion, so rules cannot be added up.
    spots = (
        select(Occurrence.address_key, Occurrence.node_key, Occurrence.rule_key, Occurrence.outcome)
        .join(Address, Address.key == Occurrence.address_key)
        .join(Rule, Rule.key == Occurrence.rule_key)
        .where(Address.scan_key == scan_key, Rule.best_practice.is_(False))
        .distinct()
    )
    criteria = dict(session.execute(select(Rule.key, Rule.criteria)).all())
    nodes: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    for address_key, node_key, rule_key, outcome in session.execute(spots):
        for criterion in criteria[rule_key]:
            nodes[criterion, outcome].add((address_key, node_key))
    return [
        {
            "scan_key": scan_key,
            "criterion": criterion,
            "outcome": outcome,
            "pages": len({address_key for address_key, _ in found}),
            "nodes": len(found),
        }
        for (criterion, outcome), found in nodes.items()
    ]
