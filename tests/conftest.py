"""Which databases the tests run on."""

import gc
import os
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

import tests.hypothesis_profile  # noqa: F401 - laws are tried on the same examples each time
from custody.ledger import Ledger, create_schema, open_engine, open_ledger
from tests import place
from tests.beginnings import BEGINNINGS, Copies
from tests.postgres import Postgres

# What is compiled is kept: for the programs that tests start, of which it is most of what a short
# one does, and for the tests themselves, which each process that tests would compile anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

place.choose()

ENGINES = ("sqlite", "postgresql")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
"""Which of the processes this is that test side by side: they may share one server."""

LONG_FIRST = (
    "process/test_openapi.py", "access/test_matrix.py", "relaying", "process", "bench", "demo",
    "api", "log", "books", "backup",
)  # fmt: skip
"""Files and folders that take longest, in this order: whoever tests beside others should not be
left alone with one of them at the end."""

GARBAGE = 20_000
"""After so many new objects garbage is looked for, instead of 700: a big library's parts stay."""

TEMPLATE = f"custody_template_{WORKER}"

_numbers = count(1)


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: nearly all of it stays."""
    gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, and refuse two tests of one name."""
    names = Counter(item.nodeid for item in items)
    if twice := [name for name, count in names.items() if count > 1]:
        # Whoever tests beside others runs one of them, and never the other.
        raise pytest.UsageError(f"tests of one name: {', '.join(twice[:5])}")
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """Keep what was collected out of the garbage collector's sight: it stays until the end."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()


def _turn(item: pytest.Item) -> int:
    folder = item.path.parent.name
    file = f"{folder}/{item.path.name}"
    return next((n for n, one in enumerate(LONG_FIRST) if one in {file, folder}), len(LONG_FIRST))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests, which is set to commit as durably as in service."""
    with Postgres() as server:
        _lay_template(server)
        yield server


@pytest.fixture(scope="session")
def swift() -> Iterator[Postgres]:
    """A server that flushes nothing, for the many tests that ask nothing about a crash."""
    with Postgres(durable=False) as server:
        _lay_template(server)
        yield server


def _lay_template(server: Postgres) -> None:
    engine = open_engine(server.database(TEMPLATE))
    create_schema(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """What tests begin with, kept until all are done."""
    return Copies(tmp_path_factory.mktemp("begun"), f"custody_{WORKER}")


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path, copies: Copies) -> Iterator[str]:
    """A fresh database of each engine in turn; empty, or as a fixture of the test has begun it."""
    begun = next((name for name in request.fixturenames if name in BEGINNINGS), None)
    if request.param == "sqlite":
        path = tmp_path / "custody.db"
        if begun is not None:
            copies.to_file(begun, path)
        yield f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"custody_{WORKER}_{next(_numbers)}"
    template = TEMPLATE if begun is None else copies.template(begun, server, TEMPLATE)
    yield server.database(name, template)
    server.drop(name)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    ledger = open_ledger(database_url)
    yield ledger
    ledger.close()
