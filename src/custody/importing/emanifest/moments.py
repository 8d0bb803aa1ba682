"""When did a manifest's goods change hands, as far as anybody signed for it?"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal, NamedTuple

from custody.importing.emanifest.manifest import (
    ElectronicSignature,
    Manifest,
    PaperSignature,
    Party,
)

DepartureBy = Literal["manifest", "carrier", "generator", "operator"]


class Moment(NamedTuple):
    """An instant as it was given, and where in the file that was."""

    at: datetime
    pointer: str


class Carrier(NamedTuple):
    """One of the carriers, in their order, and when it signed for the goods."""

    epa_id: str
    signed: Moment | None


class Times(NamedTuple):
    """What is known of when."""

    ready: Moment
    """The generator had it ready."""
    left: Moment
    left_by: DepartureBy
    carriers: Sequence[Carrier]
    arrived: Moment | None
    forwarded: Moment | None
    """The other facility, or the generator, had what was rejected."""

    @property
    def in_order(self) -> bool:
        """Tell whether the signatures lie one after the other, as the goods must have moved."""
        on_the_way = (carrier.signed for carrier in self.carriers[1:])
        known = [self.ready, self.left, *on_the_way, self.arrived, self.forwarded]
        instants = [moment.at for moment in known if moment is not None]
        return all(one <= next_ for one, next_ in pairwise(instants))


def times(manifest: Manifest, shipped_at: datetime | None) -> Times | None:
    """Return when the goods moved; None if nobody says that they ever left."""
    carriers = _carriers(manifest.transporters)
    generator = signed(manifest.generator, "/generator")
    departures: tuple[tuple[Moment | None, DepartureBy], ...] = (
        (_moment(manifest.shipped_date, "/shippedDate"), "manifest"),
        (carriers[0].signed, "carrier"),
        (generator, "generator"),
        (_moment(shipped_at, "--shipped-at"), "operator"),
    )
    for left, left_by in departures:
        if left is not None:
            return Times(
                min(left, generator or left, key=lambda moment: moment.at),
                left,
                left_by,
                carriers,
                _moment(manifest.received_date, "/receivedDate")
                or signed(manifest.designated_facility, "/designatedFacility"),
                _forwarded(manifest),
            )
    return None


def signed(party: Party, place: str) -> Moment | None:
    """Return when a site signed; of several signatures the first, the others confirm it."""
    return _first(
        _given(party.paper_signature_info, f"{place}/paperSignatureInfo"),
        *(
            _given(one, f"{place}/electronicSignaturesInfo/{index}")
            for index, one in enumerate(party.electronic_signatures_info)
        ),
    )


def _carriers(transporters: Iterable[Party]) -> list[Carrier]:
    placed = sorted(enumerate(transporters), key=lambda one: (one[1].order or one[0] + 1, one[0]))
    return [
        Carrier(party.epa_site_id, signed(party, f"/transporters/{index}"))
        for index, party in placed
    ]


def _forwarded(manifest: Manifest) -> Moment | None:
    said = manifest.rejection_info
    if said is None:
        return None
    place = "/rejectionInfo"
    if said.alternate_designated_facility is not None:
        return signed(said.alternate_designated_facility, f"{place}/alternateDesignatedFacility")
    return _first(
        _given(said.generator_paper_signature, f"{place}/generatorPaperSignature"),
        _given(said.generator_electronic_signature, f"{place}/generatorElectronicSignature"),
    )


def _first(*moments: Moment | None) -> Moment | None:
    known = [moment for moment in moments if moment is not None]
    return min(known, key=lambda moment: moment.at, default=None)


def _given(signature: PaperSignature | ElectronicSignature | None, place: str) -> Moment | None:
    return (
        None if signature is None else _moment(signature.signature_date, f"{place}/signatureDate")
    )


def _moment(at: datetime | None, pointer: str) -> Moment | None:
    return None if at is None else Moment(at, pointer)
