"""What shows of a terminal's sequence, when what it posted comes late, twice, or not at all?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps, loads
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.custodian import Custodian, Outcome, Posted
from custody.decisions import Poster, chain
from custody.events import Movement
from custody.ledger import Ledger
from custody.terms import MINUTE, Millis, Refused
from tests.custodians import (
    Interrupted,
    custodian_of,
    movements_in,
    receipt,
    record,
    request,
    shown,
)
from tests.given import (
    NOWHERE,
    POINT,
    correct,
    data,
    drop_off,
    inspect,
    monday,
    next_monday,
    other,
    posted,
    sunday,
    terminal,
    tuesday,
    void,
)
from tests.strategies import in_batches
from tests.test_custodian_machine import in_memory

QUEUED = 1_000
T1, T2 = f"{POINT}-T1", f"{POINT}-T2"


@dataclass
class Terminal:
    """A device that counts what it posts, and names the bytes of the one before."""

    name: str = T1
    posted: list[Posted] = field(default_factory=list)

    def post(self, fact: Movement, **how: Any) -> Posted:
        """Put one more movement into the queue, chained to the one before."""
        said: dict[str, Any] = {"terminal_sequence": len(self.posted)}
        if self.posted:
            said["previous"] = digest(self.posted[-1])
        self.posted.append(self.hand_in(fact.model_copy(update=said), **how))
        return self.posted[-1]

    def hand_in(self, fact: Movement, sent_at: Millis | None = None) -> Posted:
        """Hand a movement in as it is."""
        poster = Poster(f"key-{self.name}", fact.site, self.name)
        return Posted(fact, data(fact), poster, next_monday, sent_at)

    def queue(self, length: int) -> list[Posted]:
        """Return so many movements, of a battery each."""
        for n in range(length):
            self.post(drop_off(f"maker:{n}", at=monday + n * 1_000))
        return self.posted


def digest(posted: Posted) -> str:
    return sha256(posted.data).hexdigest()


def remarks(outcome: Outcome) -> list[tuple[str, str]]:
    return [(one["code"], one["severity"]) for one in receipt(outcome).remarks]


def positions(ledger: Ledger) -> list[str]:
    """Return the places in sequences that are taken, in the order they were recorded."""
    subjects = [subject for kept in movements_in(ledger) for subject in kept.subjects]
    return [subject for subject in subjects if subject.startswith("sequence:")]


@pytest.fixture
def custodian(ledger: Ledger) -> Custodian:
    custodian = custodian_of(ledger)
    custodian.register(terminal(T1))
    return custodian


def test_a_long_queue_passes_in_order_and_without_a_remark(
    custodian: Custodian, ledger: Ledger
) -> None:
    queue = Terminal().queue(QUEUED)
    first = record(custodian, *queue)
    assert {shown(one) for one in first} == {("recorded",)}
    at = [receipt(one).position for one in first]
    assert at == [*range(at[0], at[0] + QUEUED)]
    head = ledger.head()
    assert {shown(one) for one in record(custodian, *queue)} == {("duplicate",)}
    assert ledger.head() == head


@pytest.mark.parametrize("strict", [False, True])
def test_a_dropped_connection_leaves_no_trace(custodian: Custodian, strict: bool) -> None:
    queue = Terminal().queue(60)
    first = record(custodian, *queue[:40], strict=strict)
    rest = record(custodian, *queue[25:], strict=strict)
    assert {shown(one) for one in first} == {("recorded",)}
    assert [shown(one) for one in rest] == [("duplicate",)] * 15 + [("recorded",)] * 20


def test_another_process_goes_on_where_the_first_was_left(
    custodian: Custodian, ledger: Ledger
) -> None:
    queue = Terminal().queue(10)
    record(custodian, *queue[:5])
    later = Custodian(ledger, clock=lambda: next_monday)
    assert {shown(one) for one in record(later, *queue[5:])} == {("recorded",)}


def test_each_movement_has_a_place_that_only_its_own_record_takes(
    custodian: Custodian, ledger: Ledger
) -> None:
    t1 = Terminal()
    t1.post(drop_off())
    t1.post(void(drop_off()).model_copy(update={"target": t1.posted[0].fact.id}))  # type: ignore[union-attr]
    t1.post(inspect(other))
    assert [shown(one) for one in record(custodian, *t1.posted)] == [
        ("recorded",),
        ("recorded",),
        ("recorded", "never_seen"),
    ]
    assert positions(ledger) == [f"sequence:{T1}#{n}" for n in range(3)]


def test_a_correction_takes_its_place_in_the_chain(custodian: Custodian) -> None:
    t1 = Terminal()
    first = t1.post(drop_off()).fact
    assert isinstance(first, Movement)
    t1.post(correct(first, {"channel": "fleet"}))
    t1.post(drop_off(other))
    assert [shown(one) for one in record(custodian, *t1.posted)] == [("recorded",)] * 3


def test_what_has_not_come_leaves_a_gap_until_it_does(custodian: Custodian) -> None:
    queue = Terminal().queue(4)
    assert remarks(record(custodian, queue[1])[0]) == [("sequence_gap", "medium")]
    assert [remarks(one) for one in record(custodian, queue[0], *queue[2:])] == [[], [], []]


def test_a_terminal_may_count_from_one(custodian: Custodian) -> None:
    first = posted(drop_off(terminal_sequence=1), poster=Poster("key", POINT, T1))
    assert remarks(record(custodian, first)[0]) == []


def test_one_terminal_s_sequence_is_nothing_to_another(custodian: Custodian) -> None:
    one, two = Terminal(T1), Terminal(T2)
    mine = [one.post(drop_off()), one.post(inspect())]
    theirs = [two.post(drop_off(other)), two.post(inspect(other))]
    for outcome in record(custodian, *mine, *theirs):
        assert remarks(outcome) == []


def test_the_bytes_count_as_they_were_posted(custodian: Custodian) -> None:
    """A body that says the same in other bytes is a duplicate, and no chain hangs on it."""
    t1 = Terminal()
    first, second = t1.queue(2)
    spaced = first._replace(data=first.data.replace(b",", b" , "))
    assert remarks(record(custodian, spaced)[0]) == []
    assert remarks(record(custodian, second)[0]) == [("chain_broken", "critical")]


def test_a_key_of_no_terminal_has_no_sequence(custodian: Custodian, ledger: Ledger) -> None:
    fact = drop_off(terminal_sequence=7, previous="0" * 64)
    assert shown(record(custodian, fact)[0]) == ("recorded",)
    assert positions(ledger) == []
    assert chain.reads(fact, Poster("key", POINT)) == ()


@contextmanager
def two_ledgers() -> Iterator[tuple[Ledger, Ledger]]:
    one, another = in_memory(), in_memory()
    try:
        yield one, another
    finally:
        one.close()
        another.close()


@given(st.permutations(range(8)).flatmap(in_batches))  # type: ignore[arg-type]
@settings(max_examples=30, deadline=None)
def test_an_honest_chain_shows_gaps_alone_in_whatever_order_it_comes(
    batches: Sequence[Sequence[int]],
) -> None:
    queue = Terminal().queue(8)
    ledger = in_memory()
    custodian = custodian_of(ledger)
    come: set[int] = set()
    for batch in batches:
        for n, outcome in zip(batch, record(custodian, *(queue[n] for n in batch)), strict=True):
            gap = n > 0 and n - 1 not in come
            assert remarks(outcome) == ([("sequence_gap", "medium")] if gap else [])
            come.add(n)
    ledger.close()


@st.composite
def scrambles(draw: st.DrawFn) -> list[Posted]:
    """Movements of two terminals that count, and chain, as they like."""
    posted: list[Posted] = []
    for number in range(draw(st.integers(1, 8))):
        digests = [None, "0" * 64, *map(digest, posted)]
        said = {
            "terminal_sequence": draw(st.integers(0, 3)),
            "previous": draw(st.sampled_from(digests)),
        }
        said = {name: value for name, value in said.items() if value is not None}
        fact = drop_off(f"maker:{number}").model_copy(update=said)
        posted.append(Terminal(draw(st.sampled_from((T1, T2)))).hand_in(fact))
    return posted


@given(scrambles().flatmap(in_batches))  # type: ignore[arg-type]
@settings(max_examples=40, deadline=None)
def test_batches_come_to_the_same_as_one_by_one(batches: Sequence[Sequence[Posted]]) -> None:
    with two_ledgers() as (together, alone):
        whole, single = custodian_of(together), custodian_of(alone)
        for batch in batches:
            half = len(batch) // 2
            in_vain = request(*batch, drop_off(site=NOWHERE), strict=True)
            asked = [in_vain, request(*batch[:half], strict=True), request(*batch[half:])]
            answers = [one for answer in whole.record(asked)[1:] for one in answer]
            beside = [record(single, posted)[0] for posted in batch]
            assert [*map(told, answers)] == [*map(told, beside)]


def told(outcome: Outcome) -> str:
    assert not isinstance(outcome, Refused)
    return dumps(outcome.receipt.remarks)


def test_what_is_judged_of_the_terminal_itself_is_kept_with_the_record(
    custodian: Custodian, ledger: Ledger
) -> None:
    custodian.register(terminal(T1, active_to=tuesday))
    late = Terminal().hand_in(drop_off(at=sunday), sent_at=next_monday - 20 * MINUTE)
    (outcome,) = record(custodian, late)
    assert remarks(outcome) == [("clock_skew", "high"), ("terminal_suspended", "high")]
    assert receipt(outcome).remarks[0]["params"] == {"seconds": 20 * 60}
    kept = movements_in(ledger)[-1]
    assert loads(kept.remarks or b"") == loads(dumps(receipt(outcome).remarks))


def test_a_twin_that_another_process_records_meanwhile_is_seen(
    custodian: Custodian, ledger: Ledger
) -> None:
    t1, ours = Terminal(), Interrupted(ledger.engine)
    mine = t1.hand_in(drop_off(other).model_copy(update={"terminal_sequence": 0}))

    def between() -> None:
        ours.before_append = lambda: None
        record(custodian, t1.hand_in(drop_off().model_copy(update={"terminal_sequence": 0})))

    ours.before_append = between
    (outcome,) = record(Custodian(ours, clock=lambda: next_monday), mine)
    assert remarks(outcome) == [("sequence_fork", "critical")]
