"""Does the page for auditors say what the program does?"""

import re
from pathlib import Path

from custody.auditing.custody_verify import CODES, arguments

PAGE = (Path(__file__).parents[2] / "docs" / "verifying.md").read_text()


ROW = re.compile(r"^\| (\d+)(?:[–, ]+(\d+))? \|.*?\| (`.*) \|$", re.MULTILINE)
SHELL = re.compile(r"^```sh\n.*?^```$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"--[a-z][a-z-]+")


def test_every_code_stands_beside_its_step() -> None:
    found = {}
    for first, last, codes in ROW.findall(PAGE):
        for code in re.findall(r"`(\w+)`", codes):
            found[code] = range(int(first), int(last or first) + 1)
    assert found.keys() == CODES.keys()
    assert all(CODES[code].step in steps for code, steps in found.items())


def test_every_option_is_on_the_page() -> None:
    options = {*OPTION.findall(arguments().format_help())}
    told = SHELL.sub("", PAGE)  # other programs have options of their own
    assert options - {"--help", "--version"} == {*OPTION.findall(told)}
