"""Does what a terminal wrote down without a line arrive whole, in order, and once?"""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody import keys, signing
from custody.client import AsyncClient, Client, Movement, Problem, movement, posting
from custody.client import outbox as room
from custody.client import outbox_file as file
from custody.client.outbox import Another, Full, Head, Outbox
from tests.api.conftest import NOON, ORGANISATION, Service
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, MORNING
from tests.asking import NO_TLS

T1 = f"{COLLECTOR}-T1"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
MANY = 1_200


def inspected(number: int, at: datetime = MORNING, **fields: Any) -> Movement:
    described = {"code": f"maker:PACK{number:05}", "chemistry": "lfp"}
    said = {"battery": described, "channel": "walk_in", "site": COLLECTOR, **fields}
    site = said.pop("site")
    return movement("drop_off", site, occurred_at=at + timedelta(seconds=number), **said)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    with Outbox(path, T1, KEY) as outbox:
        yield outbox


@pytest.fixture
def line(service: Service) -> Iterator[Client]:
    """What connects the terminal, whose public key is registered."""
    with Client(service.url, keys.create(service.engine, "admin")[1], verify=NO_TLS) as admin:
        admin.register(f"/v1/terminals/{T1}", site=COLLECTOR, public_key=signing.public_key(KEY))
    key = keys.create(service.engine, "terminal", COLLECTOR, T1)[1]
    with Client(service.url, key, clock=None, verify=NO_TLS) as client:
        yield client


def recorded(service: Service) -> list[Any]:
    key = keys.create(service.engine, "auditor")[1]
    with Client(service.url, key, verify=NO_TLS) as auditor:
        return [fact for fact in auditor.facts() if fact.id]


def test_a_long_queue_is_recorded_in_order_signed_chained_and_without_a_remark(
    outbox: Outbox, line: Client, service: Service
) -> None:
    kept = [outbox.put(inspected(number)) for number in range(MANY)]
    assert [one.sequence for one in kept] == [*range(1, MANY + 1)]
    assert outbox.waiting == MANY
    flushed = outbox.flush(line)
    assert (flushed.recorded, flushed.remarks, flushed.waiting) == (MANY, 0, 0)
    facts = recorded(service)
    assert [fact.id for fact in facts] == [one.id for one in kept]
    assert all(signing.verify(fact.data, KEY.public_key()) for fact in facts)
    assert outbox.flush(line).recorded == 0
    assert outbox.receipt(kept[-1].id) == line.movement(kept[-1].id)
    assert [place for place, _ in outbox.receipts(MANY - 2)] == [MANY - 1, MANY]


@on_sqlite
def test_what_is_refused_stands_aside_and_keeps_nothing_back(outbox: Outbox, line: Client) -> None:
    outbox.put(inspected(1))
    wrong = outbox.put(inspected(2, channel="nobody"))
    outbox.put(inspected(3))
    outbox.put(inspected(4))
    flushed = outbox.flush(line)
    assert (flushed.recorded, flushed.refused, flushed.waiting) == (3, 1, 0)
    # One behind it is remarked on, once; that is the truth.
    remarks = [[one.code for one in receipt.remarks] for _, receipt in outbox.receipts()]
    assert remarks == [[], ["sequence_gap"], []]
    (aside,) = outbox.refused()
    assert (aside.id, aside.sequence) == (wrong.id, 2)
    assert [error.pointer for error in aside.problem.errors] == ["/channel"]
    assert aside.movement["channel"] == "nobody"

    with pytest.raises(ValueError, match="id of its own"):
        outbox.mend(wrong.id, inspected(2) | {"id": wrong.id})
    mended = outbox.mend(wrong.id, inspected(2))
    assert mended.sequence == 5
    assert [*outbox.refused()] == []
    flushed = outbox.flush(line)
    assert (flushed.recorded, flushed.remarks) == (1, 0)


