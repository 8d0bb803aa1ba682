"""What holds of any evidence, however it was tampered with?"""

import base64
import json
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.auditing.custody_verify import (
    AHEAD_MAX_S,
    CODES,
    WORDS,
    Policy,
    Report,
    Wishes,
    as_text,
    read_policy,
    tell,
    verify,
)
from tests.auditing.making import JSON, policy
from tests.auditing.story import erased

NOW = 1_800_000_000
HONEST = erased("dispatch", "recover")
"""Two of its facts were destroyed, and that was announced."""
POLICY: Policy = read_policy(policy().encode())
Path = tuple[Any, ...]


def judged(bundle: JSON | bytes) -> Report:
    raw = bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode()
    report = verify(POLICY, raw, NOW, Wishes())
    for lang in ("zh", "en"):
        assert as_text(tell(report, "00", lang), lang)
    return report


def claims(report: Report) -> JSON:
    """What a bundle claims: everything that a reader would rely on."""
    told = tell(report, "00", "en")
    return {key: told.get(key) for key in ("codes", "facts", "root", "size", "through", "checked")}


CLAIMS = claims(judged(HONEST))


def paths(value: Any, path: Path = ()) -> list[Path]:
    """Where the values of a bundle stand."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [path, *(found for key, one in inside for found in paths(one, (*path, key)))]


def at(bundle: Any, path: Path) -> Any:
    for key in path:
        bundle = bundle[key]
    return bundle


def changed(path: Path, value: Any) -> JSON:
    bundle = deepcopy(HONEST)
    at(bundle, path[:-1])[path[-1]] = value
    return bundle


PATHS = paths(HONEST)
NAMES = {"proof", "salt", "body", "body_salt", "leaf", "consistency"}
BINARY = [p for p in PATHS if {*p[-2:]} & NAMES and isinstance(at(HONEST, p), str)]
TEXTS = [p for p in PATHS if p[-1:] in {("entry",), ("item",), ("checkpoint",), ("note",)}]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("A" * 43),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@settings(max_examples=100)
@given(st.data())
def test_no_flipped_bit_of_a_binary_value_goes_unseen(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(BINARY))
    text = at(HONEST, path)
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    flipped = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert judged(changed(path, flipped)).errors


@settings(max_examples=100)
@given(st.data())
def test_no_flipped_bit_of_a_signed_or_committed_text_goes_unseen(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(TEXTS))
    raw = bytearray(at(HONEST, path).encode())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    assert judged(changed(path, raw.decode("latin-1"))).errors


@given(st.data())
def test_no_character_of_a_binary_value_can_be_another(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(BINARY))
    text = at(HONEST, path)
    place = data.draw(st.integers(0, len(text)))
    stray = data.draw(st.sampled_from("AZaz09-_+/= \n\0é"))
    for other in (text[:place] + stray + text[place:], text[:place] + stray + text[place + 1 :]):
        assert other == text or judged(changed(path, other)).errors


@given(st.sets(st.integers(0, len(HONEST["facts"]) - 1), min_size=1))
def test_no_facts_can_be_taken_out_unseen(out: set[int]) -> None:
    bundle = deepcopy(HONEST)
    bundle["facts"] = [one for n, one in enumerate(bundle["facts"]) if n not in out]
    after_the_heads = {len(HONEST["facts"]) - 1}
    report = judged(bundle)
    assert report.errors or (out == after_the_heads and claims(report) != CLAIMS)


@given(st.permutations(range(len(HONEST["facts"]))))
def test_facts_cannot_stand_in_another_order(order: list[int]) -> None:
    bundle = deepcopy(HONEST)
    bundle["facts"] = [bundle["facts"][n] for n in order]
    assert bool(judged(bundle).errors) == (order != sorted(order))


@settings(max_examples=100)
@given(st.data())
def test_whatever_stands_in_a_place_is_judged(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([p for p in PATHS if p]))
    other = data.draw(anything)
    report = judged(changed(path, other))
    honest = at(HONEST, path)
    is_the_same = type(other) is type(honest) and other == honest
    weaker = path in {("heads",), ("keys",), ("checkpoints",), ("keys", 0), ("manifest", "made_at")}
    assert report.errors or is_the_same or weaker or path[-1] == "items"


@settings(max_examples=100)
@given(st.data())
def test_whatever_is_missing_is_noticed_or_claims_less(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([p for p in PATHS if p]))
    bundle = deepcopy(HONEST)
    del at(bundle, path[:-1])[path[-1]]
    report = judged(bundle)
    assert report.errors or claims(report) != CLAIMS


def reencoded(fact: JSON, field: str, said: Any, unspaced: bool) -> JSON:
    text = json.dumps(said, separators=(",", ":") if unspaced else None, sort_keys=unspaced)
    if field == "body":
        return {**fact, "body": base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")}
    return {**fact, field: text}


@settings(max_examples=100)
@given(st.data())
def test_whatever_a_leaf_or_body_or_item_says_is_judged(data: st.DataObject) -> None:
    """Their commitments fail, and everything after that is looked at all the same."""
    bundle = deepcopy(HONEST)
    fact = data.draw(st.sampled_from([*bundle["facts"], *bundle["keys"], bundle["heads"]]))
    field = data.draw(st.sampled_from(["entry", "body", "item"]))
    place = (
        data.draw(st.sampled_from(fact["items"])) if field == "item" and fact.get("items") else fact
    )
    field = field if field in place else "entry"
    text = place[field]
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if field == "body" else text
    said = json.loads(raw)
    path = data.draw(st.sampled_from(paths(said)))
    if path:
        at(said, path[:-1])[path[-1]] = data.draw(anything)
    else:
        said = data.draw(anything)
    place.update(reencoded(place, field, said, data.draw(st.booleans())))
    judged(bundle)


def test_a_witness_may_be_ahead_of_us_a_little() -> None:
    raw = json.dumps(changed(("manifest", "made_at"), "2025-03-03T00:00:00Z")).encode()
    latest = max(one["redaction"]["by"] for one in CLAIMS["facts"] if one["redaction"])
    assert not verify(POLICY, raw, latest - AHEAD_MAX_S, Wishes()).errors
    late = verify(POLICY, raw, latest - AHEAD_MAX_S - 1, Wishes()).errors
    assert {one.code for one in late} == {"timestamp_in_future", "quorum"}


def test_a_quorum_of_nobody_proves_no_time() -> None:
    nobody = read_policy(
        policy("none", witnesses=()).replace("group both all w1 w2\n", "").encode()
    )
    told = tell(verify(nobody, json.dumps(HONEST).encode(), NOW, Wishes()), "00", "en")
    assert (told["verdict"], told["after"], told["by"]) == ("whole", None, None)
    assert {"lower_bound", "not_witnessed"} <= {*told["cannot_say"]}
    verdict = as_text(told, "en").split("\n")[0]
    assert verdict.endswith(" later ones; and no witness says when they were recorded.")
    assert "记录于何时没有见证人可证。" in as_text(told, "zh").split("\n")[0]
    seen = tell(judged(HONEST), "00", "en")
    assert as_text(seen, "en").split("\n")[0].endswith(", as witnesses say.")


WHOLE = json.dumps(HONEST).encode()


@settings(max_examples=60)
@given(st.integers(0, len(WHOLE) - 1))
def test_no_beginning_of_a_file_is_a_file(end: int) -> None:
    assert judged(WHOLE[:end]).errors


@settings(max_examples=100)
@given(st.integers(0, len(WHOLE) * 8 - 1))
def test_no_flipped_bit_of_the_file_changes_what_is_claimed(bit: int) -> None:
    raw = bytearray(WHOLE)
    raw[bit // 8] ^= 1 << bit % 8
    report = judged(bytes(raw))
    assert report.errors or claims(report) == CLAIMS


@given(st.binary(max_size=200) | anything.map(lambda one: json.dumps(one).encode()))
def test_anything_else_is_no_evidence(raw: bytes) -> None:
    assert judged(raw).errors


def test_every_code_and_word_is_there_in_both_languages() -> None:
    for texts in (CODES, WORDS):
        for name, text in texts.items():
            assert text.zh, name
            assert text.en, name
    assert all(1 <= text.step <= 13 for text in CODES.values())
