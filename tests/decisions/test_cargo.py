"""What may travel in a consignment, declared and packed as it is?"""

import pytest

from tests.given import (
    dispatch,
    drop_off,
    inspect,
    monday,
    other,
    pack,
    sticker,
    store,
    tuesday,
    two,
    wednesday,
)
from tests.gwt import given


@pytest.mark.parametrize("un_number", ["2794", "2800"])
def test_lead_acid_is_refused_for_it_belongs_to_other_books(un_number: str) -> None:
    scene = given(drop_off()).when(dispatch(un_number=un_number))
    (error,) = scene.then_refused("invalid_fields").errors
    assert (error.pointer, error.code) == ("/un_number", "un_lead_acid")
    assert un_number in error.params["detail"]
    assert "铅酸" in error.params["detail_zh"]


@pytest.mark.parametrize("un_number", ["3090", "3091", "1203"])
def test_a_number_that_is_not_the_chain_s_is_remarked(un_number: str) -> None:
    scene = given(drop_off(chemistry="sodium_ion")).when(dispatch(un_number=un_number))
    (remark,) = scene.then("un_not_listed")
    assert (remark.severity, remark.subjects) == ("critical", (f"battery:{pack}",))


@pytest.mark.parametrize("un_number", ["3480", "3481", "3171", "3556", "3536", None])
def test_lithium_ion_batteries_travel_under_their_own_numbers(un_number: str | None) -> None:
    for chemistry in ("lfp", "nmc", "blend", "unknown", None):
        given(drop_off(chemistry=chemistry)).when(dispatch(un_number=un_number)).then()


def test_sodium_ion_batteries_have_numbers_of_their_own() -> None:
    sodium, lithium = drop_off(chemistry="sodium_ion"), drop_off(other, chemistry="lfp")
    scene = given(sodium, lithium)
    (remark,) = scene.when(dispatch(two, un_number="3480")).then("un_of_another_kind")
    assert remark.subjects == (f"battery:{pack}",)
    (remark,) = scene.when(dispatch(two, un_number="3551")).then("un_of_another_kind")
    assert remark.subjects == (f"battery:{other}",)
    assert remark.params == {"pieces": 1, "un_number": "3551"}
    unknown = drop_off(other)
    given(sodium, unknown).when(dispatch(two, un_number="3552")).then()


@pytest.mark.parametrize("packing", ["P903", "LP903", "P909", None])
def test_sound_batteries_travel_in_what_is_for_the_sound(packing: str | None) -> None:
    given(drop_off(condition=["intact"])).when(dispatch(packing_instruction=packing)).then()


@pytest.mark.parametrize(
    ("class_", "condition", "fits", "unfit"),
    [
        (None, ["damaged"], "P908", "P909"),
        ("damaged", None, "LP904", "P903"),
        ("defective", None, "P911", "P908"),
        ("normal", ["leaking"], "LP906", "P909"),
        ("normal", ["wet"], "P909", "P908"),
        (None, None, "P903", "P001"),
    ],
)
def test_a_package_fits_the_worst_that_is_known_of_a_battery(
    class_: str | None, condition: list[str] | None, fits: str, unfit: str
) -> None:
    scene = given(drop_off(condition=condition), store(class_=class_))
    scene.when(dispatch(packing_instruction=fits)).then()
    (remark,) = scene.when(dispatch(packing_instruction=unfit)).then("packing_unfit")
    assert (remark.severity, remark.subjects) == ("critical", (f"battery:{pack}",))


def test_one_remark_names_all_that_a_package_does_not_fit() -> None:
    packs = (pack, other, sticker)
    facts = [drop_off(ref, condition=["burnt"] if ref != other else None) for ref in packs]
    scene = given(*facts).when(dispatch(packs, packing_instruction="P909"))
    (remark,) = scene.then("packing_unfit")
    assert remark.subjects == (f"battery:{pack}", f"battery:{sticker}")
    assert remark.params == {"pieces": 2, "packing_instruction": "P909"}


def test_what_must_be_treated_is_not_packed() -> None:
    unsafe = inspect(verdict="treat", at=tuesday)
    scene = given(drop_off(), drop_off(other), unsafe)
    (remark,) = scene.when(dispatch(two)).then("must_be_treated")
    assert (remark.severity, remark.subjects) == ("critical", (f"battery:{pack}",))


def test_what_was_made_safe_or_passed_since_may_go() -> None:
    unsafe = inspect(verdict="treat", at=tuesday)
    treated = store(treatment=["discharged"], at=wednesday)
    given(drop_off(), unsafe, treated).when(dispatch()).then()
    given(drop_off(), unsafe, inspect(verdict="pass", at=wednesday)).when(dispatch()).then()
    early = store(treatment=["discharged"], at=monday + 1)
    given(drop_off(), early, unsafe).when(dispatch()).then("must_be_treated")
