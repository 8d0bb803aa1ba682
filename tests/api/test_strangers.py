"""Has whoever reads the log without a key the share of one key, by the address it comes from?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network

import httpx
import pytest

from custody.api import strangers
from custody.api.serving import Serving, counted
from custody.limits import Allowance
from tests.api.conftest import Service
from tests.api.engines import on_sqlite

AT_ONCE = 3
LOOPBACK = ip_network("127.0.0.0/8")
NOBODY = "198.51.100.7"
OTHER = "198.51.100.8"


@contextmanager
def narrow(service: Service, *, proxied: bool = False) -> Iterator[httpx.Client]:
    """Let everybody ask a few times and then no more; with a proxy, which is believed."""
    wants = Serving(
        queries=Allowance(0.001, AT_ONCE), trusted_proxies=(LOOPBACK,) if proxied else ()
    )
    desk = service.app.state.desk
    before = service.app.state.serving
    service.app.state.desk = replace(desk, counted=counted(wants))
    service.app.state.serving = wants
    try:
        yield service.client(None)
    finally:
        service.app.state.serving = before


def asked(client: httpx.Client, *hops: str) -> int:
    headers = [("x-forwarded-for", hop) for hop in hops]
    return client.get("/log/tile/0/000", headers=headers).status_code


@on_sqlite
def test_an_address_has_its_share_and_keys_have_theirs(service: Service) -> None:
    with narrow(service) as stranger:
        auditor = service.client("auditor")
        while_it_lasts = [asked(stranger) for _ in range(AT_ONCE)]
        assert 429 not in while_it_lasts
        refused = stranger.get("/log/checkpoint")
        assert refused.status_code == 429
        assert refused.json()["code"] == "rate_limited"
        assert int(refused.headers["retry-after"]) > 0
        assert auditor.get("/v1/me").status_code == 200


@on_sqlite
def test_who_may_be_asked_by_anyone_is_counted_by_nobody(service: Service) -> None:
    with narrow(service) as stranger:
        for _ in range(AT_ONCE + 1):
            assert stranger.get("/healthz").status_code == 200


@on_sqlite
def test_a_stranger_cannot_say_that_it_is_another(service: Service) -> None:
    with narrow(service) as stranger:
        for _ in range(AT_ONCE):
            asked(stranger, NOBODY)
        assert asked(stranger, OTHER) == 429


@on_sqlite
def test_a_proxy_that_is_believed_says_for_whom_it_asks(service: Service) -> None:
    with narrow(service, proxied=True) as proxy:
        for _ in range(AT_ONCE):
            assert asked(proxy, NOBODY) != 429
        assert asked(proxy, NOBODY) == 429
        # What stands before the address that the proxy saw, its asker has made up.
        assert asked(proxy, OTHER, NOBODY) == 429
        assert asked(proxy, f"{OTHER}, {NOBODY}") == 429
        assert asked(proxy, OTHER, "127.0.0.9") != 429


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_address_has_one_name(address: str, named: str) -> None:
    assert strangers.name_of(address) == named


@on_sqlite
def test_readers_of_the_log_at_once_are_bounded(service: Service) -> None:
    in_flight = service.app.state.desk.counted.in_flight
    name = f"address:{strangers.name_of('127.0.0.1')}"
    begun = [in_flight.begin(name) for _ in range(in_flight.at_most)]
    assert all(begun)
    stranger = service.client(None)
    refused = stranger.get("/log/checkpoint")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_in_flight")
    in_flight.end(name)
    assert stranger.get("/log/checkpoint").status_code != 429
