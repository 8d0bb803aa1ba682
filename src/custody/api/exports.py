"""How does somebody have an export made, see how far it is, and fetch it?

A file is fetched by a link that we have signed: a browser, or a program that has no key, can follow
it until its time is over.
"""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from custody import books
from custody.access import Subject, can
from custody.api import asking, bodies
from custody.api.auth import asks, insist
from custody.api.desk import Desk, at_hand
from custody.api.export_answers import ExportJob, ExportJobs
from custody.api.ledgers import XLSX
from custody.api.parameters import Projected, known_parameters
from custody.api.routes import answer, problems, router, when
from custody.books import Sources
from custody.books.asking import Asked, span
from custody.books.book import ROWS_MAX
from custody.events import BY_TYPE
from custody.events.not_json import not_json
from custody.events.vocabulary import INTEGER_MAX
from custody.exporting import jobs, links
from custody.exporting.carrying_out import file_of
from custody.exporting.formats import FORMATS, MEDIA_TYPES
from custody.exporting.jobs import Job
from custody.exporting.wanted import FACTS_MAX, BookWanted, FactsWanted, Wanted
from custody.terms import FieldError, Position, Refused, rfc3339

routes = router("exports")
open_to_all = APIRouter(tags=["exports"], dependencies=[Depends(known_parameters)])

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            bodies.JSON: {
                "schema": {
                    "oneOf": [FactsWanted.model_json_schema(), BookWanted.model_json_schema()]
                }
            }
        },
    }
}
FILE: dict[int | str, dict[str, Any]] = {
    status: {
        "description": "The file, or the part of it that was asked for",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in (*MEDIA_TYPES.values(), XLSX)
        },
    }
    for status in (200, 206)
}


@routes.post(
    "/v1/exports",
    status_code=202,
    response_model=ExportJob,
    responses=problems(400, 404, 413, 415, "too_many_exports", "invalid_span"),
    openapi_extra=BODY,
)
async def ask_for_export(
    request: Request, asker: Annotated[Subject, asks("make_exports")], _: Projected
) -> Response:
    """Have an export made: facts as Parquet, CSV or NDJSON, or a site's books as a workbook.

    It is made in the background and holds what the asker may see, up to the ledger's end as it is
    now. `Location` tells where to look how far it has come.
    """
    wanted = _wanted(await bodies.read_json(request))
    job = await run_in_threadpool(_asked, request, asker, wanted)
    at_hand(request).exports.hurry()
    response = answer(request, _told(at_hand(request), job), job.position, 202)
    response.headers["Location"] = f"/v1/exports/{job.id}"
    return response


@routes.get("/v1/exports", response_model=ExportJobs)
def list_exports(request: Request, asker: Annotated[Subject, asks("make_exports")]) -> Response:
    """List the asker's own exports, the latest first."""
    desk = at_hand(request)
    told = [_told(desk, job) for job in jobs.listing(desk.engine, asker.id)]
    return answer(request, {"items": told}, desk.watermark.position)


@routes.get("/v1/exports/{id}", response_model=ExportJob, responses=problems(404))
def find_export(
    request: Request,
    asker: Annotated[Subject, asks("make_exports")],
    id: Id,  # noqa: A002
) -> Response:
    """Tell how far an export of the asker's has come; once it is there, with a link to fetch it."""
    job = _own(at_hand(request), asker, id)
    return answer(request, _told(at_hand(request), job), job.position)


@routes.delete("/v1/exports/{id}", status_code=204, responses=problems(404))
def delete_export(
    request: Request,
    asker: Annotated[Subject, asks("make_exports")],
    id: Id,  # noqa: A002
) -> Response:
    """Let an export be no more: it is made no further, its file is gone, and so are its links."""
    desk = at_hand(request)
    job = _own(desk, asker, id)
    jobs.withdraw(desk.engine, job.id)
    file_of(desk.exports.folder, job).unlink(missing_ok=True)
    return Response(status_code=204)


@open_to_all.get(
    "/v1/exports/{id}/file",
    response_class=FileResponse,
    responses={**FILE, **problems(422, 503, "link_invalid", "link_expired", "export_elsewhere")},
)
def fetch_export(
    request: Request,
    id: Id,  # noqa: A002
    expires: Annotated[int, Query(ge=0, le=INTEGER_MAX)],
    signature: Annotated[str, Query(max_length=100)],
) -> Response:
    """Fetch an export by its link, whole or in parts (`Range`): who has the link needs no key."""
    desk = at_hand(request)
    if not links.is_signed(desk.links_secret, id, expires, signature):
        raise Refused("link_invalid")
    now = desk.clock()
    if expires * 1000 <= now:
        raise Refused("link_expired")
    job = jobs.find(desk.engine, id)
    if job is None or job.made is None or not jobs.is_good(desk.engine, job, now):
        raise Refused("link_invalid")
    path = file_of(desk.exports.folder, job)
    if not path.is_file():
        raise Refused("export_elsewhere")
    asked = job.asked
    media_type = XLSX if asked.format == "xlsx" else MEDIA_TYPES[asked.format]
    headers = {"ETag": f'"{job.made.sha256}"', "Cache-Control": "private, no-store"}
    return FileResponse(path, 200, headers, media_type, filename=job.made.name)


