"""The example museum goes through the use cases of everybody else, and says that it is an example."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from labels.catalogue import current_catalogue
from tests.toegankelijk.samples import NOW
from toegankelijk.demo.museum import prepare_museum
from toegankelijk.demo.prepare import NIS_CODE, People, prepare_accounts, prepare_body, read_or_make_accounts
from toegankelijk.labelling import current_result
from toegankelijk.storage.session import Database
from toegankelijk.storage.surveys import Measurement
from toegankelijk.storage.trail import AuditEvent
from toegankelijk.surveys import current_survey
from toegankelijk.venues import VenueView, may_survey, venues_of

CATALOGUE = current_catalogue()


def prepare(database: Database, folder: Path, *, days: int = 0) -> tuple[People, VenueView]:
    now = NOW + timedelta(days=days)
    with database.writing() as session:
        people = prepare_accounts(session, read_or_make_accounts(folder), now=now)
        prepare_body(session, people.admin, url="http://127.0.0.1:8099", now=now)
        return people, prepare_museum(session, people.surveyor, nis_code=NIS_CODE, now=now, catalogue=CATALOGUE)


def test_the_museum_is_published_and_marked_as_an_example(database: Database, tmp_path: Path) -> None:
    _, museum = prepare(database, tmp_path)
    assert museum.is_published
    assert museum.is_demo
    assert "VOORBEELD" in museum.name
    assert museum.published_by == "Opmeter (VOORBEELD)"
    with database.reading() as session:
        assert [venue.id for venue in venues_of(session, museum.municipality_id)] == [museum.id]


def test_the_museum_has_two_entrances_a_lift_and_two_toilets_and_lacks_nothing(
    database: Database, tmp_path: Path
) -> None:
    _, museum = prepare(database, tmp_path)
    with database.reading() as session:
        survey = current_survey(session, museum.id, catalogue=CATALOGUE)
        result = current_result(session, museum.id)
    kinds = Counter(element.kind for element in survey.venue.elements)
    assert (kinds["entrance"], kinds["lift"], kinds["toilet"]) == (2, 1, 2)
    assert survey.completeness.missing == ()
    assert survey.contradictions == ()
    assert survey.set_aside == ()
    assert result is not None
    assert {group.group: group.verdict for group in result.groups} == {
        "rolstoel": "met_hulp",
        "stappen": "zelfstandig",
    }
    (toilet,) = [found for found in result.groups[0].destinations if found.destination == "toilet"]
    assert "148 cm" in toilet.reasons[0]


def test_a_second_start_keeps_the_museum_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    first = prepare(database, tmp_path)
    with database.reading() as session:
        before = [session.scalar(select(func.count()).select_from(table)) for table in (Measurement, AuditEvent)]
    assert prepare(database, tmp_path, days=30) == first
    with database.reading() as session:
        after = [session.scalar(select(func.count()).select_from(table)) for table in (Measurement, AuditEvent)]
    assert after == before


def test_the_surveyor_of_the_demo_may_work_in_the_example_municipality_alone(
    database: Database, tmp_path: Path
) -> None:
    people, museum = prepare(database, tmp_path)
    assert may_survey(people.surveyor, museum)
    assert [grant.scope_value for grant in people.surveyor.grants] == [NIS_CODE]
