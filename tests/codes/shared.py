"""Where do the golden codes lie, which others published and we only read?"""

from pathlib import Path

from tests.shared import shared


def golden(name: str) -> Path:
    """Find a file of the shared domain folder, or skip and say how to provide it."""
    return shared(f"domain/{name}")
