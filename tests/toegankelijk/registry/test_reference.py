"""The reference facts in the registry: complete, repeatable, careful with what is not certain."""

from __future__ import annotations

import csv
import time
from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import func, select

from tests.toegankelijk.samples import KEYS, NOW, somebody
from toegankelijk import registry
from toegankelijk.errors import ReferenceDataInvalid
from toegankelijk.registry import may_scan
from toegankelijk.registry.facts import read_facts
from toegankelijk.storage.bodies import Body, Host, Site
from toegankelijk.storage.session import Database

DATA = resources.files("toegankelijk") / "data"


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


def test_there_are_285_municipalities_today(facts: Database) -> None:
    with facts.reading() as session:
        found = registry.search_bodies(session, kind="municipality", per_page=500)
    assert found.total == 285
    assert len({body.nis_code for body in found.items}) == 285
    assert all(body.population and body.population_date == date(2026, 1, 1) for body in found.items)
    assert all(body.province and body.lat and body.lon for body in found.items)
    assert sum(body.population or 0 for body in found.items) == 6_898_350


def test_there_are_as_many_bodies_of_each_kind_as_the_facts_name(facts: Database) -> None:
    with facts.reading() as session:
        query = select(Body.kind, func.count()).where(Body.valid_to.is_(None)).group_by(Body.kind)
        found = dict(session.execute(query).all())
    assert found == {
        "brussels_municipality": 19,
        "community_commission": 1,
        "external_agency": 43,
        "flemish_agency": 29,
        "flemish_company": 3,
        "flemish_council": 2,
        "flemish_department": 4,
        "flemish_entity": 6,
        "flemish_hospital": 2,
        "flemish_portal": 3,
        "intermunicipal_mandated": 54,
        "intermunicipal_other": 2,
        "intermunicipal_project": 59,
        "intermunicipal_service": 23,
        "municipal_company": 162,
        "municipality": 285,
        "ocmw": 284,
        "ocmw_association_private": 36,
        "ocmw_association_public": 11,
        "police_zone": 106,
        "province": 5,
        "provincial_company": 19,
        "rescue_zone": 20,
        "welfare_association": 56,
    }


@pytest.mark.parametrize(
    ("old", "name", "new", "last_day"),
    [
        ("11007", "Borsbeek", "11002", date(2024, 12, 31)),
        ("11056", "Zwijndrecht", "46030", date(2024, 12, 31)),
        ("44011", "Deinze", "44083", date(2018, 12, 31)),
        ("72040", "Meeuwen-Gruitrode", "72042", date(2018, 12, 31)),
    ],
)
def test_an_old_code_leads_to_its_successor(facts: Database, old: str, name: str, new: str, last_day: date) -> None:
    with facts.reading() as session:
        body = registry.find_municipality(session, old)
        assert body is not None
        assert (body.name, body.successor_nis, body.valid_to) == (name, new, last_day)
        assert body.successor_id is not None
        assert registry.get_body(session, body.successor_id).valid_to is None


def test_every_merger_is_in_the_registry(facts: Database) -> None:
    with facts.reading() as session:
        for row in _rows("mergers.csv"):
            body = registry.find_municipality(session, row["old_nis"])
            assert body is not None
            expected = None if row["old_nis"] == row["new_nis"] else row["new_nis"]
            assert body.successor_nis == expected, row


def test_an_old_code_leads_over_two_mergers_to_the_body_of_today(facts: Database) -> None:
    with facts.writing() as session:
        by_nis = {nis: session.scalars(select(Body).where(Body.nis_code == nis)).one() for nis in ("44083", "46029")}
        by_nis["44083"].valid_to = date(2030, 12, 31)
        by_nis["44083"].successor = by_nis["46029"]
    with facts.reading() as session:
        body = registry.find_municipality(session, "44049")
        assert body is not None
        assert body.successor_nis == "46029"


def test_an_unknown_code_is_nobodys(facts: Database) -> None:
    with facts.reading() as session:
        for nis in ("00000", "", "gent", "10000", "99999\x00"[:5]):
            assert registry.find_municipality(session, nis) is None


def test_municipality_ocmw_and_agencies_make_one_group(facts: Database) -> None:
    with facts.reading() as session:
        gent = registry.find_municipality(session, "44021")
        assert gent is not None
        kinds = Counter(member.kind for member in gent.group)
        assert kinds == {"ocmw": 1, "municipal_company": 3, "ocmw_association_public": 1}
        ocmw = registry.get_body(session, next(member.id for member in gent.group if member.kind == "ocmw"))
    assert ocmw.group[0].nis_code == "44021"
    assert {member.id for member in ocmw.group} == ({gent.id} | {member.id for member in gent.group}) - {ocmw.id}


