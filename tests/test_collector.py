"""Is no garbage looked for while the service is imported, and again afterwards?"""

import gc
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from custody.collector import away
from tests.process.program import environment

ROUNDS = 5

SAY_WHEN_LOOKED = """
import gc, sys
def looked(phase, info):
    known = sys.modules.get({module!r})
    if phase == "start" and known is not None and known.__spec__._initializing:
        print("looked")
gc.callbacks.append(looked)
"""
"""A program that says each time that garbage is looked for while a module is imported."""

IMPORTED = {
    "custody.api.app": "from custody.cli.serve import application\napplication()\n",
    "custody.cli.sending": "import custody.cli.forked\n",
}
"""Modules that import all that their process needs, and how that comes about."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """Note each time that garbage is looked for."""
    found: list[str] = []

    def looked(phase: str, _: dict[str, int]) -> None:
        found.append(phase)

    gc.callbacks.append(looked)
    try:
        yield found
    finally:
        gc.callbacks.remove(looked)


def made() -> list[list[int]]:
    """Make as much as is looked through several times, if it is looked for garbage at all."""
    young, _, _ = gc.get_threshold()
    return [[] for _ in range(ROUNDS * young)]


@pytest.fixture(params=[True, False], ids=["on", "off"])
def collecting(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Whether Python looks for garbage by itself, when the test begins."""
    before = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if before else gc.disable)()


def test_it_is_away_until_the_block_ends_and_then_as_before(collecting: bool) -> None:
    with counted() as looked:
        with away():
            assert made()
            assert not looked
        assert gc.isenabled() == collecting
        assert made()
        assert bool(looked) == collecting


def test_it_comes_back_though_what_was_imported_fails(collecting: bool) -> None:
    with pytest.raises(ImportError), away():
        raise ImportError
    assert gc.isenabled() == collecting


@pytest.mark.parametrize("module", IMPORTED)
def test_a_process_that_serves_or_stands_beside_imports_without_it(
    module: str, tmp_path: Path
) -> None:
    program = SAY_WHEN_LOOKED.format(module=module) + IMPORTED[module]
    told = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(CUSTODY_DATABASE_URL=f"sqlite:///{tmp_path}/custody.db"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.count("looked") == 0
