from pathlib import Path

import pytest

from tests.auditing.verifying import Auditor


@pytest.fixture
def auditor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Auditor:
    """Somebody who checks evidence."""
    return Auditor(tmp_path, capsys)
