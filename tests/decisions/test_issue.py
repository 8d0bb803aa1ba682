from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody import decisions
from custody.codes.consignment import SERIAL_MAX
from custody.codes.tag import COUNTER_MAX
from custody.decisions import Remark, issue
from custody.events import NumbersIssued, Tagged
from custody.events.issuing import NUMBERS_MAX, NumbersWanted, series, series_of_tag
from custody.state.books import Books
from custody.state.issued import Issued
from custody.state.registry import Registry
from custody.terms import Refused
from tests.given import BASE, CENTRE, POINT, network, next_monday, tag, terminal, uuid7
from tests.known import registry_of

TODAY = "2026-03-09"
SERIES = "numbers:tags:26330106"
registry = registry_of(*network)


def wanted(seed: str = "a", **said: Any) -> NumbersWanted:
    said = {"kind": "tags", "site": POINT, "count": 10, **said}
    return NumbersWanted(id=uuid7(next_monday, seed), **said)


class GivenOut:
    """Books that were given out, one after another, before something more is asked."""

    def __init__(self, *books: NumbersWanted) -> None:
        self.issued = Issued()
        for book in books:
            self.issued.take_in(issue.decide(book, TODAY, self.issued, registry))

    def when(self, fact: Tagged) -> "GivenOut":
        self._fact = fact
        return self

    def then(self, *codes: str) -> list[Remark]:
        known = {SERIES: self.issued}
        books = Books(decisions.reads(self._fact), registry, None, known)
        remarks = [*issue.of_tag(self._fact, books)]
        assert [remark.code for remark in remarks] == [*codes]
        return remarks


def test_a_tag_of_one_s_own_book_is_not_remarked() -> None:
    GivenOut(wanted()).when(tag()).then()


def test_a_tag_that_nobody_was_given_is_remarked() -> None:
    (remark,) = GivenOut().when(tag()).then("tag_not_issued")
    assert remark.severity == "low"


def test_a_tag_of_another_site_is_remarked_gravely() -> None:
    (remark,) = GivenOut(wanted(site=CENTRE)).when(tag()).then("tag_of_another_site")
    assert (remark.severity, remark.params["site"]) == ("high", CENTRE)


def test_a_code_of_a_maker_was_never_ours_to_give_out() -> None:
    GivenOut().when(tag("maker:A1")).then()
    assert decisions.reads(tag("maker:A1"))[-1] == "battery:maker:A1"


def test_a_tag_looks_into_the_series_that_it_was_counted_in() -> None:
    assert decisions.reads(tag())[-1] == SERIES == series("tags", POINT, TODAY)


def refusal(book: NumbersWanted, *before: NumbersWanted) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        issue.decide(book, TODAY, GivenOut(*before).issued, registry)
    return (refused.value.code, *(error.pointer for error in refused.value.errors))


def test_a_site_or_a_terminal_of_nobody_gets_none() -> None:
    assert refusal(wanted(site="990000-0000")) == ("site_unknown", "/site")
    assert refusal(wanted(terminal="T-1")) == ("terminal_unknown", "/terminal")
    elsewhere = registry_of(*network, terminal("T-1", site=BASE))
    with pytest.raises(Refused):
        issue.decide(wanted(terminal="T-1"), TODAY, Issued(), elsewhere)
    given_out = issue.decide(wanted(terminal="T-1", site=BASE), TODAY, Issued(), elsewhere)
    assert given_out.terminal == "T-1"


@pytest.mark.parametrize(("kind", "last"), [("tags", COUNTER_MAX), ("consignments", SERIAL_MAX)])
def test_numbers_that_are_used_up_are_refused(kind: str, last: int) -> None:
    issued = Issued()
    said = {"id": uuid7(next_monday, "z"), "kind": kind, "site": POINT, "day": TODAY}
    book = {**said, "type": "numbers_issued", "first": last - 10, "count": 6}
    issued.take_in(NumbersIssued.model_validate(book))
    with pytest.raises(Refused) as refused:
        issue.decide(wanted(kind=kind, count=6), TODAY, issued, registry)
    assert (refused.value.code, refused.value.params) == ("numbers_exhausted", {"left": 5})
    rest = issue.decide(wanted(kind=kind, count=5), TODAY, issued, registry)
    assert (rest.last, len(rest.codes())) == (last, 5)


@pytest.mark.parametrize(
    "said",
    [
        {"count": 11},
        {"site": CENTRE},
        {"kind": "consignments"},
        {"day": "2026-03-10"},
        {"terminal": "T-1"},
    ],
)
def test_an_id_stands_for_one_book(said: dict[str, Any]) -> None:
    known = issue.decide(wanted(), TODAY, Issued(), registry)
    for same in (wanted(), wanted(day=TODAY)):
        issue.says_the_same(known, same)
    with pytest.raises(Refused, match="id_reused"):
        issue.says_the_same(known, wanted(**said))


@given(st.lists(st.integers(1, NUMBERS_MAX), max_size=8), st.integers(0, 8 * NUMBERS_MAX + 2))
def test_every_number_is_in_one_book_and_those_after_the_last_in_none(
    counts: list[int], number: int
) -> None:
    issued = Issued()
    books = []
    for n, count in enumerate(counts):
        books.append(issue.decide(wanted(str(n), count=count), TODAY, issued, registry))
        issued.take_in(books[-1])
    holding = [book for book in books if book.first <= number <= book.last]
    found = issued.book_of(number)
    assert holding == ([] if found is None else [found])
    assert (found is None) == (number < 1 or number >= issued.next)
    assert issued.next == 1 + sum(counts)


@given(st.integers(1, COUNTER_MAX - NUMBERS_MAX), st.integers(1, NUMBERS_MAX))
def test_a_tag_says_in_which_series_it_was_counted(first: int, count: int) -> None:
    said = {**wanted(count=count).model_dump(), "day": TODAY, "first": first}
    book = NumbersIssued.model_validate({**said, "type": "numbers_issued"})
    assert [series_of_tag(code) for code in book.codes(0, 3)] == [
        (SERIES, number) for number in range(first, min(first + 3, book.last + 1))
    ]
    assert series_of_tag(book.codes(count - 1)[0]) == (SERIES, book.last)


def test_nobody_gets_numbers_where_nobody_is_registered() -> None:
    with pytest.raises(Refused):
        issue.decide(wanted(), TODAY, Issued(), Registry())
