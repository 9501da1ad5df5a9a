"""Museums to look at: the example, complete and published, and one of which the survey has just begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from labels.catalogue import current_catalogue
from labels.model import Answer, Value, known
from toegankelijk.accounts import Principal
from toegankelijk.demo.museum import prepare_museum
from toegankelijk.surveys import ElementEntry, SurveyEntry, record_survey
from toegankelijk.venues import add_venue

MEASURED_ON = date(2026, 11, 20)
DRAFT_NAME = "Stadsmuseum Testerbeke"


@dataclass(frozen=True, slots=True)
class SeededVenues:
    """The ids and the address that tests ask for; of the draft, the entrance and its door."""

    published: UUID
    published_slug: str
    draft: UUID
    draft_slug: str
    entrance: UUID
    door: UUID


def seed_venues(session: Session, actor: Principal, *, published_in: str, draft_in: str, now: datetime) -> SeededVenues:
    """Enter both through the use cases that everybody takes."""
    published = prepare_museum(session, actor, nis_code=published_in, now=now, catalogue=current_catalogue())
    draft = add_venue(
        session,
        actor=actor,
        now=now,
        submission_key="draft-museum",
        name=DRAFT_NAME,
        venue_type="museum",
        nis_code=draft_in,
        street="Kerkplein 2",
        postcode="9990",
    )
    entrance, door = uuid5(draft.id, "inkom"), uuid5(draft.id, "deur")
    steps = {"entrance.is_main": _seen(True), "entrance.steps": _seen(3, "counted")}
    record_survey(
        session,
        actor=actor,
        now=now,
        submission_key="draft-survey",
        venue_id=draft.id,
        entry=SurveyEntry(
            measured_on=MEASURED_ON,
            elements=(
                ElementEntry(str(entrance), "entrance", "Hoofdingang", floor=0, answers=steps),
                ElementEntry(
                    str(door), "door", "Deur van de hoofdingang", str(entrance),
                    answers={"door.type": _seen("dubbel"), "door.clear_width": _seen(86.5, "tape")},
                ),
            ),
        ),
        catalogue=current_catalogue(),
    )  # fmt: skip
    return SeededVenues(published.id, published.slug, draft.id, draft.slug, entrance, door)


def _seen(value: Value, method: str = "observed") -> Answer:
    return known(value, method=method, measured_on=MEASURED_ON)
