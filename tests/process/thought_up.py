"""What can be asked of one route, as its schema has it, and is all of it asked in its turn?

The library's own decorator thinks up the questions to all routes when tests are collected, which
takes 15 s, and everyone who tests beside others collects all tests. So each route is a test of
ours, and does in its own time what the decorator would have done for it.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from unittest import SkipTest

import pytest
import requests
import schemathesis
from hypothesis import settings
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup, as_reported_failure
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.hypothesis import builder
from schemathesis.generation.meta import CoveragePhaseData
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.schemas import BaseSchema

from tests.hypothesis_profile import THOROUGH

Case = schemathesis.Case[Any]
LEFT_UNTESTED = (
    builder.InvalidHeadersExampleMark,
    builder.InvalidRegexMark,
    builder.MissingPathParameters,
    builder.NonSerializableMark,
    builder.UnsatisfiableExampleMark,
    builder.UnserializablePayloadMark,
)
"""How the library says that it did not ask all that it should."""
EVERY: Final = 1 if THOROUGH else 11
"""Of what is alike, the first is asked and every so many after it. Nineteen movements share the
fields that each has, and of each field the same is wrong nineteen times, with up to five wrong
values: a prime has nothing in common with any of these numbers, so that where all have a field,
each value has its turn, with one movement after another."""


def talking() -> requests.Session:
    """Return what asks over a connection that stays, without looking for a proxy each time."""
    session = requests.Session()
    session.trust_env = False
    return session


def each_asked(
    schema: BaseSchema,
    method: str,
    path: str,
    ask: Callable[[Case], None],
    within: settings,
    *,
    covering: bool = True,
) -> None:
    """Ask one route everything that the library thinks up for it within these settings.

    Without `covering` only what is drawn by chance, and not each place of the schema in its turn.
    """
    load_all_checks()
    seen: Counter[tuple[str | None, ...]] = Counter()

    def story(case: Case) -> None:
        alike = _covering(case)
        seen[alike] += 1
        if not alike or (covering and seen[alike] % EVERY == 1 % EVERY):
            ask(case)

    asked = build_operation_test(
        config=schema.config,
        operation=schema[path][method],
        test_func=story,
        given_kwargs={},
        feedback=FeedbackSources(),
        explicit_settings=within,
    )
    try:
        asked()
    except FailureGroup as found:
        raise as_reported_failure(found) from None
    except SkipTest as nothing:
        pytest.fail(f"nothing could be asked: {nothing}")
    assert not any(mark.get(asked) for mark in LEFT_UNTESTED)


def _covering(case: Case) -> tuple[str | None, ...]:
    """Tell which place of the schema a question covers, and how; nothing if it is thought up."""
    meta = case.meta
    if meta is None or not isinstance(meta.phase.data, CoveragePhaseData):
        return ()
    told = meta.phase.data
    place = str(told.parameter_location), told.parameter
    return (case.method, meta.generation.mode.name, *place, told.description)
