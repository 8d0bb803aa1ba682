"""Who gets which numbers, and who is told of it?"""

from typing import Any

import httpx
import pytest

from custody.codes import battery_ref, consignment
from custody.events import NumbersIssued
from custody.ledger import Entry
from tests.api.conftest import Service, put
from tests.api.movements import COLLECTOR, ELSEWHERE, RECYCLER, movement, movement_id

JSON = {"Content-Type": "application/json"}


def ask(client: httpx.Client, number: int = 1, **said: Any) -> httpx.Response:
    body = {"kind": "tags", "site": COLLECTOR, "count": 3, **said}
    body = {name: value for name, value in body.items() if value is not None}
    return client.put(f"/v1/number-books/{movement_id(number)}", json=body)


def refusal(response: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    told = response.json()
    errors = [(one["pointer"], one["code"]) for one in told.get("errors", [])]
    return response.status_code, told["code"], errors


def test_a_book_of_tags_is_given_once_and_told_again(terminal: httpx.Client) -> None:
    first = ask(terminal)
    assert first.status_code == 201, first.text
    told = first.json()
    codes = told.pop("codes")
    assert [battery_ref(f"tag:{code}") for code in codes] == [f"tag:{code}" for code in codes]
    assert told == {
        "id": movement_id(1),
        "kind": "tags",
        "site": COLLECTOR,
        "terminal": None,
        "day": "2026-03-01",
        "count": 3,
        "first": codes[0],
        "last": codes[-1],
        "position": int(first.headers["custody-position"]),
    }
    again = ask(terminal)
    assert again.status_code == 200
    assert again.json() == first.json()


def test_the_next_book_has_the_next_numbers(terminal: httpx.Client, service: Service) -> None:
    admin = service.client("admin")
    first, second = ask(terminal, 1).json(), ask(admin, 2, site=RECYCLER).json()
    assert not {*first["codes"]} & {*second["codes"]}
    assert second["codes"][0].startswith("EB26330106000004")


def test_consignment_numbers_are_of_a_day(terminal: httpx.Client) -> None:
    today = ask(terminal, 1, kind="consignments").json()
    assert today["first"].startswith("C330106260301")
    tomorrow = ask(terminal, 2, kind="consignments", day="2026-03-02").json()
    assert [consignment(code) for code in tomorrow["codes"]] == tomorrow["codes"]
    assert tomorrow["first"].startswith("C33010626030200001")


def test_a_tag_of_the_book_passes_and_another_is_remarked(
    terminal: httpx.Client, service: Service
) -> None:
    (own, *_) = ask(terminal).json()["codes"]
    theirs = ask(service.client("admin"), 2, site=RECYCLER).json()["first"]
    remarks = []
    for number, code in ((5, own), (6, theirs)):
        said: dict[str, Any] = {"battery": {"code": f"tag:{code}"}, "reason": "no_code"}
        response = terminal.post("/v1/movements", json=movement(number, "tag", **said))
        found = response.json()["remarks"]
        remarks.append([one["code"] for one in found if one["code"].startswith("tag_of")])
        assert "tag_not_issued" not in [one["code"] for one in found]
    assert remarks == [[], ["tag_of_another_site"]]


def test_an_id_stands_for_one_book(terminal: httpx.Client) -> None:
    ask(terminal)
    assert refusal(ask(terminal, count=4)) == (409, "id_reused", [])


@pytest.mark.parametrize("role", ["auditor", "integrator"])
def test_whoever_only_reads_gets_none(service: Service, role: Any) -> None:
    assert refusal(ask(service.client(role)))[:2] == (403, "forbidden")


def test_a_terminal_asks_for_its_own_site(terminal: httpx.Client, service: Service) -> None:
    assert refusal(ask(terminal, site=ELSEWHERE))[:2] == (403, "not_your_site")
    assert ask(service.client("admin"), site=ELSEWHERE).status_code == 201


def test_a_book_may_be_for_one_terminal_of_the_site(
    terminal: httpx.Client, service: Service
) -> None:
    errors = [("/terminal", "terminal_unknown")]
    assert refusal(ask(terminal, terminal="T-1")) == (422, "invalid_fields", errors)
    put(service.client("admin"), "/v1/terminals/T-1", site=COLLECTOR)
    assert ask(terminal, terminal="T-1").json()["terminal"] == "T-1"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"kind": "plates"}, ("/kind", "not_in_list")),
        ({"kind": None}, ("/kind", "required")),
        ({"count": 0}, ("/count", "too_small")),
        ({"count": 1_001}, ("/count", "too_big")),
        ({"day": "2026-02-30"}, ("/day", "not_a_day")),
        ({"day": "1 March"}, ("/day", "pattern")),
        ({"id": movement_id(1)}, ("/id", "unknown_field")),
        ({"site": "990000-0000"}, ("/site", "site_unknown")),
    ],
)
def test_what_is_wrong_with_the_question_is_pointed_at(
    service: Service, said: dict[str, Any], error: tuple[str, str]
) -> None:
    admin = service.client("admin")
    assert refusal(ask(admin, **said)) == (422, "invalid_fields", [error])
    for language in ("zh", "en"):
        admin.headers["Accept-Language"] = language
        (one,) = ask(admin, **said).json()["errors"]
        assert one["detail"].isascii() == (language == "en")


