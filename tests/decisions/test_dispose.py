from tests.given import CENTRE, dispose, drop_off, other, pack, site, sunday, two
from tests.gwt import given

PIT = site(CENTRE, kind="disposal_site")
WEIGHED = drop_off(site=CENTRE, mass_g=8700)


def residue(*masses: int) -> list[dict[str, object]]:
    return [{"fraction": "residue", "mass_g": mass} for mass in masses]


def test_a_battery_comes_to_its_last_end_without_a_word() -> None:
    given(WEIGHED).registered(PIT).when(dispose()).then()
    given().registered(PIT).when(dispose([], fractions=residue(0, 1200))).then()


def test_nobody_else_disposes_without_a_licence() -> None:
    (remark,) = given(WEIGHED).when(dispose()).then("not_a_disposal_site")
    assert remark.subjects == (f"site:{CENTRE}",)
    licensed = site(CENTRE, kind="recycler", licences=["dispose"])
    given(WEIGHED).registered(licensed).when(dispose()).then()


def test_what_nobody_ever_weighed_cannot_be_balanced() -> None:
    light = drop_off(other, site=CENTRE, mass_g=0)
    (remark,) = (
        given(drop_off(site=CENTRE), light).registered(PIT).when(dispose(two)).then("never_weighed")
    )
    assert remark.subjects == (f"battery:{pack}",)


def test_fractions_that_weigh_nothing_are_remarked() -> None:
    given().registered(PIT).when(dispose([], fractions=residue(0, 0))).then("nothing_weighed")


def test_a_battery_disposed_of_twice_is_remarked() -> None:
    scene = given(WEIGHED, dispose()).registered(PIT)
    scene.when(dispose(at=sunday)).then("after_the_end")
