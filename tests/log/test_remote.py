"""Is a signer believed only as far as its signature holds, and waited for only so long?"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from custody.log import note, remote
from custody.log.asking import REFUSAL_TYPE
from custody.log.guard import Forked, Stale
from custody.log.note import Ed25519Verifier
from custody.log.remote import RemoteSigner, Unreachable
from tests.log.keys import signer
from tests.log.logs import LOG, text


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Listen, and give everyone who asks the same bytes; with none, accept and say nothing."""
    listening = socket.create_server(("127.0.0.1", 0))
    heard = list[socket.socket]()

    def answer_one() -> None:
        connection, _ = listening.accept()
        heard.append(connection)
        connection.recv(65_536)
        if answer:
            connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)

    thread = Thread(target=answer_one)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        thread.join()
        for open_ in (listening, *heard):
            open_.close()


def http(status: str, body: str, kind: str = "text/plain") -> bytes:
    content = body.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def ask(url: str, patience_s: float = 60) -> object:
    with remote.client(patience_s) as client:
        return RemoteSigner(url, Ed25519Verifier(LOG.key), client).sign(0, [], text(5))


def test_a_signature_that_holds_is_believed() -> None:
    line = note.signature(text(5), LOG)
    with answering(http("200 OK", line.line())) as url:
        assert ask(url) == (line,)


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", ""),
        http("200 OK", "welcome\n"),
        http("200 OK", note.signature(text(6), LOG).line()),
        http("200 OK", note.signature(text(5), signer("log.example/b")).line()),
        http("200 OK", "\ufffd" * 10_000),
        http("200 OK", "a" * (remote.ANSWER_BYTES_MAX + 1)),
        http("200 OK", "a")[:-1],
        http("302 Found", ""),
        http("400 Bad Request", "<html>a proxy's\n", "text/html"),
        http("403 Forbidden", "no\n"),
        http("404 Not Found", "no such backend\n"),
        http("409 Conflict", "somebody else's\n"),
        http("409 Conflict", "-5\n", "text/x.tlog.size"),
        http("503 Service Unavailable", "disk full\n"),
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_anything_else_is_no_answer(answer: bytes) -> None:
    with answering(answer) as url, pytest.raises(Unreachable):
        ask(url)


def test_a_size_to_start_from_is_told() -> None:
    with answering(http("409 Conflict", "7\n", "text/x.tlog.size")) as url:
        with pytest.raises(Stale) as refused:
            ask(url)
        assert refused.value.size == 7


def test_a_conflict_without_a_size_is_a_fork() -> None:
    refusal = http("409 Conflict", "another tree\n", REFUSAL_TYPE)
    with answering(refusal) as url, pytest.raises(Forked):
        ask(url)


def test_whoever_says_nothing_is_not_waited_for() -> None:
    assert remote.client().timeout.read == remote.TIMEOUT_S == 1
    with answering(b"") as url, pytest.raises(Unreachable, match="Timeout"):
        ask(url, patience_s=0.1)


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(Unreachable):
        ask(f"http://127.0.0.1:{port}")
