import sys
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from custody import keys
from custody.pushing import delivering, keeping, parcels
from custody.pushing.backoff import Patience
from custody.vault.sealing import new_key
from tests.pushing.conftest import NOON, TOTAL_S, Pushing
from tests.pushing.receiver import Receiver, Reply, receiving
from tests.waiting import eventually

SHORT_S = 0.2


def test_facts_come_in_order_in_batches_and_the_cursor_follows(
    pushing: Pushing, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "BYTES_MAX", 1_000)
    head = pushing.record(*range(1, 11))
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        pushing.until(one, cursor=head)
        later = pushing.record(11)
        pushing.until(one, cursor=later)
    got = receiver.all
    assert [position for each in got for position in each.positions] == [*range(1, later + 1)]
    assert len(got) > 3, "a thousand bytes hold few facts"
    ends = [(each.said["after"], each.said["next"]) for each in got]
    assert [after for after, _ in ends] == [0, *(until for _, until in ends[:-1])]
    assert len({each.id for each in got}) == len(got)


def test_a_delivery_is_signed_as_standard_webhooks_has_it(
    pushing: Pushing, receiver: Receiver
) -> None:
    pushing.record(1)
    one, secret = pushing.subscribe(receiver.url, envelope="cloudevent")
    with pushing.delivering():
        got = receiver.next()
        assert got.headers["content-type"] == "application/cloudevents-batch+json"
        assert got.said[0]["type"] == "custody.organisation_registered"
        assert got.headers["webhook-timestamp"] == str(NOON // 1000)
        assert got.headers["webhook-signature"] == sign(secret, got.id, got.body)
        pushing.until(one, cursor=1)
    # Between two deliverers: one that runs may still tell under the former secret, for a moment.
    _, new = keeping.rotate(pushing.ledger.engine, new_key(), one.id, None, NOON)
    assert new != secret
    # Sealed with another master key than this one's: told as a failure, and never unsigned.
    pushing.record(2)
    with pushing.delivering():
        stands = pushing.until(one, failures=1)
    assert "master key" in (stands.answer or "")
    assert receiver.nothing_more()


def sign(secret: str, id_: str, body: bytes, at: int = NOON) -> str:
    when = datetime.fromtimestamp(at // 1000, UTC)
    return Webhook(secret).sign(id_, when, body.decode())


def test_what_fails_is_sent_again_as_it_was_until_it_is_taken(
    pushing: Pushing, receiver: Receiver
) -> None:
    pushing.record(1, 2)
    receiver.replies += [
        Reply(500, body=b"out of order"), Reply(503), Reply(408), Reply(401),
        Reply(307, {"Location": receiver.url}),  # where it would be taken
        Reply(breaks="says nothing"),
    ]  # fmt: skip
    count = len(receiver.replies)
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        first = receiver.next()
        for failures in range(1, count + 1):
            stands = pushing.until(one, failures=failures)
            assert (stands.cursor, stands.state) == (0, "active")
            if failures == 1:
                pushing.record(3)  # what comes meanwhile does not change what is sent again
            pushing.due(one)
            again = receiver.next()
            assert (again.id, again.body) == (first.id, first.body)
        pushing.until(one, cursor=3, failures=0)
        assert receiver.next().positions == [3]
    assert all(got.peer == "127.0.0.1" for got in receiver.all)


def test_who_hangs_is_not_waited_for_and_is_sent_it_again(
    pushing: Pushing, receiver: Receiver
) -> None:
    receiver.always = Reply(breaks="hangs")
    pushing.total_s = SHORT_S  # on a slow machine some attempts do not even arrive: no matter
    pushing.record(1)
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering(patience=Patience(first=0, most=0, failures_max=sys.maxsize)):
        receiver.next()
        receiver.next()
        stands = pushing.stands(one)
        assert (stands.cursor, stands.status, stands.state) == (0, None, "active")
        assert stands.failures > 0
        receiver.always = None  # first: nobody is to hang who is waited for long
        pushing.total_s = TOTAL_S
        pushing.until(one, cursor=1, failures=0)
    assert len({(got.id, got.body) for got in receiver.all}) == 1


def test_a_body_that_breaks_off_behind_a_good_head_does_not_count(
    pushing: Pushing, receiver: Receiver
) -> None:
    receiver.replies += [Reply(breaks="breaks off"), Reply(204, body=b"")]
    pushing.record(1)
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        pushing.until(one, cursor=1, status=200, failures=0)
        pushing.record(2)
        pushing.until(one, cursor=2, status=204)


def test_one_waits_as_long_as_the_receiver_asks(pushing: Pushing, receiver: Receiver) -> None:
    receiver.replies.append(Reply(429, {"Retry-After": "7200"}))
    pushing.record(1)
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        stands = pushing.until(one, failures=1)
        assert stands.next_at == NOON + 7_200_000
        pushing.due(one)
        pushing.until(one, cursor=1)


def test_one_that_is_gone_is_told_nothing_until_it_is_resumed(
    pushing: Pushing, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.replies.append(Reply(410))
    pushing.record(1)
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        pushing.until(one, state="disabled", reason="gone", cursor=0)
        pushing.record(2)
        pushing.resume(one)
        pushing.until(one, cursor=2, state="active", reason=None)
    assert f"订阅 {one.id} 已停用" in caplog.text


def test_one_that_fails_too_often_is_disabled_and_loses_nothing(
    pushing: Pushing, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.always = Reply(500, body=b"out of order")
    pushing.record(1)
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering(patience=Patience(failures_max=3)):
        for failures in (1, 2):
            pushing.until(one, failures=failures)
            pushing.due(one)
        stands = pushing.until(one, state="disabled", reason="failing")
        assert (stands.cursor, stands.status, stands.answer) == (0, 500, "out of order")
        assert keeping.dead_letters(pushing.ledger.engine, one.id, 0, 10) == []
        receiver.always = None
        pushing.resume(one)
        pushing.until(one, cursor=1, failures=0)
    assert "goes on at its cursor" in caplog.text


def test_what_is_replayed_is_told_again_under_other_ids(
    pushing: Pushing, receiver: Receiver
) -> None:
    pushing.record(1, 2)
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        first = receiver.next()
        pushing.until(one, cursor=2)
        keeping.replay(pushing.ledger.engine, one.id, None, 0)
        again = receiver.next()
        pushing.until(one, cursor=2)
    assert (again.positions, again.id == first.id) == (first.positions, False)


def test_what_is_not_chosen_is_passed_over(pushing: Pushing, receiver: Receiver) -> None:
    head = pushing.record(1, 2)
    one, _ = pushing.subscribe(receiver.url, types=("drop_off",))
    with pushing.delivering():
        pushing.until(one, cursor=head)
        assert receiver.nothing_more()


def test_a_receiver_that_hangs_holds_up_no_other(pushing: Pushing, receiver: Receiver) -> None:
    with receiving() as slow:
        slow.always = Reply(breaks="hangs")
        hanging, _ = pushing.subscribe(slow.url)
        one, _ = pushing.subscribe(receiver.url)
        pushing.record(1)
        head = 1
        with pushing.delivering():
            slow.next()
            for number in range(2, 5):
                head = pushing.record(number)
                pushing.until(one, cursor=head)
            assert pushing.stands(hanging).cursor == 0
            assert len(slow.all) == 1, "one delivery of each at a time"
            slow.always = None
            slow._let_go.set()
            pushing.due(hanging)
            pushing.until(hanging, cursor=head)


def test_nothing_is_told_while_paused_and_nothing_lost(
    pushing: Pushing, receiver: Receiver
) -> None:
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering() as deliverer:
        head = pushing.record(1)
        pushing.until(one, cursor=head)
        receiver.next()
        keeping.pause(pushing.ledger.engine, one.id, None)
        eventually(lambda: not deliverer._told)  # until it sees that, it may tell what it has read
        other, _ = pushing.subscribe(receiver.url, after=head)
        head = pushing.record(2)
        # The other has been told: so had this one been, were it not paused.
        pushing.until(other, cursor=head)
        assert receiver.next().headers["custody-subscription"] == other.id
        assert receiver.nothing_more()
        pushing.resume(one)
        pushing.until(one, cursor=head)


def test_when_its_key_is_revoked_a_subscription_is_disabled(
    pushing: Pushing, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        pushing.until(one, cursor=pushing.record(1))
        keys.revoke(pushing.ledger.engine, pushing.key)
        pushing.until(one, state="disabled", reason="key_revoked")
        pushing.record(2)
    assert len(receiver.all) == 1
    assert "key_revoked" in caplog.text


def test_one_leads_and_another_takes_over(pushing: Pushing, receiver: Receiver) -> None:
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering() as second:
        with pushing.delivering() as first:
            pushing.until(one, cursor=pushing.record(1))
            assert [bool(each._told) for each in (first, second)].count(True) == 1
            second.stop()
            pushing.until(one, cursor=pushing.record(2))
        assert len(receiver.all) == 2


def test_a_batch_that_was_under_way_goes_out_again_as_it_was(
    pushing: Pushing, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "STOP_S", 0.01)
    receiver.always = Reply(breaks="hangs")
    pushing.record(1, 2)
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        first = receiver.next()
    stands = pushing.stands(one)
    assert (stands.cursor, stands.reaching, stands.failures) == (0, 2, 0)
    receiver.always = None
    pushing.record(3)
    with pushing.delivering():
        pushing.until(one, cursor=3)
    _, again, rest = receiver.all
    assert (again.id, again.body) == (first.id, first.body)
    assert rest.positions == [3]


class _Searched:
    """Finds nothing, and notes what was looked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        self.names.append(name)


def test_no_delivery_searches_for_a_library(
    pushing: Pushing, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        pushing.until(one, cursor=pushing.record(1))
        searched = _Searched()
        monkeypatch.setattr(sys, "meta_path", [searched, *sys.meta_path])
        pushing.until(one, cursor=pushing.record(2))
    assert "sniffio" not in searched.names
