"""How do records stand in their columns, and which records do columns tell of?

What they say is read from their bodies as they were stored, without asking whether it is lawful:
that was asked when it was recorded. Batteries and consignments are read from a record's subjects,
where their codes are spelled as everywhere else. A body that was destroyed says nothing, and of a
type that only a newer program knows the columns of its own stay empty; `data` has it all the same.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

import orjson

from custody import codes
from custody.events import BY_TYPE
from custody.events.fact import type_ranks
from custody.exporting.columns import COLUMNS, NAMES, PLACE
from custody.ledger import Record
from custody.terms import MINUTES_WRITTEN_MAX, Millis, millis

Values: TypeAlias = Sequence[Any] | None
"""What stands in one column, a value a record; None if nothing stands in it at all."""

Batch: TypeAlias = list[Values]
"""Some records, column by column in their order."""

Mass: TypeAlias = dict[str, Any]


class Unwritable(Exception):
    """A record says what no fact of its type can: it cannot be exported in columns."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Contradicts(Exception):
    """What stands in a column is not what the body says, or is not there at all."""

    def __init__(self, index: int, column: str, *, missing: bool = False) -> None:
        super().__init__(index, column)
        self.index = index
        """Which of the records."""
        self.column = column
        self.missing = missing


DESCRIBING: Final = (
    *("chemistry", "mass_g", "nominal_voltage_mv", "rated_capacity_mah", "condition"),
    *("maker", "brand"),
)
"""Fields of a battery that is described, not only named."""

AS_IT_IS_SAID: Final = (
    *("site", "terminal", "capture", "to_site", "carrier", "from_carrier", "vehicle"),
    *("gross_mass_g", "net_mass_g", "seals_intact", "channel", "depositor_kind", "mass_g"),
    *("condition", "place", "treatment", "verdict", "grade", "route", "state_of_charge_pct"),
    *("capacity_fade_pct", "loss_g", "process", "use", "kind", "case", "take", "service"),
    *("step", "target", "reason", "name", "division"),
)
RENAMED: Final = {"class": "storage_class", "order": "order_reference", "to_carrier": "carrier"}

_place: Final = {
    **{name: PLACE[name] for name in AS_IT_IS_SAID},
    **{name: PLACE[column] for name, column in RENAMED.items()},
}
_place_of_pack: Final = {name: PLACE[name] for name in DESCRIBING}


