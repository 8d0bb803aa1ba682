import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from custody.importing.emanifest.movements import Paper, plan
from custody.importing.emanifest.naming import movement_id
from custody.importing.emanifest.reading import read
from custody.terms import millis
from tests.importing.manifests import (
    AT_FACILITY,
    AT_GENERATOR,
    CARRIER,
    FACILITY,
    FULL,
    GENERATOR,
    NEXT_CARRIER,
    NEXT_NUMBER,
    NUMBER,
    PARTIAL,
    PLAIN,
    bodies,
    day,
    example,
    in_the_end,
    manifest,
    of_type,
    planned,
    remarked,
    signed,
)

ONE, TWO = (f"maker:{NUMBER}.L{number}" for number in (1, 2))


def test_a_manifest_goes_from_hand_to_hand() -> None:
    assert bodies(manifest()) == [
        {
            "type": "drop_off",
            "occurred_at": "2019-03-13T04:00:00+00:00",
            "site": AT_GENERATOR,
            "battery": {"code": ONE, "mass_g": 100_000},
            "channel": "pickup",
            "depositor_kind": "unknown",
            "note": "2 DF, 100 K",
        },
        {
            "type": "dispatch",
            "occurred_at": "2019-03-14T04:00:00+00:00",
            "site": AT_GENERATOR,
            "consignment": f"x:{NUMBER}",
            "batteries": [ONE],
            "to_site": AT_FACILITY,
            "carrier": CARRIER,
            "un_number": "3480",
            "gross_mass_g": 100_000,
        },
        {
            "type": "receive",
            "occurred_at": "2019-03-15T04:00:00+00:00",
            "site": AT_FACILITY,
            "consignment": f"x:{NUMBER}",
            "accepted": [ONE],
            "rejected": [],
        },
    ]


def test_every_movement_says_that_it_was_imported_and_from_which_file() -> None:
    for draft in planned(manifest(), sha256="f" * 64).drafts:
        assert draft.body["capture"] == "imported"
        assert draft.body["attachments"] == [{"sha256": "f" * 64, "media_type": "application/json"}]


def test_each_further_carrier_that_signed_took_the_goods_over() -> None:
    value = manifest(
        transporters=[  # told out of order
            signed(CARRIER, 16, order=3),
            signed(CARRIER, 13, order=1),
            signed(NEXT_CARRIER, 14, order=2),
            signed(NEXT_CARRIER, None, order=4),
        ],
        designatedFacility=signed(FACILITY, None),
    )
    hand_ons = of_type("hand_on", value)
    assert [(one["from_carrier"], one["to_carrier"]) for one in hand_ons] == [
        (CARRIER, NEXT_CARRIER),
        (NEXT_CARRIER, CARRIER),
    ]
    assert of_type("receive", value) == []
    assert in_the_end(value, ONE)["custodian"] == f"carrier:{CARRIER}"


def test_a_site_of_ours_is_known_by_its_own_name() -> None:
    (_, dispatch, receive) = bodies(manifest(), sites={FACILITY: "330106-0100"})
    assert dispatch["to_site"] == receive["site"] == "330106-0100"
    assert dispatch["site"] == AT_GENERATOR


def test_the_instant_is_the_one_that_was_given_with_its_offset() -> None:
    at = "2019-03-14T23:30:15.250-0500"
    (dispatch,) = of_type("dispatch", manifest(shippedDate=at))
    assert dispatch["occurred_at"] == "2019-03-14T23:30:15.250000-05:00"


@pytest.mark.parametrize(
    ("said", "left", "remark"),
    [
        ({"shippedDate": day(20)}, 20, set()),
        ({}, 14, set()),
        ({"transporters": [signed(CARRIER, None)]}, 13, {"departure_by_generator"}),
        (
            {"transporters": [signed(CARRIER, None)], "generator": signed(GENERATOR, None)},
            17,
            {"departure_by_operator"},
        ),
    ],
)
def test_the_goods_left_when_the_best_witness_says(
    said: dict[str, Any], left: int, remark: set[str]
) -> None:
    about = {"shipped_at": datetime(2019, 3, 17, 4, tzinfo=UTC)}
    value = manifest(designatedFacility=signed(FACILITY, 20), **said)
    (dispatch,) = of_type("dispatch", value, **about)
    assert dispatch["occurred_at"] == f"2019-03-{left}T04:00:00+00:00"
    assert remarked(value, **about).keys() == remark


def test_what_nobody_signed_has_not_left() -> None:
    value = manifest(generator=signed(GENERATOR, None), transporters=[signed(CARRIER, None)])
    assert plan(read(json.dumps(value)), Paper(NUMBER, "0" * 64, {})) is None


def test_of_several_signatures_the_first_counts() -> None:
    again = [{"signatureDate": day(number)} for number in (18, 16, 19)] + [{}]
    value = manifest(designatedFacility=signed(FACILITY, 17, electronicSignaturesInfo=again))
    (receive,) = of_type("receive", value)
    assert receive["occurred_at"] == "2019-03-16T04:00:00+00:00"


def test_what_was_signed_in_another_order_is_recorded_as_given_and_remarked() -> None:
    value = manifest(designatedFacility=signed(FACILITY, 12))
    assert remarked(value).keys() == {"out_of_order"}
    assert in_the_end(value, ONE)["state"] == "in_transit"


def test_ids_are_made_of_the_manifest_alone() -> None:
    ids = [draft.body["id"] for draft in planned(manifest()).drafts]
    assert ids == [draft.body["id"] for draft in planned(manifest()).drafts]
    elsewhere = planned(manifest(), number=NEXT_NUMBER).drafts
    assert not set(ids) & {draft.body["id"] for draft in elsewhere}
    for draft in planned(manifest()).drafts:
        at = millis(datetime.fromisoformat(draft.body["occurred_at"]))
        assert int(draft.body["id"].replace("-", "")[:12], 16) == at


def test_movements_of_one_instant_keep_the_order_of_the_form() -> None:
    ids = [movement_id(0, NUMBER, f"hand_on {order}", order) for order in range(50)]
    assert all(one < next_ for one, next_ in pairwise(ids))


def test_the_examples_say_what_they_are_called() -> None:
    plain, partial, full = (json.loads(example(name)) for name in (PLAIN, PARTIAL, FULL))
    plain_types = [body["type"] for body in bodies(plain)]
    assert plain_types == ["drop_off"] * 5 + ["dispatch", "hand_on", "hand_on", "receive"]
    assert len(of_type("receive", partial)[0]["rejected"]) == 2
    assert [len(one["accepted"]) for one in of_type("receive", full)] == [0, 1]
