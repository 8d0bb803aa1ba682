"""What does the service serve? Every route, and what stands before and behind them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from custody import __version__, vault
from custody.api import (
    access_log,
    answers,
    batteries,
    consignments,
    depositors,
    desk,
    evidence,
    exports,
    facts,
    health,
    ledgers,
    log,
    materials,
    me,
    number_books,
    orders,
    problems,
    registering,
    registry,
    sites,
    stock_takes,
    stream,
    subscriptions,
)
from custody.api.document import asyncapi, openapi
from custody.api.envelope import Envelope, Watermark
from custody.api.epcis import routers as epcis
from custody.api.epcis.spoken import exchanging
from custody.api.heads import Heads
from custody.api.movements import record_movements
from custody.api.pushing import sending
from custody.api.routes import problems as declared
from custody.api.routes import router
from custody.api.serving import DEFAULT, Serving
from custody.api.shortcut import Shortcut
from custody.api.stopping import when_told
from custody.clock import now

ROUTERS = (
    me.routes,
    evidence.routes,  # before the batteries: a reference may have slashes in it
    batteries.routes,
    sites.routes,
    ledgers.routes,
    stock_takes.routes,
    materials.routes,
    consignments.routes,
    orders.routes,
    number_books.routes,
    depositors.routes,
    access_log.routes,
    stream.routes,
    facts.routes,
    subscriptions.routes,
    exports.routes,
    exports.open_to_all,
    registering.routes,
    registry.routes,
    *epcis.ROUTERS,
    log.open_to_all,
    health.open_to_all,
    health.routes,
)

MOVEMENTS_ALONE = (
    "id_reused",
    "site_unknown",
    "target_unknown",
    "not_the_author",
    "too_early",
    "batch_refused",
    "too_many_movements",
    "movement_too_large",
    "busy",
)
"""Problems that only a movement can have."""

CORS: dict[str, Any] = {
    "allow_methods": ["GET", "HEAD", "POST", "PUT", "DELETE"],
    "allow_headers": [
        "Authorization",
        "Content-Encoding",
        "Content-Type",
        "Custody-Sent-At",
        "Last-Event-ID",
        "Prefer",
        "X-Request-Id",
    ],
    "expose_headers": [
        "Custody-Event-Hash",
        "Custody-Position",
        "Link",
        "Location",
        "Retry-After",
        "X-Request-Id",
    ],
}
"""What a page of another origin may do, if it may anything."""


def create_app(
    database: str | Engine,
    *,
    clock: desk.Clock = now,
    stands_by: bool = False,
    vault_key: depositors.MasterKey = vault.configured,
    serving: Serving = DEFAULT,
) -> FastAPI:
    """Make the application on a database, which is opened when it starts to serve.

    `stands_by`: another process keeps the projections up, and this one takes over when it dies.
    `vault_key`: where the vault's master key comes from; without one the vault stays closed.
    `serving`: under which conditions.
    """
    watermark = Watermark()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opening = desk.opened(database, watermark, clock, serving, stands_by=stands_by)
        async with opening as opened:
            app.state.desk = opened
            app.state.vault = await run_in_threadpool(depositors.vault_of, opened, vault_key)
            pushing = sending(opened, vault_key, serving, stands_by=stands_by)
            async with pushing as app.state.sender, exchanging(app, opened):
                with when_told(opened.following.stop):
                    yield

    app = FastAPI(
        title="Custody",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=problems.HANDLERS,
        # Asking on each request whether anyone traces it takes a tenth of its time.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.add_middleware(Shortcut, method="POST", path="/v1/movements", endpoint=record_movements)
    if serving.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=serving.cors_origins, **CORS)
    app.add_middleware(Envelope, watermark=watermark, serving=serving)
    app.add_middleware(Heads)
    app.state.serving = serving
    for each in (_documented(), *ROUTERS):
        app.router.routes.extend(each.routes)
    app.router.routes.extend(openapi.routes(app))
    app.router.routes.extend(asyncapi.routes(app))
    return app


def _documented() -> APIRouter:
    """Put the route into the document; the shortcut answers before it is reached."""
    documented = router("movements")
    documented.add_api_route(
        "/v1/movements",
        record_movements,
        methods=["POST"],
        status_code=201,
        response_model=answers.Receipt,
        responses={
            200: {
                "model": answers.Receipt | answers.Results,
                "description": "Recorded before; or the results of many",
            },
            **declared(400, 404, 409, 413, 415, *MOVEMENTS_ALONE),
        },
        openapi_extra=openapi.movements_body(),
    )
    return documented
