"""Put the example municipality into the platform: its body, its website and the accounts to look at them with."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toegankelijk import registry
from toegankelijk.accounts import Grant, Principal, create_user
from toegankelijk.errors import PlatformError
from toegankelijk.storage.accounts import User

BODY_NAME = "Voorbeeldegem"
# Statbel gives no Flemish municipality a code that begins with 99.
NIS_CODE = "99001"
ACCOUNTS_FILE = "demo-accounts.json"
ROLES = {"admin@voorbeeld.example": ("admin", "inter"), "inter@voorbeeld.example": ("inter",)}


class DemoRefused(PlatformError):
    """The demonstration would put open accounts into a database that people work with."""

    slug = "demo-refused"


@dataclass(frozen=True, slots=True)
class Account:
    """An address and a password to sign in with."""

    email: str
    password: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExampleBody:
    """Where the example municipality is in the platform; `url` is the address its site had when it was added."""

    site_id: UUID
    url: str


def read_or_make_accounts(data_dir: Path) -> tuple[Account, ...]:
    """The demo's accounts: passwords are drawn once per data folder and kept there, readable by its owner only."""
    file = data_dir / ACCOUNTS_FILE
    if not file.exists():
        drawn = {email: secrets.token_urlsafe(12) for email in ROLES}
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(drawn, out, indent=2)
    passwords = json.loads(file.read_text("utf-8"))
    return tuple(Account(email, passwords[email], roles) for email, roles in ROLES.items())


def prepare_accounts(session: Session, accounts: tuple[Account, ...], *, now: datetime) -> Principal:
    """Add the accounts that are not there yet; gives the administrator.

    Raises `DemoRefused` when the database has accounts, but none of the demo's.
    """
    known = {user.email: user.id for user in session.scalars(select(User))}
    if known and not known.keys() & ROLES.keys():
        raise DemoRefused(
            "This database has accounts that are not the demo's. Start the demo with another folder in "
            "TOEGANKELIJK_DATA_DIR, or another database in TOEGANKELIJK_DATABASE_URL."
        )
    for account in accounts:
        if account.email not in known:
            name = account.email.partition("@")[0].capitalize()
            known[account.email] = create_user(
                session,
                email=account.email,
                name=f"{name} (VOORBEELD)",
                password=account.password,
                grants=_grants_of(account),
                now=now,
            )
    first = accounts[0]
    return Principal(known[first.email], first.email, first.email, _grants_of(first), csrf_token="")


def prepare_body(session: Session, actor: Principal, *, url: str, now: datetime) -> ExampleBody:
    """Add and confirm the example body with its site at `url`; a second time finds what is there."""
    body = registry.find_municipality(session, NIS_CODE)
    if body is None:
        body = registry.add_body(
            session,
            actor=actor,
            now=now,
            submission_key="demo-body",
            kind="municipality",
            name=BODY_NAME,
            nis_code=NIS_CODE,
            is_demo=True,
        )
    sites = registry.sites_of(session, body.id)
    if not sites:
        site = registry.add_site(
            session, actor=actor, now=now, submission_key="demo-site", body_id=body.id, url=url, source="demo"
        )
        sites = [
            registry.confirm_site(session, actor=actor, now=now, submission_key="demo-site-confirmed", site_id=site.id)
        ]
    return ExampleBody(sites[0].id, sites[0].url)


def _grants_of(account: Account) -> tuple[Grant, ...]:
    return tuple(Grant(role) for role in account.roles)
