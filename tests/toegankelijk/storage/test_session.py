"""Sessions: readers that cannot write, writers that are all or nothing and wait for each other."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.toegankelijk.samples import NOW
from toegankelijk.errors import DatabaseFull, DatabaseUnavailable
from toegankelijk.storage.bodies import Body, add_body_row
from toegankelijk.storage.session import Database


def _count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Body)) or 0


def test_a_reader_may_not_write(database: Database) -> None:
    with pytest.raises((DBAPIError, DatabaseUnavailable), match=r"read-?only"), database.reading() as session:
        add_body_row(session, kind="municipality", name="Nergens", now=NOW)
    assert _count(database) == 0


def test_nothing_stays_of_a_writer_that_fails(database: Database) -> None:
    def fail_half_way() -> None:
        with database.writing() as session:
            add_body_row(session, kind="municipality", name="Half", now=NOW)
            raise LookupError

    with pytest.raises(LookupError):
        fail_half_way()
    assert _count(database) == 0


def test_foreign_keys_are_kept(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("INSERT INTO page_raw (address_key, body) VALUES (1, :body)"), {"body": b""})


def test_a_reader_sees_one_state_while_a_writer_goes_on(database: Database) -> None:
    with database.reading() as reader:
        assert reader.scalar(select(func.count()).select_from(Body)) == 0
        with database.writing() as writer:
            add_body_row(writer, kind="municipality", name="Nieuw", now=NOW)
        assert reader.scalar(select(func.count()).select_from(Body)) == 0
    assert _count(database) == 1


def test_two_writers_at_once_both_succeed(database: Database) -> None:
    both_ready = threading.Barrier(2)

    def write(number: int) -> None:
        both_ready.wait(timeout=10)
        for step in range(20):
            with database.writing() as session:
                session.scalar(select(func.count()).select_from(Body))
                add_body_row(session, kind="municipality", name=f"Schrijver {number}, {step}", now=NOW)

    with ThreadPoolExecutor(2) as writers:
        list(writers.map(write, (1, 2)))
    assert _count(database) == 40


def test_a_second_writer_waits_for_the_first_on_sqlite(sqlite_database: Database) -> None:
    begun, order = threading.Event(), []

    def second() -> None:
        begun.wait(timeout=10)
        with sqlite_database.writing() as session:
            session.scalar(select(1))
            order.append("second")

    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(second)
        with sqlite_database.writing() as session:
            session.scalar(select(1))
            begun.set()
            time.sleep(0.2)
            order.append("first")
        waiting.result(timeout=10)
    assert order == ["first", "second"]


def test_sqlite_is_set_up_for_readers_beside_a_writer(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        found = {name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")}
        numbers = {name: session.scalar(text(f"PRAGMA {name}")) for name in ("synchronous", "busy_timeout")}
    assert found == {"journal_mode": "wal", "foreign_keys": 1}
    assert numbers == {"synchronous": 1, "busy_timeout": 15_000}


@pytest.mark.parametrize("url", ["", "onzin", "mysql://localhost/x", "sqlite+pysqlcipher://"])
def test_an_address_that_is_no_known_database_is_refused_with_the_remedy(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"TOEGANKELIJK_DATABASE_URL|not installed"):
        Database(url)


def test_a_database_in_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"nergens/x\.sqlite3"):
        Database(f"sqlite:///{tmp_path}/nergens/x.sqlite3").migrate()


@pytest.mark.postgres
def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    database = Database(f"postgresql://inter:geheim@/platform?host={tmp_path}")
    with pytest.raises(DatabaseUnavailable, match="the server runs") as caught:
        database.migrate()
    assert "geheim" not in str(caught.value)


@pytest.mark.postgres
def test_a_plain_postgres_address_takes_the_driver_that_is_installed(tmp_path: Path) -> None:
    for scheme in ("postgres", "postgresql"):
        assert Database(f"{scheme}://a@/b?host={tmp_path}").url.drivername == "postgresql+psycopg"


def test_a_full_database_says_so_and_keeps_what_it_has(sqlite_database: Database) -> None:
    bounded = Database(f"sqlite:///{sqlite_database.url.database}?max_page_count=1")

    def write_much() -> None:
        with bounded.writing() as session:
            for number in range(2_000):
                add_body_row(session, kind="municipality", name=f"Vol {number} " + "x" * 150, now=NOW)

    with sqlite_database.writing() as session:
        add_body_row(session, kind="municipality", name="Voor", now=NOW)
    with pytest.raises(DatabaseFull, match=r"full\. Make room for it, then start again"):
        write_much()
    bounded.close()
    assert _count(sqlite_database) == 1
    with sqlite_database.reading() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def test_a_database_that_another_program_keeps_locked_is_told_with_the_remedy(sqlite_database: Database) -> None:
    impatient = Database(f"sqlite:///{sqlite_database.url.database}?busy_timeout=50")

    def write() -> None:
        with impatient.writing() as session:
            add_body_row(session, kind="municipality", name="Wacht", now=NOW)

    with sqlite_database.writing() as session:
        add_body_row(session, kind="municipality", name="Eerst", now=NOW)
        with pytest.raises(DatabaseUnavailable, match=r"locked\. Another program .* End that one, then start again"):
            write()
    impatient.close()
    assert _count(sqlite_database) == 1


def test_limits_in_the_address_are_numbers(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="max_page_count=veel is no number"):
        Database(f"sqlite:///{tmp_path}/x.sqlite3?max_page_count=veel")


@pytest.mark.postgres
def test_a_server_that_goes_away_in_the_middle_is_told(postgres_database: Database) -> None:
    def write_and_lose_the_server() -> None:
        with postgres_database.writing() as session:
            add_body_row(session, kind="municipality", name="Weg", now=NOW)
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DatabaseUnavailable, match="the server runs"):
        write_and_lose_the_server()
    assert _count(postgres_database) == 0
