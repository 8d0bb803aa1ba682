from hashlib import sha256
from typing import Any

import pytest

from custody.decisions import Arrival, Poster, Remark, chain
from custody.events import Movement, Registration
from custody.state.books import Books, Noted
from custody.terms import MINUTE, Millis
from tests.given import CENTRE, POINT, data, drop_off, network, terminal, tuesday, wednesday
from tests.known import registry_of

T1 = f"{POINT}-T1"
POSTER = Poster("key", POINT, T1)


class Known:
    """What a terminal has posted, and how it is registered, before one movement more."""

    def __init__(self, *facts: Movement) -> None:
        self._facts, self._registrations = facts, [*network]

    def registered(self, *registrations: Registration) -> "Known":
        self._registrations += registrations
        return self

    def when(self, fact: Movement, by: Poster = POSTER, offset: Millis | None = None) -> "Known":
        self._fact, self._arrival = fact, Arrival(by, data(fact), offset)
        return self

    def then(self, *codes: str) -> list[Remark]:
        asked = chain.reads(self._fact, self._arrival.poster)
        books = Books(asked, registry_of(*self._registrations))
        for fact in self._facts:
            place = chain.place(fact, POSTER)
            assert place is not None, f"{fact} has no place"
            books.take_in(Noted(fact, data(fact), (*fact.subjects(), place)))
        remarks = [*chain.decide(self._fact, self._arrival, books)]
        assert [remark.code for remark in remarks] == [*codes]
        return remarks


def nth(n: int, before: Movement | None = None, *, ref: str | None = None, **said: Any) -> Movement:
    """Return the n-th movement of the terminal, which names the bytes of the one before."""
    if before is not None:
        said.setdefault("previous", digest(before))
    return drop_off(ref or f"maker:{n}", terminal_sequence=n, **said)


def digest(fact: Movement) -> str:
    return sha256(data(fact)).hexdigest()


first = nth(0)
second = nth(1, first)
third = nth(2, second)
stranger = nth(1, first, ref="maker:X")


def test_who_follows_the_one_before_is_not_remarked() -> None:
    Known(first).when(second).then()
    Known(first, third).when(second).then()


def test_a_terminal_begins_with_nothing_before_it() -> None:
    Known().when(first).then()
    Known(second).when(first).then()


def test_what_has_not_come_leaves_a_gap() -> None:
    (remark,) = Known(first).when(third).then("sequence_gap")
    assert (remark.severity, remark.params["before"], remark.params["n"]) == ("medium", 1, 2)


def test_two_movements_in_one_place_are_a_fork() -> None:
    (remark,) = Known(first, second).when(stranger).then("sequence_fork")
    assert remark.severity == "critical"
    assert remark.subjects == (f"terminal:{T1}", f"movement:{second.id}")


def test_a_movement_is_no_fork_of_itself() -> None:
    Known(first, second).when(second).then()


def test_a_movement_that_names_another_before_it_breaks_the_chain() -> None:
    (remark,) = Known(first).when(nth(1, previous="0" * 64)).then("chain_broken")
    assert remark.severity == "critical"


def test_what_the_next_one_did_not_name_breaks_it_too() -> None:
    (remark,) = Known(first, third).when(stranger).then("chain_broken")
    assert (remark.params["before"], remark.params["n"]) == (1, 2)


def test_who_slips_in_between_forks_and_breaks_the_chain() -> None:
    Known(first, second, third).when(stranger).then("sequence_fork", "chain_broken")


def test_after_a_fork_either_branch_may_go_on() -> None:
    Known(second, stranger).when(third).then()
    Known(second, stranger).when(nth(2, stranger)).then()
    Known(second, stranger).when(nth(2, first)).then("chain_broken")


def test_without_a_digest_there_is_nothing_to_break() -> None:
    Known(first).when(nth(1)).then()
    Known(first, nth(2)).when(stranger).then()


def test_the_place_alone_counts_for_a_gap_not_the_digest() -> None:
    Known().when(nth(7, previous="0" * 64)).then("sequence_gap")


def test_a_key_of_no_terminal_has_no_sequence() -> None:
    nobody = Poster("key", POINT)
    Known().when(third, nobody).then()
    assert chain.place(third, nobody) is None
    assert chain.reads(third, nobody) == ()


def test_only_a_place_and_its_neighbours_are_read() -> None:
    assert chain.reads(drop_off(), POSTER) == ()
    assert chain.reads(first, POSTER) == (f"sequence:{T1}#0", f"sequence:{T1}#1")
    assert chain.reads(nth(500), POSTER) == tuple(f"sequence:{T1}#{n}" for n in (499, 500, 501))


@pytest.mark.parametrize("by", [POSTER, Poster("key", POINT)])
@pytest.mark.parametrize(
    ("offset", "severity"),
    [
        (2 * MINUTE + 1, "low"),
        (-3 * MINUTE, "low"),
        (15 * MINUTE, "low"),
        (15 * MINUTE + 1, "high"),
        (-16 * MINUTE, "high"),
    ],
)
def test_a_clock_that_is_off_is_told_by_how_much(by: Poster, offset: Millis, severity: str) -> None:
    (remark,) = Known().when(drop_off(), by, offset).then("clock_skew")
    assert (remark.severity, remark.params) == (severity, {"seconds": round(offset / 1000)})


@pytest.mark.parametrize("offset", [None, 0, 2 * MINUTE, -2 * MINUTE])
def test_a_clock_that_is_nearly_right_is_right(offset: Millis | None) -> None:
    Known().when(drop_off(), POSTER, offset).then()


def test_a_terminal_that_was_not_active_is_remarked() -> None:
    known = Known().registered(terminal(T1, active_from=tuesday, active_to=wednesday))
    known.when(drop_off(at=tuesday)).then()
    known.when(drop_off(at=wednesday)).then("terminal_suspended")
    known.when(drop_off(at=tuesday - 1)).then("terminal_suspended")


def test_a_terminal_that_stood_elsewhere_then_is_remarked() -> None:
    known = Known().registered(terminal(T1), terminal(T1, site=CENTRE, active_from=tuesday))
    known.when(drop_off(at=tuesday - 1)).then()
    (remark,) = known.when(drop_off(at=tuesday)).then("terminal_of_another_site")
    assert remark.params["site"] == CENTRE


def test_a_terminal_that_nobody_registered_is_not_judged() -> None:
    Known().when(drop_off()).then()
