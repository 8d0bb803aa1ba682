"""What can be asked of a site's books and of the registry, and how is somebody registered?"""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from custody.client import answers
from custody.client.answers import Page
from custody.client.answers_of_batteries import Book
from custody.client.conversation import Answered, Ask, Question
from custody.client.questions import Listing, get
from custody.client.reading import reads
from custody.client.writing import instant, serialised

Edge = str | date | datetime | None
"""Where a stretch of a book begins or ends: a day of Asia/Shanghai, a month, an instant."""

JSON = {"Content-Type": "application/json"}


def book(
    site: str,
    name: str = "stock",
    *,
    start: Edge = None,
    to: Edge = None,
    known_at: datetime | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    at_least: int | None = None,
) -> Question[Book]:
    """What stands on a page of one of a site's books? Raises Problem `not_found`, `invalid_span`.

    The next page is asked for with `cursor`, a page's `next`; all of them tell one moment.
    """
    return Question(
        get(
            _path(site), book=name, from_=_edge(start), to=_edge(to), known_at=known_at,
            cursor=cursor, limit=limit, at_least=at_least,
        ),
        reads(Book),
    )  # fmt: skip


def book_file(
    site: str,
    name: str = "stock",
    *,
    format_: str = "csv",
    start: Edge = None,
    to: Edge = None,
    known_at: datetime | None = None,
    at_least: int | None = None,
) -> Question[bytes]:
    """What stands in one of a site's books, as the bytes of a whole file: `csv` or `xlsx`?

    `name` `all` is a workbook of them all. Raises Problem `book_too_long`.
    """
    ask = get(
        _path(site), book=name, from_=_edge(start), to=_edge(to), known_at=known_at,
        format_=format_, at_least=at_least,
    )  # fmt: skip
    return Question(ask, _bytes)


def organisation(uscc: str, *, as_of: datetime | None = None) -> Question[answers.Organisation]:
    """What is registered of an organisation? Raises Problem `not_found`."""
    ask = get(f"/v1/organisations/{quote(uscc)}", as_of=as_of)
    return Question(ask, reads(answers.Organisation))


def site(name: str, *, as_of: datetime | None = None) -> Question[answers.Site]:
    """What is registered of a site? Raises Problem `not_found`."""
    return Question(get(f"/v1/sites/{quote(name)}", as_of=as_of), reads(answers.Site))


def terminal(name: str, *, as_of: datetime | None = None) -> Question[answers.Terminal]:
    """What is registered of a terminal? Raises Problem `not_found`."""
    return Question(get(f"/v1/terminals/{quote(name)}", as_of=as_of), reads(answers.Terminal))


def organisations(
    *, as_of: datetime | None = None, limit: int | None = None
) -> Listing[answers.Organisation]:
    """Which organisations are registered?"""
    return Listing(
        get("/v1/organisations", as_of=as_of, limit=limit), reads(Page[answers.Organisation])
    )


def sites(*, as_of: datetime | None = None, limit: int | None = None) -> Listing[answers.Site]:
    """Which sites are registered?"""
    return Listing(get("/v1/sites", as_of=as_of, limit=limit), reads(Page[answers.Site]))


def terminals(
    *, as_of: datetime | None = None, limit: int | None = None
) -> Listing[answers.Terminal]:
    """Which terminals are registered?"""
    return Listing(get("/v1/terminals", as_of=as_of, limit=limit), reads(Page[answers.Terminal]))


def routes(*, as_of: datetime | None = None, limit: int | None = None) -> Listing[answers.Route]:
    """Which routes are registered?"""
    return Listing(get("/v1/routes", as_of=as_of, limit=limit), reads(Page[answers.Route]))


def register(path: str, **said: Any) -> Question[answers.Registered]:
    """What becomes of a registration, at a path of the registry (`/v1/sites/330106-0007`)?

    The same said twice changes nothing. Raises Problem `invalid_fields`, `forbidden`.
    """
    return Question(
        Ask("PUT", path, headers=JSON, body=serialised(said)), reads(answers.Registered)
    )


def _path(name: str) -> str:
    return f"/v1/sites/{quote(name)}/ledger"


def _edge(at: Edge) -> str | None:
    if isinstance(at, datetime):
        return instant(at)
    return at.isoformat() if isinstance(at, date) else at


def _bytes(answered: Answered) -> bytes:
    return answered.body
