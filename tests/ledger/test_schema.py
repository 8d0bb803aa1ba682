"""Is a database laid out once, and refused when another version laid it out?"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from custody.ledger import (
    SCHEMA_VERSION,
    Ledger,
    UnknownSchema,
    check_schema,
    create_schema,
    open_engine,
    open_ledger,
    writing,
)
from custody.ledger.tables import metadata
from tests.ledger.writer import entries

PROGRAMS = 4


def test_our_own_database_is_opened_again_with_all_that_is_in_it(ledger: Ledger) -> None:
    ledger.append(entries("a", 0, 2), now=1)
    again = open_ledger(ledger.engine.url.render_as_string(hide_password=False))
    assert again.head() == (2, 1)
    again.close()


def test_a_database_of_another_version_is_refused(ledger: Ledger) -> None:
    with writing(ledger.engine) as connection:
        connection.exec_driver_sql("update schema_version set version = 999")
    for opening in (check_schema, create_schema, open_ledger):
        with pytest.raises(UnknownSchema) as refusal:
            opening(ledger.engine)
        assert (refusal.value.found, refusal.value.known) == (999, SCHEMA_VERSION)


def test_an_empty_database_is_not_taken_for_ours(ledger: Ledger) -> None:
    _undo(ledger)
    with pytest.raises(UnknownSchema) as refusal:
        check_schema(ledger.engine)
    assert refusal.value.found == 0


def test_several_programs_may_start_on_an_empty_database_at_once(ledger: Ledger) -> None:
    _undo(ledger)

    def start(_: int) -> int:
        engine = open_engine(ledger.engine.url)
        create_schema(engine)
        check_schema(engine)
        engine.dispose()
        return 1

    with ThreadPoolExecutor(PROGRAMS) as threads:
        assert sum(threads.map(start, range(PROGRAMS))) == PROGRAMS
    assert ledger.append(entries("a", 0, 1), now=1).first == 1


def _undo(ledger: Ledger) -> None:
    with writing(ledger.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("drop function custody_append, custody_read, custody_since")
        metadata.drop_all(connection)
