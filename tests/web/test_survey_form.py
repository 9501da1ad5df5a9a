"""The questions about an element: made from the catalogue, checked, kept once, with the verdict at once."""

from __future__ import annotations

from html import unescape

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from labels.catalogue import current_catalogue
from labels.model import Answer, Size, State
from tests.web.conftest import Platform, key_of, token_of
from tests.web.seeding import HERE, SURVEYOR
from tests.web.surveying import changed, controls_of, fill_in
from toegankelijk.storage.surveys import Measurement
from toegankelijk.surveys import current_survey

CATALOGUE = current_catalogue()


@pytest.fixture
def surveyor(platform: Platform) -> TestClient:
    return platform.person(SURVEYOR)


@pytest.fixture
def door(platform: Platform) -> str:
    """The page with the questions about the door of the museum that is begun."""
    return f"/opmetingen/{platform.ids.venues.draft}/onderdelen/{platform.ids.venues.door}"


def answers_of(platform: Platform, element_id: object) -> dict[str, Answer]:
    with platform.database.reading() as session:
        survey = current_survey(session, platform.ids.venues.draft, catalogue=CATALOGUE)
    return dict(next(one.answers for one in survey.venue.elements if one.id == str(element_id)))


def door_answers(platform: Platform) -> dict[str, Answer]:
    return answers_of(platform, platform.ids.venues.door)


def measurements(platform: Platform) -> int:
    with platform.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Measurement)) or 0


def test_every_question_that_arises_is_on_the_page_and_no_other(surveyor: TestClient, door: str) -> None:
    page = unescape(surveyor.get(door).text)

    for field in (CATALOGUE.fields[key] for key in CATALOGUE.kinds["door"].fields):
        is_asked = not field.when or field.key in (
            "door.operation", "door.force", "door.opens", "door.turning_front", "door.turning_behind",
            "door.handle_height", "door.handle_type", "door.euro_key", "door.closes_slowly",
        )  # fmt: skip
        assert (f'name="{field.key}"' in page) is is_asked, field.key
        assert (field.how in page) is is_asked, field.key


def test_answers_are_kept_and_the_verdict_comes_at_once(platform: Platform, surveyor: TestClient) -> None:
    path = f"/opmetingen/{platform.ids.venues.draft}/onderdelen/{platform.ids.venues.entrance}"

    answer = fill_in(
        surveyor, path, entrance__step_height_max="17,5", entrance__height_difference="0,52 m",
        entrance__handrails="beide", entrance__portable_ramp="geen",
    )  # fmt: skip

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{path}?gedaan=answers-kept"
    kept = answers_of(platform, platform.ids.venues.entrance)
    assert (kept["entrance.step_height_max"].value, kept["entrance.height_difference"].value) == (17.5, 52.0)
    page = unescape(surveyor.get(answer.headers["location"]).text)
    assert "Je antwoorden zijn bewaard." in page
    assert "Oordeel over dit onderdeel" in page
    assert "Aantal treden zonder vaste helling 3" in page
    assert "hier, eerst: Andere inkom voor rolstoelgebruikers" in page


def test_answer_that_nobody_touched_is_not_measured_again(platform: Platform, surveyor: TestClient, door: str) -> None:
    before = measurements(platform)

    assert fill_in(surveyor, door).status_code == 303
    assert measurements(platform) == before
    fill_in(surveyor, door, door__threshold="1,5")
    assert measurements(platform) == before + 1


def test_same_value_on_another_day_is_a_new_measurement(platform: Platform, surveyor: TestClient, door: str) -> None:
    fill_in(surveyor, door, door__clear_width_at_day="22/11/2026")

    answer = door_answers(platform)["door.clear_width"]
    assert (answer.value, str(answer.measured_on)) == (86.5, "2026-11-22")


def test_method_and_day_go_with_the_answer(platform: Platform, surveyor: TestClient, door: str) -> None:
    fill_in(surveyor, door, visit_day="21-11-2026", door__threshold="1", door__threshold_at_method="laser")

    answer = door_answers(platform)["door.threshold"]
    assert (answer.method, str(answer.measured_on)) == ("laser", "2026-11-21")
    page = unescape(surveyor.get(door).text)
    assert "Nu: 1 cm (21/11/2026, lasermeter)" in page


