"""Which keys are there? A row each; of the text its hash alone."""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
)

from custody.access import Role, Subject
from custody.ledger import laying_out
from custody.terms import Millis

_LAYOUT_LOCK: Final = 0x6B657973

metadata = MetaData()
api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("site", Text),
    Column("terminal", Text),
    # Of the whole text: who reads the table cannot speak for anyone.
    Column("sha256", LargeBinary, nullable=False),
    Column("name", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, index=True),
    Column("organisation", Text),
    Column("division", Text),
)

ADDED: Final = ("organisation", "division")
"""Columns that databases of before do not have; they mean something only where they are filled."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a key opens, and for whom."""

    id: str
    role: Role
    site: str | None
    terminal: str | None
    name: str | None
    created_at: Millis
    revoked_at: Millis | None = None
    organisation: str | None = None
    division: str | None = None
    subject: Subject = field(init=False, repr=False, compare=False)
    """Whoever shows it; made once, for it is asked for with each request."""

    def __post_init__(self) -> None:
        subject = Subject(
            self.id,
            self.role,
            self.site,
            self.terminal,
            self.organisation,
            self.division,
            name=self.name,
            since=self.created_at,
        )
        object.__setattr__(self, "subject", subject)


def lay_out(engine: Engine) -> None:
    """Make the table of keys where it is not there yet, and add what an older one lacks."""
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        metadata.create_all(connection)
        _add_columns(connection)


def key_of(row: Row[Any]) -> Key:
    """Read a key from its row."""
    return Key(
        row.id,
        row.role,
        row.site,
        row.terminal,
        row.name,
        row.created_at,
        row.revoked_at,
        row.organisation,
        row.division,
    )


def _add_columns(connection: Connection) -> None:
    # What the table is asked for says so: the catalogue's answer was half of what a start took.
    there = connection.exec_driver_sql("select * from api_key limit 0").keys()
    for name in ADDED:
        if name not in there:
            connection.exec_driver_sql(f"alter table {api_key.name} add column {name} text")
