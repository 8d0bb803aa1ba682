"""What becomes of our own events when somebody tells them back to us?"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import httpx
import orjson
import pytest

from custody.epcis import outward
from custody.events import Redacted
from custody.exchange.tables import renew
from custody.ledger import Entry
from tests.api.conftest import Service
from tests.api.movements import (
    COLLECTOR,
    RECYCLER,
    battery,
    dispatch,
    drop_off,
    movement,
    movement_id,
    receive,
)
from tests.exchange.partners import Event, captured, document, event, found, wrong
from tests.exchange.test_incoming import OURS, collected, posted

OWN_PREFIX = {"c": "urn:custody:epcis:"}
EVENTS_OF_THE_WEEK = 10


@pytest.fixture
def week(service: Service) -> int:
    """What happened: a handover with all that can go wrong, and some of it taken back."""
    terminal, recycler = (service.client("terminal", site) for site in (COLLECTOR, RECYCLER))
    of_gs1 = {"battery": {"code": "giai:9521234.EBB0000001", "mass_g": 8_700}, "operator": "op-12"}
    posted(terminal, drop_off(1), drop_off(2, note="wet"), drop_off(3, **of_gs1))
    posted(terminal, dispatch(4, [1, 2]))
    rejected = [{"battery": battery(2), "reason": "leaking"}]
    posted(recycler, receive(5, [], missing=[battery(1)], rejected=rejected))
    right = {"channel": "pickup"}
    return posted(
        terminal,
        movement(6, "void", 75, target=movement_id(1), reason="twice", capture="typed"),
        movement(7, "correct", 76, target=movement_id(2), values=right, capture="scanned"),
    )


def told_to(client: httpx.Client, position: int = 0, **headers: str) -> dict[str, Any]:
    """Return the document that somebody is answered who asks for all events."""
    asked = {"at_least": position, "perPage": 100}
    answer = client.get("/epcis/events", params=asked, headers=headers)
    assert len(found(answer)) == EVENTS_OF_THE_WEEK
    document: dict[str, Any] = answer.json()
    return document


def events_of(answer: dict[str, Any]) -> list[Event]:
    events: list[Event] = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events


def captures(service: Service) -> int:
    """Count the events that are recorded as somebody's word."""
    return len(service.app.state.desk.ledger.since(0, 1_000, types=["epcis"]))


@pytest.mark.parametrize("format_", ["Always_GS1_Digital_Link", "Never_Translates"])
def test_a_document_of_our_events_is_known_as_a_whole(
    service: Service, partner: httpx.Client, week: int, format_: str
) -> None:
    told = told_to(partner, week, **{"GS1-EPC-Format": format_})
    job = captured(service, partner, told)
    assert (job["success"], job["errors"]) == (True, [])
    known = {one["movement"]: one["position"] for one in job["movements"] if "movement" in one}
    assert [*known] == [movement_id(number) for number in range(1, 8)]
    for movement_, position in known.items():
        assert partner.get(f"/v1/movements/{movement_}").json()["position"] == position
    of_others = {one["code"] for one in job["movements"] if one["status"] == "none"}
    assert of_others == {"part_of_another", "told_by_corrective"}
    assert captures(service) == 0
    before = events_of(told_to(partner))
    renew(service.engine)
    assert events_of(told_to(partner, week)) == before, "nor does an index made anew say more"


def test_what_is_new_in_a_document_beside_our_events_is_recorded(
    service: Service, partner: httpx.Client, week: int
) -> None:
    told = told_to(partner, week)
    new = collected(8)
    events_of(told).append(new)
    job = captured(service, partner, told)
    assert job["success"], job["errors"]
    answer = partner.get("/epcis/events", params={"EQ_eventID": new["eventID"]})
    assert len(found(answer)) == 1
    assert captures(service) == 1


def test_one_of_our_events_alone_is_answered_as_a_repeat(
    service: Service, partner: httpx.Client, week: int
) -> None:
    for one in events_of(told := told_to(partner, week)):
        answer = partner.post("/epcis/events", json={"@context": told["@context"], **one})
        assert (answer.status_code, answer.json()["eventID"]) == (201, one["eventID"]), answer.text
        assert answer.json()["recordTime"] == one["recordTime"]
    assert captures(service) == 0
    told_to(partner)


def spelt_otherwise(told: Event) -> Event:
    """Say the same: with another prefix, in another order, with its time written otherwise."""
    said = orjson.loads(orjson.dumps(told).replace(b'"custody:', b'"c:'))
    said["eventTime"] = said["eventTime"].replace("+00:00", ".000Z")
    return {name: said[name] for name in reversed(said)}


def test_the_same_in_another_spelling_is_the_same(
    service: Service, partner: httpx.Client, week: int
) -> None:
    told = events_of(told_to(partner, week))
    said = document(*map(spelt_otherwise, told))
    said["@context"] = [said["@context"][0], OWN_PREFIX]
    job = captured(service, partner, said)
    assert (job["success"], captures(service)) == (True, 0), job["errors"]


def corrected(told: Event) -> None:
    told["custody:channel"] = "online"


def enriched(told: Event) -> None:
    told["custody:shelf"] = "A-1"


def another_step(told: Event) -> None:
    told["bizStep"] = "arriving"


