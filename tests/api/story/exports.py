"""How is an export asked for, and fetched?"""

import httpx

from tests.api.story.asking import POINT, Scene, Telling, get, post

EXPORTS = "/v1/exports"
FIRST_BYTES = "bytes=0-199"


def chapter(_: Scene) -> Telling:
    """Ask for facts in three forms and for books, and fetch what is text."""
    for format_ in ("csv", "ndjson"):
        wanted = {"format": format_, "from": 1, "types": ["drop_off"]}
        asked = yield post("ask_for_export", EXPORTS, wanted, name=format_)
        job = f"{EXPORTS}/{asked.json()['id']}"
        found = yield get("find_export", job, until=_is_done, name=format_)
        if format_ == "csv":
            yield get("list_exports", EXPORTS)
        file = found.json()["file"]["url"]
        yield get("fetch_export", file, by="nobody")
        yield get("fetch_export", file, by="nobody", headers={"Range": FIRST_BYTES})
    wanted = {"format": "parquet", "from": 1, "types": ["dispatch", "receive"]}
    yield post("ask_for_export", EXPORTS, wanted, name="parquet")
    books = {"format": "xlsx", "site": POINT, "from": "2026-03", "book": "all"}
    yield post("ask_for_export", EXPORTS, books, name="books")


def _is_done(answer: httpx.Response) -> bool:
    return bool(answer.json()["state"] == "done")
