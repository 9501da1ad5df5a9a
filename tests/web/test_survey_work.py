"""The work around the questions: entering a venue, its elements and routes, publishing, taking off."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from labels.catalogue import current_catalogue
from labels.model import Element
from tests.web.conftest import Platform, token_of
from tests.web.seeding import NOW, PASSWORD, REVIEWER, SURVEYOR
from tests.web.surveying import changed, controls_of, fill_in
from toegankelijk.accounts import sign_in
from toegankelijk.demo.museum import museum_entry
from toegankelijk.surveys import CurrentSurvey, current_survey, record_survey
from toegankelijk.venues import VenueView, find_venue_by_slug, get_venue

CATALOGUE = current_catalogue()


@pytest.fixture
def surveyor(platform: Platform) -> TestClient:
    return platform.person(SURVEYOR)


@pytest.fixture
def draft(platform: Platform) -> str:
    return f"/opmetingen/{platform.ids.venues.draft}"


@pytest.fixture
def published(platform: Platform) -> str:
    return f"/opmetingen/{platform.ids.venues.published}"


def survey_of(platform: Platform, venue_id: UUID) -> CurrentSurvey:
    with platform.database.reading() as session:
        return current_survey(session, venue_id, catalogue=CATALOGUE)


def element_named(platform: Platform, venue_id: UUID, name: str) -> Element:
    return next(one for one in survey_of(platform, venue_id).venue.elements if one.name == name)


def venue_of(platform: Platform, venue_id: UUID) -> VenueView:
    with platform.database.reading() as session:
        return get_venue(session, venue_id)


def routes_of(platform: Platform, venue_id: UUID, destination: str) -> list[tuple[str, ...]]:
    venue = survey_of(platform, venue_id).venue
    names = {one.id: one.name for one in venue.elements}
    return [tuple(names[leg] for leg in one.legs) for one in venue.routes if one.destination == destination]


def deed(client: TestClient, path: str, **values: str) -> int:
    """Press one of the buttons on the page of routes."""
    page = client.get(f"{path}/wegen").text
    data = {"csrf_token": token_of(page), "submission_key": str(uuid4())} | values
    return client.post(f"{path}/wegen", data=data).status_code


# Venues


def test_added_venue_opens_its_work_page(platform: Platform, surveyor: TestClient) -> None:
    answer = fill_in(surveyor, "/opmetingen/nieuw", name="Huis van de Klok", nis_code="99003", postcode="9000")

    assert answer.status_code == 303
    page = surveyor.get(answer.headers["location"]).text
    assert "De plaats is toegevoegd." in page
    assert "Gebouw en plaats: nog " in page
    with platform.database.reading() as session:
        venue = find_venue_by_slug(session, "huis-van-de-klok")
    assert venue is not None
    assert (venue.municipality_name, venue.is_published) == ("Leegdorp", False)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "  ", "Vul een naam in."),
        ("nis_code", "", "Kies een gemeente uit de lijst."),
        ("venue_type", "kasteel", "Kies een soort plaats uit de lijst."),
        ("postcode", "90000", "Een postcode heeft vier cijfers"),
    ],
)
def test_venue_that_cannot_be_is_told_beside_the_field(
    surveyor: TestClient, field: str, value: str, message: str
) -> None:
    good = {"name": "Huis", "venue_type": "museum", "nis_code": "99003", "street": "Blijfstraat 1"}

    answer = fill_in(surveyor, "/opmetingen/nieuw", **(good | {field: value}))

    assert answer.status_code == 422
    assert unescape(answer.text).count(message) == 2
    assert f'<a href="#veld-{field}">' in answer.text
    assert 'value="Blijfstraat 1"' in answer.text


def test_venue_is_added_once_and_another_one_under_its_key_is_refused(surveyor: TestClient) -> None:
    data = changed(surveyor.get("/opmetingen/nieuw").text, name="Huis", nis_code="99003")

    first, second = (surveyor.post("/opmetingen/nieuw", data=data) for _ in range(2))
    other = surveyor.post("/opmetingen/nieuw", data=data | {"name": ["Paleis"]})

    assert first.headers["location"] == second.headers["location"]
    assert other.status_code == 409
    assert "Paleis" in other.text


def test_corrected_venue_keeps_what_the_form_does_not_ask(platform: Platform, surveyor: TestClient, draft: str) -> None:
    before = venue_of(platform, platform.ids.venues.draft)

    answer = fill_in(surveyor, f"{draft}/gegevens", name="Stadsmuseum", street="Kerkplein 3")

    after = venue_of(platform, platform.ids.venues.draft)
    assert answer.headers["location"] == f"{draft}?gedaan=venue-corrected"
    assert (after.name, after.street, after.postcode) == ("Stadsmuseum", "Kerkplein 3", "9990")
    assert (after.slug, after.sector) == (before.slug, before.sector)


# Elements


def test_added_entrance_brings_its_door_and_opens_its_questions(
    platform: Platform, surveyor: TestClient, draft: str
) -> None:
    form = surveyor.get(f"{draft}/onderdelen/nieuw?soort=entrance").text

    answer = surveyor.post(f"{draft}/onderdelen/nieuw?soort=entrance", data=changed(form, name="Zijdeur", floor="-1"))

    assert "We zetten er meteen dit bij: <strong>deur</strong>." in form
    assert "gedaan=element-added" in answer.headers["location"]
    added = element_named(platform, platform.ids.venues.draft, "Zijdeur")
    door = element_named(platform, platform.ids.venues.draft, "Deur van Zijdeur")
    assert (added.kind, added.floor, door.kind, door.parent_id) == ("entrance", -1, "door", added.id)
    assert "Zijdeur" in surveyor.get(answer.headers["location"]).text


def test_second_element_of_a_kind_gets_a_name_of_its_own(surveyor: TestClient, draft: str) -> None:
    path = f"{draft}/onderdelen/nieuw?soort=desk"

    first = fill_in(surveyor, path)
    proposed = controls_of(surveyor.get(path).text)["name"]
    taken = fill_in(surveyor, path, name="balie")

    assert first.status_code == 303
    assert proposed == ["Balie 2"]
    assert taken.status_code == 422
    assert "Er is al zo&#39;n onderdeel met deze naam." in taken.text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Geef het onderdeel een naam."),
        ("name", "x" * 101, "Deze naam is te lang."),
        ("floor", "eerste", "Schrijf de verdieping als een geheel getal"),
        ("floor", "1000", "Schrijf de verdieping als een geheel getal"),
    ],
)
def test_element_that_cannot_be_is_told_beside_the_field(
    surveyor: TestClient, draft: str, field: str, value: str, message: str
) -> None:
    answer = fill_in(surveyor, f"{draft}/onderdelen/nieuw?soort=toilet", **{field: value})

    assert answer.status_code == 422
    assert answer.text.count(message) == 2
    assert f'<a href="#veld-{field}">' in answer.text
    assert f'value="{value}"' in answer.text


def test_path_may_lead_to_an_entrance_or_nowhere_in_particular(
    platform: Platform, surveyor: TestClient, draft: str
) -> None:
    entrance = str(platform.ids.venues.entrance)
    path = f"{draft}/onderdelen/nieuw?soort=path"

    fill_in(surveyor, path, name="Pad een")
    fill_in(surveyor, path, name="Pad twee", parent_id=entrance)

    assert element_named(platform, platform.ids.venues.draft, "Pad een").parent_id is None
    assert element_named(platform, platform.ids.venues.draft, "Pad twee").parent_id == entrance


def test_renamed_element_keeps_its_answers(platform: Platform, surveyor: TestClient, draft: str) -> None:
    path = f"{draft}/onderdelen/{platform.ids.venues.entrance}"

    answer = fill_in(surveyor, f"{path}/naam", name="Poort", floor="1")

    assert answer.headers["location"] == f"{path}?gedaan=element-renamed"
    renamed = element_named(platform, platform.ids.venues.draft, "Poort")
    assert (renamed.id, renamed.floor) == (str(platform.ids.venues.entrance), 1)
    assert renamed.answers["entrance.steps"].value == 3


def test_element_is_taken_away_with_its_parts_and_routes_once(
    platform: Platform, surveyor: TestClient, published: str
) -> None:
    venue_id = platform.ids.venues.published
    entrance = element_named(platform, venue_id, "Hoofdingang")
    path = f"{published}/onderdelen/{entrance.id}/weghalen"
    form = surveyor.get(path).text
    data = changed(form)

    first, second = surveyor.post(path, data=data), surveyor.post(path, data=data)

    assert "Deze wegen gaan erlangs en verdwijnen mee:" in form
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == f"{published}?gedaan=element-retired"
    left = survey_of(platform, venue_id).venue
    assert all(entrance.id not in (one.id, one.parent_id) for one in left.elements)
    assert all(entrance.id not in one.legs for one in left.routes)
    assert surveyor.get(f"{published}/onderdelen/{entrance.id}").status_code == 404


def test_same_form_with_another_name_shows_both(surveyor: TestClient, draft: str) -> None:
    path = f"{draft}/onderdelen/nieuw?soort=entrance"
    data = changed(surveyor.get(path).text, name="Zijdeur")
    surveyor.post(path, data=data)

    answer = surveyor.post(path, data=data | {"name": ["Achterdeur"], "floor": ["1"]})

    assert answer.status_code == 409
    assert "Zijdeur (gelijkvloers)" in answer.text
    assert "Achterdeur (verdieping 1)" in answer.text


# Routes


def test_proposed_route_is_accepted_with_one_button(platform: Platform, surveyor: TestClient, draft: str) -> None:
    page = surveyor.get(f"{draft}/wegen").text
    assert "Nog niet gezegd hoe je er komt" in page

    assert deed(surveyor, draft, deed="accept", destination="inkom", legs=str(platform.ids.venues.entrance)) == 303
    assert routes_of(platform, platform.ids.venues.draft, "inkom") == [("Hoofdingang",)]
    assert "Nog niet gezegd hoe je er komt" not in surveyor.get(f"{draft}/wegen").text


def test_all_proposals_are_accepted_at_once_and_twice_is_once(
    platform: Platform, surveyor: TestClient, draft: str
) -> None:
    fill_in(surveyor, f"{draft}/onderdelen/nieuw?soort=entrance", name="Zijdeur")
    data = changed(surveyor.get(f"{draft}/wegen").text)
    assert data["deed"] == ["accept-all"]

    first, second = (surveyor.post(f"{draft}/wegen", data=data) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert sorted(routes_of(platform, platform.ids.venues.draft, "inkom")) == [("Hoofdingang",), ("Zijdeur",)]


def test_route_is_picked_leg_by_leg_and_changed(platform: Platform, surveyor: TestClient, draft: str) -> None:
    venue_id, entrance = platform.ids.venues.draft, str(platform.ids.venues.entrance)
    fill_in(surveyor, f"{draft}/onderdelen/nieuw?soort=path", name="Pad")
    path = element_named(platform, venue_id, "Pad").id
    address = f"{draft}/wegen/inkom?doel={entrance}"
    assert controls_of(surveyor.get(address).text)["leg-1"] == [entrance]

    kept = fill_in(surveyor, address, **{"leg-1": path, "leg-2": "", "leg-3": entrance})
    route = survey_of(platform, venue_id).venue.routes[0]
    again = fill_in(surveyor, f"{draft}/wegen/inkom?weg={route.id}", **{"leg-1": entrance, "leg-2": ""})

    assert (kept.status_code, again.status_code) == (303, 303)
    assert route.legs == (path, entrance)
    assert routes_of(platform, venue_id, "inkom") == [("Hoofdingang",)]


def test_longer_route_gets_more_places_and_keeps_what_was_picked(
    platform: Platform, surveyor: TestClient, draft: str
) -> None:
    entrance = str(platform.ids.venues.entrance)
    address = f"{draft}/wegen/inkom"
    data = changed(surveyor.get(address).text, **{"leg-2": entrance})

    answer = surveyor.post(address, data=data | {"more": ["1"]})

    assert answer.status_code == 200
    assert 'name="leg-8"' in answer.text
    assert controls_of(answer.text)["leg-2"] == [entrance]


@pytest.mark.parametrize(
    ("legs", "anchor", "message"),
    [
        ((), "leg-1", "Deze weg is leeg."),
        (("door",), "leg-1", "Deze deur hoort bij een ander onderdeel"),
        (("draft",), "leg-1", "De hele plaats kan geen stuk van een weg zijn."),
        (("entrance", "entrance"), "leg-2", "Dit onderdeel staat twee keer in de weg."),
    ],
)
def test_route_that_cannot_be_is_told_beside_its_leg(
    platform: Platform, surveyor: TestClient, draft: str, legs: tuple[str, ...], anchor: str, message: str
) -> None:
    picked = {f"leg-{number}": str(getattr(platform.ids.venues, leg)) for number, leg in enumerate(legs, start=1)}

    answer = fill_in(surveyor, f"{draft}/wegen/inkom", **({"leg-1": "", "leg-2": ""} | picked))

    assert answer.status_code == 422
    assert message in answer.text
    assert f'<a href="#veld-{anchor}">' in answer.text
    assert f'id="veld-{anchor}"' in answer.text


def test_target_without_a_way_is_said_to_be_unreachable_and_back(
    platform: Platform, surveyor: TestClient, draft: str
) -> None:
    target = str(platform.ids.venues.entrance)

    assert deed(surveyor, draft, deed="unreachable", target=target) == 303
    assert survey_of(platform, platform.ids.venues.draft).venue.unreachable == {target}
    assert "Er is geen weg naartoe." in surveyor.get(f"{draft}/wegen").text
    assert deed(surveyor, draft, deed="reachable", target=target) == 303
    assert survey_of(platform, platform.ids.venues.draft).venue.unreachable == frozenset()


def test_route_is_taken_away(platform: Platform, surveyor: TestClient, published: str) -> None:
    venue_id = platform.ids.venues.published
    route = next(one for one in survey_of(platform, venue_id).venue.routes if one.destination == "toilet")
    before = len(routes_of(platform, venue_id, "toilet"))

    assert deed(surveyor, published, deed="remove", route=route.id) == 303
    assert len(routes_of(platform, venue_id, "toilet")) == before - 1


def test_unknown_deed_with_routes_is_refused(surveyor: TestClient, draft: str) -> None:
    assert deed(surveyor, draft, deed="blow-up") == 422
    assert deed(surveyor, draft) == 422


# Publishing


def test_unfinished_venue_is_not_published_and_each_lack_is_linked(
    platform: Platform, surveyor: TestClient, draft: str
) -> None:
    answer = fill_in(surveyor, f"{draft}/publiceren")
    page = unescape(answer.text)

    assert answer.status_code == 422
    assert "Publiceren kan nog niet." in page
    venues = platform.ids.venues
    for lack in survey_of(platform, venues.draft).completeness.missing:
        if lack.field:
            assert f'href="{draft}/onderdelen/{lack.element_id}#veld-{lack.field}"' in page
    assert f'href="{draft}/onderdelen/nieuw?soort=toilet"' in page
    assert f'href="{draft}/wegen#doel-inkom-{venues.entrance}"' in page
    for line in (f"{draft}/onderdelen/{venues.draft}", f"{draft}/wegen"):
        for anchor in (part.partition('"')[0] for part in page.split(f'href="{line}#')[1:]):
            assert f'id="{anchor}"' in surveyor.get(line).text, anchor
    assert not venue_of(platform, venues.draft).is_published


def test_finished_venue_is_published_by_a_reviewer_and_taken_off_with_a_reason(
    platform: Platform, surveyor: TestClient, draft: str
) -> None:
    reviewer, venues = platform.person(REVIEWER), platform.ids.venues
    _finish(platform)
    slug = f"/plaatsen/{venues.draft_slug}"

    done = fill_in(reviewer, f"{draft}/publiceren")
    seen = platform.visitor().get(slug).status_code
    silent = fill_in(reviewer, f"{draft}/intrekken")
    withdrawn = fill_in(surveyor, f"{draft}/intrekken", reason="Het museum verhuist.")

    assert done.headers["location"] == f"{draft}?gedaan=venue-published"
    assert seen == 200
    assert silent.status_code == 422
    assert "Schrijf waarom." in silent.text
    assert withdrawn.headers["location"] == f"{draft}?gedaan=venue-withdrawn"
    assert platform.visitor().get(slug).status_code == 404


def _finish(platform: Platform) -> None:
    """Give the museum that is begun the elements, answers and routes of the example, in place of its own."""
    ids = platform.ids.venues
    entry = museum_entry(CATALOGUE, ids.draft, measured_on=NOW.date())
    with platform.database.writing() as session:
        opened = sign_in(session, email=SURVEYOR, password=PASSWORD, now=NOW)
        assert opened is not None
        record_survey(
            session,
            actor=opened.principal,
            now=NOW,
            submission_key="finish-the-draft",
            venue_id=ids.draft,
            entry=replace(entry, retired=frozenset({str(ids.entrance)})),
            catalogue=CATALOGUE,
        )
