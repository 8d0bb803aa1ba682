"""What do the bodies of a type say, read by Arrow: all at once, and beside Python?

It takes as much of a processor as reading them one by one, and leaves Python to others meanwhile.
Whatever Arrow reads otherwise than Python does, or might, is not read here: then, and of types
that tell more than stands in their fields, `bodies` reads them. Arrow itself refuses a field that
is said twice, a value of another kind, and an integer that is too long or written as a fraction.
Needs pyarrow, of the extra `parquet`.
"""

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from pyarrow import json

from custody.events import BY_TYPE
from custody.events.fact import type_ranks
from custody.exporting.bodies import COLUMN_OF, DESCRIBING, MORE, SAID_BY, described
from custody.exporting.schema import TYPE_OF

NO_JSON: Final = (b"NaN", b"Inf")
"""Numbers to Arrow and to nobody else, unless they stand in a text."""


def parsed(type_: str, bodies: Any) -> dict[str, Any] | None:
    """Return fields and what bodies say in them; None if these are not to be read here."""
    schema = _SCHEMAS.get(type_)
    if schema is None or not _are_told_apart(bodies):
        return None
    try:
        lines = pc.binary_join(pa.ListArray.from_arrays([0, len(bodies)], bodies), "\n")
        content = lines[0].as_buffer().to_pybytes()
        if any(_says(content, number) for number in NO_JSON):
            return None
        found = json.read_json(
            pa.BufferReader(content),
            # In one block and by this thread: to hand blocks to others, and to wait for them while
            # both cores are busy, takes an eighth of an export.
            json.ReadOptions(use_threads=False, block_size=len(content) + 1),
            json.ParseOptions(schema, unexpected_field_behavior="ignore"),
        )
    except (pa.ArrowInvalid, pa.ArrowCapacityError):
        return None
    if len(found) != len(bodies):
        return None
    fields = {name: pa.concat_arrays(found[name].chunks) for name in found.column_names}
    if "battery" not in fields:
        return fields
    battery = fields.pop("battery")
    if battery.null_count:
        return None
    return {**fields, **dict(zip(DESCRIBING, battery.flatten(), strict=True))}


def _says(content: bytes, number: bytes) -> bool:
    """Tell whether a number stands somewhere: its first letter, which is rare, is soon looked for.

    To look for more than one byte, at once or by an expression, takes five times as long.
    """
    at = content.find(number[:1])
    while at >= 0 and not content.startswith(number, at):
        at = content.find(number[:1], at + 1)
    return at >= 0


def _are_told_apart(bodies: Any) -> bool:
    """Tell whether each begins as an object does, and ends so.

    If as many objects are read from their lines as they are, each is one of these: of a body that
    breaks off behind a brace, no other that begins with one is the rest.
    """
    are = pc.and_(pc.starts_with(bodies, "{"), pc.ends_with(bodies, "}"))
    return pc.all(are).as_py() is True


def _schema(type_: str) -> Iterator[tuple[str, Any]]:
    """Name the fields of a type's bodies, and of which type each is."""
    for said in SAID_BY[type_]:
        if said in COLUMN_OF:
            yield said, TYPE_OF[COLUMN_OF[said]]
    if type_ in type_ranks:
        yield from (("id", pa.string()), ("occurred_at", pa.string()))
    if type_ in MORE:
        yield "battery", pa.struct([(name, TYPE_OF[name]) for name in DESCRIBING])


_SCHEMAS: Final = {
    type_: pa.schema(_schema(type_))
    for type_ in BY_TYPE
    if MORE.get(type_) in (None, described) and [*_schema(type_)]
}
