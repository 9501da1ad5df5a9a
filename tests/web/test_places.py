"""Pages of published venues: found by name and place, told in plain words, honest about what nobody measured."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient

from labels.catalogue import current_catalogue
from labels.model import Element, Route, Venue
from tests.web.conftest import Platform, sign_in
from tests.web.seeding import INTER, PASSWORD, REVIEWER, SURVEYOR
from tests.web.surveying import fill_in
from toegankelijk.labelling import current_result
from toegankelijk.reports.venue import from_the_street
from toegankelijk.surveys import current_survey

NAME = "Museum De Vergeten Fiets (VOORBEELD)"
CATALOGUE = current_catalogue()


@pytest.fixture
def visitor(platform: Platform) -> TestClient:
    return platform.visitor()


@pytest.fixture
def page(platform: Platform, visitor: TestClient) -> str:
    return unescape(visitor.get(f"/plaatsen/{platform.ids.venues.published_slug}").text)


def test_list_shows_what_is_published_with_the_verdict_per_group(platform: Platform, visitor: TestClient) -> None:
    text = unescape(visitor.get("/plaatsen").text)

    assert "<strong>1 plaats</strong>." in text
    assert f'<a class="row-link" href="/plaatsen/{platform.ids.venues.published_slug}">{NAME}</a>' in text
    assert text.count("Wie een rolstoel gebruikt:") == text.count("Wie moeilijk stapt:") == 1


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("zoek=fiets", True), ("zoek=VERGETEN", True), ("zoek=klok", False), ("gemeente=99001", True),
        ("gemeente=99002", False), ("gemeente=x", False), ("zoek=%00", True), ("pagina=99", True), ("pagina=x", True),
        ("zoek=" + "x" * 3_000, False),
    ],
)  # fmt: skip
def test_venue_is_found_by_part_of_its_name_and_by_municipality(
    visitor: TestClient, query: str, is_found: bool
) -> None:
    answer = visitor.get(f"/plaatsen?{query}")

    assert answer.status_code == 200
    assert ("Vergeten Fiets" in answer.text) is is_found


def test_nothing_found_is_said_and_what_was_typed_stays(visitor: TestClient) -> None:
    text = visitor.get("/plaatsen", params={"zoek": '"><script>x</script>'}).text

    assert "Niets gevonden." in text
    assert "<script>" not in text
    assert '"><script>x</script>' in unescape(text)


def test_page_tells_each_group_its_verdict_with_reason_and_weak_point(platform: Platform, page: str) -> None:
    with platform.database.reading() as session:
        result = current_result(session, platform.ids.venues.published)
    assert result is not None

    for group in result.groups:
        card = page.partition(f'<section class="group group-{group.level}" aria-labelledby="groep-{group.group}">')[2]
        card = card.partition("</section>")[0]
        assert CATALOGUE.texts[f"level_long.{group.level}"] in card
        assert ("(voorlopig)" in card.partition("</p>")[0]) is group.provisional
        for destination in group.destinations:
            assert f"<li>{destination.name}: " in card
            assert all(reason in page for reason in destination.reasons)
    wheelchair = page.partition('aria-labelledby="groep-rolstoel"')[2].partition("</section>")[0]
    assert "<strong>Dit weegt door:</strong> Aangepast toilet." in wheelchair


def test_verdict_is_told_by_word_and_sign_and_not_by_colour_alone(page: str) -> None:
    tags = re.findall(r'<span class="tag verdict verdict-(\w+)">(.*?)</span>', page, re.DOTALL)

    assert {code for code, _ in tags} >= {"zelfstandig", "met_hulp", "niet"}
    signs = {code: re.findall(r'<path d="([^"]+)"', inside)[0] for code, inside in tags}
    assert len(set(signs.values())) == len(signs)
    for code, inside in tags:
        assert CATALOGUE.texts[f"verdict.{code}"] in inside
        assert 'aria-hidden="true"' in inside


def test_numbers_carry_their_unit_and_the_day_of_measuring(page: str) -> None:
    assert re.search(
        r"<dt>Smalste punt van het pad</dt>\s*<dd><strong>155 cm</strong>\s*"
        r'<span class="soft small">23 november 2026</span></dd>',
        page,
    )


def test_estimate_and_unknown_are_said_to_be_so(platform: Platform, page: str) -> None:
    with platform.database.reading() as session:
        survey = current_survey(session, platform.ids.venues.published, catalogue=CATALOGUE)
    answers = [answer for element in survey.venue.elements for answer in element.answers.values()]
    estimates = [one for one in answers if one.method and CATALOGUE.methods[one.method].is_estimate]

    assert estimates
    assert page.count(", geschat") == len(estimates)
    assert "<strong>Niet gemeten:</strong>" in page
    assert CATALOGUE.texts["state.could_not_enter"] in page or CATALOGUE.texts["state.unknown"] in page


def test_old_answer_is_said_to_be_outdated(platform: Platform) -> None:
    platform.clock.now += timedelta(days=370)

    text = platform.visitor().get(f"/plaatsen/{platform.ids.venues.published_slug}").text

    assert ", verouderd" in text


def test_elements_come_in_the_order_in_which_a_visitor_meets_them(page: str) -> None:
    way = page.partition("Wat je tegenkomt, van de straat naar binnen")[2]
    names = ["Pad van het plein naar de hoofdingang", "Hoofdingang", "Onthaalruimte en gang", "Balie", "Lift"]

    places = [way.index(f"<h3>{name}") for name in names]

    assert places == sorted(places)
    assert way.index("Deur van de hoofdingang") < places[2]


def test_parking_comes_first_and_what_no_route_passes_last() -> None:
    ids = ("deur", "zaal", "inkom", "pad", "parking")
    kinds = {"deur": "stairs", "zaal": "circ", "inkom": "entrance", "pad": "path", "parking": "parking"}
    venue = Venue(
        "m",
        "museum",
        tuple(Element(one, kinds[one]) for one in ids),
        (
            Route("1", "tentoonstelling", ("pad", "inkom", "zaal")),
            Route("2", "inkom", ("pad", "inkom")),
            Route("3", "parking", ("parking",)),
        ),
    )

    assert [one.id for one in from_the_street(CATALOGUE, venue)] == ["parking", "pad", "inkom", "zaal", "deur"]


def test_venue_stands_on_the_page_of_its_municipality_also_where_the_report_is_closed(platform: Platform) -> None:
    visitor, surveyor = platform.visitor(), platform.person(SURVEYOR)
    venue = f"/opmetingen/{platform.ids.venues.published}/gegevens"
    link = f'href="/plaatsen/{platform.ids.venues.published_slug}"'
    assert link in visitor.get("/gemeenten/99001").text

    fill_in(surveyor, venue, nis_code="99003")
    closed = visitor.get("/gemeenten/99003")

    assert closed.status_code == 403
    assert link in closed.text
    assert "Leegdorp" not in closed.text


@pytest.mark.parametrize("slug", ["niets", "stadsmuseum-testerbeke", "%00", "x" * 3_000, "..%2f..", "MUSEUM"])
def test_unknown_or_unpublished_venue_does_not_exist(visitor: TestClient, slug: str) -> None:
    answer = visitor.get(f"/plaatsen/{slug}")

    assert answer.status_code == 404
    assert "<h1>Deze pagina bestaat niet</h1>" in answer.text


def test_page_links_to_the_same_data_for_programs(platform: Platform, page: str) -> None:
    assert f'href="/api/v1/venues/{platform.ids.venues.published}"' in page


def test_pages_need_no_script_and_no_style_of_their_own(platform: Platform) -> None:
    person, ids = platform.person(SURVEYOR), platform.ids.venues
    base = f"/opmetingen/{ids.draft}"

    for path in ("/plaatsen", f"/plaatsen/{ids.published_slug}", "/opmetingen", base, f"{base}/wegen",
                 f"{base}/onderdelen/{ids.entrance}"):  # fmt: skip
        text = person.get(path).text
        assert "<script" not in text
        assert " style=" not in text
        assert " onclick" not in text


def test_who_comes_to_measure_finds_the_surveys_after_signing_in(platform: Platform) -> None:
    answers = [sign_in(platform.visitor(), email, PASSWORD) for email in (SURVEYOR, REVIEWER, INTER)]

    assert [one.headers["location"].partition("?")[0] for one in answers] == ["/opmetingen", "/opmetingen", "/"]
