"""Is a movement written down as the service reads it, and a mistake told by the field's name?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from custody.client import movement

SITE = "330106-0007"


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 1, 1, 12, tzinfo=UTC),
        "2026-03-01T01:12:00Z",
        "2026-03-01T01:12:00+00:00",
        "2026-03-01 01:12:00.000+00:00",
    ],
)
def test_when_it_occurred_may_be_written_already(at: datetime | str) -> None:
    assert movement("store", SITE, occurred_at=at)["occurred_at"] == "2026-03-01T01:12:00.000+00:00"


@pytest.mark.parametrize("at", ["2026-03-01T01:12:00", "yesterday", "", datetime(2026, 3, 1)])  # noqa: DTZ001
def test_what_names_no_instant_is_told_by_the_fields_name(at: datetime | str) -> None:
    with pytest.raises(ValueError, match=r"^occurred_at: ."):
        movement("store", SITE, occurred_at=at)


@pytest.mark.parametrize("at", [None, 1_772_327_520_000, ["2026"]])
def test_what_is_neither_text_nor_datetime_is_told_what_to_give(at: Any) -> None:
    with pytest.raises(TypeError, match=r"^occurred_at: expected a datetime .* got \w+$"):
        movement("store", SITE, occurred_at=at)
