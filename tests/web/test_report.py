"""What the report says, and what it never says: coverage first, doubts and advice apart, hostile text harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser

import pytest

from crawler.model import Address as FoundAddress
from crawler.model import Choice, Discovery, Plan, Reason, Versions, VisitStatus
from tests.web.conftest import Platform
from tests.web.seeding import HOME, HOSTILE, INTER, NOW, clean_visit, failed_visit, finding, record_scan
from toegankelijk import registry, scans
from toegankelijk.reports.coverage import describe_coverage
from toegankelijk.reports.html import render_report_file
from toegankelijk.reports.model import MunicipalityReport
from toegankelijk.reports.municipality import build_municipality_report, profile_criteria
from toegankelijk.reports.texts import load_texts
from toegankelijk.scans import PageRow


def report_on(platform: Platform, nis: str) -> MunicipalityReport:
    with platform.database.reading() as session:
        body = registry.find_municipality(session, nis)
        assert body is not None
        return build_municipality_report(session, body, now=NOW)


def words(page: str) -> str:
    """The text of a page as a reader meets it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def row(url: str, status: str, reason: str | None = None, selected_by: str = "a:home") -> PageRow:
    return PageRow(url, url, "", status, reason, selected_by, 200, 0, 0, 0, 0, None)


def test_coverage_comes_first_and_adds_up(platform: Platform) -> None:
    scan = report_on(platform, "99001").sites[0].scan
    assert scan is not None
    coverage = scan.coverage

    assert (coverage.found, coverage.chosen, coverage.examined, coverage.partly, coverage.missed) == (12, 7, 5, 1, 1)
    assert coverage.chosen + coverage.left_out == coverage.found
    assert sum(line.count for line in coverage.left_out_reasons) == coverage.left_out
    assert {line.code for line in coverage.missed_reasons} == {Reason.TIMEOUT_NAV, Reason.FRAME_NOT_REACHED}
    assert [(trap.name, trap.count) for trap in coverage.traps] == [("kalender die oneindig doorloopt", 340)]


def test_page_says_how_much_was_examined_before_it_says_what_was_found(platform: Platform) -> None:
    page = words(platform.visitor().get("/gemeenten/99001").text)

    assert "6 van 7 gekozen pagina's onderzocht; 1 niet." in page
    assert "1 pagina is maar deels onderzocht." in page
    assert "1 adres: pagina laadt te traag" in page
    assert "Vraag je webbouwer waarom deze pagina traag is." in page
    assert page.index("gekozen pagina's onderzocht") < page.index("Fouten per succescriterium")


def test_failures_are_told_by_criterion_with_dutch_names(platform: Platform) -> None:
    scan = report_on(platform, "99001").sites[0].scan
    assert scan is not None

    told = [(line.id, line.name, line.level, line.clause, line.pages, line.nodes) for line in scan.failures]

    assert told == [
        ("1.4.3", "Contrast (minimum)", "AA", "9.1.4.3", 4, 4),
        ("4.1.2", "Naam, rol, waarde", "A", "9.4.1.2", 2, 2),
        ("1.1.1", "Niet-tekstuele content", "A", "9.1.1.1", 1, 14),
        ("2.4.4", "Linkdoel (in context)", "A", "9.2.4.4", 1, 1),
    ]
    assert (scan.pages_with_failures, scan.failure_nodes, scan.criteria_with_failures) == (4, 20, 4)


def test_no_more_than_ten_examples_and_the_rest_is_counted(platform: Platform) -> None:
    scan = report_on(platform, "99001").sites[0].scan
    assert scan is not None
    images = next(line for line in scan.failures if line.id == "1.1.1").rules[0]

    assert (images.title, len(images.examples), images.more) == ("Afbeelding zonder tekstalternatief", 10, 4)
    assert "En nog 4 plaatsen met hetzelfde probleem." in words(platform.visitor().get("/gemeenten/99001").text)


def test_what_the_engine_cannot_tell_is_never_a_failure(platform: Platform) -> None:
    scan = report_on(platform, "99001").sites[0].scan
    assert scan is not None

    assert [line.id for line in scan.to_review] == ["1.4.1", ""]
    assert scan.review_nodes == 2
    assert "1.4.1" not in {line.id for line in scan.failures}


