"""Is the canonical JSON that entries are made of that of RFC 8785?"""

import json

import pytest
import rfc8785

from tests.log.shared import golden

NAMES = ("arrays", "french", "structures", "unicode", "values")


@pytest.mark.parametrize("name", NAMES)
def test_published_documents_are_written_so(name: str) -> None:
    given = json.loads(golden(f"jcs/input/{name}.json").read_bytes())
    written = rfc8785.dumps(given)
    assert written == golden(f"jcs/output/{name}.json").read_bytes()
    assert written == bytes.fromhex(golden(f"jcs/outhex/{name}.txt").read_text())
