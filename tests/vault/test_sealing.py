import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.vault.sealing import NONCE_BYTES, Unreadable, new_key, seal, unseal


@given(st.binary(), st.text(), st.binary(min_size=32, max_size=32))
def test_what_is_sealed_is_read_with_the_same_key_for_the_same_purpose(
    content: bytes, purpose: str, key: bytes
) -> None:
    sealed = seal(key, content, purpose)
    assert unseal(key, sealed, purpose) == content
    assert content not in sealed or len(content) < NONCE_BYTES
    with pytest.raises(Unreadable):
        unseal(new_key(), sealed, purpose)
    with pytest.raises(Unreadable):
        unseal(key, sealed, f"{purpose}x")


@given(st.binary(max_size=40), st.data())
def test_whatever_is_changed_or_cut_off_is_noticed(content: bytes, data: st.DataObject) -> None:
    key = new_key()
    sealed = bytearray(seal(key, content, "p"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises(Unreadable):
        unseal(key, bytes(sealed[:place]), "p")
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        unseal(key, bytes(sealed), "p")


def test_the_same_content_is_never_sealed_alike() -> None:
    key = new_key()
    assert len({seal(key, b"", "p") for _ in range(100)}) == 100
