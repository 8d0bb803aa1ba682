"""Books with everything in them on one engine, and empty ones on another."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from custody import keys, vault
from custody.ledger import Ledger, open_ledger
from custody.ledger.tables import metadata as ledger_tables
from custody.projections.freshness import lay_out
from custody.vault import Asker, Details, Vault
from custody.vault.sealing import new_key
from tests.beginnings import BEGINNINGS
from tests.conftest import ENGINES, TEMPLATE, WORKER
from tests.postgres import Postgres
from tests.projections.lives import lived

HERE, THERE = "330106-0007", "330106-0008"
NUMBERS = [f"+861380013800{n}" for n in range(3)]
PEOPLE: dict[str, list[str]] = {}
"""How those of the numbers are referred to, in what each engine's books have begun with."""

NOW = 1_772_323_200_000
MASTER = new_key()
TABLES: tuple[Table, ...] = (*ledger_tables.sorted_tables, keys.api_key)


@pytest.fixture(scope="module")
def postgres(swift: Postgres) -> Postgres:
    return swift


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """Books that nobody has written in, on each engine in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/restored.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database(f"restored_{WORKER}", TEMPLATE)
    ledger = open_ledger(url)
    lay_out(ledger.engine)
    yield ledger
    ledger.close()


@dataclass
class Books:
    """What has been written, and who is in the vault."""

    ledger: Ledger
    vault: Vault
    people: list[str]


def _begun(database_url: str) -> None:
    """Some lives, projected; keys, good and revoked; two people, and one who is forgotten."""
    ledger = open_ledger(database_url)
    lived(ledger)
    keys.lay_out(ledger.engine)
    keys.create(ledger.engine, "terminal", HERE, "t-1", name="前台", now=5)
    revoked, _ = keys.create(ledger.engine, "admin", now=6)
    keys.revoke(ledger.engine, revoked.id, now=7)
    vault.lay_out(ledger.engine)
    safe = Vault(ledger.engine, MASTER)
    people = PEOPLE[ledger.engine.dialect.name] = [safe.reference(one) for one in NUMBERS]
    for depositor in people:
        safe.put(depositor, Details(name="周敏"), "k-1", HERE, NOW)
        safe.read(depositor, Asker("k-1", HERE), NOW)
    vault.forget(ledger.engine, people[2], NOW)
    ledger.close()


BEGINNINGS["begun_books"] = _begun


@pytest.fixture
def begun_books(ledger: Ledger) -> Ledger:
    """A ledger whose database has begun with all that there is in the books."""
    assert ledger.head().position > 0, "all of it was recorded once, and copied"
    return ledger


@pytest.fixture
def books(begun_books: Ledger) -> Books:
    """The books, and what opens their vault."""
    people = PEOPLE[begun_books.engine.dialect.name]
    return Books(begun_books, Vault(begun_books.engine, MASTER), people)


def rows_of(ledger: Ledger, *tables: Table) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of some tables in the order of their keys."""
    with ledger.engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables
        }


def silent(done: int, total: int) -> None:
    """Hear of progress, and say nothing."""
