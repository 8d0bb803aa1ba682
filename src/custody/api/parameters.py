"""What may stand in a query? Instants, page sizes, positions; nothing unknown to its route."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from custody.api.cursors import CURSOR_MAX
from custody.api.desk import at_hand
from custody.api.freshness import WAIT_S
from custody.events.vocabulary import INTEGER_MAX
from custody.terms import DAY, HOUR, FieldError, Millis, Refused, millis

_instant = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
).fullmatch
_duration = re.compile(r"P(?:(\d{1,5})D)?(?:T(\d{1,6})H)?", re.ASCII).fullmatch


def instant(text: str) -> Millis:
    """Read an instant as RFC 3339 writes it. Raises ValueError."""
    if not _instant(text):
        raise ValueError(text)
    try:
        return millis(datetime.fromisoformat(text.upper()))
    except OverflowError as error:
        raise ValueError(text) from error


def duration(text: str) -> Millis:
    """Read `P30D`, `PT12H` or both together."""
    found = _duration(text)
    assert found is not None, "the pattern of the parameter lets nothing else pass"
    days, hours = found.groups(default="0")
    return int(days) * DAY + int(hours) * HOUR


def _an_instant(text: str) -> str:
    try:
        instant(text)
    except ValueError:
        raise PydanticCustomError("datetime_parsing", "not an instant") from None
    return text


Moment = Annotated[
    str,
    AfterValidator(_an_instant),
    Field(
        description="RFC 3339 with offset; write + as %2B. 带时区偏移的时刻；+ 须写作 %2B。",
        json_schema_extra={"format": "date-time"},
    ),
]
Duration = Annotated[str, Field(pattern=r"^P(?:[0-9]{1,5}D|T[0-9]{1,6}H|[0-9]{1,5}DT[0-9]{1,6}H)$")]
Limit = Annotated[int, Query(ge=1, le=1_000, description="Items a page. 每页条数。")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=CURSOR_MAX,
        description="The `next` of the page before. 上一页的 next。",
    ),
]
AtLeast = Annotated[
    int,
    Query(
        ge=0,
        le=INTEGER_MAX,
        description=(
            f"Wait up to {WAIT_S:.0f} s until the answer reflects this position. "
            f"至多等待{WAIT_S:.0f}秒。"
        ),
    ),
]


async def projected(request: Request, at_least: AtLeast = 0) -> None:
    """Wait until the projections reflect what the asker has seen."""
    await at_hand(request).projected.reaches(at_least)


async def recorded(request: Request, at_least: AtLeast = 0) -> None:
    """Wait until the ledger has what the asker has seen."""
    await at_hand(request).recorded.reaches(at_least)


Projected = Annotated[None, Depends(projected)]
Recorded = Annotated[None, Depends(recorded)]


def known_parameters(request: Request) -> None:
    """Refuse what the route does not know, or is told twice: no other question is answered.

    No parameter of ours takes several values; of two, readers would differ in which one counts.
    """
    route = request.scope["route"]
    assert isinstance(route, APIRoute), "only documented routes ask this"
    known = list(_named(route.dependant))
    strange = sorted(set(request.query_params) - set(known))
    if strange:
        told = {"known": ", ".join(dict.fromkeys(known)) or "-"}
        raise Refused(
            "unknown_parameter",
            *(FieldError(f"/{name[:100]}", "unknown_parameter", told) for name in strange),
        )
    times = Counter(name for name, _ in request.query_params.multi_items())
    twice = [FieldError(f"/{name}", "given_twice") for name in times if times[name] > 1]
    if twice:
        raise Refused("invalid_parameters", *twice)


def _named(dependant: Dependant) -> Iterator[str]:
    """Name the query parameters of a route and of all that it depends on."""
    yield from (field.alias for field in dependant.query_params)
    for other in dependant.dependencies:
        yield from _named(other)
