from datetime import date

import pytest

from custody.codes import gbt34014
from custody.decisions.second_life import is_second_life_code
from tests.given import (
    CENTRE,
    drop_off,
    friday,
    other,
    pack,
    saturday,
    second_life,
    site,
    sticker,
    sunday,
)
from tests.gwt import given

NEW = "gbt34014:" + gbt34014("001", "P", "B", "24", "", date=date(2026, 3, 6), serial=1)
HERE = drop_off(site=CENTRE)
PLANT = site(CENTRE, kind="second_life_plant", licences=["second_life:base_station"])


def test_a_second_life_is_closed_unless_the_plant_is_licensed_for_the_use() -> None:
    (remark,) = given(HERE).when(second_life()).then("second_life_closed")
    assert remark.severity == "critical"
    assert remark.params == {"site": CENTRE, "use": "base_station"}
    given(HERE).registered(PLANT).when(second_life()).then()
    given(HERE).registered(PLANT).when(second_life(use="ups")).then("second_life_closed")


def test_a_licence_counts_from_its_own_beginning_to_its_end() -> None:
    scene = given(HERE).registered(
        PLANT.model_copy(update={"licences": ()}),
        site(CENTRE, licences=["second_life:ups"], active_from=friday, active_to=sunday),
    )
    scene.when(second_life(use="ups", at=friday)).then()
    scene.when(second_life(use="ups", at=friday - 1)).then("second_life_closed")
    scene.when(second_life(use="ups", at=sunday)).then("site_suspended", "second_life_closed")


@pytest.mark.parametrize(
    "use", ["ebike", "e_bike", "E-Bike", "e.bike:delivery", "electric_bicycle", "pedelec"]
)
def test_no_licence_opens_the_use_in_e_bikes(use: str) -> None:
    licensed = site(CENTRE, licences=[f"second_life:{use}"])
    given(HERE).registered(licensed).when(second_life(use=use)).then("second_life_closed")


def test_a_new_product_bears_a_code_of_its_own() -> None:
    given(HERE).registered(PLANT).when(second_life(new_code=NEW)).then()
    for odd in (other, "maker:X1", sticker):
        scene = given(HERE).registered(PLANT).when(second_life(new_code=odd))
        (remark,) = scene.then("new_code_odd")
        assert remark.subjects == (f"battery:{odd}",)


def test_a_new_code_is_new() -> None:
    known = drop_off(NEW, site=CENTRE)
    scene = given(HERE, known).registered(PLANT).when(second_life(new_code=NEW, at=saturday))
    (remark,) = scene.then("new_code_known")
    assert remark.params == {"new_code": NEW, "state": "in_stock"}


def test_what_became_of_a_battery_is_asked_as_of_any_other() -> None:
    given(second_life()).registered(PLANT).when(second_life(at=sunday)).then("after_the_end")


def test_a_code_of_19_characters_is_a_second_life_s() -> None:
    assert is_second_life_code(NEW)
    assert not is_second_life_code(pack)
    assert not is_second_life_code("maker:" + NEW.partition(":")[2])
