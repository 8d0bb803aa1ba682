"""How does a test run `custody` as a person does: with settings of its own, mostly as a process?"""

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

import custody
from custody.cli import main

ROOT = Path(__file__).parents[2]
SOURCE = Path(custody.__file__).parents[1]
COMMAND = [sys.executable, "-m", "custody"]
COMMAND_S = 60


def environment(**settings: str) -> dict[str, str]:
    """Return our own environment with these settings alone, and English spoken."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUSTODY_")}
    # The child must run the same source as the test, installed or not.
    path = os.pathsep.join([str(SOURCE), *filter(None, [kept.get("PYTHONPATH")])])
    return kept | {"LC_ALL": "C", "PYTHONPATH": path, "NO_PROXY": "*"} | settings


def custody_at(database_url: str, *arguments: str) -> str:
    """Run a command on a database; return what it prints, or fail with what it complains of.

    Here, where all it needs is imported already: that takes a process of its own longer than most
    of what is asked of it. Whoever serves the same database is in another process all the same.
    """
    told, complained = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CUSTODY_")]:
            patch.delenv(name)
        for name, value in {"CUSTODY_DATABASE_URL": database_url, "LC_ALL": "C"}.items():
            patch.setenv(name, value)
        with redirect_stdout(told), redirect_stderr(complained):
            code = main(arguments)
    said = told.getvalue()
    assert code == 0, f"custody {' '.join(arguments)}: {said}{complained.getvalue()}"
    return said


def attempt(
    database_url: str, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command that may go wrong, in a process of its own."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(CUSTODY_DATABASE_URL=database_url, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )
