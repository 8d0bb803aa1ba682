"""How do the signer and a witness answer over HTTP?

Both take one kind of body (see `asking`) and answer with signature lines, or with the status that
C2SP tlog-witness has for what was wrong. Where the old size is not the one remembered, the answer
is that size alone.
"""

from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from custody.log import asking
from custody.log.asking import (
    ADD_CHECKPOINT,
    BODY_BYTES_MAX,
    REFUSAL_TYPE,
    SIGN,
    SIZE_TYPE,
    BadRequest,
    Request,
)
from custody.log.checkpoint import BadCheckpoint
from custody.log.guard import Forked, Shrunk, Stale
from custody.log.note import BadNote
from custody.log.signer import LocalSigner, OtherOrigin
from custody.log.tree import BadProof
from custody.log.witness import NotTheLog, Witness

_STATUS: Final = {
    BadRequest: 400,
    BadNote: 400,
    BadCheckpoint: 400,
    Shrunk: 400,
    NotTheLog: 403,
    OtherOrigin: 404,
    Forked: 409,
    BadProof: 422,
    OSError: 503,  # it could not be remembered, and so it was not signed
}


class _TooLarge(Exception):
    """The body is longer than any that says something."""


def signer_app(signer: LocalSigner) -> Starlette:
    """Return the program that signs a log's checkpoints."""

    def sign(asked: Request) -> str:
        try:
            text = asked.checkpoint.decode("utf-8")
        except UnicodeDecodeError:
            raise BadCheckpoint("a checkpoint is UTF-8") from None
        return "".join(line.line() for line in signer.sign(asked.old, asked.proof, text))

    return _app(SIGN, sign, REFUSAL_TYPE)


def witness_app(witness: Witness) -> Starlette:
    """Return the program that cosigns checkpoints of other people's logs."""
    return _app(ADD_CHECKPOINT, lambda asked: witness.cosign(asked).line(), "text/plain")


def _app(path: str, act: Callable[[Request], str], refuses_in: str) -> Starlette:
    async def endpoint(http: HttpRequest) -> Response:
        try:
            content = await _body(http)
        except _TooLarge:
            return PlainTextResponse(f"at most {BODY_BYTES_MAX} bytes\n", 413)
        except ClientDisconnect:
            return PlainTextResponse("the body was not all sent\n", 400)  # for nobody
        return await run_in_threadpool(_answer, act, content, refuses_in)

    return Starlette(routes=[Route(path, endpoint, methods=["POST"])])


async def _body(http: HttpRequest) -> bytes:
    content = bytearray()
    async for chunk in http.stream():
        content += chunk
        if len(content) > BODY_BYTES_MAX:
            raise _TooLarge
    return bytes(content)


def _answer(act: Callable[[Request], str], content: bytes, refuses_in: str) -> Response:
    try:
        return PlainTextResponse(act(asking.parse(content)))
    except Stale as error:
        return Response(f"{error.size}\n", 409, media_type=SIZE_TYPE)
    except tuple(_STATUS) as error:
        return Response(f"{error}\n", _status(error), media_type=refuses_in)


def _status(error: Exception) -> int:
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
