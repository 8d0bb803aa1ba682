"""Where does the shared folder lie: the contract, and what others published and we only read?"""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def shared(name: str) -> Path:
    """Find a file or folder by its path in the shared folder, or skip and say how to provide it."""
    folder = Path(os.environ.get("CUSTODY_SHARED", PROJECT.parent / "shared"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"{path} is not there; set CUSTODY_SHARED to the folder that holds {name}")
    return path
