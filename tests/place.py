"""Where do tests keep their files? In memory, where there is room: none of them cuts the power.

What a killed process had written is there for the next one on a disk in memory as on any other, so
nothing is proved less. But a database flushes each commit, and of a file that is made and forgotten
in a second the flushing was most of the time. Whoever sets TMPDIR has them kept there.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")
ROOM_BYTES: Final = 4 << 30
"""What three processes that test side by side have in use at once, and twice as much again."""


def choose() -> None:
    """Let this process, and all programs that it starts, keep what is temporary in memory."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free < ROOM_BYTES:
        return
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # it is looked for once, and someone may have
