"""Where does the next page of a list begin? Only the list that gave out a cursor takes it back."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256

import orjson
from starlette.requests import Request

from custody.terms import FieldError, Refused

CURSOR_MAX = 400
KEY_MAX = 200


def written(request: Request, key: str) -> str:
    """Write the key of the last item shown, for this list under these filters."""
    return urlsafe_b64encode(orjson.dumps([_list(request), key])).decode().rstrip("=")


def read(request: Request, cursor: str | None) -> str | None:
    """Read the key after which the page begins. Raises Refused for a cursor of another list."""
    if cursor is None:
        return None
    try:
        told = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (Error, ValueError):
        raise _invalid() from None
    match told:
        case [str(list_), str(key)] if list_ == _list(request) and _is_key(key):
            return key
    raise _invalid()


def _is_key(key: str) -> bool:
    return len(key) <= KEY_MAX and "\0" not in key


def _list(request: Request) -> str:
    """Name a list by its path and filters, whatever the page and its size."""
    filters = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("cursor", "limit", "at_least")
    )
    return sha256(orjson.dumps([request.url.path, filters])).hexdigest()[:12]


def _invalid() -> Refused:
    return Refused("cursor_invalid", FieldError("/cursor", "cursor_invalid"))
