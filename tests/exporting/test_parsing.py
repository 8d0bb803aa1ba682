"""Does Arrow read of bodies what Python reads, and leave to it what it would read otherwise?"""

import json
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.backup.fingerprint import written
from custody.events import BY_TYPE
from custody.exporting.arrays import Arrays
from custody.exporting.as_parquet import values_of
from custody.exporting.batches import batch
from custody.exporting.bodies import SAID_BY
from custody.exporting.filling import Filling, Lists, Unwritable
from custody.exporting.parsing import parsed
from custody.ledger import Record
from tests.events.samples import Sample, samples
from tests.exporting.test_columns import recorded, rows

READ = sorted(
    one.type for one in samples() if parsed(one.type, pa.array([one.data.decode().strip()]))
)
"""Types that Arrow reads."""


class Eager(Arrays):
    """Arrow's columns, for which it reads bodies however few they are."""

    few = 0


class Plainly(Arrays):
    """Arrow's columns, for which Python reads all bodies."""

    def read(self, _type: str, _indices: Sequence[int]) -> bool:
        return False


class Watched(Eager):
    """Arrow's columns, of which is told which types were read for them."""

    types: list[str]

    def read(self, type_: str, indices: Sequence[int]) -> bool:
        was_read = super().read(type_, indices)
        if was_read:
            Watched.types.append(type_)
        return was_read


def outcome(records: list[Record], filled: Callable[[int], Filling]) -> Any:
    """Return the rows of what is exported, or the position that cannot be."""
    try:
        columns = batch(records, filled)
    except Unwritable as error:
        return error.position
    return rows([values_of(one) if isinstance(one, pa.Array) else one for one in columns])


def kept(type_: str, bodies: Sequence[bytes], version: int = 1) -> list[Record]:
    """Record bodies as they are."""
    about = ("battery:maker:A", "consignment:C-1", "site:s")
    return [
        Record(
            type_, version, body, about, "k-1", 7, None, place, 1_000 + place, bytes([place]) * 32
        )
        for place, body in enumerate(bodies, 1)
    ]


