import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.codes.base64url import decode, encode


@given(st.binary(max_size=70))
def test_bytes_are_read_back_as_they_were_written(data: bytes) -> None:
    text = encode(data)
    assert set(text) <= {*"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}
    assert decode(text) == data


@given(st.text(max_size=12))
def test_a_text_is_the_only_one_of_its_bytes_or_none(text: str) -> None:
    try:
        data = decode(text)
    except ValueError:
        return
    assert encode(data) == text


@pytest.mark.parametrize("text", ["AA==", "AB", "A", "A+/A", "AAA A", "AAAA\n", "AAAAé", "="])
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - binascii says it in words of its own
        decode(text)
