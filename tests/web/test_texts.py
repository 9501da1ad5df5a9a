"""Every code that can reach a page has Dutch words, and a file that lacks some is refused by name."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

import pytest

from crawler.model import Reason, VisitStatus
from crawler.roles import roles
from crawler.structure import KINDS
from toegankelijk.errors import TextsIncomplete
from toegankelijk.registry.write import ENTERED
from toegankelijk.reports.municipality import BROKEN_OFF
from toegankelijk.reports.templating import TEMPLATES, counted, number, stored_date
from toegankelijk.reports.texts import TEXTS_FILE, load_texts, read_texts
from toegankelijk.reports.wording import safe_href, show_address, show_markup, show_text
from toegankelijk.storage.bodies import HOST_KINDS, HOST_STATUSES, SITE_STATUSES
from toegankelijk.storage.scans import SCAN_STATES
from toegankelijk.web.admin_pages import DECISIONS

PACKAGE = Path(__file__).parent.parent.parent / "toegankelijk"


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_name_an_explanation_and_advice(reason: Reason) -> None:
    text = load_texts().reasons[reason.value]

    assert text.name[0].islower()
    assert text.explanation.endswith(".")
    assert text.advice.endswith((".", "?"))


@pytest.mark.parametrize("status", list(VisitStatus))
def test_every_visit_status_has_a_word(status: VisitStatus) -> None:
    assert status.value in load_texts().words["visit_status"]


def test_every_stored_code_has_words() -> None:
    texts = load_texts()

    assert set(SITE_STATUSES) == set(texts.site_statuses)
    assert {*SCAN_STATES, BROKEN_OFF} == set(texts.words["scan_state"])
    assert set(HOST_KINDS) == set(texts.words["host_kind"])
    assert set(HOST_STATUSES) == set(texts.words["host_status"])
    assert set(DECISIONS) == set(texts.words["host_decision"])


def test_every_kind_of_body_in_the_reference_facts_has_a_name() -> None:
    kinds = tomllib.loads((PACKAGE / "data" / "body_kinds.toml").read_text("utf-8"))["kinds"]

    assert set(kinds.values()) <= set(load_texts().body_kinds)


def test_every_way_into_the_sample_has_words() -> None:
    ways = {"listed", "a:home", "b:section", "d:template", "f:listed", "g:random", "g:all"}
    ways |= {role.want for role in roles()} | {f"d:{kind}" for kind in KINDS}

    assert ways | {"other"} == set(load_texts().words["selected_by"])


def test_every_source_of_the_reference_facts_has_dutch_words() -> None:
    with (PACKAGE / "data" / "websites.csv").open(encoding="utf-8", newline="") as file:
        sources = {row["source"] for row in csv.DictReader(file)} - {""}

    assert sources | {ENTERED} == set(load_texts().words["source"])
    assert load_texts().source("eigen opzoeking") == "eigen opzoeking"


def test_every_key_of_a_refusal_has_a_message() -> None:
    raised = re.compile(r'(?:RegistryError\(\s*"[a-z_]+",|AddressInvalid\()\s*"([a-z-]+)"')
    files = [PACKAGE / "addresses.py", *(PACKAGE / "registry").glob("*.py")]
    keys = {key for file in files for key in raised.findall(file.read_text("utf-8"))}
    without_a_form = {"kind-invalid", "nis-invalid", "nis-taken", "interval-range"}

    assert len(keys) > 10
    assert keys - without_a_form <= set(load_texts().words["problem"])


def test_every_refusal_of_a_venue_or_a_survey_that_a_form_can_meet_has_a_message() -> None:
    raised = re.compile(r'(?:VenueError\(\s*"[a-z_]+", "|SurveyProblem\(\s*[^,]+, "[a-z_]*", ")([a-z-]+)"')
    files = [file for room in ("venues", "surveys", "labelling") for file in (PACKAGE / room).glob("*.py")]
    keys = {key for file in files for key in raised.findall(file.read_text("utf-8"))}
    # What our forms check themselves, or cannot say.
    without_a_form = {
        "element-foreign", "element-id-invalid", "element-kind-fixed", "element-kind-unknown", "element-twice",
        "element-sent-and-retired", "floor-range", "measured-in-future", "venue-element",
    }  # fmt: skip

    assert len(keys) > 20
    assert keys - without_a_form <= set(load_texts().words["problem"])


def test_every_notice_that_is_sent_has_words() -> None:
    sent = re.compile(r'(?:notice="|after_post\([^"]*"[^"]*", "|, "|else ")([a-z]+-[a-z-]+)"')
    used = {name for file in (PACKAGE / "web").rglob("*.py") for name in sent.findall(file.read_text("utf-8"))}

    assert {"signed-in", "site-added", "host-settled"} <= used
    assert set(load_texts().words["notice"]) <= used


def test_code_that_this_version_does_not_know_is_said_to_be_unknown() -> None:
    texts = load_texts()

    assert texts.word("visit_status", "teleported") == "onbekend"
    assert texts.word("trap", "new-rule") == "andere reeksen zonder einde"
    assert texts.word("selected_by", "b:new") == "gekozen door de steekproef"
    assert texts.reason("new-reason").name == "andere reden"
    assert texts.site_status("new").name == "onbekend"
    assert texts.body_kind("new").one == "Organisatie"
    assert texts.error("418").title == texts.error("400").title
    assert texts.error("502").title == texts.error("500").title


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "lege pagina"', 'name = ""', "[reason.empty] has no text for name"),
        ('name = "lege pagina"', 'title = "lege pagina"', "[reason.empty] has no text for name"),
        ('name = "lege pagina"', 'name = "lege pagina"\nextra = "x"', "[reason.empty] has unknown fields extra"),
        ('scanned = "onderzocht"', "scanned = 3", "[visit_status] has no text for scanned"),
        ("[trap]", "[traps]", "table [trap] is missing"),
        ("[trap]", "[trap", "not valid TOML"),
    ],
)
def test_incomplete_file_is_refused_by_entry(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "texts_nl.toml"
    file.write_text(TEXTS_FILE.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(TextsIncomplete) as refusal:
        read_texts(file)

    assert message in str(refusal.value)
    assert "texts_nl.toml" in str(refusal.value)


def test_numbers_are_written_the_belgian_way() -> None:
    assert stored_date("2026-11-23") == "23 november 2026"
    assert stored_date("2026") == "2026"
    assert number(6_898_350) == "6.898.350"
    assert counted(1, "pagina", "pagina's") == "1 pagina"
    assert counted(1_000, "pagina", "pagina's") == "1.000 pagina's"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//host/pad", "/pad", "https:///pad", "http://[::1", "", "mailto:a@b.c",
     "https://x.example/" + "y" * 2_000],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str) -> None:
    assert safe_href(url) == ""


def test_address_on_the_own_site_is_told_by_its_path() -> None:
    assert show_address("https://a.example/x?y=1", "https://a.example/") == "/x?y=1"
    assert show_address("https://b.example/x", "https://a.example/") == "b.example/x"
    assert show_address("http://[::1", "https://a.example/") == "http://[::1"


def test_hidden_characters_are_made_visible() -> None:
    assert show_text("a\x00b\u202ec\td", 50) == "a\ufffdb\ufffdc d"
    assert show_markup("<p>\n\x07</p>", 50) == "<p>\n\ufffd</p>"
    assert show_text("x" * 60, 50) == "x" * 49 + "…"
    assert show_text("👩\u200d👧 é", 50) == "👩\u200d👧 é"


def test_no_template_holds_a_script_or_an_inline_style() -> None:
    for file in TEMPLATES.rglob("*.html"):
        text = file.read_text("utf-8")
        assert "<script" not in text, file.name
        assert " style=" not in text, file.name
        assert "|safe" not in text.replace(" ", ""), file.name
