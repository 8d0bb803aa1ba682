"""Is an event told whatever numbers its sender wrote, to whoever asks and whoever subscribed?"""

import httpx
import orjson

from custody.epcis.reading import value
from custody.exchange.answering import Found
from custody.exchange.telling import PLAIN, document
from tests.api.conftest import Service
from tests.exchange.partners import captured, event, event_id, found, ids
from tests.exchange.partners import document as sent

BEYOND = 10**30
"""A whole number that no 64 bits hold."""


def test_a_number_beyond_64_bits_keeps_no_event_from_being_told(
    service: Service, partner: httpx.Client, auditor: httpx.Client
) -> None:
    lot = {"epcClass": "https://id.gs1.org/01/09521234000020/10/L1", "quantity": BEYOND}
    odd = event(2, quantityList=[lot], **{"ex:serial": BEYOND, "ex:debt": -BEYOND})
    assert captured(service, partner, sent(event(1), odd, event(3)))["success"]
    told = found(auditor.get("/epcis/events", params={"EQ_bizStep": "collecting"}))
    assert [one["eventID"] for one in told] == [*map(event_id, (1, 2, 3))]
    assert told[1]["quantityList"][0]["quantity"] == float(BEYOND)
    assert (told[1]["ex:serial"], told[1]["ex:debt"]) == (float(BEYOND), -float(BEYOND))
    assert ids(auditor.get("/epcis/events", params={"GE_quantity": "1e30"})) == [event_id(2)]


def test_whatever_number_can_be_captured_can_be_told_again() -> None:
    numbers = ["0", "-0.0", "1e308", "5e-324", "18446744073709551616", "-9223372036854775809"]
    for written in [*numbers, "1" + "0" * 308]:
        said = f'{{"ex:number": {written}}}'
        value(said.encode())  # it is read
        told = document([Found(1, event_id(1), 0, 0, said, PLAIN)], 0, "Never_Translates")
        assert orjson.dumps(told)
        (one,) = told["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert one["ex:number"] == float(written)
