"""Does a movement follow the one that its terminal posted before, however long it was offline?

A terminal counts its movements, and each names the digest of the bytes of the one before, whole and
with its signature. So what was lost, posted twice or slipped in afterwards shows in its neighbours
alone: nobody reads a terminal's whole past.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from custody.decisions.advice import Advice, Remark
from custody.decisions.any_movement import Poster
from custody.events import Movement, TerminalRegistered
from custody.state.books import Books, Noted
from custody.state.registry import Registry
from custody.terms import MINUTE, Millis, Subject

SKEW_LOW_MIN: Millis = 2 * MINUTE
SKEW_HIGH_MIN: Millis = 15 * MINUTE
"""From how far off ours a device's clock is remarked on, and from how far gravely."""

FIRST = 1
"""A terminal counts from 0 or from 1: before a first one that names none, nothing is missing."""

SEQUENCE_GAP = Advice(
    "sequence_gap",
    "medium",
    "终端 {terminal} 的第 {before} 条尚未收到，而第 {n} 条已到。",
    "Movement {before} of terminal {terminal} has not come, and {n} has.",
)
SEQUENCE_FORK = Advice(
    "sequence_fork",
    "critical",
    "终端 {terminal} 的序号 {n} 已用于另一条流转：终端可能被复制或回滚。",
    "Terminal {terminal} has posted another movement as its {n}: it may be copied, or set back.",
)
CHAIN_BROKEN = Advice(
    "chain_broken",
    "critical",
    "终端 {terminal} 第 {n} 条所载的前一条摘要，与已收到的第 {before} 条不符。",
    "Movement {n} of terminal {terminal} names another movement before it than the {before} known.",
)
CLOCK_SKEW = Advice(
    "clock_skew",
    "low",
    "发送时设备时钟与本系统相差 {seconds} 秒（正数为设备偏慢）。",
    "At sending, ours was {seconds} s ahead of the device's clock (behind it, if negative).",
)
TERMINAL_SUSPENDED = Advice(
    "terminal_suspended",
    "high",
    "终端 {terminal} 在该时刻未处于启用状态。",
    "Terminal {terminal} was not active at that time.",
)
TERMINAL_OF_ANOTHER_SITE = Advice(
    "terminal_of_another_site",
    "high",
    "终端 {terminal} 在该时刻登记于站点 {site}，而不是本站点。",
    "Terminal {terminal} was registered at site {site} at that time, not at this one.",
)


class Arrival(NamedTuple):
    """How a movement came: who posted it, in which bytes, from a clock how far off ours."""

    poster: Poster
    data: bytes
    clock_offset: Millis | None = None
    """What to add to the device's clock to get ours; None if it did not tell the time."""


def place(fact: Movement, poster: Poster) -> Subject | None:
    """Name the place that a movement has in its terminal's sequence, if it has one."""
    if poster.terminal is None or fact.terminal_sequence is None:
        return None
    return _place(poster.terminal, fact.terminal_sequence)


def reads(fact: Movement, poster: Poster) -> tuple[Subject, ...]:
    """Return the places that judging a movement's chain looks at: its own and its neighbours'."""
    terminal, n = poster.terminal, fact.terminal_sequence
    if terminal is None or n is None:
        return ()
    around = (n - 1, n, n + 1) if n else (n, n + 1)
    return tuple(_place(terminal, one) for one in around)


def decide(fact: Movement, arrival: Arrival, books: Books) -> Iterator[Remark]:
    """Remark on a gap, a fork or a break in the chain, and on whose terminal and clock it is."""
    terminal = arrival.poster.terminal
    yield from _clock(fact, terminal, arrival.clock_offset)
    if terminal is None:
        return
    yield from _whose(fact, terminal, books.registry)
    n = fact.terminal_sequence
    if n is None:
        return
    party = f"terminal:{terminal}"
    same = [one for one in books.at_place(_place(terminal, n)) if one.fact.id != fact.id]
    if same:
        others = (f"movement:{one.fact.id}" for one in same)
        yield SEQUENCE_FORK(party, *others, terminal=terminal, n=n)
    before = books.at_place(_place(terminal, n - 1)) if n else ()
    if n and not before and (n > FIRST or fact.previous):
        yield SEQUENCE_GAP(party, terminal=terminal, n=n, before=n - 1)
    if before and fact.previous and fact.previous not in {_digest(one.data) for one in before}:
        yield CHAIN_BROKEN(party, terminal=terminal, n=n, before=n - 1)
    after = _named_before(books.at_place(_place(terminal, n + 1)))
    if after and _digest(arrival.data) not in after:
        yield CHAIN_BROKEN(party, terminal=terminal, n=n + 1, before=n)


def _clock(fact: Movement, terminal: str | None, offset: Millis | None) -> Iterator[Remark]:
    if offset is None or abs(offset) <= SKEW_LOW_MIN:
        return
    whose = f"terminal:{terminal}" if terminal else f"site:{fact.site}"
    remark = CLOCK_SKEW(whose, seconds=round(offset / 1000))
    yield remark if abs(offset) <= SKEW_HIGH_MIN else replace(remark, severity="high")


def _whose(fact: Movement, terminal: str, registry: Registry) -> Iterator[Remark]:
    """Remark on a terminal that was not active, or another site's; one nobody registered is not."""
    party = f"terminal:{terminal}"
    held = registry.as_of(party, fact.at) or registry.latest(party)
    if not isinstance(held, TerminalRegistered):
        return
    if not registry.is_active(party, fact.at):
        yield TERMINAL_SUSPENDED(party, terminal=terminal)
    if held.site != fact.site:
        yield TERMINAL_OF_ANOTHER_SITE(party, terminal=terminal, site=held.site)


def _place(terminal: str, n: int) -> Subject:
    return f"sequence:{terminal}#{n}"


def _named_before(after: Sequence[Noted]) -> set[str]:
    return {one.fact.previous for one in after if one.fact.previous}


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
