"""Is a schedule of EPCIS read as the standard has it, and does the next time always fit it?"""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.pushing import schedule
from custody.pushing.schedule import FIELDS, NoSchedule
from custody.terms import SHANGHAI, millis


def at(text: str) -> int:
    return millis(datetime.fromisoformat(text + "+08:00"))


@pytest.mark.parametrize(
    ("said", "now", "due"),
    [
        ({"hour": "1", "minute": "5"}, "2026-03-01T00:00:00", "2026-03-01T01:05:00"),
        ({"hour": "1", "minute": "5"}, "2026-03-01T01:05:00", "2026-03-02T01:05:00"),
        ({"hour": "1"}, "2026-03-01T01:30:00", "2026-03-02T01:00:00"),
        ({"minute": "0,30"}, "2026-03-01T08:00:01", "2026-03-01T08:30:00"),
        ({"hour": "[9-17]"}, "2026-03-01T17:00:00", "2026-03-02T09:00:00"),
        ({"second": "15"}, "2026-03-01T00:00:15.001", "2026-03-01T00:01:15"),
        ({"dayOfWeek": "1"}, "2026-03-01T12:00:00", "2026-03-02T00:00:00"),
        ({"dayOfMonth": "31", "hour": "8"}, "2026-03-31T08:00:00", "2026-05-31T08:00:00"),
        ({"dayOfMonth": "29", "month": "2"}, "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
        ({"month": "12"}, "2026-03-01T00:00:00", "2026-12-01T00:00:00"),
    ],
)
def test_it_is_due_next(said: dict[str, str], now: str, due: str) -> None:
    assert schedule.read(said).after(at(now)) == at(due)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"seconds": "1"},
        {"second": ""},
        {"second": "60"},
        {"hour": "24"},
        {"dayOfMonth": "0"},
        {"dayOfWeek": "8"},
        {"minute": "[5-1]"},
        {"minute": "0/30"},
        {"minute": "*"},
        {"minute": "１"},
        {"minute": "1," * 200 + "1"},
    ],
)
def test_what_is_no_time_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(NoSchedule):
        schedule.read(said)


def test_what_never_comes_is_known() -> None:
    assert schedule.read({"dayOfMonth": "30", "month": "2"}).after(0) is None
    assert schedule.read({"dayOfMonth": "30", "month": "2"}).last(0) is None


def test_a_leap_day_on_a_weekday_may_be_forty_years_away() -> None:
    told = {"dayOfMonth": "29", "month": "2", "dayOfWeek": "1"}
    last = millis(datetime(2072, 3, 1, tzinfo=SHANGHAI))
    assert schedule.read(told).after(last) == millis(datetime(2112, 2, 29, tzinfo=SHANGHAI))


@st.composite
def said(draw: st.DrawFn) -> dict[str, str]:
    """Draw a schedule that comes to pass."""
    told = {}
    for name in draw(st.sets(st.sampled_from([*FIELDS]), min_size=1)):
        low, high = FIELDS[name]
        high = 28 if name == "dayOfMonth" else high
        values = draw(st.lists(st.integers(low, high), min_size=1, max_size=3))
        told[name] = ",".join(map(str, values))
    return told


@given(said(), st.integers(0, 4_000_000_000_000))
def test_the_next_time_fits_and_is_past(told: dict[str, str], now: int) -> None:
    due = schedule.read(told).after(now)
    assert due is not None
    assert due > now
    moment = datetime.fromtimestamp(due / 1000, SHANGHAI)
    parts = {
        "second": moment.second, "minute": moment.minute, "hour": moment.hour,
        "dayOfMonth": moment.day, "month": moment.month, "dayOfWeek": moment.isoweekday(),
    }  # fmt: skip
    for name, text in told.items():
        assert parts[name] in {int(one) for one in text.split(",")}
    last = schedule.read(told).last(due + 999)
    assert last == due
    assert schedule.read(told).last(due - 1) != due


@given(st.integers(0, 4_000_000_000_000))
def test_no_second_that_fits_is_left_out(now: int) -> None:
    every = schedule.read({"second": "[0-59]"})
    assert every.after(now) == (now // 1000 + 1) * 1000
    assert every.last(now) == now // 1000 * 1000
    hourly = schedule.read({"minute": "0"})
    due = hourly.after(now)
    assert due is not None
    assert timedelta(0) < timedelta(milliseconds=due - now) <= timedelta(hours=1)