def test_an_id_is_a_uuid_of_version_seven(terminal: httpx.Client) -> None:
    response = terminal.put("/v1/number-books/1", json={})
    assert refusal(response) == (422, "invalid_parameters", [("/id", "pattern")])


def test_what_is_not_json_is_none(terminal: httpx.Client) -> None:
    path = f"/v1/number-books/{movement_id(1)}"
    assert refusal(terminal.put(path, content=b"{", headers=JSON))[0] == 400
    assert refusal(terminal.put(path, content=b"[]", headers=JSON))[0] == 422
    assert refusal(terminal.put(path, content=b"{}"))[0] in (415, 422)


def test_numbers_that_are_used_up_are_told_as_such(
    terminal: httpx.Client, service: Service
) -> None:
    said = ask(terminal).json()
    book = {name: said[name] for name in ("kind", "site", "day")}
    last = NumbersIssued(type="numbers_issued", id=movement_id(9), first=999_990, count=3, **book)
    data = last.model_dump_json(exclude_none=True).encode()
    entry = Entry(last.type, last.version, data, last.subjects())
    service.app.state.desk.ledger.append([entry], now=service.clock())
    response = ask(terminal, 2, count=8)
    assert refusal(response) == (409, "numbers_exhausted", [])
    assert " 7 " in response.json()["detail"]


def test_the_books_of_a_site_are_listed(
    terminal: httpx.Client, auditor: httpx.Client, service: Service
) -> None:
    told = [ask(terminal, number).json() for number in (1, 2)]
    last = ask(service.client("admin"), 3, site=ELSEWHERE).json()["position"]
    expected = [{k: v for k, v in one.items() if k not in ("codes", "position")} for one in told]

    def listed(client: httpx.Client, **asked: str) -> Any:
        response = client.get("/v1/number-books", params={**asked, "at_least": str(last)})
        assert response.status_code == 200, response.text
        return response.json()

    assert listed(terminal, site=COLLECTOR)["items"] == expected
    assert len(listed(auditor)["items"]) == 3
    page = listed(auditor, site=COLLECTOR, limit="1")
    assert page["items"] == expected[:1]
    rest = listed(auditor, site=COLLECTOR, limit="1", cursor=page["next"])
    assert rest["items"] == expected[1:]
    assert terminal.get("/v1/number-books").status_code == 403
    assert terminal.get(f"/v1/number-books?site={ELSEWHERE}").status_code == 403
