"""Who may read a consignment? Whoever its dispatch names, and not whoever guesses its number."""

from typing import Any

import httpx
import pytest

from custody.codes import make_uscc
from tests.api.conftest import (
    ORGANISATION,
    OTHER_ORGANISATION,
    Service,
    auditor,
    bare,
    put,
    service,
    terminal,
)
from tests.api.movements import (
    CONSIGNMENT,
    ELSEWHERE,
    RECYCLER,
    battery,
    dispatch,
    drop_off,
    movement,
    movement_id,
    receive,
)

__all__ = ["auditor", "bare", "service", "terminal"]

CARRIER, SECOND, FALSE_CARRIER = (make_uscc("330106", serial) for serial in (11, 12, 13))
SENT = dispatch(3, [1, 2], carrier=CARRIER)
FALSE = receive(4, [9], site=ELSEWHERE)
DEPOTS = {CARRIER: "330106-D001", SECOND: "330106-D002"}
HAND_ON = {"consignment": CONSIGNMENT, "from_carrier": CARRIER, "to_carrier": SECOND}


@pytest.fixture
def guesser(service: Service) -> httpx.Client:
    """A terminal of another organisation's site, which has no part in the consignment."""
    return service.client("terminal", ELSEWHERE)


@pytest.fixture
def recycler(service: Service) -> httpx.Client:
    return service.client("terminal", RECYCLER)


def post(client: httpx.Client, *said: dict[str, Any]) -> dict[str, Any]:
    """Post movements that are all recorded, whatever is remarked on them."""
    told: dict[str, Any] = client.post("/v1/movements", json=[*said]).json()
    assert {one["status"] for one in told["results"]} == {"recorded"}, told
    return told


def asked(client: httpx.Client, told: dict[str, Any]) -> httpx.Response:
    path = f"/v1/consignments/{CONSIGNMENT}"
    return client.get(path, params={"at_least": told["position"]})


def refused(client: httpx.Client, told: dict[str, Any]) -> bool:
    return asked(client, told).json().get("code") in {"not_your_site", "out_of_scope"}


def items(client: httpx.Client, told: dict[str, Any]) -> set[str]:
    answer = asked(client, told)
    assert answer.status_code == 200, answer.text
    return {one["battery"] for one in answer.json()["items"]}


def test_a_receipt_that_was_not_addressed_to_its_site_opens_nothing(
    service: Service,
    terminal: httpx.Client,
    recycler: httpx.Client,
    guesser: httpx.Client,
    auditor: httpx.Client,
) -> None:
    post(terminal, drop_off(1), drop_off(2), SENT)
    told = post(guesser, FALSE)
    remarks = [one["code"] for one in told["results"][0]["remarks"]]
    assert "not_the_addressee" in remarks
    for client in (guesser, service.client("operator", organisation=OTHER_ORGANISATION)):
        assert refused(client, told)
        for end in ("from_site", "to_site"):
            listed = client.get("/v1/consignments", params={end: ELSEWHERE})
            assert listed.json()["items"] == []
    for client in (terminal, recycler, auditor, service.client("carrier", organisation=CARRIER)):
        assert {battery(1), battery(2)} <= items(client, told)


def test_its_poster_still_sees_its_own_movement_and_what_it_has(
    terminal: httpx.Client, guesser: httpx.Client
) -> None:
    post(terminal, drop_off(1), drop_off(2), SENT)
    told = post(guesser, FALSE)
    own = guesser.get(f"/v1/movements/{FALSE['id']}")
    assert (own.status_code, own.json()["position"]) == (200, told["position"])
    row = guesser.get(f"/v1/batteries/{battery(9)}", params={"at_least": told["position"]})
    assert (row.status_code, row.json()["site"]) == (200, ELSEWHERE)


def test_a_receipt_that_comes_before_its_dispatch_is_its_posters_to_read(
    terminal: httpx.Client, recycler: httpx.Client, guesser: httpx.Client
) -> None:
    told = post(recycler, receive(4, [1, 2]))
    assert items(recycler, told) == {battery(1), battery(2)}
    told = post(guesser, receive(5, [9], site=ELSEWHERE))
    assert items(recycler, told) == {battery(1), battery(2)}
    assert items(guesser, told) == {battery(9)}
    told = post(terminal, drop_off(1), drop_off(2), SENT)
    assert {battery(1), battery(2)} <= items(recycler, told)
    assert refused(guesser, told)


def test_who_is_named_when_a_dispatch_is_put_right_may_read_it(
    terminal: httpx.Client, recycler: httpx.Client, guesser: httpx.Client
) -> None:
    post(terminal, drop_off(1), drop_off(2), SENT)
    told = post(guesser, FALSE)
    assert refused(guesser, told)
    values = {"to_site": ELSEWHERE}
    told = post(terminal, movement(6, "correct", 100, target=SENT["id"], values=values))
    assert {battery(1), battery(2)} <= items(guesser, told)
    assert {battery(1), battery(2)} <= items(recycler, told)


def test_a_carrier_is_named_by_the_dispatch_or_by_the_carrier_before_it(
    service: Service, terminal: httpx.Client
) -> None:
    third = make_uscc("330106", 14)
    first, second = (depot(service, uscc) for uscc in (CARRIER, SECOND))
    post(terminal, drop_off(1), drop_off(2), SENT)
    # The second link of the chain is told before the first.
    onward = {**HAND_ON, "from_carrier": SECOND, "to_carrier": third}
    post(second, movement(11, "hand_on", 82, site=DEPOTS[SECOND], **onward))
    told = post(first, movement(10, "hand_on", 80, site=DEPOTS[CARRIER], **HAND_ON))
    for named in (CARRIER, SECOND, third):
        client = service.client("carrier", organisation=named)
        assert items(client, told) == {battery(1), battery(2)}
        assert listed(client, "consignments") == [CONSIGNMENT]
        has_it = sorted([battery(1), battery(2)]) if named == third else []
        assert listed(client, "batteries") == has_it


