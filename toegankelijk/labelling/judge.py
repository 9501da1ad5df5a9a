"""Judge a venue by its current answers and keep the result with its reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from labels.definitions import Catalogue
from labels.exchange import result_to_json
from labels.judge import judge_venue
from labels.model import Venue
from labels.results import LabelResult
from toegankelijk.days import day_in_flanders
from toegankelijk.labelling.measured import Measured, read_measured
from toegankelijk.labelling.views import ResultView
from toegankelijk.labelling.words import result_view, words_of
from toegankelijk.storage import labels as stored
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.venues import get_venue_row


def judge_and_store(session: Session, *, venue_id: UUID, catalogue: Catalogue, now: datetime) -> ResultView:
    """Judge a venue and mark the result as its latest; a judging that says nothing new keeps the one before."""
    get_venue_row(session, venue_id, lock=True)
    return store_judging(session, read_measured(session, venue_id, catalogue=catalogue), catalogue=catalogue, now=now)


def store_judging(session: Session, measured: Measured, *, catalogue: Catalogue, now: datetime) -> ResultView:
    """As `judge_and_store`, for a venue that the caller has locked and whose answers were read already."""
    result = judge_venue(catalogue, measured.venue, today=day_in_flanders(now))
    document = _document(catalogue, measured.venue, result)
    latest = stored.find_latest_result(session, UUID(measured.venue.id))
    if latest is not None and _says_the_same(latest, document):
        return result_view(latest)
    if latest is not None:
        # Written first: there is never more than one latest result.
        latest.is_latest = False
        session.flush()
    row = _row(result, document, version=measured.version, now=now)
    session.add(row)
    session.flush()
    return result_view(row)


def current_result(session: Session, venue_id: UUID) -> ResultView | None:
    """The latest judging of a venue; None before its first survey."""
    latest = stored.find_latest_result(session, venue_id)
    return None if latest is None else result_view(latest)


def get_result(session: Session, result_id: UUID) -> ResultView:
    """One judging, the latest or an earlier one, or `UnknownRecord`."""
    return result_view(stored.get_result_row(session, result_id))


def results_of(session: Session, venue_id: UUID) -> list[ResultView]:
    """Every judging of a venue, the newest first."""
    query = select(stored.LabelResult).options(selectinload(stored.LabelResult.verdicts))
    of_venue = query.where(stored.LabelResult.venue_id == venue_id)
    newest_first = of_venue.order_by(stored.LabelResult.is_latest.desc(), stored.LabelResult.id.desc())
    return [result_view(row) for row in session.scalars(newest_first)]


def _document(catalogue: Catalogue, venue: Venue, result: LabelResult) -> dict[str, Any]:
    return {"result": result_to_json(result), "words": words_of(catalogue, venue, result)}


def _says_the_same(latest: stored.LabelResult, document: dict[str, Any]) -> bool:
    """True when only the day of judging differs."""
    before = latest.document
    return bool(before | {"result": before["result"] | {"judged_on": document["result"]["judged_on"]}} == document)


def _row(result: LabelResult, document: dict[str, Any], *, version: int, now: datetime) -> stored.LabelResult:
    row = stored.LabelResult(
        id=new_id(),
        venue_id=UUID(result.venue_id),
        rule_set=result.rule_set,
        version=version,
        judged_on=result.judged_on,
        judged_at=now,
        is_latest=True,
        document=document,
    )
    row.verdicts = [
        stored.LabelVerdict(
            group=group.group,
            place=place,
            verdict=group.verdict.value,
            level=group.level.value,
            provisional=group.provisional,
            outdated=group.outdated,
            close_to_limit=group.close_to_limit,
        )
        for place, group in enumerate(result.groups)
    ]
    return row
