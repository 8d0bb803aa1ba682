"""Which columns were promised, and what do they say of every type of fact there is?"""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.events import BY_TYPE, Movement, decode
from custody.exporting import as_csv, as_ndjson, as_parquet
from custody.exporting.batches import Batch, Contradicts, batch, records_of
from custody.exporting.columns import COLUMNS, NAMES, PLACE, VERSION
from custody.exporting.filling import Unwritable
from custody.exporting.schema import SCHEMA
from custody.ledger import Record
from tests.events.samples import Sample, samples

GOLDEN = Path(__file__).parent / "columns.v1.json"
WRITERS = {"csv": as_csv, "ndjson": as_ndjson, "parquet": as_parquet}


def recorded(*found: Sample) -> list[Record]:
    """Record samples, one after another."""
    return [
        Record(
            one.type, one.version, one.data, decode(one.type, one.version, one.data).subjects(),
            "k-1", 1_772_000_000_005, b'[{"code":"late"}]', place, 1_772_000_001_000 + place,
            bytes([place]) * 32,
        )
        for place, one in enumerate(found, 1)
    ]  # fmt: skip


def rows(said: Batch) -> list[dict[str, Any]]:
    """Return the rows of a batch, without what is empty."""
    size = len(said[0] or ())
    columns = [[None] * size if values is None else values for values in said]
    return [
        {name: one for name, one in zip(NAMES, row, strict=True) if one is not None}
        for row in zip(*columns, strict=True)
    ]


def test_the_columns_and_their_values_are_those_of_this_version() -> None:
    """Whoever changes a column raises VERSION, and writes a golden file of that version."""
    promised = json.loads(GOLDEN.read_text(encoding="utf-8"))
    is_now = {
        "version": VERSION,
        "columns": [[one.name, one.kind, one.always] for one in COLUMNS],
        "parquet": [[field.name, str(field.type), field.nullable] for field in SCHEMA],
        "rows": rows(batch(recorded(*samples()))),
    }
    assert is_now == promised


def test_every_type_of_fact_is_among_the_samples() -> None:
    assert {one.type for one in samples()} == BY_TYPE.keys()


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_columns_say_what_the_fact_says(sample: Sample) -> None:
    (record,) = recorded(sample)
    fact = decode(sample.type, sample.version, sample.data)
    (row,) = rows(batch([record]))
    assert row["data"].encode() == sample.data
    if isinstance(fact, Movement):
        assert (row["id"], row["occurred_at"], row["site"]) == (fact.id, fact.at, fact.site)
        assert row["batteries"] == list(fact.batteries_named())
        assert row.get("consignment") == next(iter(fact.consignments_named()), None)
    for name in ("mass_g", "chemistry", "grade", "verdict", "carrier", "to_site", "step"):
        if name in row and hasattr(fact, name):
            assert row[name] == getattr(fact, name)


def test_readers_are_not_told_what_is_the_operator_s() -> None:
    for row in rows(batch(recorded(*samples()), for_the_operator=False)):
        assert not {"posted_by", "sent_at", "remarks", "key"} & row.keys()


def test_a_destroyed_fact_says_nothing_and_its_place_is_there() -> None:
    (record,) = recorded(next(one for one in samples() if one.type == "store"))
    gone = record._replace(data=b'{"o":"x"}', key=b"", posted_by=None, sent_at=None, remarks=None)
    (row,) = rows(batch([gone]))
    assert row.pop("data") == '{"o":"x"}'
    assert row["redacted"]
    assert row.keys() == {
        "position", "type", "version", "recorded_at", "redacted", "subjects", "batteries",
        "battery_count",
    }  # fmt: skip
    (shown,) = rows(batch([gone], for_the_operator=False))
    assert "data" not in shown
    assert records_of(batch([gone])) == [gone]


def test_what_a_newer_program_wrote_keeps_its_bytes() -> None:
    strange = Record("melted", 3, b'{"site": 7}', ("site:x",), None, None, None, 1, 2, b"k")
    newer = Record("store", 9, b'{"batteries": 7}', ("site:x",), None, None, None, 2, 2, b"k")
    assert records_of(batch([strange, newer])) == [strange, newer]
    assert all("site" not in row for row in rows(batch([strange, newer])))