def test_method_used_last_is_proposed_for_the_next_question(surveyor: TestClient, door: str) -> None:
    fill_in(surveyor, door, door__threshold="1", door__threshold_at_method="laser")

    assert controls_of(surveyor.get(door).text)["door.turning_front--method"] == ["laser"]


@pytest.mark.parametrize(
    ("control", "value", "state"),
    [
        ("door__threshold_at_state", "unknown", State.UNKNOWN),
        ("door__force_at_state", "not_applicable", State.NOT_APPLICABLE),
        ("door__handle_height_at_state", "could_not_enter", State.COULD_NOT_ENTER),
        ("door__opens", ":unknown", State.UNKNOWN),
    ],
)
def test_every_state_of_an_answer_can_be_given(
    platform: Platform, surveyor: TestClient, door: str, control: str, value: str, state: State
) -> None:
    assert fill_in(surveyor, door, **{control: value}).status_code == 303

    field = control.partition("_at_")[0].replace("__", ".")
    assert door_answers(platform)[field].state is state
    assert fill_in(surveyor, door).status_code == 303
    assert door_answers(platform)[field].state is state


def test_rest_of_a_page_gets_one_answer_by_one_button(platform: Platform, surveyor: TestClient, door: str) -> None:
    answer = fill_in(surveyor, door, door__threshold="2", rest="could_not_enter")

    assert answer.status_code == 303
    kept = door_answers(platform)
    assert (kept["door.threshold"].value, kept["door.clear_width"].value) == (2.0, 86.5)
    assert kept["door.turning_front"].state is State.COULD_NOT_ENTER
    assert kept["door.operation"].state is State.COULD_NOT_ENTER


def test_size_and_several_choices_are_kept(platform: Platform, surveyor: TestClient) -> None:
    venue = platform.ids.venues.draft
    lift = fill_in(surveyor, f"/opmetingen/{venue}/onderdelen/nieuw?soort=lift").headers["location"]
    toilet = fill_in(surveyor, f"/opmetingen/{venue}/onderdelen/nieuw?soort=toilet").headers["location"]

    assert fill_in(surveyor, lift.partition("?")[0], lift__floors_served=["1", "0"]).status_code == 303
    fill_in(surveyor, toilet.partition("?")[0], toilet__kind="aangepast")
    assert fill_in(surveyor, toilet.partition("?")[0], toilet__room_dims=["165", "2,2 m"]).status_code == 303

    lift_id, toilet_id = (address.partition("?")[0].rpartition("/")[2] for address in (lift, toilet))
    assert answers_of(platform, lift_id)["lift.floors_served"].value == ("0", "1")
    assert answers_of(platform, toilet_id)["toilet.room_dims"].value == Size(165.0, 220.0)


@pytest.mark.parametrize(
    ("answers", "anchor", "message"),
    [
        ({"door__clear_width": "8"}, "veld-door.clear_width", "8 cm kan niet. Vul een waarde in van 30 tot 400 cm."),
        ({"door__clear_width": "breed"}, "veld-door.clear_width", "'breed' is geen getal"),
        ({"door__type": "poort"}, "veld-door.type", "staat niet in de lijst"),
        ({"door__type": ":misschien"}, "veld-door.type", "kies een van de antwoorden"),
        (
            {"door__threshold": "1", "door__threshold_at_state": "unknown"},
            "veld-door.threshold--state",
            "Hou er één over",
        ),
        ({"door__threshold": "1", "door__threshold_at_method": "gok"}, "veld-door.threshold--method", "uit de lijst"),
        ({"door__threshold": "1", "door__threshold_at_day": "1/1/2031"}, "veld-door.threshold--day", "in de toekomst"),
        ({"visit_day": "gisteren"}, "veld-visit_day", "'gisteren' is geen datum"),
        ({"visit_day": "1/1/2031"}, "veld-visit_day", "ligt in de toekomst"),
    ],
)
def test_bad_answer_is_told_beside_its_control_and_in_a_summary_that_leads_there(
    platform: Platform, surveyor: TestClient, door: str, answers: dict[str, str], anchor: str, message: str
) -> None:
    before = measurements(platform)

    answer = fill_in(surveyor, door, door__turning_behind="155", **answers)
    page = unescape(answer.text)

    assert answer.status_code == 422
    assert page.startswith("<!doctype html>")
    assert "<title>Fout: " in page
    assert f'<a href="#{anchor}">' in page
    assert f'id="{anchor}"' in page
    assert page.count(message) == 2
    assert 'name="door.turning_behind" type="text" inputmode="decimal" value="155"' in page
    assert all(f'value="{value}"' in page or f">{value}" in page for value in answers.values() if value[0] not in ":pg")
    assert measurements(platform) == before


