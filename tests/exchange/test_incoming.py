from typing import Any

import httpx
import orjson

from custody.epcis import outward
from custody.events import Redacted
from custody.exchange.tables import renew
from custody.ledger import Entry
from tests.api.conftest import Service
from tests.api.movements import (
    COLLECTOR,
    ELSEWHERE,
    RECYCLER,
    battery,
    dispatch,
    drop_off,
    movement,
    movement_id,
    receive,
)
from tests.exchange.partners import (
    bare,
    captured,
    document,
    event,
    event_id,
    found,
    ids,
)

OURS: dict[str, Any] = {"@context": outward.CONTEXT.json}


def collected(number: int, site: str = COLLECTOR) -> dict[str, Any]:
    """A drop-off, told with the little that the standard has no field for."""
    here = {"id": f"urn:custody:site:{site}"}
    said = {"custody:channel": "walk_in", "epcList": [f"urn:custody:battery:{battery(number)}"]}
    return event(number, disposition="returned", readPoint=here, bizLocation=here, **said)


def posted(client: httpx.Client, *movements: dict[str, Any]) -> int:
    answer = client.post("/v1/movements", json=[*movements])
    assert {one["status"] for one in answer.json()["results"]} == {"recorded"}, answer.text
    position: int = answer.json()["position"]
    return position


def test_an_event_that_is_a_movement_of_ours_counts_as_one(
    service: Service, partner: httpx.Client, auditor: httpx.Client
) -> None:
    job = captured(service, partner, {**document(collected(1), event(2)), **OURS})
    told, other = sorted(job["movements"], key=lambda one: one["eventID"])
    assert (told["status"], other["status"]) == ("recorded", "none")
    answer = auditor.get(f"/v1/movements/{told['movement']}")
    assert answer.json()["position"] == told["position"]
    path = f"/v1/batteries/{battery(1)}"
    row = auditor.get(path, params={"at_least": told["position"]}).json()
    assert (row["state"], row["site"]) == ("in_stock", COLLECTOR)
    kept = ids(auditor.get("/epcis/events"))
    assert kept == [event_id(1), event_id(2)], "the partner's own words stand for it, once"


def test_a_single_event_links_to_the_movement_that_it_is(
    service: Service, partner: httpx.Client, auditor: httpx.Client
) -> None:
    said = {**bare(collected(1)), **OURS}
    answer = partner.post("/epcis/events", json=said)
    assert answer.status_code == 201, answer.text
    assert auditor.get(answer.links["related"]["url"]).status_code == 200
    again = partner.post("/epcis/events", json=said)
    assert again.headers["Link"] == answer.headers["Link"]
    facts = auditor.get("/v1/facts", params={"types": "drop_off"}).json()["items"]
    assert len(facts) == 1


def test_what_its_captor_may_not_post_is_kept_as_told_and_moves_nothing(
    service: Service, partner: httpx.Client, auditor: httpx.Client, stranger: httpx.Client
) -> None:
    job = captured(service, partner, {**document(collected(1, ELSEWHERE)), **OURS})
    (told,) = job["movements"]
    assert (told["status"], told["code"]) == ("refused", "out_of_scope")
    assert ids(partner.get("/epcis/events")) == [event_id(1)]
    assert ids(stranger.get("/epcis/events")) == []
    assert auditor.get("/v1/facts", params={"types": "drop_off"}).json()["items"] == []


def test_whose_movement_it_is_sees_the_event(service: Service, partner: httpx.Client) -> None:
    captured(service, partner, {**document(collected(1)), **OURS})
    assert ids(service.client("terminal", COLLECTOR).get("/epcis/events")) == [event_id(1)]
    assert ids(service.client("terminal", RECYCLER).get("/epcis/events")) == []


