"""What do the bodies of a type say that stands in columns of its own?

They are read as they were stored, without asking whether they are lawful: that was asked when they
were recorded. Only what stands in a column is read, all bodies of a type at once: whole bodies, one
by one, took four times as long.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec

from custody import codes
from custody.events import BY_TYPE
from custody.events.fact import type_ranks
from custody.exporting.filling import Filling, Unwritable
from custody.terms import Millis, millis

Mass: TypeAlias = dict[str, Any]
Bodies: TypeAlias = Sequence[Any]
Batteries: TypeAlias = Sequence[list[str]]

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

_columns: Final = {**{name: name for name in AS_IT_IS_SAID}, **RENAMED}
_BESIDE: Final = (
    *("id", "occurred_at", "site", "battery", "expected_at", "returns", "accepted", "rejected"),
    *("missing", "extra", "inputs", "outputs", "fractions", "organisation", "uscc"),
)
"""Fields that stand in a column as something else."""


def _attribute(said: str) -> str:
    """Name a field so that it can be one in Python."""
    return f"{said}_" if said == "class" else said


def _reader(type_: str) -> Any:
    """Return what reads of a body of this type what stands in columns."""
    fields = [
        (_attribute(said), Any, msgspec.field(default=None, name=said))
        for said in dict.fromkeys((*_columns, *_BESIDE))
        if said in _fields(type_)
    ]
    return msgspec.json.Decoder(msgspec.defstruct(type_, fields, gc=False)).decode


def _fields(type_: str) -> set[str]:
    return {field.alias or name for name, field in BY_TYPE[type_].model_fields.items()}


_read: Final = {type_: _reader(type_) for type_ in BY_TYPE}
_said_by: Final = {
    type_: [(_attribute(said), name) for said, name in _columns.items() if said in _fields(type_)]
    for type_ in BY_TYPE
}
"""Of each type: its fields that stand in a column as they are, and in which."""


def say(filling: Filling, type_: str, indices: Sequence[int], batteries: Batteries) -> None:
    """Fill the columns that facts of a type have something for. Raises Unwritable."""
    bodies = _bodies(filling, type_, indices)
    try:
        for said, name in _said_by[type_]:
            filling.put(name, indices, [getattr(body, said) for body in bodies])
        if type_ in type_ranks:
            filling.put("id", indices, [body.id for body in bodies])
            filling.put("occurred_at", indices, [_millis(body.occurred_at) for body in bodies])
        more = _MORE.get(type_)
        if more is not None:
            more(filling, indices, bodies, batteries)
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise Unwritable(filling.records[indices[0]].position) from error


def _bodies(filling: Filling, type_: str, indices: Sequence[int]) -> list[Any]:
    read, records = _read[type_], filling.records
    found = []
    for index in indices:
        try:
            found.append(read(records[index].data))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Unwritable(records[index].position) from error
    return found


def _described(filling: Filling, indices: Sequence[int], bodies: Bodies, _: object) -> None:
    for name in DESCRIBING:
        filling.put(name, indices, [body.battery.get(name) for body in bodies])


def _dispatched(filling: Filling, indices: Sequence[int], bodies: Bodies, _: object) -> None:
    filling.put("from_site", indices, [body.site for body in bodies])
    filling.put("expected_at", indices, [_millis(body.expected_at) for body in bodies])
    about = [filling.records[index].subjects for index in indices]
    filling.put("returns", indices, [*map(_returns, bodies, about)])


def _returns(body: Any, about: Sequence[str]) -> str | None:
    """Name the consignment that is taken back, spelled as among the subjects."""
    if body.returns is None:
        return None
    return [one[12:] for one in about if one.startswith("consignment:")][-1]


def _received(
    filling: Filling, indices: Sequence[int], bodies: Bodies, batteries: Batteries
) -> None:
    """Batteries stand among the subjects in the order of these lists."""
    filling.put("to_site", indices, [body.site for body in bodies])
    begins = [0] * len(bodies)
    for name in ("accepted", "rejected", "missing", "extra"):
        pairs = zip(begins, bodies, strict=True)
        ends = [begin + len(getattr(body, name) or ()) for begin, body in pairs]
        cut = zip(indices, begins, ends, strict=True)
        filling.put(name, indices, [batteries[index][begin:end] for index, begin, end in cut])
        begins = ends


def _processed(filling: Filling, indices: Sequence[int], bodies: Bodies, _: object) -> None:
    went_in = [getattr(one, "inputs", None) or getattr(one, "fractions", None) for one in bodies]
    filling.put("inputs", indices, [*map(_masses, went_in)])
    came_out = [getattr(one, "outputs", None) for one in bodies]
    filling.put("outputs", indices, [*map(_masses, came_out)])


def _organised(filling: Filling, indices: Sequence[int], bodies: Bodies, _: object) -> None:
    said = [getattr(one, "organisation", None) or getattr(one, "uscc", None) for one in bodies]
    filling.put("organisation", indices, [one and codes.uscc(one) for one in said])


_MORE: Final = {
    "drop_off": _described,
    "tag": _described,
    "dispatch": _dispatched,
    "receive": _received,
    "dismantle": _processed,
    "recover": _processed,
    "dispose": _processed,
    "organisation_registered": _organised,
    "site_registered": _organised,
}
"""What of a type's body does not stand in a column as it is."""


def _masses(said: Sequence[dict[str, Any]] | None) -> list[Mass] | None:
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
    return None if instant is None else millis(datetime.fromisoformat(instant.upper()))
