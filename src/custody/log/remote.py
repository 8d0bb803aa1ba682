"""How does a log ask a signer or a witness that runs elsewhere?

What comes back is believed only as far as its signature holds. Whoever does not answer in time
holds nobody up.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from threading import Timer
from typing import TYPE_CHECKING, Any, Final, Self

from custody.log import note
from custody.log.asking import ADD_CHECKPOINT, REFUSAL_TYPE, SIGN, SIZE_TYPE, Request
from custody.log.checkpoint import BadCheckpoint
from custody.log.cosignature import CosignatureVerifier
from custody.log.guard import Forked, Stale
from custody.log.note import BadNote, Ed25519Verifier, Note, Signature, Verifier
from custody.log.signer import OtherOrigin
from custody.log.spelling import Misspelt, decimal
from custody.log.tree import BadProof

if TYPE_CHECKING:
    import httpx

TIMEOUT_S: Final = 1.0
ANSWER_BYTES_MAX: Final = 65_536

_MEANING: Final[dict[int, type[ValueError]]] = {
    400: BadCheckpoint,
    404: OtherOrigin,
    409: Forked,
    422: BadProof,
}


_CONNECTED: Final = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class Unreachable(Exception):
    """It did not answer, not in time, or with what is no answer."""


class RemoteSigner:
    """Asks a signer in another process; the same promise as that of `signer.CheckpointSigner`.

    Beyond its errors: Unreachable.
    """

    def __init__(self, url: str, verifier: Ed25519Verifier, client: httpx.Client) -> None:
        self.origin = verifier.key.name
        self._url = url.rstrip("/") + SIGN
        self._verifier = verifier
        self._client = client

    def sign(self, old: int, proof: Sequence[bytes], text: str) -> tuple[Signature, ...]:
        """Return the signer's lines for a checkpoint's text, the log's own among them."""
        asked = Request(old, tuple(proof), text.encode())
        lines = _lines(_post(self._client, self._url, asked, REFUSAL_TYPE))
        _check(text, lines, self._verifier)
        return lines


class RemoteWitness:
    """Asks a witness, and keeps in mind the size it has seen last."""

    def __init__(self, url: str, verifier: CosignatureVerifier, client: httpx.Client) -> None:
        self._url = url.rstrip("/") + ADD_CHECKPOINT
        self._verifier = verifier
        self._client = client
        self._seen = 0

    def cosign(
        self, signed: bytes, size: int, proof_from: Callable[[int], Sequence[bytes]]
    ) -> Signature:
        """Return the witness's line for a signed checkpoint of this size.

        `proof_from` gives the consistency proof from a smaller size. Raises Unreachable; Stale when
        the witness has seen a larger tree; and what a signer raises.
        """
        try:
            return self._asked(signed, size, proof_from)
        except Stale as known:
            if known.size > size:
                raise
            self._seen = known.size
        return self._asked(signed, size, proof_from)

    def _asked(
        self, signed: bytes, size: int, proof_from: Callable[[int], Sequence[bytes]]
    ) -> Signature:
        old = min(self._seen, size)
        asked = Request(old, tuple(proof_from(old)), signed)
        lines = _lines(_post(self._client, self._url, asked))
        line = _check(note.parse(signed).text, lines, self._verifier)
        self._seen = size
        return line


def client(patience_s: float = TIMEOUT_S) -> httpx.Client:
    """Return what the clients of one process share: connections, and their patience."""
    import httpx

    # Each question has a connection of its own, which is cut when patience ends.
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(timeout=patience_s, trust_env=False, limits=limits)


class _Patience:
    """Cuts a connection after a time, whatever still comes in.

    The timeouts of the library begin anew with each byte: who sends one header's letters one by one
    would be waited for all day.
    """

    def __init__(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self._socket: socket.socket | None = None
        self.has_ended = False

    def see(self, happening: str, told: Mapping[str, Any]) -> None:
        """Learn from the library which connection it has made."""
        if happening in _CONNECTED:
            self._socket = told["return_value"].get_extra_info("socket")

    def _cut(self) -> None:
        self.has_ended = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _post(client: httpx.Client, url: str, asked: Request, refuses_in: str = "") -> str:
    """Send a request and return the lines that came back, or raise what was wrong.

    `refuses_in`: the type of a refusal, if it has one of its own; a proxy's is then no answer.
    """
    from httpx import HTTPError

    content = bytearray()
    patience = _Patience(client.timeout.read or TIMEOUT_S)
    watched = {"trace": patience.see}
    try:
        with (
            patience,
            client.stream("POST", url, content=asked.content(), extensions=watched) as answer,
        ):
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > ANSWER_BYTES_MAX:
                    raise Unreachable(f"{url} says too much")
    except HTTPError as error:
        why = "Timeout" if patience.has_ended else repr(error)
        raise Unreachable(f"{url}: {why}") from None
    said = content.decode("utf-8", "replace")
    if answer.status_code == HTTPStatus.OK:
        return said
    wrong = _wrong(answer, said, refuses_in)
    raise wrong or Unreachable(f"{url} answered {answer.status_code}: {said[:200]}")


def _wrong(answer: httpx.Response, said: str, refuses_in: str) -> ValueError | None:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    if answer.status_code == HTTPStatus.CONFLICT and kind == SIZE_TYPE:
        try:
            return Stale(decimal(said.removesuffix("\n")))
        except Misspelt:
            return None
    meaning = _MEANING.get(answer.status_code) if refuses_in in {"", kind} else None
    return meaning(said[:200].strip()) if meaning else None


def _lines(said: str) -> tuple[Signature, ...]:
    try:
        return note.read_signatures(said)
    except BadNote as error:
        raise Unreachable(f"that is no signature: {error}") from None


def _check(text: str, lines: tuple[Signature, ...], verifier: Verifier) -> Signature:
    """Return the line of the one key that is known, if it holds."""
    try:
        ((_, line),) = note.verified(Note(text, lines), [verifier]).signatures
    except BadNote as error:
        raise Unreachable(f"{verifier.key.name} did not sign: {error}") from None
    return line
