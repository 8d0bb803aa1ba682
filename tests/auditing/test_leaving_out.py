"""What can somebody leave out, add or exchange who stands between the log and the auditor?"""

from tests.auditing.attempts import A, at, fact_at, log, network
from tests.auditing.making import WITNESSES
from tests.auditing.story import OTHERS, PACK, Network, evidence
from tests.auditing.verifying import Auditor


def test_a_code_of_the_pack_cannot_be_kept_quiet(auditor: Auditor) -> None:
    one = log.evidence(PACK[0], checkpoints=network.checkpoints, heads=at["heads"])
    assert "linked_code_missing" in auditor.asks(one).errors
    other = log.evidence(PACK[1], checkpoints=network.checkpoints, heads=at["heads"])
    assert "linked_code_missing" in auditor.asks(other).errors


def test_nor_with_its_bodies_withheld(auditor: Auditor) -> None:
    every = range(1, log.size + 1)
    one = log.evidence(PACK[1], checkpoints=network.checkpoints, withheld=every)
    assert "linked_code_missing" in auditor.asks(one).errors


def test_a_code_without_its_facts_is_no_subject(auditor: Auditor) -> None:
    bundle = evidence(heads=None)
    bundle["subjects"].append("battery:maker:NOBODY")
    assert auditor.asks(bundle).errors == ["versions_gap", "foreign_subject"]


def test_two_batteries_cannot_be_told_as_one(auditor: Auditor) -> None:
    bundle = log.evidence(*OTHERS[:2], checkpoints=network.checkpoints, heads=at["heads"])
    said = auditor.asks(bundle)
    assert (said.exit, said.errors) == (1, ["foreign_subject"])


def test_the_item_of_one_code_cannot_be_left_out_where_two_are_named(auditor: Auditor) -> None:
    bundle = evidence()
    del fact_at(bundle, "tag")["items"][0]
    assert {"versions_gap", "item_missing"} <= {*auditor.asks(bundle).errors}


def test_an_older_heads_leaf_makes_an_older_claim(auditor: Auditor) -> None:
    said = auditor.asks(evidence(heads=at["early_heads"]))
    assert (said.exit, said.told["through"]) == (0, at["early_heads"] - 1)
    assert said.told["cannot_say"][0] == "later_facts"


def test_an_older_heads_leaf_does_not_excuse_a_cut_tail_before_it(auditor: Auditor) -> None:
    bundle = evidence(heads=at["early_heads"])
    bundle["facts"] = bundle["facts"][:1]
    assert "tail_missing" in auditor.asks(bundle).errors


def test_without_a_heads_leaf_less_is_claimed(auditor: Auditor) -> None:
    bundle = evidence(heads=None)
    bundle["facts"].pop()
    said = auditor.asks(bundle)
    assert (said.exit, said.told["verdict"], said.warnings[0]) == (0, "unchanged", "heads_absent")
    assert "whether others followed cannot be said" in auditor.reads(bundle, "--lang", "en")
    assert auditor.asks(bundle, "--require-heads").errors == ["heads_absent"]


def test_a_row_cannot_be_left_out_of_the_heads(auditor: Auditor) -> None:
    bundle = evidence()
    bundle["heads"]["rows"].pop()
    assert auditor.asks(bundle).errors == ["heads_row"]


def test_a_row_cannot_stand_for_another(auditor: Auditor) -> None:
    bundle = evidence()
    one, two = bundle["heads"]["rows"]
    one["row"], two["row"] = two["row"], one["row"]
    assert {*auditor.asks(bundle).errors} == {"heads_row"}


def test_a_row_cannot_be_made_to_say_less(auditor: Auditor) -> None:
    bundle = evidence()
    row = bundle["heads"]["rows"][0]
    row["version"] -= 1
    assert {"heads_row", "heads_disagree"} <= {*auditor.asks(bundle).errors}


def test_nobody_elses_row_is_shown(auditor: Auditor) -> None:
    bundle = evidence()
    heads = log.heads_fact(at["heads"], log.size, [f"battery:{A}"])
    bundle["heads"]["rows"] += heads["rows"]
    assert auditor.asks(bundle).errors == ["foreign_subject"]


def test_any_other_leaf_is_no_heads_leaf(auditor: Auditor) -> None:
    bundle = evidence()
    hold = dict(fact_at(bundle, "hold"))
    del hold["items"]
    bundle["heads"] = {**hold, "rows": bundle["heads"]["rows"]}
    assert "heads_malformed" in auditor.asks(bundle).errors


def test_a_heads_leaf_must_show_its_body(auditor: Auditor) -> None:
    bundle = evidence()
    del bundle["heads"]["body"], bundle["heads"]["body_salt"]
    assert auditor.asks(bundle).errors == ["heads_malformed"]


def test_a_fact_cannot_be_told_twice(auditor: Auditor) -> None:
    bundle = evidence()
    bundle["facts"].insert(1, bundle["facts"][0])
    assert {"duplicate_fact", "version_twice"} <= {*auditor.asks(bundle).errors}


def test_a_fact_without_items_says_nothing_of_this_pack(auditor: Auditor) -> None:
    bundle = evidence()
    stranger = log.fact(4, log.size, [], body=False)
    bundle["facts"].insert(1, stranger)
    assert auditor.asks(bundle).errors == ["foreign_subject", "redaction_untold"]


