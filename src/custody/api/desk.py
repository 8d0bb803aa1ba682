"""What does a route need at hand? One of each, from when the service opens until it closes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyio.to_thread import current_default_thread_limiter
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from custody import keys
from custody.api.envelope import Watermark
from custody.api.freshness import Tide
from custody.api.serving import Counted, Serving, counted
from custody.custodian import Custodian
from custody.exporting import jobs
from custody.exporting.exporter import Exporter, directory
from custody.feed import Following
from custody.identity import nonces
from custody.identity.nonces import Nonces
from custody.intake import Intake
from custody.keys import Keyring
from custody.ledger import Ledger, open_engine, open_ledger
from custody.log import notes
from custody.log import tables as log_tables
from custody.log.opening import keeper_of
from custody.projections import guard
from custody.projections.freshness import lay_out, reached
from custody.projector import Projector
from custody.terms import Millis, Position

if TYPE_CHECKING:
    from custody.identity.issuer import Issuer
    from custody.identity.tokens import Tokens

Clock = Callable[[], Millis]

STANDS_BY_S = 5.0
"""How long one that stands by gives the process that is to project to begin with it."""

QUERIES_MAX = 8
"""Queries at once. Each may use two connections, and those who record, project and look keys up
need theirs: none of them should wait for one in vain."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The ledger, those who write to it and read from it, and the clock."""

    ledger: Ledger
    custodian: Custodian
    intake: Intake
    projector: Projector
    keyring: Keyring
    guarded: bool
    """Whether the database keeps what is not theirs from scoped askers by itself, too."""
    watermark: Watermark
    recorded: Tide
    projected: Tide
    published: Tide
    following: Following
    """Who reads the ledger for all who follow it live."""
    exports: Exporter
    """Who makes the exports that are asked for."""
    links_secret: bytes
    """What their links are signed with."""
    clock: Clock
    tokens: Tokens | None
    nonces: Nonces
    """Which signed requests there were."""
    counted: Counted
    """What each asker has asked for so far."""

    @property
    def engine(self) -> Engine:
        """The database, for queries."""
        return self.ledger.engine


@asynccontextmanager
async def opened(
    database: str | Engine,
    watermark: Watermark,
    clock: Clock,
    serving: Serving,
    *,
    stands_by: bool,
) -> AsyncIterator[Desk]:
    """Open the books. Raises UnknownSchema if another version of the program has laid them out.

    `stands_by`: another process projects and keeps the log; take over only while it is gone.
    """
    current_default_thread_limiter().total_tokens = QUERIES_MAX
    ledger = await run_in_threadpool(_open, database)
    watermark.rise(ledger.head().position)
    projector = Projector(ledger)
    projector.start(STANDS_BY_S if stands_by else 0)
    keeper = None
    if serving.log is not None:
        keeper = keeper_of(ledger, serving.log, clock, apart=serving.leaves_apart)
        keeper.start(STANDS_BY_S if stands_by else 0)
    exports = Exporter(ledger, directory(ledger.engine, serving.exports), clock)
    exports.start(STANDS_BY_S if stands_by else 0)
    keyring = Keyring(ledger.engine, production=serving.production)
    custodian = Custodian(ledger, clock)
    following = Following(ledger, projector.wait_for)
    try:
        async with Intake(custodian) as intake:
            yield Desk(
                ledger,
                custodian,
                intake,
                projector,
                keyring,
                guard.hangs(ledger.engine),
                watermark,
                Tide(lambda _: ledger.head().position),
                Tide(lambda position: _hurried(projector, ledger, position)),
                Tide(lambda _: notes.size(ledger.engine)),
                following,
                exports,
                jobs.secret_of(ledger.engine),
                clock,
                None if serving.issuer is None else _tokens(serving.issuer),
                Nonces(ledger.engine),
                counted(serving),
            )
    finally:
        await following.close()
        await run_in_threadpool(exports.stop)
        await run_in_threadpool(projector.stop)
        if keeper is not None:
            await run_in_threadpool(keeper.stop)
        keyring.close()
        await run_in_threadpool(ledger.close)


def at_hand(request: Request) -> Desk:
    """Return the desk of the application that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


def _hurried(projector: Projector, ledger: Ledger, position: Position) -> Position:
    """Say how far the projections are, to one who waits for them to reach a position."""
    at = reached(ledger.engine)
    if at < position:
        # Who waits for what is not recorded yet must not be told of to others for ever after.
        projector.hurry(min(position, ledger.head().position))
    return at


def _tokens(issuer: Issuer) -> Tokens:
    from custody.identity.tokens import Tokens

    return Tokens(issuer)


def _open(database: str | Engine) -> Ledger:
    engine = database if isinstance(database, Engine) else open_engine(database)
    try:
        ledger = open_ledger(engine)
        keys.lay_out(engine)
        nonces.lay_out(engine)
        lay_out(engine)
        log_tables.lay_out(engine)
        jobs.lay_out(engine)
    except BaseException:
        engine.dispose()
        raise
    return ledger
