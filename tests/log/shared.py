"""Where do the golden logs, notes and proofs lie, which others published and we only read?"""

import json
from pathlib import Path
from typing import Any

from tests.shared import shared


def golden(name: str) -> Path:
    """Find a file or folder of the shared log data, or skip and say how to provide it."""
    return shared(f"tlog/{name}")


def golden_json(name: str) -> Any:
    """Read a JSON file of the shared log data."""
    return json.loads(golden(name).read_text(encoding="utf-8"))
