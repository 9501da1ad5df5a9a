"""Values come back from both databases as they went in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import uuid6
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from tests.toegankelijk.samples import NOW
from toegankelijk.storage.accounts import User, find_user
from toegankelijk.storage.bodies import add_body_row
from toegankelijk.storage.columns import Code, PackedBytes, PackedJson, Words
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.session import Database

DIALECTS: tuple[Dialect, ...] = (sqlite.dialect(), postgresql.dialect())  # type: ignore[no-untyped-call]


def _user(**changes: object) -> User:
    values = {"email": "a@b.example", "name": "A", "password_hash": "x", "created_at": NOW} | changes
    return User(**values)


def test_an_id_given_by_a_client_is_kept(database: Database) -> None:
    wanted = uuid6.uuid7()
    with database.writing() as session:
        session.add(_user(id=wanted))
    with database.reading() as session:
        found = find_user(session, "a@b.example")
        assert found is not None
        assert found.id == wanted


def test_an_id_takes_sixteen_bytes_on_sqlite(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        session.add(_user())
    with sqlite_database.reading() as session:
        assert session.execute(text('SELECT typeof(id), length(id) FROM "user"')).one() == ("blob", 16)


def test_new_ids_sort_by_the_time_they_were_made() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {made.version for made in ids} == {7}


def test_a_time_comes_back_aware_and_in_utc(database: Database) -> None:
    brussels = timezone(timedelta(hours=1))
    with database.writing() as session:
        session.add(_user(created_at=datetime(2026, 11, 23, 10, 30, 5, 123456, tzinfo=brussels)))
    with database.reading() as session:
        found = find_user(session, "a@b.example")
        assert found is not None
        assert found.created_at == datetime(2026, 11, 23, 9, 30, 5, 123456, tzinfo=UTC)
        assert found.created_at.tzinfo is UTC


def test_a_time_without_zone_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="no time zone"), database.writing() as session:
        session.add(_user(created_at=naive))


def test_accents_and_other_scripts_survive(database: Database) -> None:
    name = "Sint-Genesius-Rode – Rhode-Saint-Genèse, 日本, 😀"
    with database.writing() as session:
        body_id = add_body_row(session, kind="municipality", name=name, now=NOW).id
    with database.reading() as session:
        assert session.execute(text("SELECT name FROM body")).scalar_one() == name
        assert body_id.version == 7


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_packed_json_comes_back_whole(value: object) -> None:
    column = PackedJson()
    for dialect in DIALECTS:
        packed = column.process_bind_param(value, dialect)
        assert column.process_result_value(packed, dialect) == value


@given(st.binary(max_size=2000))
def test_packed_bytes_come_back_whole(value: bytes) -> None:
    column = PackedBytes()
    assert column.process_result_value(column.process_bind_param(value, DIALECTS[0]), DIALECTS[0]) == value


@given(st.lists(st.text(), max_size=6).map(tuple))
def test_words_come_back_whole(value: tuple[str, ...]) -> None:
    column = Words()
    assert column.process_result_value(column.process_bind_param(value, DIALECTS[0]), DIALECTS[0]) == value


def test_a_word_outside_the_closed_list_is_refused() -> None:
    with pytest.raises(ValueError, match="'pass' is none of fail, cannot_tell"):
        Code(("fail", "cannot_tell")).process_bind_param("pass", DIALECTS[0])
