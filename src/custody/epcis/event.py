"""What does an EPCIS event say, in names and instants that can be compared?"""

from typing import Any, Final, NamedTuple

from custody.epcis import vocabulary
from custody.epcis.context import Context
from custody.epcis.fields import instant
from custody.epcis.identifiers import canonical
from custody.events.fact import once
from custody.terms import Millis

EPC_FIELDS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
QUANTITY_FIELDS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


class Id(NamedTuple):
    """A thing, a place or a party: as it was written, and in the one form for comparing."""

    uri: str
    canonical: str


class Named(NamedTuple):
    """A thing in a role: `epcList`, `childEPCs`, `parentID`, `inputEPCList`, `outputEPCList`."""

    role: str
    uri: str
    canonical: str


class Quantity(NamedTuple):
    """So much of a class of things, in the list that it stands in."""

    role: str
    uri: str
    canonical: str
    quantity: float | None
    uom: str | None


class Typed(NamedTuple):
    """A paper, a source or a destination, with its type: a bare word of CBV, a URI, or nothing."""

    type: str
    uri: str
    canonical: str


class ErrorDeclaration(NamedTuple):
    """That an event is false, since when that is said, why, and which say it right."""

    declared_at: Millis
    reason: str | None
    corrective_event_ids: tuple[str, ...]


class Event:
    """An event whose shape and rules were found sound, and the JSON that its sender wrote."""

    def __init__(self, json: dict[str, Any], context: Context, index: int = 0) -> None:
        self.json = json
        self.context = context.with_own(json["@context"]) if "@context" in json else context
        self.index = index
        self.type: str = json["type"]
        self.event_id: str | None = json.get("eventID")
        self.event_time: Millis = instant(json["eventTime"])
        self.offset: str = json["eventTimeZoneOffset"]
        self.action: str | None = json.get("action")

    @property
    def biz_step(self) -> str | None:
        """The bare word of CBV where it is one, or the sender's own URI."""
        return self._word("bizStep", self.json.get("bizStep"))

    @property
    def disposition(self) -> str | None:
        """The same of the disposition."""
        return self._word("disposition", self.json.get("disposition"))

    @property
    def set_dispositions(self) -> tuple[str, ...]:
        """What holds from now on."""
        return self._persistent("set")

    @property
    def unset_dispositions(self) -> tuple[str, ...]:
        """What holds no more."""
        return self._persistent("unset")

    @property
    def record_time_said(self) -> Millis | None:
        """When some other repository recorded it, as the sender says."""
        said = self.json.get("recordTime")
        return None if said is None else instant(said)

    @once
    def epcs(self) -> tuple[Named, ...]:
        """Every single thing that it names, in its role."""
        said = self.json
        found = [
            Named(field, uri, canonical(uri))
            for field in EPC_FIELDS
            if field in said
            for uri in said[field]
        ]
        if "parentID" in self.json:
            found.append(Named("parentID", self.json["parentID"], canonical(self.json["parentID"])))
        return tuple(found)

    @once
    def classes(self) -> tuple[Quantity, ...]:
        """Every class of things of which it names so much."""
        said = self.json
        found = [
            Quantity(
                field,
                one["epcClass"],
                canonical(one["epcClass"]),
                one.get("quantity"),
                one.get("uom"),
            )
            for field in QUANTITY_FIELDS
            if field in said
            for one in said[field]
        ]
        return tuple(found)

    @property
    def read_point(self) -> Id | None:
        """Where it happened."""
        return self._id("readPoint")

    @property
    def biz_location(self) -> Id | None:
        """Where the things are from then on."""
        return self._id("bizLocation")

    @property
    def transformation_id(self) -> Id | None:
        """What links several events to one transformation."""
        uri = self.json.get("transformationID")
        return None if uri is None else Id(uri, canonical(uri))

    @property
    def transactions(self) -> tuple[Typed, ...]:
        """The papers and events that it belongs to."""
        return self._typed("bizTransactionList", "bizTransaction", "transaction")

    @property
    def sources(self) -> tuple[Typed, ...]:
        """Whom and where a transfer comes from."""
        return self._typed("sourceList", "source", "party")

    @property
    def destinations(self) -> tuple[Typed, ...]:
        """Whom and where a transfer goes to."""
        return self._typed("destinationList", "destination", "party")

    @property
    def sensors(self) -> tuple[dict[str, Any], ...]:
        """What sensors reported, as it was written."""
        return tuple(self.json.get("sensorElementList", ()))

    @property
    def error_declaration(self) -> ErrorDeclaration | None:
        """That it is false, if that is what it says."""
        said = self.json.get("errorDeclaration")
        if said is None:
            return None
        return ErrorDeclaration(
            instant(said["declarationTime"]),
            self._word("reason", said.get("reason")),
            tuple(said.get("correctiveEventIDs", ())),
        )

    @property
    def ilmd(self) -> dict[str, Any]:
        """What it says of the things at their beginning, its names written out."""
        return {self.context.expanded(name): one for name, one in self.json.get("ilmd", {}).items()}

    @property
    def extensions(self) -> dict[str, Any]:
        """What the standard has no field for, its names written out."""
        if ":" not in "".join(self.json):
            return {}
        return {self.context.expanded(name): one for name, one in self.json.items() if ":" in name}

    def _persistent(self, which: str) -> tuple[str, ...]:
        said = self.json.get("persistentDisposition", {}).get(which, ())
        return tuple(self._bare("disposition", one) for one in said)

    def _typed(self, field: str, name: str, kind: str) -> tuple[Typed, ...]:
        listed = self.json.get(field)
        if not listed:
            return ()
        return tuple(
            [
                Typed(self._bare(kind, one.get("type", "")), one[name], canonical(one[name]))
                for one in listed
            ]
        )

    def _word(self, kind: str, value: str | None) -> str | None:
        return None if value is None else self._bare(kind, value)

    def _bare(self, kind: str, value: str) -> str:
        if ":" not in value:  # no prefix stands before it, so it is bare, or nobody's word
            return value
        return vocabulary.bare(kind, self.context.word(value))

    def _id(self, place: str) -> Id | None:
        uri = self.json.get(place, _NOWHERE).get("id")
        return None if uri is None else Id(uri, canonical(uri))


_NOWHERE: Final[dict[str, str]] = {}
