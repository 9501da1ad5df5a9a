"""Which addresses are one page, from the answers alone."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from crawler.identity import MAX_TWINS, Answer, Found, settle
from crawler.model import Address, Reason, VisitStatus

HOST = "https://voorbeeld.be"
GONE = {"status": VisitStatus.SKIPPED, "reason": Reason.HTTP_4XX, "http_status": 404}


def page(path: str, content: str = "", **more: str) -> Answer:
    mark = f"mark of {content}" if content else ""
    return Answer(HOST + path, http_status=200, main_mark=mark, full_mark=mark and f"full {mark}", **more)


def moved(path: str, target: str) -> Answer:
    return Answer(HOST + path, http_status=301, moved_to=HOST + target)


def settled(*answers: Answer, unasked: tuple[str, ...] = ()) -> dict[str, Address]:
    found = [Found(answer.url) for answer in answers] + [Found(HOST + path) for path in unasked]
    addresses = settle(found, {answer.url: answer for answer in answers})
    return {address.url.removeprefix(HOST): address for address in addresses}


def duplicates(addresses: dict[str, Address]) -> dict[str, str]:
    return {
        path: address.duplicate_of.removeprefix(HOST)
        for path, address in addresses.items()
        if address.reason is Reason.DUPLICATE_OF and address.duplicate_of
    }


def pages(addresses: dict[str, Address]) -> set[str]:
    return {path for path, address in addresses.items() if address.status is None}


def test_a_chain_of_redirects_is_its_last_page() -> None:
    found = settled(moved("/1", "/2"), moved("/2", "/3"), moved("/3", "/contact/"), page("/contact/"))
    assert duplicates(found) == {"/1": "/contact/", "/2": "/contact/", "/3": "/contact/"}


def test_redirects_that_go_round_fail() -> None:
    found = settled(moved("/1", "/2"), moved("/2", "/1"))
    assert {(address.status, address.reason) for address in found.values()} == {
        (VisitStatus.FAILED, Reason.REDIRECT_LOOP)
    }


def test_a_redirect_to_what_is_not_there_is_no_page() -> None:
    found = settled(moved("/oud", "/weg"), Answer(HOST + "/weg", **GONE))
    assert pages(found) == set()
    assert duplicates(found) == {"/oud": "/weg"}
    assert found["/weg"].reason is Reason.HTTP_4XX


def test_a_redirect_into_a_trap_is_left_for_that_reason() -> None:
    assert settled(moved("/oud", "/a/a/a/a"))["/oud"].reason is Reason.TRAP


def test_another_spelling_of_a_page_is_that_page_without_being_asked() -> None:
    found = settled(page("/contact/"), unasked=("/Contact", "/contact"))
    assert duplicates(found) == {"/Contact": "/contact/", "/contact": "/contact/"}


def test_a_spelling_that_fails_says_nothing_of_the_other() -> None:
    found = settled(Answer(HOST + "/contact", **GONE), page("/contact/"), unasked=("/nieuws",))
    assert pages(found) == {"/contact/"}
    assert found["/contact"].reason is Reason.HTTP_4XX
    assert found["/nieuws"].reason is Reason.STOPPED


def test_a_query_that_changes_nothing_is_a_duplicate_and_one_that_selects_is_a_page() -> None:
    found = settled(
        page("/", "welkom"), page("/?bron=x", "welkom"), page("/?id=12", "twaalf"), page("/?id=13", "dertien")
    )
    assert pages(found) == {"/", "/?id=12", "/?id=13"}
    assert duplicates(found) == {"/?bron=x": "/"}


def test_pages_without_enough_text_are_never_joined() -> None:
    assert len(pages(settled(page("/app"), page("/app?id=1"), page("/app?id=2"), page("/elders")))) == 4


def test_two_paths_with_one_text_are_one_page() -> None:
    assert duplicates(settled(page("/nieuws", "lijst"), page("/actueel/nieuws", "lijst"))) == {
        "/actueel/nieuws": "/nieuws"
    }


def test_a_shell_that_scripts_fill_is_many_pages() -> None:
    assert len(pages(settled(*(page(f"/{n}", "schil") for n in range(MAX_TWINS + 1))))) == MAX_TWINS + 1


def test_rel_canonical_is_believed_when_title_and_heading_agree() -> None:
    names = {"title": "Nieuws", "heading": "Nieuws"}
    found = settled(page("/nieuws", "a", **names), page("/print/nieuws", "b", canonical_link=f"{HOST}/nieuws", **names))
    assert duplicates(found) == {"/print/nieuws": "/nieuws"}


def test_rel_canonical_that_names_the_home_page_everywhere_is_not_believed() -> None:
    home = page("/", "welkom", title="Gemeente", heading="Welkom")
    other = page("/afval", "afval", title="Gemeente", heading="Afval", canonical_link=f"{HOST}/")
    bare = page("/?id=3", "drie", title="Gemeente", canonical_link=f"{HOST}/")
    assert pages(settled(home, other, bare)) == {"/", "/afval", "/?id=3"}


def test_the_home_page_keeps_its_name() -> None:
    home = Answer(f"{HOST}/home?lang=nl", main_mark="m", full_mark="f")
    twin = Answer(f"{HOST}/a", main_mark="m", full_mark="f")
    found = settle([Found(home.url, depth=0), Found(twin.url, depth=1)], {home.url: home, twin.url: twin})
    assert [entry.duplicate_of for entry in found] == [home.url, None]


ANSWERS = st.lists(
    st.builds(
        lambda path, kind, other: (
            moved(path, other)
            if kind == "moved"
            else Answer(HOST + path, **GONE)
            if kind == "gone"
            else page(path, kind)
        ),
        st.sampled_from(["/", "/a", "/A", "/a/", "/a?x=1", "/b", "/b?y=2", "/c"]),
        st.sampled_from(["moved", "gone", "", "tekst", "andere tekst"]),
        st.sampled_from(["/", "/a/", "/b", "/c", "/weg"]),
    ),
    max_size=8,
    unique_by=lambda answer: answer.url,
)


@given(ANSWERS, st.randoms())
def test_every_address_ends_once_whatever_the_order_of_answers(answers: list[Answer], chance: random.Random) -> None:
    found = [Found(f"{HOST}{path}") for path in ("/", "/a", "/A", "/a/", "/a?x=1", "/b", "/b?y=2", "/c")]
    once = settle(found, {answer.url: answer for answer in answers})
    chance.shuffle(answers)
    assert settle(found, {answer.url: answer for answer in answers}) == once
    assert [address.url for address in once] == sorted(entry.url for entry in found)
    by_url = {address.url: address for address in once}
    for address in once:
        assert (address.status is None) == (address.reason is None)
        if address.duplicate_of:
            end = by_url[address.duplicate_of]
            assert end.duplicate_of is None
            assert replace(end, url=address.url) != address
