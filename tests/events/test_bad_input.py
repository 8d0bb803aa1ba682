import json
from typing import Any

import pytest
from pydantic import ValidationError

from custody.events import Movement, movement_adapter
from tests.events.samples import Sample, samples
from tests.given import (
    correct,
    data,
    dismantle,
    dispatch,
    dispose,
    drop_off,
    grade,
    hand_on,
    hold,
    incident,
    inspect,
    other,
    pack,
    receive,
    recover,
    release_hold,
    second_life,
    sticker,
    stock_take,
    store,
    tag,
    void,
)

BAD = [
    # what is put where, and what is said of it
    ("id", "0193a5c2-7b1e-4c3d-9a10-2f4e5d6c7b8a", "string_pattern_mismatch"),  # version 4
    ("id", "0193A5C2-7B1E-7C3D-9A10-2F4E5D6C7B8A", "string_pattern_mismatch"),
    ("id", 7, "string_type"),
    ("occurred_at", "2026-03-02T09:12:00", "timezone_aware"),
    ("occurred_at", "2026-03-02", "datetime_rfc3339"),
    ("occurred_at", "1772413920", "datetime_rfc3339"),
    ("occurred_at", "2026-02-29T09:12:00+08:00", "datetime_from_date_parsing"),
    ("occurred_at", 1772413920, "datetime_rfc3339"),
    ("occurred_at", "1970-01-01T00:00:00Z", "greater_than_equal"),
    ("occurred_at", "2200-01-01T00:00:00Z", "less_than"),
    ("site", "330106-7", "string_pattern_mismatch"),
    ("site", "330106-0007\n", "string_pattern_mismatch"),
    ("operator", "", "string_too_short"),
    ("operator", "op\n12", "string_pattern_mismatch"),
    ("capture", "guessed", "literal_error"),
    ("terminal_sequence", -1, "greater_than_equal"),
    ("terminal_sequence", True, "int_type"),
    ("terminal_sequence", 412.0, "int_type"),
    ("previous", "9F" * 32, "string_pattern_mismatch"),
    ("attachments.0", {"sha256": "9f" * 32}, "missing"),
    ("colour", "red", "extra_forbidden"),
    ("version", 1, "extra_forbidden"),
    ("battery", pack, "model_type"),
    ("battery.code", "gbt34014:short", "code"),
    ("battery.code", "barcode:1", "code"),
    ("battery.code", "maker:" + "A" * 75, "string_too_long"),
    ("battery.chemistry", "lead_acid", "literal_error"),
    ("battery.mass_g", 8700.5, "int_type"),
    ("battery.mass_g", "8700", "int_type"),
    ("battery.condition.0", "fine", "literal_error"),
    ("battery.colour", "red", "extra_forbidden"),
    ("channel", "theft", "literal_error"),
    ("depositor", "张三", "string_pattern_mismatch"),
    ("order_reference", "JD-1", "extra_forbidden"),
]


def body_of(fact: Movement) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(data(fact))
    return body


def refused(body: Any) -> list[tuple[str, str]]:
    """Say where a body is at fault, and in what."""
    with pytest.raises(ValidationError) as found:
        movement_adapter.validate_json(json.dumps(body))
    return [(".".join(map(str, fault["loc"])), fault["type"]) for fault in found.value.errors()]


@pytest.mark.parametrize(("where", "what", "why"), BAD, ids=lambda it: str(it)[:40])
def test_a_wrong_field_is_named_with_the_rule_it_breaks(where: str, what: Any, why: str) -> None:
    body = body_of(drop_off(condition=["intact"], attachments=[]))
    *inside, last = [int(step) if step.isdigit() else step for step in where.split(".")]
    part: Any = body
    for step in inside:
        part = part[step]
    if isinstance(last, int):
        part[:] = [what]
    else:
        part[last] = what
    where += ".media_type" if why == "missing" else ""
    assert refused(body) == [(f"drop_off.{where}", why)]


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_each_required_field_is_missed(sample: Sample) -> None:
    if "order" not in sample.reading:
        return
    whole = json.loads(sample.data)
    fact = type(movement_adapter.validate_json(sample.data))
    for name, field in fact.model_fields.items():
        if field.is_required() and name != "type":
            said = field.alias or name
            part = {key: value for key, value in whole.items() if key != said}
            assert refused(part) == [(f"{sample.type}.{said}", "missing")]


