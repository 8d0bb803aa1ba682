"""发号: a site wants a book of numbers. Which does it get, and was a tag ever given out to it?"""

from collections.abc import Iterator

from custody.codes.consignment import SERIAL_MAX
from custody.codes.tag import COUNTER_MAX
from custody.decisions.advice import Advice, Remark
from custody.events import NumbersIssued, Tagged
from custody.events.issuing import NumbersWanted, series_of_tag
from custody.state.books import Books
from custody.state.issued import Issued
from custody.state.registry import Registry
from custody.terms import FieldError, Refused

LAST = {"tags": COUNTER_MAX, "consignments": SERIAL_MAX}
"""The last number of a division's year, and of its day."""

TAG_NOT_ISSUED = Advice(
    "tag_not_issued",
    "low",
    "标签 {tag} 不在任何已签发的号段中。",
    "Tag {tag} is in no book of numbers that was given out.",
)
TAG_OF_ANOTHER_SITE = Advice(
    "tag_of_another_site",
    "high",
    "标签 {tag} 签发给站点 {site}，而不是本站点。",
    "Tag {tag} was given out to site {site}, not to this one.",
)


def decide(wanted: NumbersWanted, day: str, issued: Issued, registry: Registry) -> NumbersIssued:
    """Give out the next numbers. Refused is a site of nobody, a stranger's terminal, and too many.

    `day`: whose numbers they are, the day asked for or today.
    """
    if registry.latest_site(wanted.site) is None:
        raise Refused("site_unknown", FieldError("/site", "site_unknown", {"site": wanted.site}))
    if wanted.terminal is not None:
        terminal = registry.latest_terminal(wanted.terminal)
        if terminal is None or terminal.site != wanted.site:
            named = {"terminal": wanted.terminal, "site": wanted.site}
            raise Refused("terminal_unknown", FieldError("/terminal", "terminal_unknown", named))
    said = wanted.model_dump(exclude={"day"})
    left = max(LAST[wanted.kind] - issued.next + 1, 0)
    if wanted.count > left:
        raise Refused("numbers_exhausted", left=left)
    return NumbersIssued(type="numbers_issued", **said, day=day, first=issued.next)


def says_the_same(known: NumbersIssued, wanted: NumbersWanted) -> None:
    """Refuse an id that stands for another book; a day left open is the day that it was given."""
    said = wanted.model_copy(update={"day": wanted.day or known.day})
    if said.model_dump() != known.model_dump(exclude={"type", "first"}):
        raise Refused("id_reused")


def of_tag(fact: Tagged, books: Books) -> Iterator[Remark]:
    """Remark on a tag that nobody was given, or that another site was."""
    scheme, _, code = fact.battery.code.partition(":")
    if scheme != "tag":
        return
    series, number = series_of_tag(code)
    book, subject = books.issued(series).book_of(number), f"battery:{fact.battery.code}"
    if book is None:
        yield TAG_NOT_ISSUED(subject, tag=code)
    elif book.site != fact.site:
        yield TAG_OF_ANOTHER_SITE(subject, tag=code, site=book.site)
