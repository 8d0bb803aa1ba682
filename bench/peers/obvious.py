"""What does the obvious service do? FastAPI, a `def` route, an aggregate saved a request."""

import os
import sys

import uvicorn
from fastapi import FastAPI

from bench.delayed import delayed
from bench.peers.library import Collection, environment
from bench.peers.movements import AnyMovement


def create_app(url: str) -> FastAPI:
    """Make the service on a database."""
    app = FastAPI()
    collection = Collection(env=environment(url))
    record = delayed(collection.happen)

    @app.post("/v1/movements", status_code=201)
    def record_movement(movement: AnyMovement) -> dict[str, str]:
        record(movement)
        return {"id": movement.id, "status": "recorded"}

    return app


if __name__ == "__main__":
    uvicorn.run(
        create_app(os.environ["CUSTODY_DATABASE_URL"]),
        port=int(sys.argv[1]),
        access_log=False,
        log_level="warning",
    )
