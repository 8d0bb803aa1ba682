import json
from hashlib import sha256

from custody.codes.base64url import decode
from custody.events import HeadsTaken
from custody.ledger import Ledger
from custody.log import heads, store, tree
from tests import given
from tests.given import other, pack
from tests.log.sealing import NOW, entries, seal
from tests.projections.bookkeeping import Office


def taken(ledger: Ledger) -> HeadsTaken:
    """Note every battery's last fact, and return what was recorded of it."""
    seal(ledger)
    done = heads.take(ledger, NOW)
    assert done is not None
    assert done.noted == done.position
    (record,) = ledger.since(done.position - 1, 1)
    seal(ledger)
    assert record.subjects == ()
    return HeadsTaken.model_validate_json(record.data)


def row(ledger: Ledger, subject: str, fact: HeadsTaken) -> heads.Row | None:
    with ledger.engine.connect() as connection:
        secret = store.sealed(connection).secret
        return heads.rows_of(connection, secret, [subject], fact).get(subject)


def shows(fact: HeadsTaken, subject: str, found: heads.Row) -> bool:
    """Tell whether a row is shown to be in a taking, by what an outsider would work out."""
    reference = sha256(b"custody-ref/v1\n" + found.salt + subject.encode()).digest()
    whole = reference + found.version.to_bytes(8) + found.leaf
    root = tree.root_of_inclusion(tree.leaf_hash(whole), found.number, fact.rows, found.proof)
    return root == decode(fact.root)


def test_each_batterys_last_fact_is_noted_with_its_version_and_leaf(office: Office) -> None:
    office.post(given.drop_off(), given.store(), given.drop_off(other))
    fact = taken(office.ledger)
    hashes = [tree.leaf_hash(one) for one in entries(office.ledger)]
    assert (fact.rows, fact.through) == (2, len(hashes) - 1)
    for ref, version in ((pack, 2), (other, 1)):
        found = row(office.ledger, f"battery:{ref}", fact)
        assert found is not None
        last = office.ledger.read([f"battery:{ref}"]).records[-1]
        assert (found.version, found.leaf) == (version, hashes[last.position - 1])
        assert shows(fact, f"battery:{ref}", found)


def test_rows_of_many_chunks_are_found_and_shown(office: Office) -> None:
    refs = [f"maker:{n}" for n in range(700)]
    office.post(*map(given.drop_off, refs))
    fact = taken(office.ledger)
    for ref in refs[::37]:
        found = row(office.ledger, f"battery:{ref}", fact)
        assert found is not None
        assert shows(fact, f"battery:{ref}", found)


def test_a_battery_that_came_later_is_not_in_it(office: Office) -> None:
    office.post(given.drop_off())
    fact = taken(office.ledger)
    office.post(given.drop_off(other))
    assert row(office.ledger, f"battery:{other}", fact) is None


def test_an_older_taking_tells_how_it_was_then(office: Office) -> None:
    office.post(given.drop_off())
    before = taken(office.ledger)
    office.post(given.store())
    after = taken(office.ledger)
    versions = [
        found.version
        for fact in (before, after)
        if (found := row(office.ledger, f"battery:{pack}", fact))
    ]
    assert versions == [1, 2]


def test_only_the_latest_takings_keep_their_rows(office: Office) -> None:
    office.post(given.drop_off())
    facts = [taken(office.ledger) for _ in range(heads.KEPT + 1)]
    kept = [row(office.ledger, f"battery:{pack}", fact) is not None for fact in facts]
    assert kept == [False, *[True] * heads.KEPT]


def test_without_a_battery_there_is_nothing_to_note(office: Office) -> None:
    seal(office.ledger)
    assert heads.take(office.ledger, NOW) is None


def test_the_body_of_a_taking_is_canonical(office: Office) -> None:
    office.post(given.drop_off())
    taken(office.ledger)
    body = office.ledger.since(office.ledger.head().position - 1, 1)[0].data
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
