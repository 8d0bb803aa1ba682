"""Does our own client say and understand what the service does, whether or not it waits?"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import httpx
import pytest

from custody import client as room
from custody import keys
from custody.client import (
    AsyncClient,
    Chosen,
    Client,
    Garbled,
    Patience,
    Problem,
    Receipt,
    Refusal,
    Unreachable,
    movement,
)
from custody.keys import Role
from tests.api.conftest import ORGANISATION, Service
from tests.api.engines import on_sqlite
from tests.api.movements import (
    COLLECTOR,
    CONSIGNMENT,
    MORNING,
    RECYCLER,
    battery,
    dispatch,
    drop_off,
)
from tests.asking import NO_TLS
from tests.ports import free_port

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC) - timedelta(hours=8)


def key_of(service: Service, role: Role, site: str | None = None) -> str:
    return keys.create(service.engine, role, site)[1]


def client_of(service: Service, role: Role, site: str | None = None, **how: Any) -> Client:
    # The service's clock stands still at noon, long ago.
    how = {"clock": None, "verify": NO_TLS, "trust_env": False, **how}
    return Client(service.url, key_of(service, role, site), **how)


def later(service: Service, role: Role, what: Callable[[AsyncClient], Awaitable[Any]]) -> Any:
    """Ask with the client that does not wait."""

    async def asked() -> Any:
        key = key_of(service, role)
        async with AsyncClient(service.url, key, verify=NO_TLS, trust_env=False) as client:
            return await what(client)

    return asyncio.run(asked())


def brought(number: int, **fields: Any) -> room.Movement:
    described = {"code": battery(number), "chemistry": "lfp", "mass_g": 8_700}
    return movement(
        "drop_off", COLLECTOR, occurred_at=AT, battery=described, channel="walk_in", **fields
    )


def test_a_movement_is_posted_once_however_often_it_is_sent(service: Service) -> None:
    one = brought(1)
    with client_of(service, "terminal", COLLECTOR) as terminal:
        first, again = terminal.post(one), terminal.post(one)
        assert (first.status, again.status) == ("recorded", "duplicate")
        assert (first.id, first.position, first.recorded_at) == (
            one["id"], again.position, again.recorded_at,
        )  # fmt: skip
        assert first.recorded_at.utcoffset() == timedelta(0)
        assert terminal.movement(one["id"]) == first
        assert terminal.position == first.position


def test_of_many_each_has_its_own_outcome(service: Service) -> None:
    many = [brought(1), brought(2) | {"channel": "nobody"}, brought(3)]
    with client_of(service, "terminal", COLLECTOR) as terminal:
        one, other, third = terminal.post_many(many)
        assert isinstance(one, Receipt)
        assert isinstance(third, Receipt)
        assert isinstance(other, Refusal)
        assert (other.id, other.status) == (many[1]["id"], "refused")
        assert [(error.pointer, error.code) for error in other.problem.errors] == [
            ("/channel", "not_in_list")
        ]
        with pytest.raises(Problem) as refused:
            terminal.post_together(many)
        assert refused.value.code == "batch_refused"
        assert refused.value.errors[0].pointer == "/1/channel"
        assert terminal.post_many([]) == []


def test_a_refusal_tells_its_fields_in_the_language_asked_for(service: Service) -> None:
    wrong = brought(1) | {"battery": {"code": "gbt34014:04QPB76836300JE56000000"}}
    for language, word in (("en", "maker"), ("zh", "赋码")):
        with client_of(service, "terminal", COLLECTOR, language=language) as terminal:
            with pytest.raises(Problem) as refused:
                terminal.post(wrong)
            (error,) = refused.value.errors
            assert (refused.value.status, error.pointer) == (422, "/battery/code")
            assert word in error.detail
            assert [way.way for way in refused.value.ways_on] == ["post_as_maker", "tag"]
            assert all(way.detail in error.detail for way in error.ways_on)
            assert refused.value.request_id


def told_of(client: Client) -> dict[str, Any]:
    """Ask everything there is to ask once."""
    return {
        "me": client.who_am_i().role,
        "battery": client.battery(battery(1)),
        "then": client.battery(battery(1), as_of=AT + timedelta(minutes=1)),
        "history": client.history(battery(1)),
        "batteries": [*client.batteries(site=COLLECTOR, limit=1)],
        "inventory": client.inventory(COLLECTOR),
        "areas": [*client.areas("city")],
        "consignment": client.consignment(CONSIGNMENT),
        "consignments": [*client.consignments(limit=1)],
        "expected": [*client.expected(RECYCLER)],
        "book": client.book(COLLECTOR, "in", start=AT.date()),
        "file": client.book_file(COLLECTOR, "in", start=AT.date())[:3],
        "organisation": client.organisation(ORGANISATION),
        "organisations": [*client.organisations(limit=1)],
        "site": client.site(COLLECTOR),
        "sites": [*client.sites(limit=2)],
        "terminal": client.terminal(f"{COLLECTOR}-T1"),
        "terminals": [*client.terminals()],
        "routes": [*client.routes()],
        "facts": [*client.facts(limit=3)],
        "chosen": [*client.facts(chosen=Chosen(types=["drop_off"], battery=battery(2)))],
        "followed": [*islice(client.follow(), 7)],
        "events": [*client.follow_cloud_events(2, until=6)],
        "health": client.healthz(),
        "ready": client.readyz(),
    }


async def told_later(client: AsyncClient) -> dict[str, Any]:
    """Ask the same without waiting."""

    async def all_of(told: AsyncIterator[Any], most: int = 1_000) -> list[Any]:
        found: list[Any] = []
        async for one in told:
            found.append(one)
            if len(found) == most:
                break
        return found

    return {
        "me": (await client.who_am_i()).role,
        "battery": await client.battery(battery(1)),
        "then": await client.battery(battery(1), as_of=AT + timedelta(minutes=1)),
        "history": await client.history(battery(1)),
        "batteries": await all_of(client.batteries(site=COLLECTOR, limit=1)),
        "inventory": await client.inventory(COLLECTOR),
        "areas": await all_of(client.areas("city")),
        "consignment": await client.consignment(CONSIGNMENT),
        "consignments": await all_of(client.consignments(limit=1)),
        "expected": await all_of(client.expected(RECYCLER)),
        "book": await client.book(COLLECTOR, "in", start=AT.date()),
        "file": (await client.book_file(COLLECTOR, "in", start=AT.date()))[:3],
        "organisation": await client.organisation(ORGANISATION),
        "organisations": await all_of(client.organisations(limit=1)),
        "site": await client.site(COLLECTOR),
        "sites": await all_of(client.sites(limit=2)),
        "terminal": await client.terminal(f"{COLLECTOR}-T1"),
        "terminals": await all_of(client.terminals()),
        "routes": await all_of(client.routes()),
        "facts": await all_of(client.facts(limit=3)),
        "chosen": await all_of(client.facts(chosen=Chosen(types=["drop_off"], battery=battery(2)))),
        "followed": await all_of(client.follow(), 7),
        "events": await all_of(client.follow_cloud_events(2, until=6)),
        "health": await client.healthz(),
        "ready": await client.readyz(),
    }


def test_both_clients_ask_everything_and_hear_the_same(service: Service) -> None:
    with client_of(service, "admin") as admin:
        admin.register(f"/v1/terminals/{COLLECTOR}-T1", site=COLLECTOR)
        done = admin.register("/v1/routes/collection_point/recycler", allowed=True)
        assert done.status == "registered"
    with client_of(service, "terminal", COLLECTOR) as terminal:
        outcomes = terminal.post_many([*(brought(n) for n in (1, 2, 3)), dispatch(4, [3])])
        assert {one.status for one in outcomes} == {"recorded"}
        position = terminal.position
    with client_of(service, "auditor") as auditor:
        auditor.battery(battery(1), at_least=position)
        told = told_of(auditor)
    assert told == later(service, "auditor", told_later)
    assert told["battery"].state == "in_stock"
    assert told["battery"].storage_class is None
    assert [one.ref for one in told["batteries"]] == [battery(1), battery(2)]
    assert told["inventory"].pieces == 2
    assert told["inventory"].capacity.level
    assert told["consignment"].items[0].battery == battery(3)
    assert len(told["book"].items) == 3
    assert told["file"] == b"\xef\xbb\xbf"
    assert len(told["sites"]) == 3
    assert told["terminal"].public_key == ""
    assert [one.position for one in told["facts"]] == [*range(1, position + 1)]
    assert told["followed"] == told["facts"][:7]
    assert told["facts"][-1].occurred_at == MORNING + timedelta(minutes=70)
    assert [one["position"] for one in told["events"]] == [3, 4, 5, 6]
    assert len(told["chosen"]) == 1


def test_a_client_has_one_method_for_each_question_and_they_are_documented() -> None:
    public = [name for name in vars(Client) if not name.startswith("_") and name != "close"]
    theirs = [name for name in vars(AsyncClient) if not name.startswith("_") and name != "aclose"]
    assert public == theirs
    for name in public:
        told, same = (inspect.getdoc(getattr(one, name)) for one in (Client, AsyncClient))
        assert told, name
        assert told == same


@on_sqlite
def test_one_who_speaks_for_others_shows_the_key_of_each(service: Service) -> None:
    with client_of(service, "admin") as admin:
        terminal = admin.showing(key_of(service, "terminal", COLLECTOR))
        assert terminal.who_am_i().site == COLLECTOR
        assert terminal.post(brought(1)).status == "recorded"
        assert admin.who_am_i().role == "admin"
        assert [fact.type for fact in terminal.showing(key_of(service, "auditor")).follow(until=3)]


@on_sqlite
def test_who_may_not_ask_is_told_so_at_once(service: Service) -> None:
    slept: list[float] = []
    with Client(service.url, "ck_no", sleep=slept.append, verify=NO_TLS) as nobody:
        assert nobody.healthz().status == "ok"
        for ask in (nobody.who_am_i, lambda: next(nobody.follow())):
            with pytest.raises(Problem) as refused:
                ask()
            assert (refused.value.code, refused.value.status) == ("unauthenticated", 401)
    assert slept == []


@on_sqlite
def test_a_page_that_is_no_stream_is_not_waited_for(service: Service) -> None:
    def elsewhere(request: httpx.Request) -> None:
        """Lead whoever asks for the stream to another page, as a wireless network does."""
        request.url = request.url.copy_with(path="/healthz", query=None)

    hooks = {"request": [elsewhere]}
    with client_of(service, "auditor", event_hooks=hooks) as auditor, pytest.raises(Garbled):
        next(auditor.follow())


@on_sqlite
def test_what_the_service_has_no_time_for_is_asked_again(service: Service) -> None:
    slept: list[float] = []
    patience = Patience(attempts=2, chance=lambda: 1.0)
    with client_of(service, "auditor", sleep=slept.append, patience=patience) as auditor:
        head = auditor.readyz().position
        with pytest.raises(Problem) as refused:
            auditor.battery(battery(1), at_least=head + 1)
    assert (refused.value.code, refused.value.status) == ("not_there_yet", 503)
    assert slept == [1 + patience.pause_s]


def test_whom_nobody_answers_has_tried_often_enough() -> None:
    slept: list[float] = []
    with Client(
        f"http://127.0.0.1:{free_port()}", sleep=slept.append, verify=NO_TLS, trust_env=False,
        patience=Patience(attempts=4, chance=lambda: 1.0),
    ) as client:  # fmt: skip
        with pytest.raises(Unreachable):
            client.healthz()
        assert slept == [0.2, 0.4, 0.8]
        with pytest.raises(Unreachable):
            next(client.follow(attempts=2))


def test_the_one_line_subscriber_hears_how_far_it_has_come(service: Service) -> None:
    with client_of(service, "terminal", COLLECTOR) as terminal:
        terminal.post(drop_off(1))
        head = terminal.position
    reached: list[int] = []
    with client_of(service, "auditor") as auditor:
        chosen = Chosen(types=["dispatch"])
        assert [*auditor.follow(until=head, chosen=chosen, reached=reached.append)] == []
    assert reached == [head]
