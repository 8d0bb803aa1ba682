import csv
from io import BytesIO, StringIO
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from custody import books
from custody.api import ledgers
from custody.api.ledgers import CSV, XLSX
from custody.terms import DAY, HOUR, MINUTE
from tests.api.conftest import Service
from tests.api.engines import on_sqlite
from tests.api.movements import (
    COLLECTOR,
    CONSIGNMENT,
    RECYCLER,
    battery,
    dispatch,
    drop_off,
    movement,
    receive,
)

LEDGER = f"/v1/sites/{COLLECTOR}/ledger"


@pytest.fixture
def position(service: Service, terminal: httpx.Client) -> str:
    """Three batteries come in, two go to the recycler, one is taken; then the position."""
    heavy = {"code": battery(1), "chemistry": "lfp", "mass_g": 8_700}
    came = [drop_off(1, battery=heavy), drop_off(2), drop_off(3, operator="=1+1")]
    terminal.post("/v1/movements", json=[*came, dispatch(4, [1, 2])])
    service.clock.now += MINUTE
    recycler = service.client("terminal", RECYCLER)
    said = receive(5, [1], rejected=[{"battery": battery(2), "reason": "damaged"}])
    return str(recycler.post("/v1/movements", json=said).json()["position"])


def ask(client: httpx.Client, position: str, path: str = LEDGER, **params: str) -> httpx.Response:
    response = client.get(path, params={**params, "at_least": position})
    assert response.status_code == 200, response.text
    assert response.headers["custody-position"] == position
    return response


def test_by_default_the_book_is_that_of_this_months_stock(
    auditor: httpx.Client, position: str
) -> None:
    told = ask(auditor, position).json()
    assert (told["site"], told["book"], told["known_at"]) == (COLLECTOR, "stock", None)
    assert (told["from"], told["to"]) == ("2026-02-28T16:00:00.000Z", "2026-03-31T16:00:00.000Z")
    assert told["position"] == int(position)
    days = {row["day"] for row in told["items"]}
    assert days == {"2026-03-01"}, "what has not been yet is not told"
    (lfp, unknown) = told["items"]
    assert (lfp["in_mass_g"], lfp["out_mass_g"], lfp["closing_mass_g"]) == (8_700, 8_700, 0)
    assert (unknown["in_pieces"], unknown["out_pieces"], unknown["closing_pieces"]) == (2, 1, 1)
    whole = told["totals"]
    assert (whole["opening_pieces"], whole["closing_pieces"]) == (0, 1)
    assert whole["in_pieces"] - whole["out_pieces"] + whole["adjustments_pieces"] == 1


def test_quiet_days_are_told_until_today(
    service: Service, auditor: httpx.Client, position: str
) -> None:
    service.clock.now += 2 * DAY
    told = ask(auditor, position, **{"from": "2026-03-01"}).json()
    rows = [(row["day"], row["opening_pieces"]) for row in told["items"] if row["closing_pieces"]]
    assert rows == [("2026-03-01", 0), ("2026-03-02", 1), ("2026-03-03", 1)]


def test_a_line_says_who_brought_a_battery_and_where_the_record_stands(
    auditor: httpx.Client, position: str
) -> None:
    first, *_ = ask(auditor, position, book="in").json()["items"]
    assert (first["battery"], first["channel"], first["mass_g"]) == (battery(1), "walk_in", 8_700)
    (fact,) = [
        one
        for one in auditor.get("/v1/facts", params={"types": "drop_off"}).json()["items"]
        if one["position"] == first["position"]
    ]
    assert fact["id"] == first["movement"]
    assert fact["recorded_at"] == first["recorded_at"]
    out = ask(auditor, position, book="out").json()["items"]
    assert {row["consignment"] for row in out} == {CONSIGNMENT}
    (came,) = ask(auditor, position, f"/v1/sites/{RECYCLER}/ledger", book="in").json()["items"]
    assert (came["from_site"], came["consignment"]) == (COLLECTOR, CONSIGNMENT)


