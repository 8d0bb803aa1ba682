"""Is a database laid out once, and refused when another version laid it out?"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from custody.ledger import (
    SCHEMA_VERSION,
    Ledger,
    UnknownSchema,
    check_schema,
    create_schema,
    functions,
    open_engine,
    open_ledger,
    writing,
)
from custody.ledger.tables import metadata
from tests.ledger.writer import entries
from tests.postgres import Postgres

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


def test_functions_that_another_version_has_left_give_way_to_ours(postgres: Postgres) -> None:
    url = postgres.database("renewed")
    left = open_ledger(url)
    left.append(entries("a", 0, 2), now=1)
    with writing(left.engine) as connection:
        connection.exec_driver_sql(_older(functions.APPEND))
        assert functions.are_of_another_version(connection)
    renewed = open_ledger(url)
    with renewed.engine.connect() as connection:
        assert not functions.are_of_another_version(connection)
    # Whoever still runs the other version goes on beside us.
    assert [one.append(entries("a", 1, 1), now=2).first for one in (left, renewed)] == [3, 4]
    left.close()
    renewed.close()
    postgres.drop("renewed")


def test_whoever_may_not_replace_them_opens_the_ledger_as_it_is(postgres: Postgres) -> None:
    url = postgres.database("lent")
    own = open_ledger(url)
    own.append(entries("a", 0, 2), now=1)
    with writing(own.engine) as connection:
        connection.exec_driver_sql(_older(functions.APPEND))
        connection.exec_driver_sql("create role lent_reader")
        connection.exec_driver_sql("grant select on all tables in schema public to lent_reader")
    reader = open_ledger(url + "?options=-crole%3Dlent_reader")
    assert len(reader.read(["writer:a"]).records) == 2
    with own.engine.connect() as connection:
        assert functions.are_of_another_version(connection)
    reader.close()
    with writing(own.engine) as connection:
        connection.exec_driver_sql("drop owned by lent_reader; drop role lent_reader")
    own.close()
    postgres.drop("lent")


def _older(function: str) -> str:
    """Write a function as a version before ours might have."""
    return function.replace("begin", "begin -- as it was")


def _undo(ledger: Ledger) -> None:
    with writing(ledger.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("drop function custody_append, custody_read, custody_since")
        metadata.drop_all(connection)
