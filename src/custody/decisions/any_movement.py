"""What is asked of every movement? Refused here: the little that cannot be a fact."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from json import loads
from typing import Any

from custody import codes
from custody.decisions.advice import Advice, Remark
from custody.events import Dispatched, Movement, Received
from custody.state.books import Books
from custody.terms import MINUTE, FieldError, Millis, Refused, rfc3339

AHEAD_MAX: Millis = 5 * MINUTE
"""How far ahead of our clock a movement may claim to be, once its device's clock is set right."""

SITE_SUSPENDED = Advice(
    "site_suspended",
    "high",
    "站点 {site} 在该时刻未处于启用状态。",
    "Site {site} was not active at that time.",
)
DIVISION_ABOLISHED = Advice(
    "division_abolished",
    "low",
    "站点编号中的行政区划 {division}（{name}）已撤销。",
    "The division {division} ({name}) in the site's name had been abolished.",
)
DIVISION_STATISTICAL = Advice(
    "division_statistical",
    "low",
    "站点编号中的 {division}（{name}）是统计用区划，不是法定行政区划。",
    "{division} ({name}) in the site's name is a division of the statistics, not of the law.",
)

DIVISIONS_REMEMBERED_MAX = 10_000
"""Divisions by year: there are some three thousand, and every movement asks for one."""


@dataclass(frozen=True, slots=True)
class Poster:
    """Who posts: a key, the one site it speaks for, and the terminal it is bound to, if any."""

    key: str
    site: str | None
    terminal: str | None = None


def admit(fact: Movement, poster: Poster, books: Books) -> None:
    """Refuse a movement of somebody else's site, and one of a site that nobody registered."""
    if fact.site != poster.site:
        raise Refused("not_your_site", FieldError("/site", "not_your_site", {"site": poster.site}))
    if books.registry.latest(f"site:{fact.site}") is None:
        raise Refused("site_unknown", FieldError("/site", "site_unknown", {"site": fact.site}))


def says_the_same(known: bytes, body: bytes) -> None:
    """Refuse an id that was used for something else."""
    if not same_json(known, body):
        raise Refused("id_reused")


def not_too_early(fact: Movement, now: Millis, clock_offset: Millis) -> None:
    """Refuse what lies ahead of now by a clock set right; sent again later, it will pass."""
    if fact.at + clock_offset > now + AHEAD_MAX:
        raise Refused(
            "too_early",
            FieldError("/occurred_at", "too_early", {"now": rfc3339(now), "minutes": 5}),
        )


def remarks(fact: Movement, books: Books) -> Iterator[Remark]:
    """Remark on a site that was not active when it happened, and on the name it goes by."""
    party = f"site:{fact.site}"
    if not books.registry.is_active(party, fact.at) and not _ends_a_chain(fact, books):
        yield SITE_SUSPENDED(party, site=fact.site)
    found = _division(fact.site[:6], fact.occurred_at.year)
    if found is not None and found.status != "active":
        kind = DIVISION_ABOLISHED if found.status == "abolished" else DIVISION_STATISTICAL
        yield kind(party, division=found.code, name=found.name)


def _ends_a_chain(fact: Movement, books: Books) -> bool:
    """Tell whether a site only brings to an end what had begun before it was suspended.

    Goods that were sent to it while it was active arrive all the same, and what it has must leave.
    """
    if isinstance(fact, Received):
        sent = books.consignment(fact.consignment).dispatches
        party = f"site:{fact.site}"
        return any(
            one.to_site == fact.site and books.registry.is_active(party, one.at) for one in sent
        )
    if isinstance(fact, Dispatched):
        before = (books.battery(ref).before(fact) for ref in fact.batteries)
        return all(one["state"] == "in_stock" and one["site"] == fact.site for one in before)
    return False


@lru_cache(maxsize=DIVISIONS_REMEMBERED_MAX)
def _division(code: str, year: int) -> codes.Division | None:
    """Look a division up; a site outside the network lies in none."""
    try:
        return codes.division(code, dt.date(year, 1, 1))
    except codes.CodeError:
        return None


def same_json(one: bytes, other: bytes) -> bool:
    """Tell whether two bodies are equal as JSON values, whatever their spaces and order."""
    return one == other or _typed(loads(one)) == _typed(loads(other))


def _typed(value: Any) -> Any:
    """Tell true from 1, which Python holds for equal and JSON does not."""
    match value:
        case bool():
            return ("bool", value)
        case dict():
            return {name: _typed(one) for name, one in value.items()}
        case list():
            return [_typed(one) for one in value]
    return value
