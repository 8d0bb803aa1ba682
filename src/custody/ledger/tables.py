"""Which tables the ledger keeps, and which version of them a database holds."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    inspect,
    select,
)

from custody.ledger import functions
from custody.ledger.columns import POSITION, TEXT, column
from custody.ledger.engines import laying_out
from custody.ledger.errors import UnknownSchema, translated

SCHEMA_VERSION = 1
_SCHEMA_LOCK = 0x63757374

metadata = MetaData()


record = Table(
    "record",
    metadata,
    column("position", POSITION, primary_key=True),
    column("recorded_at", BigInteger()),
    column("type", TEXT),
    column("version", Integer()),
    column("data", LargeBinary()),
    # The ordered list, joined by newlines; `about` is its index.
    column("subjects", TEXT),
    column("posted_by", TEXT, nullable=True),
    column("sent_at", BigInteger(), nullable=True),
    column("key", LargeBinary()),
    column("remarks", LargeBinary(), nullable=True),
)

about = Table(
    "about",
    metadata,
    column("subject", TEXT, primary_key=True),
    column("position", POSITION, primary_key=True),
    # 1, 2, 3 … of the subject: an auditor sees from it that nothing was left out.
    column("version", BigInteger()),
    # The table is its own index: no second copy of every subject.
    sqlite_with_rowid=False,
)

# One row. Whoever holds it may write; what it says is true once the holder has committed.
head = Table(
    "head",
    metadata,
    column("one", Integer(), primary_key=True),
    column("position", BigInteger()),
    column("recorded_at", BigInteger()),
    CheckConstraint("one = 1", name="head_is_one_row"),
    # Rewritten by every commit: room on its page keeps the rewriting in place.
    postgresql_with={"fillfactor": "10"},
)

schema_version = Table("schema_version", metadata, column("version", Integer(), primary_key=True))


def create_schema(engine: Engine) -> None:
    """Lay out an empty database; leave what is in one that has our layout; refuse any other."""
    with translated(), engine.connect() as connection:
        if (found := _version(connection)) is not None:
            # The usual start: nothing to write, so no writer to wait for.
            _require(found)
            if not _has_other_functions(connection):
                return
    with laying_out(engine, _SCHEMA_LOCK) as connection:
        if _version(connection) is None:
            _lay_out(connection)
        _check(connection)
        if connection.dialect.name == "postgresql":
            functions.install(connection)


def check_schema(engine: Engine) -> None:
    """Refuse a database whose version is not ours; one without tables has version 0."""
    with translated(), engine.connect() as connection:
        _check(connection)


def _lay_out(connection: Connection) -> None:
    metadata.create_all(connection, checkfirst=False)
    connection.execute(head.insert().values(one=1, position=0, recorded_at=0))
    connection.execute(schema_version.insert().values(version=SCHEMA_VERSION))


def _check(connection: Connection) -> None:
    _require(_version(connection) or 0)


def _require(found: int) -> None:
    if found != SCHEMA_VERSION:
        raise UnknownSchema(found, SCHEMA_VERSION)


def _has_other_functions(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql" and functions.are_of_another_version(connection)


def _version(connection: Connection) -> int | None:
    """Return which version's tables there are; None if there are none."""
    if not inspect(connection).has_table(schema_version.name):
        return None
    return connection.scalar(select(schema_version.c.version)) or 0
