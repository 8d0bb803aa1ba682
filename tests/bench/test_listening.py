"""Does the bench's listener see how far it has been told, however the pieces are cut?"""

from bench.listen import last_position

EVENTS = b"".join(
    b'%x\r\nid: %d\nevent: store\ndata: {"note":"id: 9"}\n\n\r\n' % (40, n) for n in (7, 8, 4_321)
)


def test_the_last_whole_position_counts_and_nothing_that_looks_like_one() -> None:
    ends = [EVENTS.index(b"id: %d\n" % n) + len(b"id: %d\n" % n) for n in (7, 8, 4_321)]
    for length in range(len(EVENTS) + 1):
        whole = [n for n, end in zip((7, 8, 4_321), ends, strict=True) if end <= length]
        assert last_position(EVENTS[:length]) == (whole[-1] if whole else 0), length
