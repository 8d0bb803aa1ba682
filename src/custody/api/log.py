"""What does the log hand out? Checkpoints, tiles and proofs, in the forms that other readers know.

These are open to all: a log that asks its readers who they are cannot be kept honest by strangers.
They hold digests, times and types of facts, and no names of people, batteries or sites. The paths
and bodies are those of C2SP tlog-tiles and tlog-proof.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from custody.api import strangers
from custody.api.desk import at_hand
from custody.api.parameters import known_parameters
from custody.api.routes import problems
from custody.events.vocabulary import INTEGER_MAX, MovementId
from custody.ledger.errors import translated
from custody.log import notes, policy_file, store, tiles, tree
from custody.log.notes import Published
from custody.log.proof import Proof
from custody.log.spelling import base64
from custody.terms import FieldError, Refused

open_to_all = APIRouter(
    prefix="/log",
    tags=["log"],
    dependencies=[Depends(strangers.counted), Depends(known_parameters)],
    responses=problems(422, "rate_limited", "too_many_in_flight", "not_published_yet"),
)

Answers = dict[int | str, dict[str, Any]]

TEXT: Final = "text/plain; charset=utf-8"
TILE: Final = "application/octet-stream"
FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
NOT_KEPT: Final = {"Cache-Control": "no-cache"}
SHOWN: Final[Answers] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
HASHES: Final[Answers] = {
    200: {"content": {TILE: {"schema": {"type": "string", "format": "binary"}}}}
}

Size = Annotated[int, Query(ge=0, le=INTEGER_MAX)]


@open_to_all.get("/checkpoint", response_class=PlainTextResponse, responses=SHOWN)
def checkpoint(request: Request) -> Response:
    """Hand out the latest checkpoint: a signed note, cosigned by the witnesses of the policy."""
    with _published(request) as (_, published):
        return PlainTextResponse(published.text, headers=NOT_KEPT, media_type=TEXT)


@open_to_all.get(
    "/tile/{path:path}", response_class=Response, responses={**HASHES, **problems(404)}
)
def tile(request: Request, path: str) -> Response:
    """Hand out a tile of hashes, or a bundle of entries, that the latest checkpoint covers.

    `path` is `L/N`, `entries/N` or either with `.p/W`, N in groups of three digits.
    """
    try:
        asked = tiles.parse(f"tile/{path}")
    except tiles.BadPath:
        raise Refused("not_found") from None
    with _published(request) as (connection, published):
        if asked.width > tiles.width(asked.level, asked.number, published.edge.size):
            raise Refused("not_found")
        content = _content(connection, asked)
    return Response(content, headers=FOR_EVER, media_type=TILE)


@open_to_all.get(
    "/proof/inclusion", response_class=PlainTextResponse, responses={**SHOWN, **problems(404)}
)
def inclusion(
    request: Request,
    event_id: MovementId | None = None,
    index: Size | None = None,
    size: Size | None = None,
) -> Response:
    """Show that a movement, or a leaf by its index, is under a checkpoint: of this size, if given.

    The answer is a `c2sp.org/tlog-proof@v1`, which needs nothing else to be checked but a policy.
    The checkpoint is the latest one, or one that was published at `size`.
    """
    with _published(request, size) as (connection, published):
        place = _place(request, event_id, index)
        if place >= published.edge.size:
            raise Refused("not_found")
        hashes = tree.inclusion(place, published.edge.size, notes.nodes(connection, published.edge))
    told = Proof(place, tuple(hashes), published.text).text()
    return PlainTextResponse(told, headers=NOT_KEPT, media_type=TEXT)


@open_to_all.get(
    "/proof/consistency", response_class=PlainTextResponse, responses={**SHOWN, **problems(404)}
)
def consistency(request: Request, old: Size, new: Size) -> Response:
    """Show that the log of one size is the beginning of that of another: base64, a line a hash."""
    if old > new:
        raise Refused("invalid_parameters", FieldError("/new", "too_small", {"bound": old}))
    with _published(request) as (connection, published):
        if new > published.edge.size:
            raise Refused("not_found")
        hashes = tree.consistency(old, new, notes.nodes(connection, published.edge))
    told = "".join(f"{base64(one)}\n" for one in hashes)
    return PlainTextResponse(told, headers=FOR_EVER, media_type=TEXT)


@open_to_all.get("/vkeys", response_class=PlainTextResponse, responses=SHOWN)
def vkeys(request: Request) -> Response:
    """Tell the keys that sign. For convenience: who verifies has them from somewhere else."""
    rules = policy_file.parse(_policy(request).encode())
    logs = [one.verifier.key.vkey() for one in rules.logs]
    keys = [*logs, *(one.verifier.key.vkey() for one in rules.witnesses)]
    told = "".join(f"{key}\n" for key in keys)
    return PlainTextResponse(told, headers=NOT_KEPT, media_type=TEXT)


@open_to_all.get("/policy", response_class=PlainTextResponse, responses=SHOWN)
def policy(request: Request) -> Response:
    """Tell the policy by which checkpoints are published, in the form of C2SP tlog-policy."""
    return PlainTextResponse(_policy(request), headers=NOT_KEPT, media_type=TEXT)


@contextmanager
def _published(request: Request, size: int | None = None) -> Iterator[tuple[Connection, Published]]:
    """Read at one moment: with the latest checkpoint, or with the one of a size."""
    with translated(), at_hand(request).engine.connect() as connection:
        published = notes.latest(connection)
        if published is None:
            raise Refused("not_published_yet")
        if size is not None:
            published = notes.up_to(connection, size)
            if published is None or published.edge.size != size:
                raise Refused("not_found")
        yield connection, published


def _policy(request: Request) -> str:
    with _published(request) as (connection, _):
        return store.sealed(connection).policy


def _content(connection: Connection, asked: tiles.Tile) -> bytes:
    if asked.level == tiles.ENTRIES:
        first = asked.number * tiles.WIDTH_MAX + 1
        return tiles.bundle(store.entries(connection, first, first + asked.width - 1))
    hashes = store.tile_of(connection, int(asked.level), asked.number)
    return hashes[: asked.width * tree.HASH_BYTES]


def _place(request: Request, movement: str | None, index: int | None) -> int:
    """Return the index that was asked for, or that of the movement."""
    if index is not None and movement is None:
        return index
    if movement is None or index is not None:
        raise Refused("invalid_parameters", FieldError("/index", "one_of_these"))
    name = f"movement:{movement}"
    for record in at_hand(request).ledger.read([name], redacted=True).records:
        if record.subjects[0] == name:
            return record.position - 1
    raise Refused("not_found")
