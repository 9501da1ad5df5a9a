"""Who opens which survey, by link and by guessing; what is not published stays unseen by the public."""

from __future__ import annotations

from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from tests.web.conftest import Platform, key_of, token_of
from tests.web.seeding import (
    ADMIN,
    CULTURE,
    ELSEWHERE,
    HERE,
    INTER,
    LOCAL,
    LODGING,
    NOBODY,
    REVIEWER,
    SURVEYOR,
)
from tests.web.surveying import changed, fill_in
from toegankelijk.web.surveys import answers, elements, publishing, routes, venues

READING, WRITING, PUBLISHING = "reading", "writing", "publishing"


def pages(platform: Platform) -> dict[str, str]:
    """Every address about the museum that is begun, with what it is for."""
    ids = platform.ids.venues
    base = f"/opmetingen/{ids.draft}"
    parts = f"{base}/onderdelen"
    return {
        base: READING,
        f"{base}/oordeel": READING,
        f"{base}/wegen": READING,
        f"{parts}/{ids.draft}": READING,
        f"{parts}/{ids.entrance}": READING,
        f"{base}/gegevens": WRITING,
        f"{base}/wegen/inkom": WRITING,
        f"{parts}/nieuw?soort=toilet": WRITING,
        f"{parts}/{ids.door}/naam": WRITING,
        f"{parts}/{ids.door}/weghalen": WRITING,
        f"{base}/publiceren": PUBLISHING,
        f"{base}/intrekken": PUBLISHING,
    }


ALL = {READING, WRITING, PUBLISHING}
ROLES = {
    ADMIN: ALL,
    SURVEYOR: ALL,
    CULTURE: ALL,
    HERE: ALL,
    REVIEWER: {READING, PUBLISHING},
    INTER: {READING},
    LOCAL: {READING},
    LODGING: set(),
    ELSEWHERE: set(),
    NOBODY: set(),
}


@pytest.mark.parametrize("email", ROLES)
def test_pages_of_a_survey_open_by_role_and_scope(platform: Platform, email: str) -> None:
    person = platform.person(email)

    opened = {path: person.get(path).status_code for path in pages(platform)}

    assert opened == {path: 200 if use in ROLES[email] else 403 for path, use in pages(platform).items()}


@pytest.mark.parametrize("email", ROLES)
def test_posts_to_a_survey_are_kept_from_who_may_only_look(platform: Platform, email: str) -> None:
    person = platform.person(email)
    token = token_of(person.get("/").text)
    posts = [path for path in pages(platform) if not path.endswith("/oordeel") and path.count("/") > 2]

    for path in posts:
        use = pages(platform)[path]
        wanted = WRITING if use == READING else use
        answer = person.post(path, data={"csrf_token": token, "visit_day": "23/11/2026"})
        assert answer.status_code == (422 if wanted in ROLES[email] else 403), path


@pytest.mark.parametrize("email", [SURVEYOR, CULTURE, HERE, REVIEWER, INTER, LOCAL, LODGING, ELSEWHERE])
def test_list_holds_what_is_within_somebodys_scope(platform: Platform, email: str) -> None:
    page = platform.person(email).get("/opmetingen").text

    assert ("Stadsmuseum Testerbeke" in page) is (READING in ROLES[email])
    assert ("De Vergeten Fiets" in page) is (email in (SURVEYOR, CULTURE, REVIEWER, INTER))
    assert ('href="/opmetingen/nieuw"' in page) is (email in (SURVEYOR, CULTURE, HERE, LODGING, ELSEWHERE))


def test_stranger_is_sent_to_sign_in_and_back(platform: Platform) -> None:
    visitor = platform.visitor()

    for path in ["/opmetingen", "/opmetingen/nieuw", *pages(platform)]:
        answer = visitor.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/aanmelden?verder=%2Fopmetingen")


def test_person_without_a_role_for_surveys_has_no_list(platform: Platform) -> None:
    person = platform.person(NOBODY)

    assert [person.get(path).status_code for path in ("/opmetingen", "/opmetingen/nieuw")] == [403, 403]
    assert "/opmetingen" not in person.get("/").text


@pytest.mark.parametrize("email", [REVIEWER, INTER, LOCAL])
def test_venue_is_entered_by_surveyors_alone(platform: Platform, email: str) -> None:
    assert platform.person(email).get("/opmetingen/nieuw").status_code == 403


def test_venue_outside_a_surveyors_municipality_is_not_offered_and_not_taken(platform: Platform) -> None:
    person = platform.person(HERE)
    page = person.get("/opmetingen/nieuw").text

    answer = fill_in(person, "/opmetingen/nieuw", name="Museum elders", venue_type="museum", nis_code="99003")

    assert ('value="99002"' in page, 'value="99003"' in page) == (True, False)
    assert answer.status_code == 403
    assert "Museum elders" not in platform.person(SURVEYOR).get("/opmetingen").text


