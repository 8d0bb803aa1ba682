"""How does a test run `custody` as a person does: its own process, settings and folder?"""

import os
import subprocess
import sys
from pathlib import Path

import custody

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
    """Run a command on a database; return what it prints, or fail with what it complains of."""
    done = attempt(database_url, *arguments)
    assert done.returncode == 0, f"custody {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


def attempt(
    database_url: str, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command that may go wrong."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(CUSTODY_DATABASE_URL=database_url, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )
