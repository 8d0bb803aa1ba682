"""Which movements of ours does a manifest tell of, and what should a person know of them?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from custody.events.fact import type_ranks
from custody.importing.emanifest import naming
from custody.importing.emanifest.items import Item, has_residue, is_discrepant, items
from custody.importing.emanifest.manifest import Manifest, Party
from custody.importing.emanifest.moments import Moment, Times, times
from custody.importing.emanifest.reading import mass_of, un_number_of
from custody.importing.remarks import Remark
from custody.terms import millis


class Paper(NamedTuple):
    """What must be known of a manifest beside what it says."""

    number: str
    sha256: str
    sites: Mapping[str, str]
    """EPA id → the site of ours that it is."""
    shipped_at: datetime | None = None


class Draft(NamedTuple):
    """A movement to be recorded, and where in the file its instant stands."""

    body: dict[str, Any]
    pointer: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be recorded of a manifest."""

    consignment: str
    items: Sequence[str]
    drafts: Sequence[Draft]
    names: Mapping[str, str]
    """The sites that post, which are to be known by then, and what each is called."""
    remarks: Sequence[Remark]


def plan(manifest: Manifest, paper: Paper) -> Plan | None:
    """Turn a manifest into movements; None if nobody says that the goods ever left."""
    known = times(manifest, paper.shipped_at)
    if known is None:
        return None
    drawing = _Drawing(manifest, paper, known, items(manifest, paper.number))
    return Plan(
        naming.consignment(paper.number),
        [item.ref for item in drawing.items],
        list(drawing.drafts()),
        drawing.names(),
        list(drawing.remarks()),
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    manifest: Manifest
    paper: Paper
    times: Times
    items: Sequence[Item]

    def drafts(self) -> Iterator[Draft]:
        """Draw the movements in the order in which they happened."""
        yield from map(self._drop_off, self.items)
        yield self._dispatch()
        yield from self._hand_ons()
        yield from self._receipts()

    def names(self) -> dict[str, str]:
        """Say what the sites are called that the movements name."""
        parties = [self.manifest.designated_facility, self.manifest.generator]
        rejection = self.manifest.rejection_info
        if rejection and rejection.alternate_designated_facility:
            parties.insert(0, rejection.alternate_designated_facility)
        return {self._site(one): one.name or one.epa_site_id for one in parties}

    def remarks(self) -> Iterator[Remark]:
        """Say what was decided on the way, and what the original tells that the books cannot."""
        if naming.is_provisional(self.paper.number):
            yield Remark("unnumbered", {"consignment": naming.consignment(self.paper.number)})
        if self.times.left_by in ("generator", "operator"):
            yield Remark(f"departure_by_{self.times.left_by}")
        if not self.times.in_order:
            yield Remark("out_of_order")
        wastes = self.manifest.wastes
        for code, lines in (
            ("not_weighed", [one for one in wastes if mass_of(one) is None]),
            ("discrepancy", [one for one in wastes if is_discrepant(one)]),
            ("residue", [one for one in wastes if has_residue(one)]),
        ):
            if lines:
                yield Remark(code, {"lines": ", ".join(str(one.line_number) for one in lines)})
        if len(self._un_numbers()) > 1:
            yield Remark("un_numbers_differ", {"numbers": ", ".join(self._un_numbers())})
        if self.manifest.rejection and self.times.arrived is None:
            yield Remark("rejection_unsigned")
        if self._goes_on():
            yield Remark("goes_on", {"numbers": ", ".join(self._goes_on())})

    def _drop_off(self, item: Item) -> Draft:
        described = {"code": item.ref}
        mass = {} if item.mass_g is None else {"mass_g": item.mass_g}
        return self._draft(
            *("drop_off", item.ref, self.times.ready, self._site(self.manifest.generator)),
            battery={**described, **mass},
            channel="pickup",
            depositor_kind="unknown",
            note=item.note,
        )

    def _dispatch(self) -> Draft:
        masses = [mass_of(waste) for waste in self.manifest.wastes]
        numbers = self._un_numbers()
        info = self.manifest.additional_info
        carried_on = info.original_manifest_tracking_numbers if info else ()
        return self._draft(
            *("dispatch", "dispatch", self.times.left, self._site(self.manifest.generator)),
            consignment=naming.consignment(self.paper.number),
            batteries=[item.ref for item in self.items],
            to_site=self._site(self.manifest.designated_facility),
            carrier=self.times.carriers[0].epa_id,
            un_number=numbers[0] if len(numbers) == 1 else None,
            gross_mass_g=None if None in masses else sum(mass or 0 for mass in masses),
            returns=naming.consignment(carried_on[0]) if carried_on else None,
        )

    def _hand_ons(self) -> Iterator[Draft]:
        """Draw each hand-on that its taker signed for; the consignor's form tells of it."""
        carriers = self.times.carriers
        for order, taker in enumerate(carriers[1:], 1):
            if taker.signed is not None:
                site = self._site(self.manifest.generator)
                yield self._draft(
                    *("hand_on", f"hand_on {order}", taker.signed, site, order),
                    consignment=naming.consignment(self.paper.number),
                    from_carrier=carriers[order - 1].epa_id,
                    to_carrier=taker.epa_id,
                )

    def _receipts(self) -> Iterator[Draft]:
        """Draw what the facility took, and what the next one took of what it did not."""
        accepted = [item.ref for item in self.items if item.rejected is None]
        rejected = [item for item in self.items if item.rejected is not None]
        goes_on = ", ".join(self._goes_on())
        if self.times.arrived is not None:
            yield self._receipt(
                *("receive", self.times.arrived, self.manifest.designated_facility, 0),
                accepted=accepted,
                rejected=[{"battery": one.ref, "reason": one.rejected} for one in rejected],
                note=f"另行转移 · goes on under: {goes_on}" if goes_on else None,
            )
        rejection = self.manifest.rejection_info
        if self.manifest.rejection and rejection and self.times.forwarded is not None:
            taker = rejection.alternate_designated_facility or self.manifest.generator
            yield self._receipt(
                *("receive forwarded", self.times.forwarded, taker, 1),
                accepted=[one.ref for one in rejected],
            )

    def _receipt(self, role: str, at: Moment, taker: Party, ordinal: int, **said: Any) -> Draft:
        consignment = naming.consignment(self.paper.number)
        site = self._site(taker)
        return self._draft("receive", role, at, site, ordinal, consignment=consignment, **said)

    def _draft(
        self, type_: str, role: str, moment: Moment, site: str, ordinal: int = 0, **said: Any
    ) -> Draft:
        assert type_ in type_ranks
        body = {
            "id": naming.movement_id(millis(moment.at), self.paper.number, role, ordinal),
            "type": type_,
            "occurred_at": moment.at.isoformat(),
            "site": site,
            "capture": "imported",
            "attachments": [{"sha256": self.paper.sha256, "media_type": "application/json"}],
            **{name: value for name, value in said.items() if value is not None},
        }
        return Draft(body, moment.pointer)

    def _site(self, party: Party) -> str:
        epa_id = party.epa_site_id
        return self.paper.sites.get(epa_id) or naming.external_site(epa_id)

    def _un_numbers(self) -> list[str]:
        named = (un_number_of(waste) for waste in self.manifest.wastes)
        return sorted({number for number in named if number is not None})

    def _goes_on(self) -> tuple[str, ...]:
        rejection = self.manifest.rejection_info if self.manifest.rejection else None
        rejected = rejection.new_manifest_tracking_numbers if rejection else ()
        return (*rejected, *self.manifest.residue_new_manifest_tracking_numbers)
