"""What does a client do about each answer, and about none?"""

import json
import pickle
from typing import Any

import pytest

from custody.client import Garbled, Patience, Problem, Unreachable
from custody.client.answers import Health
from custody.client.conversation import (
    ATTEMPTS_MAX,
    PAUSE_S_MAX,
    RETRY_AFTER_S_MAX,
    Answered,
    Ask,
    Heard,
    Lost,
    Wait,
    told,
)
from custody.client.questions import healthz

HTML = {"content-type": "text/html"}
JSON = {"content-type": "application/json"}
OK = Answered(200, JSON, b'{"status":"ok","news":1}')
LOST = Lost(OSError("no line"))
FULL = Patience(chance=lambda: 1.0)


def problem(status: int, code: str, **headers: str) -> Answered:
    body = {"code": code, "status": status, "title": "t", "detail": "d", "type": "x"}
    named = {"content-type": "application/problem+json", **headers}
    return Answered(status, named, json.dumps(body).encode())


def waited(*answers: Heard, patience: Patience = FULL) -> tuple[list[float], Any]:
    """Say how long is waited between these answers, and what comes of it in the end."""
    conversation = told(healthz(), patience)
    step: Ask | Wait = next(conversation)
    pauses: list[float] = []
    left = [*answers]
    try:
        while True:
            if isinstance(step, Wait):
                pauses.append(step.seconds)
                step = conversation.send(None)
            else:
                assert step == Ask("GET", "/healthz")
                step = conversation.send(left.pop(0))
    except StopIteration as end:
        assert not left
        return pauses, end.value
    except (Problem, Garbled, Unreachable) as error:
        assert not left
        return pauses, error


def test_an_answer_is_an_answer_and_what_it_says_beyond_is_passed_over() -> None:
    assert waited(OK) == ([], Health(status="ok"))


def test_what_may_pass_is_asked_again_and_ever_later() -> None:
    busy = problem(503, "busy")
    lost: list[Heard] = [LOST, busy, problem(500, "internal"), Answered(502, HTML, b"<html>")]
    assert waited(*lost, OK) == ([0.2, 0.4, 0.8, 1.6], Health(status="ok"))


def test_what_the_service_says_of_later_counts_and_chance_spreads_it() -> None:
    said = problem(429, "rate_limited", **{"retry-after": "7"})
    assert waited(said, OK)[0] == [7.2]
    assert waited(said, OK, patience=Patience(chance=lambda: 0.5))[0] == [7.1]
    for nonsense in ("soon", "-1", "1e9", "٣"):
        assert waited(problem(429, "x", **{"retry-after": nonsense}), OK)[0] == [0.2]
    pauses, error = waited(problem(429, "x", **{"retry-after": str(RETRY_AFTER_S_MAX + 1)[:3]}))
    assert (pauses, error.code) == ([], "x")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (LOST, Unreachable),
        (problem(503, "busy"), Problem),
        (Answered(502, HTML, b"<html>"), Garbled),
    ],
)
def test_it_is_tried_so_often_and_no_more(answer: Heard, kind: type[Exception]) -> None:
    pauses, error = waited(*[answer] * ATTEMPTS_MAX)
    assert isinstance(error, kind)
    assert len(pauses) == ATTEMPTS_MAX - 1
    endless = Patience(attempts=50, chance=lambda: 1.0)
    pauses, error = waited(*[answer] * 50, patience=endless)
    assert pauses[-1] == max(pauses) == PAUSE_S_MAX


@pytest.mark.parametrize(
    "answer",
    [
        Answered(200, HTML, b"<html>sign in to the network</html>"),
        Answered(200, JSON, b"[]"),
        Answered(200, JSON, b"{}"),
        Answered(200, JSON, b'{"status":7}'),
        Answered(302, HTML, b""),
        Answered(404, HTML, b""),
        Answered(404, {"content-type": "application/problem+json"}, b"[]"),
    ],
)
def test_who_is_not_the_service_is_known_by_it(answer: Answered) -> None:
    pauses, error = waited(answer)
    assert isinstance(error, Garbled)
    assert pauses == []


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not_found"), (422, "x"), (500, "evidence_inconsistent")]
)
def test_a_no_that_stays_a_no_is_heard_at_once(status: int, code: str) -> None:
    pauses, error = waited(problem(status, code))
    assert (pauses, error.code, error.status) == ([], code, status)
    assert code in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
