from pathlib import Path

from custody import backup
from custody.ledger import open_ledger
from custody.projections.freshness import lay_out
from custody.pushing import keeping, secrets
from custody.pushing.backoff import Patience
from custody.pushing.signing import written
from tests.backup.conftest import silent
from tests.pushing.conftest import MASTER, NOON, Pushing
from tests.pushing.receiver import Receiver


def test_what_comes_out_of_a_backup_is_all_there_and_tells_nothing_unasked(
    pushing: Pushing, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.refuses = {1}
    pushing.record(1, 2)
    one, secret = pushing.subscribe(receiver.url)
    with pushing.delivering(patience=Patience(first=0, refusals_max=1)):
        pushing.until(one, cursor=2)
    backup.take(pushing.ledger, tmp_path / "b", silent)
    restored = open_ledger(f"sqlite:///{tmp_path}/restored.db")
    lay_out(restored.engine)
    backup.restore(restored, tmp_path / "b", silent)
    before = len(receiver.all)
    there = Pushing(restored, one.key)
    there.record(3)
    found = there.stands(one)
    assert (found.state, found.reason, found.cursor) == ("paused", "restored", 2)
    assert [written(each) for each in secrets.opened(MASTER, found, NOON)] == [secret]
    (letter,) = keeping.dead_letters(restored.engine, one.id, 0, 10)
    assert letter.position == 1
    with there.delivering():
        other, _ = there.subscribe(receiver.url, after=2)
        there.until(other, cursor=3)
        assert len(receiver.all) == before + 1, "the other alone"
        there.resume(one)
        there.until(one, cursor=3)
    restored.close()
