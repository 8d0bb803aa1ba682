"""What does a header of a request say? All are put into one table, once a request.

Starlette looks through the list of them for each that is asked for: of what a POST takes, five such
look-ups were more than a tenth.
"""

from collections.abc import MutableMapping
from typing import Any, Final

from starlette.requests import Request

TABLE: Final = "custody.headers"
"""Where a request keeps them."""


def table(scope: MutableMapping[str, Any]) -> dict[bytes, bytes]:
    """Return all headers by their names in lower case; of one that is sent twice, the first."""
    found: dict[bytes, bytes] | None = scope.get(TABLE)
    if found is None:
        found = scope[TABLE] = dict(reversed(scope["headers"]))
    return found


def said(request: Request, name: bytes, default: str = "") -> str:
    """Return what a header says, or what counts when it is not there."""
    value = table(request.scope).get(name)
    return default if value is None else value.decode("latin-1")
