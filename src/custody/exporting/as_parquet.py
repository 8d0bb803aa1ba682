"""How do facts stand in Parquet? Typed columns, in row groups of bounded size.

Needs pyarrow, of the extra `parquet`: whoever imports this asks for it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from custody.exporting.arrays import Arrays
from custody.exporting.batches import Batch, Values
from custody.exporting.beside import Beside
from custody.exporting.columns import COLUMNS, LISTS, NAMES
from custody.exporting.formats import READ_AT_ONCE, Unreadable
from custody.exporting.schema import SCHEMA

GROUP_FACTS: Final = 20_000
"""Facts a row group: as many are in memory at once while a file is written."""

COMPRESSION: Final = "zstd" if pa.Codec.is_available("zstd") else "snappy"

WORDS: Final = [column.name for column in COLUMNS if column.kind == "word"]
_ELEMENTS: Final = [
    f"{one.name}.list.element"
    for one in COLUMNS
    # Most of what facts are about is named but a few times: its dictionary is soon given up.
    if one.kind == "texts" and one.name not in ("subjects", "batteries")
]
_ORDERED: Final = [
    column.name
    for column in COLUMNS
    if column.kind not in LISTS and column.name not in ("data", "key", "remarks")
]
"""Columns that a reader may skip row groups by."""


class Writer:
    """Puts facts into a file."""

    filled = Arrays

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
        self._writing = Beside(self._file.write_table)

    def add(self, facts: Batch) -> None:
        """Take some facts, and write a group as soon as it is full."""
        some = pa.RecordBatch.from_arrays(facts, schema=SCHEMA)
        self._waiting.append(some)
        self._facts += some.num_rows
        if self._facts >= GROUP_FACTS:
            self._write()

    def finish(self, told: Mapping[str, str]) -> None:
        """Write the last group, and what is told of the file into its metadata."""
        if self._waiting:
            self._write()
        self._writing.rest()
        self._file.add_key_value_metadata({f"custody.{name}": one for name, one in told.items()})
        self.close()

    def close(self) -> None:
        """Let go of the file, however far it has come."""
        self._writing.close()
        self._file.close()

    def _write(self) -> None:
        group = pa.Table.from_batches(self._waiting, SCHEMA)
        self._writing.do(group, row_group_size=max(self._facts, 1))
        self._waiting, self._facts = [], 0


def batches(path: Path) -> Iterator[Batch]:
    """Read facts, some at a time. Raises Unreadable."""
    try:
        with pq.ParquetFile(path) as file:
            if file.schema_arrow.names != list(NAMES):
                raise Unreadable
            for found in file.iter_batches(READ_AT_ONCE):
                yield [values_of(one) for one in found.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable from error


def values_of(column: Any) -> Values:
    if column.null_count == len(column):
        return None
    plain = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
    values: list[Any] = plain.to_pylist()
    return values
