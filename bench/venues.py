"""Measure what surveys cost: record and judge one, judge and keep a thousand venues, read lists and pages.

`python -m bench.venues` enters museums through the product's own use cases in a SQLite file in a fresh folder (or in
the PostgreSQL database of `--database`, which must be empty), prints medians and removes the folder. On a busy machine
the time of the processor tells more. The museums are the one of the demo, with one answer that differs.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from labels.catalogue import current_catalogue
from labels.judge import judge_venue
from labels.model import known
from toegankelijk import registry
from toegankelijk.accounts import Grant, Principal
from toegankelijk.demo.museum import museum_entry
from toegankelijk.labelling import current_result, judge_and_store, read_measured
from toegankelijk.storage.accounts import User
from toegankelijk.storage.session import Database
from toegankelijk.surveys import SurveyEntry, current_survey, record_survey
from toegankelijk.venues import add_venue, venues_to_survey

CATALOGUE = current_catalogue()
NEXT_RULES = replace(CATALOGUE, version="bench")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NIS = "99001"
Made = TypeVar("Made")


def main() -> None:
    """Enter, survey, judge and read venues, and print the time of each."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="toegankelijk-bench-") as folder:
        database = Database(options.database or f"sqlite:///{folder}/bench.sqlite3")
        with closing(database):
            database.migrate()
            actor = _prepare(database)
            venues = _enter(database, actor, options.venues)
            _survey(database, actor, venues)
            _survey_again(database, actor, venues[: min(200, len(venues))])
            _judge(database, venues)
            _read(database, actor, venues)
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        if size:
            print(f"file: {size / 1e6:.1f} MB, {size / 1e3 / options.venues:.0f} kB per venue")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venues", type=int, default=1_000)
    parser.add_argument("--database", default="", help="URL of an empty database instead of a SQLite file")
    return parser.parse_args()


def _prepare(database: Database) -> Principal:
    with database.writing() as session:
        user = User(email="bench@voorbeeld.example", name="Bench", password_hash="-", created_at=NOW)
        session.add(user)
        session.flush()
        actor = Principal(user.id, user.name, user.email, (Grant("admin"),), "")
        registry.add_body(
            session,
            actor=actor,
            now=NOW,
            submission_key="bench-body",
            kind="municipality",
            name="Voorbeeldegem",
            nis_code=NIS,
        )
    return actor


def _enter(database: Database, actor: Principal, number: int) -> list[UUID]:
    def enter(place: int) -> UUID:
        with database.writing() as session:
            return add_venue(
                session,
                actor=actor,
                now=NOW,
                submission_key=f"bench-venue-{place}",
                name=f"Museum nummer {place}",
                venue_type="museum",
                nis_code=NIS,
            ).id

    return _timed("enter a venue", enter, range(number))


def _survey(database: Database, actor: Principal, venues: list[UUID]) -> None:
    answers = [len(element.answers) for element in _entry(venues[0], 0).elements]
    print(f"a survey: {len(answers)} elements, {sum(answers)} answers")
    _timed(
        "record and judge a whole survey",
        lambda place: _record(database, actor, venues[place], _entry(venues[place], place), f"bench-survey-{place}"),
        range(len(venues)),
    )


def _survey_again(database: Database, actor: Principal, venues: list[UUID]) -> None:
    def change(place: int) -> None:
        _record(database, actor, venues[place], _entry(venues[place], place + 1), f"bench-again-{place}")

    _timed("record it again, one answer new", change, range(len(venues)))
    _timed("send the same form again", change, range(len(venues)))


def _judge(database: Database, venues: list[UUID]) -> None:
    with database.reading() as session:
        measured = [read_measured(session, venue_id, catalogue=CATALOGUE) for venue_id in venues]
    _timed(
        "judge alone, in memory",
        lambda place: judge_venue(CATALOGUE, measured[place].venue, today=NOW.date()),
        range(len(venues)),
    )
    began, used = time.perf_counter(), time.process_time()
    with database.writing() as session:
        for venue_id in venues:
            judge_and_store(session, venue_id=venue_id, catalogue=NEXT_RULES, now=NOW + timedelta(days=1))
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    print(
        f"{f'judge {len(venues)} venues by new rules, stored':<42}{processor:8.1f} s processor {seconds:8.1f} s passed"
    )


def _read(database: Database, actor: Principal, venues: list[UUID]) -> None:
    def open_form(place: int) -> None:
        with database.reading() as session:
            current_survey(session, venues[place], catalogue=CATALOGUE)

    def open_page(place: int) -> None:
        with database.reading() as session:
            current_result(session, venues[place])

    def open_list(_: int) -> None:
        with database.reading() as session:
            venues_to_survey(session, actor, text="museum", per_page=50)

    _timed("read a survey for its form", open_form, range(min(200, len(venues))))
    _timed("read a result with its sentences", open_page, range(min(200, len(venues))))
    _timed("search a page of 50 venues", open_list, range(20))


def _record(database: Database, actor: Principal, venue_id: UUID, entry: SurveyEntry, key: str) -> None:
    with database.writing() as session:
        record_survey(
            session,
            actor=actor,
            now=NOW,
            submission_key=key,
            venue_id=venue_id,
            entry=entry,
            catalogue=CATALOGUE,
        )


def _entry(venue_id: UUID, place: int) -> SurveyEntry:
    """The museum of the demo, with a path of another length."""
    entry = museum_entry(CATALOGUE, venue_id, measured_on=NOW.date())
    path = next(element for element in entry.elements if element.kind == "path")
    length = known(float(10 + place % 90), method="tape", measured_on=NOW.date())
    changed = replace(path, answers={**path.answers, "path.length": length})
    return replace(entry, elements=tuple(changed if one is path else one for one in entry.elements))


def _timed(what: str, do: Callable[[int], Made], places: range) -> list[Made]:
    made, passed, used = [], [], []
    for place in places:
        began, processor = time.perf_counter(), time.process_time()
        made.append(do(place))
        used.append((time.process_time() - processor) * 1_000)
        passed.append((time.perf_counter() - began) * 1_000)
    worst = sorted(passed)[int(len(passed) * 0.95)]
    told = (
        f"{statistics.median(used):8.1f} ms processor {statistics.median(passed):8.1f} ms passed {worst:8.1f} ms at 95%"
    )
    print(f"{what:<42}{told}")
    return made


if __name__ == "__main__":
    main()
