"""Looking things up in the registry."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.toegankelijk.samples import NOW, a_body, a_site, somebody
from toegankelijk import registry
from toegankelijk.errors import UnknownRecord
from toegankelijk.storage.session import Database


def test_bodies_are_found_by_part_of_the_name_without_accents(facts: Database) -> None:
    with facts.reading() as session:
        names = [body.name for body in registry.search_bodies(session, text="sint-kat").items]
        assert "Sint-Katelijne-Waver" in names
        assert [body.name for body in registry.search_bodies(session, text="hygiene").items] == [
            "Provinciaal Instituut voor Hygiëne"
        ]


def test_the_body_whose_name_begins_so_comes_first(facts: Database) -> None:
    with facts.reading() as session:
        assert registry.search_bodies(session, text="Gent").items[0].name == "Gent"


def test_bodies_are_found_by_their_numbers(facts: Database) -> None:
    with facts.reading() as session:
        for number in ("44021", "0207451227", "0207.451.227", "OVO002067", "ovo002067"):
            assert [body.name for body in registry.search_bodies(session, text=number).items] == ["Gent"]


def test_ended_bodies_are_found_by_name_only_and_come_last(facts: Database) -> None:
    with facts.reading() as session:
        by_name = registry.search_bodies(session, text="tielt", kind="municipality").items
        everything = registry.search_bodies(session, kind="municipality", per_page=500).items
    assert [(body.name, body.valid_to is None) for body in by_name] == [
        ("Tielt", True),
        ("Tielt-Winge", True),
        ("Tielt", False),
    ]
    assert all(body.valid_to is None for body in everything)


@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 --", "\x00", "\ud83d", "x" * 5000])
def test_characters_with_a_meaning_elsewhere_are_only_characters(facts: Database, text: str) -> None:
    with facts.reading() as session:
        found = registry.search_bodies(session, text=text)
        existing = registry.search_bodies(session).total
        assert found.total in (0, existing)
        assert registry.search_bodies(session, text="gent", kind=text[:50], province=text[:50]).total in (0, 9)
        assert registry.find_municipality(session, text) is None


def test_bodies_are_found_by_kind_and_province(facts: Database) -> None:
    with facts.reading() as session:
        found = registry.search_bodies(session, kind="municipality", province="Limburg", per_page=500)
        assert found.total == 38
        assert len(registry.provinces(session)) == 5
        assert "police_zone" in registry.body_kinds(session)


def test_pages_of_a_list_hold_every_item_once(facts: Database) -> None:
    with facts.reading() as session:
        pages = [registry.search_bodies(session, kind="ocmw", page=number, per_page=100) for number in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [100, 100, 84]
    assert pages[0].pages == 3
    assert len({body.id for page in pages for body in page.items}) == 284


@pytest.mark.parametrize(("asked", "given"), [(-5, 1), (0, 1), (999, 29), (10**12, 29)])
def test_a_page_that_is_not_there_gives_the_nearest_one(facts: Database, asked: int, given: int) -> None:
    with facts.reading() as session:
        found = registry.search_bodies(session, kind="municipality", page=asked, per_page=10)
    assert found.page == given
    assert found.items


def test_nothing_found_is_one_empty_page(database: Database) -> None:
    with database.reading() as session:
        found = registry.search_bodies(session, text="nergens")
    assert (found.items, found.total, found.pages) == ((), 0, 1)


def test_an_unknown_id_is_told(database: Database) -> None:
    unknown = uuid4()
    with database.reading() as session:
        for look_up in (registry.get_body, registry.get_site, registry.get_host):
            with pytest.raises(UnknownRecord, match=str(unknown)):
                look_up(session, unknown)
        assert registry.sites_of(session, unknown) == []
        assert registry.hosts_of(session, unknown) == []


def test_only_example_bodies_are_examples(database: Database) -> None:
    with database.writing() as session:
        actor = somebody(session)
        a_body(session, actor)
        example = registry.add_body(
            session,
            actor=actor,
            now=NOW,
            submission_key="example-body",
            kind="municipality",
            name="Voorbeeld",
            is_demo=True,
        )
        assert registry.example_bodies(session) == [example]


def test_a_new_site_has_its_main_host(database: Database) -> None:
    with database.writing() as session:
        actor = somebody(session)
        site = a_site(session, actor, a_body(session, actor))
        hosts = registry.hosts_of(session, site.id)
    assert [(host.name, host.kind, host.status) for host in hosts] == [
        ("www.voorbeeldegem.example", "main", "confirmed")
    ]
