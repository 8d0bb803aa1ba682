"""What is left of an event that a partner told and that is destroyed? Its place, and no more."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from custody import cli
from custody.api.serving import Serving
from custody.epcis.outward.saying import NAMESPACE
from custody.exchange import tables
from custody.exchange.rows import KEPT
from custody.log.opening import Settings
from tests.api.conftest import Service, served
from tests.api.movements import COLLECTOR, battery, movement_id
from tests.exchange.partners import bare as alone
from tests.exchange.partners import captured, document, event, event_id, found, ids, wrong
from tests.exchange.test_incoming import OURS, collected
from tests.exchange.test_master_data import SAID, headed

SECRET = "ZHANG-SAN-13800138000"
TOLD = {**collected(1), "custody:note": SECRET}
DOCUMENT = {**document(TOLD, event(2)), **OURS}

Redact = Callable[..., dict[str, Any]]


@pytest.fixture
def bare(database_url: str, tmp_path: Path) -> Iterator[Service]:
    """A service that keeps a log and publishes it."""
    settings = Settings(origin="log.example.cn/gone", key_file=str(tmp_path / "key"))
    with served(database_url, Serving(log=settings)) as service:
        yield service


def await_checkpoint(auditor: httpx.Client) -> None:
    """Wait until a checkpoint holds all that is recorded."""
    last = auditor.get("/v1/facts", params={"limit": 1000}).json()["items"][-1]["position"]
    evidence = f"/v1/batteries/{battery(1)}/evidence"
    assert auditor.get(evidence, params={"at_least": last}).status_code == 200


@pytest.fixture
def redact(
    auditor: httpx.Client,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Redact:
    """Destroy the content at a position, once a checkpoint holds it, as an operator does."""
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)

    def destroyed(position: int, name: str) -> dict[str, Any]:
        await_checkpoint(auditor)
        asked = ("redact", str(position), "--reason", "request", "--confirm", name, "--json")
        capsys.readouterr()
        assert cli.main(asked) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return destroyed


def facts_of(auditor: httpx.Client, type_: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = auditor.get("/v1/facts", params={"types": type_}).json()["items"]
    return items


@pytest.fixture
def gone(
    service: Service, partner: httpx.Client, auditor: httpx.Client, redact: Redact
) -> dict[str, Any]:
    """What was said when the first of two events was destroyed."""
    captured(service, partner, DOCUMENT)
    place = facts_of(auditor, "epcis")[0]["position"]
    return redact(place, event_id(1))


def test_whoever_destroys_it_is_told_what_else_says_the_same(
    auditor: httpx.Client, gone: dict[str, Any]
) -> None:
    (movement,) = facts_of(auditor, "drop_off")
    (announcement,) = facts_of(auditor, "redaction")
    assert gone == {
        "position": facts_of(auditor, "epcis")[0]["position"],
        "event": event_id(1),
        "announced": announcement["position"],
        "also_at": [movement["position"]],
        "before": False,
    }
    assert announcement["data"]["event"] == event_id(1)
    assert announcement["data"]["reason"] == "request"


def test_queries_have_it_no_more_and_what_it_brought_is_told_in_our_own_words(
    partner: httpx.Client, auditor: httpx.Client, gone: dict[str, Any]
) -> None:
    (movement,) = facts_of(auditor, "drop_off")
    for client in (partner, auditor):
        told = found(client.get("/epcis/events", params={"at_least": gone["announced"]}))
        assert [one["eventID"] for one in told] == [event_id(2), f"urn:uuid:{movement['id']}"]
        assert SECRET not in json.dumps(told)
    here = auditor.get(f"/v1/batteries/{battery(1)}").json()
    assert (here["state"], here["site"]) == ("in_stock", COLLECTOR)


def test_an_index_that_is_made_again_says_the_same(
    service: Service, auditor: httpx.Client, gone: dict[str, Any]
) -> None:
    asked = {"at_least": gone["announced"], "perPage": 100}
    before = found(auditor.get("/epcis/events", params=asked))
    tables.renew(service.engine)
    assert found(auditor.get("/epcis/events", params=asked)) == before


def test_who_asks_for_it_hears_that_it_is_gone_and_nobody_else_that_it_was_there(
    service: Service,
    partner: httpx.Client,
    auditor: httpx.Client,
    stranger: httpx.Client,
    gone: dict[str, Any],
) -> None:
    path, asked = f"/epcis/events/{event_id(1)}", {"at_least": gone["announced"]}
    for client in (partner, auditor):
        answer = client.get(path, params=asked)
        assert (answer.status_code, answer.json()["code"]) == (410, "epcis_event_redacted")
        assert str(gone["position"]) in answer.json()["detail"]
    for client in (stranger, service.client("terminal", COLLECTOR)):
        assert client.get(path, params=asked).status_code == 404
    assert partner.get(f"/epcis/events/{event_id(7)}", params=asked).status_code == 404


def test_the_feed_has_its_place_and_nothing_else(
    auditor: httpx.Client, gone: dict[str, Any]
) -> None:
    (one, other) = facts_of(auditor, "epcis")
    assert (one["position"], one["data"]) == (gone["position"], None)
    assert other["data"]["event_id"] == event_id(2)


def test_nothing_of_it_is_left_in_any_table_but_what_it_was_read_as(
    service: Service, gone: dict[str, Any]
) -> None:
    first = gone["position"] * tables.EVENTS_A_RECORD
    with service.engine.connect() as connection:
        for table in KEPT:
            asked = select(func.count()).where(table.c.place.between(first, first + 999))
            assert connection.scalar(asked) == 0
        kept = connection.execute(select(tables.event.c.said, tables.event.c.context)).all()
        values = connection.execute(select(tables.value)).all()
        captures = connection.execute(select(tables.capture)).all()
    assert SECRET not in str([*kept, *values, *captures])


def test_what_only_it_had_said_is_found_again_once_another_says_it(
    service: Service, partner: httpx.Client, gone: dict[str, Any]
) -> None:
    by_note = {"EQ_custody:note": SECRET, "at_least": gone["announced"]}
    headers = {"GS1-Extensions": f"custody={NAMESPACE}"}
    assert ids(partner.get("/epcis/events", params=by_note, headers=headers)) == []
    later = {**event(9), "custody:note": SECRET}
    captured(service, partner, {**document(later), **OURS})
    assert ids(partner.get("/epcis/events", params=by_note, headers=headers)) == [event_id(9)]


def test_it_does_not_come_back_by_a_partner_that_tells_it_again(
    service: Service, partner: httpx.Client, auditor: httpx.Client, gone: dict[str, Any]
) -> None:
    end = gone["announced"]
    again = captured(service, partner, DOCUMENT)
    assert (again["success"], again["errors"]) == (True, [])
    assert [one["eventID"] for one in again["movements"]] == [event_id(2)]
    for said in (TOLD, {**TOLD, "disposition": "damaged"}):
        answer = partner.post("/epcis/events", json={**alone(said), **OURS})
        assert (answer.status_code, answer.json()["code"]) == (410, "epcis_event_redacted")
    assert [one["position"] for one in facts_of(auditor, "epcis")] == [
        gone["position"],
        gone["position"] + 1,
    ]
    assert auditor.get("/v1/facts", params={"after": end}).json()["items"] == []


def test_another_s_word_under_the_same_id_is_its_own(
    stranger: httpx.Client, gone: dict[str, Any]
) -> None:
    assert gone["before"] is False
    assert stranger.post("/epcis/events", json=alone(event(1))).status_code == 201
    assert ids(stranger.get(f"/epcis/events/{event_id(1)}")) == [event_id(1)]


def test_a_declaration_about_it_stands_beside_it_and_goes_by_itself(
    service: Service, partner: httpx.Client, auditor: httpx.Client, redact: Redact
) -> None:
    captured(service, partner, DOCUMENT)
    assert partner.post("/epcis/events", json=alone(wrong(1))).status_code == 201
    original, _, declaration = (one["position"] for one in facts_of(auditor, "epcis"))
    told = redact(declaration, event_id(1))
    assert told["also_at"] == [original]
    asked = {"at_least": told["announced"]}
    (kept,) = found(partner.get(f"/epcis/events/{event_id(1)}", params=asked))
    assert "errorDeclaration" not in kept
    assert partner.post("/epcis/events", json=alone(wrong(1))).status_code == 410
    again = partner.post("/epcis/events", json={**alone(TOLD), **OURS})
    assert again.status_code == 201
    later = wrong(1, "2026-03-08T12:00:00+08:00")
    assert partner.post("/epcis/events", json=alone(later)).status_code == 201
    assert len(facts_of(auditor, "epcis")) == 4


def test_a_movement_says_which_event_had_brought_it(
    service: Service, partner: httpx.Client, auditor: httpx.Client, redact: Redact
) -> None:
    captured(service, partner, DOCUMENT)
    assert ids(auditor.get("/epcis/events"))
    (movement,) = facts_of(auditor, "drop_off")
    told = redact(movement["position"], movement["id"])
    assert told["also_at"] == [facts_of(auditor, "epcis")[0]["position"]]


def test_master_data_are_destroyed_as_events_are(
    service: Service, partner: httpx.Client, auditor: httpx.Client, redact: Redact
) -> None:
    captured(service, partner, {**headed(TOLD), **OURS})
    (before,) = facts_of(auditor, "epcis_master_data")
    assert json.loads(before["data"]["said"]) == SAID
    told = redact(before["position"], before["data"]["capture"])
    assert told["capture"] == before["data"]["capture"]
    (after,) = facts_of(auditor, "epcis_master_data")
    assert (after["position"], after["data"]) == (before["position"], None)


def test_nothing_is_destroyed_under_another_s_name(
    service: Service, partner: httpx.Client, auditor: httpx.Client, database_url: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    captured(service, partner, DOCUMENT)
    place = facts_of(auditor, "epcis")[0]["position"]
    await_checkpoint(auditor)
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    asked = ("redact", str(place), "--reason", "request", "--confirm")
    for name in (event_id(2), movement_id(1)):
        assert cli.main((*asked, name)) == 2
        assert f"--confirm {event_id(1)}" in capsys.readouterr().err
    assert ids(auditor.get("/epcis/events"))[0] == event_id(1)
