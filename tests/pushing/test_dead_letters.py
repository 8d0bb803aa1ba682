from custody.pushing import keeping
from custody.pushing.backoff import Patience
from tests.pushing.conftest import Pushing
from tests.pushing.receiver import Receiver, Reply
from tests.waiting import eventually


def test_a_poisonous_fact_is_put_aside_and_all_others_are_told(
    pushing: Pushing, receiver: Receiver
) -> None:
    receiver.refuses = {5}
    head = pushing.record(*range(1, 13))
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering(patience=Patience(first=0, refusals_max=2)):
        pushing.until(one, cursor=head)
        (letter,) = keeping.dead_letters(pushing.ledger.engine, one.id, 0, 10)
        assert (letter.position, letter.status, letter.answer) == (5, 422, "not this")
        taken = [p for got in receiver.all if 5 not in got.positions for p in got.positions]
        assert taken == [position for position in range(1, head + 1) if position != 5]
        before = {got.id for got in receiver.all}
        # Asked for again it is told again, by itself; and once it is taken it is dead no more.
        keeping.replay_dead(pushing.ledger.engine, one.id, None, pushing.clock.now)
        pushing.until(one, cursor=head)
        while (got := receiver.next()).id in before:
            pass
        assert got.positions == [5]
        receiver.refuses = set()
        pushing.clock.now += 1
        keeping.replay_dead(pushing.ledger.engine, one.id, None, pushing.clock.now)
        again = receiver.next()
        assert again.positions == [5]
        assert again.id != got.id
        pushing.until(one, cursor=head)
        eventually(lambda: not keeping.dead_letters(pushing.ledger.engine, one.id, 0, 10))


def test_who_refuses_one_fact_after_another_is_disabled_before_all_are_dead(
    pushing: Pushing, receiver: Receiver
) -> None:
    receiver.always = Reply(422)
    pushing.record(*range(1, 10))
    one, _ = pushing.subscribe(receiver.url)
    few = Patience(first=0, refusals_max=1, dead_running_max=3)
    with pushing.delivering(patience=few):
        stands = pushing.until(one, state="disabled", reason="refuses_everything")
    assert stands.cursor == 3
    dead = keeping.dead_letters(pushing.ledger.engine, one.id, 0, 10)
    assert [letter.position for letter in dead] == [1, 2, 3]


def test_a_subscription_has_so_many_dead_letters_and_no_more(
    pushing: Pushing, receiver: Receiver
) -> None:
    receiver.refuses = {1, 3}
    pushing.record(1, 2, 3)
    one, _ = pushing.subscribe(receiver.url)
    few = Patience(first=0, refusals_max=1, dead_letters_max=1)
    with pushing.delivering(patience=few):
        stands = pushing.until(one, state="disabled", reason="too_many_dead")
    assert stands.cursor == 2


def test_a_batch_too_large_is_cut_at_once(pushing: Pushing, receiver: Receiver) -> None:
    receiver.replies.append(Reply(413))
    pushing.record(1, 2, 3)
    one, _ = pushing.subscribe(receiver.url)
    with pushing.delivering():
        pushing.until(one, cursor=3, failures=0)
    assert [got.positions for got in receiver.all] == [[1, 2, 3], [1, 2], [3]]
