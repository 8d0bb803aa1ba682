from itertools import count
from types import ModuleType
from typing import Any

import httpx
import pytest

from custody.exchange import answering, finding, having
from tests.api.conftest import Service
from tests.api.movements import COLLECTOR, drop_off
from tests.exchange.partners import (
    all_pages,
    bare,
    captured,
    document,
    epc,
    event,
    event_id,
    found,
    ids,
)
from tests.exchange.plans import read_whole, watched

SITE = "https://id.gs1.org/414/9521234001010"
CABINET = f"{SITE}/254/CAB03"
ELSEWHERE = "https://id.gs1.org/414/9521234002017"
CRATE = "https://id.gs1.org/8003/09521234000105CR00001"
LOT = "https://id.gs1.org/01/09521234000020/10/BM260306"
DESADV = "https://id.example.com/desadv/1"
PARTY = "https://id.gs1.org/417/9521234000013"
EXTENSIONS = {"GS1-Extensions": "b=https://example.com/battery/"}

STORY = [
    event(1, readPoint={"id": CABINET}, bizLocation={"id": SITE}, disposition="returned"),
    event(2, bizStep="storing", readPoint={"id": "urn:epc:id:sgln:9521234.00101.CAB03"},
          sensorElementList=[{"sensorReport": [
              {"type": "Temperature", "value": 26.5, "uom": "CEL", "deviceID": "urn:dev:1"}]}]),
    {"type": "AggregationEvent", "eventID": event_id(3), "eventTime": "2026-03-01T10:00:00+08:00",
     "eventTimeZoneOffset": "+08:00", "action": "ADD", "bizStep": "packing",
     "parentID": CRATE, "childEPCs": [epc(1), epc(2)]},
    event(4, bizStep="https://ref.gs1.org/cbv/BizStep-shipping", epcList=[CRATE],
          bizTransactionList=[{"type": "desadv", "bizTransaction": DESADV}],
          sourceList=[{"type": "possessing_party", "source": PARTY}],
          destinationList=[{"type": "location", "destination": ELSEWHERE}]),
    {"type": "TransformationEvent", "eventID": event_id(5),
     "eventTime": "2026-03-02T10:00:00+08:00", "eventTimeZoneOffset": "+08:00",
     "inputEPCList": [epc(1)], "transformationID": "urn:uuid:00000000-0000-4000-8000-0000000000ff",
     "outputQuantityList": [{"epcClass": LOT, "quantity": 12.5, "uom": "KGM"}]},
    event(6, bizStep="inspecting", persistentDisposition={"set": ["damaged"]},
          **{"ex:grade": "B", "ex:health": 71, "ex:tests": {"ex:kind": "ocv"}}),
    event(7, action="ADD", bizStep="commissioning",
          ilmd={"ex:chemistry": "NMC"}),
]  # fmt: skip

