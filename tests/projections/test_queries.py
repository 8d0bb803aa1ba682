"""Do the queries of each projection find what was asked for, page by page, on either engine?"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from custody.ledger import Ledger
from custody.projections import consignments, inventory, location, registry, stays
from custody.projections.freshness import snapshot
from custody.projections.tables import Row
from custody.projector import Projector
from custody.terms import rfc3339
from tests.given import (
    BASE,
    CENTRE,
    NOWHERE,
    POINT,
    carrier,
    collector,
    dispatch,
    drop_off,
    friday,
    from_elsewhere,
    inspect,
    monday,
    organisation,
    other,
    pack,
    receive,
    recycler,
    return_road,
    road,
    saturday,
    site,
    store,
    terminal,
    third,
    thursday,
    tuesday,
    two,
    void,
    wednesday,
)
from tests.postgres import Postgres
from tests.projections.bookkeeping import laid_out


@pytest.fixture(scope="module")
def postgres(swift: Postgres) -> Postgres:
    return swift


@pytest.fixture
def c(ledger: Ledger) -> Iterator[Connection]:
    """A moment after two consignments, of which one has arrived in part."""
    office = laid_out(ledger)
    office.register(terminal())
    office.register(site(POINT, name="新名", active_from=wednesday))
    office.post(
        drop_off(pack, chemistry="lfp", mass_g=8700),
        drop_off(other, chemistry="lfp", mass_g=4000, at=tuesday),
        drop_off(third, chemistry="nmc", at=wednesday),
        store([third], class_="damaged", at=wednesday + 1),
        dispatch(two, expected_at=rfc3339(friday)),
        receive([pack], missing=[other], at=friday),
        dispatch([pack], site=CENTRE, to_site=BASE, consignment=return_road, at=saturday,
                 expected_at=rfc3339(saturday + 1)),
        receive([third], site=BASE, consignment=from_elsewhere, at=saturday),
        inspect(third, at=saturday + 1, site=BASE, mass_g=0),
    )  # fmt: skip
    Projector(ledger).catch_up()
    with snapshot(ledger.engine) as (connection, _):
        yield connection


def refs(rows: list[Row]) -> list[str]:
    return [row["ref"] for row in rows]


def nos(rows: list[Row]) -> list[str]:
    return [row["no"] for row in rows]


def test_a_battery_is_found_by_its_reference(c: Connection) -> None:
    found = location.find(c, third)
    assert found is not None
    assert (found["ref"], found["site"], found["mass_g"]) == (third, BASE, 0)
    assert location.find(c, "maker:NOBODY") is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [pack, other, third]),
        ({"site": BASE}, [third]),
        ({"site": NOWHERE}, []),
        ({"state": "missing"}, [other]),
        ({"chemistry": "lfp"}, [pack, other]),
        ({"chemistry": "lfp", "state": "in_transit"}, [pack]),
        ({"grade": "A"}, []),
        ({"held_since": saturday}, [third]),
        ({"held_since": saturday - 1}, []),
        ({"after": pack}, [other, third]),
        ({"after": third}, []),
        ({"limit": 1}, [pack]),
        ({"limit": 1, "after": pack, "chemistry": "lfp"}, [other]),
    ],
)
def test_batteries_are_listed_by_what_is_asked(
    c: Connection, asked: dict[str, Any], expected: list[str]
) -> None:
    assert refs(location.listing(c, **{"limit": 10, **asked})) == expected


def test_an_inventory_lists_its_counters_and_leaves_unknowns_empty(c: Connection) -> None:
    assert inventory.stock(c, POINT) == []
    (row,) = inventory.stock(c, BASE)
    assert (row["chemistry"], row["grade"], row["storage_class"]) == ("nmc", None, "damaged")
    assert (row["pieces"], row["mass_g"], row["mass_unknown_pieces"]) == (1, 0, 0)


def test_a_past_stock_is_told_as_the_inventory_of_that_moment(c: Connection) -> None:
    assert stays.stock_as_of(c, POINT, monday - 1) == []
    (row,) = stays.stock_as_of(c, POINT, monday)
    assert (row["state"], row["chemistry"], row["pieces"]) == ("in_stock", "lfp", 1)
    assert row["mass_g"] == 8700
    (both, one) = stays.stock_as_of(c, POINT, thursday - 1)
    assert (both["chemistry"], both["pieces"], both["mass_g"]) == ("lfp", 2, 12_700)
    assert (one["chemistry"], one["storage_class"]) == ("nmc", "damaged")
    assert (one["mass_g"], one["mass_unknown_pieces"]) == (0, 1)


def test_what_leaves_at_an_instant_is_gone_at_that_instant(c: Connection) -> None:
    assert [row["chemistry"] for row in stays.stock_as_of(c, POINT, thursday)] == ["nmc"]
    assert stays.stock_as_of(c, CENTRE, friday - 1) == []
    assert len(stays.stock_as_of(c, CENTRE, friday)) == 1
    assert stays.stock_as_of(c, CENTRE, saturday) == []


def test_a_consignment_is_found_with_its_items(c: Connection) -> None:
    found = consignments.find(c, road)
    assert found is not None
    assert (found["state"], found["released"], found["missing"]) == ("part_received", 2, 1)
    outcomes = {row["battery"]: row["outcome"] for row in consignments.items(c, road)}
    assert outcomes == {pack: "accepted", other: "missing"}
    assert consignments.find(c, "x:NOBODY") is None
    assert consignments.items(c, "x:NOBODY") == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, sorted((road, return_road, from_elsewhere))),
        ({"state": "unmatched"}, [from_elsewhere]),
        ({"from_site": POINT}, [road]),
        ({"to_site": BASE}, sorted((return_road, from_elsewhere))),
        ({"to_site": BASE, "state": "released"}, [return_road]),
        ({"overdue_at": saturday + 1}, []),
        ({"overdue_at": saturday + 2}, [return_road]),
        ({"limit": 1}, [min(road, return_road)]),
        ({"after": max(road, return_road)}, [from_elsewhere]),
    ],
)
def test_consignments_are_listed_by_what_is_asked(
    c: Connection, asked: dict[str, Any], expected: list[str]
) -> None:
    assert nos(consignments.listing(c, **{"limit": 10, **asked})) == expected


def test_only_what_is_on_the_road_is_expected(c: Connection) -> None:
    assert nos(consignments.expected(c, BASE, limit=10)) == [return_road]
    assert consignments.expected(c, BASE, after=return_road, limit=10) == []
    assert consignments.expected(c, CENTRE, limit=10) == []
    assert consignments.awaiting(c, pack) == [BASE]
    assert consignments.awaiting(c, other) == []


def test_a_party_is_found_as_it_was_registered_last(c: Connection) -> None:
    found = registry.find(c, f"site:{POINT}")
    assert found is not None
    assert found["name"] == "新名"
    assert registry.find(c, f"site:{NOWHERE}") is None


def test_a_party_is_found_as_it_was_at_an_instant(c: Connection) -> None:
    then, since = (registry.find(c, f"site:{POINT}", at) for at in (wednesday - 1, wednesday))
    assert then is not None
    assert since is not None
    assert (then["name"], since["name"]) == (site().name, "新名")


def test_sites_are_told_with_the_organisation_they_were_last_registered_under(
    ledger: Ledger,
) -> None:
    office = laid_out(ledger)
    office.register(site(CENTRE, organisation=recycler))
    Projector(ledger).catch_up()
    with snapshot(ledger.engine) as (c, _):
        found = registry.organisations(c, [POINT, CENTRE, NOWHERE])
    assert found == {POINT: collector, CENTRE: recycler}


def test_parties_of_a_kind_are_listed_by_name_page_by_page(c: Connection) -> None:
    sites = [one["site"] for one in registry.listing(c, "site", limit=10)]
    assert sites == sorted((POINT, CENTRE, BASE))
    first = registry.listing(c, "site", limit=1)
    rest = registry.listing(c, "site", after=f"site:{first[0]['site']}", limit=10)
    assert [one["site"] for one in (*first, *rest)] == sites
    usccs = [one["uscc"] for one in registry.listing(c, "organisation", limit=10)]
    assert usccs == sorted((collector, recycler, carrier))
    assert [one["site"] for one in registry.listing(c, "terminal", limit=10)] == [POINT]


def test_a_list_of_parties_tells_of_each_what_held_at_an_instant(c: Connection) -> None:
    def names(at: int) -> dict[str, str]:
        return {one["site"]: one["name"] for one in registry.listing(c, "site", as_of=at, limit=9)}

    assert names(wednesday - 1)[POINT] == site().name
    assert names(wednesday)[POINT] == "新名"


def test_a_party_that_begins_later_is_not_in_the_list_before(ledger: Ledger) -> None:
    office = laid_out(ledger)
    late = "330106-0999"
    office.register(site(late, active_from=friday))
    office.register(organisation(collector, name="新绿循"))
    office.post(drop_off(), void(drop_off()))
    Projector(ledger).catch_up()
    with snapshot(ledger.engine) as (c, _):
        listed = [
            [one["site"] for one in registry.listing(c, "site", as_of=at, limit=9)]
            for at in (friday - 1, friday)
        ]
        assert [late in names for names in listed] == [False, True]
        assert registry.find(c, f"site:{late}", friday - 1) is None
        voided = location.find(c, pack)
        assert voided is not None
        assert voided["state"] is None
        assert refs(location.listing(c, limit=9)) == [pack]
