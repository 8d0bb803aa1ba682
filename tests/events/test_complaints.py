"""What is a terminal told when a movement is none?"""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from custody.events import Movement, complaints, movement_adapter
from custody.terms import Refused
from tests.given import data, other, pack, receive, store


def refused(fact: Movement, **change: Any) -> Refused:
    with pytest.raises(ValidationError) as found:
        movement_adapter.validate_json(json.dumps({**json.loads(data(fact)), **change}))
    return complaints.refused(found.value)


def told(fact: Movement, **change: Any) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for error in refused(fact, **change).errors]


def test_a_wrong_battery_is_told_and_not_that_without_it_there_are_too_few() -> None:
    (error,) = told(store(), batteries=["barcode:1"])
    assert error[0] == "/batteries/0"
    assert told(store(), batteries=["barcode:1", pack]) == [error]
    assert told(store(), batteries=[]) == [("/batteries", "too_few")]


def test_each_wrong_battery_is_told_by_its_own_place() -> None:
    places = [place for place, _ in told(store(), batteries=["barcode:1", other, "barcode:2"])]
    assert places == ["/batteries/0", "/batteries/2"]


def test_the_second_mention_of_a_battery_is_told_by_its_place() -> None:
    again = [{"battery": pack, "reason": "leaking"}]
    assert told(receive([pack]), rejected=again) == [("/rejected/0/battery", "listed_twice")]
    assert told(receive([pack]), extra=[other, pack]) == [("/extra/1", "listed_twice")]
