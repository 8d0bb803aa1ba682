"""Do batches come to the same as their movements one by one, whatever comes in whatever order?"""

import tempfile
from contextlib import ExitStack
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, StaticPool, create_engine, event

from custody.custodian import Custodian, Outcome
from custody.events import Movement
from custody.ledger import Ledger, open_engine, open_ledger
from custody.terms import MINUTE, Refused
from tests.custodians import custodian_of, request, shown
from tests.given import NOWHERE, next_monday, site
from tests.hypothesis_profile import examples
from tests.strategies import corrections, happenings, later, voids

BATCH_MAX = 6
TAKING_BACK = {"void": voids, "correct": corrections}


def in_memory() -> Ledger:
    """Return a ledger that is gone with its last reference, in a database of no file."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _begin_when_told(dbapi: Any, _: object) -> None:
        dbapi.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("begin")

    return open_ledger(engine)


def forgetful(folder: str) -> Ledger:
    """Return a ledger in a file as in service, but for the flushing."""
    engine = open_engine(f"sqlite:///{folder}/custody.db")
    event.listen(engine, "connect", lambda dbapi, _: dbapi.execute("pragma synchronous = off"))
    return open_ledger(engine)


class Batches(RuleBasedStateMachine):
    """Some batches in a file, by two custodians in turn, beside one movement after another."""

    @initialize()
    def found(self) -> None:
        self.open = ExitStack()
        folder = self.open.enter_context(tempfile.TemporaryDirectory())
        self.together, self.one_by_one = forgetful(folder), in_memory()
        for ledger in (self.together, self.one_by_one):
            self.open.callback(ledger.close)
        self.custodians = [
            custodian_of(self.together),
            Custodian(self.together, clock=lambda: next_monday),
        ]
        self.beside = custodian_of(self.one_by_one)
        self.known: list[Movement] = []

    def teardown(self) -> None:
        if hasattr(self, "open"):
            self.open.close()

    @rule(data=st.data(), turn=st.integers(0, 1))
    def some_requests(self, data: st.DataObject, turn: int) -> None:
        """Several requests at once, some of them strict; now and then a site is renamed before."""
        name = data.draw(st.sampled_from((None, None, None, "甲", "乙")))
        if name:
            party = site(NOWHERE, name=name)
            status = self.custodians[turn].register(party).status
            assert self.beside.register(party).status == status
        requests = []
        for _ in range(data.draw(st.integers(1, 3))):
            facts = self._drawn(data)
            strict = data.draw(st.booleans())
            requests.append(request(*facts, strict=strict))
        answers = self.custodians[turn].record(requests)
        for asked, answer in zip(requests, answers, strict=True):
            if asked.strict and any(isinstance(one, Refused) for one in answer):
                continue  # none of it is in the ledger, and so none is posted beside
            alone = [self._alone(posted.fact) for posted in asked.movements]
            assert [*map(shown, answer)] == [*map(shown, alone)]

    def _drawn(self, data: st.DataObject) -> list[Movement]:
        """Draw movements: some new, some late, some that take back, some that come again."""
        facts: list[Movement] = []
        for _ in range(data.draw(st.integers(1, BATCH_MAX))):
            what = data.draw(st.sampled_from(("new", "new", "new", "late", *TAKING_BACK, "again")))
            so_far = [*self.known, *facts]
            if what == "again" and so_far:
                facts.append(data.draw(st.sampled_from(so_far)))
                continue
            fact = data.draw(
                TAKING_BACK[what](so_far[-5:]) if what in TAKING_BACK else happenings()
            )
            facts.append(fact if what == "late" else later(fact, by=len(so_far) * MINUTE))
        self.known += facts
        return facts

    def _alone(self, fact: Movement | Refused) -> Outcome:
        assert not isinstance(fact, Refused)
        ((outcome,),) = self.beside.record([request(fact)])
        return outcome

    @invariant()
    def the_ledgers_hold_the_same(self) -> None:
        if hasattr(self, "open"):
            assert contents(self.together) == contents(self.one_by_one)


def contents(ledger: Ledger) -> list[tuple[object, ...]]:
    """Return what two ledgers must have in common: everything but keys and recorded times."""
    return [
        (one.position, one.type, one.version, one.data, one.subjects, one.remarks, one.posted_by)
        for one in ledger.since(0, 100_000)
    ]


def test_batches_come_to_the_same_as_movements_one_by_one() -> None:
    # Shrinking what failed takes minutes: let it in when there is something to find.
    found_once = settings(
        max_examples=examples(40),
        stateful_step_count=8,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(Batches, settings=found_once)
