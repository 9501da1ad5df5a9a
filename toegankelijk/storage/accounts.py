"""Tables and queries of people: users, what they may do and where, and their open sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from toegankelijk.storage.schema import Table, new_id


class User(Table):
    """A person who can sign in."""

    __tablename__ = "user"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]

    grants: Mapped[list[UserGrant]] = relationship(order_by="UserGrant.id", cascade="all, delete-orphan")


class UserGrant(Table):
    """A role that a person has, everywhere (`all`) or within one scope."""

    __tablename__ = "grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "scope_kind", "scope_value"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(40))
    scope_kind: Mapped[str] = mapped_column(String(40))
    scope_value: Mapped[str] = mapped_column(String(100))
    granted_at: Mapped[datetime]


class UserSession(Table):
    """One sign-in, kept on the server so that it can be revoked; of its token only a hash is stored."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


def find_user(session: Session, email: str) -> User | None:
    """The person with this (already lower-cased) address."""
    return session.scalar(select(User).where(User.email == email))


def find_session(session: Session, token_hash: bytes) -> UserSession | None:
    """The sign-in with this token hash, whether it still holds or not."""
    return session.scalar(select(UserSession).where(UserSession.token_hash == token_hash))
