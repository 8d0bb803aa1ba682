import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.codes import (
    SCHEMES,
    CodeError,
    battery_ref,
    distance_is_one,
    near,
    near_code,
    normalise,
    tag,
)
from custody.codes.battery import is_code
from tests.codes.shared import golden

CELL = "gbt34014:04QCB76836300JBC40000903"


def distance(a: str, b: str) -> int:
    """Count the slips by the book: over the table of Damerau and Levenshtein."""
    table = {(i, -1): i + 1 for i in range(-1, len(a))} | {(-1, j): j + 1 for j in range(len(b))}
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            slips = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (x != y))
            if i and j and a[i - 1] + x == y + b[j - 1]:
                slips = min(slips, table[i - 2, j - 2] + 1)
            table[i, j] = slips
    return table[len(a) - 1, len(b) - 1]


codes = st.sampled_from(
    [
        *(CELL, "gbt34014:001PB24B3C0221953RP", "gbt34014:X12MCPM27KLPCLX2M2382320"),
        *("tag:EB26330106000123N", "tag:EB26330106000124L"),
    ]
)
free = st.builds(
    "{}:{}".format,
    st.sampled_from([scheme for scheme in SCHEMES if scheme not in {"gbt34014", "tag"}]),
    st.text("ABO019./", min_size=1, max_size=9),
)
makers = st.text("A1星恒\u0301e", min_size=1, max_size=5).map(normalise).filter(bool)
refs = codes | free | makers.map("maker:{}".format)


@settings(max_examples=40)
@given(refs)
def test_every_neighbour_is_valid_and_one_slip_away(ref: str) -> None:
    found = list(near(ref))
    assert len(set(found)) == len(found)
    assert found == list(near(ref))
    for other in found:
        assert battery_ref(other) == other
        assert distance_is_one(ref, other)


@settings(max_examples=40)
@given(refs, st.data())
def test_whoever_is_near_is_near_in_turn(ref: str, data: st.DataObject) -> None:
    found = list(near(ref))
    if found:
        assert ref in near(data.draw(st.sampled_from(found)))


@given(st.text("AB01", max_size=6), st.text("AB01", max_size=6))
def test_one_slip_is_a_distance_of_one(a: str, b: str) -> None:
    assert distance_is_one(a, b) == (distance(a, b) == 1)


@given(st.text("AB.", min_size=1, max_size=4), st.text("AB.", min_size=1, max_size=5))
def test_no_neighbour_is_forgotten(a: str, b: str) -> None:
    assert (b in near_code("giai", a)) == distance_is_one(a, b)


def test_two_thirds_of_the_misreadings_of_a_published_code_are_codes() -> None:
    code = CELL.partition(":")[2]
    found = list(near_code("gbt34014", code))
    misread = [
        other for other in found if sum(x != y for x, y in zip(code, other, strict=True)) == 1
    ]
    loose = [other for other in misread if other[14] in "IU" or other[16] in "IU"]
    assert len(misread) - len(loose) == 562  # of 24 * 35 = 840: 66.9 percent
    assert len(found) - len(misread) == 16  # of 19 swaps of unlike neighbours
    assert sum(x != y for x, y in pairwise(code)) == 19


def test_no_misread_character_of_a_tag_makes_another_tag() -> None:
    text = "EB26330106000123N"
    found = list(near_code("tag", text))
    assert all(sorted(other) == sorted(text) for other in found)  # swaps only
    assert found == ["EB26330016000123N", "EB26330106000213N"]


def test_swaps_that_make_another_tag_are_rare() -> None:
    tags = [tag(2026, f"{n * 7919 % 10**6:06}", n * 104729 % 10**6) for n in range(500)]
    passing = sum(len(list(near_code("tag", text))) for text in tags)
    swaps = sum(x != y for text in tags for x, y in pairwise(text))
    assert passing / swaps < 0.02


@pytest.mark.parametrize(
    ("scheme", "code", "meant"),
    [
        ("gbt34014", "04QCB76836300JBO40000903", "04QCB76836300JBC40000903"),
        ("gbt34014", "04QCB76836300JBC4000090", "04QCB76836300JBC40000903"),
        ("gbt34014", "04QCB76836300JBC440000903", "04QCB76836300JBC40000903"),
        ("gbt34014", "04qcb76836300jbc4000o903", "04QCB76836300JBC40000903"),
        ("gbt34014", "001PB24B3C0221953RPP", "001PB24B3C0221953RP"),
        ("tag", "EB26330106000123M", "EB26330106000123N"),
        ("tag", "BE26330106000123N", "EB26330106000123N"),
        ("tag", "EB2633010600123N", "EB26330106000123N"),
        ("tag", "EB26330106000123NN", "EB26330106000123N"),
        ("maker", "A\x1dB", "AB"),
        ("giai", "É1", "E1"),
        ("maker", "", "Z"),
        ("maker", "A" * 65, "A" * 64),
    ],
)
def test_a_code_that_is_none_may_have_been_meant_for_one(
    scheme: str, code: str, meant: str
) -> None:
    found = list(near_code(scheme, code))
    assert meant in found
    assert normalise(code) not in found


def test_what_is_far_from_every_code_has_no_neighbours() -> None:
    assert list(near_code("gbt34014", "A765101015")) == []
    assert list(near_code("tag", " " * 1000)) == []
    assert list(near_code("maker", "A" * 66)) == []
    assert list(near_code("maker", " " * 1000)) == []
    with pytest.raises(CodeError):
        near_code("vin", "1")
    with pytest.raises(CodeError):
        near("gbt34014:1")


def test_of_every_published_code_the_neighbours_are_codes() -> None:
    for example in json.loads(golden("traction_battery_codes.json").read_text(encoding="utf-8")):
        for other in near_code("gbt34014", example["input"]):
            assert is_code("gbt34014", other)
            assert distance_is_one(normalise(example["input"]), other)
