"""A service as its terminals meet it: a real server on a free port, and three sites."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from socket import socket
from threading import Event, Thread
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from custody import keys
from custody.api.app import create_app
from custody.api.serving import DEFAULT, Serving
from custody.codes import make_uscc
from custody.keys import Role
from custody.ledger import Ledger, open_engine
from custody.terms import MINUTE, Millis, millis
from tests.api.documented import Documented
from tests.api.movements import COLLECTOR, ELSEWHERE, MORNING, RECYCLER
from tests.asking import client_of
from tests.beginnings import BEGINNINGS
from tests.waiting import LONG_S

LOOK_S = 0.005
DATE_S = 1.0  # how often the date in its answers is written anew
ORGANISATION = make_uscc("330106", 1)
OTHER_ORGANISATION = make_uscc("330106", 2)
NOON: Millis = millis(MORNING) + 180 * MINUTE
VAULT_KEY = bytes(range(32))


class Clock:
    """Says what the test wants it to say."""

    def __init__(self) -> None:
        self.now: Millis = NOON

    def __call__(self) -> Millis:
        return self.now


class Server(uvicorn.Server):
    """Tells when it has started, and stops at once when it is told to.

    The library looks every 100 ms whether it should stop, and then whether it may: for most of
    these tests that would be most of the time they take.
    """

    def __init__(self, app: FastAPI) -> None:
        quiet = {"log_level": "critical", "ws": "none", "access_log": False}
        self.documented = Documented(app)
        config = uvicorn.Config(
            self.documented,
            host="127.0.0.1",
            port=0,
            proxy_headers=False,
            **quiet,  # type: ignore[arg-type]
        )
        super().__init__(config)
        self.has_started = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told_to_stop = asyncio.Event()

    async def startup(self, *arguments: Any, **named: Any) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(*arguments, **named)
        self.has_started.set()

    def stop(self) -> None:
        """Let it answer what it was asked, and end."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._told_to_stop.set)

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told_to_stop.wait(), DATE_S)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(LOOK_S)
        await self.lifespan.shutdown()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port; yield where."""
    server = Server(app)
    thread = Thread(target=server.run)
    thread.start()
    try:
        assert server.has_started.wait(LONG_S), "the server did not start"
        assert server.started, "the server gave up"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        assert not server.documented.unlisted, "the document lists none of these problems there"
    finally:
        server.stop()
        thread.join()


@dataclass
class Service:
    """A running service, and clients of it."""

    url: str
    app: FastAPI
    engine: Engine
    clock: Clock
    _clients: list[httpx.Client] = field(default_factory=list)

    def client(
        self,
        role: Role | None,
        site: str | None = None,
        *,
        organisation: str | None = None,
        division: str | None = None,
        **headers: str,
    ) -> httpx.Client:
        """Return a client that shows a new key of a role; None shows none."""
        if role is not None:
            _, text = keys.create(
                self.engine, role, site, organisation=organisation, division=division
            )
            headers["Authorization"] = f"Bearer {text}"
        client = client_of(self.url, **headers)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.engine.dispose()


@contextmanager
def served(database_url: str, conditions: Serving = DEFAULT) -> Iterator[Service]:
    """Serve a database that nobody has registered anything in, under some conditions."""
    engine = open_engine(database_url)
    clock = Clock()
    app = create_app(database_url, clock=clock, vault_key=lambda: VAULT_KEY, serving=conditions)
    with serving(app) as url:
        service = Service(url, app, engine, clock)
        yield service
        service.close()


@pytest.fixture
def bare(database_url: str) -> Iterator[Service]:
    """A service that nobody has registered anything with."""
    with served(database_url) as service:
        yield service


def register(service: Service) -> None:
    """Register two sites of one organisation, and one of another."""
    admin = service.client("admin")
    for uscc in (ORGANISATION, OTHER_ORGANISATION):
        put(admin, f"/v1/organisations/{uscc}", name="运河回收")
    sites = {COLLECTOR: ORGANISATION, RECYCLER: ORGANISATION, ELSEWHERE: OTHER_ORGANISATION}
    for site, organisation in sites.items():
        put(
            admin, f"/v1/sites/{site}", kind="collection_point", name="运河站",
            division=site[:6], organisation=organisation,
        )  # fmt: skip


def _begun(database_url: str) -> None:
    with served(database_url) as service:
        register(service)


BEGINNINGS["service"] = _begun


@pytest.fixture
def service(bare: Service) -> Service:
    """A service with sites; unless its database has begun with them, they are registered now."""
    with closing(Ledger(bare.engine)) as ledger:
        is_empty = ledger.head().position == 0
    if is_empty:
        register(bare)
    return bare


@pytest.fixture
def terminal(service: Service) -> httpx.Client:
    """A client that posts for the collection point."""
    return service.client("terminal", COLLECTOR)


@pytest.fixture
def auditor(service: Service) -> httpx.Client:
    """A client that may look at everything."""
    return service.client("auditor")


def put(client: httpx.Client, path: str, **body: Any) -> httpx.Response:
    """Register something that was not registered."""
    response = client.put(path, json=body)
    assert response.status_code == 201, response.text
    return response
