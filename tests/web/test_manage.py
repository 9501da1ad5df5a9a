"""Looking after the registry through its forms: each change once, by a person, with errors that help."""

from __future__ import annotations

from html import unescape
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from tests.web.conftest import Platform, key_of, token_of
from tests.web.seeding import ADMIN, NOW
from toegankelijk import registry
from toegankelijk.registry import SiteView
from toegankelijk.storage.trail import AuditEvent


@pytest.fixture
def admin(platform: Platform) -> TestClient:
    return platform.person(ADMIN)


def submit(client: TestClient, path: str, **answers: str) -> Response:
    """Open the form at `path`, fill it in and send it."""
    page = client.get(path).text
    return client.post(path, data={"csrf_token": token_of(page), "submission_key": key_of(page)} | answers)


def sites(platform: Platform, body_id: UUID) -> list[SiteView]:
    with platform.database.reading() as session:
        return registry.sites_of(session, body_id)


def events(platform: Platform) -> int:
    with platform.database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def test_overview_shows_what_waits_for_a_decision(platform: Platform, admin: TestClient) -> None:
    page = admin.get("/beheer").text

    assert "https://bib.testerbeke.example/" in page
    assert "https://www.testerbeke.example/" not in page
    assert f'href="/beheer/hosts/{platform.ids.host}"' in page
    assert "bibliotheek.voorbeeldegem.example" in page


def test_added_site_waits_for_confirmation(platform: Platform, admin: TestClient) -> None:
    path = f"/beheer/organisaties/{platform.ids.empty}/sites/toevoegen"

    answer = submit(admin, path, url="leegdorp.example", source="eigen opzoeking", operator="Bouwer", note="nieuw")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/beheer/organisaties/{platform.ids.empty}/sites?gedaan=site-added"
    added = sites(platform, platform.ids.empty)[0]
    assert (added.url, added.status, added.source) == ("https://leegdorp.example/", "candidate", "eigen opzoeking")
    page = admin.get(answer.headers["location"]).text
    assert 'role="status"' in page
    assert "De website is toegevoegd." in page


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "Vul een webadres in."),
        ("geen adres", "Dit is geen webadres."),
        ("ftp://leegdorp.example", "Begin het webadres met https:// of http://."),
        ("https://ik:geheim@leegdorp.example", "zonder gebruikersnaam en wachtwoord"),
        ("https://leegdorp", "De naam van de website klopt niet."),
        ("https://x.example/" + "y" * 3_000, "Dit webadres is te lang."),
    ],
)
def test_bad_address_is_told_beside_the_field_and_in_a_summary(
    platform: Platform, admin: TestClient, url: str, message: str
) -> None:
    path = f"/beheer/organisaties/{platform.ids.empty}/sites/toevoegen"

    answer = submit(admin, path, url=url, note="<b>blijft</b> staan", operator="Bouwer")
    page = unescape(answer.text)

    assert answer.status_code == 422
    assert "<title>Fout: Website toevoegen" in page
    assert page.count(message) == 2
    assert '<a href="#veld-url">' in page
    assert 'aria-describedby="hint-url fout-url" aria-invalid="true"' in page
    assert "autofocus" in page
    assert "<b>blijft</b> staan</textarea>" in page
    assert "&lt;b&gt;blijft" in answer.text
    assert 'value="Bouwer"' in page
    assert sites(platform, platform.ids.empty) == []


def test_site_that_is_known_already_is_refused(platform: Platform, admin: TestClient) -> None:
    path = f"/beheer/organisaties/{platform.ids.real}/sites/toevoegen"

    answer = submit(admin, path, url="http://testerbeke.example")

    assert answer.status_code == 422
    assert "Deze website staat al in de lijst van deze organisatie." in answer.text


def test_same_form_twice_gives_the_first_result_and_writes_once(platform: Platform, admin: TestClient) -> None:
    path = f"/beheer/organisaties/{platform.ids.empty}/sites/toevoegen"
    page = admin.get(path).text
    data = {"csrf_token": token_of(page), "submission_key": key_of(page), "url": "https://leegdorp.example"}

    first = admin.post(path, data=data)
    written = events(platform)
    second = admin.post(path, data=data)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert len(sites(platform, platform.ids.empty)) == 1
    assert events(platform) == written


