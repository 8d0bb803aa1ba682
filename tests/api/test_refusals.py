from json import dumps
from typing import Any

import httpx
import pytest

from custody.terms import MINUTE, rfc3339
from tests.api.conftest import NOON, Service
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, ELSEWHERE, battery, dispatch, drop_off, movement, receive

pytestmark = on_sqlite
JSON = {"Content-Type": "application/json"}
DEEP = 40_000


def refusal(response: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["type"].endswith(problem["code"])
    assert problem["request_id"] == response.headers["x-request-id"]
    assert response.headers["custody-position"].isdigit()
    errors = [(one["pointer"], one["code"]) for one in problem.get("errors", [])]
    return response.status_code, problem["code"], errors


NOT_JSON = [
    b"",
    b"{",
    b"nope",
    b'{"a": 1}}',
    b'"\xff"',
    b'{"id": "\\ud800"}',
    b"[1,]",
    b"[" * DEEP,
    b"[" * DEEP + b"]" * DEEP,
    b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    b"[" + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"]",
    b"\xef\xbb\xbf{}",
]


def test_what_is_not_json_is_a_400(terminal: httpx.Client) -> None:
    for body in NOT_JSON:
        response = terminal.post("/v1/movements", content=body, headers=JSON)
        status, code, ((pointer, rule),) = refusal(response)
        assert (status, code, pointer) == (400, "invalid_json", ""), body[:20]
        assert rule in {"not_json", "too_deep"}


FIELDS: list[tuple[Any, list[tuple[str, str]]]] = [
    (1, [("", "wrong_type")]),
    (None, [("", "wrong_type")]),
    ({}, [("/type", "required")]),
    (drop_off(1, type="explode"), [("/type", "not_in_list")]),
    (drop_off(1, type=3), [("/type", "not_in_list")]),
    (drop_off(1, channel="balloon"), [("/channel", "not_in_list")]),
    (drop_off(1, battery={"code": "maker:A", "a/b~c": 1}), [("/battery/a~1b~0c", "unknown_field")]),
    (drop_off(1, battery={"code": "nope:A"}), [("/battery/code", "scheme_unknown")]),
    (drop_off(1, battery={"code": "maker:"}), [("/battery/code", "code_empty")]),
    (drop_off(1, battery={"code": "tag:0000000000"}), [("/battery/code", "code_length")]),
    (drop_off(1, battery={}), [("/battery/code", "required")]),
    (drop_off(1, battery=7), [("/battery", "wrong_type")]),
    (drop_off(1, id="0193A5C2"), [("/id", "pattern")]),
    (drop_off(1, site="here"), [("/site", "pattern")]),
    (drop_off(1, occurred_at="yesterday"), [("/occurred_at", "not_an_instant")]),
    (drop_off(1, occurred_at=1_700_000_000), [("/occurred_at", "not_an_instant")]),
    (drop_off(1, occurred_at="2026-03-01T09:00:00"), [("/occurred_at", "no_offset")]),
    (drop_off(1, occurred_at="1970-01-01T00:00:00Z"), [("/occurred_at", "too_small")]),
    (drop_off(1, terminal_sequence=-1), [("/terminal_sequence", "too_small")]),
    (drop_off(1, terminal_sequence=10**30), [("/terminal_sequence", "too_big")]),
    (drop_off(1, terminal_sequence=1.5), [("/terminal_sequence", "wrong_type")]),
    (drop_off(1, note="x" * 1_001), [("/note", "too_long")]),
    (drop_off(1, operator=""), [("/operator", "too_short")]),
    (drop_off(1, attachments=[{"media_type": "a"}]), [("/attachments/0/sha256", "required")]),
    (
        movement(1, "store", batteries=[battery(1), battery(2), battery(1)], place="A1"),
        [("/batteries/2", "listed_twice")],
    ),
    (movement(1, "store", batteries=[], place="A1"), [("/batteries", "too_few")]),
    (
        movement(1, "store", batteries=[battery(n) for n in range(1_001)], place="A1"),
        [("/batteries", "too_many")],
    ),
    (
        receive(1, [1], rejected=[{"battery": battery(1), "reason": "damaged"}], site=COLLECTOR),
        [("/rejected/0/battery", "listed_twice")],
    ),
    (dispatch(1, [1], consignment="C1"), [("/consignment", "code_shape")]),
    (
        drop_off(1, channel=None, extra=1, operator=5),
        [("/channel", "not_in_list"), ("/extra", "unknown_field"), ("/operator", "wrong_type")],
    ),
]


def test_each_field_at_fault_is_pointed_at_and_its_rule_told_in_both_languages(
    terminal: httpx.Client,
) -> None:
    for said, expected in FIELDS:
        for language in ("zh", "en"):
            headers = {**JSON, "Accept-Language": language}
            response = terminal.post("/v1/movements", content=dumps(said), headers=headers)
            status, code, errors = refusal(response)
            assert (status, code, sorted(errors)) == (422, "invalid_fields", expected), said
            for one in response.json()["errors"]:
                assert one["detail"].isascii() == (language == "en"), one
                assert "?" not in one["detail"], "a particular is missing"


def test_a_movement_of_somebody_elses_site_is_forbidden(terminal: httpx.Client) -> None:
    response = terminal.post("/v1/movements", json=drop_off(1, site=ELSEWHERE))
    assert refusal(response) == (403, "not_your_site", [("/site", "not_your_site")])


def test_a_movement_of_a_site_that_nobody_registered_is_not_found(bare: Service) -> None:
    response = bare.client("terminal", COLLECTOR).post("/v1/movements", json=drop_off(1))
    assert refusal(response) == (404, "site_unknown", [("/site", "site_unknown")])


def test_what_lies_ahead_is_too_early_and_passes_later_with_the_same_id(
    terminal: httpx.Client, service: Service
) -> None:
    said = drop_off(1, occurred_at=rfc3339(NOON + 6 * MINUTE))
    response = terminal.post("/v1/movements", json=said)
    assert refusal(response) == (422, "too_early", [("/occurred_at", "too_early")])
    service.clock.now += 2 * MINUTE
    assert terminal.post("/v1/movements", json=said).status_code == 201


def test_a_device_whose_clock_is_fast_says_so_and_is_understood(terminal: httpx.Client) -> None:
    fast = {"Custody-Sent-At": rfc3339(NOON + 60 * MINUTE)}
    said = drop_off(1, occurred_at=rfc3339(NOON + 59 * MINUTE))
    assert terminal.post("/v1/movements", json=said, headers=fast).status_code == 201
    slow = {"Custody-Sent-At": rfc3339(NOON - 60 * MINUTE)}
    ahead = drop_off(2, occurred_at=rfc3339(NOON - 53 * MINUTE))
    assert refusal(terminal.post("/v1/movements", json=ahead, headers=slow))[1] == "too_early"


def test_a_device_clock_that_is_no_instant_is_refused(terminal: httpx.Client) -> None:
    for said in ("", "now", "1700000000", "2026-03-01T09:00:00", "2026-13-01T09:00:00Z"):
        headers = {"Custody-Sent-At": said}
        response = terminal.post("/v1/movements", json=drop_off(1), headers=headers)
        errors = [("/Custody-Sent-At", "not_an_instant")]
        assert refusal(response) == (422, "invalid_parameters", errors), said


def test_nothing_is_taken_back_that_nobody_recorded(terminal: httpx.Client) -> None:
    said = movement(1, "void", target=movement(2, "void")["id"])
    response = terminal.post("/v1/movements", json=said)
    assert refusal(response) == (422, "target_unknown", [("/target", "target_unknown")])


def test_only_the_organisation_that_wrote_a_fact_takes_it_back(
    terminal: httpx.Client, service: Service
) -> None:
    terminal.post("/v1/movements", json=drop_off(1))
    stranger = service.client("terminal", ELSEWHERE)
    said = movement(2, "void", site=ELSEWHERE, target=drop_off(1)["id"])
    response = stranger.post("/v1/movements", json=said)
    assert refusal(response) == (403, "not_the_author", [("/target", "not_the_author")])


def test_what_is_not_read_here_is_a_415(terminal: httpx.Client) -> None:
    for headers in (
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=gbk"},
        {"Content-Type": "application/json", "Content-Encoding": "br"},
    ):
        response = terminal.post("/v1/movements", content=b"{}", headers=headers)
        assert refusal(response)[:2] == (415, "unsupported_media_type"), headers


def test_a_path_or_a_method_that_is_not_there_is_a_problem_too(terminal: httpx.Client) -> None:
    assert refusal(terminal.get("/v1/nothing"))[:2] == (404, "not_found")
    response = terminal.delete(f"/v1/sites/{COLLECTOR}")
    assert refusal(response)[:2] == (405, "method_not_allowed")
    assert response.headers["allow"] == "GET, HEAD, PUT"


def test_a_mistake_of_ours_gives_nothing_away(
    service: Service, terminal: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(service.app.state.desk.custodian, "record", fail)
    response = terminal.post("/v1/movements", json=drop_off(1), headers={"X-Request-Id": "mine-1"})
    assert refusal(response) == (500, "internal", [])
    assert response.json()["request_id"] == "mine-1"
    assert "secret" not in response.text
