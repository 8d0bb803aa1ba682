from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from custody.events import (
    LONG_REMEMBERED_BYTES_MAX,
    REMEMBERED_BYTES_MAX,
    UPCASTS,
    Registration,
    Voided,
    decode,
    decode_once,
    read_movement,
)
from custody.terms import millis
from tests.events.samples import Sample, reading, samples, versions
from tests.given import correct, data, dispatch, drop_off, store, void

every_sample = pytest.mark.parametrize("sample", samples(), ids=str)


def test_every_fact_has_a_sample_of_every_version() -> None:
    without = versions() - {(sample.type, sample.version) for sample in samples()}
    assert not without, f"put bytes of these into tests/events/samples: {sorted(without)}"


@every_sample
def test_a_sample_is_read_as_it_was_when_it_was_written(sample: Sample) -> None:
    assert reading(sample.type, sample.version, sample.data) == sample.reading


@every_sample
def test_a_registration_is_written_as_it_was_read(sample: Sample) -> None:
    fact = decode(sample.type, sample.version, sample.data)
    if isinstance(fact, Registration):
        assert data(fact) == sample.data


@every_sample
def test_a_fact_never_changes(sample: Sample) -> None:
    fact = decode(sample.type, sample.version, sample.data)
    with pytest.raises(ValueError, match="frozen"):
        fact.type = "other"
    assert hash(fact) == hash(decode(sample.type, sample.version, sample.data))


def test_an_older_body_is_turned_into_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def from_the_first(body: dict[str, Any]) -> dict[str, Any]:
        return {"reason": body.pop("because"), **body}

    monkeypatch.setitem(UPCASTS, ("void", 0), from_the_first)
    now = void(drop_off(), reason="twice")
    then = data(now).replace(b'"reason"', b'"because"')
    assert decode("void", 0, then) == now
    assert isinstance(decode("void", 1, data(now)), Voided)


@pytest.mark.parametrize(("type_", "version"), [("teleport", 1), ("void", 2), ("void", 0)])
def test_what_only_another_program_can_read_is_not_guessed(type_: str, version: int) -> None:
    with pytest.raises(KeyError):
        decode(type_, version, data(void(drop_off())))


def test_a_body_too_long_to_be_remembered_is_read_all_the_same() -> None:
    many = store([f"maker:{n}" for n in range(1_000)])
    whatever = correct(many, {"place": "A" * LONG_REMEMBERED_BYTES_MAX})
    assert len(data(many)) > REMEMBERED_BYTES_MAX > len(data(store()))
    assert len(data(whatever)) > LONG_REMEMBERED_BYTES_MAX > len(data(many))
    for fact in (whatever, many, store()):
        assert read_movement(data(fact)) == decode(fact.type, 1, data(fact)) == fact
    assert read_movement(data(many)) is read_movement(data(many))


def test_a_consignment_is_due_when_its_sender_said_so() -> None:
    expected = "2026-03-06T12:00:00+08:00"
    assert dispatch(expected_at=expected).due == millis(datetime.fromisoformat(expected))
    assert dispatch().due is None


def test_a_movement_is_remembered_unless_it_is_read_once() -> None:
    def fact(read: Callable[[str, int, bytes], Any]) -> Any:
        return read("drop_off", 1, data(drop_off()))

    assert fact(decode_once) == fact(decode_once) == fact(decode)
    assert fact(decode_once) is not fact(decode_once)
    assert fact(decode) is fact(decode)
