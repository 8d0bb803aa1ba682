"""Which packing instructions fit a battery, as sound or unsound as it is?"""

from typing import Final

# ADR 2025 and JT/T 617: special provisions 376 and 377.
_SOUND: Final = frozenset({"P903", "LP903", "P909"})  # P909: on the way to disposal or recycling
_STABLE: Final = frozenset({"P908", "LP904"})
_DANGEROUS: Final = frozenset({"P911", "LP906"})  # liable to come apart, react, burn

_FITTING: Final = {
    "normal": _SOUND,
    # Nobody is blamed for the stronger package: in doubt it is the one to take.
    "damaged": _STABLE | _DANGEROUS,
    "defective": _DANGEROUS,
}


def fits(storage_class: str, packing_instruction: str) -> bool:
    """Tell whether goods of a storage class may travel in a package of this instruction."""
    return packing_instruction in _FITTING.get(storage_class, frozenset())
