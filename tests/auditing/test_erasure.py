"""What does a destroyed key hide, and what does it not break?"""

import pytest

from tests.auditing.attempts import A, fact_at, written
from tests.auditing.making import JSON, b64
from tests.auditing.story import PACK, T1, Network, erased, evidence, told_anew
from tests.auditing.verifying import Auditor


def stored_twice(mine: Network) -> list[int]:
    """Put a battery away twice; return where that stands."""
    places = ("A-1", "A-2")
    return [mine.post("store", [A], T1, batteries=[A], place=place).position for place in places]


def test_what_has_no_chain_is_its_own_first_fact(auditor: Auditor) -> None:
    mine = written()
    gone, _ = stored_twice(mine)
    own = f"redaction:{gone}"
    mine.log.last[own] = (1, b64(mine.log.records[0].leaf))  # as if it had been announced before
    mine.announce(gone)
    mine.checkpoint()
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints, destroyed=[gone])
    assert auditor.asks(bundle).errors == ["item_not_derived"]


@pytest.mark.parametrize("name", ["drop_off", "dispatch", "hand_on", "receive"])
def test_a_redacted_fact_is_held_in_its_place_by_the_next(name: str, auditor: Auditor) -> None:
    bundle = erased(name)
    said = auditor.asks(bundle)
    assert (said.exit, said.told["verdict"]) == (0, "whole")
    [fact] = [one for one in said.told["facts"] if one["body"] == "redacted"]
    assert fact["index"] == fact_at(bundle, name)["index"]


def test_a_redacted_last_fact_is_held_by_the_heads(auditor: Auditor) -> None:
    mine = written()
    last = mine.post("store", [A], T1, batteries=[A], place="A-1").position
    heads = mine.log.heads().position
    mine.announce(last)
    mine.checkpoint()
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints, heads=heads, destroyed=[last])
    assert auditor.asks(bundle).exit == 0
    del bundle["facts"][-1]
    assert auditor.asks(bundle).errors == ["foreign_subject", "tail_missing", "redaction_malformed"]


def test_a_redacted_tag_may_hide_another_code(auditor: Auditor) -> None:
    network, at = told_anew()
    network.announce(at["tag"])
    network.checkpoint()
    shown = {"checkpoints": network.checkpoints, "heads": at["heads"]}
    bundle = network.log.evidence(PACK[0], **shown, destroyed=[at["tag"]])  # type: ignore[arg-type]
    said = auditor.asks(bundle)
    assert (said.exit, said.told["verdict"]) == (0, "unchanged")
    assert "redacted_link" in said.warnings
    assert "redacted_link" in auditor.asks(bundle, "--require-heads").errors


def test_of_several_redacted_facts_in_a_row_it_is_known_how_many_there_are(
    auditor: Auditor,
) -> None:
    bundle = erased("dispatch", "hand_on")
    said = auditor.asks(bundle)
    assert (said.exit, said.told["verdict"]) == (0, "whole")
    assert "redacted_unplaced" in said.warnings
    bundle["facts"].remove(fact_at(bundle, "dispatch"))
    assert "versions_gap" in auditor.asks(bundle).errors


def test_of_several_redacted_facts_at_the_end_too(auditor: Auditor) -> None:
    mine = written()
    two = stored_twice(mine)
    heads = mine.log.heads().position
    for position in two:
        mine.announce(position)
    mine.checkpoint()
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints, heads=heads, destroyed=two)
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
    bundle = erased("hold") | {"heads": None}  # the last one
    assert auditor.asks(bundle).errors == ["foreign_subject"]


# What was destroyed was announced.


def test_who_announced_it_when_and_why_is_told_in_both_languages(auditor: Auditor) -> None:
    network, at = told_anew()
    announcement = network.announce(at["hand_on"], reason="order", case="浙01-7").position
    network.checkpoint()
    shown = {"checkpoints": network.checkpoints, "heads": at["heads"]}
    bundle = network.log.evidence(*PACK, **shown, destroyed=[at["hand_on"]])  # type: ignore[arg-type]
    facts = auditor.asks(bundle).told["facts"]
    [told] = [one["redaction"] for one in facts if one["redaction"]]
    assert (told["position"], told["posted_by"]) == (announcement, "key-1")
    assert (told["reason"], told["case"]) == ("order", "浙01-7")
    before, behind = (when for _, when in network.checkpoints[-2:])
    assert before <= told["after"] <= told["recorded"] <= told["by"]
    assert told["by"] >= behind
    english = auditor.reads(bundle, "--lang", "en")
    gone = at["hand_on"]
    told_of = f"{gone - 1} (position {gone}): announced at position {announcement} by key-1"
    assert told_of in english
    assert "reason: ordered by a court or an authority; case: 浙01-7" in english
    chinese = auditor.reads(bundle, "--lang", "zh")
    assert f"{gone - 1}（第 {gone} 条）：key-1 在第 {announcement} 条告知销毁" in chinese
    assert "事由：法院或主管机关的命令；案号：浙01-7" in chinese


