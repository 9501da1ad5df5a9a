"""Record a survey: append what is new, judge the venue with it, once per submission key."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from labels.definitions import Catalogue
from labels.exchange import value_to_json
from labels.model import Venue
from toegankelijk.accounts import Principal
from toegankelijk.days import day_in_flanders
from toegankelijk.errors import SubmissionConflict
from toegankelijk.labelling import get_result, judge_and_store
from toegankelijk.storage.surveys import Measurement, put_visit, rebuild_current_answers
from toegankelijk.storage.trail import add_event, write_once
from toegankelijk.storage.venues import get_venue_row
from toegankelijk.surveys.checks import entry_problems
from toegankelijk.surveys.entry import SurveyEntry
from toegankelijk.surveys.known import KnownVenue
from toegankelijk.surveys.mistakes import SurveyConflict, SurveyError
from toegankelijk.surveys.news import NewAnswer, answers_of, find_clashes, find_news
from toegankelijk.surveys.outcome import structure_problems, venue_after
from toegankelijk.surveys.read import read_known
from toegankelijk.surveys.structure import keep_structure
from toegankelijk.surveys.views import Recorded
from toegankelijk.surveys.written import differences_between, entry_to_json, read_entry, tidied
from toegankelijk.venues import get_venue, may_survey
from toegankelijk.venues.rights import require
from toegankelijk.venues.submitting import check_key

ACTION = "survey-recorded"


def record_survey(
    session: Session,
    *,
    actor: Principal,
    now: datetime,
    submission_key: str,
    venue_id: UUID,
    entry: SurveyEntry,
    catalogue: Catalogue,
) -> Recorded:
    """Append what this entry says anew, and judge the venue.

    Raises `SurveyError` with every problem at once (`problems`: tuple of `SurveyProblem`; nothing is written),
    `SurveyConflict` when the same key came with other answers, or when somebody else changed the same answers after
    `entry.based_on` (`first`, `new`: `SurveyEntry`; `differences`: tuple of `AnswerDifference`), `NotPermitted`,
    `SubmissionConflict` when the key was used for something else, `VenueError` ("submission_key") when it is no key.
    """
    require(may_survey(actor, get_venue(session, venue_id)), actor, "survey this venue")
    check_key(submission_key)
    entry = tidied(entry)
    posted = entry_to_json(entry)

    def write() -> dict[str, Any]:
        return {**_write(session, actor, now, venue_id, entry, catalogue), "entry": posted}

    content = {"venue_id": str(venue_id), **posted}
    try:
        result = write_once(
            session,
            key=submission_key,
            actor_id=actor.user_id,
            action=ACTION,
            content=content,
            now=now,
            write=write,
        )
    except SubmissionConflict as error:
        raise _conflict(error, venue_id, entry, catalogue) from None
    return Recorded(
        venue_id=venue_id,
        visit_id=UUID(result["visit_id"]),
        appended=result["appended"],
        result=get_result(session, UUID(result["result_id"])),
    )


def _conflict(
    error: SubmissionConflict, venue_id: UUID, entry: SurveyEntry, catalogue: Catalogue
) -> SurveyConflict | SubmissionConflict:
    """Both sendings, when the first one was of this survey; of anything else the content is nobody's business here."""
    if error.first.get("venue_id") != str(venue_id) or "entry" not in error.first:
        return SubmissionConflict(str(error), {})
    first = read_entry(catalogue, error.first["entry"])
    return SurveyConflict(str(error), first=first, new=entry, differences=differences_between(first, entry))


def _write(
    session: Session, actor: Principal, now: datetime, venue_id: UUID, entry: SurveyEntry, catalogue: Catalogue
) -> dict[str, Any]:
    venue = get_venue_row(session, venue_id, lock=True)
    known = read_known(session, venue, entry, catalogue=catalogue)
    after, news = _decide(catalogue, known, entry, today=day_in_flanders(now))
    visit = put_visit(
        session,
        venue_id=venue_id,
        surveyor_id=actor.user_id,
        measured_on=entry.measured_on,
        rule_set=catalogue.version,
        note=entry.note,
        now=now,
    )
    keep_structure(session, venue_id, after, now=now)
    rows = [_row(catalogue, new, measured_on=entry.measured_on) for new in news]
    shared = {
        "venue_id": venue_id,
        "visit_id": visit.id,
        "recorded_by_id": actor.user_id,
        "source": entry.source,
        "recorded_at": now,
    }
    if rows:
        session.execute(insert(Measurement), [row | shared for row in rows])
    rebuild_current_answers(session, venue)
    result = judge_and_store(session, venue_id=venue_id, catalogue=catalogue, now=now)
    done = {"venue_id": str(venue_id), "visit_id": str(visit.id), "appended": len(rows), "result_id": str(result.id)}
    add_event(
        session,
        now=now,
        actor_id=actor.user_id,
        action=ACTION,
        subject_kind="venue",
        subject_id=str(venue_id),
        detail={**done, "verdicts": {group.group: group.level for group in result.groups}},
    )
    return done


def _decide(
    catalogue: Catalogue, known: KnownVenue, entry: SurveyEntry, *, today: date
) -> tuple[Venue, tuple[NewAnswer, ...]]:
    """What the venue becomes and which answers are new; raises `SurveyError` or `SurveyConflict`."""
    problems = tuple(entry_problems(catalogue, known, entry, today=today))
    if problems:
        raise SurveyError(problems)
    after = venue_after(catalogue, known, entry)
    problems = tuple(structure_problems(catalogue, after, entry))
    if problems:
        raise SurveyError(problems)
    current, base = answers_of(known.venue), known.base
    clashes = find_clashes(entry, current, base)
    if clashes:
        raise SurveyConflict(
            "Somebody else changed the same answers after this form was opened.",
            first=None,
            new=entry,
            differences=clashes,
        )
    return after, find_news(entry, current, base)


def _row(catalogue: Catalogue, new: NewAnswer, *, measured_on: date) -> dict[str, Any]:
    answer = new.answer
    return {
        "element_id": UUID(new.element_id),
        "field": new.field,
        "state": "withdrawn" if answer is None else answer.state.value,
        "value": None if answer is None or answer.value is None else value_to_json(answer.value),
        "unit": catalogue.fields[new.field].unit,
        "method": "" if answer is None else answer.method,
        "measured_on": measured_on if answer is None else answer.measured_on,
    }
