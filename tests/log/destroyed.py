"""Whose facts are destroyed in these tests, and how is what is left looked at?"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from custody import history
from custody.auditing import custody_verify
from custody.events import Movement
from custody.ledger import Ledger, Record, writing
from custody.ledger.tables import record
from custody.log import evidence, heads, redacting, store
from custody.log.redacting import Why
from custody.terms import DAY
from tests import given
from tests.given import other, pack
from tests.log.sealing import NOW, POLICY, publish, seal

LATER = given.next_monday + 7 * DAY
WHY = Why("misplaced", "2026-017")
drop_off = given.drop_off(depositor="d-1", note="张三 13800138000")
store_, inspect = given.store(), given.inspect()
ended = given.dispose()
sent = given.dispatch([pack, other])
arrived = given.receive([pack, other])


def closed(ledger: Ledger) -> Ledger:
    """Seal and publish what is recorded, heads included."""
    seal(ledger)
    heads.take(ledger, NOW)
    seal(ledger)
    publish(ledger)
    return ledger


def recorded(ledger: Ledger, fact: Movement) -> Record:
    """Return the record of a movement, destroyed or not."""
    return ledger.read([f"movement:{fact.id}"], redacted=True).records[0]


def redact(ledger: Ledger, *facts: Movement) -> Sequence[int]:
    """Destroy the records of some movements; return where they stand."""
    places = [recorded(ledger, fact).position for fact in facts]
    for place in places:
        redacting.redact(ledger, redacting.found(ledger, place), WHY, NOW)
    return tuple(places)


def edit(ledger: Ledger, position: int, **values: Any) -> None:
    """Write to a record as somebody does who has the database's password."""
    with writing(ledger.engine) as connection:
        connection.execute(update(record).where(record.c.position == position).values(values))


def destroy_unsaid(ledger: Ledger, fact: Movement) -> int:
    """Destroy a record as `redacting` does, and tell nobody; return where it stands."""
    place = recorded(ledger, fact).position
    with ledger.engine.connect() as connection:
        (entry,) = store.entries(connection, place, place)
    edit(ledger, place, data=entry, key=b"", posted_by=None, remarks=None)
    return place


def judged(ledger: Ledger, ref: str = pack) -> custody_verify.Report:
    """Return what the verifier says of a battery's evidence."""
    bundle = evidence.bundle(ledger, ref, history.read(ledger, ref).codes, evidence.every_body, NOW)
    policy = custody_verify.read_policy(POLICY.encode())
    wishes = custody_verify.Wishes(ref, heads=True)
    return custody_verify.verify(policy, json.dumps(bundle).encode(), LATER // 1000, wishes)