@pytest.mark.parametrize("name", [book.name for book in books.ALL])
def test_every_book_is_told_page_by_page_as_of_one_moment(
    service: Service, terminal: httpx.Client, auditor: httpx.Client, position: str, name: str
) -> None:
    more = [
        movement(6, "inspect", battery=battery(3), verdict="pass"),
        movement(7, "inspect", battery=battery(3), verdict="treat"),
        movement(8, "stock_take", 75, counted=[], frozen_at="2026-03-01T10:15:00+08:00"),
        movement(9, "incident", 80, kind="loss", batteries=[battery(3)]),
        movement(10, "incident", 81, kind="found", batteries=[battery(3)]),
        movement(11, "void", 82, target=movement(7, "inspect")["id"]),
        movement(12, "void", 83, target=movement(6, "inspect")["id"]),
    ]
    recorded = terminal.post("/v1/movements", json=more).json()
    whole = ask(auditor, str(recorded["position"]), book=name, limit="1000").json()
    response = auditor.get(LEDGER, params={"book": name, "limit": "1"})
    first = response.json()
    after = terminal.post("/v1/movements", json=drop_off(13)).json()["position"]
    assert ask(auditor, str(after)).json()["totals"]["in_pieces"] == 4
    seen: list[dict[str, Any]] = []
    while True:
        page = response.json()
        seen += page["items"]
        assert (page["position"], page["totals"]) == (first["position"], first["totals"])
        assert page["from"] == first["from"]
        if "next" not in page:
            break
        # The month passes, and more is recorded: the pages go on telling of the first one's moment.
        service.clock.now += 31 * DAY
        response = auditor.get(response.links["next"]["url"])
    assert seen == whole["items"]


def test_as_known_before_the_receiver_reported_the_consignment_was_on_the_road(
    service: Service, auditor: httpx.Client, position: str
) -> None:
    then = "2026-03-01T04:00:30Z"
    told = auditor.get(LEDGER, params={"book": "handover", "known_at": then, "at_least": position})
    (line,) = told.json()["items"]
    assert (line["state"], line["unaccounted"]) == ("released", 2)
    assert told.json()["known_at"] == then
    assert int(told.headers["custody-position"]) == int(position) - 1
    (now,) = ask(auditor, position, book="handover").json()["items"]
    assert (now["accepted"], now["rejected"], now["unaccounted"]) == (1, 1, 0)
    before = {"book": "in", "known_at": "2026-01-01T00:00:00Z", "from": "2026-03"}
    assert auditor.get(LEDGER, params=before).json()["items"] == []


def test_a_file_is_the_whole_stretch_by_accept_or_by_format(
    auditor: httpx.Client, position: str
) -> None:
    by_accept = auditor.get(
        LEDGER, params={"book": "in", "at_least": position}, headers={"Accept": CSV}
    )
    by_format = ask(auditor, position, book="in", format="csv", limit="1")
    assert by_accept.content == by_format.content
    assert by_format.headers["content-type"].startswith("text/csv")
    heading, *rows = csv.reader(StringIO(by_format.content.decode("utf-8-sig"), newline=""))
    assert len(rows) == 3
    assert "'=1+1" in rows[2]
    assert heading[2] == "电池编码 Battery"
    name = by_format.headers["content-disposition"]
    assert f'filename="{COLLECTOR}_in_2026-03-01_2026-03-31.csv"' in name
    assert "filename*=UTF-8''%E5%8F%B0" in name


def test_a_workbook_has_all_books_and_adds_up_to_the_inventory(
    auditor: httpx.Client, position: str
) -> None:
    response = ask(auditor, position, book="all", format="xlsx")
    assert response.headers["content-type"] == XLSX
    workbook = load_workbook(BytesIO(response.content), data_only=True)
    assert len(workbook.sheetnames) == len(books.ALL) + 1
    sheet = workbook["库存 Stock"]
    titles = [cell.value for cell in sheet[1]]
    held = auditor.get(f"/v1/sites/{COLLECTOR}/inventory").json()
    for count, title in (
        ("pieces", "期末件数 Closing: pieces"),
        ("mass_g", "期末质量(克) Closing: mass (g)"),
    ):
        assert sheet.cell(sheet.max_row, 1 + titles.index(title)).value == held[count]
    about = {row[0].value: row[1].value for row in workbook["说明 About"]}
    assert about["站点 Site"] == COLLECTOR
    assert about["账本位置 Position"] == int(position)


@on_sqlite
@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("application/json, text/csv;q=0.5", "application/json"),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        (f"{XLSX}, text/csv", XLSX),
        ("text/csv;q=nonsense", "application/json"),
    ],
)
def test_the_format_is_the_one_that_is_wanted_most(
    auditor: httpx.Client, position: str, accept: str, given: str
) -> None:
    asked = {"at_least": position}
    response = auditor.get(LEDGER, params=asked, headers={"Accept": accept})
    assert response.headers["content-type"] == given
    assert response.headers["vary"] == "Accept"