NUMBERS = [
    *("0", "-0", "7", "01", "+1", "1.0", "1e3", "1E2", "-1.5", ".5", "1.", "1e999", "NaN", "Inf"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775809", "-Infinity"),
    "123456789012345678901234567890",
]
TEXTS = [
    *('"a"', '""', '"\\u0041\\n\\/"', '"\\ud83d\\ude00"', '"😀 电池"', '"\\ud83d"', '"\\ude00"'),
    *('"\\u0000"', '"NaN"', '"Information"', '"a\tb"', '"\\x"', '"}\\n{"', '"}\n{"'),
    *('"2026-03-01T08:00:00Z"', '"2026-03-01T08:00:00.123456789z"', '"2026-03-01"'),
    *('"2026-03-01T08:00:00+08:00"', '"1969-12-31T23:59:59.9995Z"', '"2026-03-01T08:00:00"'),
]
OTHERS = [
    *("null", "true", "false", "nul", "[", "[]", '["a","b"]', '["a",null]', "[1]", '[["a"]]', "{}"),
    *('{"chemistry":"lfp","mass_g":5}', '{"chemistry":7}', '{"condition":["x"]}', '{"mass_g":2.0}'),
    *('{"condition":[null]}', '{"mass_g":1,"mass_g":2}', '{"maker":null}', '{"brand":"b",}'),
    *('{"x":{"x":[{}]}}', '[{"material":"ni","mass_g":1,"assay_pct":2}]'),
]
BROKEN = [
    *("", " ", "no json", "null", "[]", "{}", "{}{}", "{}\n{}", '{"x":', '{"x":{}', "{}}", "{} "),
    *(',"y":{}}', '{"x":"}', '{"x":[{}', "{}]}", '{"x":{"y":1}', "\ufeff{}", "{}\x00", "\n{}\n"),
    "{'site':1}",
]
spaces = st.sampled_from(["", "", "", " ", "\n", "\r\n", "\t"])
values = st.sampled_from(NUMBERS) | st.sampled_from(TEXTS) | st.sampled_from(OTHERS)


def bodies_of(type_: str) -> st.SearchStrategy[list[bytes]]:
    """Some bodies of a type, lawful or not."""
    names = [*SAID_BY[type_], "x", "note", "s\\u0069te"]
    field = st.builds(
        lambda space, name, said: f'{space}"{name}"{space}:{space}{said}{space}',
        spaces, st.sampled_from(names), values,
    )  # fmt: skip
    whole = st.builds(lambda fields: f"{{{','.join(fields)}}}", st.lists(field, max_size=5))
    odd = (whole | st.sampled_from(BROKEN)).map(str.encode) | st.just(b'{"x":"\xff\xed\xa0\x80"}')
    return st.lists(whole.map(str.encode) | odd, min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("type_", "field"),
    [
        *(("inspect", name) for name in ("mass_g", "verdict", "condition", "occurred_at", "x")),
        *(("drop_off", name) for name in ("battery", "note")),
    ],
)
def test_any_value_in_a_field_is_read_as_python_reads_it_or_refused(type_: str, field: str) -> None:
    """Whether it is the first of the field or comes after another, and twice in one body."""
    plain = b'{"battery":{"maker":"m"}}' if type_ == "drop_off" else b'{"mass_g":7}'
    for said in (*NUMBERS, *TEXTS, *OTHERS):
        odd = plain[:-1] + b',"%s":%s}' % (field.encode(), said.encode())
        for bodies in ([odd], [odd, plain], [plain, odd, plain]):
            records = kept(type_, bodies)
            assert outcome(records, Eager) == outcome(records, Plainly), bodies


def test_no_body_is_taken_for_the_rest_of_another() -> None:
    """Not even where as many objects can be read as there are bodies."""
    parts = ("", '{"x":', "{}}", "{}{}", '{"x":{}', '{"x":[{}', "{}]}", "{}", "{}\n{}", "\ufeff{}")
    for three in product([one.encode() for one in parts], repeat=3):
        records = kept("inspect", three)
        assert outcome(records, Eager) == outcome(records, Plainly), three


@given(st.data())
def test_whatever_stands_in_bodies_is_read_as_python_reads_it_or_refused(
    data: st.DataObject,
) -> None:
    type_ = data.draw(st.sampled_from(sorted(BY_TYPE)))
    records = kept(type_, data.draw(bodies_of(type_)))
    assert outcome(records, Eager) == outcome(records, Plainly)


@given(
    st.lists(st.tuples(st.sampled_from(samples()), st.randoms(use_true_random=False)), min_size=1)
)
def test_lawful_bodies_are_read_by_arrow_and_say_the_same(
    found: list[tuple[Sample, Any]],
) -> None:
    """With fields in any order, some of them null, and what is said escaped."""
    shuffled = []
    for record, (_, random) in zip(recorded(*[one for one, _ in found]), found, strict=True):
        said = list(json.loads(record.data).items())
        random.shuffle(said)
        body = {
            name: None if random.random() < 0.1 and name in NULLED else one for name, one in said
        }
        shuffled.append(record._replace(data=json.dumps(body, ensure_ascii=True).encode()))
    Watched.types = []
    assert outcome(shuffled, Watched) == outcome(shuffled, Plainly) == outcome(shuffled, Lists)
    assert {*Watched.types} == {one.type for one in shuffled} & {*READ}


NULLED = frozenset({"capture", "place", "class", "treatment", "mass_g", "verdict", "condition"})


def test_arrow_reads_most_types() -> None:
    assert len(READ) > len(BY_TYPE) / 2
    assert {"drop_off", "store", "inspect", "tag", "grade"} <= {*READ}


@pytest.mark.parametrize("spoilt", ["1.0", '"7"', "9223372036854775808", "{}", "1e3"])
def test_one_body_that_says_it_otherwise_leaves_the_others_as_they_are(spoilt: str) -> None:
    plain = b'{"mass_g":7,"verdict":"pass"}'
    records = kept("inspect", [plain, b'{"mass_g":%s}' % spoilt.encode(), plain])
    assert outcome(records, Eager) == outcome(records, Plainly)


@pytest.mark.parametrize("said", ["9223372036854775808", "[]", '"x"'])
def test_what_no_column_can_hold_is_refused_with_its_position(said: str) -> None:
    body = b'{"mass_g":%s}' % said.encode()
    assert outcome(kept("inspect", [body]), Arrays) == 1


class Patient(Watched):
    """Watched columns, for which Arrow begins where it is worth it."""

    few = Arrays.few


def test_few_bodies_are_left_to_python() -> None:
    one = kept("inspect", [b'{"mass_g":7}'])
    for many, types in ((Arrays.few - 1, []), (Arrays.few, ["inspect"])):
        Watched.types = []
        assert [row["mass_g"] for row in outcome(one * many, Patient)] == [7] * many
        assert Watched.types == types


def test_readers_are_told_the_same_of_what_is_not_destroyed() -> None:
    records = recorded(*[*samples()] * 2)
    records[::3] = [one._replace(data=b"no json", key=b"") for one in records[::3]]
    told = [batch(records, filled, for_the_operator=False) for filled in (Eager, Lists)]
    found = [values_of(one) for one in told[0]]
    assert rows(found) == rows(told[1])


def test_of_what_is_newer_destroyed_or_unknown_nothing_is_read() -> None:
    newer = kept("inspect", [b'{"mass_g":7}', b"no json"], version=BY_TYPE["inspect"].version + 1)
    unknown = kept("melted", [b'{"site":"s"}'])
    destroyed = [one._replace(key=b"") for one in kept("inspect", [b'{"mass_g":7}', b"no json"])]
    for records in (newer, unknown, destroyed, []):
        found = outcome(records, Eager)
        assert found == outcome(records, Lists)
        assert not any({"mass_g", "site"} & row.keys() for row in found)


@pytest.mark.parametrize("filled", [Lists, Arrays])
def test_what_is_counted_is_what_a_checksum_counts(filled: type[Filling]) -> None:
    records = [*recorded(*samples()), *kept("melted", [b'"\xf0\x9f\x98\x80"', b"{\n}"])]
    expected = b"".join(written(one.position, one.type, one.data) for one in records)
    assert bytes(filled.counted(batch(records, filled))) == expected


@pytest.mark.parametrize("filled", [Lists, Arrays])
def test_who_is_concerned_is_told_apart_as_it_was_put_together(filled: type[Filling]) -> None:
    abouts: list[tuple[str, ...]] = [
        (),
        ("battery:maker:a", "site:s"),
        (),
        ("site:é 😀",),
        ("battery:", "battery:b:c", "batteryx"),
    ]
    (template,) = kept("melted", [b"{}"])
    records = [template._replace(subjects=about) for about in abouts]
    found = outcome(records, filled)
    assert [tuple(row["subjects"]) for row in found] == abouts
    assert [row["batteries"] for row in found] == [[], ["maker:a"], [], [], ["", "b:c"]]
    assert [row["battery_count"] for row in found] == [0, 1, 0, 0, 2]
