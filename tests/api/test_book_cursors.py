from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import httpx
import orjson
import pytest

from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, drop_off, movement

pytestmark = on_sqlite

LEDGER = f"/v1/sites/{COLLECTOR}/ledger"


@pytest.fixture
def cursor(terminal: httpx.Client, auditor: httpx.Client) -> str:
    """The cursor behind the first of two lines of the book of what came in."""
    said = [drop_off(1), drop_off(2), movement(3, "inspect", battery="maker:X", verdict="pass")]
    position = terminal.post("/v1/movements", json=said).json()["position"]
    params = {"book": "in", "limit": "1", "at_least": str(position)}
    told: str = auditor.get(LEDGER, params=params).json()["next"]
    return told


def asked(client: httpx.Client, cursor: str) -> httpx.Response:
    return client.get(LEDGER, params={"book": "in", "cursor": cursor})


def rewritten(cursor: str, kept: Any) -> str:
    """Write another place into a cursor, as somebody might who has read how it is made."""
    origin, _ = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    told = kept if isinstance(kept, str) else orjson.dumps(kept).decode()
    return urlsafe_b64encode(orjson.dumps([origin, told])).decode().rstrip("=")


def kept(cursor: str) -> list[Any]:
    _, told = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    found: list[Any] = orjson.loads(told)
    return found


def test_a_cursor_that_is_written_again_is_the_same(auditor: httpx.Client, cursor: str) -> None:
    assert rewritten(cursor, kept(cursor)) == cursor
    assert len(asked(auditor, cursor).json()["items"]) == 1


@pytest.mark.parametrize(
    ("index", "value"),
    [
        (0, -1),
        (0, "1"),
        (1, -(2**60)),
        (2, 0),
        (2, 2**60),
        (4, ""),
        (4, "1.2"),
        (4, "1.2.3.4"),
        (4, None),
    ],
)
def test_what_no_book_gave_out_is_refused(
    auditor: httpx.Client, cursor: str, index: int, value: Any
) -> None:
    told = kept(cursor)
    told[index] = value
    response = asked(auditor, rewritten(cursor, told))
    assert (response.status_code, response.json()["code"]) == (422, "cursor_invalid")


@pytest.mark.parametrize("told", ["", "[]", "{}", "not json", [1, 2, 3], [1, 2, 3, 4, "x", 6]])
def test_what_is_no_place_at_all_is_refused(auditor: httpx.Client, cursor: str, told: Any) -> None:
    assert asked(auditor, rewritten(cursor, told)).json()["code"] == "cursor_invalid"


def test_a_cursor_of_a_ledger_that_goes_farther_tells_what_there_is(
    auditor: httpx.Client, cursor: str
) -> None:
    """So it is with a cursor that was given out before the database was restored."""
    told = kept(cursor)
    ahead = rewritten(cursor, [told[0] + 1_000, *told[1:]])
    response = asked(auditor, ahead)
    assert response.json()["items"] == asked(auditor, cursor).json()["items"]
    assert response.json()["position"] == told[0]
