"""Do patterns of EPCs find the events of what they stand for, and no others, however many?"""

from typing import Any

import pytest

from custody.epcis.identifiers import canonical
from custody.exchange import asked, finding
from custody.exchange.parameters import PATTERNS_MAX
from custody.ledger import Ledger
from custody.terms import Refused
from tests.exchange.indexed import Indexed, numbers
from tests.exchange.partners import event, event_id

GTIN = "https://id.gs1.org/01/09521003000442"
CLASS = "urn:epc:idpat:sgtin:9521003.000044.*"


def packed(number: int, parent: str, *children: str) -> Any:
    return {
        "type": "AggregationEvent",
        "eventID": event_id(number),
        "eventTime": "2026-03-01T10:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "ADD",
        "parentID": parent,
        "childEPCs": [*children],
    }


def changed(number: int, **said: Any) -> Any:
    return {
        "type": "TransformationEvent",
        "eventID": event_id(number),
        "eventTime": "2026-03-01T10:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        **said,
    }


STORY = [
    event(1, epcList=["urn:epc:id:sgtin:9521003.000044.EB-1"]),
    event(2, epcList=[f"{GTIN}/21/EB-2", "urn:x:other"]),
    event(3, epcList=["https://id.gs1.org/01/19521003000449/21/CASE"]),
    event(4, epcList=["urn:epc:id:sgtin:9521004.000044.EB-1"]),
    event(5, epcList=["https://id.gs1.org/8004/9521003EBB05"]),
    packed(6, "https://id.gs1.org/8003/09521003000107CR00001", f"{GTIN}/21/EB-6"),
    packed(7, "https://id.gs1.org/00/195210030000000012", "urn:epc:id:giai:9521003.a%2Fb"),
    changed(8, inputEPCList=[f"{GTIN}/21/EB-8"],
            outputEPCList=["urn:epc:id:cpi:9521003.5PQ7%2FZ43.12"]),
    changed(9, inputQuantityList=[{"epcClass": "urn:epc:class:lgtin:9521003.000044.L1"}],
            outputQuantityList=[{"epcClass": CLASS, "quantity": 2},
                                {"epcClass": "https://id.gs1.org/8003/09521003000107"}]),
    event(10, epcList=["https://id.gs1.org/01/09521003000442/235/THIRD"]),
    event(11, epcList=["https://id.gs1.org/414/9521003001012/254/BAY1"]),
    event(12, epcList=["https://id.gs1.org/414/9521003001012"]),
]  # fmt: skip

ASKED: list[tuple[str, str, list[int]]] = [
    ("MATCH_epc", CLASS, [1, 2, 6]),
    ("MATCH_epc", GTIN, [1, 2, 6]),
    ("MATCH_epc", "https://example.com/some/path/01/09521003000442", [1, 2, 6]),
    ("MATCH_epc", f"{CLASS}|urn:epc:idpat:giai:9521003.*", [1, 2, 5, 6, 7]),
    ("MATCH_epc", "urn:epc:idpat:sgtin:9521003.*.*", [1, 2, 3, 6]),
    ("MATCH_epc", "urn:epc:idpat:sgtin:952100.*.*", [1, 2, 3, 4, 6]),
    ("MATCH_epc", "urn:epc:idpat:sgtin:*.*.*", [1, 2, 3, 4, 6]),
    ("MATCH_epc", "urn:epc:idpat:sgtin:9521003.000044.EB-1", [1]),
    ("MATCH_epc", "urn:epc:idpat:giai:9521003.*", [5, 7]),
    ("MATCH_epc", "urn:epc:idpat:giai:9521004.*", []),
    ("MATCH_epc", "urn:epc:idpat:upui:9521003.000044.*", [10]),
    ("MATCH_epc", "urn:epc:idpat:sgln:9521003.00101.*", [11, 12]),
    ("MATCH_epc", "https://id.gs1.org/414/9521003001012", [12]),
    ("MATCH_parentID", "urn:epc:idpat:grai:9521003.00010.*", [6]),
    ("MATCH_parentID", "urn:epc:idpat:grai:9521003.*.*", [6]),
    ("MATCH_parentID", "https://id.gs1.org/8003/09521003000107", [6]),
    ("MATCH_parentID", "urn:epc:idpat:sscc:9521003.*", [7]),
    ("MATCH_parentID", "urn:epc:idpat:sscc:*.*", [7]),
    ("MATCH_inputEPC", CLASS, [8]),
    ("MATCH_outputEPC", "urn:epc:idpat:cpi:9521003.5PQ7%2FZ43.*", [8]),
    ("MATCH_outputEPC", "urn:epc:idpat:cpi:9521003.5PQ7.*", []),
    ("MATCH_outputEPC", "urn:epc:idpat:cpi:9521003.*.*", [8]),
    ("MATCH_anyEPC", CLASS, [1, 2, 6, 8]),
    ("MATCH_anyEPC", "urn:epc:idpat:cpi:*.*.*|urn:x:other", [2, 8]),
    ("MATCH_inputEPCClass", CLASS, []),
    ("MATCH_inputEPCClass", "urn:epc:idpat:lgtin:9521003.000044.*", [9]),
    ("MATCH_inputEPCClass", "urn:epc:idpat:lgtin:9521003.*.*", [9]),
    ("MATCH_outputEPCClass", CLASS, [9]),
    ("MATCH_outputEPCClass", "urn:epc:idpat:sgtin:9521003.*.*", [9]),
    ("MATCH_outputEPCClass", "urn:epc:idpat:grai:9521003.*.*", [9]),
    ("MATCH_anyEPCClass", "urn:epc:idpat:lgtin:*.*.*", [9]),
    ("MATCH_epcClass", "urn:epc:idpat:sgtin:*.*.*", []),
]

