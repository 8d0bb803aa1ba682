"""Does the one function decide as it should, and do the queries' conditions agree with it?"""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, select

from custody.access import (
    ACTIONS,
    ALLOWED,
    EVERYTHING,
    ROLES,
    WHOLE,
    Action,
    Place,
    Resource,
    Role,
    Scope,
    Subject,
    can,
    may_post,
    prefix,
)
from custody.projections import guard, territory

SITES = ["330106-0001", "330106-0002", "330200-0001", "440305-0001"]
OWNERS = ["A", "B"]
DIVISIONS = ["33", "3301", "330106", "44", "440305", "11"]

placed = st.builds(
    Place, st.sampled_from(SITES), st.sampled_from(OWNERS), st.sampled_from(["330106", "440305"])
)
networks = st.lists(placed, unique_by=lambda one: one.site)
scopes = st.builds(
    Scope,
    st.none() | st.sampled_from(SITES),
    st.none() | st.sampled_from(OWNERS),
    st.none() | st.sampled_from(DIVISIONS),
)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        territory.territory.create(connection)
        connection.commit()
        yield connection
    engine.dispose()


@pytest.mark.parametrize(
    ("division", "digits"),
    [("330000", "33"), ("330100", "3301"), ("330106", "330106"), ("110000", "11")],
)
def test_a_division_is_as_many_digits_as_say_something(division: str, digits: str) -> None:
    assert prefix(division) == digits


def test_every_action_has_its_roles_and_nobody_both_posts_and_keeps() -> None:
    assert ALLOWED.keys() == set(ACTIONS)
    for keeping in ("manage_keys", "write_registry", "read_access_log"):
        assert ALLOWED["post_movements"].isdisjoint(ALLOWED[keeping])


@given(scopes, networks)
def test_the_condition_of_a_query_is_what_the_function_decides(
    connection: Connection, scope: Scope, network: list[Place]
) -> None:
    table = territory.territory
    with connection.begin():
        connection.execute(table.delete())
        for place in network:
            row = {"site": place.site, "organisation": place.organisation}
            connection.execute(table.insert().values(**row, division=place.division))
        asked = select(table.c.site).where(territory.within(scope, table.c.site))
        found = set(connection.scalars(asked))
    assert found == {place.site for place in network if scope.covers(place)}


@given(scopes, placed, st.sampled_from(ROLES), st.sampled_from(ACTIONS))
def test_nobody_may_there_what_they_may_nowhere(
    scope: Scope, place: Place, role: Role, action: Action
) -> None:
    subject = Subject("k", role, scope.site, None, scope.organisation, scope.division)
    there = can(subject, action, Resource((place,)))
    assert not there or can(subject, action)
    assert not there or subject.scope.everything or subject.scope.covers(place)


def test_a_site_that_nobody_registered_is_in_no_organisation_and_no_division() -> None:
    unknown = Place("330106-0001")
    assert EVERYTHING.covers(unknown)
    assert Scope(site="330106-0001").covers(unknown)
    assert not Scope(organisation="A").covers(unknown)
    assert not Scope(division="33").covers(unknown)


def test_what_is_nobodys_is_beyond_every_scope_and_a_list_is_not() -> None:
    for role in ROLES:
        subject = Subject("k", role, site="330106-0001")
        if not subject.scope.everything:
            assert not can(subject, "read_battery", Resource())
        assert can(subject, "list_batteries", WHOLE).because in ("", "not_your_site")


def test_a_carrier_speaks_of_what_it_takes_or_gives() -> None:
    carrier = Subject("k", "carrier", organisation="A")
    assert may_post(carrier, "hand_on", ["A", "B"])
    assert not may_post(carrier, "hand_on", ["B"])
    assert not may_post(carrier, "dispatch", ["A"])
    assert not may_post(Subject("k", "admin"), "drop_off", [])
    assert may_post(Subject("k", "terminal", "330106-0001"), "dispatch", ["B"])


@pytest.mark.parametrize("told", ["x'; drop table record; --", "a|b", "站点"])
def test_a_scope_is_made_of_codes(told: str) -> None:
    with pytest.raises(ValueError, match="scope"):
        guard.begins(Scope(site=told))
