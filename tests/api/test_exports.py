"""What does somebody get who has an export made, and what does nobody else?"""

import csv
import io
import json
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from sqlalchemy import update

from custody import keys
from custody.api.app import create_app
from custody.exporting import carrying_out, exporter, jobs, links, queue, wanted
from custody.exporting.exporter import Exporter
from custody.exporting.jobs import job
from custody.ledger import open_ledger
from custody.projections.freshness import lay_out
from custody.terms import MINUTE
from tests.api.conftest import NOON, ORGANISATION, OTHER_ORGANISATION, Clock, Service, serving
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, ELSEWHERE, battery
from tests.api.test_stream import post
from tests.asking import client_of

PATH = "/v1/exports"
LONG_S = 60.0
STRANGER = "0" * 32


@pytest.fixture(autouse=True)
def beside_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files lie where the test can look at them, on either engine."""
    monkeypatch.setattr("custody.api.desk.directory", lambda *_: tmp_path / "exports")


def asked(client: httpx.Client, **body: Any) -> dict[str, Any]:
    """Ask for an export; return the job as it was taken in."""
    response = client.post(PATH, json=body)
    assert response.status_code == 202, response.text
    told: dict[str, Any] = response.json()
    assert response.headers["Location"] == f"{PATH}/{told['id']}"
    return told


def ended(client: httpx.Client, id_: str) -> dict[str, Any]:
    """Return a job once it is over."""
    until = time.monotonic() + LONG_S
    while True:
        response = client.get(f"{PATH}/{id_}")
        assert response.is_success, response.text
        told: dict[str, Any] = response.json()
        if told["state"] in ("done", "failed"):
            return told
        assert time.monotonic() < until, "it never ends"


def made(client: httpx.Client, **body: Any) -> dict[str, Any]:
    told = ended(client, asked(client, **body)["id"])
    assert told["state"] == "done", told
    assert (told["done"], told["problem"]) == (told["total"], None)
    return told


def fetched(service: Service, told: dict[str, Any], **headers: str) -> httpx.Response:
    """Fetch a file as somebody without a key does."""
    with client_of(service.url, **headers) as nobody:
        return nobody.get(told["file"]["url"])


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
    post(service, 1)
    served = terminal.get(f"/v1/sites/{COLLECTOR}/ledger?book=all&format=xlsx&at_least=1").content
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
    assert auditor.post(PATH, json=body).json()["code"] == "invalid_span"


def test_exports_are_their_asker_s_alone(service: Service) -> None:
    one, other = service.client("auditor"), service.client("auditor")
    first, second = made(one, format="csv"), made(one, format="ndjson")
    assert {each["id"] for each in one.get(PATH).json()["items"]} == {first["id"], second["id"]}
    assert other.get(PATH).json() == {"items": []}
    for method in ("GET", "DELETE"):
        for id_ in (first["id"], STRANGER):
            assert other.request(method, f"{PATH}/{id_}").json()["code"] == "not_found"
    assert one.get(f"{PATH}/{first['id']}").is_success


def test_a_link_is_good_until_its_time_and_as_it_was_signed(service: Service) -> None:
    auditor = service.client("auditor")
    told, other = made(auditor, format="csv"), made(auditor, format="ndjson")
    url = httpx.URL(told["file"]["url"])
    signature = url.params["signature"]
    expires = int(url.params["expires"])
    assert expires * 1000 == NOON + links.LINK
    with client_of(service.url) as nobody:
        assert nobody.get(url).is_success
        for changed, code in [
            (url.copy_set_param("expires", expires + 1), "link_invalid"),
            (url.copy_set_param("signature", signature[:-1] + "_"), "link_invalid"),
            (url.copy_set_param("signature", "é"), "link_invalid"),
            (httpx.URL(str(url).replace(told["id"], other["id"])), "link_invalid"),
            (httpx.URL(str(url).replace(told["id"], STRANGER)), "link_invalid"),
        ]:
            response = nobody.get(changed)
            assert (response.status_code, response.json()["code"]) == (403, code)
        assert nobody.get(url.path).status_code == 422
        service.clock.now += links.LINK
        response = nobody.get(url)
        assert (response.status_code, response.json()["code"]) == (410, "link_expired")
        again = auditor.get(f"{PATH}/{told['id']}").json()
        assert nobody.get(again["file"]["url"]).is_success


def test_a_download_goes_on_where_it_was_cut(service: Service) -> None:
    post(service, 1, 2)
    told = made(service.client("auditor"), format="csv")
    whole = fetched(service, told)
    tag = whole.headers["etag"]
    assert tag == f'"{told["file"]["sha256"]}"'
    rest = fetched(service, told, **{"Range": "bytes=100-", "If-Range": tag})
    assert rest.status_code == 206
    assert rest.content == whole.content[100:]
    other = fetched(service, told, **{"Range": "bytes=100-", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, whole.content)


def test_whose_key_is_revoked_has_no_exports_and_no_links(service: Service, tmp_path: Path) -> None:
    auditor = service.client("auditor")
    told = made(auditor, format="csv")
    keys.revoke(service.engine, auditor.get("/v1/me").json()["key"])
    response = fetched(service, told)
    assert (response.status_code, response.json()["code"]) == (403, "link_invalid")
    _until(lambda: jobs.find(service.engine, told["id"]) is None)
    _until(lambda: not any((tmp_path / "exports").iterdir()))


def test_what_is_deleted_is_gone(service: Service, tmp_path: Path) -> None:
    auditor = service.client("auditor")
    told = made(auditor, format="csv")
    assert any((tmp_path / "exports").iterdir())
    assert auditor.delete(f"{PATH}/{told['id']}").status_code == 204
    assert auditor.get(f"{PATH}/{told['id']}").status_code == 404
    assert fetched(service, told).json()["code"] == "link_invalid"
    assert not any((tmp_path / "exports").iterdir())


def test_a_file_is_kept_for_its_time(service: Service, tmp_path: Path) -> None:
    auditor = service.client("auditor")
    told = made(auditor, format="csv")
    service.clock.now += jobs.KEPT - MINUTE
    near_the_end = auditor.get(f"{PATH}/{told['id']}").json()["file"]
    assert near_the_end["url_expires_at"] == told["expires_at"], "no longer than the file"
    service.clock.now += MINUTE
    _until(lambda: jobs.find(service.engine, told["id"]) is None)
    _until(lambda: not any((tmp_path / "exports").iterdir()))


def test_nobody_has_more_exports_than_may_be(service: Service) -> None:
    auditor = service.client("auditor")
    taken = [asked(auditor, format="csv") for _ in range(jobs.JOBS_MAX)]
    refused = auditor.post(PATH, json={"format": "csv"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_exports")
    assert asked(service.client("auditor"), format="csv"), "others have their own"
    auditor.delete(f"{PATH}/{taken[0]['id']}")
    assert asked(auditor, format="csv")


def test_a_file_on_another_host_is_told(service: Service, tmp_path: Path) -> None:
    told = made(service.client("auditor"), format="csv")
    for path in (tmp_path / "exports").iterdir():
        path.unlink()
    response = fetched(service, told)
    assert (response.status_code, response.json()["code"]) == (503, "export_elsewhere")


class TestTheOneWhoMakesThem:
    """Does it take up again what a dead one was making, and is there one only?"""

    def test_what_a_dead_one_was_making_is_made_anew(
        self, service: Service, database_url: str, tmp_path: Path
    ) -> None:
        auditor = service.client("auditor")
        told = made(auditor, format="csv")
        with service.engine.begin() as connection:
            left = update(job).values(state="running", name=None, finished_at=None)
            connection.execute(left)
        (path,) = (tmp_path / "exports").iterdir()
        content = path.read_bytes()
        path.with_name(path.name + ".part").write_bytes(b"half of it")
        path.unlink()
        # A process that comes after: the one that serves leads no more once it has nothing to do.
        with serving(create_app(database_url, clock=Clock())):
            again = ended(auditor, told["id"])
        assert fetched(service, again).content == content

    def test_only_one_makes_exports(self, database_url: str, tmp_path: Path) -> None:
        one, other = open_ledger(database_url), open_ledger(database_url)
        for each in (one, other):
            keys.lay_out(each.engine)
            jobs.lay_out(each.engine)
        first, second = (Exporter(each, tmp_path / "x", Clock()) for each in (one, other))
        assert first.lead()
        assert not second.lead()
        first.stop()
        first._leave()
        assert second.lead()
        second._leave()
        one.close()
        other.close()

    def test_whoever_is_told_to_stop_leaves_it_to_the_next(
        self, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ledger = open_ledger(database_url)
        keys.lay_out(ledger.engine)
        jobs.lay_out(ledger.engine)
        lay_out(ledger.engine)
        key, _ = keys.create(ledger.engine, "auditor")
        told = jobs.ask(ledger.engine, key.subject, wanted.FactsWanted(format="csv", to=1), 1, NOON)
        first = Exporter(ledger, tmp_path / "x", Clock())
        assert first.lead()
        monkeypatch.setattr(first, "_noting", lambda _: _raises)
        first.step()
        found = jobs.find(ledger.engine, told.id)
        assert found is not None
        assert found.state == "running"
        first._leave()
        second = Exporter(ledger, tmp_path / "x", Clock())
        assert second.lead()
        assert second.step()
        found = jobs.find(ledger.engine, told.id)
        assert found is not None
        assert found.state == "done"
        second._leave()
        ledger.close()

    @on_sqlite
    def test_what_goes_wrong_is_told_with_its_code(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        auditor = service.client("auditor")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(carrying_out, "_facts", full)
        told = ended(auditor, asked(auditor, format="csv")["id"])
        assert (told["state"], told["problem"]) == ("failed", "export_no_room")
        assert told["file"] is None

    def test_one_that_stands_by_leaves_what_is_new_to_the_other(self, database_url: str) -> None:
        ledger = open_ledger(database_url)
        keys.lay_out(ledger.engine)
        jobs.lay_out(ledger.engine)
        key, _ = keys.create(ledger.engine, "auditor")
        jobs.ask(ledger.engine, key.subject, wanted.FactsWanted(format="csv", to=1), 1, NOON)
        assert queue.is_something_to_do(ledger.engine, NOON, 0)
        assert not queue.is_something_to_do(ledger.engine, NOON, 5_000)
        assert queue.is_something_to_do(ledger.engine, NOON + 5_000, 5_000)
        ledger.close()


def _raises(done: int, total: int) -> None:
    raise exporter._Withdrawn


def _until(true: Any) -> None:
    until = time.monotonic() + LONG_S
    while not true():
        assert time.monotonic() < until, "it never came"
