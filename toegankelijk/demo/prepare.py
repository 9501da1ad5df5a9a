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
ADMIN, SURVEYOR = "admin@voorbeeld.example", "opmeter@voorbeeld.example"
GRANTS = {
    ADMIN: (Grant("admin"), Grant("inter")),
    "inter@voorbeeld.example": (Grant("inter"),),
    SURVEYOR: (Grant("surveyor", "municipality", NIS_CODE),),
}


class DemoRefused(PlatformError):
    """The demonstration would put open accounts into a database that people work with."""

    slug = "demo-refused"


@dataclass(frozen=True, slots=True)
class Account:
    """An address and a password to sign in with."""

    email: str
    password: str
    grants: tuple[Grant, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """What the account may do, apart from where."""
        return tuple(grant.role for grant in self.grants)


@dataclass(frozen=True, slots=True)
class People:
    """Who prepares the demonstration: the administrator keeps the registry, the surveyor measures the museum."""

    admin: Principal
    surveyor: Principal


@dataclass(frozen=True, slots=True)
class ExampleBody:
    """Where the example municipality is in the platform; `url` is the address its site had when it was added."""

    site_id: UUID
    url: str


def read_or_make_accounts(data_dir: Path) -> tuple[Account, ...]:
    """The demo's accounts: passwords are drawn once per data folder and kept there, readable by its owner only."""
    file = data_dir / ACCOUNTS_FILE
    kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
    passwords = {email: kept.get(email) or secrets.token_urlsafe(12) for email in GRANTS}
    if passwords != kept:
        _write_for_owner(file, json.dumps(passwords, indent=2))
    return tuple(Account(email, passwords[email], grants) for email, grants in GRANTS.items())


def prepare_accounts(session: Session, accounts: tuple[Account, ...], *, now: datetime) -> People:
    """Add the accounts that are not there yet.

    Raises `DemoRefused` when the database has accounts, but none of the demo's.
    """
    known = {user.email: user.id for user in session.scalars(select(User))}
    if known and not known.keys() & GRANTS.keys():
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
                grants=account.grants,
                now=now,
            )
    admin, surveyor = (
        Principal(known[email], email, email, GRANTS[email], csrf_token="") for email in (ADMIN, SURVEYOR)
    )
    return People(admin, surveyor)


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


def _write_for_owner(file: Path, text: str) -> None:
    """Write a file that nobody else may read, whole or not at all."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)
