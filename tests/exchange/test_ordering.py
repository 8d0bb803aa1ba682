"""Do events come in the order of a field of their senders' own, as a plain sort would have them?"""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from custody.exchange import answering, finding, having, tables
from custody.exchange.instants import instant
from custody.exchange.traits import VALUE_MAX
from custody.ledger import Ledger
from custody.terms import Position
from tests.api.conftest import Service
from tests.exchange.indexed import Indexed, numbers
from tests.exchange.partners import bare, captured, document, event, event_id, found, ids
from tests.hypothesis_profile import examples
from tests.ledger.forgetful import empty, forgetful_ledgers

EXAMPLES: Final = {"sqlite": examples(60), "postgresql": examples(25)}
PREFIX: Final = {"GS1-Extensions": "b=https://example.com/battery/"}

DATES: Final = ("2026-03-01T08:00:00+08:00", "2026-03-01T00:00:00.001Z", "1969-12-31T23:00:00Z")
NUMBERS: Final = st.one_of(
    st.integers(-3, 12), st.sampled_from((-0.5, 2.5, 1e30, -1e-9, 1e308, 2**53)),
    st.sampled_from(DATES),
)  # fmt: skip
TEXTS: Final = st.one_of(
    st.text("Zaé电😀 -", max_size=3), st.sampled_from(("5", "10", "a" * VALUE_MAX, "\x01", "é")),
)  # fmt: skip
NEITHER: Final = st.sampled_from(("z" * (VALUE_MAX + 1), {"ex:kind": "ocv"}))
FIELDS: Final = st.one_of(
    st.none(), NUMBERS, TEXTS, NEITHER, st.lists(NUMBERS | TEXTS | NEITHER, max_size=3)
)
"""What events say in the field, if they have it."""

WAYS: Final = {
    "looked_up": [],
    "one_after_another": [(answering, "RARE_MAX", 0), (having, "SHORT_MAX", 0)],
    "looked_at": [(finding, "RARE_MAX", 0), (finding, "LOOKED_AT_MAX", 2)],
}
"""How events are found, by what is many, or by what few have: the order is the same."""

EVERY_BATTERY: Final = "urn:epc:idpat:giai:9521234.*"


@pytest.fixture(scope="module")
def ledgers() -> Iterator[dict[str, Ledger]]:
    with forgetful_ledgers() as both:
        yield {ledger.engine.dialect.name: ledger for ledger in both}


@pytest.fixture(params=["sqlite", "postgresql"])
def forgetful(request: pytest.FixtureRequest, ledgers: dict[str, Ledger]) -> Ledger:
    return ledgers[request.param]


def _sized(said: Any) -> list[float]:
    values = said if isinstance(said, list) else [said]
    sized = [float(one) for one in values if isinstance(one, int | float)]
    return sized + [float(instant(one)) for one in values if one in DATES]


def _written(said: Any) -> list[bytes]:
    values = said if isinstance(said, list) else [said]
    texts = [one for one in values if isinstance(one, str) and one not in DATES]
    return [one.encode() for one in texts if len(one) <= VALUE_MAX]


def in_order(fields: list[Any], *, descending: bool) -> list[int]:
    """Sort the numbers of some events, plainly, by what each says in a field."""
    first = max if descending else min
    sized = {n: first(_sized(one)) for n, one in enumerate(fields, 1) if _sized(one)}
    rest = {n: one for n, one in enumerate(fields, 1) if n not in sized}
    written = {n: first(_written(one)) for n, one in rest.items() if _written(one)}
    by_size = sorted(sized, key=lambda n: (sized[n], n), reverse=descending)
    by_text = sorted(written, key=lambda n: (written[n], n), reverse=descending)
    neither = sorted(rest.keys() - written.keys(), reverse=descending)
    return [*by_text, *by_size, *neither] if descending else [*by_size, *by_text, *neither]


def _told(fields: list[Any], name: str) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = [{} if one is None else {name: one} for one in fields]
    return [event(n, **one) for n, one in enumerate(said, 1)]


