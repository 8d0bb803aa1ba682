"""How much does the intake write at once, and how much may wait?"""

import asyncio

import pytest

from custody import intake as intake_module
from custody.custodian import Custodian, Outcome
from custody.intake import MOVEMENTS_MAX, SUBJECTS_MAX, WAITING_MAX, Busy, Intake
from custody.terms import Refused
from tests.custodians import Interrupted, movements_in, request
from tests.given import dispatch, drop_off, next_monday, posted, receive, store, void
from tests.intake.gate import Gate, asked, packs, statuses


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
