"""How do the master data of a document's header become a record of the ledger, once?"""

from typing import Any
from uuid import UUID

import orjson

from custody.events.captured import MasterDataCaptured
from custody.exchange.captured import ATTEMPTS_MAX, Captor
from custody.ledger import Entry, Ledger, Moved
from custody.terms import Millis, Position, Refused


def record_master_data(
    ledger: Ledger, said: bytes, context: Any, capture: UUID, captor: Captor, now: Millis
) -> Position:
    """Record the master data of a capture, once; return where they stand."""
    fact = MasterDataCaptured(
        type="epcis_master_data",
        said=said.decode(),
        context=orjson.dumps(context).decode(),
        capture=str(capture),
        sites=() if captor.site is None else (captor.site,),
        organisation=captor.organisation,
    )
    (own, *_) = subjects = fact.subjects()
    data = orjson.dumps(fact.model_dump(mode="json", exclude_none=True))
    entry = Entry(fact.type, fact.version, data, subjects, posted_by=captor.key)
    for _ in range(ATTEMPTS_MAX):
        past = ledger.read([own], redacted=True)
        if past.records:
            return past.records[0].position
        try:
            return ledger.append([entry], now=now, reads=[own], after=past.head).first
        except Moved:
            continue
    raise Refused("unavailable")
