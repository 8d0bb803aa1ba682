"""Whatever a file says, it is taken, or told why not: it never brings the import down."""

import json
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from custody.events import read_movement
from custody.importing.emanifest import document
from custody.importing.emanifest.manifest import Manifest
from custody.importing.emanifest.movements import Paper, plan
from custody.importing.emanifest.reading import read
from custody.terms import Refused
from tests.importing.manifests import NUMBER, day, line, manifest, rejected, signed

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["", "CHANGE ME", NUMBER, day(1), "UN3480", "UN3", "K", "G", "FullReject"])
)
anything: SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)

whole = manifest(
    transporters=[signed("VATEST000001", 14, order=1), signed("VATEST000002", 15, order=2)],
    wastes=[line(1), line(2, 5, "G", discrepancyResidueInfo={"residue": True})],
    additionalInfo={"originalManifestTrackingNumbers": ["100032713ELC"]},
    shippedDate=day(14),
    **rejected(
        "PartialReject",
        "100032714ELC",
        alternateDesignatedFacility=signed("VATEST000003", 16),
        transporterOnSite=True,
    ),
)


def taken(data: bytes) -> str:
    """Take a file as far as its movements, which must all be facts; say what came of it."""
    try:
        text = document.text_of(data)
    except Refused:
        return "unreadable"
    if document.kind_of(text) != "manifest":
        return "no manifest"
    value = _read(text)
    if isinstance(value, Refused):
        assert value.errors or value.code == "invalid_json"
        assert all(one.pointer.startswith("/") for one in value.errors)
        return "invalid"
    found = plan(value, Paper(NUMBER, "0" * 64, {}))
    for draft in found.drafts if found else ():
        read_movement(json.dumps(draft.body).encode())
        assert draft.pointer.startswith("/")
    return "planned" if found else "not shipped"


def _read(text: str) -> Manifest | Refused:
    try:
        return read(text)
    except Refused as refused:
        return refused


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value inside a value."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for name, one in inner for place in places(one, (*path, name)))]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def mutated(value: Any, path: tuple[Any, ...], instead: Any) -> Any:
    """Return a value with another in one place; `...` leaves that place out."""
    other = deepcopy(value)
    within = at(other, path[:-1])
    if instead is ...:
        del within[path[-1]]
    else:
        within[path[-1]] = instead
    return other


def alike(value: Any) -> SearchStrategy[Any]:
    """Make something of the same kind, which may well be sound in its place."""
    match value:
        case bool():
            return st.booleans()
        case int():
            return st.integers(0, 2**40) | st.integers(0, 12)
        case str() if value.endswith("+0000"):
            return st.datetimes().map(lambda one: f"{one.isoformat()}Z")
        case str():
            return st.sampled_from([*"PTKMGLYN", "VATEST000004", NUMBER, "NA1993", "UN3481"])
        case list() if value:
            return st.lists(st.sampled_from(value), max_size=3)
    return anything


@given(anything)
def test_any_json_is_read_without_a_crash(value: Any) -> None:
    assert taken(json.dumps(value).encode()) in {"no manifest", "unreadable"}


@given(st.binary())
def test_any_bytes_are_read_without_a_crash(data: bytes) -> None:
    assert taken(data) in {"no manifest", "unreadable"}


@given(st.dictionaries(st.sampled_from(sorted(whole)), anything, min_size=2))
def test_any_json_with_the_names_of_a_manifest_is_read_without_a_crash(value: Any) -> None:
    assert taken(json.dumps(value).encode())


@settings(max_examples=300)
@given(st.data())
def test_a_valid_manifest_with_something_else_in_it_is_planned_or_told_of(data: DataObject) -> None:
    value: Any = whole
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(value)[1:]))
        kind = data.draw(st.sampled_from([alike(at(value, path)), anything, st.just(...)]))
        value = mutated(value, path, data.draw(kind))
    assert taken(json.dumps(value).encode())


def test_the_manifest_that_is_mutated_is_a_valid_one() -> None:
    assert taken(json.dumps(whole).encode()) == "planned"
