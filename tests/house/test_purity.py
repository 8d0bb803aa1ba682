"""Are the pure floors pure: the same answer to the same question, today and in ten years?"""

import ast
from collections.abc import Iterator
from functools import cache

from tests.house.source import Module, imports, modules

PURE = {"terms", "codes", "signing", "events", "access", "state", "decisions", "epcis"}
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


@cache
def pure() -> tuple[Module, ...]:
    return tuple(one for one in modules() if one.room in PURE or one.name in PURE_ALONE)


def test_a_pure_module_imports_nothing_impure() -> None:
    found = [
        f"{module.at(one.line)}: {one.name} is {what}. {ADVICE}"
        for module in pure()
        for one in imports(module)
        for what, names in (*BANNED_MODULES.items(), *BANNED_NAMES.items())
        if any(f"{one.name}.".startswith(f"{name}.") for name in names)
    ]
    assert not found, "\n".join(found)


def test_a_pure_module_asks_neither_clock_nor_chance() -> None:
    found = [
        f"{module.at(line)}: {name} asks {what}. {ADVICE}"
        for module in pure()
        for name, line in _names(module)
        for what, banned in BANNED_NAMES.items()
        if any(f".{name}".endswith(f".{ban}") for ban in banned)
    ]
    assert not found, "\n".join(found)


def test_every_module_that_is_called_pure_is_there() -> None:
    there = {module.name for module in pure()}
    assert there >= PURE_ALONE, f"{', '.join(sorted(PURE_ALONE - there))}: nobody looks at them"
    assert {module.room for module in pure()} >= PURE


def _names(module: Module) -> Iterator[tuple[str, int]]:
    """Every name called, and every dotted name read: handing on `datetime.now` is using it."""
    for node in module.nodes:
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name, node.lineno
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                yield f"{owner}.{name}", node.lineno