@on_sqlite
def test_what_no_book_can_answer_is_refused(auditor: httpx.Client, position: str) -> None:
    def problem(path: str = LEDGER, **params: str) -> tuple[int, str]:
        response = auditor.get(path, params={**params, "at_least": position})
        return response.status_code, response.json()["code"]

    assert problem(book="all") == (422, "invalid_parameters")
    assert problem(book="all", format="csv") == (422, "invalid_parameters")
    assert problem(book="gold") == (422, "invalid_parameters")
    assert problem(to="2026-03-32") == (422, "invalid_span")
    assert problem(**{"from": "2026-04", "to": "2026-03"}) == (422, "invalid_span")
    assert problem(cursor="nonsense") == (422, "cursor_invalid")
    assert problem("/v1/sites/330106-NONE/ledger") == (404, "not_found")
    detail = auditor.get(LEDGER, params={"to": "x"}, headers={"Accept-Language": "zh"})
    assert "1830 天" in detail.json()["detail"]


@on_sqlite
def test_a_cursor_is_taken_back_only_as_it_was_given_out(
    auditor: httpx.Client, position: str
) -> None:
    told = ask(auditor, position, book="in", limit="1").json()
    for params in ({"book": "out"}, {"book": "in", "from": "2026-03"}):
        response = auditor.get(LEDGER, params={**params, "cursor": told["next"]})
        assert response.json()["code"] == "cursor_invalid"


@on_sqlite
def test_a_file_that_would_be_too_long_is_refused_before_it_is_written(
    auditor: httpx.Client, position: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "ROWS_MAX", 2)
    asked = {"book": "in", "format": "csv", "at_least": position}
    response = auditor.get(LEDGER, params=asked)
    assert (response.status_code, response.json()["code"]) == (413, "book_too_long")
    assert "3 lines" in response.json()["detail"]


def test_a_terminal_reads_the_books_of_its_own_site_alone(
    terminal: httpx.Client, position: str
) -> None:
    assert ask(terminal, position).status_code == 200
    assert terminal.get(f"/v1/sites/{RECYCLER}/ledger").status_code == 403
    assert terminal.get("/v1/inventory", params={"level": "tier"}).status_code == 403


def test_an_inventory_says_how_much_of_its_capacity_a_site_uses(
    service: Service, auditor: httpx.Client, position: str
) -> None:
    path = f"/v1/sites/{COLLECTOR}/inventory"
    told = ask(auditor, position, path).json()
    assert told["capacity"] == {
        "limit_g": 5_000_000,
        "limit_pieces": None,
        "source": "default",
        "used_pct": 0,
        "level": "ok",
    }
    assert told["capacity_g"] is None
    admin = service.client("admin")
    said = admin.get(f"/v1/sites/{COLLECTOR}").json()
    del said["site"]
    said |= {"capacity_g": 8_000, "active_from": "2026-03-01T09:00:00+08:00"}
    changed = admin.put(f"/v1/sites/{COLLECTOR}", json=said).json()["position"]
    then = ask(auditor, str(changed), path, as_of="2026-03-01T10:00:00+08:00").json()
    assert (then["capacity"]["used_pct"], then["capacity"]["level"]) == (108, "over")
    assert then["capacity"]["source"] == "registered"
    earlier = ask(auditor, str(changed), path, as_of="2026-03-01T08:00:00+08:00").json()
    assert earlier["capacity"]["source"] == "default"


def test_an_inventory_is_told_as_it_was_known(
    service: Service, terminal: httpx.Client, auditor: httpx.Client, position: str
) -> None:
    path = f"/v1/sites/{COLLECTOR}/inventory"
    service.clock.now += HOUR
    late = movement(6, "incident", 30, kind="theft", batteries=[battery(3)])
    after = str(terminal.post("/v1/movements", json=late).json()["position"])
    at = {"as_of": "2026-03-01T09:40:00+08:00"}
    assert ask(auditor, after, path, **at).json()["pieces"] == 2
    known = {"known_at": "2026-03-01T12:30:00+08:00"}
    for params, pieces in (({**at, **known}, 3), (known, 1)):
        told = auditor.get(path, params={**params, "at_least": after})
        assert told.json()["pieces"] == pieces
        assert told.json()["position"] == int(position)


def test_the_network_is_rolled_up_by_area_and_tier(auditor: httpx.Client, position: str) -> None:
    def areas(**params: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = ask(auditor, position, "/v1/inventory", **params).json()[
            "items"
        ]
        return items

    (province,) = areas(level="province")
    assert (province["code"], province["name"], province["sites"]) == ("33", "浙江省", 3)
    assert (province["pieces"], province["mass_g"]) == (2, 8_700)
    assert [one["code"] for one in areas(level="county")] == ["330106"]
    assert [one["code"] for one in areas(level="tier")] == ["1"]
    assert auditor.get("/v1/inventory").status_code == 422
