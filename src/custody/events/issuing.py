"""Which numbers did a site get beforehand, for terminals that may be offline?"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from custody import codes
from custody.events.fact import Closed, Fact
from custody.events.vocabulary import INTEGER_MAX, MovementId, SiteId, TerminalId
from custody.terms import Subject

NUMBERS_MAX = 1_000
"""Numbers a book."""

FIRST = 1
"""What counting begins with, each year and each day."""

BookKind = Literal["tags", "consignments"]


def _is_a_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("not_a_day", "there is no such day") from None
    return text


# The century is not written in the numbers, so there is only one.
Day = Annotated[str, Field(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_is_a_day)]


class BookWanted(Closed):
    """What somebody wants a book of numbers for."""

    kind: BookKind
    site: SiteId
    terminal: TerminalId | None = None
    count: Annotated[int, Field(ge=1, le=NUMBERS_MAX)]
    day: Day | None = None


class NumbersWanted(BookWanted):
    """A book of numbers that somebody asks for; asking again with the same id gives the same."""

    id: MovementId


class NumbersIssued(Fact):
    """发号: a site got a book of tags, or of consignment numbers, that nobody else has."""

    type: Literal["numbers_issued"]
    id: MovementId
    kind: BookKind
    site: SiteId
    terminal: TerminalId | None = None
    day: Day
    first: Annotated[int, Field(ge=FIRST, le=INTEGER_MAX)]
    count: Annotated[int, Field(ge=1, le=NUMBERS_MAX)]

    @property
    def last(self) -> int:
        """The last number that it holds."""
        return self.first + self.count - 1

    def subjects(self) -> tuple[Subject, ...]:
        return (book(self.id), series(self.kind, self.site, self.day), f"site:{self.site}")

    def codes(self, first: int = 0, last: int = NUMBERS_MAX) -> Sequence[str]:
        """Write the numbers out, as they are printed: all, or those from one place to another."""
        division, day = self.site[:6], date.fromisoformat(self.day)
        numbers = range(self.first, self.last + 1)[first:last]
        if self.kind == "tags":
            return [codes.tag(day.year, division, number) for number in numbers]
        return [codes.consignment_no(division, day, number) for number in numbers]


def book(book_id: str) -> Subject:
    """Name a book of numbers."""
    return f"book:{book_id}"


def series(kind: BookKind, site: str, day: str) -> Subject:
    """Name what numbers are counted in: a division's tags of a year, or consignments of a day."""
    year, month, in_month = day[2:].split("-")
    if kind == "tags":
        return f"numbers:tags:{year}{site[:6]}"
    return f"numbers:consignments:{site[:6]}:{year}{month}{in_month}"


def series_of_tag(code: str) -> tuple[Subject, int]:
    """Say in which series a tag was counted, and as which number."""
    return f"numbers:tags:{code[2:10]}", int(code[10:16])
