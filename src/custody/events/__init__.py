"""What happened? Every fact there is, and how its stored bytes are read.

A fact's bytes are written once. When a type must say something new, its class gets the next
`version` and a function in UPCASTS turns the older body into the newer one; the old bytes stay.
"""

from collections.abc import Callable
from json import dumps, loads
from typing import Annotated, Any, get_args

from pydantic import Discriminator, TypeAdapter

from custody.events.battery import Dismantled, DroppedOff, Inspected, Stored
from custody.events.consignment import Dispatched, Received
from custody.events.correction import Voided
from custody.events.fact import Fact, Movement, Order
from custody.events.registry import (
    OrganisationRegistered,
    Registration,
    SiteRegistered,
    TerminalRegistered,
)

AnyMovement = DroppedOff | Stored | Inspected | Dispatched | Received | Dismantled | Voided
AnyRegistration = OrganisationRegistered | SiteRegistered | TerminalRegistered
AnyFact = AnyMovement | AnyRegistration

BY_TYPE: dict[str, type[Fact]] = {
    get_args(fact.model_fields["type"].annotation)[0]: fact for fact in get_args(AnyFact)
}
UPCASTS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""(type, version) → what turns a body of that version into one of the next."""

movement_adapter: TypeAdapter[AnyMovement] = TypeAdapter(
    Annotated[AnyMovement, Discriminator("type")]
)
_read = {name: TypeAdapter(fact).validate_json for name, fact in BY_TYPE.items()}


def decode(type_: str, version: int, data: bytes) -> Any:
    """Read a stored fact, as old as it may be.

    Raises KeyError for a type or version that this program does not know: it is older than the ledger.
    """
    if version == BY_TYPE[type_].version:
        return _read[type_](data)
    body = loads(data)
    for older in range(version, BY_TYPE[type_].version):
        body = UPCASTS[type_, older](body)
    return _read[type_](dumps(body))


__all__ = [
    "BY_TYPE",
    "AnyFact",
    "AnyMovement",
    "AnyRegistration",
    "Dismantled",
    "Dispatched",
    "DroppedOff",
    "Fact",
    "Inspected",
    "Movement",
    "Order",
    "OrganisationRegistered",
    "Received",
    "Registration",
    "SiteRegistered",
    "Stored",
    "TerminalRegistered",
    "Voided",
    "decode",
    "movement_adapter",
]
