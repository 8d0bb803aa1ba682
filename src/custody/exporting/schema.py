"""Of which types are the columns in Arrow and in Parquet? Needs pyarrow, of the extra `parquet`."""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]

from custody.exporting.columns import COLUMNS, VERSION, Kind

_MASS: Final = pa.struct(
    [("name", pa.string()), ("mass_g", pa.int64()), ("assay_pct", pa.float64())]
)
TYPES: Final[Mapping[Kind, Any]] = {
    "integer": pa.int64(),
    "flag": pa.bool_(),
    "text": pa.string(),
    "word": pa.string(),
    "instant": pa.timestamp("ms", tz="UTC"),
    "texts": pa.list_(pa.field("element", pa.string(), nullable=False)),
    "masses": pa.list_(pa.field("element", _MASS, nullable=False)),
}
TYPE_OF: Final[Mapping[str, Any]] = {column.name: TYPES[column.kind] for column in COLUMNS}
SCHEMA: Final = pa.schema(
    [
        pa.field(
            column.name,
            TYPES[column.kind],
            nullable=not column.always,
            metadata={"en": column.en, "zh": column.zh},
        )
        for column in COLUMNS
    ],
    metadata={"custody.schema": str(VERSION)},
)
