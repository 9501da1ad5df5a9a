"""People who sign in: what they may do, their passwords, their sessions on the server."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session

from toegankelijk.errors import AccountError
from toegankelijk.sectors import load_sectors
from toegankelijk.storage.accounts import User, UserGrant, UserSession, find_session, find_user
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.text import clean_line
from toegankelijk.storage.trail import add_event

__all__ = [
    "AccountError",
    "Grant",
    "Principal",
    "SignedIn",
    "create_user",
    "find_principal",
    "keep_session",
    "sign_in",
    "sign_out",
]

ROLES = ("admin", "inter", "surveyor", "reviewer")
PASSWORD_MIN, PASSWORD_MAX = 12, 1_000
SESSION_LIFETIME = timedelta(hours=12)
# Noting every single request would make a writer of every reader.
SEEN_STEP = timedelta(minutes=5)

_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, everywhere (`all`, empty value) or within one sector or one municipality (its NIS code)."""

    role: str
    scope_kind: str = "all"
    scope_value: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """The person behind a request; `csrf_token` belongs to the session that the person signed in with."""

    user_id: UUID
    name: str
    email: str
    grants: tuple[Grant, ...]
    csrf_token: str

    def has(self, role: str, *, scope: tuple[str, str] | None = None) -> bool:
        """Whether the person has this role: anywhere at all, or, given a (kind, value) scope, there."""
        held = [grant for grant in self.grants if grant.role == role]
        if scope is None:
            return bool(held)
        return any(grant.scope_kind == "all" or (grant.scope_kind, grant.scope_value) == scope for grant in held)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: the token goes to the browser and is nowhere else."""

    token: str
    principal: Principal


def create_user(
    session: Session, *, email: str, name: str, password: str, grants: Sequence[Grant], now: datetime
) -> UUID:
    """Add a person who can sign in; raises `AccountError` for a bad address, name, password, grant, or a double one."""
    address = _parse_email(email)
    shown_name = clean_line(name, 200)
    if not shown_name:
        raise AccountError("name", "name-missing", "Give a name.")
    _check_password(password)
    for grant in grants:
        _check_grant(grant)
    if find_user(session, address) is not None:
        raise AccountError("email", "email-taken", f"There is already an account for {address}.")
    user = User(id=new_id(), email=address, name=shown_name, password_hash=_HASHER.hash(password), created_at=now)
    user.grants = [
        UserGrant(role=grant.role, scope_kind=grant.scope_kind, scope_value=grant.scope_value, granted_at=now)
        for grant in dict.fromkeys(grants)
    ]
    session.add(user)
    session.flush()
    roles = [f"{grant.role}:{grant.scope_kind}:{grant.scope_value}" for grant in grants]
    add_event(
        session,
        now=now,
        actor_id=None,
        action="user-created",
        subject_kind="user",
        subject_id=str(user.id),
        detail={"grants": roles},
    )
    return user.id


def sign_in(
    session: Session, *, email: str, password: str, now: datetime, lifetime: timedelta = SESSION_LIFETIME
) -> SignedIn | None:
    """Open a new session for the right address and password, else None; takes as long for an unknown address.

    Call it in a writing session and let that commit whatever comes out: failures are kept in the audit trail.
    """
    address = clean_line(email, 254).lower()
    user = find_user(session, address)
    if not _matches(user.password_hash if user else _decoy_hash(), password) or user is None:
        add_event(
            session,
            now=now,
            actor_id=user.id if user else None,
            action="sign-in-failed",
            subject_kind="user",
            subject_id=str(user.id) if user else "",
            detail={"email": address},
        )
        return None
    if _HASHER.check_needs_rehash(user.password_hash):
        user.password_hash = _HASHER.hash(password)
    token = secrets.token_urlsafe(32)
    opened = UserSession(
        token_hash=_token_hash(token),
        user_id=user.id,
        csrf_token=secrets.token_urlsafe(32),
        created_at=now,
        last_seen_at=now,
        expires_at=now + lifetime,
    )
    session.add(opened)
    add_event(session, now=now, actor_id=user.id, action="signed-in", subject_kind="user", subject_id=str(user.id))
    return SignedIn(token, _principal(user, opened))


def find_principal(session: Session, token: str, *, now: datetime) -> Principal | None:
    """Who a token belongs to, or None when it is unknown, revoked or expired."""
    found = _find_open(session, token, now)
    return None if found is None else _principal(found.user, found)


def keep_session(session: Session, token: str, *, now: datetime) -> None:
    """Note that the session is in use, at most once in a few minutes."""
    found = _find_open(session, token, now)
    if found is not None and now - found.last_seen_at >= SEEN_STEP:
        found.last_seen_at = now


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """Revoke the session of this token for good; an unknown or closed one is left as it is."""
    found = _find_open(session, token, now)
    if found is None:
        return
    found.revoked_at = now
    user_id = found.user_id
    add_event(session, now=now, actor_id=user_id, action="signed-out", subject_kind="user", subject_id=str(user_id))


def _find_open(session: Session, token: str, now: datetime) -> UserSession | None:
    found = find_session(session, _token_hash(token))
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    return found


def _principal(user: User, opened: UserSession) -> Principal:
    grants = tuple(Grant(grant.role, grant.scope_kind, grant.scope_value) for grant in user.grants)
    return Principal(user.id, user.name, user.email, grants, opened.csrf_token)


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


@lru_cache(maxsize=1)
def _decoy_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))


def _matches(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password[:PASSWORD_MAX].encode("utf-8", "replace"))
    except (VerifyMismatchError, InvalidHashError):
        return False


def _parse_email(text: str) -> str:
    address = text.strip().lower()
    name, _, domain = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and " " not in address
    if not (name and "." in domain.strip(".") and plain and len(address) <= 254):
        raise AccountError("email", "email-invalid", f"{address!r} is not an e-mail address.")
    return address


def _check_password(password: str) -> None:
    if len(password) < PASSWORD_MIN:
        raise AccountError("password", "password-short", f"Take a password of at least {PASSWORD_MIN} characters.")
    if len(password) > PASSWORD_MAX:
        raise AccountError("password", "password-long", f"Take a password of at most {PASSWORD_MAX} characters.")
    if len(set(password)) < 5:
        raise AccountError("password", "password-simple", "Take a password of more than a few different characters.")


def _check_grant(grant: Grant) -> None:
    if grant.role not in ROLES:
        raise AccountError("grants", "role-unknown", f"Unknown role {grant.role!r}; there are: {', '.join(ROLES)}.")
    if not _is_scope(grant.scope_kind, grant.scope_value):
        sectors = ", ".join(sector.id for sector in load_sectors())
        raise AccountError(
            "grants",
            "scope-unknown",
            f"{grant.scope_kind}:{grant.scope_value} is no scope; there are: all, municipality:NIS (five digits), "
            f"sector:NAME (one of {sectors}).",
        )


def _is_scope(kind: str, value: str) -> bool:
    match kind:
        case "all":
            return value == ""
        case "municipality":
            return re.fullmatch("[0-9]{5}", value) is not None
        case "sector":
            return any(sector.id == value for sector in load_sectors())
        case _:
            return False
