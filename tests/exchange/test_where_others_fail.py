"""Are captures right where repositories of EPCIS are known to fail? A test for each failure.

How queries, pages and subscriptions fail there: `test_where_others_fail_to_answer`.
"""

from collections.abc import Iterator

import httpx
import orjson
import pytest

from custody.exchange.envelope import DOCUMENT_BYTES_MAX, EVENTS_MAX
from tests.api.conftest import ORGANISATION, Service, served
from tests.api.movements import COLLECTOR, RECYCLER, battery, dispatch, drop_off, receive
from tests.epcis import examples
from tests.exchange.one_for_all import service, told_of, url_of
from tests.exchange.partners import (
    JSON,
    bare,
    captured,
    document,
    done,
    epc,
    event,
    event_id,
    found,
    ids,
    wrong,
)  # fmt: skip
from tests.exchange.test_incoming import OURS

__all__ = ["service"]

UNSOUND = {"type": "ObjectEvent", "eventTime": "22-07-2026"}
PROCEED = {"GS1-Capture-Error-Behaviour": "proceed"}


def test_a_document_is_safe_when_it_is_answered_and_not_only_promised(
    service: Service, partner: httpx.Client
) -> None:
    answer = partner.post("/epcis/capture", json=document(event(1)))
    assert answer.status_code == 202
    with served(url_of(service)) as another:
        elsewhere = another.client("operator", organisation=ORGANISATION)
        assert elsewhere.get(answer.headers["Location"]).status_code == 200
    assert done(service, partner, answer.headers["Location"])["success"]


def test_a_capture_that_failed_does_not_say_that_it_went_well(
    service: Service, partner: httpx.Client
) -> None:
    job = captured(service, partner, document(UNSOUND))
    assert (job["running"], job["success"]) == (False, False)
    assert job["errors"][0]["errors"][0]["pointer"].startswith("/epcisBody/eventList/0/")


def test_rolling_back_is_never_to_have_recorded_and_no_deleting_afterwards(
    service: Service, partner: httpx.Client
) -> None:
    before = service.app.state.desk.ledger.head().position
    assert not captured(service, partner, document(event(2), UNSOUND))["success"]
    since = service.app.state.desk.ledger.since(before, 100, types=["epcis", "redaction"])
    assert not since
    assert told_of(partner, 2) == []


def test_rolling_back_leaves_the_events_of_other_captures(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(event(3)))
    assert not captured(service, partner, document(event(3), UNSOUND))["success"]
    assert len(told_of(partner, 3)) == 1


def test_each_capture_says_itself_whether_to_roll_back_or_to_proceed(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(event(4), UNSOUND), **PROCEED)
    captured(service, partner, document(event(5), UNSOUND))
    assert (len(told_of(partner, 4)), len(told_of(partner, 5))) == (1, 0)


def test_as_many_events_as_are_announced_are_taken_and_not_one_more(
    service: Service, partner: httpx.Client
) -> None:
    announced = int(partner.options("/epcis/capture").headers["GS1-EPCIS-Capture-Limit"])
    assert announced == EVENTS_MAX
    many = [event(number) for number in range(10_000, 10_000 + announced + 1)]
    refused = partner.post("/epcis/capture", json=document(*many))
    assert refused.status_code == 413
    assert refused.json()["type"] == "epcisException:CaptureLimitExceededException"
    assert refused.headers["GS1-EPCIS-Capture-Limit"] == str(announced)
    assert captured(service, partner, document(*many[:-1]))["success"]
    assert told_of(partner, 10_000 + announced - 1)
    assert not told_of(partner, 10_000 + announced)


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_document_may_have_the_bytes_that_are_announced_and_not_one_more(
    service: Service, partner: httpx.Client, chunked: bool
) -> None:
    headers = partner.options("/epcis/capture").headers
    announced = int(headers["GS1-EPCIS-Capture-File-Size-Limit"])
    assert announced == DOCUMENT_BYTES_MAX
    # Letters of three bytes: it is bytes that are counted.
    said = document(event(6, **{"ex:note": "电" * 1_000}))
    whole = orjson.dumps(said)
    fits = whole + b" " * (announced - len(whole))

    def sent(body: bytes) -> httpx.Response:
        content = _chunks(body) if chunked else body
        return partner.post("/epcis/capture", content=content, headers=JSON)

    refused = sent(fits + b" ")
    assert refused.status_code == 413
    assert refused.json()["type"] == "epcisException:CaptureLimitExceededException"
    assert str(announced) in refused.json()["detail"]
    assert refused.headers["GS1-EPCIS-Capture-File-Size-Limit"] == str(announced)
    taken = sent(fits)
    assert taken.status_code == 202
    assert done(service, partner, taken.headers["Location"])["success"]