def test_a_site_that_it_travels_between_names_the_next_carrier_too(
    service: Service, terminal: httpx.Client
) -> None:
    told = post(terminal, drop_off(1), drop_off(2), SENT, movement(10, "hand_on", 80, **HAND_ON))
    second = service.client("carrier", organisation=SECOND)
    assert items(second, told) == {battery(1), battery(2)}
    assert listed(second, "batteries") == sorted([battery(1), battery(2)])


def test_a_stranger_that_says_who_has_it_shows_it_to_nobody(
    service: Service, terminal: httpx.Client, guesser: httpx.Client, auditor: httpx.Client
) -> None:
    post(terminal, drop_off(1), drop_off(2), SENT)
    told = post(guesser, movement(10, "hand_on", 80, site=ELSEWHERE, **HAND_ON))
    remarks = [one["code"] for one in told["results"][0]["remarks"]]
    assert "handed_on_by_another" in remarks
    nothing_is_shown(service, told, SECOND)
    assert refused(guesser, told)
    first = service.client("carrier", organisation=CARRIER)
    assert items(first, told) == {battery(1), battery(2)}
    assert listed(first, "consignments") == [CONSIGNMENT]
    # What was said of it is on record all the same, and told to whoever may see it.
    asked_for = auditor.get(f"/v1/batteries/{battery(1)}", params={"at_least": told["position"]})
    assert asked_for.json()["custodian"] == SECOND


def test_a_carrier_that_says_it_was_given_it_shows_it_to_nobody(
    service: Service, terminal: httpx.Client
) -> None:
    taker = depot(service, SECOND)
    post(terminal, drop_off(1), drop_off(2), SENT)
    post(taker, movement(10, "hand_on", 80, site=DEPOTS[SECOND], **HAND_ON))
    again = {**HAND_ON, "from_carrier": SECOND, "to_carrier": SECOND}
    told = post(taker, movement(11, "hand_on", 81, site=DEPOTS[SECOND], **again))
    nothing_is_shown(service, told, SECOND)
    told = post(terminal, movement(12, "hand_on", 80, **HAND_ON))
    assert items(taker, told) == {battery(1), battery(2)}, "once its sender says so, too"


def test_a_carrier_that_names_itself_is_told_nothing(
    service: Service, terminal: httpx.Client, guesser: httpx.Client
) -> None:
    post(terminal, drop_off(1), drop_off(2), SENT)
    said = {**HAND_ON, "from_carrier": FALSE_CARRIER, "to_carrier": SECOND}
    told = post(guesser, movement(10, "hand_on", 80, site=ELSEWHERE, **said))
    for named in (FALSE_CARRIER, SECOND):
        nothing_is_shown(service, told, named)
    assert refused(guesser, told)


def depot(service: Service, uscc: str) -> httpx.Client:
    """Register a carrier with a site of its own; return a client of its own."""
    admin = service.client("admin")
    put(admin, f"/v1/organisations/{uscc}", name="安序危运")
    site = {"kind": "transfer_station", "name": "车队", "division": "330106"}
    told = put(admin, f"/v1/sites/{DEPOTS[uscc]}", organisation=uscc, **site).json()
    admin.get("/v1/sites", params={"at_least": told["position"]})
    return service.client("carrier", organisation=uscc)


def listed(client: httpx.Client, what: str) -> list[str]:
    key = {"consignments": "no", "batteries": "ref"}[what]
    return [one[key] for one in client.get(f"/v1/{what}").json()["items"]]


def nothing_is_shown(service: Service, told: dict[str, Any], uscc: str) -> None:
    client = service.client("carrier", organisation=uscc)
    assert refused(client, told)
    assert listed(client, "consignments") == listed(client, "batteries") == []
    for path in ("", "/history"):
        asked_for = client.get(f"/v1/batteries/{battery(1)}{path}")
        assert asked_for.json()["code"] == "out_of_scope"


def test_a_return_of_what_one_never_had_opens_nothing(
    terminal: httpx.Client, recycler: httpx.Client, guesser: httpx.Client
) -> None:
    post(terminal, drop_off(1), drop_off(2), SENT)
    back = {"consignment": "x:DH-2", "returns": CONSIGNMENT, "carrier": FALSE_CARRIER}
    told = post(
        guesser,
        {**drop_off(9), "site": ELSEWHERE},
        {**dispatch(12, [9], **back), "site": ELSEWHERE, "to_site": ELSEWHERE},
    )
    assert refused(guesser, told)
    rejected = [{"battery": battery(2), "reason": "damaged"}]
    post(recycler, receive(4, [1], rejected=rejected))
    back |= {"consignment": "x:DH-3", "site": RECYCLER, "to_site": ELSEWHERE}
    told = post(recycler, {**dispatch(13, [2], **back)})
    assert items(guesser, told), "where its addressee sends a part of it on"


def test_an_organisation_reads_what_is_addressed_to_one_of_its_sites(
    service: Service, terminal: httpx.Client
) -> None:
    told = post(terminal, drop_off(1), drop_off(2), SENT)
    ours = service.client("operator", organisation=ORGANISATION)
    assert items(ours, told) == {battery(1), battery(2)}
    assert movement_id(3) == SENT["id"]
