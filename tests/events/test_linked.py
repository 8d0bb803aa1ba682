"""Which codes are one pack's, and what do its facts make of it under each of them?"""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from custody.events import Movement
from custody.events.journey import effective, joins, linked, of_battery, whereabouts
from custody.events.whereabouts import Whereabouts
from tests import plain
from tests.given import (
    CENTRE,
    POINT,
    correct,
    dismantle,
    dispatch,
    drop_off,
    grade,
    hand_on,
    inspect,
    monday,
    other,
    pack,
    receive,
    spare_sticker,
    sticker,
    store,
    stranger,
    sunday,
    tag,
    third,
    tuesday,
    two,
    void,
)
from tests.strategies import BATTERIES, histories

labelled = tag(sticker, same_as=pack, at=monday + 1)
relabelled = tag(spare_sticker, same_as=sticker, at=tuesday)


def believed(ref: str, *facts: Movement) -> Whereabouts:
    codes = linked(facts).get(ref, (ref,))
    return whereabouts(codes, effective(facts, of_battery(codes)))


def test_a_tag_without_an_older_code_links_nothing() -> None:
    assert linked([drop_off(), tag(sticker)]) == {}


def test_both_codes_of_a_pack_answer_with_both_codes_in_order() -> None:
    codes = (pack, sticker)
    assert linked([labelled]) == {pack: codes, sticker: codes}
    assert linked([tag(pack, same_as=sticker)]) == linked([labelled])


def test_links_make_chains_in_whatever_order_they_are_told() -> None:
    codes = (pack, spare_sticker, sticker)
    for told in ([labelled, relabelled], [relabelled, labelled]):
        assert linked(told) == dict.fromkeys(codes, tuple(sorted(codes)))


def test_two_packs_with_codes_of_their_own_stay_two() -> None:
    facts = [labelled, tag(spare_sticker, same_as=other)]
    assert linked(facts)[pack] == (pack, sticker)
    assert linked(facts)[other] == (other, spare_sticker)


def test_codes_linked_in_a_ring_are_one_pack() -> None:
    ring = [labelled, relabelled, tag(pack, same_as=spare_sticker)]
    assert linked(ring)[pack] == tuple(sorted((pack, sticker, spare_sticker)))


def test_a_voided_link_links_nothing() -> None:
    assert linked([labelled, void(labelled)]) == {}
    assert linked([labelled, relabelled, void(relabelled)])[sticker] == (pack, sticker)
    assert pack not in linked([labelled, relabelled, void(labelled)])


def test_a_correction_makes_a_link_or_moves_it_or_undoes_it() -> None:
    alone = tag(sticker)
    assert linked([alone, correct(alone, {"same_as": other})])[other] == (other, sticker)
    assert linked([labelled, correct(labelled, {"same_as": other})]) == {
        other: (other, sticker),
        sticker: (other, sticker),
    }
    assert linked([labelled, correct(labelled, {"same_as": None})]) == {}
    moved = correct(labelled, {"battery": {"code": spare_sticker}})
    assert linked([labelled, moved])[pack] == (pack, spare_sticker)


def test_what_may_link_is_told_by_itself() -> None:
    assert joins(labelled)
    assert joins(correct(tag(sticker), {"same_as": pack}))
    assert joins(correct(labelled, {"battery": {"code": other}}))
    for fact in (tag(sticker), drop_off(), correct(labelled, {"reason": "other"})):
        assert not joins(fact)
    assert not joins(correct(grade(), {"battery": other}))


def test_facts_about_either_code_are_facts_about_the_pack() -> None:
    facts = [drop_off(mass_g=8700), labelled, store([sticker], place="B-2"), grade(pack)]
    for ref in (pack, sticker):
        after = believed(ref, *facts)
        assert (after["mass_g"], after["place"], after["grade"]) == (8700, "B-2", "B")


def test_facts_from_before_the_link_count_under_the_other_code() -> None:
    facts = [drop_off(mass_g=8700), tag(sticker, same_as=pack, at=sunday)]
    assert believed(sticker, *facts)["since"] == monday


def test_a_pack_ends_under_all_its_codes() -> None:
    facts = [drop_off(), labelled, dismantle(sticker)]
    assert believed(pack, *facts)["state"] == "dismantled"
    assert believed(pack, *facts, inspect(pack, at=sunday)) == believed(sticker, *facts)


def test_a_pack_sent_under_one_code_and_received_under_the_other_has_arrived() -> None:
    sent, handed = dispatch([pack]), hand_on()
    assert believed(sticker, labelled, sent, handed)["custodian"] == f"carrier:{stranger}"
    after = believed(pack, labelled, sent, handed, receive([sticker]))
    assert (after["state"], after["site"]) == ("in_stock", CENTRE)


def test_of_a_fact_that_names_both_codes_the_first_named_is_the_pack() -> None:
    facts = [labelled, receive([sticker], missing=[pack])]
    assert believed(pack, *facts) == believed(sticker, *facts)
    assert believed(pack, *facts)["site"] == CENTRE
    parted = [labelled, dismantle(pack, children=[sticker])]
    assert believed(sticker, *parted)["state"] == "dismantled"


def test_a_link_undone_gives_each_code_its_own_facts_back() -> None:
    facts = [*(drop_off(ref) for ref in two), tag(pack, same_as=other), store([other], site=CENTRE)]
    assert believed(pack, *facts)["site"] == CENTRE
    assert believed(pack, *facts, void(facts[2]))["site"] == POINT
    assert believed(other, *facts, void(facts[2]))["site"] == CENTRE


@given(histories(), st.sampled_from(BATTERIES))
def test_links_are_told_alike_in_the_plainest_way(facts: list[Movement], ref: str) -> None:
    codes = linked(facts).get(ref, (ref,))
    assert codes == plain.pack_of(ref, facts)
    assert all(linked(facts).get(code, (code,)) == codes for code in codes)


@st.composite
def twice(draw: st.DrawFn) -> tuple[Sequence[Movement], Sequence[Movement]]:
    facts = draw(histories())
    return facts, draw(st.permutations(facts))


@given(twice(), st.sampled_from(BATTERIES))
def test_every_code_of_a_pack_tells_of_the_same_pack(both: Any, ref: str) -> None:
    facts, otherwise = both
    told = believed(ref, *facts)
    assert told == plain.fold(ref, facts)
    assert told == believed(ref, *otherwise)
    for code in plain.pack_of(ref, facts):
        assert believed(code, *facts) == told


def test_a_tag_is_about_both_codes_and_a_pack_is_not_the_same_as_itself() -> None:
    assert labelled.batteries_named() == (sticker, pack)
    assert third not in tag(third).batteries_named()[1:]
