"""What do the pages of a site's books look like? Their columns say it, once for every format."""

from functools import reduce
from operator import or_
from typing import Any, Literal

from pydantic import Field, create_model

from custody import books
from custody.api.answers import Answer, Moment
from custody.books import Book
from custody.books.columns import Column

TYPES: dict[str, Any] = {
    "text": str | None,
    "day": str,
    "instant": Moment | None,
    "number": int | None,
    "flag": bool | None,
    "list": list[Any],
}


class Stretch(Answer):
    """A page of what is told of a stretch of time at a site; all pages tell one moment."""

    site: str
    from_: Moment = Field(alias="from")
    to: Moment
    known_at: Moment | None
    position: int
    next: str = Field(default="")


def _ledger(book: Book) -> Any:
    title = book.name.title().replace("_", "")
    columns: dict[str, Any] = {column.name: _field(column) for column in book.columns}
    line = create_model(f"{title}Line", __base__=Answer, **columns)
    fields: dict[str, Any] = {
        "book": (Literal[book.name], ...),
        "items": (list[line], ...),
        "totals": (dict[str, int], ...),
    }
    doc = f"{book.zh} · {book.en}"
    return create_model(f"{title}Ledger", __base__=Stretch, __doc__=doc, **fields)


def _field(column: Column) -> tuple[Any, Any]:
    may_be_null = column.kind in ("text", "instant", "number", "flag")
    null = "; null: nothing is told of it. 未报则为 null。" if may_be_null else ""
    return TYPES[column.kind], Field(description=f"{column.zh} · {column.en}{null}")


LEDGERS: Any = reduce(or_, map(_ledger, books.ALL))
"""A page of any of the books."""
