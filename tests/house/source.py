"""What does the source look like to the rules of the house: its files, modules and imports?"""

import ast
import gc
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from custody import collector

ROOT = Path(__file__).parents[2]
PACKAGE = "custody"
PUBLISHED = Path("src/custody/api/document/browser/swagger-ui-bundle.js")
"""What others wrote and we only bring along: our rules do not bind it."""
GIT = ("git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others")


@dataclass(frozen=True)
class Module:
    """One Python file, read and parsed."""

    name: str  # dotted, as imported: custody.events.battery
    path: Path
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All that it is made of; walked through once, for many rules look at it."""
        return tuple(ast.walk(self.tree))

    @property
    def room(self) -> str:
        """The folder or file directly below the package: events, custodian; "" is the package."""
        return room(self.name)

    def at(self, line: int = 1) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


@dataclass(frozen=True)
class Import:
    """A name that a module brings in, dotted and absolute, and where."""

    name: str
    line: int


def room(name: str) -> str:
    return [*name.split("."), ""][1]


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project: what git knows or would add, or else what its folders hold."""
    try:
        listed = subprocess.run(
            [*GIT, "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return tuple(sorted(_walked()))
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def _walked() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in ("src", "tests", "bench", "docs", ".ci"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


@cache
def texts() -> dict[Path, str]:
    """Every file that holds text of ours, with its text."""
    found = {}
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content and path != ROOT / PUBLISHED:
            found[path] = content.decode(errors="replace")
    return found


@cache
def python_files() -> tuple[Module, ...]:
    """Every Python file of the project, tests and benchmarks included."""
    # Nothing of a tree is garbage, and to look for some took most of the time.
    with collector.away():
        found = tuple(
            Module(_dotted(path), path, text, ast.parse(text, str(path)))
            for path, text in texts().items()
            if path.suffix == ".py"
        )
    gc.freeze()
    return found


@cache
def modules() -> tuple[Module, ...]:
    """The modules of the package itself."""
    return tuple(m for m in python_files() if m.path.is_relative_to(ROOT / "src" / PACKAGE))


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "src" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(module: Module) -> Iterator[Import]:
    """Every import, wherever it stands; what is imported from a package counts by its full name."""
    package = module.name if module.path.name == "__init__.py" else module.name.rpartition(".")[0]
    for node in module.nodes:
        match node:
            case ast.Import(names=names):
                yield from (Import(alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(module=source, names=names, level=level):
                home = package.rsplit(".", level - 1)[0] if level else ""
                base = ".".join(filter(None, (home, source)))
                yield from (Import(f"{base}.{alias.name}", node.lineno) for alias in names)


def ours(module: Module) -> Iterator[Import]:
    """The imports that reach for another room of the package."""
    for found in imports(module):
        inside = found.name.split(".")[0] == PACKAGE
        if inside and room(found.name) not in (module.room, "", "__version__"):
            yield found
