"""What was recorded, in the ledger's own order? The feed, and whether one movement arrived."""

from itertools import islice
from typing import Annotated, Any

from orjson import loads
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Resource, Subject
from custody.api import answers, receipts
from custody.api.auth import asks
from custody.api.choosing import After, Chosen, Envelope, assert_recorded
from custody.api.desk import at_hand
from custody.api.feed_answers import Facts
from custody.api.parameters import Limit, Recorded
from custody.api.problems import language_of
from custody.api.reach import carriers, may, places
from custody.api.routes import answer, link, problems, router
from custody.custodian import Receipt
from custody.events import decode
from custody.events.vocabulary import MovementId
from custody.feed import Choice
from custody.feed.following import told_of
from custody.ledger import Ledger, Record
from custody.projections.freshness import snapshot
from custody.terms import Position, Refused

routes = router("facts")


@routes.get("/v1/facts", response_model=Facts)
def list_facts(
    request: Request,
    _asker: Annotated[Subject, asks("read_feed")],
    choice: Chosen,
    _: Recorded,
    after: After = 0,
    envelope: Envelope = "item",
    limit: Limit = 100,
) -> Response:
    """List what was recorded past a position: whoever goes on from `next` misses nothing.

    Who may see a part of the network is told what concerns it, and who asks for a part what is of
    it: a page may have few items, or none, and lead on.
    """
    ledger = at_hand(request).ledger
    head = ledger.head().position
    assert_recorded(after, head)
    records = _past(ledger, after, limit + 1, choice)
    shown = records[:limit]
    told = told_of(ledger.engine, shown, where=choice.where)
    page: dict[str, Any] = {"items": [one.said(envelope) for one in choice.of(told)]}
    position = max(head, shown[-1].position if shown else 0)
    if len(records) <= limit and len(told) == len(shown):
        return answer(request, page, position)
    # Whose the sites of the latest are may not be known yet: these are told the next time.
    page["next"] = told[-1].position if told else after
    response = answer(request, page, position)
    response.headers["Link"] = link(request, after=str(page["next"]))
    return response


@routes.get(
    "/v1/movements/{id}",
    response_model=answers.Receipt,
    responses=problems(404),
    tags=["movements"],
)
def find_movement(
    request: Request,
    asker: Annotated[Subject, asks("read_movement")],
    id: MovementId,  # noqa: A002
    _: Recorded,
) -> Response:
    """Say whether a movement arrived: the first answer again, or 404."""
    past = at_hand(request).ledger.read([f"movement:{id}"], redacted=True)
    # Those that take it back are about it too; only its own record begins with it.
    own = [record for record in past.records if record.subjects[0] == f"movement:{id}"]
    if not own:
        raise Refused("not_found")
    carried_by: tuple[str, ...] = ()
    if not own[0].redacted:
        carried_by = tuple(carriers(decode(own[0].type, own[0].version, own[0].data)))
    with snapshot(at_hand(request).engine) as (connection, _known):
        resource = Resource(tuple(places(connection, asker, _site(own[0]))), carriers=carried_by)
    may(asker, "read_movement", resource)
    remarks = loads(own[0].remarks) if own[0].remarks else []
    receipt = Receipt(id, remarks, own[0].position, own[0].recorded_at)
    told = receipts.receipt(receipt, "recorded", language_of(request))
    return answer(request, told, past.head)


def _past(ledger: Ledger, after: Position, count: int, choice: Choice) -> list[Record]:
    """Read records past a position, by whatever index leads to what is chosen."""
    if choice.battery is None:
        return ledger.since(after, count, types=choice.types)
    return ledger.read([choice.battery], after=after, redacted=True).records[:count]


def _site(record: Record) -> list[str]:
    """Name the site that posted a movement: the first that its record is about."""
    sites = (one.removeprefix("site:") for one in record.subjects if one.startswith("site:"))
    return [*islice(sites, 1)]
