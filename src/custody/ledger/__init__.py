"""The ledger: records and their subjects in SQL, knowing no domain.

A record is one entry in one order; `about` says which subjects it concerns. A reader asks for the
past of some subjects, decides, and appends under the condition that none of them has moved since.
Positions are 1, 2, 3 … in commit order, so whoever goes on from the last one misses nothing.
"""

from custody.ledger.engines import laying_out, open_engine, writing
from custody.ledger.errors import Moved, NoDatabase, Unavailable, UnknownSchema, UnusableUrl
from custody.ledger.ledger import EVERYTHING, Ledger, open_ledger
from custody.ledger.records import Appended, Columns, Entry, Head, Past, Record, side_by_side
from custody.ledger.subscription import Subscription
from custody.ledger.tables import SCHEMA_VERSION, check_schema, create_schema

__all__ = [
    "EVERYTHING",
    "SCHEMA_VERSION",
    "Appended",
    "Columns",
    "Entry",
    "Head",
    "Ledger",
    "Moved",
    "NoDatabase",
    "Past",
    "Record",
    "Subscription",
    "Unavailable",
    "UnknownSchema",
    "UnusableUrl",
    "check_schema",
    "create_schema",
    "laying_out",
    "open_engine",
    "open_ledger",
    "side_by_side",
    "writing",
]
