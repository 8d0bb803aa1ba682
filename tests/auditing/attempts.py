"""How does somebody go about it who writes the log: the operator, with database and keys?"""

import json
from collections.abc import Callable
from typing import Any

from tests.auditing import tree
from tests.auditing.making import JSON, b64, movement_id, sign
from tests.auditing.story import OTHERS, T1, T2, Network, told
from tests.auditing.verifying import Auditor, Said

network, at = told()
log = network.log
A, B = OTHERS[:2]


def fact_at(bundle: JSON, name: str) -> JSON:
    """The fact of the story that has a name."""
    found: JSON = next(fact for fact in bundle["facts"] if fact["index"] == at[name] - 1)
    return found


def judged(auditor: Auditor, mine: Network, *codes: str, heads: int | None = None) -> Said:
    """What is said of a log whose operator wrote it so, and had it signed and witnessed."""
    mine.checkpoint()
    return auditor.asks(mine.log.evidence(*codes, checkpoints=mine.checkpoints, heads=heads))


def written() -> Network:
    """A log of two terminals with keys, and of two batteries."""
    mine = Network()
    mine.register("330106-0007-T1", T1)
    mine.register("330109-0001-T2", T2)
    for ref in (A, B):
        mine.post("drop_off", [ref], T1, battery={"code": ref}, channel="fleet")
    return mine


def tampered(mine: Network, body: JSON, about: list[str], change: Callable[[JSON], Any]) -> None:
    """Record a movement whose items say something else than its body, and commit to that."""
    record = mine.log.record(sign(body, T1), [f"movement:{body['id']}", *about])
    items = [json.loads(item) for item in record.items]
    for item in items[1:]:
        change(item)
    record.items[:] = [
        json.dumps(item, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        for item in items
    ]
    entry = json.loads(record.entry) | {"i": b64(tree.root(record.commitments()))}
    record.entry = json.dumps(entry, sort_keys=True, separators=(",", ":"))


def stored(n: int = 40, **says: object) -> JSON:
    """The body of a movement that says where a battery was put."""
    when = "2025-03-03T00:40:00Z"
    body = {"id": movement_id(n), "type": "store", "occurred_at": when, "site": "330106-0007"}
    return {**body, "batteries": [A, B], "place": "A-1", **says}
