"""Is a list narrowed to what its asker may see, whole and no further?"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.access.conftest import ASKING, World
from tests.access.world import (
    CARRIER,
    FAR,
    NEIGHBOUR,
    OWN,
    OWNERS,
    SISTER,
    Asking,
    consignment,
    kept,
    order,
    sent,
)

Expected = Callable[[Asking], set[str]]


def _batteries(asking: Asking) -> set[str]:
    """What stands there; and who watches an area sees what left it, a carrier what it has."""
    follows = asking.role not in ("operator", "carrier")
    on_the_road = asking.carried | (asking.sites if follows else set())
    return {*map(kept, asking.sites), *map(sent, on_the_road)}


def _organisations(asking: Asking) -> set[str]:
    owners = {OWNERS[site] for site in asking.sites}
    own = {asking.organisation} if asking.organisation else set()
    every = {CARRIER} if asking.sites == set(OWNERS) else set()
    return owners | own | every


LISTS: list[tuple[str, str, Expected]] = [
    ("/v1/batteries", "ref", _batteries),
    ("/v1/consignments", "no", lambda one: {*map(consignment, one.sites | one.carried)}),
    ("/v1/orders", "order", lambda one: {*map(order, one.sites)}),
    ("/v1/number-books", "site", lambda one: one.sites),
    ("/v1/sites", "site", lambda one: one.sites),
    ("/v1/terminals", "site", lambda one: one.sites),
    ("/v1/organisations", "uscc", _organisations),
    ("/v1/inventory?level=county", "code", lambda one: {site[:6] for site in one.sites}),
]


def _get(world: World, name: str, path: str) -> httpx.Response:
    url = httpx.URL(path).copy_merge_params({"at_least": world.position})
    return world.clients[name].get(url)


def test_a_list_tells_what_its_asker_may_see_whole_and_no_more(world: World) -> None:
    for path, key, expected in LISTS:
        for name, asking in ASKING.items():
            response = _get(world, name, path)
            if response.status_code == 403:
                continue  # the matrix says of whom that is right
            found = {item[key] for item in response.json()["items"]}
            assert found == expected(asking), (path, name)


def test_a_sum_counts_what_its_asker_may_see(world: World) -> None:
    for name, asking in ASKING.items():
        response = _get(world, name, "/v1/inventory?level=province")
        if response.status_code == 200:
            counted = sum(area["pieces"] for area in response.json()["items"])
            assert counted == len(asking.sites), name


def test_the_feed_tells_what_concerns_ones_own_and_leads_on(world: World) -> None:
    for name, asking in ASKING.items():
        seen: set[str] = set()
        after: int | None = 0
        while after is not None:
            response = _get(world, name, f"/v1/facts?types=drop_off&limit=3&after={after}")
            if response.status_code == 403:
                break
            told: dict[str, Any] = response.json()
            seen |= {item["data"]["site"] for item in told["items"]}
            after = told.get("next")
        else:
            assert seen == asking.sites, name


@pytest.mark.parametrize("path", ["/v1/batteries", "/v1/orders", "/v1/number-books"])
def test_a_terminal_says_that_it_means_its_own_site(world: World, path: str) -> None:
    assert _get(world, "terminal", path).json()["code"] == "not_your_site"


def test_a_scoped_auditor_is_told_of_people_what_its_sites_put_down(world: World) -> None:
    she = "d:she"
    for name in ("terminal", "operator of a site"):
        assert world.clients[name].put(f"/v1/depositors/{she}", json={"name": "周"}).is_success
    far = world.service.client("terminal", "440305-0001")
    assert far.put(f"/v1/depositors/{she}", json={"name": "周"}).is_success

    def told(name: str) -> set[str]:
        response = world.clients[name].get(f"/v1/depositors/{she}")
        return {one["site"] for one in response.json().get("entries", [])}

    assert told("auditor") == {"330106-0007", "440305-0001"}
    assert told("auditor of a province") == told("auditor of an organisation") == {"330106-0007"}
    assert told("auditor of both") == set()


def test_a_terminal_that_was_moved_is_listed_where_it_is_and_nowhere_else(world: World) -> None:
    told = world.clients["admin"].put(f"/v1/terminals/T-{OWN}", json={"site": FAR}).json()
    for name, sites in (
        ("operator of an organisation", {SISTER}),
        ("authority of a county", {SISTER, NEIGHBOUR}),
        ("authority of another province", {OWN, FAR}),
    ):
        at_least = {"at_least": told["position"]}
        listed = world.clients[name].get("/v1/terminals", params=at_least).json()["items"]
        assert {one["terminal"] for one in listed} == {f"T-{site}" for site in sites}, name
