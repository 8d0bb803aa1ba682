"""How are movements that come one by one written together, and what if something is in the way?"""

import asyncio

import pytest

from custody.custodian import Custodian, Recorded
from custody.intake import Busy, Intake
from custody.ledger import Unavailable
from tests.custodians import (
    Interrupted,
    movements_in,
    receipt,
    request,
)
from tests.given import (
    NOWHERE,
    drop_off,
    network,
    store,
)
from tests.intake.gate import Gate, asked, packs, statuses

FOUNDED = len(network)


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
                intake.take(request(drop_off())),
            )
            tasks[-1].cancel()
            answers = await asyncio.gather(*tasks, return_exceptions=True)
            assert [type(answer) for answer in answers] == [
                *[Unavailable] * 3,
                asyncio.CancelledError,
            ]
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
