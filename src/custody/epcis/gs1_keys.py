"""How is each key of GS1 built, as an EPC URN and as a Digital Link?

A key is a company prefix with a reference behind it, filled up to a fixed number of digits and
closed by a check digit, or free in form; some have a serial number. In a URN a dot stands between
prefix and reference; a Digital Link runs them together.
"""

from dataclasses import dataclass
from typing import Final

SERIAL_MAX: Final = 20
CHARACTERS: Final = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
"""What GS1 lets stand in a serial number, a lot or a free reference."""

PART_CHARACTERS: Final = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""What may stand in the reference of a component or part."""


@dataclass(frozen=True, slots=True)
class Key:
    """A kind of identifier. `digits` counts prefix and reference, without the check digit."""

    scheme: str
    ai: str
    digits: int | None = None
    """None: the reference is free in form."""
    free_max: int = 30
    check: bool = True
    indicator: bool = False
    """Whether the reference's first digit stands before the company prefix in the key."""
    zero: bool = False
    """Whether a zero stands before the key."""
    serial_ai: str | None = None
    """Which field of a Digital Link the serial number has to itself."""
    serial_within: bool = False
    """Whether the serial number stands right behind the check digit."""
    serial_max: int = SERIAL_MAX
    of_class: bool = False
    """Whether it names a class of things."""
    characters: frozenset[str] = CHARACTERS

    @property
    def has_serial(self) -> bool:
        """Whether a URN of it has a third part."""
        return self.serial_within or self.serial_ai is not None

    @property
    def length(self) -> int:
        """Digits of the key in a Digital Link, if they are fixed."""
        return (self.digits or 0) + self.zero + self.check


SGTIN: Final = Key("id:sgtin", "01", 13, indicator=True, serial_ai="21")
UPUI: Final = Key("id:upui", "01", 13, indicator=True, serial_ai="235", serial_max=28)
LGTIN: Final = Key("class:lgtin", "01", 13, indicator=True, serial_ai="10", of_class=True)
SSCC: Final = Key("id:sscc", "00", 17, indicator=True)
SGLN: Final = Key("id:sgln", "414", 12, serial_ai="254")
PGLN: Final = Key("id:pgln", "417", 12)
GRAI: Final = Key("id:grai", "8003", 12, zero=True, serial_within=True, serial_max=16)
GIAI: Final = Key("id:giai", "8004", check=False)
GDTI: Final = Key("id:gdti", "253", 12, serial_within=True, serial_max=17)
GSRN: Final = Key("id:gsrn", "8018", 17)
GSRNP: Final = Key("id:gsrnp", "8017", 17)
GINC: Final = Key("id:ginc", "401", check=False)
GSIN: Final = Key("id:gsin", "402", 16)
CPI: Final = Key(
    "id:cpi", "8010", check=False, serial_ai="8011", serial_max=12, characters=PART_CHARACTERS
)
SGCN: Final = Key("id:sgcn", "255", 12, serial_within=True, serial_max=12)

KEYS: Final = (
    SGTIN, UPUI, LGTIN, SSCC, SGLN, PGLN, GRAI, GIAI, GDTI, GSRN, GSRNP, GINC, GSIN, CPI, SGCN,
)  # fmt: skip

BY_SCHEME: Final = {key.scheme: key for key in KEYS}
BY_AI: Final = {key.ai: key for key in KEYS if key.ai != "01"}
PATTERNS: Final = {
    "idpat:sgtin": SGTIN,
    "idpat:grai": GRAI,
    "idpat:gdti": GDTI,
    "idpat:cpi": CPI,
    "idpat:sgcn": SGCN,
    "idpat:upui": UPUI,
}
"""A URN whose serial number is `*` names the class."""
