"""Which words and sizes may a fact use? The closed lists, and every limit on a field."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, GetPydanticSchema, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from custody import codes

BATTERIES_MAX = 1_000
ATTACHMENTS_MAX = 20
SEALS_MAX = 50
OUTPUTS_MAX = 50
VALUES_MAX = 40
NOTE_MAX = 1_000
NAME_MAX = 64
SIGNATURE_MAX = 88  # 64 bytes in base64, with the padding that some libraries write
MASS_G_MAX = 1_000_000_000
INTEGER_MAX = 2**53 - 1  # what every JSON reader can hold
EARLIEST = datetime(
    2000, 1, 1, tzinfo=UTC
)  # before lithium packs; a clock that was never set says 1970
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

Channel = Literal["walk_in", "trade_in", "pickup", "online", "fleet", "clearance"]
DepositorKind = Literal[
    "individual",
    "fleet",
    "share_operator",
    "swap_operator",
    "dealer",
    "repair_shop",
    "manufacturer",
    "authority",
    "unknown",
]
Chemistry = Literal[
    "lfp", "nmc", "lmo", "lmfp", "lco", "nca", "lto", "blend", "sodium_ion", "unknown"
]
Condition = Literal["intact", "damaged", "swollen", "leaking", "deformed", "burnt", "opened", "wet"]
StorageClass = Literal["normal", "damaged", "defective"]
Verdict = Literal["pass", "treat", "scrap"]
RejectionReason = Literal[
    "damaged",
    "leaking",
    "wrong_item",
    "no_paperwork",
    "over_capacity",
    "not_authorised",
    "other",
]
Route = Literal["dismantle", "recycle", "second_life", "dispose"]
TagReason = Literal["no_code", "unreadable", "maker_unknown", "damaged_label", "other"]
Treatment = Literal["discharged", "insulated", "bagged", "brine", "cooled", "boxed"]
IncidentKind = Literal["fire", "leak", "theft", "loss", "found"]
TakeStep = Literal["open", "count", "close"]
Capture = Literal["scanned", "typed", "photo", "imported"]
Fraction = Literal[
    "cells",
    "modules",
    "copper",
    "aluminium",
    "steel",
    "plastic",
    "electronics",
    "cable",
    "electrolyte",
    "black_mass",
    "residue",
    "other",
]
Material = Literal[
    "lithium_carbonate",
    "lithium_hydroxide",
    "nickel_sulfate",
    "cobalt_sulfate",
    "manganese_sulfate",
    "graphite",
    "copper",
    "aluminium",
    "iron_phosphate",
    "other",
]
SiteKind = Literal[
    "collection_point",
    "transfer_station",
    "sorting_centre",
    "dismantling_base",
    "second_life_plant",
    "recycler",
    "disposal_site",
    "external",
]

State = Literal[
    "in_stock",
    "in_transit",
    "missing",
    "lost",
    "dismantled",
    "recycled",
    "second_life",
    "disposed",
]
ENDED: frozenset[State] = frozenset({"dismantled", "recycled", "second_life", "disposed"})


CODES_REMEMBERED_MAX = 16_384
"""Codes of a kind that were lawful lately: a battery is named by one movement after another."""


def _coded(check: Callable[[str], str]) -> AfterValidator:
    """Let a code's own rule speak through pydantic, with its stable code and its particulars."""

    def checked(text: str) -> str:
        try:
            return check(text)
        except codes.CodeError as error:
            raise PydanticCustomError(
                "code", "{rule}", {"rule": error.code, "error": error}
            ) from None

    return AfterValidator(lru_cache(maxsize=CODES_REMEMBERED_MAX)(checked))


BatteryRef = Annotated[str, Field(max_length=80), _coded(codes.battery_ref)]
ConsignmentNo = Annotated[str, Field(max_length=42), _coded(codes.consignment)]
SiteId = Annotated[str, Field(pattern=r"^[0-9]{6}-[A-Z0-9]{4,12}$")]
TerminalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Uscc = Annotated[str, Field(max_length=18), _coded(codes.uscc)]
MovementId = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
]
_RFC3339 = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?$"  # a missing offset is told as such
)
_instant = core_schema.datetime_schema(tz_constraint="aware", ge=EARLIEST, lt=LATEST, strict=False)
# Pydantic takes more for an instant than RFC 3339 does: a number in quotes, a day without a time.
_written = core_schema.chain_schema(
    [
        core_schema.custom_error_schema(
            core_schema.str_schema(pattern=_RFC3339),
            "datetime_rfc3339",
            custom_error_message="Input should be an instant as RFC 3339 writes it",
        ),
        _instant,
    ]
)
Instant = Annotated[
    datetime,
    GetPydanticSchema(
        lambda _type, _handler: core_schema.json_or_python_schema(_written, _instant)
    ),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX, pattern=r"^[^\x00-\x1f\x7f]+$")]
Signature = Annotated[
    str, Field(min_length=1, max_length=SIGNATURE_MAX, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""Any text: facts from before signatures were checked bear some. That it is none is remarked on."""
KEY_PATTERN = r"^[A-Za-z0-9._:/-]{1,64}$"
Key = Annotated[str, Field(pattern=KEY_PATTERN)]
GradeName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Note = Annotated[str, Field(max_length=NOTE_MAX)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Grams = Annotated[int, Field(ge=0, le=MASS_G_MAX)]
Count = Annotated[int, Field(ge=0, le=INTEGER_MAX)]
Percent = Annotated[int, Field(ge=0, le=100)]
Batteries = Annotated[tuple[BatteryRef, ...], Field(min_length=1, max_length=BATTERIES_MAX)]
BatteriesOrNone = Annotated[tuple[BatteryRef, ...], Field(max_length=BATTERIES_MAX)]