def test_a_movement_of_no_known_type_is_no_movement() -> None:
    assert refused({}) == [("", "union_tag_not_found")]
    assert refused({**body_of(void(drop_off())), "type": "teleport"}) == [("", "union_tag_invalid")]
    assert refused({"type": "site_registered"}) == [("", "union_tag_invalid")]
    assert refused([]) == [("", "dict_type")]


def test_every_fault_is_told_at_once() -> None:
    body = {**body_of(inspect()), "site": "here", "verdict": "keep", "note": 7}
    assert refused(body) == [
        ("inspect.site", "string_pattern_mismatch"),
        ("inspect.note", "string_type"),
        ("inspect.verdict", "literal_error"),
    ]


@pytest.mark.parametrize(
    ("fact", "change"),
    [
        (store(), {"batteries": [pack, other, pack]}),
        (dispatch(), {"batteries": [pack, pack]}),
        (receive(), {"extra": [pack]}),
        (receive(), {"missing": [other], "rejected": [{"battery": other, "reason": "other"}]}),
        (dismantle(), {"children": [other, other]}),
        (dismantle(), {"children": [pack]}),
        (recover(), {"batteries": [pack, pack]}),
        (dispose(), {"batteries": [pack, pack]}),
        (stock_take(), {"counted": [other, other]}),
        (incident("fire"), {"batteries": [pack, pack]}),
        (hold(), {"batteries": [pack, pack]}),
        (release_hold(), {"batteries": [pack, pack]}),
        (tag(), {"same_as": sticker}),
        (second_life(), {"new_code": pack}),
    ],
    ids=lambda it: it.type if isinstance(it, Movement) else str(it)[:20],
)
def test_a_battery_named_twice_is_a_slip(fact: Movement, change: dict[str, Any]) -> None:
    assert refused({**body_of(fact), **change}) == [(fact.type, "listed_twice")]


def test_one_code_spelled_in_two_ways_is_one_battery_named_twice() -> None:
    body = {**body_of(store()), "batteries": ["maker:ab-1", "maker:AB1"]}
    assert refused(body) == [("store", "listed_twice")]


def test_a_disposal_disposes_of_something() -> None:
    assert refused({**body_of(dispose()), "batteries": []}) == [("dispose", "nothing_disposed")]
    assert dispose([], fractions=[{"fraction": "residue", "mass_g": 1}]).batteries_named() == ()


@pytest.mark.parametrize(
    ("fact", "change", "why"),
    [
        (tag(), {"reason": "lost"}, "literal_error"),
        (grade(), {"grade": "A+"}, "string_pattern_mismatch"),
        (grade(), {"route": "export"}, "literal_error"),
        (hand_on(), {"to_carrier": ""}, "string_too_short"),
        (recover(), {"process": 7}, "string_type"),
        (second_life(), {"use": "储能"}, "string_pattern_mismatch"),
        (stock_take(), {"frozen_at": "2026-03-04"}, "datetime_rfc3339"),
        (stock_take(), {"step": "pause"}, "literal_error"),
        (incident("fire"), {"kind": "flood"}, "literal_error"),
        (hold(), {"case": ""}, "string_pattern_mismatch"),
        (hold(), {"batteries": []}, "too_short"),
        (store(), {"treatment": ["wiped"]}, "literal_error"),
        (correct(store(), {"place": "B-2"}), {"values": []}, "dict_type"),
        (correct(store(), {"place": "B-2"}), {"target": "that one"}, "string_pattern_mismatch"),
    ],
    ids=lambda it: it.type if isinstance(it, Movement) else str(it)[:20],
)
def test_a_wrong_field_of_any_movement_is_named(
    fact: Movement, change: dict[str, Any], why: str
) -> None:
    ((where, rule),) = refused({**body_of(fact), **change})
    assert where.split(".")[:2] == [fact.type, *change]
    assert rule == why


def test_how_much_of_a_material_is_what_its_name_says_is_a_share_of_a_hundred() -> None:
    for assay, why in ((100.1, "less_than_equal"), (-1, "greater_than_equal"), ("9", "float_type")):
        outputs = [{"material": "copper", "mass_g": 1, "assay_pct": assay}]
        found = refused({**body_of(recover()), "outputs": outputs})
        assert found == [("recover.outputs.0.assay_pct", why)]


def test_a_movement_of_batteries_names_one_at_least() -> None:
    assert refused({**body_of(store()), "batteries": []}) == [("store.batteries", "too_short")]
    assert refused({**body_of(dispatch()), "batteries": []}) == [
        ("dispatch.batteries", "too_short")
    ]
    assert receive([]).batteries_named() == ()
