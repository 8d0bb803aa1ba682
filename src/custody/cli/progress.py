"""How far has it come? A bar on a terminal, a line now and then elsewhere, nothing on stdout."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from custody.cli.speech import note

LINE_EVERY_S = 5.0

Report = Callable[[int, int], None]
"""Told how much is done, of how much."""


@contextmanager
def shown(what: str, *, quiet: bool = False) -> Iterator[Report]:
    """Show how far something has come, to whoever watches."""
    if quiet:
        yield lambda _done, _total: None
    elif sys.stderr.isatty():
        with import_module("custody.cli.bar").shown(what) as report:
            yield report
    else:
        yield _lines(what)


def _lines(what: str) -> Report:
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if done >= total or time.monotonic() - last >= LINE_EVERY_S:
            last = time.monotonic()
            note(f"{what}: {done:,}/{total:,}")

    return report
