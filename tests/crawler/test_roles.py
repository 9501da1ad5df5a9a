"""Which page has which role; the words of the roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import CatalogueBroken
from crawler.model import Address
from crawler.roles import Role, best_page, fits_host, how_fit, name_page, read_roles, roles

HOST = "https://voorbeeld.be"
BY_ID = {role.id: role for role in roles()}


def best(role: str, *pages: Address) -> str | None:
    found = best_page([name_page(page) for page in pages], BY_ID[role])
    return found and found.removeprefix(HOST)


@pytest.mark.parametrize(
    ("address", "role"),
    [
        (Address(f"{HOST}/toegankelijkheidsverklaring"), "statement"),
        (Address(f"{HOST}/nl/Contactgegevens.html", title="Bereikbaarheid | Gemeente"), "contact"),
        (Address(f"{HOST}/node/12", title="Privacyverklaring - Gemeente"), "legal"),
        (Address(f"{HOST}/?id=7", link_text="Veelgestelde vragen"), "help"),
        (Address(f"{HOST}/node/13", heading="Inhoudsopgave"), "sitemap"),
        (Address(f"{HOST}/node/14", heading="AANMELDEN"), "login"),
        (Address(f"{HOST}/page?p=9", link_text="Klacht of suggestie"), "feedback"),
        (Address(f"{HOST}/zoeken?q=x"), "search"),
        (Address(f"{HOST}/premies-en-subsidies"), "grant"),
        (Address(f"{HOST}/recyclagepark"), "waste"),
        (Address(f"{HOST}/vrije%20tijd"), "leisure"),
        (Address(f"{HOST}/x", heading="Réservatie van een zaal"), "hall"),
    ],
)
def test_a_role_is_known_by_address_link_title_or_heading(address: Address, role: str) -> None:
    crowd = [Address(f"{HOST}/x/pagina-{n}", title=f"Pagina {n}") for n in range(5)]
    assert best(role, *crowd, address) == address.url.removeprefix(HOST)
    assert [other.id for other in roles() if how_fit(name_page(address), other)] == [role]


def test_the_page_of_that_name_is_preferred_to_news_about_it() -> None:
    paths = ("/nieuws/nieuwe-contact-app", "/nieuws/contact-met-de-raad", "/over-ons/contact")
    assert best("contact", *(Address(HOST + path) for path in paths)) == "/over-ons/contact"


def test_a_part_of_a_longer_word_is_no_match() -> None:
    assert best("contact", Address(f"{HOST}/contactlenzen")) is None
    assert best("leisure", Address(f"{HOST}/transport")) is None


def test_another_host_may_speak_of_a_role() -> None:
    assert fits_host("afspraken.voorbeeld.be", BY_ID["appointment"])
    assert not fits_host("www.voorbeeld.be", BY_ID["appointment"])


def test_the_roles_begin_with_what_the_law_names() -> None:
    first = ["c:statement", "a:contact", "b:search", "a:login", "a:sitemap", "a:help", "a:legal", "c:feedback"]
    assert [role.want for role in roles()][:8] == first
    assert {role.clause for role in roles()[8:]} == {"b"}
    assert [role.id for role in roles() if role.clause == "b" and not role.is_service] == ["search"]


def test_words_are_read_folded(tmp_path: Path) -> None:
    file = tmp_path / "roles.toml"
    file.write_text("[[role]]\nid = 'cafe'\nclause = 'b'\nwords = ['Café op het plein']")
    assert read_roles(file) == (Role("cafe", "b", ("cafe-op-het-plein",), is_service=True),)


@pytest.mark.parametrize(
    "text",
    [
        "rol = 1",
        "[[role",
        "[[role]]\nid = 'a'\nclause = 'a'",
        "[[role]]\nid = 'a'\nclause = 'z'\nwords = ['x']",
        "[[role]]\nid = 'a'\nclause = 'd'\nwords = ['x']",
        "[[role]]\nid = 'a'\nclause = 'a'\nwords = []",
        "[[role]]\nid = 'a'\nclause = 'a'\nwords = ['!']",
        "[[role]]\nid = 'a'\nclause = 'a'\nwords = 'x'",
        "[[role]]\nid = 'a'\nclause = 'a'\nwords = ['x']\n" * 2,
    ],
)
def test_a_broken_list_of_roles_is_named_with_its_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "roles.toml"
    file.write_text(text)
    with pytest.raises(CatalogueBroken, match=r"roles\.toml"):
        read_roles(file)
