"""What is in a consignment, on paper and on the truck?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from custody.demo import rates
from custody.demo.packs import Pack
from custody.demo.sites import Site

PACKING = {"normal": "P909", "damaged": "P908", "defective": "P911"}
GROSS_PERCENT = 108
SEALED = 40  # batteries under one seal


@dataclass(slots=True)
class Load:
    """A consignment: `absent` and `lost` are only on paper, `extra` and `stray` only on the truck.

    What is absent was left behind.
    """

    number: str
    sender: Site
    receiver: Site
    kept_as: str
    carrier: str
    present: list[Pack] = field(default_factory=list)
    absent: list[Pack] = field(default_factory=list)
    lost: list[Pack] = field(default_factory=list)
    extra: list[Pack] = field(default_factory=list)
    stray: list[Pack] = field(default_factory=list)
    returns: str | None = None
    seals: list[str] = field(default_factory=list)

    def fill(self, rng: Random, packs: Sequence[Pack]) -> None:
        """Put batteries in, each where chance has it."""
        fates = (self.absent, self.lost, self.extra, self.stray, self.present)
        behind = rates.MISSING * rates.LEFT_BEHIND
        often = (behind, rates.MISSING - behind, rates.EXTRA, rates.STRAY)
        for pack in packs:
            rng.choices(fates, [*often, 1 - sum(often)])[0].append(pack)
        if not self.listed:  # nobody sends an empty list
            self.present, self.extra, self.stray = list(packs), [], []

    def seal(self, rng: Random) -> None:
        """Close the boxes."""
        boxes = 1 + len(self.aboard) // SEALED
        self.seals = [f"FZ{rng.randrange(10**8):08}" for _ in range(boxes)]

    @property
    def listed(self) -> list[Pack]:
        """What the sender says is in it."""
        return self.present + self.absent + self.lost

    @property
    def aboard(self) -> list[Pack]:
        """What is in it."""
        return self.present + self.extra + self.stray

    def declared(self) -> dict[str, Any]:
        """Return what the waybill says of it besides the list."""
        back = {"returns": self.returns} if self.returns else {}
        return {
            "consignment": self.number,
            "to_site": self.receiver.id,
            "carrier": self.carrier,
            "seals": self.seals,
            "un_number": "3480",
            "gross_mass_g": sum(pack.mass_g for pack in self.listed) * GROSS_PERCENT // 100,
            **back,
        }
