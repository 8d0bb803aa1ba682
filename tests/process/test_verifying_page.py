"""Does the page on verifying lead to a verdict, and is what was doctored found out?"""

import re
from pathlib import Path

from tests.process.program import ROOT
from tests.process.test_readme import ran

PAGE = (ROOT / "docs" / "verifying.md").read_text()


def test_who_reads_the_page_on_verifying_has_checked_a_file_and_found_a_doctored_one(
    tmp_path: Path,
) -> None:
    (block,) = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    said = ran(block, tmp_path)
    sound, doctored = said.split("What cannot be said from this file:")
    assert re.search(r"^(Whole and u|U)nchanged: ", sound, re.MULTILINE), said
    assert "不要采信这份文件" in doctored
    assert "错误 " in doctored
    assert doctored.endswith("exit code 1\n")
