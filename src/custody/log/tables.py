"""Which tables does the log keep beside the ledger, and how are they laid out?

A leaf's entry is kept as the bytes that were hashed and is never written anew. What else is kept,
the hashes above the leaves and how far the log has come, follows from the leaves.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from custody.ledger import writing

metadata = MetaData()

_LAYOUT_LOCK = 0x6375736F  # any number, as long as every process that lays out locks the same
# SQLite makes a column its row id only if the type is spelled INTEGER.
_position: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")


def _column(name: str, type_: TypeEngine[Any], **options: Any) -> Column[Any]:
    return Column(name, type_, **{"nullable": False, "autoincrement": False, **options})


leaf = Table(
    "log_leaf",
    metadata,
    # Leaf index n - 1 belongs to position n: positions have no gaps and stand in commit order.
    _column("position", _position, primary_key=True),
    _column("hash", LargeBinary()),
    _column("entry", LargeBinary()),
)

tile = Table(
    "log_tile",
    metadata,
    # From level 1 up: the hashes of level 0 stand beside their entries.
    _column("level", Integer(), primary_key=True),
    _column("number", _position, primary_key=True),
    _column("hashes", LargeBinary()),
    sqlite_with_rowid=False,
)

state = Table(
    "log_state",
    metadata,
    _column("one", Integer(), primary_key=True),
    _column("origin", Text()),
    # From this each battery's salt in the heads is derived, so that their references tell nobody
    # which printed codes there are.
    _column("secret", LargeBinary()),
    _column("size", BigInteger()),
    _column("peaks", LargeBinary()),
    # By which policy checkpoints are published: its keys are told to whoever asks.
    _column("policy", Text()),
    CheckConstraint("one = 1", name="log_state_is_one_row"),
)

note = Table(
    "log_note",
    metadata,
    # Of each size that was published, the checkpoint with its signatures, as it is handed out.
    _column("size", _position, primary_key=True),
    _column("peaks", LargeBinary()),
    _column("text", Text()),
    _column("published_at", BigInteger()),
)

head_chunk = Table(
    "log_head_chunk",
    metadata,
    # The rows of one taking of heads, 256 to a chunk, and the reference that each begins with; only
    # the latest takings are kept.
    _column("through", _position, primary_key=True),
    _column("number", _position, primary_key=True),
    _column("first", LargeBinary()),
    _column("hash", LargeBinary()),
    _column("rows", LargeBinary()),
)

# Where in the ledger are the few records that evidence of any battery may need? Of whom they are,
# and at which positions: registrations by their party, heads under a name of their own.
landmark = Table(
    "log_landmark",
    metadata,
    _column("name", Text(), primary_key=True),
    _column("position", _position, primary_key=True),
    sqlite_with_rowid=False,
)


def lay_out(engine: Engine) -> None:
    """Make the log's tables where they are not there yet."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Several processes start at once; one of them makes the tables.
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({_LAYOUT_LOCK})")
        metadata.create_all(connection)