def test_same_form_with_other_answers_is_refused_and_shows_them(platform: Platform, admin: TestClient) -> None:
    path = f"/beheer/organisaties/{platform.ids.empty}/sites/toevoegen"
    page = admin.get(path).text
    data = {"csrf_token": token_of(page), "submission_key": key_of(page), "url": "https://leegdorp.example"}
    admin.post(path, data=data)

    answer = admin.post(path, data=data | {"url": "https://anders.example"})

    assert answer.status_code == 409
    assert "https://anders.example" in answer.text
    assert [site.host for site in sites(platform, platform.ids.empty)] == ["leegdorp.example"]


@pytest.mark.parametrize("key", ["", "zomaar", "x" * 500])
def test_form_without_its_key_comes_back_with_the_answers(platform: Platform, admin: TestClient, key: str) -> None:
    path = f"/beheer/organisaties/{platform.ids.empty}/sites/toevoegen"
    token = token_of(admin.get(path).text)

    answer = admin.post(path, data={"csrf_token": token, "submission_key": key, "url": "https://leegdorp.example"})

    assert answer.status_code == 422
    assert "Verstuur het opnieuw." in answer.text
    assert 'value="https://leegdorp.example"' in answer.text
    assert sites(platform, platform.ids.empty) == []
    assert admin.post(path, data={"csrf_token": token, "submission_key": key_of(answer.text),
                                  "url": "https://leegdorp.example"}).status_code == 303  # fmt: skip


def test_confirmed_site_may_be_scanned(platform: Platform, admin: TestClient) -> None:
    answer = submit(admin, f"/beheer/sites/{platform.ids.candidate}/bevestigen")

    assert answer.headers["location"].endswith("?gedaan=site-confirmed")
    confirmed = next(site for site in sites(platform, platform.ids.real) if site.id == platform.ids.candidate)
    assert registry.may_scan(confirmed)
    assert "Er wacht geen enkele website op een beslissing." in admin.get("/beheer").text


def test_corrected_address_must_be_confirmed_again(platform: Platform, admin: TestClient) -> None:
    path = f"/beheer/sites/{platform.ids.real_site}/verbeteren"
    assert 'value="https://www.testerbeke.example/"' in admin.get(path).text

    answer = submit(admin, path, url="https://nieuw.testerbeke.example", note="verhuisd")

    assert answer.headers["location"].endswith("?gedaan=site-corrected")
    corrected = next(site for site in sites(platform, platform.ids.real) if site.id == platform.ids.real_site)
    assert (corrected.url, corrected.status) == ("https://nieuw.testerbeke.example/", "candidate")


def test_correction_that_is_refused_keeps_what_was_typed(platform: Platform, admin: TestClient) -> None:
    answer = submit(admin, f"/beheer/sites/{platform.ids.real_site}/verbeteren", url="fout adres", note="waarom")

    assert answer.status_code == 422
    assert 'value="fout adres"' in answer.text
    assert "waarom</textarea>" in answer.text


def test_closed_site_is_not_offered_for_scanning(platform: Platform, admin: TestClient) -> None:
    answer = submit(admin, f"/beheer/sites/{platform.ids.candidate}/sluiten", note="bestaat niet meer")

    assert answer.headers["location"].endswith("?gedaan=site-closed")
    closed = next(site for site in sites(platform, platform.ids.real) if site.id == platform.ids.candidate)
    assert (closed.status, closed.note) == ("closed", "bestaat niet meer")
    assert not registry.may_scan(closed)


