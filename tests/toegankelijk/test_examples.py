"""The examples of a report: all rules at once, the same ones as rule by rule."""

from __future__ import annotations

from tests.web.seeding import seed
from toegankelijk import scans
from toegankelijk.storage.session import Database


def test_examples_of_all_rules_are_those_of_each_rule(database: Database) -> None:
    ids = seed(database)

    with database.reading() as session:
        scan = scans.current_scan(session, ids.example_site)
        assert scan is not None
        together = scans.examples_of(session, scan.id, limit=3)
        totals = scans.rule_totals(session, scan.id)
        apart = {
            (total.rule, total.outcome): scans.findings_of(
                session, scan.id, rule=total.rule, outcome=total.outcome, limit=3
            )
            for total in totals
        }

    assert together == apart
    assert len(together["image-alt", "fail"]) == 3
