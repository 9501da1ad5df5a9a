"""Who may do what with which venue: a table per role and scope, and the lists of the database hold to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.toegankelijk.samples import KEYS, NOW, a_body
from tests.toegankelijk.venue_samples import a_person, a_venue
from toegankelijk import registry
from toegankelijk.accounts import Grant, Principal
from toegankelijk.errors import NotPermitted
from toegankelijk.storage.bodies import Body
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.session import Database
from toegankelijk.venues import (
    correct_venue,
    get_venue,
    may_publish,
    may_review,
    may_see_survey,
    may_survey,
    venues_to_survey,
)


@dataclass(frozen=True)
class Spot:
    """A place as a grant sees it."""

    sector: str
    nis_codes: tuple[str, ...]


MUSEUM_IN_GENT = Spot("cultuur", ("44021",))
CAFE_IN_GENT = Spot("horeca", ("44021",))
MUSEUM_IN_PAJOTTEGEM = Spot("cultuur", ("23106", "23023"))

RIGHTS = {
    "surveyor": {"see", "survey", "publish"},
    "reviewer": {"see", "review", "publish"},
    "inter": {"see"},
    "admin": {"see", "survey", "review", "publish"},
}
SCOPES = [
    (("all", ""), {MUSEUM_IN_GENT, CAFE_IN_GENT, MUSEUM_IN_PAJOTTEGEM}),
    (("sector", "cultuur"), {MUSEUM_IN_GENT, MUSEUM_IN_PAJOTTEGEM}),
    (("sector", "horeca"), {CAFE_IN_GENT}),
    (("sector", "zorg"), set()),
    (("municipality", "44021"), {MUSEUM_IN_GENT, CAFE_IN_GENT}),
    (("municipality", "23106"), {MUSEUM_IN_PAJOTTEGEM}),
    (("municipality", "23023"), {MUSEUM_IN_PAJOTTEGEM}),
    (("municipality", "11002"), set()),
    (("sector", "44021"), set()),
    (("municipality", "cultuur"), set()),
]


def person(*grants: Grant) -> Principal:
    return Principal(new_id(), "An", "an@voorbeeld.example", grants, "")


def rights_of(principal: Principal | None, place: Spot) -> set[str]:
    functions = {"see": may_see_survey, "survey": may_survey, "review": may_review, "publish": may_publish}
    return {name for name, may in functions.items() if may(principal, place)}


@pytest.mark.parametrize("role", RIGHTS)
@pytest.mark.parametrize(("scope", "covered"), SCOPES)
def test_a_grant_gives_its_roles_rights_within_its_scope_alone(
    role: str, scope: tuple[str, str], covered: set[Spot]
) -> None:
    for place in (MUSEUM_IN_GENT, CAFE_IN_GENT, MUSEUM_IN_PAJOTTEGEM):
        expected = RIGHTS[role] if place in covered else set()
        assert rights_of(person(Grant(role, *scope)), place) == expected


def test_nobody_and_somebody_without_grants_may_do_nothing() -> None:
    assert rights_of(None, MUSEUM_IN_GENT) == set()
    assert rights_of(person(), MUSEUM_IN_GENT) == set()
    assert rights_of(person(Grant("baas")), MUSEUM_IN_GENT) == set()


def test_grants_add_up_and_do_not_lend_each_other_their_scopes() -> None:
    both = person(Grant("surveyor", "sector", "horeca"), Grant("reviewer", "municipality", "44021"))
    assert rights_of(both, MUSEUM_IN_GENT) == {"see", "review", "publish"}
    assert rights_of(both, CAFE_IN_GENT) == {"see", "survey", "review", "publish"}
    assert rights_of(both, MUSEUM_IN_PAJOTTEGEM) == set()


GRANTS = st.builds(
    lambda role, scope: Grant(role, *scope),
    st.sampled_from([*RIGHTS, "baas"]),
    st.sampled_from([scope for scope, _ in SCOPES]),
)


@given(first=st.lists(GRANTS, max_size=4), more=st.lists(GRANTS, max_size=3))
def test_another_grant_never_takes_a_right_away(first: list[Grant], more: list[Grant]) -> None:
    for place in (MUSEUM_IN_GENT, CAFE_IN_GENT, MUSEUM_IN_PAJOTTEGEM):
        assert rights_of(person(*first), place) <= rights_of(person(*first, *more), place)


@pytest.mark.parametrize("role", [*RIGHTS, "baas"])
def test_the_list_of_surveys_shows_what_the_function_allows(database: Database, role: str) -> None:
    with database.writing() as session:
        admin = a_person(session, Grant("admin"))
        a_body(session, admin, name="Gent", nis="44021")
        a_body(session, admin, name="Pajottegem", nis="23106")
        a_body(session, admin, name="Galmaarden", nis="23023")
        venues = [
            a_venue(session, admin, name="Museum", nis_code="44021"),
            a_venue(session, admin, name="Café", nis_code="44021", sector="horeca"),
            a_venue(session, admin, name="Oud", nis_code="23023"),
            a_venue(session, admin, name="Nieuw", nis_code="23106"),
        ]
        merge(session, "23023", "23106")
        venues = [get_venue(session, venue.id) for venue in venues]
        assert venues[2].nis_codes == ("23106", "23023")
        for scope, _ in SCOPES:
            principal = person(Grant(role, *scope))
            listed = {venue.id for venue in venues_to_survey(session, principal).items}
            assert listed == {venue.id for venue in venues if may_see_survey(principal, venue)}


def test_a_venue_is_not_moved_out_of_or_into_a_scope_that_somebody_lacks(database: Database) -> None:
    with database.writing() as session:
        admin = a_person(session, Grant("admin"), name="Baas")
        a_body(session, admin, name="Gent", nis="44021")
        a_body(session, admin, name="Aalst", nis="41002")
        venue = a_venue(session, admin, nis_code="44021")
        for code in ("44021", "41002"):
            somebody = a_person(session, Grant("surveyor", "municipality", code), name=f"Iemand{code}")
            with pytest.raises(NotPermitted):
                correct_venue(
                    session,
                    actor=somebody,
                    now=NOW,
                    submission_key=next(KEYS),
                    venue_id=venue.id,
                    name="Elders",
                    venue_type="museum",
                    nis_code="41002",
                )
        assert get_venue(session, venue.id).nis_code == "44021"


def merge(session: Session, old: str, new: str) -> None:
    """Let one municipality end in another, as a merger in the reference facts does."""
    before, after = (registry.find_municipality(session, code) for code in (old, new))
    assert before is not None
    assert after is not None
    row = session.get_one(Body, before.id)
    row.valid_to, row.successor_id = date(2026, 12, 31), after.id
    session.flush()
    session.expire_all()
