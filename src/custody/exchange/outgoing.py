"""How are our own facts told as events?"""

from collections.abc import Sequence

from custody.exchange.indexing import Told
from custody.ledger import Ledger, Record
from custody.terms import Position


def nothing_told(ledger: Ledger, records: Sequence[Record]) -> dict[Position, Sequence[Told]]:
    """Tell nothing."""
    return {}
