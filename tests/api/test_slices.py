"""Is a body that is let through read alike by everybody?"""

from json import dumps
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.api.slices import NESTING_MAX, assert_read_alike, assert_sound
from custody.terms import Refused

texts = st.text(max_size=4)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(texts, values, max_size=4), st.booleans())
def test_a_body_is_sound_however_it_is_written(body: dict[str, Any], ascii_alone: bool) -> None:
    assert_sound(dumps(body, ensure_ascii=ascii_alone).encode())


@given(texts, values, values)
def test_a_name_that_stands_twice_is_refused_even_in_the_tersest_body(
    name: str, one: Any, other: Any
) -> None:
    key = dumps(name, ensure_ascii=False)
    pair = ",".join(f"{key}:{dumps(value, separators=(',', ':'))}" for value in (one, other))
    with pytest.raises(Refused, match="name_twice"):
        assert_sound(f'{{"within":{{{pair}}}}}'.encode())


@pytest.mark.parametrize("body", [b'{"a":NaN}', b'{"a":-Infinity}', b"[" * 9, b"{"])
def test_what_is_no_json_to_every_reader_is_refused(body: bytes) -> None:
    with pytest.raises(Refused, match="invalid_json"):
        assert_sound(body)


@pytest.mark.parametrize("deep", [NESTING_MAX + 1, 1_000])
def test_what_goes_too_deep_is_refused_before_it_is_read(deep: int) -> None:
    with pytest.raises(Refused, match="invalid_json"):
        assert_sound(b"[" * deep + b"]" * deep)
    assert_sound(b"[" * NESTING_MAX + b"]" * NESTING_MAX)


@given(st.dictionaries(texts, values, max_size=4), st.sampled_from([None, 1]))
def test_a_body_of_many_parts_is_sound_however_it_is_written(
    body: dict[str, Any], indent: int | None
) -> None:
    assert_read_alike(dumps([body] * (NESTING_MAX + 1), indent=indent).encode())


@given(texts, values, values, st.sampled_from([None, 1]))
def test_a_name_that_stands_twice_is_refused_in_a_body_of_many_parts(
    name: str, one: Any, other: Any, indent: int | None
) -> None:
    part = dumps({"name": one, "other": other}, indent=indent)
    twice = f"{{{dumps(name)}: {dumps(one)}, {dumps(name)}: {dumps(other)}}}"
    with pytest.raises(Refused, match="name_twice"):
        assert_read_alike(f"[{', '.join([part] * NESTING_MAX)}, {twice}]".encode())


@pytest.mark.parametrize("deep", [NESTING_MAX, 300])
def test_a_body_that_goes_too_deep_is_refused_beside_many_parts(deep: int) -> None:
    parts = "[1]," * NESTING_MAX
    with pytest.raises(Refused, match="invalid_json"):
        assert_read_alike(f"[{parts}{'[' * deep}{']' * deep}]".encode())
    assert_read_alike(f"[{parts}{'[' * (NESTING_MAX - 1)}{']' * (NESTING_MAX - 1)}]".encode())
