"""What do the bodies of a type say that stands in columns of its own?

They are read as they were stored, without asking whether they are lawful: that was asked when they
were recorded. Only what stands in a column is read, all bodies of a type at once: whole bodies, one
by one, took four times as long. For Parquet, `parsing` reads most of them in the place of this.
"""

from collections.abc import Mapping, Sequence
from operator import add
from typing import Any, Final, TypeAlias

import msgspec
from msgspec.structs import astuple

from custody import codes
from custody.events import BY_TYPE
from custody.events.fact import type_ranks
from custody.exporting.filling import Filling, batteries_of, subjects_of

Mass: TypeAlias = dict[str, Any]
Bodies: TypeAlias = Mapping[str, Sequence[Any]]
"""What bodies of a type say, field by field."""

Subjects: TypeAlias = Sequence[Sequence[str]]

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

COLUMN_OF: Final = {**{name: name for name in AS_IT_IS_SAID}, **RENAMED}
_BESIDE: Final = (
    *("id", "occurred_at", "site", "battery", "expected_at", "returns", "accepted", "rejected"),
    *("missing", "extra", "inputs", "outputs", "fractions", "organisation", "uscc"),
)
"""Fields that stand in a column as something else."""


class Unreadable(Exception):
    """A body says what none of its type can."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index
        """Which of the facts."""


_Described: Final = msgspec.defstruct(
    "Described", [(name, Any, None) for name in DESCRIBING], gc=False
)


def _attribute(said: str) -> str:
    """Name a field so that it can be one in Python."""
    return f"{said}_" if said == "class" else said


def _fields(type_: str) -> list[str]:
    """Name the fields of a type's bodies that are read."""
    known = {field.alias or name for name, field in BY_TYPE[type_].model_fields.items()}
    return [said for said in dict.fromkeys((*COLUMN_OF, *_BESIDE)) if said in known]


def _reader(type_: str) -> Any:
    """Return what reads of a body of this type what stands in columns."""
    is_described = MORE.get(type_) is described
    fields = [
        (
            _attribute(said),
            _Described | None if is_described and said == "battery" else Any,
            msgspec.field(default=None, name=said),
        )
        for said in SAID_BY[type_]
    ]
    return msgspec.json.Decoder(msgspec.defstruct(type_, fields, gc=False)).decode


def say(
    filling: Filling,
    type_: str,
    indices: Sequence[int],
    data: Sequence[bytes],
    subjects: Sequence[str],
) -> None:
    """Fill the columns that facts of a type have something for.

    `data` and `subjects` are those of all facts, `indices` say which are of the type. Raises
    Unreadable.
    """
    found = zip(*map(astuple, _bodies(type_, indices, data)), strict=True)
    bodies = dict(zip(SAID_BY[type_], found, strict=True))
    try:
        for said, values in bodies.items():
            if said in COLUMN_OF:
                filling.put(COLUMN_OF[said], indices, values)
        if type_ in type_ranks:
            filling.put("id", indices, bodies["id"])
            filling.instants("occurred_at", indices, bodies["occurred_at"])
        more = MORE.get(type_)
        if more is not None:
            more(filling, indices, bodies, [subjects_of(subjects[index]) for index in indices])
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError) as error:
        raise Unreadable(indices[0]) from error


def _bodies(type_: str, indices: Sequence[int], data: Sequence[bytes]) -> list[Any]:
    read = _read[type_]
    found: list[Any] = []
    try:
        found.extend(map(read, [data[index] for index in indices]))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable(indices[len(found)]) from error
    return found


def described(filling: Filling, indices: Sequence[int], bodies: Bodies, _: object) -> None:
    found = zip(*map(astuple, bodies["battery"]), strict=True)
    for name, values in zip(DESCRIBING, found, strict=True):
        filling.put(name, indices, values)


def _dispatched(filling: Filling, indices: Sequence[int], bodies: Bodies, about: Subjects) -> None:
    filling.put("from_site", indices, bodies["site"])
    filling.instants("expected_at", indices, bodies["expected_at"])
    filling.put("returns", indices, [*map(_returns, bodies["returns"], about)])


def _returns(said: str | None, about: Sequence[str]) -> str | None:
    """Name the consignment that is taken back, spelled as among the subjects."""
    if said is None:
        return None
    return [one[12:] for one in about if one.startswith("consignment:")][-1]


def _received(filling: Filling, indices: Sequence[int], bodies: Bodies, about: Subjects) -> None:
    """Batteries stand among the subjects in the order of these lists."""
    filling.put("to_site", indices, bodies["site"])
    batteries = [*map(batteries_of, about)]
    begins = [0] * len(batteries)
    for name in ("accepted", "rejected", "missing", "extra"):
        counts = [len(said or ()) for said in bodies[name]]
        ends = [*map(add, begins, counts)]
        cut = zip(batteries, begins, ends, strict=True)
        filling.put(name, indices, [one[begin:end] for one, begin, end in cut])
        begins = ends


def _processed(filling: Filling, indices: Sequence[int], bodies: Bodies, _: object) -> None:
    nothing = [None] * len(indices)
    went_in = bodies.get("fractions", nothing)
    if "inputs" in bodies:
        went_in = [one or None for one in bodies["inputs"]]
    filling.put("inputs", indices, [*map(_masses, went_in)])
    filling.put("outputs", indices, [*map(_masses, bodies.get("outputs", nothing))])


def _organised(filling: Filling, indices: Sequence[int], bodies: Bodies, _: object) -> None:
    said = bodies.get("organisation") or bodies["uscc"]
    filling.put("organisation", indices, [one and codes.uscc(one) for one in said])


MORE: Final = {
    "drop_off": described,
    "tag": described,
    "dispatch": _dispatched,
    "receive": _received,
    "dismantle": _processed,
    "recover": _processed,
    "dispose": _processed,
    "organisation_registered": _organised,
    "site_registered": _organised,
}
"""What of a type's body does not stand in a column as it is."""


SAID_BY: Final = {type_: _fields(type_) for type_ in BY_TYPE}
_read: Final = {type_: _reader(type_) for type_ in BY_TYPE}


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
