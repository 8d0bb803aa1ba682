"""What do people want to know? One file a question; this is their list."""

from custody.projections.consignments import Consignments
from custody.projections.entries import Entries
from custody.projections.inventory import Inventory
from custody.projections.location import Location
from custody.projections.matter import Matter
from custody.projections.number_books import NumberBooks
from custody.projections.orders import Orders
from custody.projections.projection import Projection
from custody.projections.registry import Registry
from custody.projections.stays import Stays
from custody.projections.territory import Territory

ALL: tuple[Projection, ...] = (
    Location(),
    Stays(),
    Inventory(),
    Consignments(),
    Registry(),
    Entries(),
    Matter(),
    Orders(),
    NumberBooks(),
    Territory(),
)

EVERYTHING = frozenset(projection.name for projection in ALL)

LAYOUT = 4
"""Raised whenever a projection's tables or rules change: what an older layout holds is rebuilt."""
