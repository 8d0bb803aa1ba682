"""What happened? Every fact there is, and how its stored bytes are read.

A fact's bytes are written once. When a type must say something new, its class gets the next
`version` and a function in UPCASTS turns the older body into the newer one; the old bytes stay.
"""

from collections.abc import Callable
from functools import lru_cache
from json import dumps, loads
from typing import Annotated, Any, get_args

from pydantic import Discriminator, TypeAdapter

from custody.events.battery import DroppedOff, Graded, Inspected, Stored, Tagged
from custody.events.captured import EventCaptured, MasterDataCaptured
from custody.events.consignment import Dispatched, HandedOn, Received
from custody.events.correction import Corrected, TakingBack, Voided
from custody.events.ending import Dismantled, Disposed, Recovered, Repurposed
from custody.events.fact import Fact, Movement, Order, type_ranks
from custody.events.heads import HeadsTaken
from custody.events.issuing import NumbersIssued
from custody.events.order import OrderAdvanced
from custody.events.redaction import Redacted
from custody.events.registry import (
    OrganisationRegistered,
    Registration,
    RouteRegistered,
    SiteRegistered,
    TerminalRegistered,
)
from custody.events.stock import HoldPlaced, HoldReleased, IncidentReported, StockTaken

AnyMovement = (
    DroppedOff
    | Tagged
    | Stored
    | Inspected
    | Graded
    | Dispatched
    | HandedOn
    | Received
    | Dismantled
    | Recovered
    | Repurposed
    | Disposed
    | StockTaken
    | IncidentReported
    | HoldPlaced
    | HoldReleased
    | Voided
    | Corrected
    | OrderAdvanced
)
AnyRegistration = OrganisationRegistered | SiteRegistered | TerminalRegistered | RouteRegistered
AnyFact = (
    AnyMovement
    | AnyRegistration
    | NumbersIssued
    | HeadsTaken
    | Redacted
    | EventCaptured
    | MasterDataCaptured
)

BY_TYPE: dict[str, type[Fact]] = {
    get_args(fact.model_fields["type"].annotation)[0]: fact for fact in get_args(AnyFact)
}

UPCASTS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    ("redaction", 1): lambda body: body,  # what it could name, it still names in the same words
}
"""(type, version) → what turns a body of that version into one of the next."""

REMEMBERED_MAX = 16_384
REMEMBERED_BYTES_MAX = 4_096
"""So many bodies, each no longer than this, are kept as facts: what has just been taken in is soon
decided on, projected and looked back at, and reading it costs as much as deciding on it."""

LONG_REMEMBERED_MAX = 32
LONG_REMEMBERED_BYTES_MAX = 262_144
"""So many longer bodies, up to this length, are kept too: one of a thousand batteries that comes
late or is put right is looked at for each of them."""

movement_adapter: TypeAdapter[AnyMovement] = TypeAdapter(
    Annotated[AnyMovement, Discriminator("type")]
)
_remembered = lru_cache(maxsize=REMEMBERED_MAX)(movement_adapter.validate_json)
_long_remembered = lru_cache(maxsize=LONG_REMEMBERED_MAX)(movement_adapter.validate_json)
_read = {name: TypeAdapter(fact).validator.validate_json for name, fact in BY_TYPE.items()}


def read_movement(data: bytes) -> AnyMovement:
    """Read a movement's bytes as they came. Raises pydantic.ValidationError, field by field."""
    if len(data) <= REMEMBERED_BYTES_MAX:
        return _remembered(data)
    if len(data) <= LONG_REMEMBERED_BYTES_MAX:
        return _long_remembered(data)
    return movement_adapter.validate_json(data)


def decode(type_: str, version: int, data: bytes) -> Any:
    """Read a stored fact, as old as it may be, and remember a movement: it is soon looked at again.

    Raises KeyError for a type or version of a newer program than this: the ledger is ahead of us.
    """
    if type_ in type_ranks and version == BY_TYPE[type_].version:
        return read_movement(data)
    return decode_once(type_, version, data)


def decode_once(type_: str, version: int, data: bytes) -> Any:
    """Read a stored fact as `decode` does, and remember nothing: for who goes through a ledger.

    To remember a fact takes a third as long as reading it, and has another forgotten.
    """
    newest = BY_TYPE[type_].version
    if version == newest:
        return _read[type_](data)
    if version > newest:
        raise KeyError(type_, version)
    body = loads(data)
    for older in range(version, newest):
        body = UPCASTS[type_, older](body)
    return _read[type_](dumps(body))


__all__ = [
    "BY_TYPE",
    "AnyFact",
    "AnyMovement",
    "AnyRegistration",
    "Corrected",
    "Dismantled",
    "Dispatched",
    "Disposed",
    "DroppedOff",
    "EventCaptured",
    "Fact",
    "Graded",
    "HandedOn",
    "HeadsTaken",
    "HoldPlaced",
    "HoldReleased",
    "IncidentReported",
    "Inspected",
    "MasterDataCaptured",
    "Movement",
    "NumbersIssued",
    "Order",
    "OrderAdvanced",
    "OrganisationRegistered",
    "Received",
    "Recovered",
    "Redacted",
    "Registration",
    "Repurposed",
    "RouteRegistered",
    "SiteRegistered",
    "StockTaken",
    "Stored",
    "Tagged",
    "TakingBack",
    "TerminalRegistered",
    "Voided",
    "decode",
    "decode_once",
    "movement_adapter",
    "read_movement",
]