def test_an_item_of_another_fact_does_not_fit(auditor: Auditor) -> None:
    bundle = evidence()
    one, two = fact_at(bundle, "dispatch"), fact_at(bundle, "hand_on")
    one["items"], two["items"] = two["items"], one["items"]
    errors = auditor.asks(bundle).errors
    assert {"item_commitment", "item_not_derived"} <= {*errors}


def test_a_neighbours_item_is_not_shown_in_place_of_ones_own(auditor: Auditor) -> None:
    bundle = evidence()
    foreign = log.fact(at["dispatch"], log.size, [f"battery:{A}"])
    fact_at(bundle, "dispatch")["items"] = foreign["items"]
    assert {"foreign_subject", "versions_gap", "item_missing"} <= {*auditor.asks(bundle).errors}


def test_items_stand_in_their_order_once(auditor: Auditor) -> None:
    bundle = evidence()
    items = fact_at(bundle, "tag")["items"]
    items.reverse()
    assert auditor.asks(bundle).errors == ["item_malformed"]
    items[:] = [*items[::-1], items[0]]
    assert "item_malformed" in auditor.asks(bundle).errors


def test_an_item_in_another_place_does_not_fit(auditor: Auditor) -> None:
    bundle = evidence()
    item = fact_at(bundle, "dispatch")["items"][0]
    for k, code in ((item["k"] + 1, "item_commitment"), (9999, "item_proof"), (0, "item_proof")):
        item["k"] = k
        assert code in auditor.asks(bundle).errors
    item["k"] = 1
    assert "item_not_derived" in auditor.asks(bundle).errors


def test_a_body_cannot_be_exchanged(auditor: Auditor) -> None:
    bundle = evidence()
    one, two = fact_at(bundle, "dispatch"), fact_at(bundle, "hand_on")
    one["body"], two["body"] = two["body"], one["body"]
    errors = auditor.asks(bundle).errors
    assert {"body_commitment", "entry_not_derived"} <= {*errors}


def test_a_body_without_its_salt_is_not_looked_at(auditor: Auditor) -> None:
    bundle = evidence()
    del bundle["facts"][0]["body_salt"]
    assert auditor.asks(bundle).errors == ["missing_key"]


def test_unknown_keys_are_refused(auditor: Auditor) -> None:
    for path in ("", "manifest", "heads", "facts"):
        bundle = evidence()
        part = bundle[path] if path else bundle
        (part[0] if isinstance(part, list) else part)["trust_me"] = True
        assert auditor.asks(bundle).errors == ["unknown_key"]


def test_the_evidence_of_another_battery_is_seen_to_be_that(auditor: Auditor) -> None:
    bundle = log.evidence(A, checkpoints=network.checkpoints, heads=at["heads"])
    assert auditor.asks(bundle).exit == 0
    assert auditor.asks(bundle, "--battery", PACK[0]).errors == ["other_battery"]
    assert auditor.asks(bundle, "--battery", A.lower()).exit == 0
    bundle["manifest"]["battery"] = PACK[0]
    assert auditor.asks(bundle).errors == ["other_battery"]


def test_an_earlier_checkpoint_must_belong_to_the_same_tree(auditor: Auditor) -> None:
    fork = Network()
    for ref in OTHERS:
        fork.post("drop_off", [ref], None, battery={"code": ref}, channel="fleet")
    for size in (3, 6):
        bundle = evidence()
        bundle["checkpoints"][0]["note"] = fork.log.note(size, network.checkpoints[0][1])
        assert "consistency" in auditor.asks(bundle).errors


def test_an_earlier_checkpoint_without_enough_witnesses_is_none(auditor: Auditor) -> None:
    bundle = evidence()
    size, when = network.checkpoints[0]
    bundle["checkpoints"][0]["note"] = log.note(size, when, by=WITNESSES[:1])
    assert auditor.asks(bundle).errors == ["quorum"]


def test_earlier_checkpoints_come_in_order(auditor: Auditor) -> None:
    bundle = evidence()
    bundle["checkpoints"].reverse()
    assert auditor.asks(bundle).errors == ["checkpoints_out_of_order"]


def test_a_later_checkpoint_is_no_earlier_one(auditor: Auditor) -> None:
    bundle = evidence()
    note = {"note": bundle["checkpoint"], "consistency": []}
    bundle["checkpoints"].append(note)
    assert auditor.asks(bundle).errors == ["checkpoints_out_of_order"]


def test_witnesses_that_contradict_one_another_about_time_are_reported(auditor: Auditor) -> None:
    bundle = evidence()
    size, when = network.checkpoints[1]
    bundle["checkpoints"][1]["note"] = log.note(size, when + 30 * 24 * 3600)
    assert {*auditor.asks(bundle).errors} == {"bracket_reversed"}


def test_a_bundle_cannot_write_its_own_verdict(auditor: Auditor) -> None:
    bundle = evidence()
    bundle["subjects"].append("battery:\x1b[2J\nWhole and unchanged\u202e")
    text = auditor.reads(bundle)
    assert not {"\x1b", "\u202e"} & {*text}
    assert not any(line.startswith("Whole") for line in text.splitlines())
