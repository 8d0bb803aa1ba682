"""Are the events of a stream read alike, wherever the line cuts it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.client import Garbled
from custody.client.events import EVENT_BYTES_MAX, Event, Events

STREAM = (
    "retry: 2000\n\n"
    'id: 7\nevent: drop_off\ndata: {"a":\ndata: "电池"}\n\n'
    ": a comment\r\nid: 8\r\ndata:bare\r\n\r\n"
    "id\rdata: x\r\r"
    "data\n\n"
    "event: nothing\n\n"
    "id: 9\ndata: cut off"
).encode()  # fmt: skip
TOLD = [
    Event("drop_off", "7", '{"a":\n"电池"}'),
    Event("message", "8", "bare"),
    Event("message", "", "x"),
    Event("message", "", ""),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_events_are_whole_wherever_the_stream_is_cut(cuts: list[int]) -> None:
    events = Events()
    told: list[Event] = []
    at = 0
    for cut in [*sorted(cuts), len(STREAM)]:
        told += events.read(STREAM[at:cut])
        at = cut
    assert told == TOLD
    assert events.retry_ms == 2_000


@pytest.mark.parametrize("line", [b"x" * 1_000, b"data: x\n" * 100])
def test_an_event_without_end_is_not_read_for_ever(line: bytes) -> None:
    events = Events()
    most = EVENT_BYTES_MAX // len(line)
    assert [event for _ in range(most // 2) for event in events.read(line)] == []
    with pytest.raises(Garbled):
        [event for _ in range(most) for event in events.read(line)]


@pytest.mark.parametrize("field", ["id: a\0b", "retry: soon", "retry: -1", "unheard: of"])
def test_what_means_nothing_is_passed_over(field: str) -> None:
    events = Events()
    (told,) = events.read(f"id: 1\n{field}\ndata: x\n\n".encode())
    assert told == Event("message", "1", "x")
    assert events.retry_ms is None
