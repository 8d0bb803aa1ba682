import ast
from pathlib import Path

import pytest

from custody.decisions import KINDS


def expected_somewhere() -> set[str]:
    """Return every code that a test of a decision expects: what is written in a `then(…)`."""
    found: set[str] = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "then":
                found |= {str(one.value) for one in node.args if isinstance(one, ast.Constant)}
    return found


def test_every_kind_of_remark_is_made_in_some_test() -> None:
    untested = KINDS.keys() - expected_somewhere()
    assert not untested, f"no test of a decision makes these remarks: {sorted(untested)}"


@pytest.mark.parametrize("code", sorted(KINDS))
def test_a_kind_of_remark_is_told_in_two_languages(code: str) -> None:
    advice = KINDS[code]
    assert advice.zh.endswith("。")
    assert advice.en.endswith(".")
    assert advice.en.isascii()
    assert advice.code == code == code.lower()