def test_slope_of_one_to_nothing_is_refused_and_one_to_twenty_kept(platform: Platform, surveyor: TestClient) -> None:
    added = fill_in(surveyor, f"/opmetingen/{platform.ids.venues.draft}/onderdelen/nieuw?soort=path")
    path = added.headers["location"].partition("?")[0]

    refused = fill_in(surveyor, path, path__slope_max="1:0")
    kept = fill_in(surveyor, path, path__slope_max="20", path__slope_max_at_unit="1:n")

    assert refused.status_code == 422
    assert "'1:0' is geen helling" in unescape(refused.text)
    assert 'value="1:0"' in refused.text
    assert kept.status_code == 303
    assert answers_of(platform, path.rpartition("/")[2])["path.slope_max"].value == 5.0


@pytest.mark.parametrize("name", ["door.colour", "toilet.bars", "is_admin", "door.clear_width--colour"])
def test_unknown_field_is_refused_and_nothing_is_lost(
    platform: Platform, surveyor: TestClient, door: str, name: str
) -> None:
    before = measurements(platform)
    data = changed(surveyor.get(door).text, door__threshold="1,5") | {name: ["3"]}

    answer = surveyor.post(door, data=data)

    assert answer.status_code == 422
    assert "Laad de pagina opnieuw" in answer.text
    assert 'value="1,5"' in answer.text
    assert measurements(platform) == before


def test_unusual_answer_is_asked_back_and_kept_when_confirmed(
    platform: Platform, surveyor: TestClient, door: str
) -> None:
    asked = fill_in(surveyor, door, door__clear_width="210")
    again = surveyor.post(door, data=changed(asked.text))
    confirmed = surveyor.post(door, data=changed(asked.text, door__clear_width_at_keep="210"))

    assert asked.status_code == again.status_code == 422
    assert "210 cm is ongewoon" in asked.text
    assert '<a href="#veld-door.clear_width--keep">' in asked.text
    assert 'id="veld-door.clear_width--keep"' in asked.text
    assert confirmed.status_code == 303
    assert door_answers(platform)["door.clear_width"].value == 210.0


def test_confirming_one_unusual_answer_confirms_no_other(surveyor: TestClient, door: str) -> None:
    asked = fill_in(surveyor, door, door__clear_width="210")

    other = surveyor.post(door, data=changed(asked.text, door__clear_width="310", door__clear_width_at_keep="210"))

    assert other.status_code == 422
    assert "310 cm is ongewoon" in other.text


def test_emptied_answer_is_taken_back_after_asking(platform: Platform, surveyor: TestClient, door: str) -> None:
    asked = fill_in(surveyor, door, door__clear_width="")
    data = changed(asked.text, door__clear_width_at_keep="-")
    confirmed = surveyor.post(door, data=data)
    repeated = surveyor.post(door, data=data)

    assert asked.status_code == 422
    assert "Het antwoord '86,5 cm' wordt dan weggehaald." in unescape(asked.text)
    assert confirmed.status_code == repeated.status_code == 303
    assert "door.clear_width" not in door_answers(platform)


def test_same_form_twice_gives_the_first_result_and_writes_once(
    platform: Platform, surveyor: TestClient, door: str
) -> None:
    data = changed(surveyor.get(door).text, door__threshold="2", rest="unknown")

    first = surveyor.post(door, data=data)
    written = measurements(platform)
    second = surveyor.post(door, data=data)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert measurements(platform) == written


