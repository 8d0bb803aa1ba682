"""What does the service tell of a movement whose body was destroyed? That it was there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from custody import keys
from custody.api.app import create_app
from custody.api.serving import Serving
from custody.auditing import custody_verify
from custody.ledger import create_schema, open_engine, open_ledger
from custody.log import redacting
from custody.log.opening import Settings
from custody.log.redacting import Why
from custody.projections import EVERYTHING
from custody.rebuilding import rebuild
from tests.api.conftest import NOON, Clock, Service, serving
from tests.api.movements import COLLECTOR, ELSEWHERE, battery, dispatch, drop_off, movement
from tests.projections.bookkeeping import silent

SENT = dispatch(3, [1, 2], note="张三 13800138000")


@pytest.fixture
def bare(database_url: str, tmp_path: Path) -> Iterator[Service]:
    """A service that keeps a log, and notes heads as often as it can."""
    engine = open_engine(database_url)
    create_schema(engine)
    keys.lay_out(engine)
    settings = Settings(origin="log.example.cn/gone", key_file=str(tmp_path / "key"), heads_every=0)
    clock = Clock()
    with serving(create_app(database_url, clock=clock, serving=Serving(log=settings))) as url:
        service = Service(url, create_app(database_url), engine, clock)
        yield service
        service.close()


@pytest.fixture
def terminal(service: Service) -> httpx.Client:
    return service.client("terminal", COLLECTOR)


@pytest.fixture
def redacted(terminal: httpx.Client, auditor: httpx.Client, database_url: str) -> tuple[int, int]:
    """Where a dispatch stood whose body is destroyed, and where that was announced."""
    said = [drop_off(1), drop_off(2), SENT, movement(4, "void", 60, target=SENT["id"])]
    answer = terminal.post("/v1/movements", json=said).json()
    path = f"/v1/batteries/{battery(1)}/evidence"
    assert auditor.get(path, params={"at_least": answer["position"]}).status_code == 200
    place = int(answer["results"][2]["position"])
    ledger = open_ledger(database_url)
    announced = redacting.redact(ledger, redacting.found(ledger, place), Why("request"), NOON)
    rebuild(ledger, EVERYTHING, silent)
    ledger.close()
    return place, announced


@pytest.fixture
def position(redacted: tuple[int, int]) -> int:
    """Where a dispatch stood whose body is destroyed."""
    return redacted[0]


def test_histories_and_the_feed_have_its_place_and_nothing_else(
    auditor: httpx.Client, position: int
) -> None:
    history = auditor.get(f"/v1/batteries/{battery(1)}/history").json()
    gone = {"position": position, "redacted": True}
    assert [one.get("type") for one in history["items"]] == ["drop_off", None]
    assert history["items"][-1] == gone
    feed: list[dict[str, Any]] = auditor.get("/v1/facts", params={"limit": 1000}).json()["items"]
    (item,) = (one for one in feed if one["position"] == position)
    assert (item["id"], item["occurred_at"], item["data"]) == (None, None, None)
    assert "redaction" in [one["type"] for one in feed]


def test_it_counts_no_more_and_nothing_stumbles_over_it(
    auditor: httpx.Client, position: int
) -> None:
    assert position
    found = auditor.get(f"/v1/batteries/{battery(1)}").json()
    assert (found["state"], found["site"]) == ("in_stock", COLLECTOR)
    assert auditor.get(f"/v1/consignments/{SENT['consignment']}").json()["items"] == []
    asked = {"from": "2026-03", "to": "2026-03", "book": "corrections"}
    books = auditor.get(f"/v1/sites/{COLLECTOR}/ledger", params=asked)
    assert books.status_code == 200, books.text
    assert SENT["note"] not in books.text


def test_its_terminal_hears_that_it_arrived_and_can_send_it_as_often_as_it_likes(
    service: Service, terminal: httpx.Client, position: int
) -> None:
    again = terminal.post("/v1/movements", json=SENT)
    assert (again.status_code, again.json()["position"]) == (200, position)
    assert terminal.get(f"/v1/movements/{SENT['id']}").json()["position"] == position
    stranger = service.client("terminal", ELSEWHERE)
    assert stranger.get(f"/v1/movements/{SENT['id']}").status_code == 403


def test_what_would_take_it_back_has_no_target(terminal: httpx.Client, position: int) -> None:
    assert position
    late = movement(5, "correct", 70, target=SENT["id"], values={"vehicle": "浙A12345"})
    refused = terminal.post("/v1/movements", json=late)
    assert (refused.status_code, refused.json()["code"]) == (422, "target_unknown")


def test_the_evidence_of_its_batteries_still_holds(
    service: Service, auditor: httpx.Client, redacted: tuple[int, int]
) -> None:
    position, announced = redacted
    path = f"/v1/batteries/{battery(1)}/evidence"
    bundle = auditor.get(path, params={"at_least": announced}).content
    policy = service.client(None).get("/log/policy").content
    report = custody_verify.verify(
        custody_verify.read_policy(policy), bundle, 2**31, custody_verify.Wishes()
    )
    assert report.errors == []
    (fact,) = (one for one in json.loads(bundle)["facts"] if one["index"] == position - 1)
    assert fact.keys() == {"index", "entry", "proof", "items"}
    facts = custody_verify.tell(report, "", "en")["facts"]
    (told,) = (one["redaction"] for one in facts if one["redaction"])
    assert (told["position"], told["reason"]) == (announced, "request")
