from collections import Counter
from json import dumps

import pytest

from custody.demo.network import CABINET_G, SITES, SITES_MIN, Network, build
from custody.demo.places import counties, kilometres, nearest
from custody.demo.sites import BASE, CENTRE, PLANT, POINT, RECYCLER, STATION
from custody.events import (
    OrganisationRegistered,
    Registration,
    SiteRegistered,
    TerminalRegistered,
)

KINDS = {POINT, STATION, CENTRE, BASE, "second_life_plant", "recycler", "disposal_site"}
REGISTERED: dict[str, tuple[str, type[Registration], str]] = {
    "organisations": ("uscc", OrganisationRegistered, "organisation_registered"),
    "sites": ("site", SiteRegistered, "site_registered"),
    "terminals": ("terminal", TerminalRegistered, "terminal_registered"),
}


def test_the_same_arguments_found_the_same_network() -> None:
    assert list(build(SITES, 7).registrations()) == list(build(SITES, 7).registrations())
    assert list(build(SITES, 7).registrations()) != list(build(SITES, 8).registrations())


@pytest.mark.parametrize("sites", [SITES_MIN, SITES, 40_000])
def test_every_kind_of_site_is_there_and_each_tier_is_smaller_than_the_one_below(
    sites: int,
) -> None:
    kinds = Counter(site.kind for site in build(sites, 1).sites)
    assert kinds.total() == sites
    assert set(kinds) == KINDS
    assert kinds[POINT] > kinds[STATION] >= kinds[CENTRE] >= kinds[BASE]


@pytest.mark.parametrize("sites", [SITES_MIN - 1, 60_001])
def test_a_network_too_small_or_too_large_is_refused(sites: int) -> None:
    with pytest.raises(ValueError, match=str(sites)):
        build(sites, 1)


@pytest.mark.parametrize("sites", [SITES_MIN, 400])
def test_batteries_go_one_tier_up_and_not_far(sites: int) -> None:
    network = build(sites, 1)
    above = {POINT: STATION, STATION: CENTRE, CENTRE: BASE, BASE: RECYCLER}
    for site in network.sites:
        if site.feeds is None:
            assert site.kind not in above
            continue
        receiver = network.by_id[site.feeds]
        assert receiver.kind == above[site.kind]
        if site.kind in {POINT, STATION}:
            assert kilometres(site.county, receiver.county) <= 300
        assert site.carrier in {one.uscc for one in network.organisations}


def registered_before(network: Network) -> list[tuple[str, set[str]]]:
    known: set[str] = set()
    named = []
    for path, body in network.registrations():
        named.append((path, {body[key] for key in ("organisation", "site") if key in body} - known))
        known.add(path.rsplit("/", 1)[1])
    return named


def test_nobody_is_named_before_they_are_registered_and_nobody_twice() -> None:
    named = registered_before(build(SITES, 1))
    assert [unknown for _, unknown in named if unknown] == []
    assert len({path for path, _ in named}) == len(named)


def test_every_registration_is_one_that_the_contract_allows() -> None:
    network = build(300, 1)
    for path, body in network.registrations():
        _, _, collection, name = path.split("/")
        key, fact, kind = REGISTERED[collection]
        fact.model_validate_json(dumps({"type": kind, key: name, **body}))
    assert all(site.id.startswith(site.county.division) for site in network.sites)


def test_points_hold_five_tonnes_but_for_a_cabinet_and_centres_thirty_or_more() -> None:
    network = build(400, 1)
    capacities_g = Counter(site.capacity_g for site in network.of_kind(POINT))
    assert capacities_g.keys() == {5_000_000, CABINET_G}
    assert capacities_g[network.cabinet.capacity_g] == 1
    assert min(site.capacity_g for site in network.of_kind(CENTRE)) >= 30_000_000


def test_most_organisations_have_several_sites() -> None:
    owners = Counter(site.organisation for site in build(400, 1).sites)
    assert sum(sites > 1 for sites in owners.values()) > len(owners) / 2


def test_one_plant_alone_is_licensed_for_a_second_life() -> None:
    network = build(5_000, 1)
    assert len(network.of_kind(PLANT)) > 1
    assert [site for site in network.sites if site.licences] == [network.plant]


def test_a_place_is_nearest_to_itself() -> None:
    hangzhou = next(county for county in counties() if county.division == "330106")
    near = nearest(hangzhou, counties(), 3)
    assert near[0] is hangzhou
    assert 0 < kilometres(hangzhou, near[1]) <= kilometres(hangzhou, near[2]) < 60
