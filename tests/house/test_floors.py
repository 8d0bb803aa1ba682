"""Do imports run downward only, and do the two wings stay apart?"""

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.source import Module, imports, modules, ours, room

FLOORS = (  # from the ground up; a room may import its own floor and every floor below
    {"terms", "codes", "messages", "clock", "collector", "auditing", "signing", "limits"},
    {"client"},
    {"events", "access"},
    {"state", "decisions", "ledger", "epcis"},
    {"gathering"},
    {"memory", "reading", "custodian", "intake", "importing"},
    {"projections", "projector", "rebuilding", "history", "books"},
    {"keys", "vault", "access_log", "identity", "log", "feed", "exchange", "pushing", "relaying"},
    {"backup"},
    {"exporting"},
    {"api"},
    {"demo", "tampering"},
    {"cli", "settings", "__main__"},
)
ONLY = {  # rooms that know less than their floor would let them
    "terms": set[str](),
    "auditing": set[str](),  # whoever audits us cannot rely on us
    "client": {"terms", "codes", "signing"},  # it runs on devices, without the service
    "ledger": {"terms"},
    "access": {"terms"},
    "state": {"terms", "codes", "messages", "events"},
    "signing": {"codes"},
    "epcis": {"terms", "codes", "events"},
    "decisions": {"terms", "codes", "messages", "signing", "events", "state"},
}
DECIDING = {"state", "decisions", "memory", "reading", "custodian", "intake"}
ANSWERING = {"projections", "projector", "rebuilding", "history", "books"}
MEETING = "api"  # the one room that may know both wings

FLOOR = {name: height for height, floor in enumerate(FLOORS) for name in floor}


def rooms_below(module: Module) -> dict[str, str]:
    """Which rooms a module imports from, each with the place of one such import."""
    return {room(found.name): module.at(found.line) for found in ours(module)}


def test_every_module_has_a_floor() -> None:
    homeless = sorted({m.room for m in modules()} - FLOOR.keys() - {""})
    assert not homeless, (
        f"{', '.join(homeless)}: on no floor. Put each into FLOORS in tests/house/test_floors.py, "
        "on the lowest floor from which it can see what it needs."
    )


def test_imports_run_downward() -> None:
    found = [
        f"{place}: {module.name} reaches up to {other}. "
        "Pass what it needs as an argument, or move the thing both need to a floor below both."
        for module in modules()
        for other, place in rooms_below(module).items()
        if FLOOR.get(other, len(FLOORS)) > FLOOR.get(module.room, -1)
    ]
    assert not found, "\n".join(found)


def test_some_rooms_know_less_than_their_floor() -> None:
    found = [
        f"{place}: {module.room} may know "
        f"{', '.join(sorted(ONLY[module.room])) or 'nothing of ours'}, "
        f"not {other}. Let a room above it join the two."
        for module in modules()
        if module.room in ONLY
        for other, place in rooms_below(module).items()
        if other not in ONLY[module.room]
    ]
    assert not found, "\n".join(found)


def test_the_wings_meet_only_in_the_api() -> None:
    seen: dict[str, dict[str, str]] = {}
    for module in modules():
        seen.setdefault(module.room, {}).update(rooms_below(module))
    for name, below in seen.items():
        if name == MEETING:
            continue
        known = below.keys() | {name}
        both = known & DECIDING and known & ANSWERING
        assert not both, (
            f"{name} knows {', '.join(sorted(known & (DECIDING | ANSWERING)))} (see "
            f"{', '.join(sorted(below[r] for r in below.keys() & (DECIDING | ANSWERING)))}). "
            f"Deciding and answering meet only in {MEETING}: join them there and import that."
        )


def test_no_import_comes_round_in_a_circle() -> None:
    names = {module.name for module in modules()}
    graph = {
        module.name: {_module_of(found.name, names) for found in imports(module)} - {module.name}
        for module in modules()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(
            f"{' <- '.join(circle.args[1])}: each of these imports the next. "
            "Move what two of them share into a module below both."
        )


def _module_of(name: str, names: set[str]) -> str:
    """The module that a dotted name lies in: itself, or what stands before its last dot."""
    return name if name in names else name.rpartition(".")[0]
