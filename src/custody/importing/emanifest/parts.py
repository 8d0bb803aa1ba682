"""Which words and sizes may a manifest use, and how are its instants written?"""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from custody.events.vocabulary import EARLIEST, LATEST
from custody.importing.emanifest.naming import (
    epa_site,
    ruled,
    tracking_number,
    tracking_number_or_none,
)

LINES_MAX = 200
TRANSPORTERS_MAX = 50
NUMBERS_MAX = 30
QUANTITY_MAX = 99_999_999_999
CONTAINERS_MAX = 99_999
LINE_NUMBER_MAX = 99_999

Status = Literal[
    "NotAssigned",
    "Pending",
    "Scheduled",
    "InTransit",
    "ReadyForSignature",
    "Signed",
    "Corrected",
    "UnderCorrection",
    "MtnValidationFailed",
]
Submission = Literal["FullElectronic", "DataImage5Copy", "Hybrid", "Image"]
SiteType = Literal["Tsdf", "Generator", "Transporter", "Broker"]
ContainerCode = Literal[
    "BA", "DT", "CF", "DW", "CM", "HG", "CW", "TC", "CY", "TP", "DF", "TT", "DM"
]  # fmt: skip

# RFC 3339, but that an offset may stand without its colon: that is how EPA's service writes it.
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def _instant(said: object) -> datetime:
    written = _INSTANT.fullmatch(said) if isinstance(said, str) else None
    if written is None:
        raise PydanticCustomError("datetime_emanifest", "Input should be an instant")
    if written["offset"] is None:
        raise PydanticCustomError("timezone_aware", "Input should have an offset")
    try:
        at = datetime.fromisoformat(written[0])
    except ValueError:
        raise PydanticCustomError("datetime_emanifest", "Input should be an instant") from None
    if at.year < EARLIEST.year - 1 or at < EARLIEST:
        raise PydanticCustomError("greater_than_equal", "too early", {"ge": f"{EARLIEST:%F}"})
    if at.year > LATEST.year or at >= LATEST:
        raise PydanticCustomError("less_than", "too late", {"lt": f"{LATEST:%F}"})
    return at


When = Annotated[datetime, BeforeValidator(_instant)]
TrackingNumber = Annotated[str, ruled(tracking_number)]
TrackingNumberOrNone = Annotated[str | None, ruled(tracking_number_or_none)]
TrackingNumbers = Annotated[tuple[TrackingNumber, ...], Field(max_length=NUMBERS_MAX)]
EpaSite = Annotated[str, ruled(epa_site)]
Unread = dict[str, Any] | None
"""An object of the manifest that nothing is taken from: it stays in the original."""


class Part(BaseModel):
    """A part of a manifest. A field that EPA's schema does not know is told, as EPA would."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="forbid", strict=True)
