"""How are columns filled as Arrow holds them, with as little of Python as can be?

What stands in few rows is taken as it comes, type by type, and put in order by Arrow at the end;
instants and the lists that follow from the subjects are never values of Python at all. As lists
first, the same columns took a third longer. Needs pyarrow, of the extra `parquet`.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate, chain
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from custody.exporting.columns import COLUMNS, NAMES, PLACE, VERSION, Kind
from custody.exporting.filling import BATTERY, instant

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
_NOUGHT: Final = pa.array([0], pa.int32())


class Arrays:
    """Columns as Arrow's arrays."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._columns: list[Any] = [None] * len(NAMES)
        self._parts: dict[str, list[tuple[Sequence[int], Any]]] = {}
        self._orders: dict[tuple[int, ...], Any] = {}
        """Where the values of some parts stand, by which parts these are: many are alike."""

    def fill(self, name: str, values: Sequence[Any]) -> None:
        """Fill a whole column."""
        self._columns[PLACE[name]] = _array(name, values)

    def put(self, name: str, indices: Sequence[int], values: Sequence[Any]) -> None:
        """Put values into a column, each at an index of its own."""
        if values.count(None) < len(values):
            self._parts.setdefault(name, []).append((indices, _array(name, values)))

    def instants(self, name: str, indices: Sequence[int], said: Sequence[str | None]) -> None:
        """Put instants into a column, as they were said. Raises ValueError."""
        if said.count(None) == len(said):
            return
        try:
            read = pa.array(said, pa.string()).cast(_TYPES["instant"])
        except pa.ArrowInvalid:  # finer than a millisecond, or in small letters
            self.put(name, indices, [*map(instant, said)])
        else:
            self._parts.setdefault(name, []).append((indices, read))

    def subjects(self, about: Sequence[tuple[str, ...]]) -> None:
        """Fill what follows from the subjects: these, the batteries, and how many they are."""
        named = pa.array([*chain.from_iterable(about)], pa.string())
        begins = pa.array([0, *accumulate(map(len, about))], pa.int32())
        self._columns[PLACE["subjects"]] = _lists(begins, named)
        are = pc.starts_with(named, BATTERY)
        batteries = pc.utf8_slice_codeunits(named.filter(are), len(BATTERY))
        before = pa.concat_arrays([_NOUGHT, pc.cumulative_sum(are.cast(pa.int32()))])
        begins = before.take(begins)
        self._columns[PLACE["batteries"]] = _lists(begins, batteries)
        count = pc.subtract(begins.slice(1), begins.slice(0, self._size))
        self._columns[PLACE["battery_count"]] = count.cast(pa.int64())

    def columns(self) -> list[Any]:
        """Return the columns in their order."""
        for name, parts in self._parts.items():
            values = pa.concat_arrays([array for _, array in parts])
            self._columns[PLACE[name]] = values.take(self._order([one for one, _ in parts]))
        return [
            pa.nulls(self._size, field.type) if column is None else column
            for field, column in zip(SCHEMA, self._columns, strict=True)
        ]

    def _order(self, parts: Sequence[Sequence[int]]) -> Any:
        """Say of each row which value stands in it; none, where no part has one."""
        key = tuple(map(id, parts))
        if key not in self._orders:
            order: list[int | None] = [None] * self._size
            for which, index in enumerate(chain.from_iterable(parts)):
                order[index] = which
            self._orders[key] = pa.array(order, pa.int32())
        return self._orders[key]


def _array(name: str, values: Sequence[Any]) -> Any:
    return pa.array(values, SCHEMA[PLACE[name]].type, from_pandas=False)


def _lists(begins: Any, elements: Any) -> Any:
    return pa.ListArray.from_arrays(begins, elements, type=_TYPES["texts"])
