"""Which pages a sample holds and by which clause; what it could not hold is named."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.canonical import canonical
from crawler.law import SampleKind, law
from crawler.model import (
    Address,
    Clause,
    ClauseState,
    Discovery,
    DocumentLink,
    Plan,
    Process,
    Reason,
    Site,
    VisitStatus,
)
from crawler.roles import roles
from crawler.sample import choose_sample
from crawler.structure import KINDS

HOST = "https://voorbeeld.be"
SITE = Site(f"{HOST}/")
HOME = Address(f"{HOST}/")
MET, NO_ROOM, NOT_FOUND, ELSEWHERE = (
    ClauseState.MET,
    ClauseState.NO_ROOM,
    ClauseState.NOT_FOUND,
    ClauseState.ELSEWHERE,
)


def found(*paths: str, more: tuple[Address, ...] = ()) -> Discovery:
    return Discovery((HOME, *(Address(HOST + path, depth=1) for path in paths), *more))


def crowd() -> list[str]:
    return [f"/{section}/{n}" for section in ("nieuws", "producten", "agenda") for n in range(20)]


def why(plan: Plan) -> dict[str, str]:
    assert len({choice.url for choice in plan.sample}) == len(plan.sample)
    return {choice.url.removeprefix(HOST): choice.selected_by for choice in plan.sample}


def chosen(discovery: Discovery, pages: int = 40, seed: int = 1, kind: str = SampleKind.FULL) -> dict[str, str]:
    return why(choose_sample(discovery, site=SITE, pages=pages, seed=seed, kind=kind))


def clause(plan: Plan, name: str) -> Clause:
    (one,) = (entry for entry in plan.clauses if entry.id == name)
    return one


def built(template: str) -> str:
    """A sketch of twelve parts that no other template has."""
    return "".join(f"{ord(template):03x}{n:03x}" for n in range(12))


def test_the_home_page_comes_first_even_when_it_lies_elsewhere() -> None:
    moved = Address(f"{HOST}/", status=VisitStatus.SKIPPED, reason=Reason.DUPLICATE_OF, duplicate_of=f"{HOST}/nl/start")
    discovery = Discovery((moved, Address(f"{HOST}/nl/start"), Address(f"{HOST}/a")))
    assert chosen(discovery, 1) == {"/nl/start": "a:home"}


def test_each_page_says_which_clause_chose_it_and_each_section_sends_its_front_page() -> None:
    reasons = chosen(found("/agenda", "/toegankelijkheid", "/contact", "/eenling", *crowd()), 22)
    assert list(reasons.values())[:3] == ["a:home", "c:statement", "a:contact"]
    assert reasons["/agenda"] == "b:section"
    assert [label for label in reasons.values() if label == "b:section"] == ["b:section"] * 3
    assert reasons.get("/eenling", "g:random") == "g:random"
    assert len(reasons) == 22


def test_a_small_site_is_taken_whole() -> None:
    plan = choose_sample(found("/contact", "/a", "/b"), site=SITE, pages=40, seed=1)
    assert why(plan) == {"/": "a:home", "/contact": "a:contact", "/a": "g:all", "/b": "g:all"}
    assert clause(plan, "g:random").state is MET


def test_pages_that_were_left_out_are_never_chosen() -> None:
    gone = Address(f"{HOST}/contact", status=VisitStatus.SKIPPED, reason=Reason.HTTP_4XX)
    plan = choose_sample(found("/a", more=(gone,)), site=SITE, pages=10, seed=1)
    assert why(plan) == {"/": "a:home", "/a": "g:all"}
    assert clause(plan, "a:contact") == Clause("a:contact", NOT_FOUND)


def test_a_site_without_pages_has_no_sample_and_says_so() -> None:
    plan = choose_sample(Discovery(()), site=SITE, pages=5, seed=1)
    assert plan.sample == ()
    assert {"a:home", "c:statement", "g:random"} <= set(plan.unmet)


def test_what_did_not_fit_is_named_with_its_page() -> None:
    plan = choose_sample(found("/toegankelijkheid", "/contact", "/hulp", *crowd()), site=SITE, pages=3, seed=1)
    assert clause(plan, "c:statement") == Clause("c:statement", MET, (f"{HOST}/toegankelijkheid",))
    assert clause(plan, "a:contact") == Clause("a:contact", NO_ROOM, beside=(f"{HOST}/contact",))
    assert clause(plan, "a:sitemap") == Clause("a:sitemap", NOT_FOUND)
    assert clause(plan, "b:section").wanted == 3
    assert clause(plan, "b:section").state is NO_ROOM


def test_a_role_on_another_host_is_told_with_the_page_that_links_it() -> None:
    discovery = replace(found("/a"), external_hosts={"afspraken.voorbeeld.be": f"{HOST}/a", "x.be": f"{HOST}/"})
    plan = choose_sample(discovery, site=SITE, seed=1)
    assert clause(plan, "b:appointment") == Clause("b:appointment", ELSEWHERE, beside=(f"{HOST}/a",))
    assert clause(plan, "a:login").state is NOT_FOUND


def test_one_page_may_meet_two_clauses() -> None:
    plan = choose_sample(found("/contact-en-hulp"), site=SITE, seed=1)
    both = [clause(plan, name).pages for name in ("a:contact", "a:help")]
    assert both == [(f"{HOST}/contact-en-hulp",)] * 2


def test_each_template_sends_the_page_with_most_kinds_of_content() -> None:
    pages = [Address(f"{HOST}/n{n}", template=built("n")) for n in range(20)]
    pages += [Address(f"{HOST}/d{n}", template=built("d")) for n in range(9)]
    pages += [replace(pages[4], kinds=("table",)), replace(pages[25], kinds=("video", "map"))]
    del pages[25], pages[4]
    pages += [
        Address(f"{HOST}/enig", template=built("e")),
        Address(f"{HOST}/n99", template=built("n"), kinds=("form",)),
    ]
    plan = choose_sample(found(more=tuple(pages)), site=SITE, pages=11, seed=3)
    reasons = why(plan)
    assert (reasons["/n4"], reasons["/d5"], reasons["/n99"]) == ("d:template", "d:template", "d:form")
    assert reasons["/enig"] == "d:template"
    states = {entry.id: (entry.state, entry.wanted) for entry in plan.clauses if entry.id.startswith("d:")}
    assert states == {"d:template": (MET, 3)} | {f"d:{kind}": (MET, 1) for kind in ("table", "form", "video", "map")}


def test_templates_that_found_no_room_are_counted() -> None:
    pages = tuple(Address(f"{HOST}/{name}{n}", template=built(name)) for name in "abcdefgh" for n in range(4))
    plan = choose_sample(found(more=pages), site=SITE, pages=6, seed=1)
    told = clause(plan, "d:template")
    assert (told.state, told.wanted) == (NO_ROOM, 8)
    assert 4 <= len(told.pages) < 8


def test_documents_are_listed_one_for_each_service_and_the_most_linked_one() -> None:
    pages = (Address(f"{HOST}/afval"), Address(f"{HOST}/subsidies"), Address(f"{HOST}/zalen"))
    links = [
        DocumentLink(f"{HOST}/d/1.pdf", f"{HOST}/", "Afvalkalender 2027"),
        DocumentLink(f"{HOST}/d/2.pdf", f"{HOST}/subsidies", "Reglement"),
        *(DocumentLink(f"{HOST}/d/jaarverslag.pdf", f"{HOST}/p{n}") for n in range(3)),
        *(DocumentLink(f"{HOST}/d/overal.pdf", f"{HOST}/{path}") for path in ("zalen", *range(9))),
    ]
    urls = tuple(sorted({link.url for link in links}))
    discovery = replace(found(more=pages), documents=urls, document_links=tuple(links))
    plan = choose_sample(discovery, site=SITE, seed=1)
    listed = {choice.selected_by: choice.url.removeprefix(HOST) for choice in plan.documents}
    assert listed == {"e:waste": "/d/1.pdf", "e:grant": "/d/2.pdf", "e:document": "/d/overal.pdf"}
    assert clause(plan, "e:hall").state is NOT_FOUND
    assert not [entry for entry in plan.clauses if entry.id == "e:library"]
    assert not {choice.url for choice in plan.documents} & {choice.url for choice in plan.sample}
    assert choose_sample(discovery, site=SITE, seed=1, kind=SampleKind.LIGHT).documents == ()


def test_pages_that_a_person_lists_come_right_after_the_home_page() -> None:
    site = replace(SITE, listed=(f"{HOST}/producten/7#x", f"{HOST}/weg", f"{HOST}/producten/7"))
    plan = choose_sample(found("/contact", *crowd()), site=site, pages=9, seed=1)
    assert list(why(plan).items())[1] == ("/producten/7", "f:listed")
    told = [entry for entry in plan.clauses if entry.id == "f:listed"]
    assert told == [
        Clause("f:listed", MET, (f"{HOST}/producten/7",)),
        Clause("f:listed", NOT_FOUND, beside=(f"{HOST}/weg",)),
        Clause("f:listed", MET, (f"{HOST}/producten/7",)),
    ]


def test_a_step_of_a_process_is_told_with_what_was_not_reached() -> None:
    pages = (Address(f"{HOST}/contact", step="1"), Address(f"{HOST}/afspraak", step="2/4"))
    plan = choose_sample(found(more=pages), site=SITE, seed=1)
    assert plan.processes == (Process(f"{HOST}/contact", 1), Process(f"{HOST}/afspraak", 2, 4))


def test_a_light_sample_is_the_home_page_the_statement_and_some_roles() -> None:
    wanted = ["toegankelijkheid", "contact", "zoeken", "login", "sitemap", "help", "privacy", "klachten", "afval"]
    reasons = chosen(found(*(f"/{path}" for path in wanted), *crowd()), kind=SampleKind.LIGHT)
    assert len(reasons) == 10
    assert list(reasons.values())[:2] == ["a:home", "c:statement"]
    assert list(reasons.values())[-1] == "g:random"
    assert {label[0] for label in reasons.values()} == {"a", "b", "c", "g"}


def test_a_simplified_sample_grows_with_the_root_of_the_site() -> None:
    paths = [f"/nieuws/{n}" for n in range(899)]
    assert len(chosen(found("/afval", *paths[:100]), kind=SampleKind.SIMPLIFIED)) == 12
    plan = choose_sample(found(*paths), site=SITE, seed=1, kind=SampleKind.SIMPLIFIED)
    assert len(plan.sample) == 30
    assert not [entry.id for entry in plan.clauses if entry.id[0] in "be"]


@pytest.mark.parametrize(
    ("pages", "kind", "words"), [(0, SampleKind.FULL, "at least one page"), (5, "diep", "light, simplified")]
)
def test_a_sample_of_nothing_or_of_no_kind_is_a_mistake(pages: int, kind: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        choose_sample(found(), site=SITE, pages=pages, seed=1, kind=kind)


WORDS = [*(role.words[0] for role in roles()[:12]), "nieuws", "producten", "a", "b", "c"]
PATHS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
PAGES = st.builds(
    Address,
    PATHS.map(lambda path: HOST + path),
    depth=st.integers(1, 4),
    template=st.sampled_from(["", *map(built, "pqrstu")]),
    kinds=st.sets(st.sampled_from(KINDS), max_size=2).map(lambda kinds: tuple(sorted(kinds))),
    step=st.sampled_from(["", "", "1", "2/3"]),
    reason=st.sampled_from([None, None, None, Reason.HTTP_4XX]),
).map(lambda page: replace(page, status=VisitStatus.SKIPPED if page.reason else None))
LINKS = st.builds(
    DocumentLink, st.sampled_from([f"{HOST}/{n}-afval.pdf" for n in range(3)]), PATHS, st.sampled_from(WORDS)
)


@st.composite
def discoveries(draw: st.DrawFn) -> Discovery:
    pages = draw(st.lists(PAGES, max_size=45, unique_by=lambda page: page.url))
    links = draw(st.lists(LINKS, max_size=5, unique=True))
    documents = tuple(sorted({link.url for link in links}))
    hosts = draw(st.dictionaries(st.sampled_from(["afspraken.x.be", "x.be"]), st.just(HOME.url)))
    return Discovery((HOME, *pages), documents=documents, document_links=tuple(links), external_hosts=hosts)


KINDS_OF_SAMPLE = st.sampled_from(sorted(law().kinds))


@given(discoveries(), st.integers(1, 50), st.integers(0, 99), KINDS_OF_SAMPLE)
def test_a_sample_hangs_on_its_seed_and_not_on_the_order_of_what_was_found(
    discovery: Discovery, pages: int, seed: int, kind: str
) -> None:
    plan = choose_sample(discovery, site=SITE, pages=pages, seed=seed, kind=kind)
    shuffled = list(discovery.addresses)
    random.Random(seed).shuffle(shuffled)
    mixed = replace(discovery, addresses=tuple(shuffled), document_links=discovery.document_links[::-1])
    again = choose_sample(mixed, site=SITE, pages=pages, seed=seed, kind=kind)
    assert replace(again, discovery=discovery) == plan


@given(discoveries(), st.integers(1, 50), st.integers(0, 99), KINDS_OF_SAMPLE)
def test_a_sample_is_full_distinct_never_too_large_and_has_its_random_tenth(
    discovery: Discovery, pages: int, seed: int, kind: str
) -> None:
    reasons = chosen(discovery, pages, seed, kind)
    candidates = [entry.url for entry in discovery.addresses if entry.status is None]
    size = law().kinds[kind].size(len(candidates), asked=pages)
    assert len(reasons) == size <= len(candidates)
    assert kind != SampleKind.FULL or size <= pages
    assert next(iter(reasons)) == "/"
    assert {HOST + path for path in reasons} <= set(candidates)
    if 2 <= size < len(candidates):
        drawn = list(reasons.values()).count("g:random")
        assert 10 * drawn >= size - drawn


@given(discoveries(), st.integers(1, 50), st.integers(0, 99), KINDS_OF_SAMPLE)
def test_every_clause_is_named_and_a_met_one_has_its_pages(
    discovery: Discovery, pages: int, seed: int, kind: str
) -> None:
    plan = choose_sample(discovery, site=SITE, pages=pages, seed=seed, kind=kind)
    held = {choice.url for choice in (*plan.sample, *plan.documents)}
    for entry in plan.clauses:
        assert set(entry.pages) <= held
        is_whole = 0 < entry.wanted <= len(entry.pages) or (entry.id == "g:random" and bool(entry.pages))
        assert (entry.state is MET) == is_whole
        assert held.isdisjoint(entry.beside) or entry.state is ELSEWHERE
    told = [entry.id for entry in plan.clauses]
    assert len(told) == len(set(told))
    asked = {"a:home", "g:random"} | {role.want for role in roles() if role.clause in law().kinds[kind].clauses}
    assert asked <= set(told)
    assert set(plan.unmet) == {entry.id for entry in plan.clauses if entry.state is not MET}
    # a page says only what a clause asked for
    assert {choice.selected_by for choice in plan.sample} <= {*told, "g:all"}
    assert {canonical(choice.url) for choice in plan.sample} == {choice.url for choice in plan.sample}