def _chunks(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 65_536):
        yield body[at : at + 65_536]


def test_master_data_are_not_lost_because_there_are_events_too(
    service: Service, partner: httpx.Client
) -> None:
    place = {"id": "urn:x:others", "attributes": [{"id": "cbvmda:city", "attribute": "杭州"}]}
    kind = "urn:epcglobal:epcis:vtype:BusinessLocation"
    listed = {"vocabularyList": [{"type": kind, "vocabularyElementList": [place]}]}
    said = document(event(7, bizLocation={"id": "urn:x:others"}))
    assert captured(service, partner, {**said, "epcisHeader": {"epcisMasterData": listed}})
    asked = {"EQATTR_bizLocation_cbvmda:city": "杭州"}
    assert ids(partner.get("/epcis/events", params=asked)) == [event_id(7)]


def test_an_id_that_we_give_is_no_hash_and_the_hash_is_the_one_that_all_agree_on(
    partner: httpx.Client,
) -> None:
    path = examples.folder("battery-mapping")[0]
    whole = orjson.loads(path.read_bytes())
    (said,) = whole["epcisBody"]["eventList"]
    nameless = {name: value for name, value in said.items() if name != "eventID"}
    alone = {"@context": whole["@context"], **nameless}
    answer = partner.post("/epcis/events", json=alone)
    assert answer.json()["eventID"].startswith("urn:uuid:")
    assert answer.headers["Custody-Event-Hash"] == path.with_suffix(".hashes").read_text().strip()


def test_the_same_event_sent_twice_is_there_once(service: Service, partner: httpx.Client) -> None:
    for _ in range(2):
        assert partner.post("/epcis/events", json=bare(event(8))).status_code == 201
        assert captured(service, partner, document(event(8), event(8)))["success"]
    assert len(told_of(partner, 8)) == 1


def test_another_event_under_a_known_id_is_a_conflict(partner: httpx.Client) -> None:
    assert partner.post("/epcis/events", json=bare(event(9))).status_code == 201
    answer = partner.post("/epcis/events", json=bare(event(9, bizStep="storing")))
    assert (answer.status_code, answer.json()["code"]) == (409, "epcis_event_reused")


def test_declaring_an_event_wrong_neither_deletes_nor_replaces_it(partner: httpx.Client) -> None:
    partner.post("/epcis/events", json=bare(event(10)))
    before = told_of(partner, 10)
    assert partner.post("/epcis/events", json=bare(wrong(10))).status_code == 201
    after = found(partner.get(f"/epcis/events/{event_id(10)}"))
    assert after[:1] == before
    assert ["errorDeclaration" in one for one in after] == [False, True]


def test_a_declaration_about_an_event_that_is_not_here_is_kept(partner: httpx.Client) -> None:
    assert partner.post("/epcis/events", json=bare(wrong(11))).status_code == 201
    (kept,) = told_of(partner, 11)
    assert kept["errorDeclaration"]["reason"] == "did_not_occur"


def test_an_event_that_comes_late_is_kept_and_takes_no_battery_back(
    service: Service, partner: httpx.Client, auditor: httpx.Client
) -> None:
    movements = [(COLLECTOR, drop_off(12)), (COLLECTOR, dispatch(13, [12]))]
    for site, said in [*movements, (RECYCLER, receive(14, [12]))]:
        assert service.client("terminal", site).post("/v1/movements", json=said).is_success
    here = {"id": f"urn:custody:site:{COLLECTOR}"}
    late = event(12, bizStep="inspecting", disposition="conformant", readPoint=here,
                 bizLocation=here, epcList=[f"urn:custody:battery:{battery(12)}"],
                 eventTime="2026-03-01T09:30:00+08:00")  # fmt: skip
    (told,) = captured(service, partner, {**document(late), **OURS})["movements"]
    assert told["status"] == "recorded"
    path, asked = f"/v1/batteries/{battery(12)}", {"at_least": told["position"]}
    row = auditor.get(path, params=asked).json()
    assert (row["state"], row["site"]) == ("in_stock", RECYCLER)
    told_in_order = [one["type"] for one in auditor.get(f"{path}/history").json()["items"]]
    assert told_in_order == ["drop_off", "inspect", "dispatch", "receive"]
    assert len(told_of(partner, 12)) == 1


def test_an_event_about_what_was_destroyed_already_is_kept(
    service: Service, partner: httpx.Client
) -> None:
    gone = event(15, action="DELETE", bizStep="destroying", disposition="destroyed")
    after = event(16, epcList=[epc(15)])
    assert captured(service, partner, document(gone, after))["success"]
    asked = {"MATCH_epc": epc(15)}
    assert ids(partner.get("/epcis/events", params=asked)) == [event_id(15), event_id(16)]
