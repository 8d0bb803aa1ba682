"""How are movements posted, and what became of each of them?

They may be sent again as often as it takes: a movement has its own id, and the second time it is
answered with the first answer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from custody.client.answers import Receipt
from custody.client.conversation import (
    Answered,
    Ask,
    Conversation,
    Patience,
    Question,
    as_json,
    told,
)
from custody.client.problems import Garbled, Problem
from custody.client.reading import of, reads
from custody.client.writing import Movement, serialised

AT_ONCE_MAX: Final = 500
"""Movements that are sent in one request."""

AT_ONCE_BYTES_MAX: Final = 512 * 1024
"""Bytes of movements that are sent in one request: many a proxy takes no more than 1 MiB, and a
thin line should not have to begin anew with more."""

PATH: Final = "/v1/movements"
JSON: Final = {"Content-Type": "application/json"}
LINES: Final = {"Content-Type": "application/x-ndjson"}
STRICT: Final = {"Prefer": "handling=strict"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A movement of many that was not recorded, and why."""

    id: str | None
    problem: Problem
    status: str = "refused"


Outcome = Receipt | Refusal


def post(one: Movement) -> Question[Receipt]:
    """What became of a movement? Raises Problem with the fields at fault and the ways on."""
    ask = Ask("POST", PATH, headers=JSON, body=serialised(one), tells_time=True)
    return Question(ask, reads(Receipt))


def movement(id_: str) -> Question[Receipt]:
    """Did a movement arrive? The first answer again. Raises Problem `not_found`."""
    return Question(Ask("GET", f"{PATH}/{id_}"), reads(Receipt))


def post_together(many: Sequence[Movement]) -> Question[list[Outcome]]:
    """What became of movements that are recorded all or none, at most 1,000 of them?

    Raises Problem `batch_refused`, whose errors begin with the place of the movement at fault.
    """
    return of_lines([serialised(one) for one in many], STRICT)


def post_many(many: Sequence[Movement]) -> Callable[[Patience], Conversation[list[Outcome]]]:
    """What became of each of many movements, in their order, however many there are?

    They are sent in several requests if need be; one that is refused keeps none of the others back.
    """

    def course(patience: Patience) -> Conversation[list[Outcome]]:
        outcomes: list[Outcome] = []
        for lines in at_once([serialised(one) for one in many]):
            outcomes += yield from told(of_lines(lines), patience)
        return outcomes

    return course


def at_once(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Cut what is to be sent into requests, none of them too large, and none without a movement."""
    cut: list[bytes] = []
    size = 0
    for line in lines:
        if cut and (len(cut) == AT_ONCE_MAX or size + len(line) > AT_ONCE_BYTES_MAX):
            yield cut
            cut, size = [], 0
        cut.append(line)
        size += len(line)
    if cut:
        yield cut


def of_lines(
    lines: Sequence[bytes], headers: dict[str, str] | None = None
) -> Question[list[Outcome]]:
    """Ask what becomes of movements in their very bytes."""

    def read(answered: Answered) -> list[Outcome]:
        results = as_json(answered)
        found = results.get("results") if isinstance(results, dict) else None
        if not isinstance(found, list) or len(found) != len(lines):
            raise Garbled("not as many results as there were movements")
        return [outcome(one) for one in found]

    sent = Ask(
        "POST", PATH, headers={**LINES, **(headers or {})}, body=b"\n".join(lines), tells_time=True
    )
    return Question(sent, read)


def outcome(result: Any) -> Outcome:
    """Read what became of one movement. Raises Garbled."""
    try:
        if result["status"] == "refused":
            return Refusal(result.get("id"), Problem(result["problem"]))
    except (KeyError, TypeError) as error:
        raise Garbled(f"no result: {result!r:.80}") from error
    receipt: Receipt = of(Receipt, result)
    return receipt
