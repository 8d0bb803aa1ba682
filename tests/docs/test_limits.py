"""Does the page of limits say what the code does?"""

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
ROWS = re.findall(r"^\| `([\w.]+)\.(\w+)` \| ([\d.]+) \|", PAGE.read_text(), re.MULTILINE)


@pytest.mark.parametrize(("module", "name", "value"), ROWS)
def test_the_page_says_what_the_code_does(module: str, name: str, value: str) -> None:
    assert getattr(import_module(module), name) == float(value)


def test_every_limit_on_a_fact_is_on_the_page() -> None:
    vocabulary = import_module("custody.events.vocabulary")
    limits = {name for name in vars(vocabulary) if name.endswith("_MAX")}
    assert limits == {name for module, name, _ in ROWS if module == vocabulary.__name__}
