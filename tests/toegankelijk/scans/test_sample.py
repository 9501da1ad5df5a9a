"""What a sample should hold, and whether it does, stays with its scan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from crawler.model import Choice, Clause, ClauseState
from crawler.sample_json import sample_to_json
from tests.toegankelijk.samples import HOME, NOW, a_plan, a_scanned_site, a_visit, begin
from toegankelijk import scans
from toegankelijk.storage.session import Database


@pytest.fixture
def scan_id(database: Database) -> UUID:
    """A scan that has begun."""
    with database.writing() as session:
        return begin(session, a_scanned_site(session).id)


def test_the_sample_is_told_while_a_scan_runs_and_after_it_has_ended(database: Database, scan_id: UUID) -> None:
    plan = replace(
        a_plan(HOME),
        kind="full",
        seed=23,
        clauses=(Clause("a:home", ClauseState.MET, (HOME,)), Clause("c:statement", ClauseState.NOT_FOUND)),
        documents=(Choice(f"{HOME}folder.pdf", "e:document"),),
    )
    with database.writing() as session:
        scans.record_plan(session, scan_id, plan)
    with database.writing() as session:
        assert scans.get_scan(session, scan_id).sample == sample_to_json(plan)
        scans.record_visit(session, scan_id, a_visit())
        scans.finish_scan(session, scan_id, state="complete", now=NOW + timedelta(hours=1))
    with database.reading() as session:
        kept = scans.get_scan(session, scan_id).sample
    assert (kept["kind"], kept["seed"]) == ("full", 23)
    assert [clause["id"] for clause in kept["clauses"] if clause["state"] != "met"] == ["c:statement"]


def test_a_list_of_pages_has_no_sample(database: Database, scan_id: UUID) -> None:
    with database.writing() as session:
        assert scans.get_scan(session, scan_id).sample == {}
        scans.record_plan(session, scan_id, a_plan(HOME))
        assert scans.get_scan(session, scan_id).sample == {}
