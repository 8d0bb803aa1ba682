import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given as tried_on
from hypothesis import strategies as st

from custody.auditing import custody_verify
from custody.log.says import LISTS, PRIVATE, VALUES, left_out, read, said, written
from tests import given
from tests.given import data, other, pack, third
from tests.strategies import happenings

MANY = 1_000


def told_of(fact: Any, subject: str) -> Any:
    return json.loads(said(read(data(fact)), [subject])[0])


def test_a_fact_about_one_battery_says_of_it_all_but_what_leads_to_people() -> None:
    body = given.drop_off(depositor="dep-1", operator="op-9", note="of Mr Wang", mass_g=8_700)
    assert told_of(body, f"battery:{pack}") == {
        name: value for name, value in json.loads(data(body)).items() if name not in PRIVATE
    }


def test_a_consignment_says_of_a_battery_nothing_of_its_neighbours() -> None:
    sent = given.dispatch([pack, other, third])
    told = told_of(sent, f"battery:{other}")
    assert told["batteries"] == [other]
    assert pack not in json.dumps(told)
    assert third not in json.dumps(told)


def test_of_a_receipt_each_battery_is_told_in_which_list_it_stands() -> None:
    got = given.receive([pack], rejected=[other], missing=[third])
    assert told_of(got, f"battery:{pack}").keys() & {"accepted", "rejected", "missing"} == {
        "accepted"
    }
    assert told_of(got, f"battery:{other}")["rejected"] == [{"battery": other, "reason": "leaking"}]
    assert told_of(got, f"battery:{third}")["missing"] == [third]


def test_a_battery_is_told_what_names_it_in_another_spelling() -> None:
    body = read(b'{"batteries":["maker:ab-12 c","maker:AB12D"]}')
    assert json.loads(said(body, ["battery:maker:AB12C"])[0]) == {"batteries": ["maker:ab-12 c"]}


def test_the_same_holds_inside_the_values_of_a_correction() -> None:
    values = {"batteries": [pack, other], "operator": "op-1", "vehicle": "浙A12345"}
    fact = given.correct(given.dispatch([pack, other]), values)
    told = told_of(fact, f"battery:{pack}")["values"]
    assert told == {"batteries": [pack], "vehicle": "浙A12345"}


def test_a_consignment_is_told_of_itself_and_not_what_is_in_it() -> None:
    told = told_of(given.dispatch([pack, other]), f"consignment:{given.road}")
    assert "batteries" not in told
    assert told["consignment"] == given.road


@pytest.mark.parametrize("subject", ["site:330106-0007", "terminal:t-1", "movement:x"])
def test_subjects_of_other_kinds_are_told_nothing(subject: str) -> None:
    assert told_of(given.drop_off(), subject) is None


def test_a_number_that_is_no_integer_stands_as_the_text_it_was_written_as() -> None:
    body = b'{"outputs":[{"material":"copper","mass_g":900,"assay_pct":99.50}]}'
    assert json.loads(said(read(body), ["battery:x"])[0])["outputs"][0]["assay_pct"] == "99.50"


def test_a_thousand_batteries_are_told_in_one_pass() -> None:
    refs = [f"maker:{n}" for n in range(MANY)]
    told = said(read(data(given.dispatch(refs))), [f"battery:{ref}" for ref in refs])
    assert [json.loads(text)["batteries"] for text in told] == [[ref] for ref in refs]


@tried_on(happenings())
def test_what_is_said_is_canonical_json(fact: Any) -> None:
    for text in said(read(data(fact)), fact.subjects()):
        assert text == rfc8785.dumps(json.loads(text))


@tried_on(happenings())
def test_a_body_names_batteries_that_its_fact_is_about_and_an_auditor_finds_the_same(
    fact: Any,
) -> None:
    body = read(data(fact))
    assert left_out(body, ()) == custody_verify.named(body)
    assert left_out(body, fact.subjects()) == set()


def test_a_correction_names_whom_its_values_name_in_whatever_spelling() -> None:
    body = {"values": {"battery": {"code": "maker:ab-1"}, "rejected": [{"battery": "maker:b"}]}}
    found = {"battery:maker:AB1", "battery:maker:B"}
    assert left_out(body, ()) == custody_verify.named(body) == found
    assert left_out({"batteries": 1, "values": [], "battery": None}, ()) == set()


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=8,
)


@tried_on(plain)
def test_objects_of_ascii_names_are_written_as_rfc_8785_says(value: Any) -> None:
    assert written(value) == rfc8785.dumps(value)


names = st.sampled_from([*sorted(LISTS)[:4], "alpha", "zeta", "battery", "order", VALUES, "车", ""])
spelt = st.sampled_from(["maker:A", "maker:b", "maker:B-", "maker:Ä", "maker:C", "x:D", 7, None])
named = spelt | st.fixed_dictionaries({"battery": spelt}, optional={"reason": plain})


def bodies(deep: int = 1) -> st.SearchStrategy[dict[str, Any]]:
    """Make bodies of any fields: lists that name many, some of them twice, and nested values."""
    inner = st.lists(named, max_size=8) | plain
    return st.dictionaries(names, inner | bodies(deep - 1) if deep else inner, max_size=7)


def whole(body: dict[str, Any], ref: str) -> dict[str, Any]:
    """Say of one battery what concerns it, one field after the other."""
    told: dict[str, Any] = {}
    for name, value in body.items():
        if name in LISTS and isinstance(value, list):
            if own := [one for one in value if spelling(one) == ref]:
                told[name] = own
        elif name == VALUES and isinstance(value, dict):
            told[name] = whole(value, ref)
        elif name not in PRIVATE:
            told[name] = value
    return told


def spelling(element: Any) -> str:
    told = str(element.get("battery") if isinstance(element, dict) else element)
    scheme, colon, code = told.partition(":")
    return f"{scheme}{colon}{code.replace('-', '').upper()}"


@tried_on(bodies())
def test_what_is_said_is_the_whole_object_of_each_written_by_itself(body: dict[str, Any]) -> None:
    refs = ["maker:A", "maker:B", "maker:C", "maker:Ä", "x:D", "7", "None", "maker:E"]
    told = said(body, [f"battery:{ref}" for ref in refs])
    assert told == [written(whole(body, ref)) for ref in refs]
