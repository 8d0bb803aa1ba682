"""Where do the golden codes lie, which others published and we only read?"""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def golden(name: str) -> Path:
    """Find a file of the shared domain folder, or skip and say how to provide it."""
    shared = Path(os.environ.get("CUSTODY_SHARED", PROJECT.parent / "shared"))
    path = shared / "domain" / name
    if not path.exists():
        pytest.skip(f"{path} is not there; set CUSTODY_SHARED to the folder that holds domain/")
    return path
