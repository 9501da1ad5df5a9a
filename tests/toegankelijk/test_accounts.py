"""People, their grants, and sessions that can be revoked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.toegankelijk.samples import NOW, PASSWORD
from toegankelijk.accounts import (
    SESSION_LIFETIME,
    AccountError,
    Grant,
    Principal,
    SignedIn,
    create_user,
    find_principal,
    keep_session,
    sign_in,
    sign_out,
)
from toegankelijk.storage.accounts import User, UserSession
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.session import Database
from toegankelijk.storage.trail import AuditEvent

EMAIL = "an@inter.example"


def _add(session: Session, *grants: Grant, email: str = EMAIL, password: str = PASSWORD, name: str = "An") -> None:
    create_user(session, email=email, name=name, password=password, grants=grants or [Grant("inter")], now=NOW)


def _sign_in(session: Session, email: str = EMAIL, password: str = PASSWORD) -> SignedIn | None:
    return sign_in(session, email=email, password=password, now=NOW)


def _signed_in(database: Database, *grants: Grant) -> SignedIn:
    with database.writing() as session:
        _add(session, *grants)
        signed_in = _sign_in(session)
    assert signed_in is not None
    return signed_in


def _actions(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_the_right_password_opens_a_session_with_the_persons_grants(database: Database) -> None:
    signed_in = _signed_in(database, Grant("admin"), Grant("inter", "municipality", "44021"))
    with database.reading() as session:
        principal = find_principal(session, signed_in.token, now=NOW)
    assert principal == signed_in.principal
    assert principal is not None
    assert (principal.name, principal.email) == ("An", EMAIL)
    assert set(principal.grants) == {Grant("admin"), Grant("inter", "municipality", "44021")}


def test_capitals_and_blanks_in_the_address_do_not_matter(database: Database) -> None:
    with database.writing() as session:
        _add(session, email=" An@Inter.Example ")
        assert _sign_in(session, email="AN@inter.example\n") is not None


def test_a_wrong_password_and_an_unknown_address_look_alike_and_are_kept_in_the_trail(database: Database) -> None:
    with database.writing() as session:
        _add(session)
        assert _sign_in(session, password="iets anders helemaal") is None
        assert _sign_in(session, email="niemand@inter.example") is None
        assert _sign_in(session, email="\x00'; --", password="x" * 100_000) is None
    assert _actions(database) == ["user-created", "sign-in-failed", "sign-in-failed", "sign-in-failed"]


def test_only_a_hash_of_the_token_is_stored(sqlite_database: Database) -> None:
    signed_in = _signed_in(sqlite_database)
    sqlite_database.close()
    stored = Path(str(sqlite_database.url.database)).read_bytes()
    assert signed_in.token.encode() not in stored
    assert PASSWORD.encode() not in stored
    assert signed_in.principal.csrf_token.encode() in stored


def test_each_sign_in_has_a_token_and_a_csrf_token_of_its_own(database: Database) -> None:
    with database.writing() as session:
        _add(session)
        first, second = _sign_in(session), _sign_in(session)
        assert first is not None
        assert second is not None
        assert first.token != second.token
        assert first.principal.csrf_token != second.principal.csrf_token
        assert find_principal(session, first.token, now=NOW) == first.principal


def test_a_session_ends_when_the_person_signs_out_and_the_others_go_on(database: Database) -> None:
    with database.writing() as session:
        _add(session)
        first, second = _sign_in(session), _sign_in(session)
        assert first is not None
        assert second is not None
        sign_out(session, first.token, now=NOW)
        sign_out(session, first.token, now=NOW)
    with database.reading() as session:
        assert find_principal(session, first.token, now=NOW) is None
        assert find_principal(session, second.token, now=NOW) is not None
    assert _actions(database) == ["user-created", "signed-in", "signed-in", "signed-out"]


def test_a_session_ends_by_itself(database: Database) -> None:
    signed_in = _signed_in(database)
    with database.reading() as session:
        just_before = NOW + SESSION_LIFETIME - timedelta(seconds=1)
        assert find_principal(session, signed_in.token, now=just_before) is not None
        assert find_principal(session, signed_in.token, now=NOW + SESSION_LIFETIME) is None


@pytest.mark.parametrize("token", ["", "x", "é\x00\ud83d", "a" * 10_000])
def test_an_invented_token_is_nobodys(database: Database, token: str) -> None:
    with database.reading() as session:
        assert find_principal(session, token, now=NOW) is None


def test_use_of_a_session_is_noted_now_and_then(database: Database) -> None:
    signed_in = _signed_in(database)
    for minutes, expected in ((1, 0), (6, 6), (8, 6), (60 * 24, 6)):
        with database.writing() as session:
            keep_session(session, signed_in.token, now=NOW + timedelta(minutes=minutes))
        with database.reading() as session:
            assert session.scalars(select(UserSession.last_seen_at)).one() == NOW + timedelta(minutes=expected)


def test_an_old_password_hash_is_renewed_at_sign_in(database: Database) -> None:
    with database.writing() as session:
        _add(session)
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        session.scalars(select(User)).one().password_hash = weak
    with database.writing() as session:
        assert _sign_in(session) is not None
    with database.reading() as session:
        assert session.scalars(select(User.password_hash)).one() != weak


def test_removing_a_person_ends_the_sessions_of_that_person(database: Database) -> None:
    with database.writing() as session:
        user = User(email="weg@inter.example", name="Weg", password_hash="x", created_at=NOW)
        session.add(user)
        session.flush()
        opened = UserSession(token_hash=b"1" * 32, user_id=user.id, csrf_token="c", created_at=NOW, last_seen_at=NOW)
        opened.expires_at = NOW + SESSION_LIFETIME
        session.add(opened)
    with database.writing() as session:
        session.execute(text("DELETE FROM \"user\" WHERE email = 'weg@inter.example'"))
        assert session.scalars(select(UserSession)).all() == []


@pytest.mark.parametrize(
    ("changes", "field", "key"),
    [
        ({"email": "geen adres"}, "email", "email-invalid"),
        ({"email": "a@b"}, "email", "email-invalid"),
        ({"email": "a b@c.example"}, "email", "email-invalid"),
        ({"email": "@inter.example"}, "email", "email-invalid"),
        ({"email": "a" * 250 + "@b.example"}, "email", "email-invalid"),
        ({"name": " \n "}, "name", "name-missing"),
        ({"password": "kort"}, "password", "password-short"),
        ({"password": "a" * 12}, "password", "password-simple"),
        ({"password": "ab" * 600}, "password", "password-long"),
    ],
)
def test_a_bad_account_is_refused_and_its_field_named(
    database: Database, changes: dict[str, str], field: str, key: str
) -> None:
    with database.writing() as session:
        with pytest.raises(AccountError) as caught:
            _add(session, **changes)
        assert (caught.value.field, caught.value.key) == (field, key)
        assert session.scalars(select(User)).all() == []


@pytest.mark.parametrize(
    "grant",
    [
        Grant("baas"),
        Grant("inter", "wereld", "x"),
        Grant("inter", "municipality", ""),
        Grant("inter", "all", "44021"),
        Grant("surveyor", "municipality", "Gent"),
        Grant("surveyor", "municipality", "440211"),
        Grant("reviewer", "sector", "ruimtevaart"),
        Grant("reviewer", "sector", ""),
    ],
)
def test_an_unknown_grant_is_refused(database: Database, grant: Grant) -> None:
    with database.writing() as session, pytest.raises(AccountError) as caught:
        _add(session, grant)
    assert caught.value.field == "grants"


def test_an_address_has_one_account(database: Database) -> None:
    with database.writing() as session:
        _add(session)
        with pytest.raises(AccountError) as caught:
            _add(session, email=EMAIL.upper())
    assert caught.value.key == "email-taken"


def test_a_grant_counts_in_its_own_scope_only() -> None:
    principal = Principal(
        user_id=new_id(),
        name="An",
        email=EMAIL,
        grants=(Grant("inter", "municipality", "44021"), Grant("admin")),
        csrf_token="",
    )
    assert principal.has("inter")
    assert principal.has("inter", scope=("municipality", "44021"))
    assert not principal.has("inter", scope=("municipality", "11002"))
    assert not principal.has("inter", scope=("sector", "44021"))
    assert principal.has("admin", scope=("municipality", "11002"))
    assert not principal.has("surveyor")
