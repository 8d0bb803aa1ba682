"""What happens on the small network: who is registered, and what do devices write and sign?"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody import signing
from custody.codes import make_uscc
from custody.demo.terminal import Movement, local, uuid7
from custody.terms import MINUTE, Millis

POINT: Final = "330106-0007"
RECYCLER: Final = "330106-R001"
ORGANISATION: Final = make_uscc("330106", 1)
KINDS: Final = {POINT: "collection_point", RECYCLER: "recycler"}
BATTERIES: Final = 12

AUDITED: Final = "maker:PACK01"
"""The battery whose evidence the auditor keeps."""
FORGED: Final = "maker:PACK02"
STOLEN: Final = "maker:PACK03"
"""Those of which somebody forges a fact."""


@dataclass(frozen=True, slots=True)
class Device:
    """A site's terminal: its name, and the key that never leaves it."""

    site: str
    key: Ed25519PrivateKey

    @property
    def name(self) -> str:
        return f"{self.site}-T1"

    def signed(self, movement: Movement) -> Movement:
        """Return a movement as the device sends it."""
        return {**movement, "signature": signing.sign(movement, self.key)}

    def public_key(self) -> str:
        """Return what is registered of it."""
        return signing.public_key(self.key)


class Story:
    """Writes movements, each a minute after the one before."""

    def __init__(self, begin: Millis) -> None:
        self._chance = Random(begin)
        self._at = begin

    def write(self, type_: str, site: str = POINT, **fields: Any) -> Movement:
        """Write one movement, which its device has yet to sign."""
        self._at += MINUTE
        common = {"id": uuid7(self._chance, self._at), "type": type_, "site": site}
        return {**common, "occurred_at": local(self._at), **fields}

    def early(self) -> Iterator[Movement]:
        """Batteries come in and are put away."""
        for pack in PACKS:
            yield self.write("drop_off", channel="walk_in", battery={"code": pack})
            yield self.write("store", batteries=[pack], place="A-1")

    def late(self) -> Iterator[Movement]:
        """They are looked at, and some are sent on."""
        for pack in PACKS:
            yield self.write("inspect", battery=pack, verdict="treat")
        sent, carrier = {"consignment": "x:DH-1"}, make_uscc("330106", 2)
        packs = list(PACKS[:4])
        yield self.write("dispatch", batteries=packs, to_site=RECYCLER, carrier=carrier, **sent)
        yield self.write("receive", RECYCLER, accepted=packs, **sent)


PACKS: Final = tuple(f"maker:PACK{number:02}" for number in range(1, BATTERIES + 1))


def registrations(devices: list[Device]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path and the body of whatever is registered first."""
    yield f"/v1/organisations/{ORGANISATION}", {"name": "运河回收"}
    for site, kind in KINDS.items():
        said = {"kind": kind, "name": "运河站", "division": site[:6], "organisation": ORGANISATION}
        yield f"/v1/sites/{site}", said
    for device in devices:
        said = {"site": device.site, "public_key": device.public_key()}
        yield f"/v1/terminals/{device.name}", said
