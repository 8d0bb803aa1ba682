from custody.events import Movement
from custody.memory import Memory
from custody.state.battery import Battery, evolve, of
from tests.given import (
    correct,
    dispatch,
    drop_off,
    hand_on,
    inspect,
    monday,
    other,
    pack,
    sticker,
    store,
    sunday,
    tag,
    third,
    two,
    void,
)

PACK, OTHER, THIRD = (f"battery:{ref}" for ref in (pack, other, third))


def known(ref: str, *facts: Movement) -> Battery:
    battery = Battery(ref)
    for fact in facts:
        battery = evolve(battery, fact)
    return battery


def remembering(*refs: str, size: int = 10) -> Memory:
    """Return a memory of batteries that were dropped off."""
    memory = Memory(size)
    for ref in refs:
        memory.keep({f"battery:{ref}": known(ref, drop_off(ref))}, position=7)
    return memory


def test_a_battery_is_recalled_as_it_stood_and_where() -> None:
    found = remembering(pack).recall([store()])
    assert found.keys() == {PACK}
    assert found[PACK].position == 7
    assert found[PACK].battery == known(pack, drop_off()).at_rest()


def test_what_was_never_kept_is_not_recalled() -> None:
    assert remembering(pack).recall([store([other])]) == {}
    assert remembering(pack).recall([]) == {}
    assert remembering(pack).recall([void(drop_off())]) == {}


def test_each_battery_of_a_fact_is_recalled_if_it_was_kept() -> None:
    assert remembering(pack, other).recall([dispatch(two)]).keys() == {PACK, OTHER}
    assert remembering(other).recall([dispatch(two)]).keys() == {OTHER}


def test_a_late_fact_needs_more_than_the_memory() -> None:
    memory = remembering(*two)
    assert memory.recall([inspect(), store(at=monday - 1)]).keys() == set()
    assert memory.recall([inspect(at=monday - 1), inspect(other)]).keys() == {OTHER}


def test_a_fact_that_the_same_batch_takes_back_needs_more_too() -> None:
    memory = remembering(*two)
    gone = store()
    assert memory.recall([gone, void(gone), store([other])]).keys() == {OTHER}


def test_the_last_word_counts() -> None:
    memory = remembering(pack)
    memory.keep({PACK: known(pack, drop_off(), inspect())}, position=9)
    assert memory.recall([dispatch()])[PACK].position == 9
    assert memory.recall([store()]) == {}


def test_the_longest_unused_are_forgotten() -> None:
    memory = remembering(pack, other, size=2)
    memory.keep({PACK: known(pack, drop_off())}, position=8)
    memory.keep({THIRD: known(third, drop_off(third))}, position=9)
    assert memory.recall([store([pack, other, third])]).keys() == {PACK, THIRD}


def test_a_correction_needs_all_that_it_leads_to() -> None:
    memory = remembering(*two)
    assert memory.recall([correct(drop_off(), {"channel": "online"}), store([other])]) == {}


def test_a_tag_that_links_needs_all_that_is_known_of_both_codes() -> None:
    memory = remembering(*two)
    assert memory.recall([tag(sticker, same_as=pack), store([other])]) == {}
    assert memory.recall([tag(other, at=sunday)]).keys() == {OTHER}


def test_a_late_hand_on_may_be_of_any_battery() -> None:
    memory = remembering(*two)
    assert memory.recall([store(), hand_on(at=monday - 1)]) == {}
    assert memory.recall([store(), hand_on()]).keys() == {PACK}


def test_a_battery_that_a_fact_ever_joined_to_another_is_not_remembered() -> None:
    link = tag(sticker, same_as=pack)
    for facts in ((link,), (link, void(link)), (link, correct(link, {"same_as": None}))):
        memory = remembering(pack)
        memory.keep({PACK: of(pack, [drop_off(), *facts])}, position=9)
        assert memory.recall([store()]) == {}
