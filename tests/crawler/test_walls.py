"""What stands before a page, told from its facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.errors import CatalogueBroken
from crawler.model import Reason
from crawler.walls import consent_state, read_phrases, wall_before

ASKED = "https://voorbeeld.example/belasting"
BANNER = {"text": "Wij gebruiken cookies. Aanvaarden of weigeren.", "beside": 600}


def facts(**given: Any) -> dict[str, Any]:
    plain = {
        "url": ASKED,
        "title": "Belasting | Voorbeeld",
        "heading": "Belasting",
        "words": 600,
        "passwords": 0,
        "overlays": [],
        "links": ["https://voorbeeld.example/"],
    }
    return plain | given


def test_an_ordinary_page_has_nothing_before_it() -> None:
    assert wall_before(facts(), ASKED) is None
    assert consent_state(facts()) == ""


@pytest.mark.parametrize("title", ["Just a moment...", "Attention Required! | Wolk", "Toegang geweigerd", "Captcha"])
def test_a_short_page_that_takes_us_for_a_robot_is_a_firewall(title: str) -> None:
    assert wall_before(facts(title=title, heading="", words=30), ASKED) is Reason.WAF


def test_a_long_page_about_firewalls_is_a_page() -> None:
    assert wall_before(facts(heading="Captcha verdwijnt van onze website"), ASKED) is None


def test_a_login_in_the_place_of_another_page_is_a_login_wall() -> None:
    there = facts(
        url="https://voorbeeld.example/aanmelden?terug=belasting", heading="Meld u aan", passwords=1, words=40
    )
    assert wall_before(there, ASKED) is Reason.LOGIN


def test_a_login_page_that_was_asked_for_is_a_page_of_the_sample() -> None:
    asked = "https://voorbeeld.example/aanmelden"
    assert wall_before(facts(url=asked, heading="Aanmelden", passwords=1), asked) is None


def test_a_consent_banner_beside_the_page_is_noted_and_no_wall() -> None:
    assert wall_before(facts(overlays=[BANNER]), ASKED) is None
    assert consent_state(facts(overlays=[BANNER])) == "banner"


def test_consent_with_next_to_nothing_beside_it_is_a_wall() -> None:
    assert wall_before(facts(overlays=[BANNER | {"beside": 8}], words=60), ASKED) is Reason.CONSENT


def test_an_overlay_about_something_else_is_no_consent() -> None:
    assert wall_before(facts(overlays=[{"text": "Zoek in de site", "beside": 5}]), ASKED) is None


def test_a_broken_file_of_phrases_is_named(tmp_path: Path) -> None:
    file = tmp_path / "walls.toml"
    file.write_text('challenge = ["Hoofdletter"]')
    with pytest.raises(CatalogueBroken, match=r"walls\.toml: challenge"):
        read_phrases(file)
