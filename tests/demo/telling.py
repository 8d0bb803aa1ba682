"""Which weeks do these tests look at? Those of the demo as it comes, told once for all tests."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from custody.cli.demo import SEED
from custody.demo.network import SITES, build
from custody.demo.sites import Network
from custody.demo.weeks import BATTERIES, Posting, Weeks
from custody.terms import SHANGHAI, millis

until = datetime(2026, 3, 1, 15, 0, tzinfo=SHANGHAI)

Movement = dict[str, Any]


@cache
def network() -> Network:
    return build(SITES, SEED)


@cache
def told() -> tuple[Weeks, list[Posting]]:
    weeks = Weeks(network(), BATTERIES, SEED, until)
    return weeks, list(weeks.postings())


def postings() -> list[Posting]:
    return told()[1]


@cache
def movements() -> list[Movement]:
    """Each movement once, in the order in which it first arrives."""
    found = {one["id"]: one for posting in postings() for one in posting.movements}
    return list(found.values())


@cache
def by_id() -> dict[str, Movement]:
    return {movement["id"]: movement for movement in movements()}


def of_type(kind: str) -> list[Movement]:
    return [movement for movement in movements() if movement["type"] == kind]


def occurred(movement: Movement) -> int:
    return millis(datetime.fromisoformat(movement["occurred_at"]))


def written(movement: Movement) -> int:
    """When it was written down: its id begins with that."""
    return int(movement["id"].replace("-", "")[:12], 16)


def voided() -> set[str]:
    return {movement["target"] for movement in of_type("void")}


def as_put_right(kind: str) -> list[Movement]:
    """The movements of a type as they count: corrected, and without those voided."""
    values = {one["target"]: one["values"] for one in of_type("correct")}
    gone = voided()
    return [one | values.get(one["id"], {}) for one in of_type(kind) if one["id"] not in gone]


def named(movement: Movement) -> list[str]:
    """The batteries that a movement names, in the order in which it does."""
    battery = movement.get("battery")
    alone = [battery["code"] if isinstance(battery, dict) else battery] if battery else []
    more = [movement[name] for name in ("same_as", "new_code") if name in movement]
    lists = ("batteries", "accepted", "rejected", "missing", "extra", "counted", "children")
    listed = [one for name in lists for one in movement.get(name, [])]
    return alone + more + [one["battery"] if isinstance(one, dict) else one for one in listed]


def histories() -> dict[str, list[Movement]]:
    """What befell each battery, in order of time."""
    found: defaultdict[str, list[Movement]] = defaultdict(list)
    for movement in sorted(movements(), key=occurred):
        for ref in named(movement):
            found[ref].append(movement)
    return found


def kinds_of(history: list[Movement]) -> Iterator[str]:
    return (movement["type"] for movement in history)


def counted(kind: str, field: str) -> Counter[str]:
    """How often each value of a field occurs in the movements of a type."""
    return Counter(movement[field] for movement in of_type(kind) if field in movement)
