"""Does the page of the mapping say what is told?"""

import re
from pathlib import Path

from custody.epcis.inward.reasons import TEXTS as REASONS
from custody.epcis.outward import TOLD
from custody.events import TakingBack
from custody.events.correction import TAKING_BACK
from custody.events.fact import RANKS
from tests.epcis.beside import Recorded, events, sampled

PAGE = (Path(__file__).parents[2] / "docs" / "epcis-mapping.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("|")]


def test_every_movement_is_on_the_page() -> None:
    assert {*RANKS} == {*TOLD} | {*TAKING_BACK} | {"order"}
    for type_ in RANKS:
        assert any(f"`{type_}`" in row.split("|")[1] for row in ROWS), type_


def test_steps_and_dispositions_on_the_page_are_those_that_are_told() -> None:
    movements = sampled()
    for movement in movements:
        if isinstance(movement, TakingBack):
            continue
        rows = "\n".join(row for row in ROWS if f"`{movement.type}`" in row.split("|")[1])
        for event in events(movement, Recorded(movements))[:1]:
            assert event.type in rows
            assert re.search(rf"\b{event.biz_step}\b", rows)
            assert re.search(rf"\b{event.disposition}\b", rows)


def test_every_reason_is_on_the_page() -> None:
    for reason in REASONS:
        assert any(row.startswith(f"| `{reason}` |") for row in ROWS), reason
