"""Which ways may batteries go, as the registry stands when they leave?"""

import pytest

from custody.decisions.routes import TIERS, USUAL
from custody.events import Registration
from custody.events.vocabulary import SiteKind
from tests.given import (
    dispatch,
    drop_off,
    friday,
    recycler,
    route,
    site,
    thursday,
    wednesday,
)
from tests.gwt import Given, given

HERE, THERE = "330203-0001", "330203-0002"
"""In another city, where nobody has registered any route."""


def sites(from_kind: str, to_kind: str, **of_the_other: str) -> tuple[Registration, ...]:
    return site(HERE, kind=from_kind), site(THERE, kind=to_kind, **of_the_other)


def sent(from_kind: str, to_kind: str, *more: Registration, at: int = thursday) -> Given:
    """A battery leaves a site of the one kind for one of the other, in another city."""
    scene = given(drop_off(site=HERE)).registered(*sites(from_kind, to_kind), *more)
    return scene.when(dispatch(site=HERE, to_site=THERE, at=at))


@pytest.mark.parametrize("edge", sorted(USUAL), ids="-".join)
def test_the_usual_routes_are_open_everywhere(edge: tuple[SiteKind, SiteKind]) -> None:
    sent(*edge).then()


@pytest.mark.parametrize(
    "edge",
    [
        ("collection_point", "sorting_centre"),
        ("collection_point", "recycler"),
        ("collection_point", "dismantling_base"),
        ("transfer_station", "dismantling_base"),
    ],
    ids="-".join,
)
def test_a_tier_must_not_be_skipped(edge: tuple[str, str]) -> None:
    (remark,) = sent(*edge).then("skipped_tier")
    assert remark.subjects == (f"site:{THERE}",)
    assert (remark.params["from_kind"], remark.params["to_kind"]) == edge


@pytest.mark.parametrize(
    "edge",
    [
        ("transfer_station", "collection_point"),
        ("sorting_centre", "transfer_station"),
        ("sorting_centre", "collection_point"),
        ("dismantling_base", "sorting_centre"),
        ("recycler", "dismantling_base"),
        ("recycler", "collection_point"),
        ("disposal_site", "recycler"),
    ],
    ids="-".join,
)
def test_nothing_flows_back(edge: tuple[str, str]) -> None:
    (remark,) = sent(*edge).then("backflow")
    assert remark.severity == "high"


@pytest.mark.parametrize(
    "edge",
    [
        ("transfer_station", "transfer_station"),
        ("sorting_centre", "disposal_site"),
        ("second_life_plant", "recycler"),
    ],
    ids="-".join,
)
def test_any_other_way_needs_a_permit(edge: tuple[str, str]) -> None:
    sent(*edge).then("route_not_permitted")


@pytest.mark.parametrize("kind", sorted(TIERS))
def test_whoever_sends_it_out_of_the_network_is_told_so(kind: str) -> None:
    (remark,) = sent(kind, "external").then("recipient_external")
    assert remark.severity == "critical"


@pytest.mark.parametrize("kind", [*sorted(TIERS), "external"])
def test_what_a_site_outside_the_network_does_is_not_ours_to_judge(kind: str) -> None:
    sent("external", kind).then()


def test_points_of_one_organisation_may_gather_for_one_truck() -> None:
    sent("collection_point", "collection_point").then()
    scene = given(drop_off(site=HERE)).registered(
        *sites("collection_point", "collection_point", organisation=recycler)
    )
    scene.when(dispatch(site=HERE, to_site=THERE)).then("route_not_permitted")


SKIP = ("collection_point", "recycler")


def test_a_route_that_is_registered_is_open() -> None:
    sent(*SKIP, route(*SKIP)).then()
    sent("recycler", "sorting_centre", route("recycler", "sorting_centre")).then()
    sent("sorting_centre", "external", route("sorting_centre", "external")).then()


def test_a_route_is_open_from_its_beginning_to_its_end() -> None:
    pilot = route(*SKIP, active_from=thursday, active_to=friday)
    sent(*SKIP, pilot, at=thursday - 1).then("skipped_tier")
    sent(*SKIP, pilot, at=thursday).then()
    sent(*SKIP, pilot, at=friday - 1).then()
    sent(*SKIP, pilot, at=friday).then("skipped_tier")


@pytest.mark.parametrize(
    ("division", "codes"),
    [
        ("33", []),
        ("3302", []),
        ("330203", []),
        ("34", ["skipped_tier"]),
        ("3301", ["skipped_tier"]),
        ("330204", ["skipped_tier"]),
    ],
)
def test_a_route_of_a_division_is_open_to_the_sites_in_it(division: str, codes: list[str]) -> None:
    sent(*SKIP, route(*SKIP, division=division)).then(*codes)


def test_of_two_areas_the_smaller_counts_whichever_was_registered_last() -> None:
    everywhere, here = route(*SKIP), route(*SKIP, division="3302", allowed=False)
    for both in ((everywhere, here), (here, everywhere)):
        sent(*SKIP, *both).then("skipped_tier")


def test_where_the_smaller_area_s_has_ended_the_larger_s_counts() -> None:
    ended = route(*SKIP, division="3302", allowed=False, active_to=wednesday)
    sent(*SKIP, route(*SKIP), ended).then()


def test_a_usual_route_may_be_closed() -> None:
    usual = ("collection_point", "transfer_station")
    closed = route(*usual, division="330203", allowed=False)
    sent(*usual, closed).then("route_not_permitted")
    sent(*usual, closed, route(*usual, division="330203")).then()
