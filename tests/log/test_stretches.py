import os
import select
import subprocess
import sys

import pytest

from tests.waiting import LONG_S

BEGINS = """
import sys
from multiprocessing import active_children
from custody.ledger import open_ledger
from custody.log import stretches

ledger = open_ledger(sys.argv[1])
way = stretches.way()
with stretches.sharing(ledger, 2):
    print(way, *[one.pid for one in active_children()], flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there a process is spawned, not forked")
def test_who_was_forked_ends_when_whoever_verifies_is_killed(database_url: str) -> None:
    command = [sys.executable, "-c", BEGINS, database_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as verifying:
        assert verifying.stdout is not None
        way, *forked = verifying.stdout.readline().split()
        ends = [os.pidfd_open(int(pid)) for pid in forked]
        verifying.kill()
    # Once it has ended, what tells so can be read.
    ended = [select.select([end], [], [], LONG_S)[0] == [end] for end in ends]
    for end in ends:
        os.close(end)
    assert (way, ended) == (b"fork", [True, True])
