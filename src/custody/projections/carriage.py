"""Who carried a consignment, in order, and which of them are told of it?

The two differ where somebody posts that it was handed on who has no say in it.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Table

from custody.events import Dispatched, HandedOn, SiteRegistered, carriage
from custody.events.journey import forms
from custody.projections.projection import Batch
from custody.projections.tables import Row, metadata, text

vouching = Table(
    "consignment_vouching",
    metadata,
    # Whose a site is decides whether what was handed on there counts: when it comes to be
    # another's, the consignments are told anew.
    text("site", key=True),
    text("consignment", key=True),
    sqlite_with_rowid=False,
)


def sites(batch: Batch) -> set[str]:
    """Name the sites at which consignments of a batch were handed on."""
    return {site for site, _ in _handed_on(batch)}


def owners(batch: Batch, territory: Sequence[Row]) -> dict[str, str]:
    """Say whose sites are after a batch, given whose they were before it."""
    known = {row["site"]: row["organisation"] for row in territory}
    new = (fact for fact in batch.registrations if isinstance(fact, SiteRegistered))
    return known | {fact.site: fact.organisation for fact in new}


def columns(
    sent: Sequence[Dispatched], handed_on: Sequence[HandedOn], whose: Mapping[str, str]
) -> Row:
    """Tell who carried it, in order, in what it was carried last, and who of them is told so."""
    carriers = [one.carrier for one in sent[-1:]]
    vehicle = sent[-1].vehicle if sent else None
    for one in handed_on:
        if carriers[-1:] != [one.to_carrier]:
            carriers.append(one.to_carrier)
        vehicle = one.vehicle
    return {
        "carrier": carriers[-1] if carriers else None,
        "carriers": "\n".join(carriers),
        "told": "\n".join(_told(sent, handed_on, whose)),
        "vehicle": vehicle,
    }


def vouchings(batch: Batch) -> list[Row]:
    """Note at which sites the consignments of a batch were handed on, as it counts or ever did."""
    return [{"site": site, "consignment": no} for site, no in sorted(_handed_on(batch))]


def is_told(row: Row, sender: str, carrier: str) -> bool:
    """Tell whether a consignment's row says that a carrier is told of what left a site in it."""
    return f"{sender}\t{carrier}" in row["told"].split("\n")


def _told(
    sent: Sequence[Dispatched], handed_on: Sequence[HandedOn], whose: Mapping[str, str]
) -> Iterable[str]:
    """Write who is told of what left from where, as a number may be used at several sites."""
    lines = (
        f"{one.site}\t{carrier}" for one in sent for carrier in carriage.told(one, handed_on, whose)
    )
    return dict.fromkeys(lines)


def _handed_on(batch: Batch) -> set[tuple[str, str]]:
    return {
        (fact.site, no)
        for no, facts in batch.consignments.items()
        for fact in forms(facts)
        if isinstance(fact, HandedOn)
    }
