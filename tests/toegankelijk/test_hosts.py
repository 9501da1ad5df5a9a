"""Which linked hosts look like parts of a site."""

from __future__ import annotations

import pytest

from crawler.model import PageFacts, Reason, VisitStatus
from tests.toegankelijk.samples import a_visit
from toegankelijk.hosts import MAX_PROPOSALS, host_kind, hosts_met, propose_hosts

OWN = "www.voorbeeldegem.be"
PAGE = f"https://{OWN}/dienst"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bib.voorbeeldegem.be", "subdomain"),
        ("voorbeeldegem.be", ""),
        ("www.voorbeeldegem.be", ""),
        ("notvoorbeeldegem.be", ""),
        ("voorbeeldegem.e-loket.example", "e_service"),
        ("afspraken-voorbeeldegem.example", "e_service"),
        ("reserveren.example.org", "e_service"),
        ("www.facebook.example", ""),
        ("127.0.0.1", ""),
        ("a b.voorbeeldegem.be", ""),
        ("-", ""),
        ("", ""),
        ("x" * 300 + ".voorbeeldegem.be", ""),
    ],
)
def test_a_host_is_told_by_its_name(name: str, kind: str) -> None:
    assert host_kind(name, OWN) == kind


def test_a_site_without_a_name_has_no_hosts_below_it() -> None:
    assert host_kind("1.127.0.0.1", "127.0.0.1") == ""
    assert host_kind("afspraken.voorbeeldegem.be", "127.0.0.1") == "e_service"


def test_the_page_that_names_a_host_is_kept_with_it() -> None:
    found = propose_hosts(OWN, {"BIB.voorbeeldegem.be.": "https://www.voorbeeldegem.be/vrije\x00tijd"})
    assert found == {"bib.voorbeeldegem.be": ("subdomain", "https://www.voorbeeldegem.be/vrijetijd")}


def test_the_number_of_proposals_is_bounded() -> None:
    linked = {f"h{number}.voorbeeldegem.be": "" for number in range(1000)}
    assert len(propose_hosts(OWN, linked)) == MAX_PROPOSALS


def test_a_port_is_no_part_of_the_name() -> None:
    assert propose_hosts(OWN, {"loket.elders.example:8443": PAGE}) == {"loket.elders.example": ("e_service", PAGE)}


def test_hosts_that_a_visited_page_links_to_or_embeds_are_met_on_that_page() -> None:
    links = (f"https://{OWN}/a", "https://e-loket.elders.example/x?y=1", "https://www.video.example/", "mailto:a@b.be")
    hosts = ("cdn.voorbeeldegem.be", "afspraken.elders.example", "fonts.example")
    met = hosts_met(a_visit(PAGE, facts=PageFacts(links=links, hosts=hosts)))
    assert propose_hosts(OWN, met) == {
        "e-loket.elders.example": ("e_service", PAGE),
        "afspraken.elders.example": ("e_service", PAGE),
    }


def test_a_page_that_sends_its_visitors_to_another_host_names_that_host_and_not_what_is_there() -> None:
    away = a_visit(
        PAGE,
        status=VisitStatus.SKIPPED,
        reason=Reason.OFF_SITE,
        final_url="https://reservaties.elders.example/zaal",
        facts=PageFacts(links=("https://loket.derde.example/",)),
    )
    assert propose_hosts(OWN, hosts_met(away)) == {"reservaties.elders.example": ("e_service", PAGE)}


@pytest.mark.parametrize("reason", [Reason.SOFT_404, Reason.LOGIN])
def test_a_page_that_was_not_judged_names_no_hosts(reason: Reason) -> None:
    visit = a_visit(
        PAGE, status=VisitStatus.FAILED, reason=reason, facts=PageFacts(links=("https://loket.x.example/",))
    )
    assert hosts_met(visit) == {}
