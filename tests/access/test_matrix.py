"""Who may ask what of which site? Every route of the service, and everybody who may ask."""

import httpx
from starlette.routing import Route

from tests.access.conftest import ASKING, World
from tests.access.table import MATRIX, OF_NO_SITE, RECEIVER, Row
from tests.access.world import (
    CARRIERS,
    NUMBERS,
    OWN,
    OWNERS,
    Asking,
    consignment,
    depositor,
    kept,
    order,
    sent,
)
from tests.api.movements import battery, drop_off, movement, movement_id
from tests.hypothesis_profile import THOROUGH


def test_every_route_has_a_row(world: World) -> None:
    routes = [route for route in world.service.app.routes if isinstance(route, Route)]
    served = {(method, route.path) for route in routes for method in route.methods or ()}
    told = {(row.method, row.route) for row in MATRIX}
    assert {(method, path) for method, path in served if method != "HEAD"} == told, (
        "say in MATRIX who may ask this, and of what"
    )


def test_everybody_may_ask_what_the_table_says_and_no_more(world: World) -> None:
    wrong = []
    for row in _rows(world):
        for name, asking in ASKING.items():
            for site in [OWN] if row.reach in OF_NO_SITE else OWNERS:
                response = _ask(world, row, name, site)
                if not _is_right(row, response, _may(row, asking, site)):
                    wrong.append((row.method, row.path or row.route, name, site, response.text))
    assert wrong == []


def test_who_keeps_the_keys_posts_nothing() -> None:
    posting = next(row.roles for row in MATRIX if row.route == "/v1/movements")
    keeping = next(row.roles for row in MATRIX if row.route == "/v1/access-log")
    assert posting.isdisjoint(keeping)


def test_a_carrier_posts_what_it_hands_on_for_its_own_depot(world: World) -> None:
    admin, carrier = world.clients["admin"], world.clients["carrier"]
    ours, depot = CARRIERS["330106-0007"], "330106-D001"
    said = {"kind": "transfer_station", "name": "车队", "division": "330106", "organisation": ours}
    told = admin.put(f"/v1/sites/{depot}", json=said).json()
    carrier.get("/v1/sites", params={"at_least": told["position"]})

    def hand_on(number: int, from_: str, to: str, site: str = depot) -> httpx.Response:
        parties = {"from_carrier": from_, "to_carrier": to}
        said = movement(number, "hand_on", 75, consignment=consignment("330106-0007"), **parties)
        return carrier.post("/v1/movements", json={**said, "site": site})

    assert hand_on(901, ours, "another").status_code == 201
    assert hand_on(902, "another", ours).status_code == 201
    assert hand_on(903, "another", "a third").json()["code"] == "forbidden"
    assert hand_on(904, ours, "another", "330106-0008").json()["code"] == "out_of_scope"
    dropped = {**drop_off(905), "site": depot}
    assert carrier.post("/v1/movements", json=[dropped]).json()["results"][0]["status"] == "refused"


def _rows(world: World) -> list[Row]:
    """Name what is asked: on a second database, only what that itself has a say in."""
    if THOROUGH or world.service.engine.dialect.name == "sqlite":
        return MATRIX
    return [row for row in MATRIX if row.reach not in OF_NO_SITE]


def _may(row: Row, asking: Asking, site: str) -> bool:
    if row.reach == "open":
        return True
    if asking.role not in row.roles:
        return False
    match row.reach:
        case "role" | "unknown":
            return True
        case "own site":
            if row.method == "PUT":
                return asking.site is not None
            return any(OWNERS[one] == OWNERS[site] for one in asking.sites)
        case "consignment" | "battery sent":
            return site in asking.sites | asking.carried
    # A carrier may post for its depots, of which it has none here.
    return site in asking.sites


def _ask(world: World, row: Row, name: str, site: str) -> httpx.Response:
    number = NUMBERS[site]
    new = movement_id(10_000 + list(ASKING).index(name) * 1_000 + number)
    path = (row.path or row.route).format(
        subscription=_subscription(world, row, name),
        site=site, number=number, movement=movement_id(number + 1), kept=kept(site),
        sent=sent(site), consignment=consignment(site), order=order(site), new=new,
        put=f"d:{name.replace(' ', '-')}", depositor=depositor(site), owner=OWNERS[site],
    )  # fmt: skip
    params = {}
    if row.method == "GET" and row.reach != "open" and path.startswith("/v1/"):
        waits = not path.startswith(("/v1/me", "/v1/access-log", "/v1/depositors", "/v1/exports"))
        params = {"at_least": world.position} if waits else {}
    body = row.body
    if row.route == "/v1/movements":
        label = int(new[-4:], 16)
        body = {**drop_off(1), "id": new, "site": site, "battery": {"code": battery(label)}}
    elif callable(body):
        body = body(site)
    client = world.clients[name]
    sent_body = {} if body is None else {"json": body}
    url = httpx.URL(path)
    return client.request(row.method, url.copy_merge_params(params), **sent_body)


def _subscription(world: World, row: Row, name: str) -> str:
    """Make a subscription of the asker's own to ask about, if it may have one."""
    if "{subscription}" not in row.route:
        return ""
    made = world.clients[name].post("/v1/subscriptions", json=RECEIVER)
    return str(made.json().get("id", f"sub_{'0' * 24}"))


def _is_right(row: Row, response: httpx.Response, may: bool) -> bool:
    """Tell whether an answer is one; what is written for nothing may be refused by its fields."""
    if not may:
        return response.status_code == 403
    if row.reach == "unknown":
        return response.status_code == 404
    return (
        response.is_success
        or response.status_code == row.otherwise
        or (row.body == {} and response.status_code == 422)
    )