def test_what_is_destroyed_without_an_announcement_is_wrong(auditor: Auditor) -> None:
    said = auditor.asks(erased("hand_on", announced=False))
    assert (said.exit, said.errors, said.told["verdict"]) == (1, ["redaction_untold"], "wrong")
    bundle = erased("hand_on")
    del bundle["redactions"]
    assert auditor.asks(bundle).errors == ["redaction_untold"]


def test_whatever_is_hidden_without_being_destroyed_is_wrong_too(auditor: Auditor) -> None:
    bundle = evidence()
    fact = fact_at(bundle, "hand_on")
    fact["items"] = []
    del fact["body"], fact["body_salt"]
    assert auditor.asks(bundle).errors == ["redaction_untold"]


def test_a_bundle_from_before_there_were_announcements_is_read(auditor: Auditor) -> None:
    assert "redactions" not in evidence()
    assert auditor.asks(evidence()).exit == 0
    assert auditor.asks(evidence() | {"redactions": []}).exit == 0


def announced_otherwise(position: int, /, **says: object) -> JSON:
    """Let the operator announce something else, at a position of its log."""
    network, at = told_anew()
    gone = at["hand_on"]
    record = network.announce(position, **says)
    network.checkpoint()
    shown = {"checkpoints": network.checkpoints, "heads": at["heads"]}
    told = network.log.evidence(*PACK, **shown, destroyed=[gone])  # type: ignore[arg-type]
    fact = network.log.fact(record.position, network.log.size, record.subjects[:1])
    return {**told, "redactions": [fact]}


def test_an_announcement_of_another_position_announces_nothing(auditor: Auditor) -> None:
    _, at = told_anew()
    of_this_battery = announced_otherwise(at["dispatch"])
    of_another = announced_otherwise(at["dispatch"] - 1)
    for bundle in (of_this_battery, of_another):
        assert auditor.asks(bundle).errors == [
            "foreign_subject",
            "redaction_malformed",
            "redaction_untold",
        ]


@pytest.mark.parametrize(
    "says",
    [
        {"position": 1},
        {"position": "7"},
        {"movement": "0195a5c2-7b1e-7c3d-9a10-000000000001"},
        {"movement": None},
        {"reason": None},
        {"case": 7},
        {"more": "than there is"},
    ],
)
def test_an_announcement_that_says_something_else_announces_nothing(
    says: JSON, auditor: Auditor
) -> None:
    _, at = told_anew()
    bundle = announced_otherwise(at["hand_on"], **says)
    assert auditor.asks(bundle).errors == ["redaction_malformed", "redaction_untold"]


def test_an_announcement_is_a_fact_of_its_own_kind(auditor: Auditor) -> None:
    _, at = told_anew()
    said = auditor.asks(announced_otherwise(at["hand_on"], type="numbers_issued"))
    assert said.errors == ["redaction_malformed", "redaction_untold"]


def test_nobody_announces_what_is_yet_to_be_recorded(auditor: Auditor) -> None:
    mine = written()
    coming = mine.log.size + 2
    movement = mine._ids + 1
    mine.announce(1, position=coming, movement=f"0195a5c2-7b1e-7c3d-9a10-{movement:012x}")
    mine.log.records[-1].subjects = (f"redaction:{coming}", "registry")
    gone = mine.post("store", [A], T1, batteries=[A], place="A-1").position
    assert gone == coming
    heads = mine.log.heads().position
    mine.checkpoint()
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints, heads=heads, destroyed=[gone])
    assert "redaction_malformed" in auditor.asks(bundle).errors


def test_an_announcement_is_proved_like_any_other_fact(auditor: Auditor) -> None:
    bundle = erased("hand_on", "receive")
    one, other = bundle["redactions"]
    one["proof"], other["proof"] = other["proof"], one["proof"]
    assert set(auditor.asks(bundle).errors) == {"inclusion"}
    bundle = erased("hand_on", "receive")
    bundle["redactions"].reverse()
    assert auditor.asks(bundle).errors == ["facts_out_of_order"]
    bundle = erased("hand_on")
    bundle["redactions"] *= 2
    assert auditor.asks(bundle).errors == ["duplicate_fact", "redaction_malformed"]
    bundle = erased("hand_on")
    bundle["redactions"][0]["items"][0]["proof"] = []
    assert "item_proof" in auditor.asks(bundle).errors
    bundle = erased("hand_on")
    bundle["redactions"][0]["items"] = []
    assert auditor.asks(bundle).errors == ["redaction_malformed", "redaction_untold"]
    bundle = erased("hand_on")
    del bundle["redactions"][0]["body"]
    assert auditor.asks(bundle).errors == ["missing_key"]


def test_an_announcement_of_what_is_shown_all_the_same_is_no_part_of_it(auditor: Auditor) -> None:
    bundle = erased("hand_on")
    network, at = told_anew()
    network.announce(at["hand_on"])
    network.checkpoint()
    facts = network.log.evidence(*PACK, checkpoints=network.checkpoints)["facts"]
    assert auditor.asks(bundle | {"facts": facts}).errors == [
        "foreign_subject",
        "redaction_malformed",
    ]
