"""Are answers right where repositories of EPCIS are known to fail? A test for each failure."""

import hmac
from base64 import b64encode
from urllib.parse import quote

import httpx

from custody.terms import DAY, rfc3339
from tests.api.conftest import ORGANISATION, Service, served
from tests.api.movements import COLLECTOR, battery
from tests.exchange.one_for_all import service, told_of, url_of
from tests.exchange.partners import (
    bare,
    captured,
    document,
    epc,
    event,
    event_id,
    found,
    ids,
)  # fmt: skip
from tests.exchange.test_incoming import OURS, collected
from tests.pushing.receiver import Receiver, Reply
from tests.waiting import eventually

__all__ = ["service"]

UNSOUND = {"type": "ObjectEvent", "eventTime": "22-07-2026"}
TOKEN = "0123456789abcdef"


def subscribed(service: Service, receiver: Receiver, step: str) -> tuple[httpx.Client, str]:
    """Subscribe to the events of a step of business; return where the subscription is found."""
    platform = service.client("integrator", organisation=ORGANISATION)
    named = {"name": step, "query": {"EQ_bizStep": [step]}}
    assert platform.post("/epcis/queries", json=named).status_code == 201
    said = {"dest": receiver.url, "stream": True, "signatureToken": TOKEN}
    answer = platform.post(f"/epcis/queries/{step}/subscriptions", json=said)
    assert answer.status_code == 201, answer.text
    return platform, f"/v1/subscriptions/{answer.json()['subscriptionID']}"


def test_xml_is_refused_for_what_it_is(partner: httpx.Client) -> None:
    xml = {"Content-Type": "application/xml"}
    refused = partner.post("/epcis/capture", content=b"<epcis/>", headers=xml)
    assert refused.json()["type"] == "epcisException:UnsupportedMediaTypeException"
    assert partner.get("/epcis/events", headers={"Accept": "text/xml"}).status_code == 406


def test_where_a_list_may_be_asked_for_more_than_one_value_is_taken(
    service: Service, partner: httpx.Client
) -> None:
    report = {"type": "Temperature", "deviceID": "urn:dev:17", "stringValue": "warm"}
    sensed = event(17, sensorElementList=[{"sensorReport": [report]}])
    assert captured(service, partner, document(sensed))["success"]
    for name, value in report.items():
        asked = {f"EQ_{name}": f"urn:x:another|{value}", "EQ_eventID": event_id(17)}
        assert ids(partner.get("/epcis/events", params=asked)) == [event_id(17)]


def test_a_receiver_that_fails_is_sent_the_same_again_with_its_signature(
    service: Service, partner: httpx.Client, receiver: Receiver
) -> None:
    receiver.replies.append(Reply(500))
    platform, subscription = subscribed(service, receiver, "loading")
    captured(service, partner, document(event(18, bizStep="loading")))
    failed = receiver.next()
    eventually(lambda: platform.get(subscription).json()["failures"] == 1)
    assert platform.post(f"{subscription}/resume").status_code == 200
    again = receiver.next()
    assert (again.id, again.body) == (failed.id, failed.body)
    signed = hmac.digest(TOKEN.encode(), again.body, "sha256")
    assert again.headers["gs1-signature"] == b64encode(signed).decode()


def test_nothing_is_pushed_that_is_not_recorded_and_each_event_once(
    service: Service, partner: httpx.Client, receiver: Receiver
) -> None:
    subscribed(service, receiver, "unloading")
    captured(service, partner, document(event(19, bizStep="unloading"), UNSOUND))
    for number in (20, 21):
        captured(service, partner, document(event(number, bizStep="unloading")))
    told: list[str] = []
    while event_id(21) not in told:
        results = receiver.next().said["epcisBody"]["queryResults"]["resultsBody"]
        told += [one["eventID"] for one in results["eventList"]]
        assert all(partner.get(f"/epcis/events/{one}").status_code == 200 for one in told)
    assert told == [event_id(20), event_id(21)]


def test_pages_do_not_shift_though_all_events_are_of_one_instant_and_more_come(
    service: Service, partner: httpx.Client
) -> None:
    at_once = {"eventTime": "2026-03-01T09:00:00+08:00", "bizStep": "picking"}
    for number in range(30, 34):
        captured(service, partner, document(event(number, **at_once)))
    asked = {"EQ_bizStep": "picking", "orderBy": "eventTime", "perPage": "1"}
    answer, told = partner.get("/epcis/events", params=asked), list[str]()
    for number in range(40, 60):
        told += ids(answer)
        if "next" not in answer.links:
            break
        assert partner.post("/epcis/events", json=bare(event(number, **at_once))).is_success
        answer = partner.get(answer.links["next"]["url"])
    assert sorted(told) == [event_id(number) for number in range(30, 34)]


