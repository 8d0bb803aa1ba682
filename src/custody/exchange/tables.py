"""What is kept so that events are found? An index of them, captures under way, and named queries.

The index can be thrown away and made again from the ledger; the other two cannot.
"""

from typing import Final
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    inspect,
    select,
)

from custody.ledger import laying_out
from custody.ledger.columns import POSITION, TEXT, column

_LAYOUT_LOCK: Final = 0x65706373

LAYOUT: Final = 6
"""Raised whenever the index says more than it did: what an older one holds is made again."""

EVENTS_A_RECORD: Final = 1_000
"""So many places an index keeps for each record: one of ours can be told as several events."""

metadata = MetaData()

event = Table(
    "epcis_event",
    metadata,
    # The record's position times EVENTS_A_RECORD, and which of its events.
    column("place", POSITION, primary_key=True),
    column("event_id", TEXT),
    column("declared_at", BigInteger(), nullable=True),
    column("event_time", BigInteger()),
    column("recorded_at", BigInteger()),
    # As they are told: the event as JSON, and the context of its names.
    column("said", TEXT),
    column("context", TEXT),
    column("hash", TEXT, nullable=True),
    Index("epcis_event_by_id", "event_id", "place"),
    Index("epcis_event_by_time", "event_time", "place"),
    Index("epcis_event_by_record_time", "recorded_at", "place"),
)

value = Table(
    "epcis_value",
    metadata,
    # bizStep, EPC, readPoint, bizTransaction po …: whatever can be asked for by its very value.
    column("name", TEXT, primary_key=True),
    column("value", TEXT, primary_key=True),
    # By this number an event's traits name it: many events have it, and it is long.
    column("number", BigInteger()),
    # The table is its own index: no second copy.
    sqlite_with_rowid=False,
)

trait = Table(
    "epcis_trait",
    metadata,
    column("number", BigInteger(), primary_key=True),
    column("place", POSITION, primary_key=True),
    # In which of the lists of an event an EPC stands; 0 for what has but one place to stand in.
    column("role", Integer(), primary_key=True),
    sqlite_with_rowid=False,
)

measure = Table(
    "epcis_measure",
    metadata,
    # quantity, value CEL, startTime …: whatever can be greater or less.
    column("name", TEXT, primary_key=True),
    column("place", POSITION, primary_key=True),
    column("value", Float(53), primary_key=True),
    sqlite_with_rowid=False,
)

whose = Table(
    "epcis_whose",
    metadata,
    column("place", POSITION, primary_key=True),
    # `site:…` or `organisation:…`: whose an event is to see.
    column("subject", TEXT, primary_key=True),
    sqlite_with_rowid=False,
)

attribute = Table(
    "epcis_attribute",
    metadata,
    # Of master data: what is said, of what, and where that stands; see `describing`.
    column("name", TEXT, primary_key=True),
    column("value", TEXT, primary_key=True),
    column("element", TEXT, primary_key=True),
    column("place", POSITION, primary_key=True),
    sqlite_with_rowid=False,
)

reached = Table(
    "epcis_reached",
    metadata,
    # One row, or none until somebody asks for events: until then nothing is indexed.
    column("one", Integer(), primary_key=True),
    column("position", BigInteger()),
    column("layout", BigInteger()),
    # How many values have a number.
    column("numbers", BigInteger()),
    # Of its own in each index that was ever begun: what was known of another's numbers is void.
    column("generation", TEXT),
)

capture = Table(
    "epcis_capture",
    metadata,
    # Begins with the instant, so that captures sort by time and no database has to count.
    column("id", TEXT, primary_key=True),
    column("owner", TEXT),
    column("posted_by", TEXT),
    column("site", TEXT, nullable=True),
    column("organisation", TEXT, nullable=True),
    column("role", TEXT),
    column("terminal", TEXT, nullable=True),
    column("division", TEXT, nullable=True),
    column("behaviour", TEXT),
    # The document as it came; empty once its events are recorded, where it stands as well.
    column("body", TEXT),
    column("created_at", BigInteger()),
    column("recorded_at", BigInteger(), nullable=True),
    column("finished_at", BigInteger(), nullable=True, index=True),
    # What was wrong, and what became of the movements that its events are, as JSON.
    column("errors", TEXT, nullable=True),
    column("movements", TEXT, nullable=True),
    # The last position that it was recorded at.
    column("position", BigInteger(), nullable=True),
    Index("epcis_capture_by_owner", "owner", "id"),
)

query = Table(
    "epcis_query",
    metadata,
    column("owner", TEXT, primary_key=True),
    column("name", TEXT, primary_key=True),
    column("said", TEXT),
    column("created_at", BigInteger()),
)

INDEX: Final = (event, value, trait, measure, whose, attribute, reached)


def lay_out(engine: Engine) -> None:
    """Make the tables where they are not there yet, and an index anew that is of another layout."""
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        if inspect(connection).has_table(reached.name):
            found = connection.scalar(select(reached.c.layout))
            if found not in (None, LAYOUT):
                metadata.drop_all(connection, INDEX)
        metadata.create_all(connection)


def renew(engine: Engine) -> None:
    """Throw the index away, so that it is made again from the beginning."""
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        begun = connection.scalar(select(reached.c.position))
        metadata.drop_all(connection, INDEX)
        metadata.create_all(connection)
        if begun is not None:
            start(connection)


def start(connection: Connection) -> None:
    """Begin an index that knows of nothing yet."""
    connection.execute(
        reached.insert().values(
            one=1, position=0, layout=LAYOUT, numbers=0, generation=str(uuid4())
        )
    )
