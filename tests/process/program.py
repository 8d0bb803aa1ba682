"""How does a test run `custody` as a person does: with settings of its own, mostly as a process?"""

import os
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import pytest

from custody.cli import main
from tests.process import forked
from tests.process.command import COMMAND, ROOT, SOURCE, environment
from tests.waiting import LONG_S

__all__ = ["COMMAND", "ROOT", "SOURCE", "attempt", "custody_at", "environment"]


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
    env = environment(CUSTODY_DATABASE_URL=database_url, **settings)
    return forked.run([*COMMAND, *arguments], env, LONG_S)
