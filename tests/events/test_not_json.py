"""Where does a text stop being JSON?"""

import pytest

from custody.events.not_json import not_json, too_deep
from custody.terms import Refused


def where(refused: Refused | None) -> tuple[int, int]:
    assert refused is not None
    (error,) = refused.errors
    return error.params["byte"], error.params["line"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", (0, 1)),
        (b"{", (1, 1)),
        (b'{"a": 1}}', (8, 1)),
        (b'{"a": 1,\n\n "b": NaN}', (16, 3)),
        ('{"a": "周敏",\n x}'.encode(), (17, 2)),
        (b'"\n\xff"', (2, 2)),
        (b"\xef\xbb\xbf{}", (0, 1)),
    ],
)
def test_after_how_many_bytes_and_in_which_line(body: bytes, place: tuple[int, int]) -> None:
    assert where(not_json(body)) == place


def test_where_it_goes_too_deep() -> None:
    assert too_deep(b"[[]]", 2) is None
    assert where(too_deep(b'["[[",\n[[]]]', 2)) == (8, 2)