class _Filling:
    """Columns that are being filled, record by record."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.columns: list[list[Any] | None] = [None] * len(NAMES)

    def put(self, name: str, index: int, value: Any) -> None:
        """Put a value into a column."""
        self.put_at(PLACE[name], index, value)

    def put_at(self, place: int, index: int, value: Any) -> None:
        """Put a value into the column at a place."""
        column = self.columns[place]
        if column is None:
            if value is None:
                return
            column = self.columns[place] = [None] * self._size
        column[index] = value

    def fill(self, name: str, values: list[Any]) -> None:
        """Fill a whole column."""
        self.columns[PLACE[name]] = None if values.count(None) == len(values) else values


def batch(records: Sequence[Record], *, for_the_operator: bool = True) -> Batch:
    """Return what stands in the columns. Raises Unwritable.

    `for_the_operator`: with what only those are told who keep the books: who posted it and when it
    was sent, what was remarked, and the record's random bytes; without these it is not imported.
    """
    filling = _Filling(len(records))
    filling.fill("position", [one.position for one in records])
    filling.fill("type", [one.type for one in records])
    filling.fill("version", [one.version for one in records])
    filling.fill("recorded_at", [one.recorded_at for one in records])
    filling.fill("redacted", [not one.key for one in records])
    filling.fill("subjects", [list(one.subjects) for one in records])
    named = [_batteries(one.subjects) for one in records]
    filling.fill("batteries", named)
    filling.fill("battery_count", [len(one) for one in named])
    for index, record in enumerate(records):
        try:
            _say(filling, index, record, named[index], for_the_operator=for_the_operator)
        except ValueError as error:
            raise Unwritable(record.position) from error
    if for_the_operator:
        filling.fill("sent_at", [one.sent_at for one in records])
        filling.fill("posted_by", [one.posted_by for one in records])
        filling.fill("key", [one.key.hex() or None for one in records])
    return [*filling.columns]


def records_of(said: Batch) -> list[Record]:
    """Return the records that columns tell of. Raises Contradicts if some column says otherwise."""
    size = len(said[0] or ())
    columns: dict[str, Sequence[Any]] = {
        name: [None] * size if values is None else values
        for name, values in zip(NAMES, said, strict=True)
    }
    _assert_there(columns, size)
    try:
        keys = [bytes.fromhex(one or "") for one in columns["key"]]
    except ValueError as error:
        raise Contradicts(0, "key") from error
    records = [
        Record(type_, version, data.encode(), tuple(subjects), by, sent, remarks, place, at, key)
        for type_, version, data, subjects, by, sent, remarks, place, at, key in zip(
            columns["type"],
            columns["version"],
            columns["data"],
            columns["subjects"],
            columns["posted_by"],
            columns["sent_at"],
            [None if one is None else one.encode() for one in columns["remarks"]],
            columns["position"],
            columns["recorded_at"],
            keys,
            strict=True,
        )
    ]
    for name, values in zip(NAMES, batch(records), strict=True):
        should = [None] * size if values is None else [*values]
        if [*columns[name]] != should:
            pairs = zip(columns[name], should, strict=True)
            raise Contradicts(
                next(at for at, (is_, right) in enumerate(pairs) if is_ != right), name
            )
    return records


def _assert_there(columns: dict[str, Sequence[Any]], size: int) -> None:
    needed = [column.name for column in COLUMNS if column.always]
    for index in range(size):
        for name in (*needed, "data"):
            if columns[name][index] is None:
                raise Contradicts(index, name, missing=True)
        if columns["key"][index] is None and not columns["redacted"][index]:
            raise Contradicts(index, "key", missing=True)


def _batteries(subjects: Sequence[str]) -> list[str]:
    return [one[8:] for one in subjects if one[:8] == "battery:"]


def _say(
    filling: _Filling, index: int, record: Record, batteries: list[str], *, for_the_operator: bool
) -> None:
    """Fill the columns that the record has something for."""
    redacted = not record.key
    put_at = filling.put_at
    if for_the_operator or not redacted:
        put_at(_DATA, index, record.data.decode())
    if for_the_operator and record.remarks is not None:
        put_at(_REMARKS, index, record.remarks.decode())
    for subject in record.subjects:
        if subject[:12] == "consignment:":
            put_at(_CONSIGNMENT, index, subject[12:])
            break
    known = BY_TYPE.get(record.type)
    if redacted or known is None or record.version > known.version:
        return
    body: dict[str, Any] = orjson.loads(record.data)
    for name in body.keys() & _place.keys():
        put_at(_place[name], index, body[name])
    pack = body.get("battery")
    if isinstance(pack, dict):
        for name in pack.keys() & _place_of_pack.keys():
            put_at(_place_of_pack[name], index, pack[name])
    if record.type in type_ranks:
        put_at(_ID, index, body.get("id"))
        put_at(_OCCURRED, index, _millis(body.get("occurred_at")))
    more = _MORE.get(record.type)
    if more is not None:
        more(filling, index, body, record.subjects, batteries)


_ID, _OCCURRED, _CONSIGNMENT = PLACE["id"], PLACE["occurred_at"], PLACE["consignment"]
_REMARKS, _DATA = PLACE["remarks"], PLACE["data"]


def _dispatched(
    filling: _Filling, index: int, body: dict[str, Any], about: Sequence[str], _: object
) -> None:
    filling.put("from_site", index, body.get("site"))
    filling.put("expected_at", index, _millis(body.get("expected_at")))
    if body.get("returns") is not None:
        named = [one[12:] for one in about if one.startswith("consignment:")]
        filling.put("returns", index, named[-1])


def _received(
    filling: _Filling, index: int, body: dict[str, Any], _: object, batteries: list[str]
) -> None:
    """Batteries stand among the subjects in the order of these lists."""
    filling.put("to_site", index, body.get("site"))
    begin = 0
    for name in ("accepted", "rejected", "missing", "extra"):
        end = begin + len(body.get(name) or ())
        filling.put(name, index, batteries[begin:end])
        begin = end


def _processed(filling: _Filling, index: int, body: dict[str, Any], _: object, __: object) -> None:
    filling.put("inputs", index, _masses(body.get("inputs") or body.get("fractions")))
    filling.put("outputs", index, _masses(body.get("outputs")))


def _organised(filling: _Filling, index: int, body: dict[str, Any], _: object, __: object) -> None:
    said = body.get("organisation") or body.get("uscc")
    filling.put("organisation", index, None if said is None else codes.uscc(said))


_MORE: Final = {
    "dispatch": _dispatched,
    "receive": _received,
    "dismantle": _processed,
    "recover": _processed,
    "dispose": _processed,
    "organisation_registered": _organised,
    "site_registered": _organised,
}
"""What of a type's body does not stand in a column as it is."""


def _masses(said: list[dict[str, Any]] | None) -> list[Mass] | None:
    if said is None:
        return None
    return [
        {
            "name": one.get("fraction") or one.get("material"),
            "mass_g": one.get("mass_g"),
            "assay_pct": one.get("assay_pct"),
        }
        for one in said
    ]


def _millis(instant: str | None) -> Millis | None:
    """Read an instant that has an offset; parts finer than a millisecond are cut off."""
    if instant is None:
        return None
    offset = 1 if instant[-1] in "Zz" else 6
    parts = instant[20:-offset]
    fine = int(f"{parts[:3]:0<3}") if parts else 0
    return _minute(instant[:16], instant[-offset:]) + int(instant[17:19]) * 1000 + fine


@lru_cache(maxsize=MINUTES_WRITTEN_MAX)
def _minute(minute: str, offset: str) -> Millis:
    return millis(datetime.fromisoformat((minute + offset).upper()).astimezone(UTC))
