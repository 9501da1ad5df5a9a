"""Values that many tests of the platform start from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from crawler.model import (
    Address,
    Choice,
    Discovery,
    Finding,
    Outcome,
    PageFacts,
    Plan,
    Reason,
    Target,
    Visit,
    VisitStatus,
)
from toegankelijk import registry, scans
from toegankelijk.accounts import Grant, Principal
from toegankelijk.registry import BodyView, SiteView
from toegankelijk.storage.accounts import User

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PASSWORD = "een lang wachtwoord"
EVERYWHERE = Grant("admin")
HOME = "https://www.voorbeeldegem.example/"


def submission_keys() -> Iterator[str]:
    """Keys of forms, each another one."""
    return (f"form-{number:06}" for number in count())


KEYS = submission_keys()


def somebody(session: Session, *, email: str = "inter@voorbeeld.example") -> Principal:
    """An administrator, who cannot really sign in (that would cost every test a slow hash)."""
    user = User(email=email, name="Iemand", password_hash="-", created_at=NOW)
    session.add(user)
    session.flush()
    return Principal(user.id, user.name, user.email, (EVERYWHERE,), "csrf")


def a_body(session: Session, actor: Principal, *, name: str = "Voorbeeldegem", nis: str | None = "99001") -> BodyView:
    """A fictitious municipality."""
    return registry.add_body(
        session, actor=actor, now=NOW, submission_key=next(KEYS), kind="municipality", name=name, nis_code=nis
    )


def a_site(session: Session, actor: Principal, body: BodyView, *, url: str = HOME) -> SiteView:
    """A confirmed site of a body."""
    site = registry.add_site(session, actor=actor, now=NOW, submission_key=next(KEYS), body_id=body.id, url=url)
    return registry.confirm_site(session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=site.id)


def a_scanned_site(session: Session) -> SiteView:
    """A confirmed site of a fictitious municipality."""
    actor = somebody(session)
    return a_site(session, actor, a_body(session, actor))


def begin(session: Session, site_id: UUID, *, now: datetime = NOW, seed: int = 7) -> UUID:
    """A scan that has just begun."""
    return scans.begin_scan(
        session,
        site_id=site_id,
        kind="full",
        profile="wcag22-aa",
        seed=seed,
        engines={"axe-core": "4.14.1"},
        rule_set="1",
        now=now,
        settings_json={"pages": 40},
    )


def a_finding(**changes: object) -> Finding:
    """A picture without a text alternative."""
    finding = Finding(
        rule="image-alt",
        engine="axe-core",
        engine_rule="image-alt",
        outcome=Outcome.FAIL,
        criteria=("1.1.1",),
        clauses=("9.1.1.1",),
        act=("23a2a8",),
        best_practice=False,
        impact="critical",
        target=Target((), (), "main > img"),
        snippet='<img src="markt.jpg">',
        message="Element does not have an alt attribute",
    )
    return replace(finding, **changes)  # type: ignore[arg-type]


def at(selector: str, *, frames: tuple[str, ...] = ()) -> Target:
    """The place of a node."""
    return Target(frames, (), selector)


def a_visit(url: str = HOME, *findings: Finding, minute: int = 0, **changes: object) -> Visit:
    """A page that was opened and judged."""
    visit = Visit(
        url=url,
        final_url=url,
        status=VisitStatus.SCANNED,
        reason=None,
        visited_at=NOW + timedelta(minutes=minute),
        title="Welkom",
        http_status=200,
        load_ms=420,
        check_ms=310,
        selected_by="home",
        findings=findings,
        facts=PageFacts(language="nl", links=(HOME,), content_hash=f"hash of {url}", elements=120),
        raw=b'{"violations": []}',
    )
    return replace(visit, **changes)  # type: ignore[arg-type]


def a_plan(*chosen: str, left_out: tuple[Address, ...] = (), **discovery: object) -> Plan:
    """A plan that visits the chosen pages and leaves the others out."""
    met = (*(Address(url, found_on=HOME) for url in chosen), *left_out)
    return Plan(Discovery(met, **discovery), tuple(Choice(url, "random") for url in chosen))  # type: ignore[arg-type]


ROBOTS = Address(f"{HOME}intern", status=VisitStatus.SKIPPED, reason=Reason.ROBOTS)
