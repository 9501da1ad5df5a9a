"""Which linked hosts look like parts of a site."""

from __future__ import annotations

import pytest

from toegankelijk.hosts import MAX_PROPOSALS, host_kind, propose_hosts

OWN = "www.voorbeeldegem.be"


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


def test_the_page_that_names_a_host_is_kept_with_it() -> None:
    found = propose_hosts(OWN, {"BIB.voorbeeldegem.be.": "https://www.voorbeeldegem.be/vrije\x00tijd"})
    assert found == {"bib.voorbeeldegem.be": ("subdomain", "https://www.voorbeeldegem.be/vrijetijd")}


def test_the_number_of_proposals_is_bounded() -> None:
    linked = {f"h{number}.voorbeeldegem.be": "" for number in range(1000)}
    assert len(propose_hosts(OWN, linked)) == MAX_PROPOSALS