def test_same_form_with_other_answers_shows_both(platform: Platform, surveyor: TestClient, door: str) -> None:
    page = surveyor.get(door).text
    surveyor.post(door, data=changed(page, door__threshold="2", door__turning_front="160"))

    answer = surveyor.post(door, data=changed(page, door__threshold="7", door__turning_front="160"))
    text = unescape(answer.text)

    assert answer.status_code == 409
    assert '<th scope="row">Deur van de hoofdingang: Drempel van de deur</th><td>2 cm</td><td>7 cm</td>' in text
    assert "Draairuimte" not in text
    assert door_answers(platform)["door.threshold"].value == 2.0


def test_answer_that_somebody_else_gave_meanwhile_is_not_overwritten_unseen(platform: Platform, door: str) -> None:
    one, other = platform.person(SURVEYOR), platform.person(HERE)
    page = one.get(door).text
    fill_in(other, door, door__clear_width="88", door__threshold="1")

    late = one.post(door, data=changed(page, door__clear_width="90", door__turning_front="150"))
    text = unescape(late.text)

    assert late.status_code == 409
    assert "intussen vulde iemand anders dit in: '88 cm'" in text
    assert 'value="90"' in text
    assert door_answers(platform)["door.clear_width"].value == 88.0
    assert one.post(door, data=changed(late.text)).status_code == 303
    kept = door_answers(platform)
    assert (kept["door.clear_width"].value, kept["door.threshold"].value) == (90.0, 1.0)


def test_what_somebody_else_changed_stays_when_one_did_not_touch_it(platform: Platform, door: str) -> None:
    one, other = platform.person(SURVEYOR), platform.person(HERE)
    page = one.get(door).text
    fill_in(other, door, door__clear_width="88")

    assert one.post(door, data=changed(page, door__threshold="0")).status_code == 303
    assert door_answers(platform)["door.clear_width"].value == 88.0


@pytest.mark.parametrize("key", ["", "zomaar"])
def test_form_without_its_key_comes_back_with_the_answers(surveyor: TestClient, door: str, key: str) -> None:
    data = changed(surveyor.get(door).text, door__threshold="1,5") | {"submission_key": [key]}

    answer = surveyor.post(door, data=data)

    assert answer.status_code == 422
    assert "Verstuur het opnieuw." in answer.text
    assert 'value="1,5"' in answer.text
    assert surveyor.post(door, data=changed(answer.text)).status_code == 303


def test_answers_are_shown_again_when_the_session_has_ended(surveyor: TestClient, door: str) -> None:
    data = changed(surveyor.get(door).text, door__threshold="1,5")
    surveyor.post("/afmelden", data={"csrf_token": token_of(surveyor.get("/").text)})

    answer = surveyor.post(door, data=data)
    text = unescape(answer.text)

    assert answer.status_code == 403
    assert "<dt>Drempel van de deur</dt>\n  <dd>1,5</dd>" in text
    assert "--seen" not in text


def test_contradiction_is_told_on_the_page_and_keeps_the_venue_from_being_published(
    platform: Platform, surveyor: TestClient
) -> None:
    venue = f"/opmetingen/{platform.ids.venues.draft}"
    path = f"{venue}/onderdelen/{platform.ids.venues.entrance}"

    fill_in(surveyor, path, entrance__level="yes")

    for page in (path, venue, f"{venue}/publiceren"):
        assert "De inkom is gelijkvloers genoemd, maar" in surveyor.get(page).text
    assert f'href="{path}#veld-entrance.level"' in surveyor.get(venue).text


def test_hostile_text_is_shown_as_text(surveyor: TestClient, platform: Platform) -> None:
    path = f"/opmetingen/{platform.ids.venues.draft}/onderdelen/{platform.ids.venues.entrance}"
    fill_in(surveyor, path, entrance__is_alternative="yes")

    fill_in(surveyor, path, entrance__alternative_desc='</textarea><script>alert("x")</script>')

    page = surveyor.get(path).text
    assert "<script>" not in page
    assert '</textarea><script>alert("x")</script>' in unescape(page)


def test_key_of_another_form_is_no_way_in(platform: Platform, surveyor: TestClient, door: str) -> None:
    add = f"/opmetingen/{platform.ids.venues.draft}/onderdelen/nieuw?soort=desk"
    page = surveyor.get(add).text
    surveyor.post(add, data=changed(page))

    answer = surveyor.post(door, data=changed(surveyor.get(door).text) | {"submission_key": [key_of(page)]})

    assert answer.status_code == 409
