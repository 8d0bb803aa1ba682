"""Which databases the tests run on."""

import gc
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

import tests.hypothesis_profile  # noqa: F401 - laws are tried on the same examples each time
from custody.ledger import Ledger, create_schema, open_engine, open_ledger
from tests.postgres import Postgres

# The programs that tests start keep what they compile: it is most of what a short one does.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ENGINES = ("sqlite", "postgresql")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
"""Which of the processes this is that test side by side: they may share one server."""

TEMPLATE = f"custody_template_{WORKER}"

_numbers = count(1)


def pytest_collection_finish() -> None:
    """Keep what was collected out of the garbage collector's sight: it stays until the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests, which commits as durably as in service."""
    with Postgres() as server:
        engine = open_engine(server.database(TEMPLATE))
        create_schema(engine)
        engine.dispose()
        yield server


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database of each engine in turn, laid out and empty."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/custody.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"custody_{WORKER}_{next(_numbers)}"
    yield server.database(name, TEMPLATE)
    server.drop(name)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    ledger = open_ledger(database_url)
    yield ledger
    ledger.close()
