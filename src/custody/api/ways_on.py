"""A battery's code breaks its scheme's rule: what can whoever holds the battery do now?

Read it again, beside what stands in stock one slip away; post it as a maker's own code, if it is
really printed so; or bind a surrogate tag to the pack.
"""

from collections.abc import Iterator, Mapping, Sequence
from json import loads
from typing import Any, NamedTuple

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from custody.api.desk import Desk
from custody.codes import SCHEMES, near_code
from custody.custodian import Posted
from custody.projections.freshness import snapshot
from custody.projections.location import location
from custody.projections.tables import load
from custody.terms import FieldError, Refused

CODES_MAX = 20
"""Codes a request beside which others are looked up; of the rest the ways alone are told."""

SHOWN_MAX = 3
"""Codes shown as near."""

AS_PRINTED = (
    "如印刷内容确实如此，请以 maker 体系报送",
    "if it is really printed so, post it under the scheme maker",
)
READ_AGAIN = ("请重新扫描或核对", "scan it or read it again")
TAG_IT = ("如无法辨认，请赋码（tag）", "if it cannot be read, bind a surrogate tag to the pack")
NEAR = ("本站点在库、仅一处之差的有 {near}", "in stock here and one slip away is {near}")

NAMES = {AS_PRINTED: "post_as_maker", READ_AGAIN: "read_again", TAG_IT: "tag", NEAR: "near"}
"""What a program knows each way by."""

OURS_TO_READ = {"maker", "tag"}
"""Schemes whose code nobody would post as a maker's own instead."""


class WayOn(NamedTuple):
    """One thing that can be done, as a program knows it and as people read it."""

    way: str
    zh: str
    en: str
    refs: Sequence[str]


class Misread(NamedTuple):
    """A reference that is no code of its scheme, as a site's terminal has posted it."""

    site: str | None
    ref: str

    @property
    def scheme(self) -> str:
        return self.ref.partition(":")[0]


Near = Mapping[Misread, Sequence[str]]


async def told(desk: Desk, posted: Sequence[Posted]) -> list[Posted]:
    """Add the ways on to the refusal of each movement in which a battery's code is not valid."""
    if not any(isinstance(one.fact, Refused) for one in posted):
        return [*posted]
    found = [dict(_misread(one)) for one in posted]
    asked = list(dict.fromkeys(one for each in found for one in each.values()))[:CODES_MAX]
    if not asked:
        return [*posted]
    near = await run_in_threadpool(_looked_up, desk, asked)
    return [_with_ways(one, each, near) for one, each in zip(posted, found, strict=True)]


def _misread(posted: Posted) -> Iterator[tuple[str, Misread]]:
    """Say where a movement's body has which reference that its scheme does not allow."""
    refused = posted.fact
    if not isinstance(refused, Refused):
        return
    of_codes = [error.pointer for error in refused.errors if "detail_zh" in error.params]
    body = loads(posted.data) if of_codes else None
    for pointer in of_codes:
        text = _at(body, pointer)
        if isinstance(text, str) and not pointer.endswith(("/consignment", "/returns")):
            found = Misread(posted.poster.site, text)
            if found.scheme in SCHEMES:
                yield pointer, found


def _at(body: Any, pointer: str) -> Any:
    """Look up the value at a place that a complaint of this very body names."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        body = body[int(name)] if isinstance(body, list) else body.get(name)
    return body


def _looked_up(desk: Desk, asked: Sequence[Misread]) -> Near:
    with snapshot(desk.engine) as (connection, _):
        return {one: _in_stock(connection, one) for one in asked}


def _in_stock(connection: Connection, misread: Misread) -> list[str]:
    """Return the references one slip away of packs that stand in stock at the site."""
    scheme, _, code = misread.ref.partition(":")
    refs = [f"{scheme}:{other}" for other in near_code(scheme, code)]
    # A pack of several codes is kept under one of them, whichever it was that is near.
    packs = {
        row["alias_of"] or row["ref"]: row["ref"] for row in load(connection, location.c.ref, refs)
    }
    kept = load(connection, location.c.ref, packs)
    here = [row for row in kept if (row["state"], row["site"]) == ("in_stock", misread.site)]
    return sorted(packs[row["ref"]] for row in here)


def _with_ways(posted: Posted, misread: Mapping[str, Misread], near: Near) -> Posted:
    if not misread:
        return posted
    assert isinstance(posted.fact, Refused), "only what was refused is misread"
    errors = [
        _error(error, misread[error.pointer], near) if error.pointer in misread else error
        for error in posted.fact.errors
    ]
    return posted._replace(fact=Refused(posted.fact.code, *errors, **posted.fact.params))


def _error(error: FieldError, misread: Misread, near: Near) -> FieldError:
    """Let the rule's own words be followed by what can be done."""
    first = READ_AGAIN if misread.scheme in OURS_TO_READ else AS_PRINTED
    refs = near.get(misread, ())[:SHOWN_MAX]
    ways = [first, TAG_IT, *([NEAR] if refs else [])]
    zh, en = ([way[language].format(near=", ".join(refs)) for way in ways] for language in (0, 1))
    said = {
        "detail": f"{error.params['detail']}; {'; '.join(en)}.",
        "detail_zh": f"{error.params['detail_zh']}。{'；'.join(zh)}。",
        "ways_on": [
            WayOn(NAMES[way], zh_, en_, refs if way is NEAR else ())
            for way, zh_, en_ in zip(ways, zh, en, strict=True)
        ],
    }
    return FieldError(error.pointer, error.code, {**error.params, **said})
