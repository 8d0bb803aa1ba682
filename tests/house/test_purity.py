"""Are the pure floors pure: the same answer to the same question, today and in ten years?"""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Module, imports, modules

PURE = {"terms", "codes", "messages", "signing", "events", "access", "state", "decisions", "epcis"}
PURE_ALONE = {  # pure modules of a room that has others too
    f"custody.log.{name}"
    for name in (
        "says", "entry",
        "tree", "tiles", "spelling", "keys", "note", "checkpoint", "cosignature",
        "policy", "policy_file", "proof", "asking",
    )
} | {
    f"custody.pushing.{name}"
    for name in ("signing", "backoff", "answers", "addresses", "judging", "parcels", "subscription")
}  # fmt: skip

BANNED_MODULES = {  # what a pure module must not see, and where it gets the same thing from instead
    "the clock": ("time", "sched", "zoneinfo.reset_tzpath"),
    "chance": ("random", "secrets"),
    "the machine": ("os", "platform", "subprocess", "shutil", "tempfile", "signal", "sys.argv"),
    "the network": ("socket", "ssl", "select", "http", "urllib.request", "httpx", "uvicorn"),
    "the web": ("fastapi", "starlette"),
    "a database": ("sqlalchemy", "sqlite3", "psycopg", "eventsourcing"),
    "other threads": ("threading", "_thread", "queue", "asyncio", "concurrent", "multiprocessing"),
}
BANNED_NAMES = {
    "the clock": ("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    "chance": tuple(f"uuid.uuid{version}" for version in (1, 4, 6, 7, 8)),
    "the outside": ("open", "input"),
}
ADVICE = "Let the time, the id or the value come in with the command, from custodian.py or above."

pure = [module for module in modules() if module.room in PURE or module.name in PURE_ALONE]


@pytest.mark.parametrize("module", pure, ids=lambda m: m.name)
def test_a_pure_module_imports_nothing_impure(module: Module) -> None:
    for found in imports(module):
        for what, names in (*BANNED_MODULES.items(), *BANNED_NAMES.items()):
            within = [name for name in names if f"{found.name}.".startswith(f"{name}.")]
            assert not within, f"{module.at(found.line)}: {found.name} is {what}. {ADVICE}"


@pytest.mark.parametrize("module", pure, ids=lambda m: m.name)
def test_a_pure_module_asks_neither_clock_nor_chance(module: Module) -> None:
    for name, line in _names(module.tree):
        for what, banned in BANNED_NAMES.items():
            asked = [ban for ban in banned if f".{name}".endswith(f".{ban}")]
            assert not asked, f"{module.at(line)}: {name} asks {what}. {ADVICE}"


def _names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name called, and every dotted name read: handing on `datetime.now` is using it."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name, node.lineno
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                yield f"{owner}.{name}", node.lineno
