"""How are movements that come one by one written together, and what if something is in the way?"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from custody import intake as intake_module
from custody.custodian import Custodian, Outcome, Recorded
from custody.intake import MOVEMENTS_MAX, SUBJECTS_MAX, WAITING_MAX, Busy, Intake
from custody.ledger import Unavailable, create_schema, open_engine
from custody.terms import Refused
from tests.custodians import (
    Interrupted,
    custodian_of,
    movements_in,
    receipt,
    request,
    shown,
)
from tests.given import (
    NOWHERE,
    dispatch,
    drop_off,
    network,
    next_monday,
    posted,
    receive,
    store,
    void,
)

FOUNDED = len(network)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Interrupted]:
    engine = open_engine(f"sqlite:///{tmp_path}/custody.db")
    create_schema(engine)
    ledger = Interrupted(engine)
    yield ledger
    ledger.close()


@pytest.fixture
def custodian(ledger: Interrupted) -> Custodian:
    custodian = custodian_of(ledger)
    ledger.appended.clear()
    return custodian


class Gate:
    """Holds up every append until it is opened."""

    def __init__(self, ledger: Interrupted) -> None:
        self._reached, self._opened = Event(), Event()
        ledger.before_append = self._pass

    def _pass(self) -> None:
        self._reached.set()
        assert self._opened.wait(60)

    async def reached(self) -> None:
        """Return when a batch stands before the gate."""
        await asyncio.to_thread(self._reached.wait, 60)

    def open(self) -> None:
        self._opened.set()


def packs(number: int, *, first: int = 0) -> list[str]:
    return [f"maker:{n}" for n in range(first, first + number)]


async def asked(*takes: Coroutine[Any, Any, list[Outcome]]) -> list[asyncio.Task[list[Outcome]]]:
    """Ask in this order, without waiting for answers."""
    tasks = [asyncio.ensure_future(take) for take in takes]
    await asyncio.sleep(0)
    return tasks


def statuses(answers: Sequence[Sequence[Outcome]]) -> list[str]:
    return [shown(outcome)[0] for answer in answers for outcome in answer]


def test_one_movement_is_written_at_once(custodian: Custodian, ledger: Interrupted) -> None:
    async def story() -> None:
        async with Intake(custodian) as intake:
            (outcome,) = await intake.take(request(drop_off()))
            assert receipt(outcome).position == FOUNDED + 1
            assert intake.waiting == 0

    asyncio.run(story())
    assert ledger.appended == [1]


def test_what_waits_is_written_in_one_batch(custodian: Custodian, ledger: Interrupted) -> None:
    async def story() -> None:
        gate = Gate(ledger)
        async with Intake(custodian) as intake:
            first = await asked(intake.take(request(drop_off("maker:0"))))
            await gate.reached()
            others = [request(drop_off(ref)) for ref in packs(50, first=1)]
            waiting = await asked(*map(intake.take, others))
            assert intake.waiting == 50
            gate.open()
            answers = await asyncio.gather(*first, *waiting)
            assert [receipt(answer[0]).position for answer in answers] == [
                FOUNDED + 1 + n for n in range(51)
            ]

    asyncio.run(story())
    assert ledger.appended == [1, 50]


def test_each_asker_hears_of_its_own_movements(custodian: Custodian, ledger: Interrupted) -> None:
    async def story() -> None:
        gate = Gate(ledger)
        async with Intake(custodian) as intake:
            first = await asked(intake.take(request(drop_off())))
            await gate.reached()
            waiting = await asked(
                intake.take(request(drop_off(site=NOWHERE), store())),
                intake.take(request(drop_off())),
                intake.take(request()),
                intake.take(request(drop_off(), store(site=NOWHERE), strict=True)),
            )
            gate.open()
            await asyncio.gather(*first)
            refused, again, none, strict = await asyncio.gather(*waiting)
            assert statuses([refused]) == ["refused", "recorded"]
            assert statuses([again]) == ["duplicate"]
            assert none == []
            assert statuses([strict]) == ["duplicate", "refused"]

    asyncio.run(story())
    assert ledger.appended == [1, 1]


def test_a_commit_holds_no_more_movements_than_its_limit(
    custodian: Custodian, ledger: Interrupted
) -> None:
    async def story() -> None:
        gate = Gate(ledger)
        async with Intake(custodian) as intake:
            first = await asked(intake.take(request(drop_off("maker:0"))))
            await gate.reached()
            size = MOVEMENTS_MAX // 5
            waiting = await asked(
                *(
                    intake.take(request(*map(drop_off, packs(size, first=1 + size * n))))
                    for n in range(7)
                )
            )
            gate.open()
            await asyncio.gather(*first, *waiting)

    asyncio.run(story())
    assert ledger.appended == [1, MOVEMENTS_MAX, MOVEMENTS_MAX // 5 * 2]


def test_a_commit_holds_no_more_subjects_than_its_limit(
    custodian: Custodian, ledger: Interrupted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUBJECTS_MAX", 100)

    async def story() -> None:
        gate = Gate(ledger)
        async with Intake(custodian) as intake:
            first = await asked(intake.take(request(drop_off("maker:0"))))
            await gate.reached()
            loads = [dispatch(packs(38, first=40 * n), consignment=f"x:{n}") for n in range(5)]
            waiting = await asked(*(intake.take(request(load)) for load in loads))
            gate.open()
            await asyncio.gather(*first, *waiting)

    asyncio.run(story())
    assert ledger.appended == [1, 2, 2, 1]


def test_a_request_of_too_many_subjects_is_written_in_parts_and_answered_as_one(
    custodian: Custodian, ledger: Interrupted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUBJECTS_MAX", 100)
    loads = [dispatch(packs(38, first=40 * n), consignment=f"x:{n}") for n in range(4)]
    unreadable = posted(store())._replace(fact=Refused("invalid"))

    async def story() -> list[Outcome]:
        async with Intake(custodian) as intake:
            return await intake.take(request(*loads[:3], unreadable, loads[3], void(loads[0])))

    outcomes = asyncio.run(story())
    assert statuses([outcomes]) == [*["recorded"] * 3, "refused", *["recorded"] * 2]
    assert ledger.appended == [2, 3]
    assert [one.subjects[0] for one in movements_in(ledger)] == [
        f"movement:{fact.id}" for fact in (*loads, void(loads[0]))
    ]


def test_a_strict_request_is_never_cut(
    custodian: Custodian, ledger: Interrupted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SUBJECTS_MAX", 100)
    loads = [dispatch(packs(38, first=40 * n), consignment=f"x:{n}") for n in range(4)]

    async def story() -> None:
        gate = Gate(ledger)
        async with Intake(custodian) as intake:
            first = await asked(intake.take(request(drop_off("maker:0"))))
            await gate.reached()
            waiting = await asked(
                intake.take(request(drop_off("maker:1", at=next_monday))),
                intake.take(request(*loads, strict=True)),
                intake.take(request(drop_off("maker:2", at=next_monday))),
            )
            gate.open()
            await asyncio.gather(*first, *waiting)

    asyncio.run(story())
    assert ledger.appended == [1, 1, 4, 1]


def test_as_large_as_the_limits_allow_is_written_in_one_commit(
    custodian: Custodian, ledger: Interrupted
) -> None:
    loads = [receive(packs(998, first=1_000 * n), consignment=f"x:{n}") for n in range(20)]
    assert sum(len(load.batteries_named()) + 2 for load in loads) == SUBJECTS_MAX

    async def story() -> None:
        async with Intake(custodian) as intake:
            await intake.take(request(*loads))

    asyncio.run(story())
    assert ledger.appended == [20]


def test_when_too_many_wait_the_next_is_asked_to_come_again(
    custodian: Custodian, ledger: Interrupted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "WAITING_MAX", 10)
    assert WAITING_MAX == 20_000

    async def story() -> None:
        gate = Gate(ledger)
        async with Intake(custodian) as intake:
            first = await asked(intake.take(request(*map(drop_off, packs(4)))))
            await gate.reached()
            waiting = await asked(intake.take(request(*map(drop_off, packs(8, first=4)))))
            with pytest.raises(Busy):
                await intake.take(request(*map(drop_off, packs(3, first=12))))
            assert intake.waiting == 8
            waiting += await asked(intake.take(request(*map(drop_off, packs(2, first=12)))))
            assert intake.waiting == 10
            gate.open()
            await asyncio.gather(*first, *waiting)
            assert intake.waiting == 0
            many = await intake.take(request(*map(drop_off, packs(11, first=14))))
            assert statuses([many]) == ["recorded"] * 11

    asyncio.run(story())
    assert ledger.appended == [4, 10, 11]


def test_an_asker_who_goes_away_stops_nobody_else(
    custodian: Custodian, ledger: Interrupted
) -> None:
    async def story() -> None:
        gate = Gate(ledger)
        async with Intake(custodian) as intake:
            first = await asked(intake.take(request(drop_off("maker:0"))))
            await gate.reached()
            waiting = await asked(
                *(intake.take(request(drop_off(ref))) for ref in packs(3, first=1))
            )
            first[0].cancel()
            waiting[1].cancel()
            gate.open()
            answers = await asyncio.gather(*first, *waiting, return_exceptions=True)
            gone = [isinstance(answer, asyncio.CancelledError) for answer in answers]
            assert gone == [True, False, True, False]
            (again,) = await intake.take(request(drop_off("maker:2")))
            assert isinstance(again, Recorded)

    asyncio.run(story())
    assert len(movements_in(ledger)) == 4


def test_a_database_that_goes_away_is_the_asker_s_answer(
    custodian: Custodian, ledger: Interrupted
) -> None:
    def gone() -> None:
        raise Unavailable("gone")

    async def story() -> None:
        ledger.before_append = gone
        async with Intake(custodian) as intake:
            tasks = await asked(
                *(intake.take(request(drop_off(ref))) for ref in packs(2)),
                intake.take(request(*map(drop_off, packs(3)))),
            )
            answers = await asyncio.gather(*tasks, return_exceptions=True)
            assert [type(answer) for answer in answers] == [Unavailable] * 3
            ledger.before_append = lambda: None
            assert statuses([await intake.take(request(drop_off()))]) == ["recorded"]

    asyncio.run(story())
    assert ledger.appended == [1]


def test_leaving_waits_for_what_was_taken(custodian: Custodian, ledger: Interrupted) -> None:
    async def story() -> None:
        gate = Gate(ledger)
        intake = Intake(custodian)
        await intake.__aenter__()
        tasks = await asked(intake.take(request(drop_off("maker:0"))))
        await gate.reached()
        tasks += await asked(*(intake.take(request(drop_off(ref))) for ref in packs(3, first=1)))
        leaving = asyncio.ensure_future(intake.__aexit__())
        await asyncio.sleep(0)
        assert not leaving.done()
        with pytest.raises(Busy):
            await intake.take(request(drop_off("maker:9")))
        gate.open()
        answers = await asyncio.wait_for(asyncio.gather(*tasks), 60)
        assert statuses(answers) == ["recorded"] * 4
        await leaving

    asyncio.run(story())
    assert len(movements_in(ledger)) == 4


def test_leaving_waits_for_the_batch_that_is_being_written(
    custodian: Custodian, ledger: Interrupted
) -> None:
    async def story() -> None:
        gate = Gate(ledger)
        async with Intake(custodian) as intake:
            (task,) = await asked(intake.take(request(drop_off())))
            await gate.reached()
            gate.open()
        assert statuses([await asyncio.wait_for(task, 60)]) == ["recorded"]

    asyncio.run(story())


def test_nothing_is_asked_of_the_ledger_when_nothing_was_taken(
    custodian: Custodian, ledger: Interrupted
) -> None:
    async def story() -> None:
        async with Intake(custodian) as intake:
            await asyncio.sleep(0)
            assert intake.waiting == 0

    asyncio.run(story())
    assert ledger.appended == []
