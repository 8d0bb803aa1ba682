"""How is evidence made? In as many questions to the database, however much there is to show."""

from typing import Any

import pytest
from sqlalchemy import delete

from custody import history
from custody.ledger import Ledger, writing
from custody.ledger.tables import record
from custody.log import evidence, heads
from tests import given
from tests.given import other, pack, terminal
from tests.log.destroyed import closed, judged, redact, sent
from tests.log.sealing import NOW, publish, seal
from tests.projections.bookkeeping import Office
from tests.statements import noted

ROUNDS = 12
BESIDE = 150
"""What is recorded of other batteries in each round: so leaves lie in tiles of their own."""

store_ = given.store()


def made(ledger: Ledger, ref: str = pack) -> dict[str, Any]:
    codes = history.read(ledger, ref).codes
    return evidence.bundle(ledger, ref, codes, evidence.every_body, NOW)


def questions(ledger: Ledger) -> list[str]:
    """Return what is asked for the evidence of a battery."""
    codes = history.read(ledger, pack).codes
    with noted() as asked:
        evidence.bundle(ledger, pack, codes, evidence.every_body, NOW)
    return [one.statement for one in asked]


def go_on(office: Office, number: int) -> None:
    """Let a battery have more facts, by a terminal of their own, and publish that."""
    own = f"{given.POINT}-T{number + 10}"
    office.register(terminal(own))
    office.post(*[given.store(place=f"A-{number}-{n}") for n in range(4)], terminal=own)
    office.post(*[given.drop_off(f"maker:{number}-{n}") for n in range(BESIDE)])
    seal(office.ledger)
    heads.take(office.ledger, NOW)
    seal(office.ledger)
    publish(office.ledger)


def test_it_takes_as_many_questions_however_much_there_is_to_show(office: Office) -> None:
    office.post(given.drop_off(), store_, sent)
    redact(closed(office.ledger), store_)
    go_on(office, 0)
    before, asked = made(office.ledger), questions(office.ledger)
    for number in range(1, ROUNDS):
        go_on(office, number)
    redact(office.ledger, sent)
    closed(office.ledger)
    after = made(office.ledger)
    for part in ("facts", "keys", "checkpoints", "redactions"):
        assert len(before[part]) < len(after[part])
    assert questions(office.ledger) == asked
    assert judged(office.ledger).errors == []


def test_where_a_registration_is_gone_the_evidence_is_inconsistent(office: Office) -> None:
    office.post(given.drop_off(), given.drop_off(other))
    go_on(office, 0)
    (shown,) = made(office.ledger)["keys"]
    place = shown["index"] + 1
    with writing(office.ledger.engine) as connection:
        connection.execute(delete(record).where(record.c.position == place))
    with pytest.raises(evidence.Inconsistent) as found:
        made(office.ledger)
    assert found.value.position == place
    assert judged(office.ledger, other).errors == []
