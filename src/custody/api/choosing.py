"""Which facts does somebody ask for, of the feed or of its stream? Both are asked alike."""

from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import Request

from custody.access import Subject
from custody.access.scope import prefix
from custody.api.auth import who
from custody.events import BY_TYPE
from custody.events.vocabulary import INTEGER_MAX, BatteryRef, SiteId
from custody.feed import Choice
from custody.feed import Envelope as Envelopes
from custody.terms import FieldError, Position, Refused

After = Annotated[
    int,
    Query(ge=0, le=INTEGER_MAX, description="What lies past this position. 此位置之后的事实。"),
]
Types = Annotated[
    str,
    Query(
        pattern=r"^[a-z_]+(?:,[a-z_]+)*$",
        max_length=1_000,
        description="Types of facts, with commas between. 事实类型，以逗号分隔。",
    ),
]
Division = Annotated[
    str,
    Query(
        pattern=r"^[0-9]{6}$",
        description="With all below it, as 330000. 行政区划代码，含其下级。",
    ),
]
Envelope = Annotated[
    Envelopes,
    Query(description="`cloudevent`: as CloudEvents 1.0. 以 CloudEvents 1.0 格式。"),
]


async def chosen(
    request: Request,
    types: Types | None = None,
    site: SiteId | None = None,
    division: Division | None = None,
    battery: BatteryRef | None = None,
) -> Choice:
    """Read what is asked for, and for whom."""
    asker: Subject = await who(request)
    return Choice(
        types=frozenset(_known(types)),
        site=site,
        division=None if division is None else prefix(division),
        battery=None if battery is None else f"battery:{battery}",
        scope=asker.scope,
    )


Chosen = Annotated[Choice, Depends(chosen)]


def assert_recorded(after: Position, end: Position, pointer: str = "/after") -> None:
    """Refuse to go on behind what was never recorded here.

    Such a position is of another ledger, or the service was restored from a backup since: whoever
    waited there for more would never hear what is recorded up to it. Raises Refused.
    """
    if after > end:
        raise Refused("invalid_parameters", FieldError(pointer, "too_big", {"bound": end}))


def _known(types: str | None) -> list[str]:
    named = types.split(",") if types else []
    if set(named) <= BY_TYPE.keys():
        return named
    known = {"expected": ", ".join(BY_TYPE)}
    raise Refused("invalid_parameters", FieldError("/types", "not_in_list", known))
