"""Which few of a network's batteries have been through everything that happens to any of them?"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from orjson import loads

from custody.ledger import Ledger, Record

SEVERAL = 3

SPECIAL = frozenset(
    {"linked codes", "children", "rejected", "missing", "extra", "sent elsewhere", "signed"}
)
"""What happens to some batteries that no type of movement tells alone."""


def happened(ledger: Ledger) -> dict[str, set[str]]:
    """Return what happened to each battery: types of movements, and what of them is special."""
    records = ledger.since(0, ledger.head().position)
    destinations = {
        body["consignment"]: body["to_site"] for body in map(_body, records) if "to_site" in body
    }
    found: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        batteries = [one for one in record.subjects if one.startswith("battery:")]
        for subject in batteries:
            found[subject.partition(":")[2]].update(_of(record, destinations))
    return found


def sample(happened: dict[str, set[str]]) -> list[str]:
    """Choose batteries until what happens to any has happened to several; always the same ones."""
    left = Counter(thing for things in happened.values() for thing in things)
    left = Counter({thing: min(n, SEVERAL) for thing, n in left.items()})
    chosen: list[str] = []
    while +left:
        others = sorted(happened.keys() - {*chosen})
        chosen.append(max(others, key=lambda ref: len(happened[ref] & (+left).keys())))
        left.subtract(happened[chosen[-1]])
    return chosen


def _of(record: Record, destinations: dict[str, str]) -> Iterator[str]:
    body = _body(record)
    yield record.type
    yield from (name for name in ("children", "rejected", "missing", "extra") if body.get(name))
    if "same_as" in body:
        yield "linked codes"
    if "signature" in body:
        yield "signed"
    expected = destinations.get(body.get("consignment", ""))
    if record.type == "receive" and expected not in (None, body["site"]):
        yield "sent elsewhere"


def _body(record: Record) -> dict[str, Any]:
    body: dict[str, Any] = loads(record.data)
    return body
