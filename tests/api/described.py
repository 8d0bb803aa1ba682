"""What does the service say of itself? Written once for all tests, for it takes a second."""

from functools import cache
from typing import Any

from fastapi import FastAPI

from custody.api.app import create_app
from custody.api.document import asyncapi, openapi


@cache
def app() -> FastAPI:
    """The application, on a database that is never opened."""
    return create_app("sqlite://")


def document() -> dict[str, Any]:
    """The OpenAPI document, which an application keeps once it is written."""
    return openapi.document(app())


@cache
def of_messages() -> dict[str, Any]:
    """The AsyncAPI document."""
    return asyncapi.document(app())
