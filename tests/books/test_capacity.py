"""May a site hold what it holds, and what do all of an area hold together?"""

from datetime import date

import pytest

from custody.books import capacity, rollup
from custody.books.capacity import POINT_LIMIT_G, Capacity
from custody.books.flows import COUNTS
from custody.ledger import Ledger
from custody.projections import inventory
from custody.projections.freshness import snapshot
from custody.projections.tables import Row
from tests.books.lives import told
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    collector,
    drop_off,
    organisation,
    other,
    site,
    third,
)

TODAY = date(2026, 3, 2)
POINT_KIND = {"kind": "collection_point"}
CENTRE_KIND = {"kind": "sorting_centre"}


@pytest.mark.parametrize(
    ("mass_g", "used_pct", "level"),
    [
        (0, 0, "ok"),
        (3_999_999, 79, "ok"),
        (4_000_000, 80, "near"),
        (5_000_000, 100, "near"),
        (5_000_001, 100, "over"),
        (6_000_000, 120, "over"),
        (6_000_001, 120, "critical"),
    ],
)
def test_a_point_holds_five_tonnes_unless_it_is_said_otherwise(
    mass_g: int, used_pct: int, level: str
) -> None:
    found = capacity.of(POINT_KIND, 1, mass_g)
    assert (found.limit_g, found.source) == (POINT_LIMIT_G, "default")
    assert (found.used_pct, found.level) == (used_pct, level)


def test_what_is_registered_overrules_the_default() -> None:
    found = capacity.of({**POINT_KIND, "capacity_g": 1_000}, 1, 900)
    assert found == Capacity(1_000, None, "registered", 90, "near")


def test_other_sites_hold_what_they_are_registered_for_and_else_have_no_limit() -> None:
    assert capacity.of(CENTRE_KIND, 10**6, 10**12) == Capacity(None, None, None, None, None)
    found = capacity.of({**CENTRE_KIND, "capacity_g": 10**7}, 10**6, 9 * 10**6)
    assert (found.limit_g, found.level) == (10**7, "near")


def test_of_two_limits_the_one_that_is_used_up_more_counts() -> None:
    registered = {**POINT_KIND, "capacity_pieces": 10}
    found = capacity.of(registered, 13, 1_000_000)
    assert found == Capacity(POINT_LIMIT_G, 10, "default", 130, "critical")
    assert capacity.of({**CENTRE_KIND, "capacity_pieces": 10}, 8, 0) == Capacity(
        None, 10, "registered", 80, "near"
    )


def test_where_nothing_may_be_held_the_first_gram_is_too_much() -> None:
    nothing = {**CENTRE_KIND, "capacity_g": 0}
    assert capacity.of(nothing, 0, 0).level == "ok"
    assert capacity.of(nothing, 1, 1).level == "critical"


def rolled_up(ledger: Ledger, level: rollup.Level) -> dict[str, Row]:
    with snapshot(ledger.engine) as (connection, _):
        return {row["code"]: row for row in rollup.areas(connection, level, TODAY)}


@pytest.fixture
def network(shelf: Ledger) -> Ledger:
    """Three sites in two districts of one city, and one that lies nowhere."""
    told(
        shelf,
        [
            [
                drop_off(mass_g=8_700),
                drop_off(other, mass_g=6_000, site=CENTRE),
                drop_off(third, site=BASE),
            ]
        ],
        registrations=[
            organisation(collector),
            site(POINT, capacity_g=5_000),
            site(CENTRE, kind="sorting_centre"),
            site(BASE, kind="dismantling_base"),
            site("990000-0001", kind="external"),
        ],
    )
    return shelf


def test_areas_are_told_by_code_and_name(network: Ledger) -> None:
    provinces = rolled_up(network, "province")
    assert [(row["code"], row["name"]) for row in provinces.values()] == [
        ("33", "浙江省"),
        ("99", None),
    ]
    assert {row["name"] for row in rolled_up(network, "city").values()} == {"杭州市", None}
    counties = rolled_up(network, "county")
    assert [counties[code]["name"] for code in ("330106", "330109")] == ["西湖区", "萧山区"]
    tiers = rolled_up(network, "tier")
    assert [row["sites"] for row in tiers.values()] == [1, 1, 1, 1]
    assert tiers["1"]["name"] == "回收 Collection"


def test_what_areas_hold_is_what_their_sites_hold(network: Ledger) -> None:
    with snapshot(network.engine) as (connection, _):
        held = [row for one in (POINT, CENTRE, BASE) for row in inventory.stock(connection, one)]
    whole = {name: sum(row[name] for row in held) for name in COUNTS}
    for level in ("province", "city", "county", "tier"):
        found = rolled_up(network, level).values()
        assert {name: sum(row[name] for row in found) for name in COUNTS} == whole
    assert rolled_up(network, "county")["330106"] == {
        "code": "330106",
        "name": "西湖区",
        "sites": 2,
        "sites_over_capacity": 1,
        "pieces": 2,
        "mass_g": 14_700,
        "mass_unknown_pieces": 0,
    }
    assert rolled_up(network, "province")["99"]["pieces"] == 0
