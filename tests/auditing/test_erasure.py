"""What does a destroyed key hide, and what does it not break?"""

import pytest

from tests.auditing.attempts import A, at, fact_at, log, network, written
from tests.auditing.making import JSON, b64
from tests.auditing.story import PACK, T1, evidence
from tests.auditing.verifying import Auditor


def redacted(bundle: JSON, name: str) -> JSON:
    fact = fact_at(bundle, name)
    for key in ("body", "body_salt"):
        fact.pop(key, None)
    fact["items"] = []
    return bundle


@pytest.mark.parametrize("name", ["drop_off", "dispatch", "hand_on", "receive"])
def test_a_redacted_fact_is_held_in_its_place_by_the_next(name: str, auditor: Auditor) -> None:
    said = auditor.asks(redacted(evidence(), name))
    assert (said.exit, said.told["verdict"]) == (0, "whole")
    [fact] = [one for one in said.told["facts"] if one["body"] == "redacted"]
    assert fact["index"] == at[name] - 1


def test_a_redacted_last_fact_is_held_by_the_heads(auditor: Auditor) -> None:
    mine = written()
    last = mine.post("store", [A], T1, batteries=[A], place="A-1").position
    heads = mine.log.heads().position
    mine.checkpoint()
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints, heads=heads, withheld=[last])
    bundle["facts"][-1]["items"] = []
    assert auditor.asks(bundle).exit == 0
    del bundle["facts"][-1]
    assert auditor.asks(bundle).errors == ["tail_missing"]


def test_a_redacted_tag_may_hide_another_code(auditor: Auditor) -> None:
    bundle = log.evidence(PACK[0], checkpoints=network.checkpoints, heads=at["heads"])
    said = auditor.asks(redacted(bundle, "tag"))
    assert (said.exit, said.told["verdict"]) == (0, "unchanged")
    assert "redacted_link" in said.warnings
    assert "redacted_link" in auditor.asks(bundle, "--require-heads").errors


def test_of_several_redacted_facts_in_a_row_it_is_known_how_many_there_are(
    auditor: Auditor,
) -> None:
    bundle = redacted(redacted(evidence(), "dispatch"), "hand_on")
    said = auditor.asks(bundle)
    assert (said.exit, said.told["verdict"]) == (0, "whole")
    assert "redacted_unplaced" in said.warnings
    bundle["facts"].remove(fact_at(bundle, "dispatch"))
    assert "versions_gap" in auditor.asks(bundle).errors


def test_of_several_redacted_facts_at_the_end_too(auditor: Auditor) -> None:
    mine = written()
    two = [mine.post("store", [A], T1, batteries=[A], place=place) for place in ("A-1", "A-2")]
    heads = mine.log.heads().position
    mine.checkpoint()
    hidden = [one.position for one in two]
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints, heads=heads, withheld=hidden)
    for fact in bundle["facts"][-2:]:
        fact["items"] = []
    said = auditor.asks(bundle)
    assert (said.exit, said.told["verdict"]) == (0, "whole")
    assert said.warnings.count("redacted_unplaced") == 1
    del bundle["facts"][-2]
    assert "tail_missing" in auditor.asks(bundle).errors


def test_a_redacted_fact_stands_in_the_order_of_the_log(auditor: Auditor) -> None:
    mine = written()
    first = mine.log.records[0]
    mine.log.last[f"battery:{A}"] = (2, b64(first.leaf))
    mine.post("store", [A], T1, batteries=[A], place="A-3")
    mine.checkpoint()
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints)
    bundle["facts"].insert(0, mine.log.fact(1, mine.log.size, (), body=False))
    bundle["keys"].pop(0)
    assert "version_order" in auditor.asks(bundle).errors


def test_what_shows_nothing_and_is_named_by_nobody_is_no_part_of_it(auditor: Auditor) -> None:
    bundle = redacted(evidence(heads=None), "hold")  # the last one
    assert auditor.asks(bundle).errors == ["foreign_subject"]