def test_the_next_page_has_an_address_a_relation_and_a_day_in_any_process(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(*map(event, range(22, 25))))
    asked = {"MATCH_epc": "|".join(map(epc, range(22, 25))), "perPage": "2"}
    answer = partner.get("/epcis/events", params=asked)
    next_ = answer.links["next"]["url"]
    assert next_.startswith("/epcis/events?")
    expires = rfc3339(service.clock.now + DAY)
    assert answer.headers["GS1-Next-Page-Token-Expires"] == expires
    with served(url_of(service)) as another:
        elsewhere = another.client("operator", organisation=ORGANISATION)
        assert ids(elsewhere.get(next_)) == [event_id(24)]


def test_exactly_as_many_as_are_allowed_are_answered_and_one_more_is_refused(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(*map(event, range(25, 30))))
    five = {"MATCH_epc": "|".join(map(epc, range(25, 30)))}
    assert len(found(partner.get("/epcis/events", params={**five, "maxEventCount": 5}))) == 5
    refused = partner.get("/epcis/events", params={**five, "maxEventCount": 4})
    assert refused.status_code == 413
    assert refused.json()["type"] == "epcisException:QueryTooLargeException"


def test_a_problem_is_told_in_the_media_type_of_problems(partner: httpx.Client) -> None:
    for refused in (
        partner.get("/epcis/events", params={"EQ_nothing": "1"}),
        partner.get("/epcis/events/urn:x:nothing"),
        partner.post("/epcis/capture", json=[]),
    ):
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["type"].startswith("epcisException:")


def test_methods_are_told_in_allow_with_the_versions_of_both_standards(
    partner: httpx.Client,
) -> None:
    told = partner.options("/epcis/events").headers
    assert told["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert (told["GS1-EPCIS-Version"], told["GS1-CBV-Version"]) == ("2.0", "2.0")


def test_identifiers_are_told_in_the_form_that_was_asked_for(
    service: Service, partner: httpx.Client
) -> None:
    urn = "urn:epc:id:giai:9521234.EBB0000060"
    captured(service, partner, document(event(60, epcList=[urn])))
    for form, expected in (("Always_GS1_Digital_Link", epc(60)), ("Never_Translates", urn)):
        path, headers = f"/epcis/events/{event_id(60)}", {"GS1-EPC-Format": form}
        (told,) = found(partner.get(path, headers=headers))
        assert told["epcList"] == [expected]


def test_a_thing_is_listed_as_soon_as_its_event_is_answered(partner: httpx.Client) -> None:
    assert partner.post("/epcis/events", json=bare(event(61))).status_code == 201
    told = partner.get("/epcis/epcs", params={"perPage": 1_000}).json()["member"]
    assert epc(61) in told


def test_own_fields_are_found_without_having_been_registered(partner: httpx.Client) -> None:
    said = bare(event(62, **{"ex:never-heard-of": "yes"}, ilmd={"ex:nor-of-this": 7}, action="ADD"))
    assert partner.post("/epcis/events", json=said).status_code == 201
    headers = {"GS1-Extensions": "mine=https://example.com/battery/"}
    for asked in ({"EQ_mine:never-heard-of": "yes"}, {"GE_ILMD_mine:nor-of-this": "7"}):
        answer = partner.get("/epcis/events", params=asked, headers=headers)
        assert ids(answer) == [event_id(62)]


def test_where_a_battery_is_and_how_it_came_there_has_an_answer_and_leads_to_its_proof(
    service: Service, partner: httpx.Client, auditor: httpx.Client
) -> None:
    (told,) = captured(service, partner, {**document(collected(63)), **OURS})["movements"]
    name = quote(f"urn:custody:battery:{battery(63)}", safe="")
    links = auditor.get(f"/epcis/epcs/{name}").links
    asked = {"at_least": told["position"]}
    where = auditor.get(links["describedby"]["url"], params=asked).json()
    assert where["site"] == COLLECTOR
    became = auditor.get(links["timeline"]["url"], params=asked).json()
    assert [one["type"] for one in became["items"]] == ["drop_off"]
    assert links["proof"]["url"] == f"/v1/batteries/{battery(63)}/evidence"


def test_nobody_asks_without_a_key_that_was_given_out(service: Service) -> None:
    nobody = service.client(None)
    assert nobody.get("/epcis/events").status_code == 401
    assert nobody.get("/epcis/events", auth=("any", "password")).status_code == 401
    assert nobody.get("/epcis/events", headers={"Authorization": "Bearer ck_x"}).status_code == 401


def test_who_may_tell_is_no_administrator(partner: httpx.Client, auditor: httpx.Client) -> None:
    assert auditor.post("/epcis/events", json=bare(event(64))).status_code == 403
    assert partner.get("/v1/keys").status_code in (403, 404)
    assert partner.post("/epcis/queries/x/subscriptions", json={}).status_code == 403


def test_nothing_deletes_all_events(service: Service, partner: httpx.Client) -> None:
    assert partner.post("/epcis/events", json=bare(event(65))).status_code == 201
    for role in ("admin", "auditor", "integrator"):
        for path in ("/epcis", "/epcis/", "/epcis/events", f"/epcis/events/{event_id(65)}"):
            assert service.client(role).delete(path).status_code == 405
    assert len(told_of(partner, 65)) == 1
