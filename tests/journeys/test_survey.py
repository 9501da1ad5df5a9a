"""A surveyor measures a museum with two entrances by keyboard alone, without script; a visitor reads the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of

from labels.catalogue import current_catalogue
from labels.model import State
from tests.web.browsing import Served, main_text, open_browser, press, serve_platform, sign_in, start_afresh, wait_for
from tests.web.seeding import SURVEYOR
from toegankelijk.labelling import current_result
from toegankelijk.surveys import current_survey
from toegankelijk.venues import find_venue_by_slug

pytestmark = [pytest.mark.browser]

MOST_STOPS = 160
NEVER = State.NOT_APPLICABLE.value

Answers = Mapping[str, str]
VENUE: Answers = {
    "venue.existing_building": "yes", "venue.monument": "no", "venue.levels": "lift", "venue.has_desk": "yes",
}  # fmt: skip
STEPS: Answers = {"entrance.is_main": "yes", "entrance.is_alternative": "no", "entrance.steps": "3",
                  "entrance.threshold_max": "0"}  # fmt: skip
MORE_STEPS: Answers = {"entrance.step_height_max": "17", "entrance.height_difference": "51",
                       "entrance.handrails": "een_zijde", "entrance.portable_ramp": "geen",
                       "entrance.access_control_width--state": NEVER}  # fmt: skip
LEVEL: Answers = {"entrance.is_main": "no", "entrance.is_alternative": "yes", "entrance.steps": "0",
                  "entrance.threshold_max": "1,5", "entrance.access_control_width--state": NEVER}  # fmt: skip
DOOR: Answers = {"door.type": "schuif", "door.clear_width": "0,915 m", "door.threshold": "0"}
ROUND_DOOR: Answers = {"door.turning_front": "160", "door.turning_behind": "160"}
PATH: Answers = {"path.start": "straat", "path.width_min": "160", "path.stable": "yes", "path.slope_max": "1:40",
                 "path.crossfall_max": "1", "path.threshold_max": "0", "path.steps_no_alternative": "0",
                 "path.channel_ramps": "no"}  # fmt: skip
DESK: Answers = {"desk.height_low": "78"}
ROOM: Answers = {"circ.width_min": "125", "circ.threshold_max": "0", "circ.steps_no_alternative": "0",
                 "circ.channel_ramps": "no", "circ.turning_min": "155"}  # fmt: skip
LIFT: Answers = {"lift.type": "personenlift", "lift.key_needed": "no"}
CABIN: Answers = {"lift.cabin_width": "110", "lift.cabin_depth": "140", "lift.door_width": "90",
                  "lift.landing_space": "150"}  # fmt: skip
TOILET: Answers = {"toilet.kind": "aangepast", "toilet.location": "in_gebouw", "toilet.locked": "nee",
                   "toilet.bars": "2"}  # fmt: skip
AROUND: Answers = {"toilet.turning": "150", "toilet.front_space": "130", "toilet.side_left": "92",
                   "toilet.side_right": "30", "toilet.bar_left": "opklapbaar", "toilet.bar_right": "vast"}  # fmt: skip


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve_platform(tmp_path) as running:
        yield running


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with open_browser(tmp_path / "profile") as running:
        start_afresh(running)
        yield running


class Keyboard:
    """A person with nothing but the keys Tab, Enter, Space, the arrows and the letters."""

    def __init__(self, browser: Chrome) -> None:
        self._browser = browser

    def focused(self) -> WebElement:
        return self._browser.switch_to.active_element

    def follow(self, text: str) -> None:
        """Tab to the link or button that says this, and press Enter."""
        for _ in range(MOST_STOPS):
            press(self._browser, Keys.TAB)
            here = self.focused()
            if text in here.text and here.tag_name in ("a", "button"):
                self._enter(here)
                return
        pytest.fail(f"no link or button {text!r} on {self._browser.title}: {main_text(self._browser)}")

    def _enter(self, here: WebElement) -> None:
        page = self._browser.find_element(By.TAG_NAME, "html")
        is_on_this_page = "#" in (here.get_attribute("href") or "") and here.tag_name == "a"
        press(self._browser, Keys.ENTER)
        if not is_on_this_page:
            wait_for(self._browser, lambda: bool(staleness_of(page)(self._browser)))
            wait_for(self._browser, lambda: bool(self._browser.find_elements(By.TAG_NAME, "h1")))

    def type_name(self, name: str, **more: str) -> None:
        """Fill in a short form from its name on, and send it: Tab selects what stands in a box, letters a choice."""
        for field, text in {"name": name, **more}.items():
            self._tab_to(field)
            press(self._browser, text)
        for _ in range(MOST_STOPS):
            if self.focused().tag_name == "button":
                break
            press(self._browser, Keys.TAB)
        self._enter(self.focused())

    def _tab_to(self, name: str) -> None:
        for _ in range(MOST_STOPS):
            if self.focused().get_attribute("name") == name:
                return
            press(self._browser, Keys.TAB)
        pytest.fail(f"no control {name} on {self._browser.title}")

    def answer(self, *rounds: Answers) -> None:
        """Answer the questions in the order of the page and keep them; what they raise comes in the next round."""
        for answers in rounds:
            left = dict(answers)
            for _ in range(MOST_STOPS):
                if (here := self.focused()).text == "Bewaren":
                    break
                self._answer_here(here, left)
                press(self._browser, Keys.TAB)
            assert left == {}, f"not asked on {self._browser.title}"
            self._enter(self.focused())
            assert "Je antwoorden zijn bewaard." in main_text(self._browser)

    def _answer_here(self, here: WebElement, left: dict[str, str]) -> None:
        name = here.get_attribute("name") or ""
        if here.tag_name == "summary":
            inside = [one for one in left if one.endswith("--state") and one in _names_below(here)]
            if inside:
                press(self._browser, Keys.SPACE)
        elif name not in left:
            return
        elif here.get_attribute("type") == "radio":
            self._choose(name, left.pop(name))
        elif here.tag_name == "select":
            press(self._browser, *[Keys.ARROW_DOWN] * _place_of_option(here, left.pop(name)))
        else:
            press(self._browser, left.pop(name))

    def _choose(self, name: str, value: str) -> None:
        """Space takes the first choice of a group, an arrow the next."""
        options = [one.get_attribute("value") for one in self._browser.find_elements(By.NAME, name)]
        press(self._browser, Keys.SPACE, *[Keys.ARROW_DOWN] * options.index(value))


def _names_below(summary: WebElement) -> list[str]:
    fold = summary.find_element(By.XPATH, "..")
    return [one.get_attribute("name") or "" for one in fold.find_elements(By.CSS_SELECTOR, "select")]


def _place_of_option(select: WebElement, value: str) -> int:
    return [one.get_attribute("value") for one in select.find_elements(By.TAG_NAME, "option")].index(value)


def test_museum_with_two_entrances_is_surveyed_by_keyboard_without_script(browser: Chrome, served: Served) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    sign_in(browser, served, SURVEYOR)
    keys = Keyboard(browser)

    keys.follow("Plaats toevoegen")
    keys.type_name("Klokkenmuseum", nis_code="Leegdorp", street="Torenstraat 4")
    keys.follow("Verder invullen")
    keys.answer(VENUE)
    keys.follow("Inkom toevoegen")
    keys.type_name("Hoofdingang")
    keys.answer(STEPS, MORE_STEPS)
    assert "Niet" in main_text(browser)
    keys.follow("Deur van Hoofdingang")
    keys.answer(DOOR, ROUND_DOOR)
    _add(keys, "Inkom toevoegen", "Zijingang")
    keys.answer(LEVEL, {"entrance.alternative_independent": "yes"})
    keys.follow("Verder met: Deur van Zijingang")
    keys.answer(DOOR, ROUND_DOOR)
    _add(keys, "Pad buiten toevoegen", "Pad naar de zijingang", parent_id="Z")
    keys.answer(PATH)
    _add(keys, "Balie toevoegen", "Balie")
    keys.answer(DESK)
    _add(keys, "Gang of zaal toevoegen", "Inkomhal")
    keys.answer({"circ.part": "gang", **ROOM})
    _add(keys, "Gang of zaal toevoegen", "Klokkenzaal", floor="1")
    keys.answer({"circ.part": "tentoonstelling", **ROOM})
    _add(keys, "Lift toevoegen", "Lift")
    keys.answer(LIFT, CABIN)
    _add(keys, "Toilet toevoegen", "Aangepast toilet")
    keys.answer(TOILET, AROUND)
    keys.follow("Verder met: Deur van Aangepast toilet")
    keys.answer(DOOR, {"door.turning_front": "160"})
    keys.follow("verzicht")
    keys.follow("Publiceren")
    assert "Zijingang: zeg hoe je er komt." in main_text(browser)
    keys.follow("Publiceren")
    assert browser.title.startswith("Fout: ")
    keys.follow("Zijingang: zeg hoe je er komt.")
    keys.follow("Alle voorstellen kloppen")
    keys.follow("Terug naar het overzicht")
    keys.follow("Publiceren")
    keys.follow("Publiceren")

    assert "De plaats is openbaar." in main_text(browser)
    _check_stored(served)
    _check_public_page(browser, served)


def _add(keys: Keyboard, link: str, name: str, **more: str) -> None:
    keys.follow("verzicht")
    keys.follow(link)
    keys.type_name(name, **more)


def _check_stored(served: Served) -> None:
    with served.database.reading() as session:
        venue = find_venue_by_slug(session, "klokkenmuseum")
        assert venue is not None
        survey = current_survey(session, venue.id, catalogue=current_catalogue())
        result = current_result(session, venue.id)
    assert result is not None
    names = [one.name for one in survey.venue.elements if one.kind == "entrance"]
    assert names == ["Hoofdingang", "Zijingang"]
    widths = {one.answers["door.clear_width"].value for one in survey.venue.elements if one.kind == "door"}
    assert widths == {91.5}
    verdicts = {group.group: {one.destination: one.verdict for one in group.destinations} for group in result.groups}
    assert verdicts["rolstoel"]["inkom"] == "zelfstandig"
    assert {one.name: one.verdict for one in result.groups[0].elements}["Hoofdingang"] == "niet"


def _check_public_page(browser: Chrome, served: Served) -> None:
    start_afresh(browser)
    browser.get(f"{served.url}/plaatsen")
    Keyboard(browser).follow("Klokkenmuseum")

    text = main_text(browser)
    assert "Wie een rolstoel gebruikt" in text
    assert text.index("Pad naar de zijingang") < text.index("Zijingang") < text.index("Klokkenzaal")
