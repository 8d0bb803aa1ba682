import json

import pytest

from custody.codes.base64url import encode
from custody.ledger import Ledger, writing
from custody.log import notes, store, tree
from custody.log.making import Chains, Maker
from custody.log.sealer import Overtaken, Sealer
from custody.log.tables import leaf, state
from custody.log.verifying import verify
from tests import given
from tests.given import other, pack
from tests.log.sealing import edge, entries, read_note, seal
from tests.projections.bookkeeping import Office, silent

WEEK = (
    given.drop_off(),
    given.store(),
    given.inspect(),
    given.dispatch([pack]),
    given.receive([pack]),
    given.drop_off(other),
)


def chain(ledger: Ledger, subject: str) -> list[tuple[int, str | None]]:
    """Return the links of a subject's chain, as the leaves of the whole ledger say."""
    made: list[tuple[int, str | None]] = []
    with ledger.engine.connect() as connection:
        for record in ledger.read([subject]).records:
            ends = store.ends(connection, [subject], record.position - 1)
            end = ends.get(subject)
            made.append((end.version + 1, end.leaf[1:-1].decode()) if end else (1, None))
    return made


def test_leaf_n_minus_1_is_record_n(office: Office) -> None:
    office.post(*WEEK)
    sealed = seal(office.ledger)
    assert sealed.size == office.ledger.head().position
    told = [json.loads(entry)["t"] for entry in entries(office.ledger)]
    assert told == [one.type for one in office.ledger.since(0, 100)]


def test_the_root_is_that_of_all_leaves(office: Office) -> None:
    office.post(*WEEK)
    sealed = seal(office.ledger)
    assert sealed.root() == tree.root([tree.leaf_hash(one) for one in entries(office.ledger)])


@pytest.mark.parametrize("at_once", [1, 3, 1_000])
def test_however_many_are_sealed_at_once_the_leaves_are_the_same(
    office: Office, at_once: int
) -> None:
    office.post(*WEEK)
    sealer = Sealer(office.ledger, at_once)
    while sealer.step():
        pass
    kept = Chains()
    records = office.ledger.since(0, 100)
    assert entries(office.ledger) == [one.entry for one in kept.leaves(records, {})]


def test_one_who_begins_in_the_middle_goes_on_where_the_other_stopped(office: Office) -> None:
    office.post(*WEEK[:3])
    seal(office.ledger)
    office.post(*WEEK[3:])
    seal(office.ledger)
    kept = Chains()
    records = office.ledger.since(0, 100)
    assert entries(office.ledger) == [one.entry for one in kept.leaves(records, {})]


def test_a_batterys_chain_names_the_leaf_before_and_has_no_gap(office: Office) -> None:
    office.post(*WEEK)
    seal(office.ledger)
    links = chain(office.ledger, f"battery:{pack}")
    assert [version for version, _ in links] == [1, 2, 3, 4, 5]
    hashes = [encode(tree.leaf_hash(one)) for one in entries(office.ledger)]
    positions = [one.position for one in office.ledger.read([f"battery:{pack}"]).records]
    assert [previous for _, previous in links] == [
        None,
        *[hashes[position - 1] for position in positions[:-1]],
    ]


def test_who_forgets_asks_the_database(office: Office) -> None:
    office.post(*WEEK)
    remembers, forgets = Chains(), Chains(size=0)
    records = office.ledger.since(0, 100)
    seal(office.ledger)
    made = []
    for record in records:
        with office.ledger.engine.connect() as connection:
            known = store.ends(connection, forgets.unknown([record]), record.position - 1)
        made += forgets.leaves([record], known)
    assert made == remembers.leaves(records, {})


@pytest.mark.parametrize("remembered", [0, 1_000])
def test_leaves_are_made_ahead_of_those_that_are_being_written(
    office: Office, remembered: int
) -> None:
    office.post(*WEEK)
    maker = Maker(office.ledger, remembered)
    made = [entry for after in range(0, 100, 2) for entry in maker.make(after, 2).entries]
    records = office.ledger.since(0, 100)
    assert made == [one.entry for one in Chains().leaves(records, {})]