def test_guessed_and_foreign_ids_lead_nowhere(platform: Platform) -> None:
    person, ids = platform.person(SURVEYOR), platform.ids.venues
    other = f"/opmetingen/{ids.published}/onderdelen"

    for path in (
        f"/opmetingen/{uuid4()}",
        "/opmetingen/1",
        f"{other}/{ids.entrance}",
        f"{other}/{uuid4()}",
        f"{other}/{ids.door}/naam",
        f"{other}/{ids.door}/weghalen",
        f"{other}/nieuw?soort=venue",
        f"{other}/nieuw?soort=kasteel",
        f"{other}/nieuw",
        f"/opmetingen/{ids.draft}/wegen/maan",
        f"/opmetingen/{ids.draft}/wegen/inkom?doel={uuid4()}",
    ):
        answer = person.get(path)
        assert answer.status_code == 404, path
        assert "<h1>Deze pagina bestaat niet</h1>" in answer.text


def test_element_of_another_venue_cannot_be_written_to(platform: Platform) -> None:
    person, ids = platform.person(SURVEYOR), platform.ids.venues
    own = f"/opmetingen/{ids.draft}/onderdelen"
    data = changed(person.get(f"{own}/{ids.door}").text, door__threshold="2")
    retire = changed(person.get(f"{own}/{ids.door}/weghalen").text)

    foreign = f"/opmetingen/{ids.published}/onderdelen/{ids.door}"

    assert person.post(foreign, data=data).status_code == 404
    assert person.post(f"{foreign}/weghalen", data=retire).status_code == 404
    assert person.get(f"{own}/{ids.door}").status_code == 200


def test_foreign_parent_and_foreign_legs_are_refused(platform: Platform) -> None:
    person, ids = platform.person(SURVEYOR), platform.ids.venues
    own = f"/opmetingen/{ids.published}"

    part = fill_in(person, f"{own}/onderdelen/nieuw?soort=door", name="Deur", parent_id=str(ids.entrance))
    leg = fill_in(person, f"{own}/wegen/inkom", **{"leg-1": str(ids.entrance)})
    page = person.get(f"{own}/wegen").text
    lost = person.post(
        f"{own}/wegen",
        data={"csrf_token": token_of(page), "submission_key": str(uuid4()), "deed": "unreachable",
              "target": str(ids.entrance)},
    )  # fmt: skip

    assert [answer.status_code for answer in (part, leg, lost)] == [422, 422, 422]
    assert "Kies een van de mogelijkheden." in part.text
    assert "Deze weg gaat langs iets dat niet bij deze plaats hoort." in leg.text
    assert "Dit onderdeel hoort niet bij deze plaats." in lost.text


def test_every_post_about_a_survey_refuses_without_a_token(platform: Platform) -> None:
    person, ids = platform.person(SURVEYOR), platform.ids.venues
    known = {"venue_id": ids.draft, "element_id": ids.door, "destination_id": "inkom"}
    areas = (venues, publishing, elements, answers, routes)
    found = [route for area in areas for route in area.router.routes if isinstance(route, APIRoute)]
    posts = [route for route in found if "POST" in route.methods]

    assert len(posts) == 10
    for route in posts:
        answer = person.post(route.path.format(**known), data={"name": "bewaar mij"})
        assert answer.status_code == 403, route.path
        assert "bewaar mij" in answer.text


def test_draft_is_nowhere_for_the_public(platform: Platform) -> None:
    visitor, ids = platform.visitor(), platform.ids.venues

    assert visitor.get(f"/plaatsen/{ids.draft_slug}").status_code == 404
    assert visitor.get(f"/api/v1/venues/{ids.draft}").status_code == 404
    assert platform.person(SURVEYOR).get(f"/plaatsen/{ids.draft_slug}").status_code == 404
    for path in ("/plaatsen", "/plaatsen?gemeente=99002", "/api/v1/venues", "/gemeenten/99002"):
        assert "Stadsmuseum" not in visitor.get(path).text


def test_key_of_a_form_belongs_to_who_got_it(platform: Platform) -> None:
    one, other = platform.person(SURVEYOR), platform.person(HERE)
    path = f"/opmetingen/{platform.ids.venues.draft}/onderdelen/{platform.ids.venues.door}"
    page = one.get(path).text
    one.post(path, data=changed(page, door__threshold="3"))

    answer = other.post(
        path, data=changed(other.get(path).text, door__threshold="9") | {"submission_key": [key_of(page)]}
    )

    assert answer.status_code == 409