def test_best_practice_stands_apart_and_counts_nowhere(platform: Platform) -> None:
    scan = report_on(platform, "99001").sites[0].scan
    assert scan is not None

    assert [rule.title for rule in scan.best_practices] == ["Kopniveau overgeslagen"]
    assert "Kopniveau overgeslagen" not in {rule.title for line in scan.failures for rule in line.rules}
    assert "Ze tellen niet mee als fout." in words(platform.visitor().get("/gemeenten/99001").text)


def test_pages_are_listed_with_why_they_were_chosen_and_what_became_of_them(platform: Platform) -> None:
    scan = report_on(platform, "99001").sites[0].scan
    assert scan is not None
    told = {line.page.label: (line.chosen_because, line.status, line.reason) for line in scan.pages}

    assert told["/"] == ("startpagina", "onderzocht", "")
    assert told["/contact"] == ("contact", "onderzocht", "")
    assert told["/traag"] == ("willekeurig gekozen", "niet gelukt", "pagina laadt te traag")
    assert told["/kaart"] == ("willekeurig gekozen", "deels onderzocht", "ingevoegd kader niet onderzocht")
    assert scan.pages[0].page.label == "/"


def test_failed_page_has_no_number_of_failures(platform: Platform) -> None:
    page = platform.visitor().get("/gemeenten/99001").text
    line = page[page.index(">/traag</a></th>") :]

    assert line.partition("</tr>")[0].count("niet bekend") == 2


def test_older_complete_scan_stands_with_a_warning_when_the_last_attempt_failed(platform: Platform) -> None:
    site = report_on(platform, "99001").sites[0]
    page = words(platform.visitor().get("/gemeenten/99001").text)

    assert site.scan is not None
    assert site.attempt is not None
    assert site.attempt.state_code == "failed"
    assert "De laatste poging is mislukt. Ze begon op 22 november 2026" in page
    assert "Daarom staat hier nog het resultaat van 3 november 2026." in page


def test_running_scan_is_announced_beside_the_last_result(platform: Platform) -> None:
    begin_leased_scan(platform, NOW)

    page = words(platform.visitor().get("/gemeenten/99001").text)

    assert "Er loopt een nieuwe screening, gestart op 23 november 2026 om 10.30 uur." in page
    assert "mislukt" not in page


def test_scan_that_was_broken_off_does_not_stay_running(platform: Platform) -> None:
    begin_leased_scan(platform, NOW - timedelta(hours=1))

    page = words(platform.visitor().get("/gemeenten/99001").text)

    assert "De laatste poging is onderbroken. Ze begon op 23 november 2026" in page
    assert "Er loopt een nieuwe screening" not in page


def begin_leased_scan(platform: Platform, at: datetime) -> None:
    """A scan of the example whose program was last heard of at that moment."""
    order = scans.Order(platform.ids.example_site, HOME, "full", 1, Versions("1", {}, "", "wcag22-aa"), "x", {})
    with platform.database.writing() as session:
        scans.open_scan(session, order, owner="iemand", now=at, is_gone=lambda _: False)


def test_body_without_scan_is_not_examined_rather_than_zero(platform: Platform) -> None:
    page = words(platform.person(INTER).get("/gemeenten/99003").text)

    assert "Nog niet onderzocht." in page
    assert "We kennen nog geen website van deze organisatie." in page
    assert "onderzochte pagina's met fouten" not in page
    assert "Geen fouten gevonden" not in page


def test_site_whose_only_scan_failed_is_not_examined(platform: Platform) -> None:
    with platform.database.writing() as session:
        record_scan(session, platform.ids.candidate, NOW, visits=[failed_visit(HOME)], state="failed")

    report = report_on(platform, "99002")
    page = words(platform.person(INTER).get("/gemeenten/99002").text)

    assert [site.scan is None for site in report.sites] == [False, True]
    assert "De laatste poging is mislukt." in page
    assert "Er is nog geen ouder resultaat." in page


def test_unconfirmed_site_is_shown_as_not_scanned(platform: Platform) -> None:
    page = words(platform.person(INTER).get("/gemeenten/99002").text)

    assert "nog niet bevestigd" in page
    assert "We onderzoeken het pas nadat iemand het bevestigd heeft." in page


