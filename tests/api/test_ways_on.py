"""What is somebody told whose code breaks its scheme's rule, so that the battery is not stuck?"""

from typing import Any

import httpx
import pytest

from custody.api import ways_on
from tests.api.conftest import Service
from tests.api.movements import COLLECTOR, ELSEWHERE, battery, drop_off, movement

CODE = "04QPB76836300JE560000001"
PACK = f"gbt34014:{CODE}"
SHORT = PACK[:-1]
"""One character is missing, so that no scheme has such a code."""

TAG, NO_TAG = "tag:EB26330106000123N", "tag:EB26330106000124N"
MAKER, SURROGATE = "scheme maker", "surrogate tag"


def detail(client: httpx.Client, ref: str, language: str = "en", site: str = COLLECTOR) -> str:
    said = movement(50, "inspect", battery=ref, verdict="pass", site=site)
    headers = {"Accept-Language": language}
    response = client.post("/v1/movements", json=said, headers=headers)
    assert response.status_code == 422, response.text
    (error,) = response.json()["errors"]
    assert error["pointer"] == "/battery"
    told: str = error["detail"]
    assert told.isascii() == (language == "en")
    return told


def brought(client: httpx.Client, *refs: str) -> None:
    """Bring packs in, and wait until whoever asks is told of them."""
    facts = [drop_off(n, battery={"code": ref}) for n, ref in enumerate(refs, 1)]
    position = client.post("/v1/movements", json=facts).json()["position"]
    client.get("/v1/batteries", params={"site": COLLECTOR, "at_least": position})


def test_the_rule_speaks_first_and_then_the_ways_on(terminal: httpx.Client) -> None:
    told = detail(terminal, SHORT)
    assert told.startswith("the code has 23 characters, expected ")
    assert MAKER in told
    assert SURROGATE in told
    assert "in stock here" not in told
    told = detail(terminal, SHORT, "zh")
    assert told.startswith("编码为23位")
    assert "maker" in told
    assert "赋码" in told


def test_what_stands_here_one_slip_away_is_shown(terminal: httpx.Client) -> None:
    brought(terminal, PACK)
    for language in ("en", "zh"):
        assert PACK in detail(terminal, SHORT, language)


def ways(client: httpx.Client, ref: str, language: str = "en") -> list[dict[str, Any]]:
    """Return the ways on as a program is told of them; people are told of the same."""
    said = movement(50, "inspect", battery=ref, verdict="pass")
    headers = {"Accept-Language": language}
    (error,) = client.post("/v1/movements", json=said, headers=headers).json()["errors"]
    assert all(one["detail"] in error["detail"] for one in error["ways_on"])
    told: list[dict[str, Any]] = error["ways_on"]
    return told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_program_is_told_the_ways_on_by_name(terminal: httpx.Client, language: str) -> None:
    assert [one["way"] for one in ways(terminal, SHORT, language)] == ["post_as_maker", "tag"]
    assert [one["way"] for one in ways(terminal, NO_TAG, language)] == ["read_again", "tag"]
    brought(terminal, PACK)
    told = ways(terminal, SHORT, language)
    assert [one["refs"] for one in told] == [[], [], [PACK]]
    assert told[-1]["way"] == "near"


def test_what_stands_elsewhere_is_nobody_s_business(
    terminal: httpx.Client, service: Service
) -> None:
    brought(terminal, PACK)
    theirs = service.client("terminal", ELSEWHERE)
    assert PACK not in detail(theirs, SHORT, site=ELSEWHERE)
    assert PACK in detail(terminal, SHORT)


def test_no_more_than_a_few_are_shown(terminal: httpx.Client) -> None:
    brought(terminal, *(f"{SHORT}{n}" for n in range(1, 6)))
    told = detail(terminal, SHORT)
    shown = [n for n in range(1, 6) if f"{SHORT}{n}" in told]
    assert shown == [1, 2, 3]


def test_a_pack_that_has_a_tag_is_shown_by_the_code_that_is_near(terminal: httpx.Client) -> None:
    brought(terminal, PACK)
    said = movement(40, "tag", 30, battery={"code": TAG}, reason="damaged_label", same_as=PACK)
    at = terminal.post("/v1/movements", json=said).json()["position"]
    terminal.get(f"/v1/batteries/{PACK}", params={"at_least": at})
    assert f"is {TAG}" in detail(terminal, NO_TAG)
    assert f"is {PACK}" in detail(terminal, SHORT)


def test_a_tag_is_ours_and_no_maker_s(terminal: httpx.Client) -> None:
    told = detail(terminal, NO_TAG)
    assert MAKER not in told
    assert SURROGATE in told
    assert MAKER not in detail(terminal, "maker:")


def test_what_has_no_scheme_has_no_ways_on(terminal: httpx.Client) -> None:
    assert SURROGATE not in detail(terminal, "nope:1")


def test_a_number_of_a_consignment_is_no_battery(terminal: httpx.Client) -> None:
    said = movement(1, "hand_on", consignment="maker:1", from_carrier="a", to_carrier="b")
    (error,) = terminal.post("/v1/movements", json=said).json()["errors"]
    assert (error["pointer"], error["code"]) == ("/consignment", "code_shape")
    assert SURROGATE not in error["detail"]


def errors(told: Any) -> list[tuple[str, bool]]:
    return [(one["pointer"], PACK in one["detail"]) for one in told.get("errors", ())]


@pytest.mark.parametrize("strict", [False, True])
def test_of_many_each_is_told_of_its_own(terminal: httpx.Client, strict: bool) -> None:
    brought(terminal, PACK)
    many = [
        drop_off(11),
        movement(12, "store", batteries=[battery(11), SHORT, NO_TAG], place="A1"),
        movement(13, "inspect", battery=SHORT, verdict="burn"),
    ]
    expected = [[], [("/batteries/1", True), ("/batteries/2", False)], []]
    expected[2] = [("/battery", True), ("/verdict", False)]
    headers = {"Prefer": "handling=strict"} if strict else {}
    told = terminal.post("/v1/movements", json=many, headers=headers).json()
    if strict:
        flat = [(f"/{n}{at}", near) for n, each in enumerate(expected) for at, near in each]
        assert sorted(errors(told)) == sorted(flat)
    else:
        found = [sorted(errors(one.get("problem", {}))) for one in told["results"]]
        assert found == expected


def test_only_so_many_codes_are_looked_up(terminal: httpx.Client) -> None:
    brought(terminal, PACK)
    wrong = [f"gbt34014:{CODE[:-1]}!{n}" for n in range(ways_on.CODES_MAX)]
    many = [
        movement(20 + n, "inspect", battery=ref, verdict="pass")
        for n, ref in enumerate([*wrong, SHORT])
    ]
    told = terminal.post("/v1/movements", json=many).json()["results"]
    assert errors(told[-1]["problem"]) == [("/battery", False)]
    told = terminal.post("/v1/movements", json=many[1:]).json()["results"]
    assert errors(told[-1]["problem"]) == [("/battery", True)]
