"""How is a table shown to a person, whatever stands in its cells?

Terminals of sites write what they like into a note. Nothing of it is an instruction here: not to
what lays the table out, nor to the terminal that shows it.
"""

import sys
from collections.abc import Container, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from custody.cli.speech import either

COLUMNS = 200
"""How wide a table is that no person reads, but a file."""


def show(
    zh: str,
    en: str,
    rows: Iterable[Sequence[str]],
    *,
    title: str | None = None,
    faint: Container[int] = (),
) -> None:
    """Show rows under heads, which stand between blanks; `faint`: rows that count no longer."""
    table = Table(box=box.SIMPLE, title=title)
    for head in either(zh, en).split():
        table.add_column(head, overflow="fold")
    for number, cells in enumerate(rows):
        table.add_row(*map(printable, cells), style="dim" if number in faint else None)
    width = None if sys.stdout.isatty() else COLUMNS
    Console(width=width, markup=False, highlight=False).print(table)


def printable(said: str) -> str:
    """Write a text so that any terminal can show it, and none obeys it."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in said)
    encoding = sys.stdout.encoding or "utf-8"
    return shown.encode(encoding, "backslashreplace").decode(encoding)
