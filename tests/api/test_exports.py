"""What does somebody get who has an export made, and what does nobody else?"""

import csv
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from custody.exporting import wanted
from tests.api.conftest import ORGANISATION, OTHER_ORGANISATION, Service
from tests.api.engines import on_sqlite
from tests.api.exports import PATH, STRANGER, fetched, made
from tests.api.movements import COLLECTOR, ELSEWHERE, battery
from tests.api.test_stream import post


@pytest.fixture(autouse=True)
def beside_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files lie where the test can look at them, on either engine."""
    monkeypatch.setattr("custody.api.desk.directory", lambda *_: tmp_path / "exports")


def lines(service: Service, client: httpx.Client, **body: Any) -> list[dict[str, Any]]:
    told = made(client, format="ndjson", **body)
    return [json.loads(line) for line in fetched(service, told).content.splitlines()]


@pytest.mark.parametrize("format_", ["parquet", "csv", "ndjson"])
def test_facts_are_what_the_feed_tells(service: Service, format_: str) -> None:
    auditor = service.client("auditor")
    head = post(service, 1, 2)
    told = made(auditor, format=format_)
    assert told["asked"] == {"format": format_, "from": 1, "to": head, "types": []}
    assert told["file"]["name"] == f"facts-000000001-{head:09}.{format_}"
    response = fetched(service, told)
    assert len(response.content) == told["file"]["bytes"]
    assert sha256(response.content).hexdigest() == told["file"]["sha256"]
    assert told["file"]["name"] in response.headers["content-disposition"]
    feed = auditor.get("/v1/facts").json()["items"]
    rows = _rows(format_, response.content)
    assert [(int(row["position"]), row["id"] or None) for row in rows] == [
        (one["position"], one["id"]) for one in feed
    ]
    assert [json.loads(row["data"]) for row in rows] == [one["data"] for one in feed]
    for name in ("posted_by", "sent_at", "remarks", "key"):
        assert not any(row[name] for row in rows), "that is the operator's"


def _rows(format_: str, content: bytes) -> list[dict[str, Any]]:
    if format_ == "csv":
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    if format_ == "ndjson":
        empty = dict.fromkeys(("id", "posted_by", "sent_at", "remarks", "key"))
        return [{**empty, **json.loads(line)} for line in content.splitlines()]
    found: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return found


def test_an_export_holds_what_was_chosen(service: Service) -> None:
    auditor = service.client("auditor")
    post(service, 1, 2)
    post(service, 3, site=ELSEWHERE)
    drops = lines(service, auditor, types=["drop_off"])
    assert [one["batteries"] for one in drops] == [[battery(1)], [battery(2)], [battery(3)]]
    (third,) = lines(service, auditor, types=["drop_off"], site=ELSEWHERE)
    assert third["batteries"] == [battery(3)]
    assert [one["id"] for one in lines(service, auditor, battery=battery(2))] == [drops[1]["id"]]
    assert len(lines(service, auditor, division="330000", types=["drop_off"])) == 3
    assert lines(service, auditor, division="440000") == []
    assert [one["position"] for one in lines(service, auditor, **{"from": 3, "to": 4})] == [3, 4]


def test_an_export_holds_what_its_asker_may_see_and_no_more(service: Service) -> None:
    post(service, 1, 2)
    post(service, 3, site=ELSEWHERE)
    whole = service.client("auditor")
    theirs = service.client("auditor", organisation=OTHER_ORGANISATION)
    exported = [one["position"] for one in lines(service, theirs)]
    seen = [one["position"] for one in theirs.get("/v1/facts").json()["items"]]
    assert exported == seen
    assert 0 < len(exported) < len(lines(service, whole))


def test_books_are_made_as_a_workbook(service: Service, terminal: httpx.Client) -> None:
    head = post(service, 1)
    path = f"/v1/sites/{COLLECTOR}/ledger"
    served = terminal.get(path, params={"book": "all", "format": "xlsx", "at_least": head}).content
    told = made(terminal, format="xlsx", site=COLLECTOR)
    workbook = openpyxl.load_workbook(io.BytesIO(fetched(service, told).content))
    beside = openpyxl.load_workbook(io.BytesIO(served))
    assert workbook.sheetnames == beside.sheetnames
    for name in workbook.sheetnames[:-1]:
        rows = list(workbook[name].iter_rows(values_only=True))
        assert rows[0] == next(beside[name].iter_rows(values_only=True))
    assert told["file"]["name"] == f"{COLLECTOR}_all_2026-03-01_2026-03-31.xlsx"


def test_who_may_read_neither_has_neither_made(service: Service, terminal: httpx.Client) -> None:
    for client, body, code in [
        (terminal, {"format": "csv"}, "forbidden"),
        (terminal, {"format": "xlsx", "site": ELSEWHERE}, "not_your_site"),
        (service.client("operator", organisation=ORGANISATION), {"format": "csv"}, "forbidden"),
        (service.client("carrier", organisation=ORGANISATION), {"format": "csv"}, "forbidden"),
        (service.client("auditor"), {"format": "xlsx", "site": "330106-NONE"}, "not_found"),
    ]:
        response = client.post(PATH, json=body)
        assert response.json()["code"] == code, response.text


@on_sqlite
@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/format", "required"),
        ({"format": "xml"}, "/format", "not_in_list"),
        ({"format": "csv", "colour": "red"}, "/colour", "unknown_field"),
        ({"format": "csv", "from": 0}, "/from", "too_small"),
        ({"format": "csv", "from": 9_999}, "/from", "too_big"),
        ({"format": "csv", "from": 3, "to": 2}, "/to", "too_small"),
        ({"format": "csv", "to": wanted.FACTS_MAX + 1}, "/to", "too_big"),
        ({"format": "csv", "types": ["melted"]}, "/types", "not_in_list"),
        ({"format": "csv", "types": ["tag"] * (wanted.TYPES_MAX + 1)}, "/types", "too_many"),
        ({"format": "csv", "site": "x"}, "/site", "pattern"),
        ({"format": "xlsx"}, "/site", "required"),
        ({"format": "xlsx", "site": COLLECTOR, "book": "novel"}, "/book", "not_in_list"),
    ],
)
def test_what_cannot_be_meant_is_told(
    service: Service, auditor: httpx.Client, body: dict[str, Any], pointer: str, code: str
) -> None:
    response = auditor.post(PATH, json=body)
    assert response.status_code == 422
    assert [(one["pointer"], one["code"]) for one in response.json()["errors"]] == [(pointer, code)]
    assert auditor.get(PATH).json() == {"items": []}


@on_sqlite
def test_a_stretch_of_time_that_is_none_is_told(service: Service, auditor: httpx.Client) -> None:
    body = {"format": "xlsx", "site": COLLECTOR, "from": "2026-03", "to": "2026-01"}
    head = auditor.get("/v1/facts").headers["custody-position"]
    answer = auditor.post(PATH, json=body, params={"at_least": head})
    assert answer.json()["code"] == "invalid_span"


def test_exports_are_their_asker_s_alone(service: Service) -> None:
    one, other = service.client("auditor"), service.client("auditor")
    first, second = made(one, format="csv"), made(one, format="ndjson")
    assert {each["id"] for each in one.get(PATH).json()["items"]} == {first["id"], second["id"]}
    assert other.get(PATH).json() == {"items": []}
    for method in ("GET", "DELETE"):
        for id_ in (first["id"], STRANGER):
            assert other.request(method, f"{PATH}/{id_}").json()["code"] == "not_found"
    assert one.get(f"{PATH}/{first['id']}").is_success
