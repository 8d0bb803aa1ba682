"""Which tables does the log keep beside the ledger, and how are they laid out?

A leaf's entry is kept as the bytes that were hashed and is never written anew. What else is kept,
the hashes above the leaves and how far the log has come, follows from the leaves.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from custody.ledger import laying_out
from custody.ledger.columns import POSITION, column

metadata = MetaData()

_LAYOUT_LOCK = 0x6375736F


leaf = Table(
    "log_leaf",
    metadata,
    # Leaf index n - 1 belongs to position n: positions have no gaps and stand in commit order.
    column("position", POSITION, primary_key=True),
    column("hash", LargeBinary()),
    column("entry", LargeBinary()),
)

tile = Table(
    "log_tile",
    metadata,
    # From level 1 up: the hashes of level 0 stand beside their entries.
    column("level", Integer(), primary_key=True),
    column("number", POSITION, primary_key=True),
    column("hashes", LargeBinary()),
    sqlite_with_rowid=False,
)

state = Table(
    "log_state",
    metadata,
    column("one", Integer(), primary_key=True),
    column("origin", Text()),
    # From this each battery's salt in the heads is derived, so that their references tell nobody
    # which printed codes there are.
    column("secret", LargeBinary()),
    column("size", BigInteger()),
    column("peaks", LargeBinary()),
    # By which policy checkpoints are published: its keys are told to whoever asks.
    column("policy", Text()),
    CheckConstraint("one = 1", name="log_state_is_one_row"),
)

note = Table(
    "log_note",
    metadata,
    # Of each size that was published, the checkpoint with its signatures, as it is handed out.
    column("size", POSITION, primary_key=True),
    column("peaks", LargeBinary()),
    column("text", Text()),
    column("published_at", BigInteger()),
)

head_chunk = Table(
    "log_head_chunk",
    metadata,
    # The rows of one taking of heads, 256 to a chunk, and the reference that each begins with; only
    # the latest takings are kept.
    column("through", POSITION, primary_key=True),
    column("number", POSITION, primary_key=True),
    column("first", LargeBinary()),
    column("hash", LargeBinary()),
    column("rows", LargeBinary()),
)

# Where in the ledger are the few records that evidence of any battery may need? Of whom they are,
# and at which positions: registrations by their party, heads under a name of their own.
landmark = Table(
    "log_landmark",
    metadata,
    column("name", Text(), primary_key=True),
    column("position", POSITION, primary_key=True),
    sqlite_with_rowid=False,
)


def lay_out(engine: Engine) -> None:
    """Make the log's tables where they are not there yet."""
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        metadata.create_all(connection)
