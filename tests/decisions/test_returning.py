"""What was rejected may go against the stream: what else may not?"""

from typing import Any

from custody.events import Movement
from custody.terms import HOUR
from tests.given import (
    dispatch,
    drop_off,
    friday,
    other,
    pack,
    receive,
    return_road,
    road,
    site,
    thursday,
    wednesday,
)
from tests.gwt import Given, given

HERE, THERE, FURTHER = "330203-0001", "330203-0002", "330203-0003"
BACK: dict[str, Any] = {"site": THERE, "to_site": HERE, "consignment": return_road}
KINDS = (site(HERE, kind="transfer_station"), site(THERE, kind="sorting_centre"))
OUT = dispatch(site=HERE, to_site=THERE, at=wednesday)


def rejected(*facts: Movement) -> Given:
    """It came on Wednesday's truck, and on Thursday the centre would not take it."""
    receipt = receive([], rejected=[pack], site=THERE, at=thursday)
    return given(OUT, receipt, *facts).registered(*KINDS)


def test_what_was_rejected_goes_back_within_72_hours() -> None:
    back = rejected()
    back.when(dispatch(**BACK, returns=road, at=thursday + 72 * HOUR)).then()
    back.when(dispatch(**BACK, returns=road, at=thursday + 72 * HOUR + 1)).then("backflow")


def test_a_return_says_what_it_returns() -> None:
    rejected().when(dispatch(**BACK, at=friday)).then("backflow", "still_on_the_road")


def test_nothing_goes_along_with_what_was_rejected() -> None:
    scene = rejected(drop_off(other, site=THERE))
    both = dispatch([pack, other], **BACK, returns=road, at=friday)
    scene.when(both).then("backflow")


def test_it_goes_to_whom_it_came_from() -> None:
    elsewhere = {**BACK, "to_site": FURTHER}
    third = site(FURTHER, kind="transfer_station")
    scene = rejected().registered(third)
    scene.when(dispatch(**elsewhere, returns=road, at=friday)).then("backflow")


def test_what_was_accepted_does_not_go_back() -> None:
    taken = receive(site=THERE, at=thursday)
    scene = given(OUT, taken).registered(*KINDS)
    scene.when(dispatch(**BACK, returns=road, at=friday)).then("backflow")


def test_a_return_of_what_nobody_reported_is_remarked() -> None:
    scene = given(drop_off(site=THERE)).registered(*KINDS)
    remarks = scene.when(dispatch(**BACK, returns="x:7")).then("backflow", "returns_unknown")
    assert remarks[1].subjects == ("consignment:x:7",)


def test_a_return_of_what_others_received_is_remarked() -> None:
    taken = receive([], rejected=[pack], site=FURTHER, at=thursday)
    scene = given(OUT, taken).registered(*KINDS)
    _, remark = scene.when(dispatch(**BACK, returns=road, at=friday)).then(
        "backflow", "returns_not_received"
    )
    assert remark.params == {"returns": road, "site": THERE}


def test_a_return_that_names_itself_returns_nothing_known() -> None:
    scene = given(drop_off(site=THERE)).registered(*KINDS)
    scene.when(dispatch(**BACK, returns=return_road)).then("backflow", "returns_unknown")