def _wanted(body: bytes) -> Wanted:
    """Read what is asked for: what is no format at all is told as such."""
    try:
        said = orjson.loads(body)
    except ValueError as error:
        raise not_json(body) from error
    format_ = said.get("format") if isinstance(said, dict) else None
    if isinstance(said, dict) and format_ not in (*FORMATS, "xlsx"):
        if format_ is None:
            raise Refused("invalid_fields", FieldError("/format", "required"))
        expected = {"expected": ", ".join((*FORMATS, "xlsx"))}
        raise Refused("invalid_fields", FieldError("/format", "not_in_list", expected))
    if format_ == "xlsx":
        return BookWanted.model_validate_json(body)
    wanted = FactsWanted.model_validate_json(body)
    if not set(wanted.types) <= BY_TYPE.keys():
        expected = {"expected": ", ".join(BY_TYPE)}
        raise Refused("invalid_fields", FieldError("/types", "not_in_list", expected))
    return wanted


def _asked(request: Request, asker: Subject, wanted: Wanted) -> Job:
    """Take it in, as far as the asker may."""
    desk = at_hand(request)
    if isinstance(wanted, FactsWanted):
        insist(asker, can(asker, "read_feed"))
        head = desk.ledger.head().position
        wanted = _within(wanted, head)
        return jobs.ask(desk.engine, asker, wanted, head, desk.clock())
    position: Position = asking.read_at_one_moment(
        request, asker, wanted.site, _readable(desk, wanted)
    )
    return jobs.ask(desk.engine, asker, wanted, position, desk.clock())


def _within(wanted: FactsWanted, head: Position) -> FactsWanted:
    """Say where it ends: never past the ledger's end, nor further than one export reaches."""
    if wanted.from_ > max(head, 1):
        raise Refused("invalid_fields", FieldError("/from", "too_big", {"bound": head}))
    furthest = wanted.from_ + FACTS_MAX - 1
    to = min(head, furthest) if wanted.to is None else wanted.to
    if wanted.to is not None and not wanted.from_ <= to <= furthest:
        too_big = to > furthest
        bound = {"bound": furthest if too_big else wanted.from_}
        code = "too_big" if too_big else "too_small"
        raise Refused("invalid_fields", FieldError("/to", code, bound))
    return wanted.model_copy(update={"to": min(to, head)})


def _readable(desk: Desk, wanted: BookWanted) -> Any:
    """Return what looks whether the books can be written; it gives the position they tell."""

    def read(sources: Sources, position: Position) -> Position:
        now = desk.clock()
        asked = Asked(wanted.site, span(wanted.from_, wanted.to, now), position, now)
        chosen = list(books.ALL) if wanted.book == "all" else [books.BY_NAME[wanted.book]]
        for one in chosen:
            rows = one.size(sources, asked)
            if rows > ROWS_MAX:
                raise Refused("book_too_long", rows=rows, max=ROWS_MAX)
        return position

    return read


def _own(desk: Desk, asker: Subject, id_: str) -> Job:
    job = jobs.find(desk.engine, id_, asker.id)
    if job is None:
        raise Refused("not_found")
    return job


def _told(desk: Desk, job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "asked": job.asked.model_dump(mode="json", by_alias=True, exclude_none=True),
        "position": job.position,
        "done": job.done,
        "total": job.total,
        "created_at": rfc3339(job.created_at),
        "finished_at": when(job.finished_at),
        "expires_at": when(job.expires_at),
        "file": _file(desk, job),
        "problem": job.problem,
    }


def _file(desk: Desk, job: Job) -> dict[str, Any] | None:
    """Tell of the file, with a new link to it."""
    if job.made is None or job.expires_at is None:
        return None
    expires = links.until(desk.clock(), job.expires_at)
    signature = links.signed(desk.links_secret, job.id, expires)
    return {
        "name": job.made.name,
        "bytes": job.made.bytes,
        "sha256": job.made.sha256,
        "url": f"{links.path(job.id)}?expires={expires}&signature={signature}",
        "url_expires_at": rfc3339(expires * 1000),
    }
