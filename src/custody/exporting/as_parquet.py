"""How do facts stand in Parquet? Typed columns, in row groups of bounded size.

Needs pyarrow, of the extra `parquet`: whoever imports this asks for it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from custody.exporting.batches import Batch, Values
from custody.exporting.columns import COLUMNS, LISTS, NAMES, VERSION, Kind
from custody.exporting.formats import READ_AT_ONCE, Unreadable

GROUP_FACTS: Final = 20_000
"""Facts a row group: as many are in memory at once while a file is written."""

COMPRESSION: Final = "zstd" if pa.Codec.is_available("zstd") else "snappy"

_MASS: Final = pa.struct(
    [("name", pa.string()), ("mass_g", pa.int64()), ("assay_pct", pa.float64())]
)
_TYPES: Final[Mapping[Kind, Any]] = {
    "integer": pa.int64(),
    "flag": pa.bool_(),
    "text": pa.string(),
    "word": pa.string(),
    "instant": pa.timestamp("ms", tz="UTC"),
    "texts": pa.list_(pa.field("element", pa.string(), nullable=False)),
    "masses": pa.list_(pa.field("element", _MASS, nullable=False)),
}
SCHEMA: Final = pa.schema(
    [
        pa.field(
            column.name,
            _TYPES[column.kind],
            nullable=not column.always,
            metadata={"en": column.en, "zh": column.zh},
        )
        for column in COLUMNS
    ],
    metadata={"custody.schema": str(VERSION)},
)

WORDS: Final = [column.name for column in COLUMNS if column.kind == "word"]
_ELEMENTS: Final = [f"{one.name}.list.element" for one in COLUMNS if one.kind == "texts"]
_ORDERED: Final = [
    column.name
    for column in COLUMNS
    if column.kind not in LISTS and column.name not in ("data", "key", "remarks")
]
"""Columns that a reader may skip row groups by."""


class Writer:
    """Puts facts into a file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = pq.ParquetWriter(
            file,
            SCHEMA,
            compression=COMPRESSION,
            use_dictionary=[*WORDS, "consignment", *_ELEMENTS],
            write_statistics=_ORDERED,
        )
        self._waiting: list[Any] = []
        self._facts = 0

    def add(self, facts: Batch) -> None:
        """Take some facts, and write a group as soon as it is full."""
        size = len(facts[0] or ())
        arrays = [
            _array(field.type, values, size) for field, values in zip(SCHEMA, facts, strict=True)
        ]
        self._waiting.append(pa.RecordBatch.from_arrays(arrays, schema=SCHEMA))
        self._facts += size
        if self._facts >= GROUP_FACTS:
            self._write()

    def finish(self, told: Mapping[str, str]) -> None:
        """Write the last group, and what is told of the file into its metadata."""
        if self._waiting:
            self._write()
        self._file.add_key_value_metadata({f"custody.{name}": one for name, one in told.items()})
        self.close()

    def close(self) -> None:
        """Let go of the file, however far it has come."""
        self._file.close()

    def _write(self) -> None:
        group = pa.Table.from_batches(self._waiting, SCHEMA)
        self._file.write_table(group, row_group_size=max(self._facts, 1))
        self._waiting, self._facts = [], 0


def batches(path: Path) -> Iterator[Batch]:
    """Read facts, some at a time. Raises Unreadable."""
    try:
        with pq.ParquetFile(path) as file:
            if file.schema_arrow.names != list(NAMES):
                raise Unreadable
            for found in file.iter_batches(READ_AT_ONCE):
                yield [_values(one) for one in found.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable from error


def _array(type_: Any, values: Values, size: int) -> Any:
    return pa.nulls(size, type_) if values is None else pa.array(values, type_, from_pandas=False)


def _values(column: Any) -> Values:
    if column.null_count == len(column):
        return None
    plain = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
    values: list[Any] = plain.to_pylist()
    return values
