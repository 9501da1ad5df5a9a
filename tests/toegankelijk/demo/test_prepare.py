"""The example municipality is put in once, and never beside the accounts of real people."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from toegankelijk import registry
from toegankelijk.accounts import Grant, create_user, sign_in
from toegankelijk.demo.prepare import (
    ACCOUNTS_FILE,
    NIS_CODE,
    SURVEYOR,
    DemoRefused,
    prepare_accounts,
    prepare_body,
    read_or_make_accounts,
)
from toegankelijk.storage.session import Database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EMAIL, PASSWORD = "an@inter.example", "een lang wachtwoord"
URL = "http://127.0.0.1:8099"


def test_passwords_are_drawn_once_per_folder_and_are_for_the_owner_alone(tmp_path: Path) -> None:
    first, other = tmp_path / "one", tmp_path / "two"
    for folder in (first, other):
        folder.mkdir()
    accounts = read_or_make_accounts(first)
    assert read_or_make_accounts(first) == accounts
    assert not {account.password for account in accounts} & {found.password for found in read_or_make_accounts(other)}
    assert stat.S_IMODE((first / ACCOUNTS_FILE).stat().st_mode) == 0o600


def test_an_account_that_an_older_demo_did_not_have_gets_a_password_and_the_others_keep_theirs(tmp_path: Path) -> None:
    before = {account.email: account.password for account in read_or_make_accounts(tmp_path)}
    file = tmp_path / ACCOUNTS_FILE
    file.write_text(json.dumps({email: word for email, word in before.items() if email != SURVEYOR}))
    after = {account.email: account.password for account in read_or_make_accounts(tmp_path)}
    assert after.keys() == before.keys()
    assert {email for email in after if after[email] != before[email]} == {SURVEYOR}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_demo_can_be_prepared_again_and_finds_what_is_there(database: Database, tmp_path: Path) -> None:
    accounts = read_or_make_accounts(tmp_path)
    prepared = []
    for _ in range(2):
        with database.writing() as session:
            people = prepare_accounts(session, accounts, now=NOW)
            prepared.append((people, prepare_body(session, people.admin, url=URL, now=NOW)))
    assert prepared[0] == prepared[1]
    with database.writing() as session:
        for account in accounts:
            signed_in = sign_in(session, email=account.email, password=account.password, now=NOW)
            assert signed_in is not None
            assert set(signed_in.principal.grants) == set(account.grants)


def test_the_example_is_marked_and_its_site_may_be_scanned(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        people = prepare_accounts(session, read_or_make_accounts(tmp_path), now=NOW)
        prepare_body(session, people.admin, url=URL, now=NOW)
    with database.reading() as session:
        body = registry.find_municipality(session, NIS_CODE)
        assert body is not None
        assert body.is_demo
        (site,) = registry.sites_of(session, body.id)
        assert registry.may_scan(site)


def test_no_flemish_municipality_has_the_code_of_the_example(database: Database) -> None:
    with database.writing() as session:
        registry.import_reference_data(session, NOW)
        assert registry.find_municipality(session, NIS_CODE) is None


def test_a_database_with_accounts_of_real_people_is_refused_and_left_alone(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        create_user(
            session,
            email="an@inter.example",
            name="An",
            password="een lang wachtwoord",
            grants=[Grant("inter")],
            now=NOW,
        )
    with pytest.raises(DemoRefused, match="TOEGANKELIJK_DATA_DIR"), database.writing() as session:
        prepare_accounts(session, read_or_make_accounts(tmp_path), now=NOW)
    with database.writing() as session:
        assert sign_in(session, email=EMAIL, password=PASSWORD, now=NOW) is not None