ASKED: list[tuple[dict[str, str], list[int]]] = [
    ({"eventType": "AggregationEvent|TransformationEvent"}, [3, 5]),
    ({"EQ_action": "ADD"}, [3, 7]),
    ({"EQ_bizStep": "shipping"}, [4]),
    ({"EQ_bizStep": "https://ref.gs1.org/cbv/BizStep-storing|shipping"}, [2, 4]),
    ({"EQ_disposition": "returned"}, [1]),
    ({"EQ_persistentDisposition_set": "damaged"}, [6]),
    ({"EQ_persistentDisposition_unset": "damaged"}, []),
    ({"EQ_readPoint": CABINET}, [1, 2]),
    ({"EQ_readPoint": SITE}, []),
    ({"WD_readPoint": SITE}, [1, 2]),
    ({"WD_bizLocation": SITE}, [1]),
    ({"EQ_bizLocation": "urn:epc:id:sgln:9521234.00101.0"}, [1]),
    ({"MATCH_epc": epc(1)}, [1, 3]),
    ({"MATCH_epc": "urn:epc:id:giai:9521234.EBB0000001"}, [1, 3]),
    ({"MATCH_anyEPC": epc(1)}, [1, 3, 5]),
    ({"MATCH_anyEPC": f"{epc(6)}|{CRATE}"}, [3, 4, 6]),
    ({"MATCH_parentID": CRATE}, [3]),
    ({"MATCH_inputEPC": epc(1)}, [5]),
    ({"MATCH_outputEPC": epc(1)}, []),
    ({"MATCH_outputEPCClass": LOT}, [5]),
    ({"MATCH_anyEPCClass": LOT}, [5]),
    ({"EQ_transformationID": "urn:uuid:00000000-0000-4000-8000-0000000000ff"}, [5]),
    ({"EQ_bizTransaction_desadv": DESADV}, [4]),
    ({"EQ_bizTransaction_po": DESADV}, []),
    ({"EQ_source_possessing_party": PARTY}, [4]),
    ({"EQ_destination_location": ELSEWHERE}, [4]),
    ({"EQ_quantity": "12.5"}, [5]),
    ({"GT_quantity_KGM": "12"}, [5]),
    ({"LE_quantity_KGM": "12"}, []),
    ({"EQ_type": "Temperature"}, [2]),
    ({"EQ_type": "Temperature|Mass", "EQ_deviceID": "urn:dev:1|urn:dev:2"}, [2]),
    ({"GE_value_CEL": "26.5"}, [2]),
    ({"GT_value_CEL": "26.5"}, []),
    ({"EQ_b:grade": "A|B"}, [6]),
    ({"EQ_https://example.com/battery/grade": "B"}, [6]),
    ({"GE_b:health": "70", "LT_b:health": "72"}, [6]),
    ({"EXISTS_b:grade": "true"}, [6]),
    ({"EQ_INNER_b:kind": "ocv"}, [6]),
    ({"EQ_ILMD_b:chemistry": "NMC"}, [7]),
    ({"GE_eventTime": "2026-03-01T09:06:00+08:00"}, [6, 7, 3, 5]),
    ({"LT_eventTime": "2026-03-01T01:02:00Z"}, [1]),
    ({"GE_recordTime": "2026-03-01T04:00:00Z", "EQ_action": "ADD"}, [3, 7]),
    ({"GE_recordTime": "2026-03-01T04:00:00.001Z"}, []),
    ({"LT_recordTime": "2026-03-01T04:00:00Z"}, []),
    ({"orderBy": "eventTime", "orderDirection": "ASC"}, [1, 2, 4, 6, 7, 3, 5]),
    ({"orderBy": "eventTime"}, [5, 3, 7, 6, 4, 2, 1]),
    ({"orderBy": "recordTime", "orderDirection": "DESC"}, [7, 6, 5, 4, 3, 2, 1]),
    ({"orderBy": "eventTime", "eventCountLimit": "2"}, [5, 3]),
    ({"orderBy": "b:health"}, [6, 7, 5, 4, 3, 2, 1]),
    ({"orderBy": "ILMD_b:chemistry", "orderDirection": "ASC"}, [7, 1, 2, 3, 4, 5, 6]),
    ({"orderBy": "INNER_b:kind", "EQ_action": "OBSERVE"}, [6, 4, 2, 1]),
    ({"maxEventCount": "7"}, [1, 2, 3, 4, 5, 6, 7]),
]

REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({"EQ_bizstep": "shipping"}, "/EQ_bizstep", "epcis_parameter_unknown"),
    ({"EQATTR_ex:a_b": "1"}, "/EQATTR_ex:a_b", "epcis_not_described"),
    ({"EQ_zz:grade": "B"}, "/EQ_zz:grade", "epcis_prefix_unknown"),
    ({"EQ_action": "MOVE"}, "/EQ_action", "not_in_list"),
    ({"EQ_booleanValue": "yes"}, "/EQ_booleanValue", "not_in_list"),
    ({"GE_eventTime": "yesterday"}, "/GE_eventTime", "not_an_instant"),
    ({"GE_eventTime": "2026-03-01T09:00:00"}, "/GE_eventTime", "not_an_instant"),
    ({"GE_value_CEL": "warm"}, "/GE_value_CEL", "epcis_not_a_number"),
    ({"MATCH_epc": "urn:epc:idpat:sgtin:9521234.*.7"}, "/MATCH_epc", "epcis_not_a_pattern"),
    ({"eventCountLimit": "0"}, "/eventCountLimit", "epcis_not_a_count"),
    ({"perPage": "1001"}, "/perPage", "epcis_not_a_count"),
    ({"orderBy": "bizStep"}, "/orderBy", "epcis_no_order"),
    ({"orderBy": "EQ_ex:grade"}, "/orderBy", "epcis_no_order"),
    ({"orderBy": "ILMD_"}, "/orderBy", "epcis_no_order"),
    ({"orderBy": "zz:grade"}, "/orderBy", "epcis_prefix_unknown"),
    ({"orderBy": "cbvmda:lot|cbvmda:size"}, "/orderBy", "too_many"),
    ({"eventCountLimit": "1", "maxEventCount": "1"}, "/maxEventCount", "epcis_not_both"),
    ({"nextPageToken": "abc"}, "/nextPageToken", "cursor_invalid"),
]