@pytest.mark.parametrize("name", NAMES)
def test_no_column_can_say_other_than_the_body(name: str) -> None:
    records = recorded(*samples())
    said = batch(records)
    values = list(said[PLACE[name]] or [None] * len(records))
    index = next(at for at, one in enumerate(values) if one is not None) if any(values) else 0
    original = values[index]
    values[index] = _other(original)
    said[PLACE[name]] = values
    if name in ("recorded_at", "sent_at", "posted_by", "remarks", "key", "position", "subjects"):
        assert records_of(said) != records, "nothing in a column says it; others look at it"
        return
    with pytest.raises((Contradicts, Unwritable)):
        records_of(said)


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return "00" + value
        case list():
            return [*value, value[0] if value else "more"]
    return "something"


json_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize("format_", WRITERS)
@given(
    notes=st.lists(json_texts, min_size=1, max_size=5),
    spaces=st.sampled_from(["", " ", "\n", "\r\n", "\r", "\t"]),
)
def test_any_bytes_come_back_from_any_format(
    tmp_path_factory: pytest.TempPathFactory, format_: str, notes: list[str], spaces: str
) -> None:
    bodies = [f'{{{spaces}"note":{spaces}{json.dumps(one, ensure_ascii=False)}}}' for one in notes]
    records = [
        Record("noted", 1, body.encode(), ("a:é\"',",), None, None, None, place, place, b"k")
        for place, body in enumerate(bodies, 1)
    ]
    path = tmp_path_factory.mktemp("any") / f"any.{format_}"
    with path.open("wb") as file:
        writer = WRITERS[format_].Writer(file)
        writer.add(batch(records, writer.filled))
        writer.finish({})
    found = [one for some in WRITERS[format_].batches(path) for one in records_of(some)]
    assert found == records


def test_parquet_has_groups_of_bounded_size_with_statistics(tmp_path: Path) -> None:
    facts = as_parquet.GROUP_FACTS // 5_000
    template = recorded(*samples())[0]
    with (tmp_path / "x.parquet").open("wb") as file:
        writer = as_parquet.Writer(file)
        for n in range(facts + 1):
            first = n * 5_000
            some = [template._replace(position=first + at) for at in range(5_000)]
            writer.add(batch(some, writer.filled))
        writer.finish({"first": "0"})
    with pa.parquet.ParquetFile(tmp_path / "x.parquet") as written:
        groups = [written.metadata.row_group(n) for n in range(written.num_row_groups)]
        assert [group.num_rows for group in groups] == [as_parquet.GROUP_FACTS, 5_000]
        position = groups[1].column(0)
        assert position.statistics.min == as_parquet.GROUP_FACTS
        assert position.compression == "ZSTD"
        assert written.metadata.metadata[b"custody.schema"] == str(VERSION).encode()
        assert written.metadata.metadata[b"custody.first"] == b"0"


@pytest.mark.parametrize("for_the_operator", [True, False])
def test_columns_filled_by_arrow_say_the_same(for_the_operator: bool) -> None:
    """Of each type several, between those of others; finely timed, in small letters, destroyed."""
    records = recorded(*[*samples()] * 2)
    late = next(one for one in records if one.type == "store")
    said = json.loads(late.data)
    for at in ("2026-03-01t08:00:00.123456789z", "2026-03-01T08:00:00+08:00"):
        data = json.dumps({**said, "occurred_at": at}).encode()
        records.append(late._replace(data=data))
    records.append(late._replace(data=b"{}", key=b"", posted_by=None, sent_at=None, remarks=None))
    expected = batch(records, for_the_operator=for_the_operator)
    arrays = batch(records, as_parquet.Writer.filled, for_the_operator=for_the_operator)
    found = [as_parquet.values_of(one) for one in arrays]
    assert rows(found) == rows(expected)
