"""Does what the page on pushing says to do work as it stands?"""

import re
from pathlib import Path

from tests.process.program import ROOT
from tests.process.test_readme import objects, ran

PAGE = (ROOT / "docs" / "pushing.md").read_text()


def test_who_reads_the_page_on_pushing_has_a_receiver_that_checks_signatures(
    tmp_path: Path,
) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (block,) = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    said = ran(block, tmp_path, {"receiver.py": program})
    tried, told, replayed = (one for one in objects(said) if {"taken", "cursor"} & one.keys())
    assert (tried["taken"], tried["status"]) == (True, 204)
    assert (told["state"], told["failures"], told["last_answer"]["status"]) == ("active", 0, 204)
    assert told["types"] == ["drop_off", "inspect"]
    assert replayed["cursor"] == 40
    facts = re.findall(r"^fact (\d+) (drop_off|inspect)$", said, re.MULTILINE)
    assert len(facts) == 3
    assert [int(position) for position, _ in facts] == sorted(int(one) for one, _ in facts)