def test_a_site_that_is_registered_again_is_the_same_to_whoever_seals_it(office: Office) -> None:
    office.post(*WEEK)
    seal(office.ledger)
    office.register(given.site(name="新名"))
    seal(office.ledger)
    records = office.ledger.since(0, 100)
    assert entries(office.ledger) == [one.entry for one in Chains().leaves(records, {})]


def test_of_two_who_seal_the_same_one_is_overtaken_and_goes_on_behind_the_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.post(*WEEK)
    slow, quick = Sealer(office.ledger), Sealer(office.ledger, 2)
    since = office.ledger.since

    def overtaken(position: int, limit: int) -> object:
        monkeypatch.setattr(office.ledger, "since", since)
        found = since(position, limit)
        quick.step()
        return found

    monkeypatch.setattr(office.ledger, "since", overtaken)
    with pytest.raises(Overtaken):
        slow.step()
    assert edge(office.ledger).size == 2
    slow.catch_up()
    records = office.ledger.since(0, 100)
    assert entries(office.ledger) == [one.entry for one in Chains().leaves(records, {})]


def test_one_who_leads_again_has_not_kept_what_another_has_sealed_since(office: Office) -> None:
    first, second = Sealer(office.ledger), Sealer(office.ledger)
    for number, movement in enumerate(WEEK):
        office.post(movement)
        (first, second)[number % 2].catch_up()
    records = office.ledger.since(0, 100)
    assert entries(office.ledger) == [one.entry for one in Chains().leaves(records, {})]


def test_who_has_sealed_what_a_crash_takes_back_does_not_build_on_it(office: Office) -> None:
    office.post(*WEEK[:2])
    sealer = Sealer(office.ledger)
    sealer.catch_up()
    before = edge(office.ledger)
    office.post(*WEEK[2:])
    sealer.catch_up()
    with writing(office.ledger.engine) as connection:  # as if its last commit was never flushed
        lost = leaf.c.position > before.size
        assert connection.execute(leaf.delete().where(lost)).rowcount
        values = {"size": before.size, "peaks": before.pack()}
        connection.execute(state.update().values(values))
    sealer.catch_up()
    records = office.ledger.since(0, 100)
    assert entries(office.ledger) == [one.entry for one in Chains().leaves(records, {})]


def test_tiles_above_the_first_level_hold_the_nodes_of_the_tree(office: Office) -> None:
    office.post(*[given.drop_off(f"maker:{n}") for n in range(600)])
    sealed = seal(office.ledger)
    hashes = [tree.leaf_hash(one) for one in entries(office.ledger)]
    with office.ledger.engine.connect() as connection:
        assert store.tile_of(connection, 1, 0) == b"".join(
            tree.root(hashes[at : at + 256]) for at in (0, 256)
        )
        node = notes.nodes(connection)
        for index in (0, 255, 256, sealed.size - 1):
            proof = tree.inclusion(index, sealed.size, node)
            found = tree.root_of_inclusion(hashes[index], index, sealed.size, proof)
            assert found == sealed.root()


def test_a_site_that_is_registered_again_has_the_same_leaf_whoever_seals_it(office: Office) -> None:
    """Facts name a site in between, and have no item of it: its chain does not go through them."""
    office.post(given.drop_off(), given.store())
    remembers = Sealer(office.ledger)
    remembers.catch_up()
    office.register(given.site(name="文三路新回收点"))
    Sealer(office.ledger).catch_up()  # one that remembers nothing
    sealed = entries(office.ledger)
    records = office.ledger.since(0, 100)
    assert sealed == [one.entry for one in Chains().leaves(records, {})]
    assert verify(office.ledger, read_note, silent).wrong == []
