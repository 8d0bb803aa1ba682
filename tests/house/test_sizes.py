"""Does each file answer one question, each function fit on a screen, each name say something?"""

import ast
import re
from collections.abc import Iterator

from tests.house.source import python_files

FILE_LINES_MAX = 300
ONE_FILE = {  # what may be longer than that, up to which length, and why
    # An auditor copies it to another machine and reads it before believing it: it must be whole.
    "custody.auditing.custody_verify": 1640,
}
FUNCTION_LINES_MAX = 60

BETTER_WORD = {  # a name part that says nothing, and what to ask oneself instead
    "manager": "say what it keeps or does: Ledger, Registry, Intake, Projector",
    "helper": "say what it answers, or make it a function where it is used",
    "util": "name the one thing its parts have in common, or give each its own home",
    "handler": "name the act: a decision is imperative, a route says what it serves",
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")


def test_a_file_answers_one_question() -> None:
    found = [
        f"{module.at()} has {lines} lines, at most {most}. "
        "Find the second question it answers and give that a file."
        for module in python_files()
        if (lines := len(module.text.splitlines()))
        > (most := ONE_FILE.get(module.name, FILE_LINES_MAX))
    ]
    assert not found, "\n".join(found)


def test_a_function_fits_on_a_screen() -> None:
    found = [
        f"{module.at(node.lineno)}: {node.name} has {lines} lines, at most "
        f"{FUNCTION_LINES_MAX}. Name its parts and let it call them."
        for module in python_files()
        for node in module.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert not found, "\n".join(found)


def test_a_class_is_named_for_what_it_is() -> None:
    found = [
        fault
        for module in python_files()
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
        for fault in _says_nothing(node.name, module.at(node.lineno))
    ]
    assert not found, "\n".join(found)


def test_a_file_is_named_for_what_it_answers() -> None:
    found = [
        fault for module in python_files() for fault in _says_nothing(module.path.stem, module.at())
    ]
    assert not found, "\n".join(found)


def _says_nothing(name: str, place: str) -> Iterator[str]:
    for part in WORD.findall(name):
        advice = BETTER_WORD.get(part.lower().removesuffix("s"))
        if advice is not None:
            yield f"{place}: {part!r} in {name} says nothing; {advice}."
