"""Which tables does the vault keep? Apart from the ledger's: what they hold can be destroyed."""

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
)
from sqlalchemy.types import TypeEngine

from custody import access_log
from custody.ledger import writing

_LAYOUT_LOCK = 0x7661756C  # any number, as long as every process that lays out locks the same

metadata = MetaData()

# Bytes in, bytes compared: pages of a backup go by this order, whatever the server's locale.
_text: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")


def _column(name: str, type_: TypeEngine[Any], **options: Any) -> Column[Any]:
    return Column(name, type_, **{"nullable": False, "autoincrement": False, **options})


person = Table(
    "vault_person",
    metadata,
    _column("depositor", _text, primary_key=True),
    # Once set, the reference stays empty for good.
    _column("forgotten_at", BigInteger(), nullable=True),
)
"""Everyone who is or was in the vault, and who of them has been forgotten."""

data_key = Table(
    "vault_key",
    metadata,
    _column("depositor", _text, primary_key=True),
    _column("wrapped", LargeBinary()),
)
"""Each person's own key, wrapped with the master key. Without it what is sealed is noise."""

entry = Table(
    "vault_entry",
    metadata,
    _column("depositor", _text, primary_key=True),
    # A site sees what it wrote itself, so that none reads or overwrites what another wrote.
    _column("site", _text, primary_key=True),
    _column("sealed", LargeBinary()),
    _column("put_at", BigInteger()),
    # The id of the API key that put it.
    _column("put_by", _text),
)
"""What a site has put down about a person, sealed with the person's key."""

phone_index = Table(
    "vault_index",
    metadata,
    # HMAC-SHA256 of the number under the index key: nobody without that key can even try numbers.
    _column("digest", LargeBinary(), primary_key=True),
    _column("depositor", _text, index=True),
)
"""Which reference belongs to a telephone number, without the number."""

lock = Table(
    "vault_lock",
    metadata,
    _column("one", Integer(), primary_key=True),
    _column("index_key", LargeBinary()),
    CheckConstraint("one = 1", name="vault_lock_is_one_row"),
)
"""One row: the key of the index, wrapped with the master key; only that master key opens it."""


def lay_out(engine: Engine) -> None:
    """Make the vault's tables where they are not there yet, and the log of who reads them."""
    access_log.lay_out(engine)
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Several processes start at once; one of them makes the tables.
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({_LAYOUT_LOCK})")
        metadata.create_all(connection)


def alone_with(connection: Connection, name: str) -> None:
    """Let nobody else write about the same person or number until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"custody vault {name}",)
        )
