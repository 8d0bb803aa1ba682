"""Which tables does the vault keep? Apart from the ledger's: what they hold can be destroyed."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from custody import access_log
from custody.ledger import laying_out
from custody.ledger.columns import TEXT, column

_LAYOUT_LOCK = 0x7661756C

metadata = MetaData()


person = Table(
    "vault_person",
    metadata,
    column("depositor", TEXT, primary_key=True),
    # Once set, the reference stays empty for good.
    column("forgotten_at", BigInteger(), nullable=True),
)
"""Everyone who is or was in the vault, and who of them has been forgotten."""

data_key = Table(
    "vault_key",
    metadata,
    column("depositor", TEXT, primary_key=True),
    column("wrapped", LargeBinary()),
)
"""Each person's own key, wrapped with the master key. Without it what is sealed is noise."""

entry = Table(
    "vault_entry",
    metadata,
    column("depositor", TEXT, primary_key=True),
    # A site sees what it wrote itself, so that none reads or overwrites what another wrote.
    column("site", TEXT, primary_key=True),
    column("sealed", LargeBinary()),
    column("put_at", BigInteger()),
    # The id of the API key that put it.
    column("put_by", TEXT),
)
"""What a site has put down about a person, sealed with the person's key."""

phone_index = Table(
    "vault_index",
    metadata,
    # HMAC-SHA256 of the number under the index key: nobody without that key can even try numbers.
    column("digest", LargeBinary(), primary_key=True),
    column("depositor", TEXT, index=True),
)
"""Which reference belongs to a telephone number, without the number."""

lock = Table(
    "vault_lock",
    metadata,
    column("one", Integer(), primary_key=True),
    column("index_key", LargeBinary()),
    CheckConstraint("one = 1", name="vault_lock_is_one_row"),
)
"""One row: the key of the index, wrapped with the master key; only that master key opens it."""


def lay_out(engine: Engine) -> None:
    """Make the vault's tables where they are not there yet, and the log of who reads them."""
    access_log.lay_out(engine)
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        metadata.create_all(connection)


def alone_with(connection: Connection, name: str) -> None:
    """Let nobody else write about the same person or number until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"custody vault {name}",)
        )
