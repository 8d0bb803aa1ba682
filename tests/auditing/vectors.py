"""Where do the test vectors lie, which others published and we only read?"""

from pathlib import Path

import pytest

from tests.codes.shared import golden


def vectors(name: str) -> Path:
    """Find a file of the published vectors, or skip and say how to provide it."""
    path = golden("").parent / "tlog" / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path
