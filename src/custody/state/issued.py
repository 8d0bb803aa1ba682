"""Which numbers of a series are given out, to whom, and which come next?"""

from bisect import bisect_right

from custody.events.issuing import FIRST, NumbersIssued
from custody.terms import Position


class Issued:
    """Every book of one series so far, up to a position of the ledger."""

    def __init__(self) -> None:
        self.position: Position = 0
        self._books: list[NumbersIssued] = []

    def take_in(self, fact: NumbersIssued) -> None:
        """Take in one more book; each begins after the one before."""
        assert fact.first >= self.next, f"numbers from {fact.first} are given out already"
        self._books.append(fact)

    @property
    def next(self) -> int:
        """The first number that nobody has."""
        return self._books[-1].last + 1 if self._books else FIRST

    def book_of(self, number: int) -> NumbersIssued | None:
        """Return the book that a number is in; None if it was never given out."""
        before = bisect_right(self._books, number, key=lambda one: one.first)
        if not before or number > self._books[before - 1].last:
            return None
        return self._books[before - 1]
