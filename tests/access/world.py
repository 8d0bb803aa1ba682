"""What is there to ask about, at each of four sites?"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from custody.codes import make_uscc
from custody.keys import Role
from tests.api.conftest import Service, put
from tests.api.movements import battery, drop_off, movement, movement_id

OURS, THEIRS, CARRIER, OTHER_CARRIER = (make_uscc("330106", serial) for serial in (1, 2, 3, 4))
OWN, SISTER, NEIGHBOUR, FAR = "330106-0007", "330106-0008", "330106-X001", "440305-0001"
"""One's own; another of the same organisation; another organisation's beside it; one far away."""

OWNERS = {OWN: OURS, SISTER: OURS, NEIGHBOUR: THEIRS, FAR: THEIRS}
SITES = set(OWNERS)
CARRIERS = {OWN: CARRIER, SISTER: OTHER_CARRIER, NEIGHBOUR: CARRIER, FAR: OTHER_CARRIER}
NUMBERS = {site: 100 * n for n, site in enumerate(OWNERS, 1)}
DETAILS = {"name": "周敏", "phone": "138 0013 8000"}


@dataclass
class Asking:
    """Somebody who asks: the role, to what it is bound, and which sites are then theirs."""

    role: Role
    sites: set[str]
    site: str | None = None
    organisation: str | None = None
    division: str | None = None
    carried: set[str] = field(default_factory=set)
    """Sites whose consignment they carry."""


def registered(admin: httpx.Client) -> None:
    """Register whoever takes part."""
    for uscc in (OURS, THEIRS, CARRIER):
        put(admin, f"/v1/organisations/{uscc}", name="运河回收")
    for site, uscc in OWNERS.items():
        put(
            admin, f"/v1/sites/{site}", kind="collection_point", name="运河站",
            division=site[:6], organisation=uscc,
        )  # fmt: skip
        put(admin, f"/v1/terminals/T-{site}", site=site)


def happened(service: Service) -> int:
    """Let the same happen at each site; return the last position."""
    position = 0
    for site in OWNERS:
        client = service.client("terminal", site)
        number = NUMBERS[site]
        told = client.post("/v1/movements", json=[*_movements(site, number)]).json()
        assert {one["status"] for one in told["results"]} == {"recorded"}, told
        body = {"kind": "tags", "site": site, "count": 2}
        assert client.put(f"/v1/number-books/{movement_id(number + 50)}", json=body).is_success
        put = client.put(f"/v1/depositors/{depositor(site)}", json=DETAILS)
        assert put.is_success, put.text
        position = max(told["position"], int(put.headers["custody-position"]))
    return position


def depositor(site: str) -> str:
    return f"d:{NUMBERS[site]}"


def kept(site: str) -> str:
    """Name a battery that stands at a site."""
    return battery(NUMBERS[site] + 1)


def sent(site: str) -> str:
    """Name a battery that a site has sent to itself, and that is on the road."""
    return battery(NUMBERS[site] + 2)


def consignment(site: str) -> str:
    return f"x:DH-{NUMBERS[site]}"


def order(site: str) -> str:
    return f"ORDER-{NUMBERS[site]}"


def _movements(site: str, number: int) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = [
        drop_off(number + 1),
        drop_off(number + 2),
        movement(
            number + 3, "dispatch", 70, consignment=consignment(site), batteries=[sent(site)],
            to_site=site, carrier=CARRIERS[site],
        ),
        movement(number + 4, "order", 71, order=order(site), service="pickup", step="ordered"),
        movement(
            number + 5, "stock_take", 72, counted=[kept(site)], take=f"A/{number}",
            frozen_at="2026-03-01T10:11:00+08:00",
        ),
    ]  # fmt: skip
    return [{**one, "site": site} for one in said]


CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def event(_: str) -> dict[str, Any]:
    """An event as a partner tells it; it has no id, and so is never one of before."""
    return {"@context": CONTEXT, **_EVENT}


def events(_: str) -> dict[str, Any]:
    """A document of one event."""
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T09:00:00+08:00",
        "epcisBody": {"eventList": [_EVENT]},
    }


def query(_: str) -> dict[str, Any]:
    """A query with a name that nobody else has."""
    return {"name": f"Q-{next(_numbers)}", "query": {"EQ_bizStep": ["collecting"]}}


_numbers = count(1)
_EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-01T09:00:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "bizStep": "collecting",
    "epcList": ["https://id.gs1.org/8004/9521234EBB0000001"],
}
