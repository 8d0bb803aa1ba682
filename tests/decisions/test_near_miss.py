from custody.codes import near
from custody.decisions import Remark, near_miss
from custody.events import Movement
from tests.given import CENTRE, dispatch, drop_off, inspect, other, pack, receive, store
from tests.known import books_for

SLIP, OTHER_SLIP = (f"gbt34014:04QPB76836300JE65000000{n}" for n in (1, 2))
"""Two digits of each pack swapped."""


class Known:
    """What the books know before somebody types a code."""

    def __init__(self, *facts: Movement) -> None:
        self._facts = facts

    def when(self, fact: Movement) -> "Known":
        self._fact = fact
        return self

    def then(self, *codes: str) -> list[Remark]:
        remarks = [*near_miss.decide(self._fact, books_for(self._fact, self._facts))]
        assert [remark.code for remark in remarks] == [*codes]
        return remarks


def test_a_typo_is_told_with_what_could_be_meant() -> None:
    (remark,) = Known(drop_off()).when(inspect(SLIP, capture="typed")).then("near_miss")
    assert remark.params == {"battery": SLIP, "candidates": pack}
    assert remark.subjects == (f"battery:{SLIP}", f"battery:{pack}")


def test_what_was_scanned_is_what_it_is() -> None:
    Known(drop_off()).when(inspect(SLIP, capture="scanned")).then()
    Known(drop_off()).when(inspect(SLIP)).then()


def test_a_code_that_is_known_is_what_it_is() -> None:
    Known(drop_off(), drop_off(SLIP)).when(inspect(SLIP, capture="typed")).then()


def test_what_is_near_stands_in_stock_at_this_site() -> None:
    Known(drop_off(site=CENTRE)).when(inspect(SLIP, capture="photo")).then()
    Known(drop_off(), dispatch()).when(inspect(SLIP, capture="photo")).then()
    Known(drop_off()).when(inspect(SLIP, capture="photo")).then("near_miss")


def test_each_unknown_code_of_a_movement_is_told() -> None:
    typed = store([SLIP, OTHER_SLIP], capture="typed")
    found = Known(drop_off(), drop_off(other)).when(typed).then("near_miss", "near_miss")
    assert [one.params["candidates"] for one in found] == [pack, other]


def test_for_a_receipt_the_list_comes_before_the_stock() -> None:
    sent = (drop_off(), drop_off(other, site=CENTRE), dispatch())
    typed = receive([SLIP, OTHER_SLIP], capture="typed")
    found = Known(*sent).when(typed).then("near_miss", "near_miss")
    assert [one.params["candidates"] for one in found] == [pack, other]


def test_what_is_named_itself_is_not_meant_by_another() -> None:
    Known(drop_off()).when(store([SLIP, pack], capture="typed")).then()
    Known(dispatch()).when(receive([SLIP, pack], capture="typed")).then()


def test_no_more_are_named_in_one_remark_than_one_reads() -> None:
    many = [f"maker:CODE{letter}" for letter in "ABCDEFGHIJKLMN"]
    typed = inspect("maker:CODEZ", capture="typed")
    (remark,) = Known(*map(drop_off, many)).when(typed).then("near_miss")
    assert remark.params["candidates"].split(", ") == many[: near_miss.CANDIDATES_MAX]


def test_only_what_may_be_meant_is_read() -> None:
    typed = store([SLIP, pack, "maker:" + "A" * 60], capture="typed")
    read = [*near_miss.reads(typed, lambda ref: ref == pack, ())]
    assert read == [f"battery:{ref}" for ref in near(SLIP)]
    assert [*near_miss.reads(store([SLIP]), lambda _: False, ())] == []


def test_how_much_may_be_read_is_known_beforehand() -> None:
    scanned, one = store([SLIP, pack]), inspect(SLIP, capture="typed")
    assert [near_miss.reads_at_most(fact) for fact in (scanned, one)] == [0, near_miss.NEIGHBOURS]
    assert len([*near_miss.reads(one, lambda _: False, ())]) <= near_miss.NEIGHBOURS
    many = store([f"maker:{n}" for n in range(9)], capture="typed")
    assert near_miss.reads_at_most(many) == near_miss.NEAR_MISSES_MAX * near_miss.NEIGHBOURS


def test_what_may_be_known_by_then_takes_nobody_else_s_room() -> None:
    refs = [f"maker:{n}" for n in range(near_miss.NEAR_MISSES_MAX + 2)]
    typed = store(refs, capture="typed")

    def read(*may_be_known: str) -> set[str]:
        return {*near_miss.reads(typed, lambda _: False, may_be_known)}

    last = {f"battery:{ref}" for ref in near(refs[-1])}
    assert not last <= read()
    assert not last <= read(refs[0])
    assert last <= read(*refs[:2])