@pytest.mark.parametrize("way", WAYS)
def test_events_come_in_the_order_of_a_field_page_by_page(
    forgetful: Ledger, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, bound in WAYS[way]:
        monkeypatch.setattr(module, name, bound)

    @settings(max_examples=EXAMPLES[forgetful.engine.dialect.name])
    @given(st.lists(FIELDS, min_size=1, max_size=7), st.integers(1, 3), st.booleans())
    @example(["b", 2, None, "a", [3, 1], "B", ["é", "z"], DATES[0]], 2, True)
    @example([5, "5", [], {"ex:kind": "ocv"}, "", -5], 1, False)
    def check(fields: list[Any], size: int, descending: bool) -> None:
        indexed = _beginning(forgetful)
        indexed.capture(*_told(fields, "ex:size"))
        wanted = {"orderBy": "b:size", "orderDirection": "DESC" if descending else "ASC"}
        until = forgetful.head().position
        whole = in_order(fields, descending=descending)
        assert indexed.numbers(wanted) == whole
        for more in ({}, {"EQ_bizStep": "collecting"}, {"MATCH_epc": EVERY_BATTERY}):
            assert _by_pages(indexed, {**wanted, **more}, size, until) == whole

    check()


def _beginning(ledger: Ledger) -> Indexed:
    empty(ledger)
    indexed = Indexed(ledger)
    tables.renew(ledger.engine)
    return indexed


def _by_pages(indexed: Indexed, wanted: dict[str, str], size: int, until: Position) -> list[int]:
    """Turn the pages, while before each more is captured that would stand on any of them."""
    told, after = list[int](), None
    while True:
        page = indexed.page(wanted, size, after, until=until)
        told += numbers(page.shown)
        if page.onward is None:
            return told
        after, late = page.onward, 10 * indexed.number + 100
        said: list[dict[str, Any]] = [{"ex:size": -9}, {"ex:size": "😀😀"}, {}]
        indexed.capture(*(event(late + n, **each) for n, each in enumerate(said)))


GRADES: Final = ("B", None, "a", 7, "é" * VALUE_MAX, 70.5, ["C", "A"], "\x01" * VALUE_MAX)
"""Texts among them that a page's token has to tell in full, however long it gets by that."""

UP: Final = [4, 6, 8, 7, 1, 3, 5, 2]
DOWN: Final = [5, 3, 7, 1, 8, 6, 4, 2]


def _graded(service: Service, partner: httpx.Client) -> None:
    graded = document(*_told([*GRADES], "ex:grade"))
    assert captured(service, partner, graded)["success"]


@pytest.mark.parametrize(("direction", "numbered"), [("ASC", UP), ("DESC", DOWN)])
def test_a_partner_turns_the_pages_of_such_an_order_while_capture_goes_on(
    service: Service, partner: httpx.Client, direction: str, numbered: list[int]
) -> None:
    _graded(service, partner)
    wanted = {"orderBy": "b:grade", "orderDirection": direction, "perPage": "1"}
    answer = partner.get("/epcis/events", params=wanted, headers=PREFIX)
    told = ids(answer)
    for late in range(50, 50 + len(GRADES)):
        if "next" not in answer.links:
            break
        between = event(late, **{"ex:grade": "B" if late % 2 else 50})
        assert partner.post("/epcis/events", json=bare(between)).status_code == 201
        answer = partner.get(answer.links["next"]["url"], headers=PREFIX)
        told += ids(answer)
    assert told == [*map(event_id, numbered)]


def test_the_first_so_many_events_of_a_named_query_are_the_first_of_its_order(
    service: Service, partner: httpx.Client
) -> None:
    _graded(service, partner)
    query = {"orderBy": "b:grade", "orderDirection": "ASC", "eventCountLimit": 3}
    named = {"name": "worst", "query": query}
    assert partner.post("/epcis/queries", json=named, headers=PREFIX).status_code == 201
    answer = partner.get("/epcis/queries/worst/events?perPage=2")
    assert ids(answer) == [*map(event_id, UP[:2])]
    last = partner.get(answer.links["next"]["url"])
    assert ids(last) == [event_id(UP[2])]
    assert "next" not in last.links


def test_a_token_of_one_order_is_none_of_another(service: Service, partner: httpx.Client) -> None:
    _graded(service, partner)
    first = partner.get("/epcis/events?orderBy=b:grade&perPage=1", headers=PREFIX)
    other = first.links["next"]["url"].replace("b%3Agrade", "eventTime")
    answer = partner.get(other, headers=PREFIX)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "cursor_invalid")
    assert len(found(first)) == 1


@pytest.mark.parametrize("too_many", ["found", "with_the_field"])
def test_too_many_are_not_put_in_order(
    service: Service, partner: httpx.Client, monkeypatch: pytest.MonkeyPatch, too_many: str
) -> None:
    every = range(1, 5)
    graded = every if too_many == "with_the_field" else every[:1]
    told = [event(one, **({"ex:grade": one} if one in graded else {})) for one in every]
    assert captured(service, partner, document(*told))["success"]
    monkeypatch.setattr(answering, "RARE_MAX", 0)
    monkeypatch.setattr(answering, "ORDERED_MAX", 3)
    some = {"orderBy": "b:grade", "LT_eventTime": "2026-03-01T09:03:00+08:00"}
    asked = some if too_many == "with_the_field" else {"orderBy": "b:grade"}
    answer = partner.get("/epcis/events", params=asked, headers=PREFIX)
    assert (answer.status_code, answer.json()["code"]) == (413, "epcis_query_too_large")
    monkeypatch.setattr(answering, "ORDERED_MAX", 4)
    assert found(partner.get("/epcis/events", params=asked, headers=PREFIX))


def test_whoever_has_begun_to_read_comes_to_the_end(
    service: Service, partner: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "RARE_MAX", 0)
    monkeypatch.setattr(answering, "ORDERED_MAX", 3)
    graded = [event(one, **{"ex:grade": one}) for one in range(1, 5)]
    assert captured(service, partner, document(*graded[:3]))["success"]
    asked = {"orderBy": "b:grade", "perPage": "1"}
    answer = partner.get("/epcis/events", params=asked, headers=PREFIX)
    read = found(answer)
    assert captured(service, partner, document(graded[3]))["success"]
    while "next" in answer.links:
        answer = partner.get(answer.links["next"]["url"], headers=PREFIX)
        read += found(answer)
    assert len(read) == 3
    assert partner.get("/epcis/events", params=asked, headers=PREFIX).status_code == 413