WAYS: dict[str, list[tuple[ModuleType, str, int]]] = {
    "looked_up": [],
    "along_a_list": [(answering, "RARE_MAX", 0)],
    "one_after_another": [(answering, "RARE_MAX", 0), (having, "SHORT_MAX", 0)],
    "looked_at": [(having, "NUMBERS_MAX", 0), (finding, "RARE_MAX", 0)],
}
"""How events are found, by what is many: whichever it is, they are the same."""


@pytest.mark.parametrize("way", WAYS)
def test_each_parameter_finds_what_it_says_whichever_way_it_is_found(
    service: Service, partner: httpx.Client, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    assert captured(service, partner, document(*STORY))["success"]
    for module, name, bound in WAYS[way]:
        monkeypatch.setattr(module, name, bound)
    wrong = []
    with watched() as statements:
        for asked, numbers in ASKED:
            answer = partner.get("/epcis/events", params=asked, headers=EXTENSIONS)
            told = ids(answer) if answer.status_code == 200 else answer.text
            if told != [event_id(one) for one in numbers]:
                wrong.append((asked, numbers, told))
    assert wrong == []
    assert read_whole(service.engine, statements) == []
    backwards = {"EQ_bizStep": "collecting|storing|shipping", "orderBy": "recordTime"}
    pages = all_pages(partner, "/epcis/events", **backwards, orderDirection="DESC", perPage=1)
    assert [one["eventID"] for page in pages for one in page] == [*map(event_id, (4, 2, 1))]
    one_list = {"EQ_action": "OBSERVE", "orderBy": "recordTime", "orderDirection": "DESC"}
    pages = all_pages(partner, "/epcis/events", **one_list, perPage=2)
    assert [one["eventID"] for page in pages for one in page] == [*map(event_id, (6, 4, 2, 1))]


def test_what_is_not_known_is_refused_by_its_name(service: Service, partner: httpx.Client) -> None:
    captured(service, partner, document(event(1)))
    wrong = []
    for asked, pointer, code in REFUSED:
        answer = partner.get("/epcis/events", params=asked)
        error = answer.json().get("errors", [{}])[0]
        told = (answer.status_code, answer.json()["type"], error["pointer"], error["code"])
        if told != (400, "epcisException:QueryParameterException", pointer, code):
            wrong.append((asked, told))
    assert wrong == []


ORDERS: list[dict[str, Any]] = [
    {},
    {"orderBy": "eventTime"},
    {"orderBy": "eventTime", "orderDirection": "ASC"},
    {"orderBy": "recordTime"},
    {"EQ_bizStep": "collecting", "GE_eventTime": "2026-03-01T09:00:00+08:00"},
]


def test_pages_stay_whole_while_capture_goes_on(service: Service, partner: httpx.Client) -> None:
    captured(service, partner, document(*map(event, range(10, 20))))
    late = count(100)
    for order in ORDERS:
        before = partner.get("/epcis/events", params={**order, "perPage": 1_000})
        answer = partner.get("/epcis/events", params={**order, "perPage": 3})
        told = ids(answer)
        while "next" in answer.links:
            # An early event comes late, and another as the last: neither may move a page.
            early = event(next(late), eventTime="2026-03-01T09:00:30+08:00")
            for said in (early, event(next(late))):
                assert partner.post("/epcis/events", json=bare(said)).status_code == 201
            answer = partner.get(answer.links["next"]["url"])
            told += ids(answer)
        assert told == ids(before), order


IN_ORDER = {"orderBy": "recordTime", "orderDirection": "ASC"}


def test_a_limit_of_events_counts_over_all_pages(service: Service, partner: httpx.Client) -> None:
    captured(service, partner, document(*map(event, range(10))))
    pages = all_pages(partner, "/epcis/events", **IN_ORDER, perPage=3, eventCountLimit=7)
    assert [len(page) for page in pages] == [3, 3, 1]


def test_a_page_leads_on_by_a_link_that_says_where_and_until_when(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(*map(event, range(3))))
    answer = partner.get("/epcis/events", params={"perPage": 2, "EQ_bizStep": "collecting"})
    assert answer.links["next"]["url"].startswith("/epcis/events?perPage=2&EQ_bizStep=collecting&")
    assert answer.headers["GS1-Next-Page-Token-Expires"] == "2026-03-02T04:00:00.000Z"
    last = partner.get(answer.links["next"]["url"])
    assert len(found(last)) == 1
    assert "Link" not in last.headers
    assert "GS1-Next-Page-Token-Expires" not in last.headers


def test_identifiers_are_told_as_they_were_written_or_as_links(
    service: Service, partner: httpx.Client
) -> None:
    urn = "urn:epc:id:giai:9521234.EBB0000001"
    captured(service, partner, document(event(1, epcList=[urn])))

    def epcs(**headers: str) -> Any:
        return found(partner.get("/epcis/events", headers=headers))[0]["epcList"]

    assert epcs() == [epc(1)]  # as the standard has it where nobody says
    assert epcs(**{"GS1-EPC-Format": "Never_Translates"}) == [urn]
    assert epcs(**{"GS1-EPC-Format": "No_Preference"}) == [urn]
    assert epcs(**{"GS1-EPC-Format": "Always_GS1_Digital_Link"}) == [epc(1)]
    told = partner.options("/epcis/events").headers
    assert told["GS1-EPC-Format"] == "Always_GS1_Digital_Link"
    assert (told["GS1-EPCIS-Min"], told["GS1-EPCIS-Max"]) == ("2.0", "2.0")
    for unserved in ("Always_EPC_URN", "As_It_Comes"):
        refused = partner.get("/epcis/events", headers={"GS1-EPC-Format": unserved})
        assert refused.status_code == 406
        assert "Always_GS1_Digital_Link, Never_Translates" in refused.json()["detail"]
        assert refused.json()["type"] == "epcisException:NotAcceptableException"


def test_who_asks_first_is_told_what_was_recorded_before_anybody_asked(
    service: Service, partner: httpx.Client
) -> None:
    terminal = service.client("terminal", COLLECTOR)
    assert terminal.post("/v1/movements", json=[drop_off(1), drop_off(2)]).status_code == 200
    assert len(found(partner.get("/epcis/events", params={"EQ_bizStep": "collecting"}))) == 2


def test_where_nothing_is_rare_nobody_is_told_what_is_anothers_either(
    service: Service,
    partner: httpx.Client,
    stranger: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    captured(service, partner, document(event(1)))
    captured(service, stranger, document(event(2)))
    monkeypatch.setattr(answering, "RARE_MAX", 0)  # so that each event is looked at by itself
    for asked in ({}, {"EQ_bizStep": "collecting"}, {"eventType": "ObjectEvent"}):
        assert ids(partner.get("/epcis/events", params=asked)) == [event_id(1)]
        assert ids(stranger.get("/epcis/events", params=asked)) == [event_id(2)]


def test_what_many_events_name_is_found_by_the_index_and_not_by_looking_at_all(
    service: Service, partner: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert captured(service, partner, document(*STORY))["success"]
    for module in (answering, finding):
        monkeypatch.setattr(module, "RARE_MAX", 0)
    monkeypatch.setattr(finding, "LOOKED_AT_MAX", 0)
    for asked, numbers in (
        ({"MATCH_anyEPC": epc(1)}, [1, 3, 5]),
        ({"MATCH_anyEPCClass": LOT}, [5]),
        ({"MATCH_parentID": CRATE}, [3]),
    ):
        assert ids(partner.get("/epcis/events", params=asked)) == [*map(event_id, numbers)]


@pytest.mark.parametrize("asked", ["f0a1", "F0A1", "f0A1"])
def test_hexadecimal_digits_mean_the_same_in_either_case(
    service: Service, partner: httpx.Client, asked: str
) -> None:
    report = {"type": "Temperature", "hexBinaryValue": "F0a1"}
    said = event(1, sensorElementList=[{"sensorReport": [report]}])
    assert captured(service, partner, document(said))["success"]
    answer = partner.get("/epcis/events", params={"EQ_hexBinaryValue": asked})
    (told,) = found(answer)
    assert told["sensorElementList"][0]["sensorReport"] == [report], "as its sender wrote it"