def test_our_own_facts_are_events_among_the_others(
    service: Service, terminal: httpx.Client, auditor: httpx.Client
) -> None:
    recycler = service.client("terminal", RECYCLER)
    posted(terminal, drop_off(1), drop_off(2), dispatch(3, [1, 2]))
    posted(recycler, receive(4, [1, 2]))
    position = posted(terminal, movement(5, "void", 75, target=movement_id(2), reason="twice"))

    def steps(client: httpx.Client, **asked: Any) -> list[str]:
        answer = client.get("/epcis/events", params={"at_least": position, **asked})
        return [one["bizStep"] for one in found(answer)]

    everything = ["collecting", "collecting", "shipping", "receiving", "collecting"]
    assert steps(auditor) == everything
    assert steps(terminal) == ["collecting", "collecting", "shipping", "collecting"]
    assert steps(recycler) == ["receiving"]
    assert steps(auditor, EXISTS_errorDeclaration="true") == ["collecting"]
    one = f"urn:custody:battery:{battery(1)}"
    assert steps(auditor, MATCH_anyEPC=one) == ["collecting", "shipping", "receiving"]
    shipped = f"urn:uuid:{movement_id(3)}"
    assert steps(auditor, EQ_bizTransaction_upevt=shipped) == ["receiving"]


def test_an_index_that_is_made_again_says_the_same(
    service: Service, partner: httpx.Client, terminal: httpx.Client, auditor: httpx.Client
) -> None:
    captured(service, partner, {**document(collected(1), event(2)), **OURS})
    posted(terminal, drop_off(3), dispatch(4, [1, 3]))
    captured(service, partner, document(event(5)))
    position = posted(terminal, movement(6, "void", 75, target=movement_id(3), reason="twice"))
    asked = {"at_least": position, "perPage": 100}
    askers = (auditor, partner, terminal)
    before = [found(one.get("/epcis/events", params=asked)) for one in askers]
    assert all(before)
    renew(service.engine)
    assert [found(one.get("/epcis/events", params=asked)) for one in askers] == before


def test_who_may_see_a_part_sees_the_events_of_that_part(
    service: Service, partner: httpx.Client, stranger: httpx.Client, terminal: httpx.Client
) -> None:
    captured(service, partner, document(event(1)))
    captured(service, stranger, document(event(2, bizStep="storing")))
    captured(service, terminal, document(event(3)))
    seen = {
        "auditor": (service.client("auditor"), [1, 2, 3]),
        "its organisation": (partner, [1, 3]),
        "another": (stranger, [2]),
        "its site": (terminal, [3]),
        "another site": (service.client("terminal", RECYCLER), []),
        "its division": (service.client("authority", division="330106"), [3]),
        "another division": (service.client("authority", division="440000"), []),
    }
    for who, (client, numbers) in seen.items():
        told = ids(client.get("/epcis/events"))
        assert told == [event_id(one) for one in numbers], who
        for number in (1, 2, 3):
            status = client.get(f"/epcis/events/{event_id(number)}").status_code
            assert status == (200 if number in numbers else 404), (who, number)
    assert "storing" not in partner.get("/epcis/bizSteps").json()["member"]
    assert partner.get("/epcis/bizSteps/storing").status_code == 404
    refused = service.client("auditor").post("/epcis/events", json=bare(event(9)))
    assert refused.status_code == 403
    assert refused.json()["type"] == "epcisException:SecurityException"


def test_what_was_destroyed_is_told_no_more_nor_by_what_took_it_back(
    service: Service, terminal: httpx.Client, auditor: httpx.Client
) -> None:
    void = movement(3, "void", 75, target=movement_id(1), reason="twice")
    posted(terminal, drop_off(1), drop_off(2), void)
    before = ids(auditor.get("/epcis/events", params={"at_least": 6}))
    assert len(before) == 3
    ledger = service.app.state.desk.ledger
    (target,) = ledger.read([f"movement:{movement_id(1)}"]).records[:1]
    said = {"type": "redaction", "position": target.position, "movement": movement_id(1)}
    told = Redacted.model_validate({**said, "reason": "order"})
    body = orjson.dumps(told.model_dump(mode="json", exclude_none=True))
    done = ledger.append([Entry("redaction", 1, body, told.subjects())], now=service.clock.now)
    answer = auditor.get("/epcis/events", params={"at_least": done.last})
    assert ids(answer) == [f"urn:uuid:{movement_id(2)}"]
