"""Which stretch of time do days, months and instants stand for, at the sites' clocks?"""

import pytest

from custody.books.asking import clock, date, day, next_month, span
from custody.terms import DAY, HOUR, Millis, Refused, rfc3339
from tests.given import monday

NOW = monday  # 2026-03-02, nine in the morning in Hangzhou


def stretch(first: str | None, end: str | None, now: Millis = NOW) -> tuple[str, str]:
    found = span(first, end, now)
    return rfc3339(found.first), rfc3339(found.end)


@pytest.mark.parametrize(
    ("first", "end", "begins", "ends"),
    [
        (None, None, "2026-02-28T16:00", "2026-03-31T16:00"),
        ("2026-03", "2026-03", "2026-02-28T16:00", "2026-03-31T16:00"),
        ("2025-12", "2025-12", "2025-11-30T16:00", "2025-12-31T16:00"),
        ("2026-01", "2026-03", "2025-12-31T16:00", "2026-02-28T16:00"),
        ("2026-03-01", "2026-03-01", "2026-02-28T16:00", "2026-03-01T16:00"),
        ("2026-03-01", "2026-03-03", "2026-02-28T16:00", "2026-03-02T16:00"),
        ("2026-02", None, "2026-01-31T16:00", "2026-03-31T16:00"),
        (None, "2026-02", "2025-12-31T16:00", "2026-01-31T16:00"),
        (None, "2026-02-15", "2026-01-31T16:00", "2026-02-14T16:00"),
        ("2026-03-01T09:00:00+08:00", "2026-03-01", "", ""),
        ("2026-03-01T09:00:00+08:00", "2026-03-02", "2026-03-01T01:00", "2026-03-01T16:00"),
    ],
)
def test_a_stretch_is_what_people_mean_by_it(
    first: str | None, end: str | None, begins: str, ends: str
) -> None:
    if not begins:
        with pytest.raises(Refused):
            span(first, end, NOW)
        return
    assert stretch(first, end) == (f"{begins}:00.000Z", f"{ends}:00.000Z")


@pytest.mark.parametrize(
    ("first", "end"),
    [
        ("2026-03-02", "2026-03-01"),
        ("2026-02-30", None),
        ("2026-13", None),
        ("1999-12-31", "2026-01"),
        ("2026-01", "2300-01"),
        ("2020-01", "2026-01"),
        ("2026-03-01T09:00:00", None),
        ("2026-03-01T09:00:00 08:00", None),
        ("20260301", None),
        ("2026-W09-1", None),
        ("yesterday", None),
        ("", None),
        ("2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z"),
    ],
)
def test_what_is_no_stretch_is_refused(first: str, end: str | None) -> None:
    with pytest.raises(Refused) as refused:
        span(first, end, NOW)
    assert refused.value.code == "invalid_span"


def test_a_month_is_followed_by_the_next_however_long_it_is() -> None:
    (first, end) = span("2024-01", "2024-01", NOW).first, span("2024-12", "2024-12", NOW).end
    months = 0
    while first < end:
        first = next_month(first)
        months += 1
    assert (first, months) == (end, 12)


def test_a_day_begins_at_midnight_where_the_sites_are() -> None:
    midnight = monday - 9 * HOUR
    assert [date(day(at)) for at in (midnight - 1, midnight, midnight + DAY - 1)] == [
        "2026-03-01",
        "2026-03-02",
        "2026-03-02",
    ]
    assert clock(midnight - 1) == "2026-03-01 23:59:59.999"
