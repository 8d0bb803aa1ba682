import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import asking
from custody.log.asking import BadRequest, Request
from tests.log.logs import to_witness

HASHES = st.binary(min_size=32, max_size=32)
REQUESTS = st.builds(
    Request, st.integers(0, 2**63 - 1), st.lists(HASHES, max_size=4).map(tuple), st.binary()
)
HASH = "41smjBUiAU70EtKlT6lIOIYtRTYxYXsDB+XHfcvu/BE="


@given(REQUESTS)
def test_a_request_reads_back(request_: Request) -> None:
    assert asking.parse(request_.content()) == request_


@given(st.binary() | st.text("old 05A=\n").map(str.encode) | st.binary().map(b"old 0\n\n".__add__))
def test_whatever_is_read_is_written_the_same(content: bytes) -> None:
    try:
        asked = asking.parse(content)
    except BadRequest:
        return
    assert asked.content() == content


@pytest.mark.parametrize(
    "content",
    [
        "",
        "old 5\n",
        "old 5\ncheckpoint\n",
        "old 05\n\n",
        "old -5\n\n",
        "old  5\n\n",
        "Old 5\n\n",
        "old 5 \n\n",
        "old 9223372036854775808\n\n",
        f"{HASH}\n\n",
        f"old 5\n{HASH} \n\n",
        f"old 5\n{HASH[:-1]}\n\n",
        "old 5\nAAAA\n\n",
        f"old 5\n\r{HASH}\n\n",
        f"old 5\n{'é' * 20}\n\n",
        "\n\n",
    ],
)
def test_what_is_nearly_a_request_is_none(content: str) -> None:
    with pytest.raises(BadRequest):
        asking.parse(content.encode())


def test_as_many_hashes_as_the_limit_are_read_and_no_more() -> None:
    most = Request(1, (bytes(32),) * asking.HASHES_MAX, b"")
    assert asking.parse(most.content()) == most
    with pytest.raises(BadRequest, match="at most 63"):
        asking.parse(Request(1, (bytes(32),) * (asking.HASHES_MAX + 1), b"").content())


def test_a_body_as_long_as_the_limit_is_read_and_no_longer() -> None:
    whole = to_witness(0, 1, b"")
    room = asking.BODY_BYTES_MAX - len(whole.content())
    assert asking.parse(whole.content() + b"a" * room).checkpoint == b"a" * room
    with pytest.raises(BadRequest, match="at most 65536"):
        asking.parse(whole.content() + b"a" * (room + 1))
