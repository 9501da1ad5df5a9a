"""Open the survey of a venue for a page, for those who may, and hand in what the page sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from labels.catalogue import current_catalogue
from labels.definitions import Catalogue
from labels.model import Element
from toegankelijk.accounts import Principal
from toegankelijk.days import day_in_flanders
from toegankelijk.errors import SubmissionConflict, UnknownRecord
from toegankelijk.labelling import ResultView, current_result
from toegankelijk.reports.texts import load_texts
from toegankelijk.surveys import CurrentSurvey, SurveyConflict, SurveyEntry, SurveyError, current_survey, record_survey
from toegankelijk.venues import get_venue, may_publish, may_see_survey, may_survey
from toegankelijk.web.access import NotAllowed, require_survey_reader
from toegankelijk.web.context import database_of, now_of
from toegankelijk.web.csrf import posted_lists, posted_values
from toegankelijk.web.errors import error_page
from toegankelijk.web.forms import KEY_FIELD
from toegankelijk.web.surveys.conflict import show_conflict
from toegankelijk.web.surveys.desk import Place, find_element, place_of
from toegankelijk.web.view import after_post

READING = ["GET", "HEAD"]
Reader = Annotated[Principal, Depends(require_survey_reader)]
Posted = Annotated[dict[str, str], Depends(posted_values)]
PostedAll = Annotated[dict[str, tuple[str, ...]], Depends(posted_lists)]
Refuse = Callable[[SurveyError | SurveyConflict], Response]


@dataclass(frozen=True, slots=True)
class Opened:
    """A survey with who looks at it."""

    principal: Principal
    place: Place
    catalogue: Catalogue
    survey: CurrentSurvey
    result: ResultView | None

    @property
    def venue_id(self) -> UUID:
        """The venue that it is about."""
        return self.survey.venue_id

    def element(self, element_id: str) -> Element:
        """The element in use with this id, or `UnknownRecord`: also for one of another venue."""
        found = find_element(self.survey, element_id)
        if found is None:
            raise UnknownRecord(f"The venue {self.venue_id} has no element {element_id[:40]!r}.")
        return found


def open_survey(request: Request, reader: Principal, venue_id: UUID) -> Opened:
    """The survey of a venue for somebody who may see it; else a refusal."""
    catalogue = current_catalogue()
    with database_of(request).reading() as session:
        venue = get_venue(session, venue_id)
        if not may_see_survey(reader, venue):
            raise NotAllowed
        survey = current_survey(session, venue_id, catalogue=catalogue)
        result = current_result(session, venue_id)
    place = place_of(venue, may_survey=may_survey(reader, venue), may_publish=may_publish(reader, venue))
    return Opened(reader, place, catalogue, survey, result)


def open_to_change(request: Request, reader: Principal, venue_id: UUID) -> Opened:
    """As `open_survey`, for somebody who may enter answers."""
    opened = open_survey(request, reader, venue_id)
    if not opened.place.may_survey:
        raise NotAllowed
    return opened


def today_of(request: Request) -> date:
    """The day it is in Belgium."""
    return day_in_flanders(now_of(request))


def hand_in(
    request: Request,
    opened: Opened,
    posted: Mapping[str, str],
    entry: SurveyEntry,
    *,
    refuse: Refuse,
    done: tuple[str, str],
) -> Response:
    """Record the entry once and send the browser on; `refuse` shows the form again with what is wrong.

    The same form a second time with other content is answered by a page that shows both.
    """
    try:
        with database_of(request).writing() as session:
            record_survey(
                session,
                actor=opened.principal,
                now=now_of(request),
                submission_key=posted[KEY_FIELD],
                venue_id=opened.venue_id,
                entry=entry,
                catalogue=opened.catalogue,
            )
    except SurveyError as error:
        return refuse(error)
    except SurveyConflict as error:
        if error.first is None:
            return refuse(error)
        return show_conflict(request, opened.catalogue, opened.survey, error, back_path=request.url.path)
    except SubmissionConflict:
        return error_page(request, 409, back_path=request.url.path)
    return after_post(*done)


def problem_in_words(catalogue: Catalogue, key: str) -> str:
    """What the storage had against an entry: about routes in the words of the catalogue, else in our own."""
    return catalogue.texts.get(key) or load_texts().word("problem", key)
