"""A small platform to look at: bodies, websites in every state, scans that went well and badly, and accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from crawler.model import (
    Address,
    Choice,
    Discovery,
    Finding,
    Outcome,
    Plan,
    Reason,
    Target,
    Versions,
    Visit,
    VisitStatus,
)
from tests.web.venue_seeding import SeededVenues, seed_venues
from toegankelijk import registry, scans
from toegankelijk.accounts import Grant, Principal, create_user
from toegankelijk.storage.session import Database

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PASSWORD = "een lang wachtwoord 7"
ADMIN, INTER, LOCAL, NOBODY = "admin@test.be", "inter@test.be", "lokaal@test.be", "niemand@test.be"
SURVEYOR, REVIEWER = "opmeter@test.be", "nalezer@test.be"
CULTURE, LODGING, HERE, ELSEWHERE = "cultuur@test.be", "logies@test.be", "hier@test.be", "elders@test.be"
GRANTS = {
    ADMIN: [Grant("admin")],
    INTER: [Grant("inter")],
    LOCAL: [Grant("inter", "municipality", "99002")],
    NOBODY: [],
    SURVEYOR: [Grant("surveyor")],
    REVIEWER: [Grant("reviewer")],
    CULTURE: [Grant("surveyor", "sector", "cultuur")],
    LODGING: [Grant("surveyor", "sector", "logies")],
    HERE: [Grant("surveyor", "municipality", "99002")],
    ELSEWHERE: [Grant("surveyor", "municipality", "99003")],
}
EXAMPLE_NIS, REAL_NIS, EMPTY_NIS = "99001", "99002", "99003"
HOME = "https://www.voorbeeldegem.example/"
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
RIGHT_TO_LEFT = "\u202egnp.exe"


@dataclass(frozen=True, slots=True)
class Seeded:
    """The ids that tests ask for."""

    example: UUID
    real: UUID
    empty: UUID
    ocmw: UUID
    example_site: UUID
    real_site: UUID
    candidate: UUID
    host: UUID
    venues: SeededVenues


def seed(database: Database) -> Seeded:
    """Fill an empty, migrated database."""
    with database.writing() as session:
        people = {
            email: create_user(
                session, email=email, name=email.partition("@")[0].title(), password=PASSWORD, grants=grants, now=NOW
            )
            for email, grants in GRANTS.items()
        }
        admin = Principal(people[ADMIN], "Admin", ADMIN, tuple(GRANTS[ADMIN]), csrf_token="")
        return _seed_registry(session, admin)


def _seed_registry(session: Session, admin: Principal) -> Seeded:
    example = _add_body(session, admin, "Voorbeeldegem", EXAMPLE_NIS, is_demo=True)
    real = _add_body(session, admin, "Testerbeke", REAL_NIS)
    empty = _add_body(session, admin, "Leegdorp", EMPTY_NIS)
    ocmw = registry.add_body(
        session,
        actor=admin,
        now=NOW,
        submission_key="body-ocmw-key",
        kind="ocmw",
        name="OCMW Testerbeke",
        province="Antwerpen",
        municipality_id=real,
    ).id
    example_site = _add_site(session, admin, example, HOME, confirm=True)
    real_site = _add_site(session, admin, real, "https://www.testerbeke.example/", confirm=True)
    candidate = _add_site(session, admin, real, "https://bib.testerbeke.example/", confirm=False)
    registry.mark_without_website(
        session, actor=admin, now=NOW, submission_key="no-website-key", body_id=ocmw, note="Nagevraagd."
    )
    record_scan(session, example_site, NOW - timedelta(days=20), visits=example_visits(), plan=example_plan())
    record_scan(session, example_site, NOW - timedelta(days=1), visits=[failed_visit(HOME)], state="failed")
    record_scan(session, real_site, NOW - timedelta(days=3), visits=[clean_visit("https://www.testerbeke.example/")])
    host = registry.hosts_to_settle(session)[0].id
    venues = seed_venues(session, admin, published_in=EXAMPLE_NIS, draft_in=REAL_NIS, now=NOW)
    return Seeded(example, real, empty, ocmw, example_site, real_site, candidate, host, venues)


def _add_body(session: Session, admin: Principal, name: str, nis: str, *, is_demo: bool = False) -> UUID:
    return registry.add_body(
        session,
        actor=admin,
        now=NOW,
        submission_key=f"body-{nis}-key",
        kind="municipality",
        name=name,
        nis_code=nis,
        province="Antwerpen",
        is_demo=is_demo,
    ).id


def _add_site(session: Session, admin: Principal, body: UUID, url: str, *, confirm: bool) -> UUID:
    site = registry.add_site(
        session,
        actor=admin,
        now=NOW,
        submission_key=f"add-{url}"[:90],
        body_id=body,
        url=url,
        source="lijst van de test",
    )
    if confirm:
        registry.confirm_site(session, actor=admin, now=NOW, submission_key=f"confirm-{url}"[:90], site_id=site.id)
    return site.id


def record_scan(
    session: Session,
    site_id: UUID,
    started_at: datetime,
    *,
    visits: Sequence[Visit],
    plan: Plan | None = None,
    state: str = "complete",
) -> UUID:
    """One scan from its beginning to its end."""
    scan_id = scans.begin_scan(
        session,
        site_id=site_id,
        kind="site",
        profile="wcag22-aa",
        seed=23,
        engines={"axe-core": "4.14.1"},
        rule_set="2026-11",
        now=started_at,
        settings_json={},
    )
    versions = Versions("0.1.0", {"axe-core": "4.14.1"}, "Chromium 156.0.8078.79", "wcag22-aa")
    scans.record_versions(session, scan_id, versions)
    urls = [visit.url for visit in visits]
    plain = Plan(Discovery(tuple(Address(url) for url in urls)), tuple(Choice(url, "a:home") for url in urls))
    scans.record_plan(session, scan_id, plan or plain)
    for visit in visits:
        scans.record_visit(session, scan_id, visit)
    scans.finish_scan(session, scan_id, state=state, now=started_at + timedelta(minutes=12))
    return scan_id


def example_plan() -> Plan:
    """Twelve addresses, of which seven are chosen; one trap and one unknown host."""
    chosen = {
        "": "a:home",
        "contact": "a:contact",
        "afval": "b:section",
        "nieuws": "b:section",
        "zwembad": "g:random",
        "kaart": "g:random",
        "traag": "g:random",
    }
    left_out = {
        "oud": Reason.HTTP_4XX,
        "intern": Reason.ROBOTS,
        "folder.pdf": Reason.NOT_HTML,
        "a": Reason.NOT_SAMPLED,
        "b": Reason.NOT_SAMPLED,
    }
    addresses = [Address(HOME + path) for path in chosen]
    addresses += [Address(HOME + path, status=VisitStatus.SKIPPED, reason=reason) for path, reason in left_out.items()]
    discovery = Discovery(
        tuple(addresses),
        external_hosts={"bibliotheek.voorbeeldegem.example": HOME + "nieuws"},
        traps={"calendar": 340, "sort": 0},
    )
    return Plan(discovery, tuple(Choice(HOME + path, why) for path, why in chosen.items()))


def example_visits() -> list[Visit]:
    """Pages with failures, doubts, advice, hostile text, a frame that was not reached, and one that was too slow."""
    return [
        _visit("", "Welkom in Voorbeeldegem", [*_images(14), _contrast(), _heading(), _doubt()]),
        _visit("contact", "Contact", [_label(), _contrast()]),
        _visit("afval", HOSTILE, [_hostile(), _contrast()]),
        _visit("nieuws", RIGHT_TO_LEFT, [_contrast()]),
        _visit("zwembad", "Zwembad", []),
        _visit("kaart", "Kaart", [_frame()], status=VisitStatus.PARTIAL, reason=Reason.FRAME_NOT_REACHED),
        _visit("traag", "", [], status=VisitStatus.FAILED, reason=Reason.TIMEOUT_NAV),
    ]


def clean_visit(url: str) -> Visit:
    """A page on which nothing was found."""
    return Visit(url, url, VisitStatus.SCANNED, None, NOW, title="Start", http_status=200, selected_by="a:home")


def failed_visit(url: str) -> Visit:
    """A page that did not answer."""
    return Visit(url, url, VisitStatus.FAILED, Reason.UNREACHABLE, NOW, selected_by="a:home")


def finding(
    rule: str,
    criteria: Sequence[str],
    *,
    outcome: Outcome = Outcome.FAIL,
    best_practice: bool = False,
    snippet: str = "<p>tekst</p>",
    selector: str = "main > p",
    frames: tuple[str, ...] = (),
    message: str = "Fix any of the following: the element is wrong",
    impact: str | None = "serious",
) -> Finding:
    """One finding of axe-core."""
    return Finding(
        rule=rule,
        engine="axe-core",
        engine_rule=rule,
        outcome=outcome,
        criteria=tuple(criteria),
        clauses=tuple(f"9.{criterion}" for criterion in criteria),
        act=(),
        best_practice=best_practice,
        impact=impact,
        target=Target(frames, (), selector),
        snippet=snippet,
        message=message,
    )


def _visit(
    path: str,
    title: str,
    findings: Sequence[Finding],
    *,
    status: VisitStatus = VisitStatus.SCANNED,
    reason: Reason | None = None,
) -> Visit:
    url = HOME + path
    return Visit(
        url,
        url,
        status,
        reason,
        NOW - timedelta(days=20),
        title=title,
        http_status=200,
        load_ms=900,
        check_ms=400,
        findings=tuple(findings),
    )


def _images(count: int) -> list[Finding]:
    return [
        finding(
            "image-alt",
            ["1.1.1"],
            snippet=f'<img src="/foto-{place}.jpg">',
            impact="critical",
            selector=f"#galerij > li:nth-child({place}) > img",
        )
        for place in range(1, count + 1)
    ]


def _contrast() -> Finding:
    return finding(
        "color-contrast",
        ["1.4.3"],
        selector=".kruimels > a",
        snippet='<a href="/">Start</a>',
        message="Element has insufficient color contrast of 2.1 (expected ratio of 4.5:1)",
    )


def _label() -> Finding:
    return finding("label", ["4.1.2"], snippet='<input type="text" name="naam">', selector="#naam", impact="critical")


def _heading() -> Finding:
    return finding("heading-order", [], best_practice=True, impact="moderate", snippet="<h4>Nieuws</h4>")


def _doubt() -> Finding:
    return finding("link-in-text-block", ["1.4.1"], outcome=Outcome.CANNOT_TELL, snippet='<a href="/meer">meer</a>')


def _hostile() -> Finding:
    return finding(
        "link-name",
        ["2.4.4", "4.1.2"],
        snippet=HOSTILE,
        selector=f'a[title="{HOSTILE}"]',
        message=HOSTILE,
        frames=("iframe#kaart",),
    )


def _frame() -> Finding:
    return Finding(
        rule="frame-not-tested",
        engine="toegankelijk",
        engine_rule="frame-not-tested",
        outcome=Outcome.CANNOT_TELL,
        criteria=(),
        clauses=(),
        act=(),
        best_practice=False,
        impact=None,
        target=Target((), (), "iframe.kaart"),
        snippet="",
        message="The content of this frame could not be tested",
    )
