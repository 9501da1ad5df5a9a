"""Measure what scans cost in the database: bytes per finding and per scan, time per page and per report.

`python bench/storage.py` writes a SQLite file in a fresh folder through the product's own use cases, prints a table
and removes the folder. The pages are made up but shaped like real ones: most findings come from a template and are
the same on every page and in every scan, the others belong to the page, and one in ten of those is new in each scan.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from crawler.model import Address, Choice, Discovery, Finding, Outcome, PageFacts, Plan, Target, Visit, VisitStatus
from toegankelijk import scans
from toegankelijk.storage.session import Database

START = datetime(2026, 1, 1, tzinfo=UTC)
TEMPLATE_SHARE = 0.7
NEW_SHARE = 0.1
RULES = ("image-alt", "color-contrast", "link-name", "label", "heading-order", "list", "target-size", "aria-roles")


def main() -> None:
    """Fill a database with scans and print what they cost."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="toegankelijk-bench-") as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        with closing(database):
            database.migrate()
            seconds = _fill(database, options)
            _print_sizes(database, options, seconds)
            _print_reading(database)
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        print(f"file: {size / 1e6:.1f} MB, {size / 1e6 / (options.sites * options.scans):.2f} MB per scan")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=3)
    parser.add_argument("--scans", type=int, default=12, help="scans of each site")
    parser.add_argument("--pages", type=int, default=60, help="pages of each scan")
    parser.add_argument("--findings", type=int, default=40, help="findings of each page")
    parser.add_argument("--discovered", type=int, default=400, help="addresses of each site")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _fill(database: Database, options: argparse.Namespace) -> float:
    chance = random.Random(options.seed)
    begun = time.perf_counter()
    for number in range(options.sites):
        home = f"https://www.gemeente{number}.example/"
        with database.writing() as session:
            site_id = scans.site_for_scan(session, url=home, now=START)
        for turn in range(options.scans):
            _scan(database, site_id, home, turn, options, chance)
    return time.perf_counter() - begun


def _scan(
    database: Database, site_id: UUID, home: str, turn: int, options: argparse.Namespace, chance: random.Random
) -> None:
    now = START + timedelta(days=30 * turn)
    addresses = tuple(
        Address(f"{home}nl/leven-en-wonen/onderwerp-{number}/bericht-{number * 7}", found_on=f"{home}nl/overzicht")
        for number in range(options.discovered)
    )
    sample = tuple(Choice(address.url, "random") for address in addresses[: options.pages])
    with database.writing() as session:
        scan_id = scans.begin_scan(
            session,
            site_id=site_id,
            kind="full",
            profile="wcag22-aa",
            seed=options.seed,
            engines={"axe-core": "4.14.1"},
            rule_set="1",
            now=now,
            settings_json={"pages": options.pages},
        )
        scans.record_plan(session, scan_id, Plan(Discovery(addresses), sample))
    for choice in sample:
        findings = tuple(_finding(choice.url, place, turn, options, chance) for place in range(options.findings))
        with database.writing() as session:
            scans.record_visit(session, scan_id, _visit(choice.url, findings, now))
    with database.writing() as session:
        scans.finish_scan(session, scan_id, state="complete", now=now)


def _finding(url: str, place: int, turn: int, options: argparse.Namespace, chance: random.Random) -> Finding:
    of_template = place < options.findings * TEMPLATE_SHARE
    words = f"sjabloon {place}" if of_template else f"{url} {place} {turn if chance.random() < NEW_SHARE else ''}"
    rule = RULES[place % len(RULES)]
    return Finding(
        rule=rule,
        engine="axe-core",
        engine_rule=rule,
        outcome=Outcome.FAIL if place % 5 else Outcome.CANNOT_TELL,
        criteria=("1.1.1",),
        clauses=("9.1.1.1",),
        act=(),
        best_practice=False,
        impact="serious",
        target=Target((), (), f"main > div.paragraph--type--tekst:nth-child({place}) > p > a.link--meer"),
        snippet=f'<a class="link--meer" href="/nl/leven-en-wonen/{words}"><span class="icon icon-arrow"></span></a>',
        message="Fix any of the following: Element does not have text that is visible to screen readers; aria-label "
        "attribute does not exist or is empty; Element has no title attribute",
    )


def _visit(url: str, findings: tuple[Finding, ...], now: datetime) -> Visit:
    nodes = [
        {"target": found.target.selector, "html": found.snippet, "failureSummary": found.message} for found in findings
    ]
    raw = json.dumps({"violations": [{"id": found.rule, "nodes": nodes[:5]} for found in findings]}).encode()
    links = tuple(f"{url}/{number}" for number in range(120))
    facts = PageFacts("nl", "Drupal 11", links, ("www.facebook.com",), (), ("h1 Onderwerp",) * 12, 900, "0" * 64)
    return Visit(
        url=url,
        final_url=url,
        status=VisitStatus.SCANNED,
        reason=None,
        visited_at=now,
        title="Onderwerp - Gemeente",
        http_status=200,
        load_ms=900,
        check_ms=400,
        selected_by="random",
        findings=findings,
        facts=facts,
        raw=raw,
    )


def _print_sizes(database: Database, options: argparse.Namespace, seconds: float) -> None:
    with database.reading() as session:
        query = text("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC")
        sizes: dict[str, int] = dict(session.execute(query).all())
        tables = ("occurrence", "node", "address", "page_raw", "page_facts")
        rows = {table: session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables}
    indexes = {"node": "sqlite_autoindex_node_1", "address": "sqlite_autoindex_address_1"}
    pages = options.sites * options.scans * options.pages
    print(f"{pages} pages recorded in {seconds:.1f} s: {seconds / pages * 1000:.1f} ms a page")
    for table in tables:
        size = sizes[table] + sizes.get(indexes.get(table, ""), 0)
        print(f"{table:<11} {rows[table]:>9} rows {size / 1e6:>8.1f} MB {size / rows[table]:>8.1f} bytes a row")


def _print_reading(database: Database) -> None:
    with database.reading() as session:
        scan_id = session.scalars(text("SELECT id FROM scan ORDER BY key DESC LIMIT 1")).one()
        last = UUID(bytes=scan_id)
        for name, read in (
            ("pages_of", lambda: scans.pages_of(session, last)),
            ("rule_totals", lambda: scans.rule_totals(session, last)),
            ("criterion_totals", lambda: scans.criterion_totals(session, last)),
            ("findings_of", lambda: scans.findings_of(session, last, rule="image-alt", outcome="fail", limit=50)),
        ):
            begun = time.perf_counter()
            read()
            print(f"{name:<17} {(time.perf_counter() - begun) * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
