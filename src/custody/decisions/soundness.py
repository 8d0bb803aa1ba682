"""How sound is a battery? Which limits of the health check it breaks, and how it must be kept.

The limits are those of the guide for the health assessment of e-bike lithium-ion batteries
(《电动自行车锂离子电池健康评估工作指引》, 2025): beyond any of them a battery is not to be used.
"""

from collections.abc import Collection

from custody.events.battery import Measured
from custody.events.vocabulary import Condition, StorageClass
from custody.events.whereabouts import Whereabouts

INTERNAL_RESISTANCE_MOHM_MAX = 500
"""The guide: an internal resistance above 0.5 Ω."""

OUTPUT_VOLTAGE_MV_MAX = 60_000
"""The guide, and GB 43854-2024 for the packs of e-bikes: an output above 60 V."""

CAPACITY_FADE_PCT_MAX = 50
"""The guide: more than half of the rated capacity is gone."""

UNFIT: frozenset[Condition] = frozenset({"leaking", "deformed", "burnt", "opened"})
"""The guide, and GB/T 38698.1: leaks, burns, deformation, an open casing. None may be packed."""

UNSOUND: frozenset[Condition] = UNFIT | {"damaged", "swollen"}
"""What makes a battery damaged goods (special provision 376). Rain does not: wet can dry."""


def broken_limits(measured: Measured) -> list[str]:
    """Say which limits a measurement breaks; what was not measured breaks none."""
    limits = (
        ("internal_resistance_mohm", INTERNAL_RESISTANCE_MOHM_MAX),
        ("max_output_voltage_mv", OUTPUT_VOLTAGE_MV_MAX),
        ("capacity_fade_pct", CAPACITY_FADE_PCT_MAX),
    )
    found = ((name, getattr(measured, name), limit) for name, limit in limits)
    return [f"{name} {value} > {limit}" for name, value, limit in found if (value or 0) > limit]


def is_unsound(condition: Collection[Condition]) -> bool:
    """Tell whether a battery in this condition is damaged goods."""
    return not UNSOUND.isdisjoint(condition)


def must_be_kept_as(battery: Whereabouts) -> StorageClass:
    """Return the class of a battery: the one it was put into, or the worse that it looks."""
    said = battery["storage_class"] or "normal"
    return "damaged" if said == "normal" and is_unsound(battery["condition"]) else said
