"""Which pages a sample holds and why; the words of the roles."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CatalogueBroken
from crawler.model import Address, Choice, Discovery, Reason, VisitStatus
from crawler.sample import choose_pages, read_roles, roles

HOST = "https://voorbeeld.be"
HOME = Address(f"{HOST}/")


def found(*paths: str, more: tuple[Address, ...] = ()) -> Discovery:
    return Discovery((HOME, *(Address(HOST + path, depth=1) for path in paths), *more))


def chosen(discovery: Discovery, pages: int, seed: int = 1) -> dict[str, str]:
    choices = choose_pages(discovery, site_url=HOST, pages=pages, seed=seed)
    assert len({choice.url for choice in choices}) == len(choices)
    return {choice.url.removeprefix(HOST): choice.selected_by for choice in choices}


def test_the_home_page_comes_first_even_when_it_lies_elsewhere() -> None:
    moved = Address(f"{HOST}/", status=VisitStatus.SKIPPED, reason=Reason.DUPLICATE_OF, duplicate_of=f"{HOST}/nl/start")
    discovery = Discovery((moved, Address(f"{HOST}/nl/start"), Address(f"{HOST}/a")))
    assert choose_pages(discovery, site_url=f"{HOST}/", pages=1, seed=1) == (Choice(f"{HOST}/nl/start", "home"),)


@pytest.mark.parametrize(
    ("address", "role"),
    [
        (Address(f"{HOST}/toegankelijkheidsverklaring"), "accessibility"),
        (Address(f"{HOST}/nl/Contactgegevens.html", title="Bereikbaarheid | Gemeente"), "contact"),
        (Address(f"{HOST}/node/12", title="Privacyverklaring - Gemeente"), "legal"),
        (Address(f"{HOST}/?id=7", link_text="Veelgestelde vragen"), "help"),
        (Address(f"{HOST}/premies-en-subsidies"), "grant"),
        (Address(f"{HOST}/recyclagepark"), "waste"),
        (Address(f"{HOST}/vrije%20tijd"), "leisure"),
    ],
)
def test_a_role_is_known_by_address_link_or_title(address: Address, role: str) -> None:
    crowd = [f"/x/pagina-{n}" for n in range(30)]
    why = chosen(found(*crowd, more=(address,)), 10)
    assert why[address.url.removeprefix(HOST)] == f"role:{role}"


def test_the_page_of_that_name_is_preferred_to_news_about_it() -> None:
    why = chosen(found("/nieuws/nieuwe-contact-app", "/nieuws/contact-met-de-raad", "/over-ons/contact", *crowd()), 8)
    assert why["/over-ons/contact"] == "role:contact"


def crowd() -> list[str]:
    return [f"/{section}/{n}" for section in ("nieuws", "producten", "agenda") for n in range(20)]


def test_each_section_sends_its_front_page_and_chance_the_rest() -> None:
    why = chosen(found("/agenda", *crowd(), "/eenling"), 22)
    assert why["/agenda"] == "section"
    assert [label for label in why.values() if label == "section"] == ["section"] * 3
    assert "/eenling" not in why or why["/eenling"] == "random"
    assert list(why.values()).count("random") >= 2
    assert len(why) == 22


def test_one_seed_gives_one_sample_and_another_seed_another() -> None:
    discovery = found(*crowd())
    assert chosen(discovery, 20, seed=7) == chosen(discovery, 20, seed=7)
    assert chosen(discovery, 20, seed=7) != chosen(discovery, 20, seed=8)


def test_a_small_site_is_taken_whole() -> None:
    why = chosen(found("/contact", "/a", "/b"), 40)
    assert why == {"/": "home", "/contact": "role:contact", "/a": "all", "/b": "all"}


def test_pages_that_were_left_out_are_never_chosen() -> None:
    gone = Address(f"{HOST}/contact", status=VisitStatus.SKIPPED, reason=Reason.HTTP_4XX)
    assert chosen(found("/a", more=(gone,)), 10) == {"/": "home", "/a": "all"}
    assert choose_pages(Discovery(()), site_url=HOST, pages=5, seed=1) == ()


@given(
    st.lists(st.from_regex(r"/[a-c]{1,2}(/[a-c]{1,2}){0,2}", fullmatch=True), max_size=40, unique=True),
    st.integers(1, 50),
    st.integers(0, 99),
)
def test_a_sample_is_full_distinct_and_has_its_random_tenth(paths: list[str], pages: int, seed: int) -> None:
    discovery = found(*paths)
    why = chosen(discovery, pages, seed)
    assert len(why) == min(pages, len(discovery.addresses))
    assert why["/"] == "home"
    if 2 <= pages < len(discovery.addresses):
        drawn = list(why.values()).count("random")
        assert drawn >= (pages - drawn) / 10


def test_a_sample_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        choose_pages(found(), site_url=HOST, pages=0, seed=1)


def test_the_roles_begin_with_what_the_law_names() -> None:
    assert [role.id for role in roles()][:8] == [
        "accessibility",
        "contact",
        "search",
        "login",
        "sitemap",
        "help",
        "legal",
        "feedback",
    ]
    assert {role.clause for role in roles()} == {"a", "b", "c"}


@pytest.mark.parametrize(
    "text",
    [
        "rol = 1",
        "[[role",
        "[[role]]\nid = 'a'\nclause = 'a'",
        "[[role]]\nid = 'a'\nclause = 'z'\nwords = ['x']",
        "[[role]]\nid = 'a'\nclause = 'a'\nwords = ['x']\n" * 2,
    ],
)
def test_a_broken_list_of_roles_is_named_with_its_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "roles.toml"
    file.write_text(text)
    with pytest.raises(CatalogueBroken, match=r"roles\.toml"):
        read_roles(file)
