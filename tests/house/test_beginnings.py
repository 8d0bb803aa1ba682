"""Does a test's database begin with what its own fixture tells of, and not with another's?"""

import re
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]
BEGUN = re.compile(r'^BEGINNINGS\["(\w+)"\]', re.MULTILINE)
# One that is made for many tests has no database of theirs.
FIXTURE = re.compile(r"^@pytest\.fixture\b(?!\(.*scope).*\ndef (\w+)\(", re.MULTILINE)


def test_a_fixture_that_a_database_begins_for_has_its_name_alone() -> None:
    """A database is begun by the name of a fixture that is asked for, wherever that is from."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(TESTS.rglob("*.py"))]
    fixtures = Counter(name for one in sources for name in FIXTURE.findall(one))
    begun = Counter(name for one in sources for name in BEGUN.findall(one))
    assert begun
    assert {name: (fixtures[name], begun[name]) for name in begun} == dict.fromkeys(begun, (1, 1))
