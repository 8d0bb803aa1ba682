"""Is what is done beside done in order, and does what fails there come out?"""

import errno
from io import BytesIO

import pytest

from custody.exporting import as_parquet
from custody.exporting.batches import batch
from custody.exporting.beside import Beside
from custody.ledger import Record


def test_one_thing_is_done_after_another_and_the_last_is_given_back() -> None:
    done: list[int] = []

    def twice(number: int) -> int:
        done.append(number)
        return 2 * number

    with Beside(twice) as beside:
        for number in range(100):
            beside.do(number)
        assert beside.done() == 198
    assert done == [*range(100)]


def test_what_failed_is_told_to_whoever_hands_on_the_next() -> None:
    with Beside(int) as beside:
        beside.do("no number")
        with pytest.raises(ValueError, match="no number"):
            beside.do("7")
        with pytest.raises(ValueError, match="no number"):
            beside.done()


def test_a_disk_that_is_full_is_told_though_another_thread_met_it() -> None:
    class Disk(BytesIO):
        room = 1_000

        def write(self, content: object) -> int:
            self.room -= memoryview(content).nbytes  # type: ignore[arg-type]
            if self.room < 0:
                raise OSError(errno.ENOSPC, "no room")
            return super().write(content)  # type: ignore[arg-type]

    disk = Disk()
    writer = as_parquet.Writer(disk)
    record = Record("noted", 1, b"{}", ("a:b",), None, None, None, 1, 2, b"k")
    some = [record._replace(data=b'"%d"' % number) for number in range(as_parquet.GROUP_FACTS)]
    writer.add(batch(some, writer.filled))
    with pytest.raises(OSError, match="no room"):
        writer.finish({})
    disk.room = 1_000_000
    writer.close()
