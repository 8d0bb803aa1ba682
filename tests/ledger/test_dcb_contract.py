"""Does the ledger keep the contract of `eventsourcing.dcb`, as its own suite examines it?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBRecorder,
)
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import IntegrityError, ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custody.ledger import Ledger
from custody.ledger.dcb import DCBLedger
from tests.hypothesis_profile import examples
from tests.ledger.forgetful import empty

THREADS = 4
TAKEN_EACH = 5

Part = Callable[[DCBRecorderTestCase, DCBRecorder], None]


class Suite(DCBRecorderTestCase):
    """The library's suite, called from outside rather than collected."""

    __test__ = False

    def runTest(self) -> None:  # noqa: N802
        """A TestCase wants one method; ours are called by name."""


each_part = pytest.mark.parametrize("part", [Suite._test_append_read, Suite._test_append_subscribe])


@each_part
def test_the_ledger_passes_the_librarys_suite(part: Part, ledger: Ledger) -> None:
    part(Suite(), DCBLedger(ledger))


@each_part
def test_so_does_the_librarys_own_recorder(part: Part) -> None:
    part(Suite(), InMemoryDCBRecorder())


def test_appending_nothing_is_a_mistake_of_the_caller(ledger: Ledger) -> None:
    for recorder in (InMemoryDCBRecorder(), DCBLedger(ledger)):
        with pytest.raises(ProgrammingError):
            recorder.append([])


def test_a_subscription_brings_what_was_asked_for_and_ends_when_stopped(ledger: Ledger) -> None:
    recorder = DCBLedger(ledger)
    recorder.append([DCBEvent("a", b"1", ["x"]), DCBEvent("b", b"2", ["x"]), DCBEvent("a", b"3")])
    with recorder.subscribe(DCBQuery([DCBQueryItem(types=["a"])])) as subscription:
        assert [next(subscription).position, next(subscription).position] == [1, 3]
    assert list(subscription) == []


def test_of_many_who_want_the_same_number_one_gets_it(ledger: Ledger) -> None:
    """The condition asks for a type alone: no tag stands in for it, and still it holds."""
    recorder = DCBLedger(ledger)

    def take(_: int) -> list[int]:
        return [number for number in range(TAKEN_EACH) if _take(recorder, number)]

    with ThreadPoolExecutor(THREADS) as threads:
        taken = [number for numbers in threads.map(take, range(THREADS)) for number in numbers]
    assert sorted(taken) == list(range(TAKEN_EACH))


def _take(recorder: DCBRecorder, number: int) -> bool:
    wanted = f"taken-{number}"
    try:
        recorder.append(
            [DCBEvent(wanted, b"")],
            DCBAppendCondition(DCBQuery([DCBQueryItem(types=[wanted])])),
        )
    except IntegrityError:
        return False
    return True


names = st.sampled_from(["a", "b", "c"])
some = st.lists(names, max_size=2, unique=True)
events = st.builds(DCBEvent, names, st.binary(max_size=3), some)
queries = st.builds(DCBQuery, st.lists(st.builds(DCBQueryItem, some, some), max_size=2))
afters = st.none() | st.integers(0, 8)
conditions = st.none() | st.builds(DCBAppendCondition, queries, afters)
appends = st.lists(st.tuples(st.lists(events, min_size=1, max_size=3), conditions), max_size=5)


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(appends=appends, query=queries, after=afters, limit=st.none() | st.integers(0, 5))
def test_answers_any_query_as_the_librarys_own_recorder_does(
    forgetful: list[Ledger],
    appends: list[tuple[list[DCBEvent], DCBAppendCondition | None]],
    query: DCBQuery,
    after: int | None,
    limit: int | None,
) -> None:
    for ledger in forgetful:
        empty(ledger)
    answers = []
    for recorder in (InMemoryDCBRecorder(), *map(DCBLedger, forgetful)):
        outcomes = [_outcome(recorder, events, condition) for events, condition in appends]
        response = recorder.read(query, after=after, limit=limit)
        answers.append((outcomes, list(response), response.head))
    assert answers[1:] == [answers[0]] * len(forgetful)


def _outcome(
    recorder: DCBRecorder, events: list[DCBEvent], condition: DCBAppendCondition | None
) -> int | None:
    try:
        return recorder.append(events, condition)
    except IntegrityError:
        return None
