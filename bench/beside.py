"""What runs beside those who take in, as `custody serve` has it? The projector and the log."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.databases import POSTGRESQL
from bench.service import Service
from custody.cli import beside
from custody.clock import now
from custody.log import opening, tables
from custody.log.keeping import Keeper

LOOK_S = 0.02
_LEADERS = "select count(*) from pg_locks where locktype = 'advisory' and granted"


@contextmanager
def projecting(engine: str, service: Service, url: str) -> Iterator[None]:
    """Project: in a thread on SQLite, in a process of its own on PostgreSQL."""
    if engine != POSTGRESQL:
        service.projector.start()
        yield
        return
    before = _leaders(service)
    with beside.projecting(url):
        _wait_for_leader(service, before)
        yield


@contextmanager
def sealing(engine: str, service: Service, url: str, settings: Mapping[str, str]) -> Iterator[None]:
    """Keep the log, by what `settings` say of its signer and witnesses; likewise."""
    tables.lay_out(service.ledger.engine)
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        if engine != POSTGRESQL:
            keeper = opening.keeper_of(service.ledger, opening.read(os.environ), now, apart=True)
            _start_making_leaves(keeper)
            keeper.start()
            try:
                yield
            finally:
                keeper.stop()
            return
        leaders = _leaders(service)
        with beside.sealing(url):
            _wait_for_leader(service, leaders)
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _start_making_leaves(keeper: Keeper) -> None:
    """Have the process there that a service starts as soon as much has come."""
    assert keeper.apart is not None, "it was asked for"
    keeper.apart.start()
    while keeper.apart.pid is None:
        time.sleep(LOOK_S)


def _wait_for_leader(service: Service, before: int) -> None:
    while _leaders(service) <= before:
        time.sleep(LOOK_S)


def _leaders(service: Service) -> int:
    with service.ledger.engine.connect() as connection:
        return int(connection.exec_driver_sql(_LEADERS).scalar_one())
