"""Four sites that differ in one thing each, with one of everything, and everybody who may ask."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import text

from custody.api.app import create_app
from custody.keys import Role
from custody.ledger import Ledger, open_engine
from custody.projections.guard import ROLE
from tests.access.world import (
    CARRIER,
    FAR,
    NEIGHBOUR,
    OURS,
    OWN,
    SISTER,
    SITES,
    THEIRS,
    Asking,
    happened,
    registered,
)
from tests.api.conftest import VAULT_KEY, Clock, Service, serving
from tests.beginnings import BEGINNINGS
from tests.log.sealing import published


@dataclass
class World:
    """A service where something has happened, and one client of each kind."""

    service: Service
    clients: dict[str, httpx.Client]
    position: int


ASKING: dict[str, Asking] = {
    "admin": Asking("admin", SITES),
    "terminal": Asking("terminal", {OWN}, site=OWN),
    "auditor": Asking("auditor", SITES),
    "auditor of an organisation": Asking("auditor", {OWN, SISTER}, organisation=OURS),
    "auditor of a province": Asking("auditor", {OWN, SISTER, NEIGHBOUR}, division="330000"),
    "integrator": Asking("integrator", SITES),
    "integrator of an organisation": Asking("integrator", {OWN, SISTER}, organisation=OURS),
    "operator of a site": Asking("operator", {OWN}, site=OWN),
    "operator of an organisation": Asking("operator", {OWN, SISTER}, organisation=OURS),
    "carrier": Asking("carrier", set(), organisation=CARRIER, carried={OWN, NEIGHBOUR}),
    "authority of a county": Asking("authority", {OWN, SISTER, NEIGHBOUR}, division="330106"),
    "authority of a city": Asking("authority", {OWN, SISTER, NEIGHBOUR}, division="330100"),
    "authority of another province": Asking("authority", {FAR}, division="440000"),
    "operator of an organisation in two provinces": Asking(
        "operator", {NEIGHBOUR, FAR}, organisation=THEIRS
    ),
    "auditor of both": Asking("auditor", {NEIGHBOUR}, organisation=THEIRS, division="330000"),
}
"""Who asks, and which sites are theirs by the rules; written down here, not computed."""


def _begun(database_url: str) -> None:
    with _served(database_url) as service:
        registered(service.client("admin"))
        happened(service)
        published(service.engine)


BEGINNINGS["world"] = _begun


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """The service, in whose database all of it has happened."""
    with _served(database_url) as service:
        clients = {name: _client(service, one) for name, one in ASKING.items()}
        with closing(Ledger(service.engine)) as ledger:
            position = ledger.head().position
        assert position > 0, "this database has begun with what is asked about"
        yield World(service, clients, position)


@contextmanager
def _served(database_url: str) -> Iterator[Service]:
    """The service; on PostgreSQL with the role for which the second net hangs."""
    engine = open_engine(database_url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            here = connection.scalar(text(f"select 1 from pg_roles where rolname = '{ROLE}'"))
            if here is None:
                connection.execute(text(f"create role {ROLE} nologin"))
    app = create_app(database_url, clock=Clock(), vault_key=lambda: VAULT_KEY)
    with serving(app) as url:
        service = Service(url, app, engine, Clock())
        yield service
        service.close()


def _client(service: Service, one: Asking) -> httpx.Client:
    role: Role = one.role
    return service.client(role, one.site, organisation=one.organisation, division=one.division)