@on_sqlite
def test_what_was_refused_for_want_of_something_else_goes_again_in_its_own_place(
    outbox: Outbox, line: Client, service: Service
) -> None:
    later = "330106-0099"
    early = outbox.put(inspected(1, site=later))
    assert outbox.flush(line).refused == 1
    (aside,) = outbox.refused()
    assert aside.problem.code in ("site_unknown", "not_your_site")
    admin = keys.create(service.engine, "admin")[1]
    with Client(service.url, admin, verify=NO_TLS) as client:
        client.register(
            f"/v1/sites/{later}", kind="collection_point", name="新站", division="330106",
            organisation=ORGANISATION,
        )  # fmt: skip
    key = keys.create(service.engine, "terminal", later, T1)[1]
    outbox.again(early.id)
    with Client(service.url, key, clock=None, verify=NO_TLS) as moved:
        assert outbox.flush(moved).recorded == 1
    assert outbox.head.sequence == 1
    outbox.put(inspected(2, channel="nobody"))
    outbox.flush(line)
    (aside,) = outbox.refused()
    outbox.drop(aside.id)
    assert [*outbox.refused()] == []
    for act in (outbox.again, outbox.drop):
        with pytest.raises(KeyError):
            act(aside.id)


@on_sqlite
def test_what_is_too_early_waits_for_its_hour(
    outbox: Outbox, line: Client, service: Service
) -> None:
    soon = datetime.fromtimestamp(NOON // 1_000, MORNING.tzinfo) + timedelta(minutes=20)
    outbox.put(inspected(1))
    outbox.put(inspected(2, soon))
    outbox.put(inspected(3))
    flushed = outbox.flush(line)
    assert (flushed.recorded, flushed.refused, flushed.waiting) == (2, 0, 1)
    assert outbox.flush(line).waiting == 1
    service.clock.now += 20 * 60_000
    assert outbox.flush(line).recorded == 1


@on_sqlite
def test_a_device_whose_clock_is_wrong_says_so_as_it_sends(
    outbox: Outbox, line: Client, service: Service
) -> None:
    key = keys.create(service.engine, "terminal", COLLECTOR, T1)[1]
    slow = datetime.fromtimestamp(NOON // 1_000 - 3_600, MORNING.tzinfo)
    outbox.put(inspected(1))
    with Client(service.url, key, clock=lambda: slow, verify=NO_TLS) as client:
        assert outbox.flush(client).remarks == 1
    ((_, receipt),) = outbox.receipts()
    assert [(one.code, one.severity) for one in receipt.remarks] == [("clock_skew", "high")]


@on_sqlite
def test_it_can_be_sent_from_an_event_loop(outbox: Outbox, service: Service) -> None:
    key = keys.create(service.engine, "terminal", COLLECTOR, T1)[1]
    outbox.put(inspected(1))

    async def flushed() -> int:
        async with AsyncClient(service.url, key, clock=None, verify=NO_TLS) as client:
            return (await outbox.flush_later(client)).recorded

    assert asyncio.run(flushed()) == 1


@on_sqlite
def test_a_key_of_another_terminal_sends_nothing(outbox: Outbox, service: Service) -> None:
    outbox.put(inspected(1))
    for terminal in (f"{COLLECTOR}-T2", None):
        key = keys.create(service.engine, "terminal", COLLECTOR, terminal)[1]
        with Client(service.url, key, verify=NO_TLS) as client, pytest.raises(Another):
            outbox.flush(client)
    with Client(service.url, "ck_no", verify=NO_TLS) as client, pytest.raises(Problem):
        outbox.flush(client)
    assert outbox.waiting == 1


@on_sqlite
def test_one_sends_at_a_time(outbox: Outbox, path: Path, line: Client) -> None:
    outbox.put(inspected(1))
    other = file.File(path, T1, signing.public_key(KEY), Head())
    with other.sending() as alone:
        assert alone
        flushed = outbox.flush(line)
        assert (flushed.sent_elsewhere, flushed.waiting) == (True, 1)
    assert outbox.flush(line).recorded == 1
    other.close()


def test_the_same_is_kept_once_and_an_id_is_not_used_twice(outbox: Outbox, path: Path) -> None:
    one = inspected(1)
    first = outbox.put(one)
    assert outbox.put(dict(reversed(one.items()))) == first
    with pytest.raises(ValueError, match="another movement"):
        outbox.put(one | {"channel": "fleet"})
    with Outbox(path, T1, KEY) as again:  # the next time the device is switched on
        assert again.put(one) == first
        assert again.put(inspected(2)).sequence == 2
    assert outbox.waiting == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"previous": "0" * 64},
        {"terminal_sequence": 7},
        {"signature": "A"},
        {"note": "x" * room.MOVEMENT_BYTES_MAX},
        {"mass": float("nan")},
        {"mass": 2**53},
        {"note": object()},
        {"occurred_at": datetime(2026, 3, 1, 9, 0)},  # noqa: DTZ001 - what is wrong with it
    ],
    ids=lambda one: next(iter(one)),
)
def test_what_no_service_takes_is_not_taken_in(outbox: Outbox, wrong: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each in words of its own
        outbox.put(inspected(1) | wrong)
    assert (outbox.waiting, outbox.head) == (0, Head())


def test_a_full_outbox_takes_nothing_in_and_drops_nothing(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "HELD_MAX", 2)
    one = inspected(1)
    kept = [outbox.put(one), outbox.put(inspected(2))]
    with pytest.raises(Full):
        outbox.put(inspected(3))
    assert outbox.put(one) == kept[0]
    assert outbox.waiting == 2


@on_sqlite
def test_the_latest_receipts_are_kept(
    outbox: Outbox, line: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "KEPT_MAX", 3)
    monkeypatch.setattr(posting, "AT_ONCE_MAX", 2)
    kept = [outbox.put(inspected(number)) for number in range(7)]
    outbox.flush(line)
    assert [place for place, _ in outbox.receipts()] == [5, 6, 7]
    assert outbox.receipt(kept[0].id) is None


def test_what_is_sent_at_once_is_bounded_in_bytes_too() -> None:
    lines = [b"x" * (posting.AT_ONCE_BYTES_MAX // 2)] * 5 + [b"y"] * (posting.AT_ONCE_MAX + 1)
    cut = [*posting.at_once(lines)]
    assert [line for one in cut for line in one] == lines
    assert all(sum(map(len, one)) <= posting.AT_ONCE_BYTES_MAX for one in cut)
    assert max(map(len, cut)) == posting.AT_ONCE_MAX
    assert [*posting.at_once([])] == []


def test_an_outbox_is_one_terminal_s_and_its_key_changes_when_nothing_waits(path: Path) -> None:
    other = Ed25519PrivateKey.generate()
    with Outbox(path, T1, KEY) as outbox:
        outbox.put(inspected(1))
    for terminal, key in ((f"{COLLECTOR}-T2", KEY), (T1, other), (T1, None)):
        with pytest.raises(Another):
            Outbox(path, terminal, key)


@on_sqlite
def test_a_terminal_changes_its_key_once_all_is_sent(
    outbox: Outbox, path: Path, line: Client
) -> None:
    outbox.put(inspected(1))
    outbox.flush(line)
    with Outbox(path, T1) as unsigned:
        unsigned.put(inspected(2))
        assert unsigned.flush(line).remarks == 1
        ((_, receipt),) = unsigned.receipts(1)
        assert [one.code for one in receipt.remarks] == ["signature_missing"]


def test_what_is_kept_is_on_the_disk_before_anybody_is_told(outbox: Outbox) -> None:
    told = [outbox._file._one(f"PRAGMA {name}") for name in ("journal_mode", "synchronous")]
    assert told == [("wal",), (2,)]


def test_it_goes_on_where_another_program_ended(path: Path) -> None:
    begun = Head(41, "ab" * 32)
    with Outbox(path, T1, KEY, begun=begun) as outbox:
        assert outbox.put(inspected(1)).sequence == 42
        outbox.put(inspected(2))
        rows = [json.loads(row.bytes) for row in outbox._file.behind(0, "waiting", 9)]
    assert rows[0]["previous"] == begun.previous
    assert all(one["id"] != other["id"] for one, other in pairwise(rows))
    with Outbox(path, T1, KEY, begun=Head()) as outbox:  # which counts only once
        assert outbox.head.sequence == 43
