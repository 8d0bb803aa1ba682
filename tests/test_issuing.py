"""Which numbers does a site get beforehand, and does nobody else ever get the same?"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from custody.codes import battery_ref, consignment
from custody.custodian import ATTEMPTS_MAX, Contended, Custodian
from custody.events import NumbersIssued, decode
from custody.events.issuing import NumbersWanted
from custody.ledger import Ledger, open_engine, open_ledger
from custody.projections.freshness import snapshot
from custody.projections.number_books import listing
from custody.projector import Projector
from custody.rebuilding import verify
from custody.terms import DAY, HOUR, Refused
from tests.custodians import Interrupted, custodian_of, movements_in, record, shown
from tests.given import (
    BASE,
    CENTRE,
    NOWHERE,
    POINT,
    next_monday,
    tag,
    terminal,
    tuesday,
    uuid7,
)
from tests.projections.bookkeeping import laid_out, silent

THREADS = 4
ROUNDS = 5
TODAY = "2026-03-09"


def wanted(seed: str = "a", **said: Any) -> NumbersWanted:
    said = {"kind": "tags", "site": POINT, "count": 10, **said}
    return NumbersWanted(id=uuid7(next_monday, seed), **said)


@pytest.fixture
def custodian(ledger: Ledger) -> Custodian:
    return custodian_of(ledger)


def refusal(custodian: Custodian, book: NumbersWanted) -> str:
    with pytest.raises(Refused) as refused:
        custodian.issue(book)
    return refused.value.code


def test_a_site_gets_the_next_numbers_of_its_division_and_year(custodian: Custodian) -> None:
    first, second = custodian.issue(wanted("a")), custodian.issue(wanted("b", site=CENTRE))
    assert first.book.codes()[0].startswith("EB26330106000001")
    assert second.book.codes()[-1].startswith("EB26330106000020")
    assert not {*first.book.codes()} & {*second.book.codes()}
    for code in first.book.codes():
        assert battery_ref(f"tag:{code}") == f"tag:{code}"


def test_consignments_are_counted_by_day(custodian: Custodian) -> None:
    today = custodian.issue(wanted("a", kind="consignments")).book
    tomorrow = custodian.issue(wanted("b", kind="consignments", day="2026-03-10")).book
    assert (today.day, tomorrow.day) == (TODAY, "2026-03-10")
    assert (today.first, tomorrow.first) == (1, 1)
    assert today.codes()[0].startswith("C330106260309")
    assert [consignment(code) for code in tomorrow.codes()] == [*tomorrow.codes()]


def test_another_division_counts_for_itself(custodian: Custodian) -> None:
    custodian.issue(wanted("a"))
    assert custodian.issue(wanted("b", site=BASE)).book.first == 1


@pytest.mark.parametrize(("hours", "day"), [(14, "2026-03-09"), (15, "2026-03-10")])
def test_today_is_the_day_in_hangzhou(ledger: Ledger, hours: int, day: str) -> None:
    custodian_of(ledger)
    late = Custodian(ledger, clock=lambda: next_monday + hours * HOUR)
    assert late.issue(wanted(kind="consignments")).book.day == day


def test_a_book_that_is_asked_for_again_is_the_same(custodian: Custodian, ledger: Ledger) -> None:
    first = custodian.issue(wanted())
    head = ledger.head()
    a_year_later = Custodian(ledger, clock=lambda: next_monday + 400 * DAY)
    again = a_year_later.issue(wanted())
    assert (first.again, again.again) == (False, True)
    assert again.book == first.book
    assert ledger.head() == head


def test_an_id_stands_for_one_book(custodian: Custodian) -> None:
    custodian.issue(wanted())
    assert refusal(custodian, wanted(count=11)) == "id_reused"
    assert refusal(custodian, wanted(kind="consignments")) == "id_reused"


def test_who_is_not_registered_gets_none(custodian: Custodian, ledger: Ledger) -> None:
    assert refusal(custodian, wanted(site=NOWHERE)) == "site_unknown"
    assert refusal(custodian, wanted(terminal="T-1")) == "terminal_unknown"
    assert movements_in(ledger) == []
    custodian.register(terminal("T-1"))
    assert custodian.issue(wanted(terminal="T-1")).book.terminal == "T-1"


def test_what_was_given_out_is_recorded_with_whoever_asked(
    custodian: Custodian, ledger: Ledger
) -> None:
    book = custodian.issue(wanted(), posted_by="key-7").book
    (kept,) = movements_in(ledger)
    assert decode(kept.type, kept.version, kept.data) == book
    assert kept.posted_by == "key-7"
    assert kept.subjects == (f"book:{book.id}", "numbers:tags:26330106", f"site:{POINT}")


def told(custodian: Custodian, **said: Any) -> list[str]:
    """Say what is remarked of whose a tag is."""
    about = ("tag_not_issued", "tag_of_another_site")
    return [code for code in shown(record(custodian, tag(**said))[0]) if code in about]


def test_a_tag_is_judged_by_the_books_of_its_series(custodian: Custodian) -> None:
    custodian.issue(wanted("a", kind="consignments"))
    custodian.issue(wanted("b", site=BASE))
    assert told(custodian) == ["tag_not_issued"]
    custodian.issue(wanted("c", site=CENTRE))
    assert told(custodian, at=tuesday) == ["tag_of_another_site"]
    assert told(custodian, at=tuesday, site=CENTRE) == []


def test_what_another_process_gave_out_is_known_at_the_next_tag(ledger: Ledger) -> None:
    ours, theirs = custodian_of(ledger), Custodian(ledger, clock=lambda: next_monday)
    assert told(ours) == ["tag_not_issued"]
    theirs.issue(wanted())
    assert told(ours, at=tuesday) == []
    theirs.issue(wanted("b"))
    assert ours.issue(wanted("c")).book.first == 21


@pytest.fixture
def ours(ledger: Ledger, database_url: str) -> Iterator[Interrupted]:
    """The ledger of a process whose appends another may forestall."""
    custodian_of(ledger)
    interrupted = Interrupted(open_engine(database_url))
    yield interrupted
    interrupted.close()


def test_a_book_given_out_while_a_tag_is_decided_on_counts(
    ledger: Ledger, ours: Interrupted
) -> None:
    def between() -> None:
        ours.before_append = lambda: None
        Custodian(ledger, clock=lambda: next_monday).issue(wanted())

    ours.before_append = between
    assert told(Custodian(ours, clock=lambda: next_monday)) == []


def test_numbers_that_another_gave_out_meanwhile_are_not_given_out_again(
    ledger: Ledger, ours: Interrupted
) -> None:
    def between() -> None:
        ours.before_append = lambda: None
        Custodian(ledger, clock=lambda: next_monday).issue(wanted("rival"))

    ours.before_append = between
    assert Custodian(ours, clock=lambda: next_monday).issue(wanted()).book.first == 11


def test_who_is_always_overtaken_gives_up(ledger: Ledger, ours: Interrupted) -> None:
    rival = Custodian(ledger, clock=lambda: next_monday)
    seeds = iter(range(1_000))
    ours.before_append = lambda: rival.issue(wanted(f"rival {next(seeds)}"))
    with pytest.raises(Contended):
        Custodian(ours, clock=lambda: next_monday).issue(wanted())
    assert next(seeds) == ATTEMPTS_MAX


def test_many_at_once_never_get_the_same_number(ledger: Ledger, database_url: str) -> None:
    """Two processes with two threads each; every other book is asked for by all of them."""
    custodian_of(ledger)
    ledgers = [open_ledger(database_url) for _ in range(2)]
    custodians = [Custodian(one, clock=lambda: next_monday) for one in ledgers]
    starting = Barrier(THREADS)

    def ask(thread: int) -> list[NumbersIssued]:
        starting.wait()
        books = []
        for turn in range(ROUNDS):
            seed = f"all {turn}" if turn % 2 else f"{thread} {turn}"
            books.append(custodians[thread % 2].issue(wanted(seed, count=1 + turn)).book)
        return books

    with ThreadPoolExecutor(THREADS) as threads:
        given_out = [book for books in threads.map(ask, range(THREADS)) for book in books]
    books = {book.id: book for book in given_out}
    assert [books[book.id] for book in given_out] == given_out
    assert len(books) == THREADS * (ROUNDS // 2 + 1) + ROUNDS // 2
    codes = [code for book in books.values() for code in book.codes()]
    assert len(codes) == len({*codes}) == max(book.last for book in books.values())
    assert len(movements_in(ledger)) == len(books)
    for one in ledgers:
        one.close()


def test_the_books_of_a_site_are_listed(ledger: Ledger) -> None:
    laid_out(ledger)
    custodian = Custodian(ledger, clock=lambda: next_monday)
    given_out = (custodian.issue(wanted(seed, count=3)).book for seed in "abc")
    books = sorted(given_out, key=lambda book: book.id)
    custodian.issue(wanted("d", site=CENTRE, kind="consignments"))
    Projector(ledger, records_max=2).catch_up()
    with snapshot(ledger.engine) as (connection, _):
        rows = listing(connection, site=POINT, limit=10)
        assert [row["id"] for row in rows] == [book.id for book in books]
        assert [(row["first_code"], row["last_code"]) for row in rows] == [
            (book.codes()[0], book.codes()[-1]) for book in books
        ]
        assert listing(connection, site=POINT, after=books[1].id, limit=10) == rows[2:]
        assert len(listing(connection, limit=10)) == 4
    assert all(one.equal for one in verify(ledger, silent, {"number_books"}))
