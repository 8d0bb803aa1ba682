"""Which bytes must be readable for ever? One sample a fact and a version, and what it must say."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from custody.events import BY_TYPE, UPCASTS, Movement, decode

FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Sample:
    """The bytes of one fact, as its terminal sent them or as its registration was stored."""

    type: str
    version: int
    data: bytes
    reading: Any

    def __str__(self) -> str:
        return f"{self.type}.v{self.version}"


def samples() -> list[Sample]:
    """Return every sample that is checked in, beside what it was read as when it was."""
    found = []
    for path in sorted(FOLDER.glob("*.v*.json")):
        type_, version = path.stem.split(".v")
        reading = json.loads((FOLDER / f"{path.stem}.reading").read_text(encoding="utf-8"))
        found.append(Sample(type_, int(version), path.read_bytes(), reading))
    return found


def versions() -> set[tuple[str, int]]:
    """Return each type with each version that this program says it can read."""
    return {(name, fact.version) for name, fact in BY_TYPE.items()} | {*UPCASTS}


def reading(type_: str, version: int, data: bytes) -> dict[str, Any]:
    """Say in plain JSON what a fact's bytes are read as, whom it concerns, and its order."""
    fact = decode(type_, version, data)
    read = {"class": type(fact).__name__, "subjects": [*fact.subjects()]}
    if isinstance(fact, Movement):
        read["order"] = [*fact.order]
    return {**read, "says": fact.model_dump(mode="json", exclude_unset=True)}
