"""Do batteries end as they do in life: taken apart, recycled, or in a second life?"""

from custody.codes import parse_gbt34014
from custody.demo.sites import DISPOSAL, RECYCLER, USE
from custody.demo.weeks import BATTERIES
from tests.demo.telling import as_put_right, network, occurred, of_type


def test_what_comes_out_of_a_battery_weighs_nearly_what_the_battery_weighed() -> None:
    # What was dropped off under a known code later may be another pack that bears it.
    last_first = sorted(as_put_right("drop_off"), key=occurred, reverse=True)
    described = [one["battery"] for one in (*of_type("tag"), *last_first)]
    mass_g = {one["code"]: one["mass_g"] for one in described}
    dismantled = of_type("dismantle")
    assert len(dismantled) > BATTERIES / 2
    odd = 0
    for movement in dismantled:
        whole = mass_g[movement["battery"]]
        out_g = sum(one["mass_g"] for one in movement["outputs"]) + movement["loss_g"]
        odd += not 0.99 * whole <= out_g <= whole
        assert 0.009 * whole <= movement["loss_g"] <= 0.03 * whole
        assert all(one["mass_g"] > 0 for one in movement["outputs"])
    assert 0 < odd < len(dismantled) / 50
    assert 2_500 < min(mass_g.values()) <= max(mass_g.values()) < 12_000


def test_modules_have_codes_of_their_own_and_are_recycled() -> None:
    modules = {ref for one in of_type("dismantle") for ref in one.get("children", [])}
    assert {parse_gbt34014(ref.removeprefix("gbt34014:")).product for ref in modules} == {"M"}
    recycled = {ref for one in of_type("recover") for ref in one.get("batteries", [])}
    assert recycled & modules
    assert recycled - modules


def test_recyclers_win_materials_back_from_batteries_and_from_cells() -> None:
    runs = of_type("recover")
    assert len(runs) > 3
    assert any("inputs" in one for one in runs)
    for movement in runs:
        assert network().by_id[movement["site"]].kind == RECYCLER
        assert all(97 < one["assay_pct"] < 100 for one in movement["outputs"])
    assert {network().by_id[one["site"]].kind for one in of_type("dispose")} == {DISPOSAL}


def test_a_second_life_begins_at_one_licensed_plant_only() -> None:
    plant = network().plant
    assert plant.licences == (f"second_life:{USE}",)
    lives = of_type("second_life")
    assert {one["site"] for one in lives} == {plant.id}
    assert {one["use"] for one in lives} == {USE}
    codes = [one["new_code"].removeprefix("gbt34014:") for one in lives]
    assert all(parse_gbt34014(code).kind == "second_life" for code in codes)
    assert len(set(codes)) == len(codes) > 10
