"""Which items does a manifest hand over? A waste line is one; a part that went elsewhere, another.

A manifest weighs its lines, not their containers, and does not say how much of which line was
turned away. So a line is one item, and of what was kept of it the mass is not known any more.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from custody.importing.emanifest import naming
from custody.importing.emanifest.manifest import Manifest, Waste
from custody.importing.emanifest.reading import mass_of

Reason = Literal["wrong_item", "other"]


class Item(NamedTuple):
    """Something that is handed over, and whether its receiver turned it away."""

    ref: str
    mass_g: int | None
    note: str | None
    rejected: Reason | None = None


def items(manifest: Manifest, number: str) -> list[Item]:
    """Return the items of a manifest, its lines first."""
    kind = manifest.rejection_info.rejection_type if manifest.rejection_info else None
    if not manifest.rejection or kind is None:
        return [*_lines(manifest, number), *_residues(manifest, number)]
    if kind == "FullReject":
        wholes = _lines(manifest, number, weighed=True)
        pairs = zip(wholes, manifest.wastes, strict=True)
        return [item._replace(rejected=_reason([waste])) for item, waste in pairs]
    lines = [item._replace(mass_g=None) for item in _lines(manifest, number)]
    return [*lines, *_residues(manifest, number), *_rejected(manifest, number)]


def has_residue(waste: Waste) -> bool:
    """Tell whether something of a waste line stayed in its containers."""
    return waste.discrepancy_residue_info is not None and waste.discrepancy_residue_info.residue


def is_discrepant(waste: Waste) -> bool:
    """Tell whether the facility found quantity or kind of a waste line otherwise."""
    found = waste.discrepancy_residue_info
    return found is not None and (found.waste_quantity or found.waste_type)


def _lines(manifest: Manifest, number: str, *, weighed: bool = False) -> list[Item]:
    return [
        Item(
            naming.line_item(number, waste.line_number),
            mass_of(waste) if weighed or not has_residue(waste) else None,
            _amount(waste),
        )
        for waste in manifest.wastes
    ]


def _residues(manifest: Manifest, number: str) -> list[Item]:
    note = "容器残留，数量不详 · left in its containers, how much is not told"
    return [
        Item(naming.residue_item(number, waste.line_number), None, note, "other")
        for waste in manifest.wastes
        if has_residue(waste)
    ]


def _rejected(manifest: Manifest, number: str) -> list[Item]:
    """Return a part for each manifest under which it goes on; where none is named, one."""
    assert manifest.rejection_info is not None, "only what was rejected has rejected parts"
    numbers = manifest.rejection_info.new_manifest_tracking_numbers or (None,)
    told = "拒收部分，数量不详 · rejected, how much is not told"
    return [
        Item(
            naming.rejected_item(number, part),
            None,
            told if new is None else f"{told}; → {new}",
            _reason(manifest.wastes),
        )
        for part, new in enumerate(numbers, 1)
    ]


def _reason(wastes: Sequence[Waste]) -> Reason:
    found = (waste.discrepancy_residue_info for waste in wastes)
    return "wrong_item" if any(one is not None and one.waste_type for one in found) else "other"


def _amount(waste: Waste) -> str | None:
    """Write the amount in EPA's own letters: containers and their kind, quantity and its unit."""
    said = waste.quantity
    if said is None:
        return None
    told = []
    if said.container_number is not None:
        kind = f" {said.container_type.code}" if said.container_type else ""
        told.append(f"{said.container_number}{kind}")
    if said.quantity is not None and said.unit_of_measurement:
        told.append(f"{said.quantity} {said.unit_of_measurement.code}")
    return ", ".join(told) or None
