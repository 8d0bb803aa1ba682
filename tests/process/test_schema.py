"""Is a database of another version left alone, and one of every version there was still read?"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from custody.ledger import SCHEMA_VERSION, create_schema, open_engine, writing
from tests.process.program import attempt, custody_at

LEDGERS = Path(__file__).parent / "ledgers"
STRANGE = 999


@pytest.mark.parametrize("command", ["serve", "demo", "checksum"])
def test_a_database_of_an_unknown_version_is_refused_and_left_alone(
    database_url: str, command: str
) -> None:
    with opened(database_url) as engine:
        create_schema(engine)
        with writing(engine) as connection:
            connection.exec_driver_sql(f"update schema_version set version = {STRANGE}")
    before = _everything(database_url)
    refused = attempt(database_url, command)
    assert refused.returncode == 1, refused
    assert str(STRANGE) in refused.stderr
    assert str(SCHEMA_VERSION) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert _everything(database_url) == before


@pytest.mark.parametrize("made_with", sorted(LEDGERS.glob("*.sqlite")), ids=lambda path: path.stem)
def test_the_books_of_every_version_are_read_to_the_same_end(
    made_with: Path, tmp_path: Path
) -> None:
    books = f"sqlite:///{shutil.copy(made_with, tmp_path)}"
    custody_at(books, "upgrade")
    told = json.loads(custody_at(books, "checksum", "--json"))
    assert told == json.loads(made_with.with_suffix(".json").read_text())
    compared = json.loads(custody_at(books, "rebuild", "--verify", "--json"))
    assert compared
    assert all(one["equal"] for one in compared), compared


def test_there_are_books_of_this_version() -> None:
    assert (LEDGERS / f"v{SCHEMA_VERSION}.sqlite").exists(), (
        "Keep what this version writes: python -m tests.process.ledgers.make"
    )


def _everything(database_url: str) -> dict[str, list[tuple[object, ...]]]:
    """Read all tables there are, ours or not."""
    with opened(database_url) as engine, engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f"select * from {name}")]
            for name in inspect(connection).get_table_names()
        }


@contextmanager
def opened(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    try:
        yield engine
    finally:
        engine.dispose()