@pytest.mark.parametrize("change", [corrected, enriched, another_step])
def test_something_else_under_an_id_of_ours_is_refused(
    service: Service, partner: httpx.Client, week: int, change: Callable[[Event], None]
) -> None:
    told = told_to(partner, week)
    changed = events_of(told)[2]
    change(changed)
    job = captured(service, partner, told)
    assert not job["success"]
    (error,) = job["errors"]
    (field,) = error["errors"]
    assert (error["code"], field["code"]) == ("epcis_event_reused", "event_id_reused")
    assert field["pointer"].endswith("/eventList/2/eventID")
    answer = partner.post("/epcis/events", json={"@context": told["@context"], **changed})
    assert (answer.status_code, answer.json()["code"]) == (409, "epcis_event_reused")
    assert captures(service) == 0


@pytest.mark.parametrize("name", ["reason", "custody:reason", "custody:capture"])
def test_a_declaration_of_ours_with_another_reason_is_refused(
    service: Service, partner: httpx.Client, week: int, name: str
) -> None:
    told = told_to(partner, week)
    by = f"urn:uuid:{movement_id(6)}"
    (void,) = [one for one in events_of(told) if by in str(one.get("errorDeclaration"))]
    void["errorDeclaration"][name] = "incorrect_data" if name == "reason" else "photo"
    job = captured(service, partner, told)
    assert [one["code"] for one in job["errors"]] == ["epcis_event_reused"]


def test_a_declaration_of_ours_with_another_correction_is_refused(
    service: Service, partner: httpx.Client, week: int
) -> None:
    told = told_to(partner, week)
    declared = [one.get("errorDeclaration", {}) for one in events_of(told)]
    (corrected,) = [one for one in declared if "correctiveEventIDs" in one]
    corrected["correctiveEventIDs"] = [f"urn:uuid:{movement_id(3)}"]
    job = captured(service, partner, told)
    assert [one["code"] for one in job["errors"]] == ["epcis_event_reused"]


def test_a_partner_s_own_declaration_about_an_event_of_ours_is_taken(
    service: Service, partner: httpx.Client, week: int
) -> None:
    told = told_to(partner, week)
    said = deepcopy(events_of(told)[2])
    said["errorDeclaration"] = wrong(1, "2026-03-01T10:30:00+08:00")["errorDeclaration"]
    job = captured(service, partner, {**document(said), "@context": told["@context"]})
    (void,) = job["movements"]
    assert (job["success"], void["status"]) == (True, "recorded")


def test_who_may_not_see_a_fact_learns_nothing_by_telling_it(
    service: Service, partner: httpx.Client, stranger: httpx.Client, week: int
) -> None:
    """The same answers to what is so, to what is not, and to what nobody ever told."""
    told = told_to(partner, week)
    right, sent = events_of(told)[2:4]
    guess = {**sent, "custody:vehicle": "浙A12345"}
    unknown = {**right, "eventID": f"urn:uuid:{movement_id(99)}"}
    answers = []
    for one in (right, guess, unknown):
        job = captured(service, stranger, {**document(one), "@context": told["@context"]})
        (became,) = job["movements"]
        again = stranger.post("/epcis/events", json={"@context": told["@context"], **one})
        answers.append((job["success"], became["status"], became["code"], again.status_code))
        assert "related" not in again.links
    assert {*answers} == {(True, "refused", "out_of_scope", 201)}
    assert len(found(stranger.get("/epcis/events"))) == 3, "each stands as their word"
    told_to(partner)


def test_where_a_partner_s_own_words_stand_for_a_movement_the_rules_of_partners_hold(
    service: Service, partner: httpx.Client, terminal: httpx.Client
) -> None:
    number = {"eventID": f"urn:uuid:{movement_id(1)}"}
    said = {**document({**collected(1), **number}), **OURS}
    assert captured(service, partner, said)["movements"][0]["status"] == "recorded"
    (told,) = found(terminal.get("/epcis/events"))
    del told["recordTime"]
    assert captured(service, partner, said)["success"]
    assert captures(service) == 1
    assert captured(service, terminal, {**document(told), **OURS})["success"]
    assert captures(service) == 2, "another side's word is its own"


def test_what_was_destroyed_does_not_come_back_by_being_told_back(
    service: Service, partner: httpx.Client, week: int
) -> None:
    told = told_to(partner, week)
    ledger = service.app.state.desk.ledger
    for number in (1, 5, 7):
        (gone, *_) = ledger.read([f"movement:{movement_id(number)}"]).records
        said = {"type": "redaction", "position": gone.position, "movement": movement_id(number)}
        fact = Redacted.model_validate({**said, "reason": "order"})
        body = orjson.dumps(fact.model_dump(mode="json", exclude_none=True))
        ledger.append([Entry("redaction", 1, body, fact.subjects())], now=service.clock.now)
    after = found(partner.get("/epcis/events", params={"at_least": ledger.head().position}))
    assert len(after) < EVENTS_OF_THE_WEEK
    job = captured(service, partner, told)
    assert job["success"], job["errors"]
    assert captures(service) == 0
    assert found(partner.get("/epcis/events")) == after
    first = events_of(told)[0]
    answer = partner.post("/epcis/events", json={"@context": told["@context"], **first})
    assert (answer.status_code, answer.json()["code"]) == (410, "epcis_event_redacted")


def test_an_event_without_an_id_is_nobody_s(service: Service, partner: httpx.Client) -> None:
    nameless = {name: value for name, value in event(1).items() if name != "eventID"}
    said = {**nameless, "custody:part_of": f"urn:uuid:{movement_id(1)}"}
    context = {"@context": outward.CONTEXT.json}
    assert captured(service, partner, {**document(said), **context})["success"]
    assert captures(service) == 1