def test_body_without_website_is_said_to_have_none(platform: Platform) -> None:
    page = words(platform.person(INTER).get(f"/organisaties/{platform.ids.ocmw}").text)

    assert "heeft geen website" in page
    assert "Deze organisatie heeft geen eigen website." in page
    assert "Testerbeke (Gemeente)" in page


def test_clean_scan_claims_no_more_than_that_nothing_was_found(platform: Platform) -> None:
    page = words(platform.person(INTER).get("/gemeenten/99002").text)

    assert "Geen fouten gevonden bij screening." in page
    assert "Dat betekent niet dat de website toegankelijk is." in page
    for claim in ("voldoet", "conform", "is toegankelijk.", "in overeenstemming"):
        assert claim not in page.replace("niet dat de website toegankelijk is.", "")


def test_first_screen_says_on_how_many_pages_and_that_a_screening_finds_only_a_part(platform: Platform) -> None:
    page = words(platform.visitor().get("/gemeenten/99001").text)
    first_screen = page.partition("Op deze pagina ")[0]

    assert "Op 4 van de 6 onderzochte pagina's vonden we fouten." in first_screen
    assert "Een automatische screening vindt maar een deel van de drempels." in first_screen
    assert "Dit is geen score." in first_screen


def test_criterion_outside_the_standard_is_not_counted_as_one_of_it(platform: Platform) -> None:
    scrolling = finding("scrollable-region-focusable", ["2.1.1", "2.1.3"])
    stricter, small = finding("color-contrast-enhanced", ["1.4.6"]), finding("target-size", ["2.5.8"])
    visit = replace(clean_visit("https://www.testerbeke.example/"), findings=(scrolling, stricter, small))
    with platform.database.writing() as session:
        record_scan(session, platform.ids.real_site, NOW, visits=[visit])

    scan = report_on(platform, "99002").sites[0].scan

    assert scan is not None
    assert [(line.id, line.in_standard) for line in scan.failures] == [
        ("1.4.6", False),
        ("2.1.1", True),
        ("2.5.8", True),
    ]
    assert scan.criteria_with_failures == 2
    page = words(platform.person(INTER).get("/gemeenten/99002").text)
    assert page.count("nieuw in WCAG 2.2, nog niet in de wet") == 1


def test_doubt_is_worded_as_something_to_look_at(platform: Platform) -> None:
    page = words(platform.visitor().get("/gemeenten/99001").text)

    assert "Kijk na: Link in een tekst valt alleen op door zijn kleur · 1 pagina, 1 plaats Op" in page


def test_report_tells_how_it_can_be_repeated(platform: Platform) -> None:
    page = words(platform.visitor().get("/gemeenten/99001").text)

    assert "Startgetal van de steekproef 23" in page
    assert "axe-core 4.14.1" in page
    assert "Browser Chromium 156.0.8078.79" in page
    assert "WCAG 2.2, niveau A en AA (55 succescriteria)" in page


def test_facts_of_the_body_carry_their_source(platform: Platform) -> None:
    page = words(platform.person(INTER).get("/gemeenten/99002").text)

    assert "NIS-code 99002 Provincie Antwerpen" in page
    assert "Bron ingevoerd door een beheerder" in page
    assert "OCMW Testerbeke (OCMW)" in page


