"""What is told to a service, and asked of it, so that its document can show what it says?"""

from tests.api.story import (
    books,
    epcis,
    exports,
    following,
    log,
    movements,
    orders,
    otherwise,
    pushing,
    registry,
)
from tests.api.story.asking import Scene, Telling

CHAPTERS = {
    "registry": registry.chapter,
    "movements": movements.chapter,
    "orders": orders.chapter,
    "books": books.chapter,
    "following": following.chapter,
    "exports": exports.chapter,
    "epcis": epcis.chapter,
    "pushing": pushing.chapter,
    "log": log.chapter,
    "otherwise": otherwise.chapter,
}
"""The chapters of one story, in its order: each goes on where the one before it ended."""

__all__ = ["CHAPTERS", "Scene", "Telling"]
