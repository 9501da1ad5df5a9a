"""Carry a write about a venue out once per submission key, and keep it in the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from toegankelijk.accounts import Principal
from toegankelijk.errors import SubmissionConflict, VenueError
from toegankelijk.storage.text import clean_text
from toegankelijk.storage.trail import add_event, is_submission_key, write_once

NOTE_MAX = 4_000


def change_venue_once(
    session: Session,
    *,
    actor: Principal,
    now: datetime,
    submission_key: str,
    action: str,
    content: Mapping[str, Any],
    write: Callable[[], UUID],
) -> UUID:
    """Run `write`, which gives the id of the venue it changed, or give what it gave the first time.

    Raises `VenueError` ("submission_key") when the key is no key, or came before with other content.
    """

    def write_and_trace() -> dict[str, Any]:
        venue_id = write()
        add_event(
            session,
            now=now,
            actor_id=actor.user_id,
            action=action,
            subject_kind="venue",
            subject_id=str(venue_id),
            detail={
                name: clean_text(value, NOTE_MAX) if isinstance(value, str) else value
                for name, value in content.items()
            },
        )
        return {"id": str(venue_id)}

    check_key(submission_key)
    try:
        result = write_once(
            session,
            key=submission_key,
            actor_id=actor.user_id,
            action=action,
            content=content,
            now=now,
            write=write_and_trace,
        )
    except SubmissionConflict as error:
        raise VenueError("submission_key", error.slug, str(error)) from None
    return UUID(result["id"])


def _bounded(value: Any) -> Any:
    return clean_text(value, NOTE_MAX) if isinstance(value, str) else value


def check_key(submission_key: str) -> None:
    """Raises `VenueError` when this cannot be the key of a submission."""
    if not is_submission_key(submission_key):
        raise VenueError("submission_key", "submission-key-invalid", "Send the form's own key with it.")
