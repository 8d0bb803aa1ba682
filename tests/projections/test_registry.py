"""Which registrations are kept, and in which order do they overrule each other?"""

from json import loads

from custody.events.registry import ALWAYS, FOREVER
from custody.projections.projection import Batch
from custody.projections.registry import Registry, registration
from tests.given import CENTRE, POINT, friday, monday, organisation, site, terminal
from tests.projections.kept import Kept


def test_a_registration_without_bounds_holds_always() -> None:
    (row,) = Kept(site()).rows(registration)
    assert (row["party"], row["n"]) == (f"site:{POINT}", 1)
    assert (row["holds_from"], row["holds_to"]) == (ALWAYS, FOREVER)


def test_a_registration_holds_between_its_bounds() -> None:
    (row,) = Kept(site(active_from=monday, active_to=friday)).rows(registration)
    assert (row["holds_from"], row["holds_to"]) == (monday, friday)


def test_registrations_of_a_party_are_numbered_as_they_were_recorded() -> None:
    named = [site(name=name) for name in ("一", "二", "三")]
    for kept in (Kept(*named), Kept().each(*named), Kept(named[0]).hear(*named[1:])):
        said = [(row["n"], loads(row["body"])["name"]) for row in kept.rows(registration)]
        assert said == [(1, "一"), (2, "二"), (3, "三")]


def test_the_next_number_does_not_hang_on_the_order_of_the_rows_known() -> None:
    rows = Kept(site(name="一"), site(name="二")).rows(registration)
    for known in (rows, rows[::-1]):
        (change,) = Registry().changes(Batch(registrations=[site(name="三")]), known)
        assert [row["n"] for row in change.rows] == [3]


def test_parties_of_every_kind_are_numbered_apart() -> None:
    rows = Kept(organisation(), site(), site(CENTRE), terminal()).rows(registration)
    assert [row["n"] for row in rows] == [1, 1, 1, 1]


def test_what_a_registration_left_unsaid_is_not_in_its_body() -> None:
    (row,) = Kept(organisation()).rows(registration)
    assert "contact" not in loads(row["body"])
