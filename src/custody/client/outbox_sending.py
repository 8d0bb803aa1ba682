"""In which order is an outbox sent, and what becomes of whatever is refused?

In the order of the chain. A movement that the service refuses is put aside, and those behind it go
on: they name its bytes, and the service remarks on the gap (`sequence_gap`) once, which is the
truth. What is too early for the service's clock waits. A refusal of the whole request is the fault
of no movement: the key's, or ours.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from custody.client.answers import Receipt
from custody.client.conversation import Conversation, Patience, told
from custody.client.outbox_file import Another, File, Row, State
from custody.client.posting import AT_ONCE_MAX, Outcome, at_once, of_lines
from custody.client.problems import Garbled, Problem
from custody.client.questions import who_am_i
from custody.client.writing import instant

NOT_YET: Final = "too_early"


@dataclass(slots=True)
class Flushed:
    """What became of what waited: how many were recorded, known already, refused; what waits."""

    recorded: int = 0
    duplicates: int = 0
    refused: int = 0
    remarks: int = 0
    """How many were recorded with a remark: `receipts` tells which."""
    waiting: int = 0
    sent_elsewhere: bool = False
    """Whether another process is sending, and nothing was done here."""


def sent(file: File, terminal: str) -> Callable[[Patience], Conversation[Flushed]]:
    """Send what waits in a file, unless another process does."""

    def course(patience: Patience) -> Conversation[Flushed]:
        flushed = Flushed()
        with file.sending() as alone:
            if alone and file.count("waiting"):
                me = yield from told(who_am_i(), patience)
                if me.terminal != terminal:
                    its = f"of terminal {me.terminal}" if me.terminal else "of no terminal"
                    raise Another(f"this key is {its}, not of {terminal}")
                yield from _all_sent(file, patience, flushed)
            flushed.sent_elsewhere = not alone
        flushed.waiting = file.count("waiting")
        return flushed

    return course


def _all_sent(file: File, patience: Patience, flushed: Flushed) -> Conversation[None]:
    after = 0
    while rows := file.behind(after, "waiting", AT_ONCE_MAX):
        rows = rows[: len(next(at_once([row.bytes for row in rows])))]
        outcomes = yield from told(of_lines([row.bytes for row in rows]), patience)
        file.settle(_settled(rows, outcomes, flushed))
        after = rows[-1].n


def _settled(
    rows: Sequence[Row], outcomes: Sequence[Outcome], flushed: Flushed
) -> list[tuple[Row, State, str]]:
    """Say what became of each, and count it. Raises Garbled if it is of others that we hear."""
    settled: list[tuple[Row, State, str]] = []
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome.id not in (row.id, None):
            raise Garbled(f"what became of {outcome.id} is told of {row.id}")
        if isinstance(outcome, Receipt):
            flushed.recorded += outcome.status == "recorded"
            flushed.duplicates += outcome.status == "duplicate"
            flushed.remarks += bool(outcome.remarks)
            settled.append((row, "recorded", _kept(outcome)))
        elif not _is_early(outcome.problem):
            flushed.refused += 1
            settled.append((row, "refused", json.dumps(outcome.problem.told)))
    return settled


def _is_early(problem: Problem) -> bool:
    return NOT_YET in (problem.code, *(error.code for error in problem.errors))


def _kept(receipt: Receipt) -> str:
    """Write a receipt down as it is read again."""
    remarks = [
        {
            "code": one.code,
            "severity": one.severity,
            "detail": one.detail,
            "subjects": list(one.subjects),
        }
        for one in receipt.remarks
    ]
    return json.dumps(
        {
            "id": receipt.id,
            "status": receipt.status,
            "position": receipt.position,
            "recorded_at": instant(receipt.recorded_at),
            "remarks": remarks,
        }
    )
