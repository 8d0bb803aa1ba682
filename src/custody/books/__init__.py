"""台账: what must a site be able to show of its stock, and of all that happened to it?"""

from custody.books.asking import Asked, Span
from custody.books.book import Book, Line, Sources
from custody.books.corrections import CORRECTIONS
from custody.books.counts import INCIDENTS, STOCK_TAKE
from custody.books.handover import HANDOVER
from custody.books.inspection import INSPECTION
from custody.books.processing import PROCESSING
from custody.books.stock import STOCK
from custody.books.told_from_stays import ADJUSTED, CAME, WENT

ALL: tuple[Book, ...] = (
    STOCK,
    CAME,
    WENT,
    ADJUSTED,
    HANDOVER,
    INSPECTION,
    PROCESSING,
    STOCK_TAKE,
    CORRECTIONS,
    INCIDENTS,
)

BY_NAME = {book.name: book for book in ALL}

__all__ = ["ALL", "BY_NAME", "Asked", "Book", "Line", "Sources", "Span"]
