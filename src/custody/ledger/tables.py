"""Which tables the ledger keeps, and which version of them a database holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    inspect,
    select,
)
from sqlalchemy.types import TypeEngine

from custody.ledger.engines import writing
from custody.ledger.errors import UnknownSchema, translated
from custody.ledger.functions import FUNCTIONS

SCHEMA_VERSION = 1
# Any number will do, as long as every process that lays out tables locks the same.
_SCHEMA_LOCK = 0x63757374

metadata = MetaData()

# Bytes in, bytes compared: a subject's order must not depend on the server's locale.
_text: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite makes a column its row id only if the type is spelled INTEGER.
_position: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")


def _column(name: str, type_: TypeEngine[Any], **options: Any) -> Column[Any]:
    return Column(name, type_, **{"nullable": False, "autoincrement": False, **options})


record = Table(
    "record",
    metadata,
    _column("position", _position, primary_key=True),
    _column("recorded_at", BigInteger()),
    _column("type", _text),
    _column("version", Integer()),
    _column("data", LargeBinary()),
    # The ordered list, joined by newlines; `about` is its index.
    _column("subjects", _text),
    _column("posted_by", _text, nullable=True),
    _column("sent_at", BigInteger(), nullable=True),
    _column("key", LargeBinary()),
    _column("remarks", LargeBinary(), nullable=True),
)

about = Table(
    "about",
    metadata,
    _column("subject", _text, primary_key=True),
    _column("position", _position, primary_key=True),
    # 1, 2, 3 … of the subject: an auditor sees from it that nothing was left out.
    _column("version", BigInteger()),
    # The table is its own index: no second copy of every subject.
    sqlite_with_rowid=False,
)

# One row. Whoever holds it may write; what it says is true once the holder has committed.
head = Table(
    "head",
    metadata,
    _column("one", Integer(), primary_key=True),
    _column("position", BigInteger()),
    _column("recorded_at", BigInteger()),
    CheckConstraint("one = 1", name="head_is_one_row"),
    # Rewritten by every commit: room on its page keeps the rewriting in place.
    postgresql_with={"fillfactor": "10"},
)

schema_version = Table("schema_version", metadata, _column("version", Integer(), primary_key=True))


def create_schema(engine: Engine) -> None:
    """Lay out an empty database; leave one that has our layout as it is; refuse any other."""
    with translated(), engine.connect() as connection:
        if _has_schema(connection):
            # The usual start: nothing to write, so no writer to wait for.
            _check(connection)
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Several processes start at once; one of them lays out the tables.
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({_SCHEMA_LOCK})")
        if not _has_schema(connection):
            _lay_out(connection)
        _check(connection)


def check_schema(engine: Engine) -> None:
    """Refuse a database whose version is not ours; one without tables has version 0."""
    with translated(), engine.connect() as connection:
        _check(connection)


def _lay_out(connection: Connection) -> None:
    metadata.create_all(connection, checkfirst=False)
    connection.execute(head.insert().values(one=1, position=0, recorded_at=0))
    connection.execute(schema_version.insert().values(version=SCHEMA_VERSION))
    if connection.dialect.name == "postgresql":
        for function in FUNCTIONS:
            connection.exec_driver_sql(function)


def _check(connection: Connection) -> None:
    found = 0
    if _has_schema(connection):
        found = connection.scalar(select(schema_version.c.version)) or 0
    if found != SCHEMA_VERSION:
        raise UnknownSchema(found, SCHEMA_VERSION)


def _has_schema(connection: Connection) -> bool:
    return inspect(connection).has_table(schema_version.name)
