"""Does every module say what it answers, and does no file say what only one machine understands?"""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, Module, modules, texts

UNWANTED = {  # what, the advice, and a pattern written so that this file does not match itself
    "a path of one machine": (
        "Write it relative to the project, or take it as an argument.",
        re.compile(r"(?<![\w.~}-])/(?:home|Users|root|tmp|work|opt|mnt)/\w|[A-Z]:\\Users"),
    ),
    "the address of a package registry": (
        "Name the package; each machine knows its own registry.",
        re.compile(
            r"\b(?:pypi|pythonhosted|npmjs|crates|rubygems)\.(?:org|com|io)\b"
            r"|\bmirrors?\.\w+\.\w|:/{2}\S+/simple\b|(?<![\w-])--(?:extra-)?index-[u]rl"
        ),
    ),
    "work put off": (
        "Do it now, or leave it out.",
        re.compile(r"\b(?:T[O]DO|F[I]XME|H[A]CK|X[X]X)\b"),
    ),
}


@pytest.mark.parametrize("module", modules(), ids=lambda m: m.name)
def test_a_module_opens_with_the_question_it_answers(module: Module) -> None:
    assert ast.get_docstring(module.tree), (
        f"{module.at()}: open with a docstring, one sentence saying which question it answers."
    )


@pytest.mark.parametrize("path", texts(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_makes_sense_on_any_machine_and_on_any_day(path: Path) -> None:
    for number, line in enumerate(texts()[path].splitlines(), 1):
        for what, (advice, pattern) in UNWANTED.items():
            found = pattern.search(line)
            if found:
                place = f"{path.relative_to(ROOT)}:{number}"
                pytest.fail(f"{place}: {found.group()!r} is {what}. {advice}")
