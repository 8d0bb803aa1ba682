"""What holds of the ledger's tables whatever was appended, in batches of any size?"""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.ledger import Entry, Ledger, Moved
from tests.hypothesis_profile import examples
from tests.ledger.forgetful import empty

letters = st.characters(exclude_characters="\n\0", exclude_categories=["Cs"])
names = st.sampled_from(["battery:1", "battery:2", "site:1"]) | st.text(letters, min_size=1)
subjects = st.lists(names, max_size=4, unique=True).map(tuple)
millis = st.integers(0, 2**52)
entries = st.builds(
    Entry,
    type=st.text(letters, min_size=1),
    version=st.integers(1, 2**31 - 1),
    data=st.binary(),
    subjects=subjects,
    posted_by=st.none() | st.text(letters),
    sent_at=st.none() | millis,
    remarks=st.none() | st.binary(),
)
batches = st.lists(
    st.tuples(st.lists(entries, max_size=5), millis, subjects, st.integers(0, 10)), max_size=5
)
Batch = tuple[list[Entry], int, tuple[str, ...], int]


@settings(max_examples=examples(50), deadline=None)
@given(batches=batches)
def test_the_tables_say_what_a_list_in_memory_says(
    forgetful: list[Ledger], batches: list[Batch]
) -> None:
    for ledger in forgetful:
        empty(ledger)
        model: list[tuple[Entry, int]] = []
        for batch in batches:
            assert _appended(ledger, batch) == _modelled(model, batch)
        _agrees(ledger, model)


def _appended(ledger: Ledger, batch: Batch) -> bool:
    news, now, reads, after = batch
    try:
        ledger.append(news, now=now, reads=reads, after=after)
    except Moved:
        return False
    return True


def _modelled(model: list[tuple[Entry, int]], batch: Batch) -> bool:
    news, now, reads, after = batch
    moved = any(set(entry.subjects) & set(reads) for entry, _ in model[after:])
    if moved and news:
        return False
    recorded_at = max([now, *(at for _, at in model)])
    model += [(entry, recorded_at) for entry in news]
    return True


def _agrees(ledger: Ledger, model: list[tuple[Entry, int]]) -> None:
    records = ledger.since(0, len(model) + 1)
    assert [(r[:7], r.recorded_at) for r in records] == [tuple(each) for each in model]
    assert [record.position for record in records] == list(range(1, len(model) + 1))
    assert ledger.head() == (len(model), model[-1][1] if model else 0)
    versions: Counter[str] = Counter()
    expected = set()
    for position, (entry, _) in enumerate(model, 1):
        versions.update(entry.subjects)
        expected |= {(subject, position, versions[subject]) for subject in entry.subjects}
    with ledger.engine.connect() as connection:
        found = connection.exec_driver_sql("select subject, position, version from about")
        assert {tuple(row) for row in found} == expected
    for subject in versions:
        about = [record for record in records if subject in record.subjects]
        assert ledger.read([subject]) == (about, len(model))
