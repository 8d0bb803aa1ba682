import pytest

from tests.given import drop_off, inspect, other, pack, store, two, wednesday
from tests.gwt import given


@pytest.mark.parametrize(
    "condition", ["damaged", "swollen", "leaking", "deformed", "burnt", "opened"]
)
def test_what_is_damaged_must_not_be_stored_among_the_sound(condition: str) -> None:
    scene = given(drop_off(condition=[condition]))
    (remark,) = scene.when(store(class_="normal")).then("class_too_mild")
    assert (remark.severity, remark.subjects) == ("critical", (f"battery:{pack}",))
    for class_ in ("damaged", "defective", None):
        scene.when(store(class_=class_)).then()


@pytest.mark.parametrize("condition", [["intact"], ["wet"], [], None])
def test_what_is_sound_is_stored_as_normal(condition: list[str] | None) -> None:
    given(drop_off(condition=condition)).when(store(class_="normal")).then()


def test_one_remark_names_every_battery_that_is_stored_too_mildly() -> None:
    leaking, sound = drop_off(condition=["leaking"]), drop_off(other, condition=["intact"])
    (remark,) = given(leaking, sound).when(store(two, class_="normal")).then("class_too_mild")
    assert remark.subjects == (f"battery:{pack}",)
    assert remark.params == {"pieces": 1}


def test_how_a_battery_looked_before_it_was_stored_counts() -> None:
    later = inspect(condition=["burnt"], at=wednesday)
    given(drop_off(), later).when(store(class_="normal")).then()
    given(drop_off(), later).when(store(class_="normal", at=wednesday + 1)).then("class_too_mild")
