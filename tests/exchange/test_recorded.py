"""Is an event that was captured a fact as strict as any other, though it is written faster?"""

from pathlib import Path
from uuid import UUID, uuid5

import orjson
import pytest

from custody.epcis import documents
from custody.events import EventCaptured, decode
from custody.exchange.captured import Captor, arrived, record
from custody.exchange.envelope import events_in
from custody.exchange.written import read_fact
from custody.ledger import Ledger
from tests.epcis import examples

CAPTURE = UUID(int=7)
SITE = Captor("key", "330106-0007", None)
ORGANISATION = Captor("key", None, "org-1")


def recorded(ledger: Ledger, path: Path, captor: Captor) -> None:
    """Record the events of an example, and one of them again without an id of its own."""
    said = orjson.loads(path.read_bytes())
    listed = said["epcisBody"]["eventList"]
    own = ("eventID", "errorDeclaration")
    listed.append({name: each for name, each in listed[0].items() if name not in own})
    body = orjson.dumps(said)
    cut = events_in(body)
    came = [arrived(one, cut.events[one.index]) for one in documents.read(body).events]
    record(ledger, came, uuid5(CAPTURE, path.name), captor, 1, strict=True)


@pytest.mark.parametrize("captor", [SITE, ORGANISATION], ids=["a site", "an organisation"])
def test_what_is_recorded_is_read_as_the_fact_that_it_is(ledger: Ledger, captor: Captor) -> None:
    for path in examples.folder("battery-mapping")[:-1]:
        recorded(ledger, path, captor)
    records = ledger.since(0, 1_000)
    declared = 0
    for one in records:
        fact = decode(one.type, one.version, one.data)
        assert isinstance(fact, EventCaptured)
        assert one.subjects == fact.subjects()
        plain = orjson.dumps(fact.model_dump(mode="json", exclude_none=True))
        assert one.data == plain
        read = read_fact(one.data)
        assert all(getattr(read, name) == getattr(fact, name) for name in read.__struct_fields__)
        declared += fact.declared_at is not None
    assert len({one.subjects[0] for one in records}) > 10
    assert declared
