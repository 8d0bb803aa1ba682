"""What would somebody try who has the database, or the keys too? Each attempt, and what names it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.auditing import tree
from tests.auditing.making import BEGIN, JSON, WITNESSES, Signer, b64, movement_id, sign
from tests.auditing.story import OTHERS, PACK, T1, T2, Network, evidence, told
from tests.auditing.verifying import Auditor, Said

network, at = told()
log = network.log
A, B = OTHERS[:2]


def fact_at(bundle: JSON, name: str) -> JSON:
    """The fact of the story that has a name."""
    found: JSON = next(fact for fact in bundle["facts"] if fact["index"] == at[name] - 1)
    return found


# Somebody between the log and the auditor, who leaves out, adds and exchanges.


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
    assert auditor.asks(bundle).errors == ["versions_gap"]


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
    assert auditor.asks(bundle).errors == ["foreign_subject"]


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


# Somebody with the operator's database and keys, who writes the log itself.


def judged(auditor: Auditor, mine: Network, *codes: str, heads: int | None = None) -> Said:
    """What is said of a log whose operator wrote it so, and had it signed and witnessed."""
    mine.checkpoint()
    return auditor.asks(mine.log.evidence(*codes, checkpoints=mine.checkpoints, heads=heads))


def written() -> Network:
    """A log of two terminals with keys, and of two batteries."""
    mine = Network()
    mine.register("330106-0007-T1", T1)
    mine.register("330109-0001-T2", T2)
    for ref in (A, B):
        mine.post("drop_off", [ref], T1, battery={"code": ref}, channel="fleet")
    return mine


def tampered(mine: Network, body: JSON, about: list[str], change: Callable[[JSON], Any]) -> None:
    """Record a movement whose items say something else than its body, and commit to that."""
    record = mine.log.record(sign(body, T1), [f"movement:{body['id']}", *about])
    items = [json.loads(item) for item in record.items]
    for item in items[1:]:
        change(item)
    record.items[:] = [
        json.dumps(item, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        for item in items
    ]
    entry = json.loads(record.entry) | {"i": b64(tree.root(record.commitments()))}
    record.entry = json.dumps(entry, sort_keys=True, separators=(",", ":"))


def stored(n: int = 40, **says: object) -> JSON:
    """The body of a movement that says where a battery was put."""
    when = "2025-03-03T00:40:00Z"
    body = {"id": movement_id(n), "type": "store", "occurred_at": when, "site": "330106-0007"}
    return {**body, "batteries": [A, B], "place": "A-1", **says}


def test_an_item_that_says_more_than_the_body_is_named(auditor: Auditor) -> None:
    mine = written()
    tampered(mine, stored(), [f"battery:{A}"], lambda item: item["x"].update(place="Z-9"))
    assert judged(auditor, mine, A).errors == ["item_not_derived"]


def test_an_item_that_tells_of_a_neighbour_is_named(auditor: Auditor) -> None:
    mine = written()
    tampered(mine, stored(), [f"battery:{A}"], lambda item: item["x"].update(batteries=[A, B]))
    assert judged(auditor, mine, A).errors == ["item_not_derived"]


def test_an_item_with_a_private_field_is_named(auditor: Auditor) -> None:
    mine = written()
    tampered(mine, stored(), [f"battery:{A}"], lambda item: item["x"].update(operator="op-1"))
    assert judged(auditor, mine, A).errors == ["item_not_derived"]


def test_a_fact_that_does_not_name_the_battery_is_not_about_it(auditor: Auditor) -> None:
    mine = written()
    mine.post("store", [A], T1, batteries=[B], place="A-1")
    assert judged(auditor, mine, A).errors == ["item_not_derived"]


def test_a_battery_that_a_body_names_cannot_be_left_without_its_item(auditor: Auditor) -> None:
    mine = written()
    mine.post("tag", [B], T1, battery={"code": B}, same_as=A, reason="unreadable")
    assert judged(auditor, mine, A, B).errors == ["item_missing"]


def test_a_battery_is_no_records_own_subject(auditor: Auditor) -> None:
    mine = written()
    mine.log.record(sign(stored(), T1), [f"battery:{A}", f"movement:{movement_id(40)}"])
    assert "item_not_derived" in judged(auditor, mine, A).errors


@pytest.mark.parametrize(
    "entry",
    [
        {"t": "store.v2"},
        {"t": "hold"},
        {"o": "2025-03-03T00:40:00.001Z"},
        {"e": movement_id(41)},
        {"e": None},
    ],
)
def test_a_leaf_that_says_otherwise_than_its_body_is_named(entry: JSON, auditor: Auditor) -> None:
    mine = written()
    about = (f"movement:{movement_id(40)}", f"battery:{A}")
    mine.log.record(sign(stored(), T1), about, **entry)
    said = judged(auditor, mine, A)
    if entry == {"t": "store.v2"}:
        assert said.exit == 0  # an older or newer version of the same type
    else:
        assert {"entry_not_derived", "leaf_malformed"} & {*said.errors}


@pytest.mark.parametrize(
    "entry",
    [
        {"v": 2},
        {"v": True},
        {"m": -1},
        {"t": "Store"},
        {"t": "store.v1"},
        {"t": "store.v02"},
        {"e": "0195A5C2-7B1E-7C3D-9A10-000000000028"},
        {"o": "2025-03-03T00:40:00Z"},
        {"r": "2025-03-03T00:40:00.000+00:00"},
        {"r": "2025-02-30T00:40:00.000Z"},
        {"b": "AAAA"},
        {"extra": 1},
    ],
)
def test_a_leaf_has_one_form(entry: JSON, auditor: Auditor) -> None:
    mine = written()
    about = (f"movement:{movement_id(40)}", f"battery:{A}")
    mine.log.record(sign(stored(), T1), about, **entry)
    assert "leaf_malformed" in judged(auditor, mine, A).errors


def test_true_is_not_one(auditor: Auditor) -> None:
    mine = written()
    body = stored(seals_intact=True)
    tampered(mine, body, [f"battery:{A}"], lambda item: item["x"].update(seals_intact=1))
    assert judged(auditor, mine, A).errors == ["item_not_derived"]


def test_a_fact_says_one_thing_of_a_battery(auditor: Auditor) -> None:
    mine = written()
    about = (f"movement:{movement_id(40)}", f"battery:{A}", f"battery:{A}")
    mine.log.record(sign(stored(), T1), about)
    assert "version_twice" in judged(auditor, mine, A).errors


@pytest.mark.parametrize("odd", [[], {}, 7, None, True, "x", [[]], [{"battery": []}]])
@pytest.mark.parametrize(
    "field", ["type", "target", "values", "same_as", "new_code", "battery", "batteries", "id"]
)
def test_whatever_an_item_says_is_judged(field: str, odd: object, auditor: Auditor) -> None:
    mine = written()
    for type_ in ("store", "correct", "tag"):
        body = stored(40 + len(type_), type=type_)
        tampered(mine, body, [f"battery:{A}"], lambda item: item["x"].update({field: odd}))
    assert judged(auditor, mine, A).exit in {0, 1}


def test_one_movement_cannot_be_recorded_twice(auditor: Auditor) -> None:
    mine = written()
    for _ in range(2):
        mine.log.record(sign(stored(), T1), (f"movement:{movement_id(40)}", f"battery:{A}"))
    assert "duplicate_fact" in judged(auditor, mine, A).errors


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


def test_a_version_left_out_by_the_log_itself_is_named(auditor: Auditor) -> None:
    mine = written()
    n, leaf = mine.log.last[f"battery:{A}"]
    mine.log.last[f"battery:{A}"] = (n + 2**40, leaf)
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    assert "versions_gap" in judged(auditor, mine, A).errors


@pytest.mark.parametrize(
    "overruled", [{"through": 9999}, {"type": "store"}, {"root": "AAAA"}, {"x": 1}]
)
def test_heads_have_one_form(overruled: JSON, auditor: Auditor) -> None:
    mine = written()
    heads = mine.log.heads(**overruled).position
    assert "heads_malformed" in judged(auditor, mine, A, heads=heads).errors


def test_a_heads_leaf_that_forgets_a_fact_is_named(auditor: Auditor) -> None:
    mine = written()
    known = dict(mine.log.last)
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    mine.log.last, known = known, mine.log.last
    heads = mine.log.heads().position
    assert judged(auditor, mine, A, heads=heads).errors == ["heads_disagree"]


def test_a_battery_that_came_after_the_heads_has_no_row(auditor: Auditor) -> None:
    mine = Network()
    heads = mine.log.heads().position
    mine.post("drop_off", [A], None, battery={"code": A}, channel="fleet")
    said = judged(auditor, mine, A, heads=heads)
    assert (said.exit, said.told["verdict"], said.warnings) == (0, "unchanged", ["heads_absent"])


def test_a_heads_leaf_from_before_a_battery_came_says_nothing_of_it(auditor: Auditor) -> None:
    mine = Network()
    heads = mine.log.heads().position
    for place in ("A-1", "A-2", "A-3"):
        mine.post("store", [A], None, batteries=[A], place=place)
    mine.checkpoint()
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints, heads=heads)
    bundle["facts"].pop()
    assert auditor.asks(bundle).told["verdict"] == "unchanged"
    assert auditor.asks(bundle, "--require-heads").errors == ["heads_absent"]


def test_a_heads_leaf_long_before_the_checkpoint_is_remarked(auditor: Auditor) -> None:
    mine = written()
    heads = mine.log.heads().position
    mine.log.now = mine.log.now.replace(month=4)
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    assert judged(auditor, mine, A, heads=heads).warnings == ["heads_old"]


# Terminals' signatures.


def test_a_forged_movement_is_named(auditor: Auditor) -> None:
    mine = written()
    mine.post("store", [A], Signer("forger"), batteries=[A], place="A-1")
    assert judged(auditor, mine, A).errors == ["terminal_signature"]


@pytest.mark.parametrize("signature", ["c2lnbmVk", "=", "", 7, False, [], "A" * 86])
def test_what_is_no_signature_is_a_bad_one(signature: object, auditor: Auditor) -> None:
    mine = written()
    mine.post("store", [A], None, batteries=[A], place="A-1", signature=signature)
    assert judged(auditor, mine, A).errors == ["terminal_signature"]


def test_a_key_counts_only_after_its_registration(auditor: Auditor) -> None:
    mine = written()
    new = Signer("new")
    mine.post("store", [A], new, batteries=[A], place="A-1")
    mine.register("330106-0007-T1", new)
    mine.post("store", [A], new, batteries=[A], place="A-2")
    said = judged(auditor, mine, A)
    assert [fact["signature"] for fact in said.told["facts"]] == ["ok", "bad", "ok"]


def test_a_key_counts_only_until_the_next_registration(auditor: Auditor) -> None:
    mine = written()
    mine.register("330106-0007-T1", Signer("new"))
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    assert judged(auditor, mine, A).errors == ["terminal_signature"]


def test_a_terminal_without_a_key_any_more_signs_nothing(auditor: Auditor) -> None:
    mine = written()
    mine.register("330106-0007-T1", None)
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    said = judged(auditor, mine, A)
    assert (said.exit, said.warnings[-1]) == (0, "terminal_key_unknown")


def test_another_terminals_key_does_not_count(auditor: Auditor) -> None:
    mine = written()
    mine.post("store", [A], T2, batteries=[A], place="A-1")
    assert judged(auditor, mine, A).errors == ["terminal_signature"]


def test_a_signature_that_nobody_can_check_is_told_as_such(auditor: Auditor) -> None:
    bundle = evidence()
    bundle["keys"] = []
    said = auditor.asks(bundle)
    assert (said.exit, {*said.warnings}) == (0, {"terminal_key_unknown"})
    assert "unsigned" in said.told["cannot_say"]
    strict = auditor.asks(bundle, "--require-signatures")
    assert {*strict.errors} == {"terminal_key_unknown", "terminal_unsigned"}


def test_a_key_left_out_of_the_register_is_noticed_where_versions_tell(auditor: Auditor) -> None:
    bundle = evidence()
    keys = bundle["keys"]
    bundle["keys"] = [key for key in keys if key["index"] != at["new_key"] - 1]
    assert "terminal_signature" in auditor.asks(bundle).errors


def test_a_key_must_be_in_the_log(auditor: Auditor) -> None:
    bundle, mine = evidence(), Network()
    mine.register("330106-0007-T1", Signer("forger"))
    bundle["keys"].insert(0, mine.log.fact(1, 1, ()))
    assert {"inclusion", "duplicate_fact"} <= {*auditor.asks(bundle).errors}


def test_only_a_registration_is_a_key(auditor: Auditor) -> None:
    bundle = evidence()
    bundle["keys"].append(log.fact(at["hold"] + 1, log.size, ()))
    assert "key_malformed" in auditor.asks(bundle).errors


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19])
def test_a_weak_key_vouches_for_nothing(y: int, auditor: Auditor) -> None:
    mine = Network()
    weak = Signer("weak")
    weak.public = y.to_bytes(32, "little")
    mine.register("330106-0007-T1", weak)
    anything = b64(y.to_bytes(32, "little") + bytes(32))  # verifies under some such keys
    mine.post("store", [A], None, batteries=[A], place="A-1", signature=anything)
    assert judged(auditor, mine, A).errors == ["weak_key"]


# Erasure: a destroyed key hides a fact, and breaks nothing.


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


def test_two_redacted_facts_in_a_row_leave_a_gap_that_is_told(auditor: Auditor) -> None:
    bundle = redacted(redacted(evidence(), "dispatch"), "hand_on")
    assert "versions_gap" in auditor.asks(bundle).errors


# What was put right counts as it was put right.


def test_a_voided_tag_joins_no_codes(auditor: Auditor) -> None:
    mine = written()
    mine.post("tag", [A, B], T1, battery={"code": B}, same_as=A, reason="other")
    target = movement_id(3)
    mine.post("void", [A, B], T1, concerning=(f"movement:{target}",), target=target)
    assert judged(auditor, mine, A).exit == 0


def test_a_tag_put_right_joins_the_codes_it_should_have(auditor: Auditor) -> None:
    mine = written()
    mine.post("tag", [A, B], T1, battery={"code": B}, same_as=A, reason="other")
    values = {"same_as": OTHERS[3]}
    target = movement_id(3)
    mine.post("correct", [A, B, OTHERS[3]], T1, target=target, values=values)
    mine.checkpoint()
    bundle = mine.log.evidence(B, checkpoints=mine.checkpoints)
    said = auditor.asks(bundle)
    assert said.errors == ["linked_code_missing"]
    assert OTHERS[3] in said.told["errors"][0]["detail"]
