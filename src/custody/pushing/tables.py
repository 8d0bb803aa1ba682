"""Who is to be told what, how far have they been, and what would they not take? Two tables."""

from typing import Final

from sqlalchemy import BigInteger, Engine, Index, Integer, LargeBinary, MetaData, Table

from custody.ledger import laying_out
from custody.ledger.columns import TEXT, column

_LAYOUT_LOCK: Final = 0x70757368

metadata = MetaData()

subscription = Table(
    "subscription",
    metadata,
    column("id", TEXT, primary_key=True),
    # Whose it is: what this key may see is told, and nothing once it is revoked.
    column("key", TEXT, index=True),
    column("url", TEXT),
    column("types", TEXT, nullable=True),
    column("site", TEXT, nullable=True),
    column("division", TEXT, nullable=True),
    column("battery", TEXT, nullable=True),
    column("envelope", TEXT),
    # Of a subscription to a named query: whose it is and its name, and what it asked for then.
    column("query", TEXT, nullable=True, index=True),
    column("asked", TEXT, nullable=True),
    # Sealed with the master key: who reads the table alone can sign nothing.
    column("secret", LargeBinary()),
    column("former_secret", LargeBinary(), nullable=True),
    column("former_until", BigInteger(), nullable=True),
    column("created_at", BigInteger()),
    column("state", TEXT),
    column("reason", TEXT, nullable=True),
    column("cursor", BigInteger()),
    # How far the batch reaches that may be under way: after a crash it is sent again as it was.
    column("reaching", BigInteger(), nullable=True),
    # How often somebody has set the cursor: what is told again is not taken for a repeat.
    column("round", Integer()),
    column("at_once", Integer()),
    column("failures", Integer()),
    column("refusals", Integer()),
    column("dead_running", Integer()),
    column("next_at", BigInteger(), nullable=True),
    column("answered_at", BigInteger(), nullable=True),
    column("status", BigInteger(), nullable=True),
    column("answer", TEXT, nullable=True),
)
"""A subscription, and how it stands."""

dead_letter = Table(
    "dead_letter",
    metadata,
    column("subscription", TEXT, primary_key=True),
    column("position", BigInteger(), primary_key=True),
    column("died_at", BigInteger()),
    column("status", BigInteger(), nullable=True),
    column("answer", TEXT, nullable=True),
    # When somebody asked for it to be told again; null if nobody has.
    column("again", BigInteger(), nullable=True),
    Index("dead_letter_again", "again"),
)
"""A fact that a receiver refused for good, and what it said."""


def lay_out(engine: Engine) -> None:
    """Make the tables where they are not there yet."""
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        metadata.create_all(connection)
