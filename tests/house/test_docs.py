"""Does every module say what it answers, and does no file say what only one machine understands?"""

import ast
import re

from tests.house.source import ROOT, modules, python_files, texts

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


def test_nothing_is_overlooked() -> None:
    opened = {path.relative_to(ROOT).parts[0] for path in texts()}
    assert opened >= {"src", "tests", "bench", "docs", "README.md"}
    assert set(modules()) < set(python_files())


def test_a_module_opens_with_the_question_it_answers() -> None:
    found = [
        f"{module.at()}: open with a docstring, one sentence saying which question it answers."
        for module in modules()
        if not ast.get_docstring(module.tree)
    ]
    assert not found, "\n".join(found)


def test_a_file_makes_sense_on_any_machine_and_on_any_day() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {unwanted.group()!r} is {what}. {advice}"
        for path, text in texts().items()
        for what, (advice, pattern) in UNWANTED.items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if (unwanted := pattern.search(line))
    ]
    assert not found, "\n".join(found)
