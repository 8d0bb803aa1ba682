"""What is `custody` called by, and with which environment, so that it runs what is tested?"""

import os
import sys
from pathlib import Path

import custody

ROOT = Path(__file__).parents[2]
SOURCE = Path(custody.__file__).parents[1]
COMMAND = [sys.executable, "-m", "custody"]


def environment(**settings: str) -> dict[str, str]:
    """Return our own environment with these settings alone, and English spoken."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUSTODY_")}
    # The child must run the same source as the test, installed or not.
    path = os.pathsep.join([str(SOURCE), *filter(None, [kept.get("PYTHONPATH")])])
    return kept | {"LC_ALL": "C", "PYTHONPATH": path, "NO_PROXY": "*"} | settings
