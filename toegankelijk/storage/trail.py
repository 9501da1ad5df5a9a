"""The trail of writes: submissions, so that a form counts once, and audit events, which are only ever added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from toegankelijk.errors import SubmissionConflict
from toegankelijk.storage.bulk import insert_missing
from toegankelijk.storage.schema import Table, new_id

KEY_MIN, KEY_MAX = 8, 100


class Submission(Table):
    """One accepted write: its key, who did what with which content, and the result that a repeat gets again."""

    __tablename__ = "submission"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    content_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class AuditEvent(Table):
    """Who did what to which thing, and when; the database itself refuses to change or remove a row."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(100))
    detail: Mapped[dict[str, Any]]


def add_event(
    session: Session,
    *,
    now: datetime,
    actor_id: UUID | None,
    action: str,
    subject_kind: str,
    subject_id: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one line to the audit trail."""
    session.add(
        AuditEvent(
            at=now,
            actor_id=actor_id,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            detail=detail or {},
        )
    )


def is_submission_key(text: str) -> bool:
    """Whether this can be the key of a submission: 8 to 100 plain characters, a UUID for example."""
    return KEY_MIN <= len(text) <= KEY_MAX and text.isascii() and text.isprintable()


def write_once(
    session: Session,
    *,
    key: str,
    actor_id: UUID | None,
    action: str,
    content: Mapping[str, Any],
    now: datetime,
    write: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Carry out a write for this submission key, or give the result that it had the first time.

    When `write` raises, nothing of it stays and the key is free again. The same key with other content, action or
    actor raises `SubmissionConflict`.
    """
    digest = hashlib.sha256(json.dumps([action, str(actor_id), content], sort_keys=True).encode()).digest()
    with session.begin_nested():
        submission, is_new = _claim(session, key, actor_id, action, digest, now)
        if is_new:
            submission.result = write()
            session.flush()
        elif submission.content_digest != digest:
            raise SubmissionConflict("This form was already sent with other content.", submission.result)
    return submission.result


def _claim(
    session: Session, key: str, actor_id: UUID | None, action: str, digest: bytes, now: datetime
) -> tuple[Submission, bool]:
    # On PostgreSQL the insert waits for another writer with the same key, and then finds its row.
    own_id = new_id()
    insert_missing(
        session,
        Submission,
        [
            {
                "id": own_id,
                "key": key,
                "actor_id": actor_id,
                "action": action,
                "content_digest": digest,
                "result": {},
                "created_at": now,
            }
        ],
    )
    submission = session.scalars(select(Submission).where(Submission.key == key)).one()
    return submission, submission.id == own_id