def test_an_ocmw_ended_with_its_municipality_and_is_carried_on(facts: Database) -> None:
    with facts.reading() as session:
        found = registry.search_bodies(session, text="OCMW Borsbeek").items
        assert [body.valid_to for body in found] == [date(2024, 12, 31)]
        assert found[0].successor_id is not None
        assert registry.get_body(session, found[0].successor_id).name == "OCMW Antwerpen"


def test_uncertain_sites_may_never_be_scanned(facts: Database) -> None:
    allowed: Counter[str] = Counter()
    with facts.reading() as session:
        for body_id in session.scalars(select(Body.id)):
            for site in registry.sites_of(session, body_id):
                allowed[site.status] += may_scan(site)
                assert not (may_scan(site) and (site.body_has_ended or not site.url))
    assert {status for status, number in allowed.items() if number} == {"sourced"}
    assert allowed.keys() == {"sourced", "sourced_secondary", "from_memory", "missing", "merged"}


def test_a_page_on_the_municipalitys_site_is_known_and_merged_into_it(facts: Database) -> None:
    with facts.reading() as session:
        query = select(Site).where(Site.status == "merged")
        merged = session.scalars(query).all()
        assert len(merged) == sum(row["same_host_as_gemeente"] == "yes" for row in _rows("websites.csv"))
        for site in merged:
            whole = session.get_one(Site, site.merged_into_id)
            assert whole.body.kind == "municipality"
            assert whole.host.removeprefix("www.") == site.host.removeprefix("www.")


def test_the_sites_to_confirm_are_those_of_uncertain_origin(facts: Database) -> None:
    with facts.reading() as session:
        found = registry.sites_to_confirm(session, per_page=500)
    assert Counter(site.status for site in found.items) == {"from_memory": 19, "sourced_secondary": 19, "missing": 11}
    hints = {site.body_name: site.candidate_url for site in found.items if site.candidate_url}
    assert hints["Pajottegem"] == "https://www.pajottegem.be"


def test_every_site_has_its_host_and_its_source(facts: Database) -> None:
    with facts.reading() as session:
        assert session.scalar(select(func.count()).select_from(Site)) == 1310
        with_url = session.scalars(select(Site).where(Site.url != "")).all()
        mains = set(session.execute(select(Host.site_id, Host.name).where(Host.kind == "main")).all())
    assert {(site.id, site.host) for site in with_url} == mains
    assert all(site.source for site in with_url)


def test_importing_again_changes_nothing_and_keeps_what_people_corrected(facts: Database) -> None:
    with facts.writing() as session:
        actor = somebody(session)
        pajottegem = registry.find_municipality(session, "23106")
        assert pajottegem is not None
        site = registry.sites_of(session, pajottegem.id)[0]
        corrected = registry.correct_site(
            session,
            actor=actor,
            now=NOW,
            submission_key=next(KEYS),
            site_id=site.id,
            url="https://www.pajottegem.example",
        )
    with facts.writing() as session:
        done = registry.import_reference_data(session, NOW)
        assert registry.get_site(session, site.id) == corrected
    assert (done.bodies_added, done.bodies_changed, done.sites_added) == (0, 0, 0)


def test_importing_again_brings_the_facts_of_a_body_up_to_date(facts: Database) -> None:
    with facts.writing() as session:
        session.scalars(select(Body).where(Body.nis_code == "44021")).one().population = 1
    with facts.writing() as session:
        assert registry.import_reference_data(session, NOW).bodies_changed == 1
    with facts.reading() as session:
        gent = registry.find_municipality(session, "44021")
        assert gent is not None
        assert gent.population == 274_042


def test_the_import_takes_less_than_two_seconds(database: Database) -> None:
    begun = time.process_time()
    with database.writing() as session:
        registry.import_reference_data(session, NOW)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("websites.csv", ",gemeente,11001,", ",kasteel,11001,", r"websites\.csv, line 2: KeyError\('kasteel'\)"),
        ("websites.csv", "https://www.boom.be", "gopher://boom", r"websites\.csv, line \d+: AddressInvalid"),
        ("websites.csv", ",sourced,yes,,,lblod", ",zeker,yes,,,lblod", r"unknown status 'zeker'"),
        ("municipalities.csv", "1970-01-01", "lang geleden", r"municipalities\.csv, line 2: ValueError"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, name: str, old: str, new: str, told: str) -> None:
    for item in DATA.iterdir():
        if item.name.endswith((".csv", ".toml")):
            copyfile(str(item), tmp_path / item.name)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReferenceDataInvalid, match=told):
        read_facts(tmp_path)
