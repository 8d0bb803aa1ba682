"""In which order does everything stand: versions, positions, and times?"""

from tests.auditing.attempts import A, judged, stored, written
from tests.auditing.making import BEGIN, b64, movement_id, sign
from tests.auditing.story import T1
from tests.auditing.verifying import Auditor


def test_the_operators_clock_never_goes_back(auditor: Auditor) -> None:
    mine = written()
    mine.log.now = BEGIN
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    assert "recorded_at_goes_back" in judged(auditor, mine, A).errors


def test_a_fact_recorded_in_the_future_is_named(auditor: Auditor) -> None:
    mine = written()
    mine.log.now = mine.log.now.replace(year=2150)
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    mine.checkpoints = [(mine.log.size, int(BEGIN.timestamp()) + 9999)]
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints)
    assert "timestamp_in_future" in auditor.asks(bundle).errors


def test_what_is_dated_back_shows_where_witnesses_had_not_seen_it(auditor: Auditor) -> None:
    mine = written()
    mine.checkpoints.append((mine.log.size, int(mine.log.now.timestamp()) + 7 * 24 * 3600))
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    size, late = mine.log.size, mine.checkpoints[0][1] + 60
    bundle = mine.log.evidence(A, checkpoints=[*mine.checkpoints, (size, late)])
    said = auditor.asks(bundle)
    assert said.warnings[-1] == "clock_disagrees"
    assert said.told["facts"][-1]["after"] > said.told["facts"][-1]["recorded"]


def test_a_previous_leaf_that_is_another_is_named(auditor: Auditor) -> None:
    mine = written()
    mine.log.last[f"battery:{A}"] = (1, b64(bytes(32)))
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    assert "previous_mismatch" in judged(auditor, mine, A).errors


def test_versions_stand_in_the_order_of_the_log(auditor: Auditor) -> None:
    mine, subject = written(), f"battery:{A}"
    mine.log.last[subject] = (2, mine.log.last[subject][1])
    mine.post("store", [A], T1, batteries=[A], place="A-3")  # the third, before the second
    mine.log.last[subject] = (1, b64(mine.log.records[2].leaf))
    mine.post("store", [A], T1, batteries=[A], place="A-2")
    assert "version_order" in judged(auditor, mine, A).errors


def test_versions_of_a_terminal_fit_between_those_that_are_shown(auditor: Auditor) -> None:
    for n in (0, 1, 99):
        mine, subject = written(), "terminal:330106-0007-T1"
        mine.log.last[subject] = (n, b64(bytes(32)) if n else None)  # type: ignore[assignment]
        mine.post("store", [A], T1, batteries=[A], place="A-3")
        assert "version_order" in judged(auditor, mine, A).errors


def test_a_terminals_previous_leaf_is_looked_at_too(auditor: Auditor) -> None:
    mine = written()
    mine.log.last["terminal:330106-0007-T1"] = (2, b64(bytes(32)))
    mine.post("store", [A], T1, batteries=[A], place="A-3")
    assert "previous_mismatch" in judged(auditor, mine, A).errors


def test_what_is_claimed_for_the_future_is_remarked(auditor: Auditor) -> None:
    mine, then = written(), "2150-01-01T00:00:00Z"
    mine.post("store", [A], T1, batteries=[A], place="A-3", occurred_at=then)
    assert judged(auditor, mine, A).warnings == ["heads_absent", "claimed_in_future"]


def test_a_version_left_out_by_the_log_itself_is_named(auditor: Auditor) -> None:
    mine = written()
    n, leaf = mine.log.last[f"battery:{A}"]
    mine.log.last[f"battery:{A}"] = (n + 2**40, leaf)
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    assert "versions_gap" in judged(auditor, mine, A).errors


def test_one_movement_cannot_be_recorded_twice(auditor: Auditor) -> None:
    mine = written()
    for _ in range(2):
        mine.log.record(sign(stored(), T1), (f"movement:{movement_id(40)}", f"battery:{A}"))
    assert "duplicate_fact" in judged(auditor, mine, A).errors


def test_a_fact_says_one_thing_of_a_battery(auditor: Auditor) -> None:
    mine = written()
    about = (f"movement:{movement_id(40)}", f"battery:{A}", f"battery:{A}")
    mine.log.record(sign(stored(), T1), about)
    assert "version_twice" in judged(auditor, mine, A).errors
