"""Who sees what, by link and by guessing; sessions, forged forms, guessing passwords, headers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute

from tests.web.conftest import Platform, key_of, sign_in, token_of
from tests.web.seeding import ADMIN, INTER, LOCAL, NOBODY, PASSWORD
from toegankelijk.web import admin, municipality, public
from toegankelijk.web import sign_in as sign_in_page
from toegankelijk.web.access import local_path

PUBLIC = (
    "/", "/gemeenten", "/organisaties", "/gemeenten/99001", "/gemeenten/99001/rapport.html", "/scanner", "/over",
    "/toegankelijkheid", "/aanmelden", "/gezondheid", "/robots.txt", "/static/toegankelijk.css",
)  # fmt: skip


def report_paths(platform: Platform) -> list[str]:
    return [
        "/gemeenten/99002",
        "/gemeenten/99002/rapport.html",
        f"/organisaties/{platform.ids.ocmw}",
        f"/organisaties/{platform.ids.ocmw}/rapport.html",
    ]


def management_paths(platform: Platform) -> list[str]:
    ids = platform.ids
    return [
        "/beheer",
        f"/beheer/organisaties/{ids.real}/sites",
        f"/beheer/organisaties/{ids.real}/sites/toevoegen",
        f"/beheer/organisaties/{ids.empty}/geen-website",
        *(f"/beheer/sites/{ids.candidate}/{deed}" for deed in ("verbeteren", "bevestigen", "sluiten", "samenvoegen")),
        f"/beheer/hosts/{ids.host}",
    ]


def test_everybody_reads_the_public_pages_and_the_example(platform: Platform) -> None:
    visitor = platform.visitor()

    assert {path: visitor.get(path).status_code for path in PUBLIC} == dict.fromkeys(PUBLIC, 200)


def test_report_on_a_real_body_is_not_told_to_a_stranger(platform: Platform) -> None:
    visitor = platform.visitor()

    for path in report_paths(platform):
        answer = visitor.get(path)
        assert answer.status_code == 403
        assert "nog niet openbaar" in answer.text
        assert "Testerbeke" not in answer.text
        assert "testerbeke.example" not in answer.text


@pytest.mark.parametrize(("email", "expected"), [(ADMIN, 200), (INTER, 200), (LOCAL, 200), (NOBODY, 403)])
def test_reports_open_by_grant(platform: Platform, email: str, expected: int) -> None:
    person = platform.person(email)

    assert [person.get(path).status_code for path in report_paths(platform)] == [expected] * 4


def test_grant_for_one_municipality_opens_no_other(platform: Platform) -> None:
    person = platform.person(LOCAL)

    assert person.get("/gemeenten/99002").status_code == 200
    assert person.get("/gemeenten/99003").status_code == 403
    assert person.get(f"/organisaties/{platform.ids.empty}", follow_redirects=True).status_code == 403


def test_stranger_is_sent_from_management_to_sign_in(platform: Platform) -> None:
    visitor = platform.visitor()

    for path in management_paths(platform):
        answer = visitor.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/aanmelden?verder=%2Fbeheer")


@pytest.mark.parametrize("email", [INTER, LOCAL, NOBODY])
def test_management_is_for_administrators_alone(platform: Platform, email: str) -> None:
    person = platform.person(email)
    token = token_of(person.get("/").text)

    for path in management_paths(platform):
        assert person.get(path).status_code == 403
        if path.count("/") > 1 and not path.endswith("/sites"):
            assert person.post(path, data={"csrf_token": token}).status_code == 403


def test_administrator_opens_every_page_of_management(platform: Platform) -> None:
    person = platform.person(ADMIN)

    assert [person.get(path).status_code for path in management_paths(platform)] == [200] * 9


@pytest.mark.parametrize(
    "path",
    [
        "/gemeenten/00000", "/gemeenten/abc", "/gemeenten/99001x", "/gemeenten/٩٩٠٠١", "/niets",
        "/organisaties/geen-id", "/organisaties/0192f0c1-0000-7000-8000-000000000000",
        "/beheer/sites/0192f0c1-0000-7000-8000-000000000000/bevestigen", "/beheer/sites/x/sluiten",
        "/beheer/organisaties/0192f0c1-0000-7000-8000-000000000000/sites",
        "/beheer/hosts/0192f0c1-0000-7000-8000-000000000000", "/static/../toegankelijk/config.py",
    ],
)  # fmt: skip
def test_unknown_address_is_a_page_that_says_so(platform: Platform, path: str) -> None:
    answer = platform.person(ADMIN).get(path)

    assert answer.status_code == 404
    assert "<h1>Deze pagina bestaat niet</h1>" in answer.text


def test_every_post_refuses_without_a_token(platform: Platform) -> None:
    person = platform.person(ADMIN)
    areas = (public, municipality, sign_in_page, admin)
    routes = [route for area in areas for route in area.router.routes if isinstance(route, APIRoute)]
    posts = [route for route in routes if "POST" in route.methods]
    known = {"body_id": platform.ids.real, "site_id": platform.ids.candidate, "host_id": platform.ids.host}

    assert len(posts) == 9
    for route in posts:
        answer = person.post(route.path.format(**known), data={"url": "https://bewaar.mij/"})
        assert answer.status_code == 403, route.path
        assert "We konden je formulier niet aanvaarden" in answer.text
        assert "https://bewaar.mij/" in answer.text


def test_token_of_another_session_is_worth_nothing(platform: Platform) -> None:
    stranger, person = platform.person(INTER), platform.person(ADMIN)
    path = f"/beheer/sites/{platform.ids.candidate}/bevestigen"
    foreign = token_of(stranger.get("/").text)
    key = key_of(person.get(path).text)

    assert person.post(path, data={"csrf_token": foreign, "submission_key": key}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elders.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
def test_form_that_the_browser_says_is_foreign_is_refused(platform: Platform, headers: dict[str, str]) -> None:
    person = platform.person(ADMIN)
    page = person.get(f"/beheer/sites/{platform.ids.candidate}/bevestigen").text
    data = {"csrf_token": token_of(page), "submission_key": key_of(page)}

    answer = person.post(f"/beheer/sites/{platform.ids.candidate}/bevestigen", data=data, headers=headers)

    assert answer.status_code == 403


def test_sign_in_form_is_bound_to_the_browser_that_got_it(platform: Platform) -> None:
    token = token_of(platform.visitor().get("/aanmelden").text)

    answer = platform.visitor().post("/aanmelden", data={"csrf_token": token, "email": ADMIN, "password": PASSWORD})

    assert answer.status_code == 403


def test_password_is_never_shown_again(platform: Platform) -> None:
    visitor = platform.visitor()

    refused = visitor.post("/aanmelden", data={"email": ADMIN, "password": "geheim1234"})
    wrong = sign_in(visitor, ADMIN, "geheim1234")

    assert refused.status_code == 403
    assert wrong.status_code == 422
    assert "geheim1234" not in refused.text + wrong.text
    assert f'value="{ADMIN}"' in wrong.text


def test_sign_in_leads_back_to_where_one_was(platform: Platform) -> None:
    answer = sign_in(platform.visitor(), INTER, PASSWORD, next="/gemeenten/99002")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/gemeenten/99002?gedaan=signed-in"


@pytest.mark.parametrize(
    "target", ["https://elders.example/", "//elders.example/", "/\\elders.example", "javascript:alert(1)", "", "/\n/x"]
)
def test_sign_in_never_leads_to_another_website(platform: Platform, target: str) -> None:
    answer = sign_in(platform.visitor(), INTER, PASSWORD, next=target)

    assert answer.headers["location"] == "/?gedaan=signed-in"


def test_local_path_keeps_a_query() -> None:
    assert local_path("/gemeenten?zoek=gent") == "/gemeenten?zoek=gent"


def test_every_sign_in_gives_a_new_session_and_ends_the_old_one(platform: Platform) -> None:
    person = platform.visitor()
    token = token_of(person.get("/aanmelden").text)
    data = {"csrf_token": token, "email": ADMIN, "password": PASSWORD}
    person.post("/aanmelden", data=data)
    first = person.cookies["sessie"]

    again = person.post("/aanmelden", data=data | {"csrf_token": token_of(person.get("/").text)})
    second = person.cookies["sessie"]

    assert again.status_code == 303
    assert first != second
    old = platform.visitor()
    old.cookies.set("sessie", first)
    assert old.get("/beheer").status_code == 303


def test_planted_session_is_not_taken_over(platform: Platform) -> None:
    person = platform.visitor()
    person.cookies.set("sessie", "van-een-ander")

    sign_in(person, ADMIN, PASSWORD)

    assert {cookie.value for cookie in person.cookies.jar if cookie.name == "sessie"} != {"van-een-ander"}


def test_signing_out_ends_the_session_on_the_server(platform: Platform) -> None:
    person = platform.person(ADMIN)
    token = person.cookies["sessie"]

    answer = person.post("/afmelden", data={"csrf_token": token_of(person.get("/").text)})

    assert answer.headers["location"] == "/?gedaan=signed-out"
    again = platform.visitor()
    again.cookies.set("sessie", token)
    assert again.get("/beheer").status_code == 303


def test_signing_out_twice_is_no_mistake(platform: Platform) -> None:
    assert platform.visitor().post("/afmelden", data={"csrf_token": "x"}).headers["location"] == "/"


def test_session_ends_by_itself(platform: Platform) -> None:
    person = platform.person(ADMIN)
    platform.clock.now += timedelta(hours=platform.settings.session_hours, seconds=1)

    assert person.get("/beheer").status_code == 303


def test_guessing_passwords_is_braked_and_says_for_how_long(platform: Platform) -> None:
    visitor = platform.visitor()

    answers = [sign_in(visitor, ADMIN, "verkeerd wachtwoord") for _ in range(6)]
    right = sign_in(visitor, ADMIN, PASSWORD)

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 300
    assert "Te veel pogingen" in answers[-1].text
    assert right.status_code == 429


def test_right_password_takes_the_brake_off(platform: Platform) -> None:
    visitor = platform.visitor()

    for _ in range(2):
        answers = [sign_in(visitor, NOBODY, "verkeerd wachtwoord") for _ in range(4)]
        assert {answer.status_code for answer in answers} == {422}
        assert sign_in(visitor, NOBODY, PASSWORD).status_code == 303
        visitor.post("/afmelden", data={"csrf_token": token_of(visitor.get("/").text)})


@pytest.mark.parametrize("path", ["/", "/niets", "/gemeenten/99002", "/static/toegankelijk.css", "/beheer"])
def test_every_answer_carries_the_security_headers(platform: Platform, path: str) -> None:
    headers = platform.visitor().get(path).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_cookie_is_kept_from_scripts_and_other_sites(platform: Platform) -> None:
    cookie = sign_in(platform.visitor(), ADMIN, PASSWORD).headers["set-cookie"]

    assert cookie.startswith("sessie=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie.split(",")[0]


def test_on_https_cookies_are_locked_to_the_host_and_the_browser_told_to_stay(
    make_platform: Callable[..., Platform],
) -> None:
    visitor = make_platform(public_url="https://toegankelijk.test").visitor("https://toegankelijk.test")

    page = visitor.get("/aanmelden")
    answer = visitor.post("/aanmelden", data={"csrf_token": token_of(page.text), "email": ADMIN, "password": PASSWORD})

    assert page.headers["set-cookie"].startswith("__Host-bezoek=")
    assert answer.headers["set-cookie"].startswith("__Host-sessie=")
    assert "Secure" in answer.headers["set-cookie"].partition(", ")[0]
    assert "max-age" in page.headers["strict-transport-security"]
    assert visitor.get("/beheer").status_code == 200


def test_pages_are_not_kept_but_marked_files_are(platform: Platform) -> None:
    visitor = platform.visitor()
    page = visitor.get("/")
    marked = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]

    assert page.headers["cache-control"] == "no-store"
    assert "immutable" in visitor.get(marked).headers["cache-control"]
    assert visitor.get("/static/toegankelijk.css").headers["cache-control"] == "no-cache"


def test_oversized_post_is_refused_with_a_page(platform: Platform) -> None:
    visitor = platform.visitor()
    token = token_of(visitor.get("/aanmelden").text)

    answer = visitor.post("/aanmelden", data={"csrf_token": token, "email": "x" * 300_000, "password": "y"})

    assert answer.status_code == 413
    assert "Dit is te groot" in answer.text


def test_wrong_method_is_refused_with_a_page(platform: Platform) -> None:
    person = platform.person(ADMIN)

    answer = person.post("/gemeenten", data={"csrf_token": token_of(person.get("/").text)})

    assert answer.status_code == 405
    assert "Dat kan niet op deze pagina" in answer.text


def test_head_is_answered_like_get(platform: Platform) -> None:
    assert platform.visitor().head("/gemeenten/99001").status_code == 200


def test_mistake_of_ours_tells_nothing_of_the_inside(platform: Platform) -> None:
    def broken() -> None:
        raise RuntimeError("geheim detail")

    platform.app.add_api_route("/kapot", broken)

    answer = platform.visitor().get("/kapot")

    assert answer.status_code == 500
    assert "Er ging iets mis bij ons" in answer.text
    assert "geheim" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_interface_has_a_description_and_no_pages_of_others_to_read_it(platform: Platform) -> None:
    visitor = platform.visitor()

    assert visitor.get("/api/openapi.json").status_code == 200
    assert [visitor.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]
