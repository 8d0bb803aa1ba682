"""Does every value come through PostgreSQL's COPY as it was, and is a failure told as any other?"""

from collections.abc import Iterator

import pytest
from psycopg.errors import UndefinedTable
from sqlalchemy import BigInteger, Connection, Engine, Float, Integer, MetaData, Table, select

from custody.ledger import Unavailable, open_engine, writing
from custody.ledger.columns import TEXT, column
from custody.ledger.copying import copy
from tests.postgres import Postgres

metadata = MetaData()
kinds = Table(
    "kinds",
    metadata,
    column("big", BigInteger(), primary_key=True),
    column("small", Integer()),
    column("size", Float(53)),
    column("said", TEXT),
    column("at", BigInteger(), nullable=True),
    column("word", TEXT, nullable=True),
)
ROWS = [
    (-(2**63), -(2**31), -0.1, "", None, None),
    (0, 0, 5e-324, "tab\t, newline\n, \\N, 电池 and 🔋", 2**63 - 1, "\\."),
    (2**63 - 1, 2**31 - 1, float("inf"), "a" * 100_000, 0, ""),
]


@pytest.fixture
def engine(postgres: Postgres) -> Iterator[Engine]:
    engine = open_engine(postgres.database("copying"))
    metadata.create_all(engine)
    yield engine
    engine.dispose()
    postgres.drop("copying")


def rows_of(connection: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(select(kinds).order_by(kinds.c.big))]


def test_rows_of_every_kind_are_copied_as_they_are(engine: Engine) -> None:
    with writing(engine) as connection:
        copy(connection, kinds, ROWS)
        assert rows_of(connection) == ROWS
    with engine.connect() as connection:
        assert rows_of(connection) == ROWS


def test_what_is_copied_is_undone_with_its_transaction(engine: Engine) -> None:
    def copy_and_fail() -> None:
        with writing(engine) as connection:
            copy(connection, kinds, ROWS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        copy_and_fail()
    with engine.connect() as connection:
        assert rows_of(connection) == []


def test_a_connection_that_is_lost_before_a_copy_is_told_as_any_other(engine: Engine) -> None:
    def copy_over_a_lost_one() -> None:
        with writing(engine) as connection:
            own = connection.exec_driver_sql("select pg_backend_pid()").scalar()
            with writing(engine) as other:
                other.exec_driver_sql(f"select pg_terminate_backend({own}, 10000)")
            copy(connection, kinds, ROWS)

    with pytest.raises(Unavailable):
        copy_over_a_lost_one()
    with writing(engine) as connection:
        copy(connection, kinds, ROWS)


def test_a_copy_that_must_wait_too_long_is_told_as_any_other(engine: Engine) -> None:
    def copy_without_waiting() -> None:
        with writing(engine) as connection:
            connection.exec_driver_sql("set local lock_timeout = 1")
            copy(connection, kinds, ROWS)

    with writing(engine) as other:
        other.exec_driver_sql("lock table kinds")
        with pytest.raises(Unavailable):
            copy_without_waiting()


def test_a_mistake_of_ours_stays_one(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("drop table kinds")
    with pytest.raises(UndefinedTable), writing(engine) as connection:
        copy(connection, kinds, ROWS)
