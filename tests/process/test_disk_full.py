"""Is nothing that was acknowledged lost when the disk is full, and does it go on with new room?"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from errno import ENOSPC
from pathlib import Path

import pytest

from tests.process.network import founded
from tests.process.outcome import assert_all_there, assert_known, recorded
from tests.process.outsider import Outsider, looking
from tests.process.terminals import crowd_at
from tests.process.witnessed import Witnessed, witnessed

DISK_BYTES = 64 << 20
"""Far more than is recorded until it is filled: what fills it is the most that is on it."""

LEFT_BYTES = 1 << 20
TERMINALS = 4


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk in memory; to mount one takes the rights of an administrator."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only an administrator may mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_loses_nothing_and_it_goes_on_once_there_is_room(
    disk: Path, tmp_path: Path
) -> None:
    with witnessed(tmp_path, f"sqlite:///{disk}/custody.db") as together:
        server = together.server
        network = founded(server)
        with looking(server, together.rules()) as outsider:
            with crowd_at(server, network, TERMINALS) as crowd:
                crowd.wait_for_more(50)
                ballast = filled(disk)
                crowd.wait_for_status(503)
                assert server.is_running
                assert server.get("/healthz").status_code == 200
                ballast.unlink()
                crowd.wait_for_more(50)
            outsider.wait_for(max(answer["position"] for answer in crowd.answered.values()))
        facts = [fact for fact in recorded(server, network) if fact["type"] != "heads"]
        assert crowd.statuses.keys() <= {200, 201, 503}
        assert_everything(together, outsider, tmp_path)
        outsider.assert_in_the_log(crowd)
        assert facts
        assert_all_there(crowd, facts)
        assert_known(server, network, crowd)


def filled(disk: Path) -> Path:
    """Fill a disk but for a little; return what it is filled with."""
    ballast = disk / "ballast"
    room = shutil.disk_usage(disk).free - LEFT_BYTES
    try:
        ballast.write_bytes(bytes(room))
    except OSError as error:
        # The terminals may take what was left before this is written: then it is full already.
        if error.errno != ENOSPC:
            raise
    return ballast


def assert_everything(together: Witnessed, outsider: Outsider, folder: Path) -> None:
    outsider.assert_one_history()
    outsider.assert_verified(together.policy, folder)