class Markup(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


@pytest.mark.parametrize("path", ["/gemeenten/99001", "/gemeenten/99001/rapport.html"])
def test_text_of_a_scanned_site_stays_text(platform: Platform, path: str) -> None:
    page = platform.visitor().get(path).text
    markup = Markup()
    markup.feed(page)

    assert not {"script", "img", "iframe", "object"} & set(markup.tags)
    assert not [name for name in markup.attributes if name.startswith("on")]
    assert HOSTILE in unescape(page)
    assert "\u202e" not in page
    assert "\ufffdgnp.exe" in page


def test_address_that_nobody_should_follow_is_no_link(platform: Platform) -> None:
    with platform.database.writing() as session:
        record_scan(
            session, platform.ids.real_site, NOW + timedelta(days=1), visits=[clean_visit("javascript:alert(1)")]
        )

    page = platform.person(INTER).get("/gemeenten/99002").text

    assert 'href="javascript' not in page
    assert "javascript" not in re.findall(r'href="([^"]*)"', page)


def test_report_file_is_one_file_that_fetches_nothing(platform: Platform) -> None:
    answer = platform.visitor().get("/gemeenten/99001/rapport.html")
    page = answer.text

    assert answer.headers["content-disposition"] == ('attachment; filename="toegankelijkheid-99001-2026-11-23.html"')
    assert '<link rel="stylesheet"' not in page
    assert "<script" not in page
    markup = Markup()
    markup.feed(page)
    assert "src" not in markup.attributes
    assert "default-src 'none'" in page
    assert ".figures" in page
    assert 'href="/' not in page
    assert "6 van 7 gekozen pagina's onderzocht; 1 niet." in words(page)


def test_report_file_says_the_same_as_the_page(platform: Platform) -> None:
    page = platform.visitor().get("/gemeenten/99001").text
    file = render_report_file(report_on(platform, "99001"))
    start, end = '<h2 id="website-1">', '<h2 id="gegevens">'

    assert page[page.index(start) : page.index(end)] == file[file.index(start) : file.index(end)]


def test_report_is_the_same_whenever_it_is_built_from_the_same_facts(platform: Platform) -> None:
    assert render_report_file(report_on(platform, "99001")) == render_report_file(report_on(platform, "99001"))


def test_very_long_texts_are_cut(platform: Platform) -> None:
    long_snippet = "<p>" + "x" * 3_000
    visit = clean_visit(HOME)
    with platform.database.writing() as session:
        many = tuple(finding("list", ["1.3.1"], snippet=long_snippet, selector="y" * 1_500) for _ in range(300))
        record_scan(session, platform.ids.example_site, NOW, visits=[replace(visit, findings=many, title="t" * 300)])

    answer = platform.visitor().get("/gemeenten/99001")

    assert "x" * 601 not in answer.text
    assert "y" * 401 not in answer.text
    assert len(answer.text) < 120_000


def test_nothing_chosen_gives_an_empty_bar_and_no_division_by_zero() -> None:
    coverage = describe_coverage([], found=0, traps={}, home=HOME, texts=load_texts())

    assert (coverage.chosen, coverage.judged, coverage.bar) == (0, 0, ())


def test_bar_fills_its_width() -> None:
    rows = [row(f"{HOME}{n}", "scanned") for n in range(2)] + [row(f"{HOME}x", "failed", "dns")]

    bar = describe_coverage(rows, found=3, traps={}, home=HOME, texts=load_texts()).bar

    assert [(part.kind, part.start, part.width) for part in bar] == [
        ("done", "0.00%", "66.67%"),
        ("failed", "66.67%", "33.33%"),
    ]


def test_many_addresses_of_one_reason_are_shown_in_part() -> None:
    rows = [row(f"{HOME}{n}", "skipped", "robots", selected_by="") for n in range(25)]

    reasons = describe_coverage(rows, found=25, traps={}, home=HOME, texts=load_texts()).left_out_reasons

    assert [(line.count, len(line.examples), line.more) for line in reasons] == [(25, 10, 15)]


def test_profile_of_wcag_21_keeps_parsing_and_lacks_what_came_later() -> None:
    older = {criterion.id for criterion in profile_criteria("wcag21-aa")}
    newer = {criterion.id for criterion in profile_criteria("wcag22-aa")}

    assert (len(older), len(newer)) == (50, 55)
    assert older - newer == {"4.1.1"}


def test_scan_of_exactly_these_pages_is_reported_too(platform: Platform) -> None:
    url = "https://www.testerbeke.example/los"
    plan = Plan(Discovery((FoundAddress(url),)), (Choice(url, "listed"),))
    with platform.database.writing() as session:
        record_scan(session, platform.ids.real_site, NOW, visits=[replace(clean_visit(url), selected_by="")], plan=plan)

    scan = report_on(platform, "99002").sites[0].scan

    assert scan is not None
    assert [(line.page.label, line.chosen_because, line.status_code) for line in scan.pages] == [
        ("/los", "opgegeven adres", VisitStatus.SCANNED)
    ]