def test_merge_offers_the_other_websites_of_the_group(platform: Platform, admin: TestClient) -> None:
    path = f"/beheer/sites/{platform.ids.candidate}/samenvoegen"
    page = admin.get(path).text

    answer = submit(admin, path, into_id=str(platform.ids.real_site))

    assert "https://www.testerbeke.example/ (Testerbeke)" in page
    assert str(platform.ids.example_site) not in page
    assert answer.headers["location"].endswith("?gedaan=sites-merged")
    merged = next(site for site in sites(platform, platform.ids.real) if site.id == platform.ids.candidate)
    assert (merged.status, merged.merged_into_id) == ("merged", platform.ids.real_site)


@pytest.mark.parametrize("into", ["", "x", "zelf"])
def test_merge_without_a_good_choice_is_refused(platform: Platform, admin: TestClient, into: str) -> None:
    chosen = str(platform.ids.candidate) if into == "zelf" else into

    answer = submit(admin, f"/beheer/sites/{platform.ids.candidate}/samenvoegen", into_id=chosen)

    assert answer.status_code == 422
    assert '<a href="#veld-into_id">' in answer.text
    assert "<title>Fout: Websites samenvoegen: " in answer.text
    assert 'id="veld-into_id"' in answer.text


def test_merge_with_nothing_to_merge_into_says_so(platform: Platform, admin: TestClient) -> None:
    page = admin.get(f"/beheer/sites/{platform.ids.example_site}/samenvoegen").text

    assert "Er is geen andere website waarin deze kan opgaan." in page


def test_body_without_website_is_noted(platform: Platform, admin: TestClient) -> None:
    answer = submit(admin, f"/beheer/organisaties/{platform.ids.empty}/geen-website", note="nagevraagd")

    assert answer.headers["location"].endswith("?gedaan=without-website")
    assert sites(platform, platform.ids.empty)[0].status == "none"
    page = admin.get(f"/beheer/organisaties/{platform.ids.empty}/sites").text
    assert "heeft geen website" in page
    assert "/geen-website" not in page


def test_body_with_a_website_cannot_be_without(platform: Platform, admin: TestClient) -> None:
    answer = submit(admin, f"/beheer/organisaties/{platform.ids.real}/geen-website")

    assert answer.status_code == 422
    assert "Sluit die eerst." in answer.text


@pytest.mark.parametrize("decision", ["subdomain", "e_service", "alias", "rejected"])
def test_found_host_is_settled(platform: Platform, admin: TestClient, decision: str) -> None:
    answer = submit(admin, f"/beheer/hosts/{platform.ids.host}", decision=decision)

    assert answer.headers["location"] == "/beheer?gedaan=host-settled"
    with platform.database.reading() as session:
        host = registry.get_host(session, platform.ids.host)
    assert host.status == ("rejected" if decision == "rejected" else "confirmed")
    assert "Er wacht geen enkel adres op een beslissing." in admin.get("/beheer").text


@pytest.mark.parametrize("decision", ["", "main", "onzin"])
def test_host_without_a_good_decision_is_refused(platform: Platform, admin: TestClient, decision: str) -> None:
    answer = submit(admin, f"/beheer/hosts/{platform.ids.host}", decision=decision)

    assert answer.status_code == 422
    assert "Kies een van de mogelijkheden" in answer.text


def test_change_carries_the_name_of_who_made_it(platform: Platform, admin: TestClient) -> None:
    submit(admin, f"/beheer/sites/{platform.ids.candidate}/bevestigen")

    with platform.database.reading() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.at.desc(), AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.at, event.actor_id is not None) == ("site-confirmed", NOW, True)


def test_unknown_field_in_a_post_changes_nothing(platform: Platform, admin: TestClient) -> None:
    path = f"/beheer/sites/{platform.ids.candidate}/bevestigen"

    assert submit(admin, path, status="closed", body_id=str(platform.ids.example)).status_code == 303

    found = next(site for site in sites(platform, platform.ids.real) if site.id == platform.ids.candidate)
    assert found.status == "confirmed"


def test_flood_of_fields_is_refused(platform: Platform, admin: TestClient) -> None:
    path = f"/beheer/sites/{platform.ids.candidate}/bevestigen"
    data = {f"veld{place}": "x" for place in range(500)} | {"csrf_token": token_of(admin.get(path).text)}

    assert admin.post(path, data=data).status_code == 400