WRONG = [
    "urn:epc:idpat:sgtin:9521003.*.EB-1",
    "urn:epc:idpat:sgtin:9521003.*",
    "urn:epc:idpat:sgtin:*.000044.*",
    "urn:epc:idpat:sgtin:12.*.*",
    "urn:epc:idpat:sgtin:9521003.00044.*",
    "urn:epc:idpat:giai:9521003.EB*",
    "urn:epc:idpat:unheard:9521003.*",
    "urn:epc:idpat:sgtin:9521003.000044.",
]


@pytest.fixture
def indexed(ledger: Ledger) -> Indexed:
    return Indexed(ledger)


@pytest.mark.parametrize("rare", [1_000, 0], ids=["looked up", "looked at"])
def test_each_pattern_finds_what_it_stands_for(
    indexed: Indexed, rare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed.capture(*STORY)
    monkeypatch.setattr(finding, "RARE_MAX", rare)
    wrong = []
    for name, value, expected in ASKED:
        told = indexed.numbers({name: value})
        if told != expected:
            wrong.append((name, value, expected, told))
    assert wrong == []


@pytest.mark.parametrize("value", WRONG)
def test_what_stands_for_nothing_is_refused(value: str) -> None:
    with pytest.raises(Refused) as refused:
        asked.read({"MATCH_anyEPC": [value]})
    (error,) = refused.value.errors
    assert (error.pointer, error.code) == ("/MATCH_anyEPC", "epcis_not_a_pattern")


def test_a_parameter_may_have_so_many_patterns_and_no_more() -> None:
    classes = [f"urn:epc:idpat:sgtin:9521003.0{number:05}.*" for number in range(PATTERNS_MAX + 1)]
    asked.read({"MATCH_epc": classes[1:]})
    with pytest.raises(Refused) as refused:
        asked.read({"MATCH_epc": classes})
    assert refused.value.errors[0].code == "epcis_too_many_patterns"


@pytest.mark.parametrize("order", [{}, {"orderBy": "eventTime"}])
def test_a_pattern_of_many_events_leads_on_from_page_to_page(
    indexed: Indexed, order: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [
        event(number, epcList=[f"{GTIN}/21/{number}" if number % 7 < 2 else f"urn:x:{number}"])
        for number in range(60)
    ]
    indexed.capture(*every)
    wanted = {"MATCH_epc": CLASS, **order}
    whole = indexed.numbers(wanted)
    assert sorted(whole) == [number for number in range(60) if number % 7 < 2]
    monkeypatch.setattr(finding, "RARE_MAX", 0)
    for name, number in (("LOOKED_AT_MAX", 10), ("AT_ONCE_MIN", 3), ("AT_ONCE_MAX", 5)):
        monkeypatch.setattr(finding, name, number)
    told, after, pages = list[int](), None, 0
    while pages == 0 or after is not None:
        page = indexed.page(wanted, 4, after)
        assert len(page.shown) <= 4
        told, after, pages = told + numbers(page.shown), page.onward, pages + 1
    assert told == whole
    assert pages > 60 // 10


def test_what_is_counted_is_counted_exactly_or_refused(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed.capture(*(event(number, epcList=[f"{GTIN}/21/{number}"]) for number in range(20)))
    wanted = {"MATCH_epc": CLASS}
    for rare in (1_000, 0):
        monkeypatch.setattr(finding, "RARE_MAX", rare)
        assert indexed.count(wanted, 20) == 20
        assert indexed.count(wanted, 19) == 20
    monkeypatch.setattr(finding, "LOOKED_AT_MAX", 5)
    monkeypatch.setattr(finding, "AT_ONCE_MIN", 5)
    monkeypatch.setattr(finding, "AT_ONCE_MAX", 5)
    with pytest.raises(Refused, match="epcis_query_too_large"):
        indexed.count(wanted, 19)


def test_a_pattern_means_what_its_links_and_urns_mean() -> None:
    """The ranges of patterns are of the form for comparing: it must not change beneath them."""
    assert canonical("urn:epc:id:sgtin:9521003.000044.EB-1") == f"{GTIN}/21/EB-1"
    assert canonical(CLASS) == GTIN
