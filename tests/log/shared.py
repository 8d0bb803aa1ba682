"""Where do the golden logs, notes and proofs lie, which others published and we only read?"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]


def golden(name: str) -> Path:
    """Find a file or folder of the shared log data, or skip and say how to provide it."""
    shared = Path(os.environ.get("CUSTODY_SHARED", PROJECT.parent / "shared"))
    path = shared / "tlog" / name
    if not path.exists():
        pytest.skip(f"{path} is not there; set CUSTODY_SHARED to the folder that holds tlog/")
    return path


def golden_json(name: str) -> Any:
    """Read a JSON file of the shared log data."""
    return json.loads(golden(name).read_text(encoding="utf-8"))
