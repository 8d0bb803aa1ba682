"""What can the operator write into the log itself, and who would notice?"""

import pytest

from tests.auditing.attempts import A, B, judged, stored, tampered, written
from tests.auditing.making import JSON, movement_id, sign
from tests.auditing.story import OTHERS, T1, Network
from tests.auditing.verifying import Auditor


def test_an_item_that_says_more_than_the_body_is_named(auditor: Auditor) -> None:
    mine = written()
    tampered(mine, stored(), [f"battery:{A}"], lambda item: item["x"].update(place="Z-9"))
    assert judged(auditor, mine, A).errors == ["item_not_derived"]


def test_an_item_that_tells_of_a_neighbour_is_named(auditor: Auditor) -> None:
    mine = written()
    tampered(mine, stored(), [f"battery:{A}"], lambda item: item["x"].update(batteries=[A, B]))
    assert judged(auditor, mine, A).errors == ["item_not_derived"]


@pytest.mark.parametrize(
    "change",
    [
        {"n": 0},
        {"n": 1},
        {"n": True},
        {"n": "2"},
        {"p": None},
        {"p": ""},
        {"p": "AAAA"},
        {"s": None},
        {"more": 1},
        {"n": 2.5},
    ],
)
def test_an_item_has_one_form(change: JSON, auditor: Auditor) -> None:
    mine = written()
    tampered(mine, stored(), [f"battery:{A}"], lambda item: item.update(change))
    assert "item_malformed" in judged(auditor, mine, A).errors


def test_an_item_with_a_private_field_is_named(auditor: Auditor) -> None:
    mine = written()
    tampered(mine, stored(), [f"battery:{A}"], lambda item: item["x"].update(operator="op-1"))
    assert judged(auditor, mine, A).errors == ["item_not_derived"]


def test_a_withheld_body_does_not_let_an_item_say_private_things(auditor: Auditor) -> None:
    mine = written()
    tampered(mine, stored(), [f"battery:{A}"], lambda item: item["x"].update(note="老王"))
    mine.checkpoint()
    every = range(1, mine.log.size + 1)
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints, withheld=every)
    assert "item_not_derived" in auditor.asks(bundle).errors


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
