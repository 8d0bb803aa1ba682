import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from custody.events import Movement, movement_adapter
from custody.events.vocabulary import (
    ATTACHMENTS_MAX,
    BATTERIES_MAX,
    INTEGER_MAX,
    MASS_G_MAX,
    NAME_MAX,
    NOTE_MAX,
    OUTPUTS_MAX,
    SEALS_MAX,
    SIGNATURE_MAX,
    VALUES_MAX,
)
from tests.given import (
    correct,
    data,
    dismantle,
    dispatch,
    dispose,
    drop_off,
    hold,
    incident,
    inspect,
    receive,
    recover,
    release_hold,
    site,
    stock_take,
    store,
)

PHOTO = {"sha256": "9f" * 32, "media_type": "image/jpeg"}
CELLS = {"fraction": "cells", "mass_g": 1}
COPPER = {"material": "copper", "mass_g": 1}


def refs(number: int, first: int = 0) -> list[str]:
    return [f"maker:{first + n}" for n in range(number)]


LIMITS: list[tuple[str, int, Callable[[int], Movement]]] = [
    ("batteries stored", BATTERIES_MAX, lambda n: store(refs(n))),
    ("batteries dispatched", BATTERIES_MAX, lambda n: dispatch(refs(n))),
    ("batteries accepted", BATTERIES_MAX, lambda n: receive(refs(n))),
    ("batteries rejected", BATTERIES_MAX, lambda n: receive([], rejected=refs(n))),
    ("batteries missing", BATTERIES_MAX, lambda n: receive([], missing=refs(n))),
    (
        "batteries of a receipt",
        BATTERIES_MAX,
        lambda n: receive(refs(500), extra=refs(n - 500, 500)),
    ),
    ("a pack and its children", BATTERIES_MAX, lambda n: dismantle(children=refs(n - 1))),
    ("batteries counted", BATTERIES_MAX, lambda n: stock_take(refs(n))),
    ("batteries recycled", BATTERIES_MAX, lambda n: recover(refs(n))),
    ("batteries disposed of", BATTERIES_MAX, lambda n: dispose(refs(n))),
    ("batteries of an incident", BATTERIES_MAX, lambda n: incident("fire", refs(n))),
    ("batteries held", BATTERIES_MAX, lambda n: hold(refs(n))),
    ("batteries released", BATTERIES_MAX, lambda n: release_hold(refs(n))),
    ("materials", OUTPUTS_MAX, lambda n: recover(outputs=[COPPER] * n)),
    ("inputs", OUTPUTS_MAX, lambda n: recover(inputs=[CELLS] * n)),
    ("fractions disposed of", OUTPUTS_MAX, lambda n: dispose([], fractions=[CELLS] * n)),
    ("treatments", 6, lambda n: store(treatment=["bagged"] * n)),
    ("values of a correction", VALUES_MAX, lambda n: correct(store(), dict.fromkeys(refs(n), 1))),
    ("attachments", ATTACHMENTS_MAX, lambda n: drop_off(attachments=[PHOTO] * n)),
    ("seals", SEALS_MAX, lambda n: dispatch(seals=["S"] * n)),
    ("outputs", OUTPUTS_MAX, lambda n: dismantle(outputs=[CELLS] * n)),
    ("conditions", 8, lambda n: inspect(condition=["wet"] * n)),
    ("characters of a name", NAME_MAX, lambda n: store(place="库" * n)),
    ("characters of a signature", SIGNATURE_MAX, lambda n: drop_off(signature="A" * n)),
    ("characters of a note", NOTE_MAX, lambda n: store(note="库" * n)),
    ("characters of a depositor", 64, lambda n: drop_off(depositor="a" * n)),
    ("characters of a foreign number", 40, lambda n: dispatch(consignment="x:" + "7" * n)),
    ("characters of a code", 64, lambda n: drop_off("maker:" + "7" * n)),
    ("grams", MASS_G_MAX, lambda n: inspect(mass_g=n)),
    ("a whole number", INTEGER_MAX, lambda n: inspect(internal_resistance_mohm=n)),
    ("percent", 100, lambda n: inspect(state_of_charge_pct=n)),
]


@pytest.mark.parametrize(("most", "of"), [it[1:] for it in LIMITS], ids=[it[0] for it in LIMITS])
def test_as_much_as_the_limit_is_a_fact_and_one_more_is_not(
    most: int, of: Callable[[int], Movement]
) -> None:
    assert of(most).id
    with pytest.raises(ValidationError) as refused:
        of(most + 1)
    assert refused.value.error_count() == 1


@pytest.mark.parametrize("most", [20])
def test_a_site_has_so_many_licences(most: int) -> None:
    assert site(licences=["W-1"] * most).licences
    with pytest.raises(ValidationError):
        site(licences=["W-1"] * (most + 1))


def test_the_time_a_movement_may_claim_has_two_ends() -> None:
    def claimed(instant: str) -> Any:
        body = {**json.loads(data(drop_off())), "occurred_at": instant}
        return movement_adapter.validate_json(json.dumps(body))

    assert claimed("2000-01-01T00:00:00Z").at > 0
    assert claimed("2200-01-01T07:59:59.999+08:00").at > 0
    for instant in ("1999-12-31T23:59:59.999Z", "2200-01-01T08:00:00+08:00"):
        with pytest.raises(ValidationError):
            claimed(instant)
