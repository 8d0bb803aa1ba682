"""How are columns filled as Arrow holds them, with as little of Python as can be?

What stands in few rows is taken as it comes, type by type, and put in order by Arrow at the end;
instants, most of what bodies say, and the lists that follow from the subjects are never values of
Python at all. Needs pyarrow, of the extra `parquet`.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from custody.exporting.bodies import COLUMN_OF
from custody.exporting.columns import NAMES, PLACE
from custody.exporting.filling import BATTERY, instant
from custody.exporting.parsing import parsed
from custody.exporting.schema import SCHEMA, TYPE_OF

_NOTHING: Final = pa.array([], pa.string())
_NOUGHT: Final = pa.array([0], pa.int32())


class Arrays:
    """Columns as Arrow's arrays."""

    few: ClassVar = 200
    """Fewer bodies than this Python reads sooner than Arrow begins."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._columns: list[Any] = [None] * len(NAMES)
        self._parts: dict[str, list[tuple[Any, Any]]] = {}

    def fill(self, name: str, values: Sequence[Any]) -> None:
        """Fill a whole column."""
        self._columns[PLACE[name]] = _array(name, values)

    def put(self, name: str, indices: Sequence[int], values: Sequence[Any]) -> None:
        """Put values into a column, each at an index of its own."""
        if values.count(None) < len(values):
            self._put(name, _rows(indices), _array(name, values))

    def instants(self, name: str, indices: Sequence[int], said: Sequence[str | None]) -> None:
        """Put instants into a column, as they were said. Raises ValueError."""
        self._put_instants(name, _rows(indices), pa.array(said, pa.string()))

    def texts(self, name: str, contents: Sequence[bytes | None]) -> None:
        """Fill a whole column with what is UTF-8. Raises ValueError."""
        self._columns[PLACE[name]] = pa.array(contents, pa.binary()).cast(pa.string())

    def subjects(self, about: Sequence[str]) -> None:
        """Fill what follows from the subjects: these, the batteries, and how many they are."""
        parted = pc.split_pattern(pa.array(about, pa.string()), "\n")
        begins, named = parted.offsets, parted.values
        if "" in about:
            begins, named = _those(begins, named, pc.not_equal(named, ""))
        self._columns[PLACE["subjects"]] = _lists(begins, named)
        begins, batteries = _those(begins, named, pc.starts_with(named, BATTERY))
        bare = pc.utf8_slice_codeunits(batteries, len(BATTERY))
        self._columns[PLACE["batteries"]] = _lists(begins, bare)
        count = pc.subtract(begins.slice(1), begins.slice(0, self._size))
        self._columns[PLACE["battery_count"]] = count.cast(pa.int64())

    def read(self, type_: str, indices: Sequence[int]) -> bool:
        """Fill what bodies of a type say in columns, once `data` is filled; False: not so."""
        if len(indices) < self.few:
            return False
        rows = _rows(indices)
        said = parsed(type_, self._columns[PLACE["data"]].take(rows))
        if said is None:
            return False
        try:
            self._put_instants("occurred_at", rows, said.pop("occurred_at", _NOTHING))
        except (ValueError, TypeError):  # no instant, or none with an offset
            return False
        for field, values in said.items():
            self._put(COLUMN_OF.get(field, field), rows, values)
        return True

    def columns(self) -> list[Any]:
        """Return the columns in their order."""
        orders: dict[tuple[int, ...], Any] = {}  # most columns of a type stand in the same rows
        for name, parts in self._parts.items():
            rows, values = zip(*parts, strict=True)
            same = tuple(map(id, rows))
            if same not in orders:
                every = pa.concat_arrays(rows)
                orders[same] = pc.inverse_permutation(every, max_index=self._size - 1)
            self._columns[PLACE[name]] = pa.concat_arrays(values).take(orders[same])
        return [
            pa.nulls(self._size, field.type) if column is None else column
            for field, column in zip(SCHEMA, self._columns, strict=True)
        ]

    @staticmethod
    def counted(facts: Sequence[Any]) -> memoryview:
        """Return what counts of filled columns in a checksum."""
        position, type_, data = (facts[PLACE[name]] for name in ("position", "type", "data"))
        length = pc.binary_length(data).cast(pa.string())
        begin = pc.binary_join_element_wise(position.cast(pa.string()), type_, length, " ")
        written = pc.binary_join_element_wise(begin, data, "", "\n")
        return memoryview(written.buffers()[2])[: pc.sum(pc.binary_length(written)).as_py()]

    def _put(self, name: str, rows: Any, values: Any) -> None:
        if values.null_count < len(values):
            self._parts.setdefault(name, []).append((rows, values))

    def _put_instants(self, name: str, rows: Any, said: Any) -> None:
        try:
            read = said.cast(TYPE_OF[name])
        except pa.ArrowInvalid:  # finer than a millisecond, or in small letters
            read = _array(name, [*map(instant, said.to_pylist())])
        self._put(name, rows, read)


def _rows(indices: Sequence[int]) -> Any:
    return pa.array(indices, pa.int32())


def _array(name: str, values: Sequence[Any]) -> Any:
    return pa.array(values, TYPE_OF[name], from_pandas=False)


def _lists(begins: Any, elements: Any) -> Any:
    return pa.ListArray.from_arrays(begins, elements, type=TYPE_OF["subjects"])


def _those(begins: Any, elements: Any, are: Any) -> tuple[Any, Any]:
    """Return where lists begin that hold some of the elements only, and these."""
    before = pa.concat_arrays([_NOUGHT, pc.cumulative_sum(are.cast(pa.int32()))])
    return before.take(begins), elements.filter(are)
