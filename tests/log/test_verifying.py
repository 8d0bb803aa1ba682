from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing import active_children
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from custody.ledger import Ledger, writing
from custody.ledger.tables import about, head, record
from custody.log import heads, stretches, tables
from custody.log.comparing import Stretch, Wrong, compare
from custody.log.verifying import Verified, verify
from tests import given
from tests.given import other, pack
from tests.log.sealing import NOW, publish, read_note, seal
from tests.projections.bookkeeping import Office, silent

MANY = 600
STRETCH = 256


def verified(ledger: Ledger, *kept: str) -> Verified:
    """Verify by stretches so short that there are several."""
    return verify(ledger, read_note, silent, kept, span=STRETCH)


def found(ledger: Ledger, *kept: str) -> list[tuple[str, int]]:
    """Return what is found wrong, and where."""
    return [(one.code, one.position) for one in verified(ledger, *kept).wrong]


@pytest.fixture
def sealed(office: Office) -> Ledger:
    """A ledger of a week's facts, sealed and published in two steps, heads included."""
    ledger = office.ledger
    office.post(given.drop_off(depositor="d-1"), given.store(), given.inspect())
    seal(ledger)
    publish(ledger)
    office.post(given.drop_off(other), given.dispatch([pack, other]), given.receive([pack, other]))
    office.post(*[given.drop_off(f"maker:{n}") for n in range(MANY)])
    seal(ledger)
    heads.take(ledger, NOW)
    seal(ledger)
    publish(ledger)
    return ledger


@contextmanager
def as_administrator(ledger: Ledger) -> Iterator[Connection]:
    """Write to the database as somebody does who has its password."""
    with writing(ledger.engine) as connection:
        yield connection


def place(ledger: Ledger, type_: str) -> int:
    """Return the position of the first record of a type."""
    with ledger.engine.connect() as connection:
        asked = select(record.c.position).where(record.c.type == type_)
        return int(connection.scalars(asked.order_by(record.c.position).limit(1)).one())


def test_what_nobody_touched_is_whole(sealed: Ledger) -> None:
    told = verified(sealed)
    assert told == Verified(sealed.head().position, 2, [], takings=1)


def test_what_is_recorded_and_sealed_while_it_is_verified_is_no_change(
    sealed: Ledger, office: Office
) -> None:
    size = sealed.head().position

    def meanwhile(_done: int, _of: int) -> None:
        office.post(
            *[given.drop_off(f"maker:{office.ledger.head().position}-{n}") for n in range(MANY)]
        )
        heads.take(sealed, NOW)
        seal(sealed)

    told = verify(sealed, read_note, meanwhile, span=STRETCH)
    assert (told.records, told.wrong) == (size, [])


def test_a_log_that_has_not_begun_has_nothing_wrong(ledger: Ledger) -> None:
    tables.lay_out(ledger.engine)
    assert verified(ledger) == Verified(0, 0, [])


EDITS: dict[str, tuple[dict[str, Any], str]] = {
    "the body": ({"data": given.data(given.store(place="B-9"))}, "body"),
    "the body, into none": ({"data": b"{}"}, "body"),
    "the body, into rubbish": ({"data": b"{"}, "body"),
    "the type": ({"type": "drop_off"}, "type"),
    "when it was recorded": ({"recorded_at": 1_700_000_000_000}, "recorded_at"),
    "who posted it": ({"posted_by": "k9"}, "items"),
    "when it was sent": ({"sent_at": 1_700_000_000_000}, "items"),
    "what was remarked": ({"remarks": b"[]"}, "items"),
    "its key": ({"key": bytes(32)}, "body"),
}


@contextmanager
def thread_beside() -> Iterator[None]:
    """Have one thread more in this process until the block ends."""
    ended = Event()
    beside = Thread(target=ended.wait)
    beside.start()
    yield
    ended.set()
    beside.join()


@pytest.mark.parametrize("beside", [nullcontext, thread_beside])
def test_several_processes_find_what_one_finds(
    sealed: Ledger, beside: Callable[[], AbstractContextManager[None]]
) -> None:
    told = verify(sealed, read_note, silent)
    assert told == verified(sealed)
    with beside():
        assert verify(sealed, read_note, silent, span=STRETCH, alone=0) == told
    values, _ = EDITS["the body"]
    last = sealed.head().position - 2
    with as_administrator(sealed) as connection:
        connection.execute(update(record).where(record.c.position == last).values(values))
    with beside():
        told = verify(sealed, read_note, silent, span=STRETCH, alone=0)
    assert [(one.code, one.position) for one in told.wrong] == [("record_changed", last)]


def test_a_process_that_has_threads_is_not_forked() -> None:
    with thread_beside():
        assert stretches.way() == "spawn"


def test_whoever_stops_in_the_middle_leaves_no_process_behind(sealed: Ledger) -> None:
    size = sealed.head().position
    parts = [Stretch(after, min(after + STRETCH, size)) for after in range(0, size, STRETCH)]
    with stretches.sharing(sealed, 2) as shared:
        assert next(iter(shared(compare, parts))).wrong is None
        assert active_children() != []
    assert active_children() == []


@pytest.mark.parametrize("edited", EDITS)
def test_whoever_edits_a_record_is_found_by_its_position(sealed: Ledger, edited: str) -> None:
    position = place(sealed, "store")
    values, part = EDITS[edited]
    with as_administrator(sealed) as connection:
        connection.execute(update(record).where(record.c.position == position).values(values))
    (wrong,) = verified(sealed).wrong
    assert (wrong.code, wrong.position) == ("record_changed", position)
    assert part in wrong.what


def test_a_record_that_was_taken_out_is_missed(sealed: Ledger) -> None:
    position = place(sealed, "inspect")
    with as_administrator(sealed) as connection:
        connection.execute(delete(record).where(record.c.position == position))
        connection.execute(delete(about).where(about.c.position == position))
    assert found(sealed) == [("record_missing", position)]


def test_records_that_changed_places_are_found_at_the_first(sealed: Ledger) -> None:
    first, second = place(sealed, "store"), place(sealed, "inspect")
    with as_administrator(sealed) as connection:
        for old, new in ((first, 0), (second, first), (0, second)):
            connection.execute(update(record).where(record.c.position == old).values(position=new))
    assert found(sealed) == [("record_changed", first)]


def test_a_record_put_in_between_is_found_where_it_stands(sealed: Ledger) -> None:
    position = place(sealed, "inspect")
    with as_administrator(sealed) as connection:
        rows = connection.execute(select(record).where(record.c.position >= position)).mappings()
        later = [dict(row) for row in rows]
        connection.execute(delete(record).where(record.c.position >= position))
        forged = {**later[0], "data": given.data(given.inspect(verdict="pass"))}
        shifted = [{**row, "position": row["position"] + 1} for row in later]
        connection.execute(record.insert(), [forged, *shifted])
        connection.execute(update(head).values(position=head.c.position + 1))
    assert found(sealed)[0] == ("record_changed", position)


def test_a_ledger_cut_short_is_found_at_its_end(sealed: Ledger) -> None:
    last = sealed.head().position
    with as_administrator(sealed) as connection:
        for table in (record, about):
            connection.execute(delete(table).where(table.c.position > last - 2))
        connection.execute(update(head).values(position=last - 2))
    assert found(sealed) == [("record_missing", last - 1), ("ledger_cut", last - 1)]


def leaf_edited(connection: Connection) -> None:
    leaf = tables.leaf
    connection.execute(update(leaf).where(leaf.c.position == 12).values(entry=b"{}"))


def hash_edited(connection: Connection) -> None:
    leaf = tables.leaf
    connection.execute(update(leaf).where(leaf.c.position == 12).values(hash=bytes(32)))


def tile_edited(connection: Connection) -> None:
    tile = tables.tile
    hashes = bytes(connection.scalar(select(tile.c.hashes).where(tile.c.level == 1)) or b"")
    values = {"hashes": hashes[:32] + bytes(32)}
    connection.execute(update(tile).where(tile.c.level == 1).values(values))


def tile_dropped(connection: Connection) -> None:
    connection.execute(delete(tables.tile))


def note_edited(connection: Connection) -> None:
    note = tables.note
    size = connection.scalar(select(note.c.size).order_by(note.c.size).limit(1))
    text = str(connection.scalar(select(note.c.text).where(note.c.size == size)))
    forged = text.replace(f"\n{size}\n", f"\n{int(size or 0) - 1}\n")
    connection.execute(update(note).where(note.c.size == size).values(text=forged))


def index_thinned(connection: Connection) -> None:
    subject = f"battery:{pack}"
    last = select(about.c.position).where(about.c.subject == subject)
    position = connection.scalars(last.order_by(about.c.position.desc()).limit(1)).one()
    connection.execute(
        delete(about).where(about.c.subject == subject, about.c.position == position)
    )


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (leaf_edited, "entry_changed"),
        (hash_edited, "hash_changed"),
        (tile_edited, "tile_changed"),
        (tile_dropped, "tile_changed"),
        (note_edited, "checkpoint_unsigned"),
        (index_thinned, "index_changed"),
    ],
)
def test_whoever_edits_what_is_kept_beside_the_records_is_found(
    sealed: Ledger, tamper: Callable[[Connection], None], code: str
) -> None:
    with as_administrator(sealed) as connection:
        tamper(connection)
    assert [one for one, _ in found(sealed)] == [code]


def rebuilt(ledger: Ledger) -> None:
    """Throw the log away and seal everything anew, as an administrator could."""
    with as_administrator(ledger) as connection:
        for table in (tables.leaf, tables.tile, tables.landmark, tables.note):
            connection.execute(table.delete())
        connection.execute(tables.state.update().values(size=0, peaks=b""))
    seal(ledger)


def test_a_log_made_anew_over_edited_records_is_told_by_a_checkpoint_that_somebody_kept(
    sealed: Ledger,
) -> None:
    with sealed.engine.connect() as connection:
        kept = str(connection.scalars(select(tables.note.c.text)).first())
    values, _ = EDITS["the body"]
    with as_administrator(sealed) as connection:
        connection.execute(update(record).where(record.c.type == "store").values(values))
    rebuilt(sealed)
    assert found(sealed) == []
    size, _ = read_note(kept)
    assert found(sealed, kept) == [("checkpoint_differs", size)]


def test_a_log_made_anew_over_the_same_records_is_the_same(sealed: Ledger) -> None:
    with sealed.engine.connect() as connection:
        kept = [str(text) for text in connection.scalars(select(tables.note.c.text))]
    rebuilt(sealed)
    assert verified(sealed, *kept).wrong == []


def test_the_first_thing_wrong_is_told_first(sealed: Ledger) -> None:
    values, _ = EDITS["the body"]
    with as_administrator(sealed) as connection:
        for type_ in ("inspect", "drop_off"):
            connection.execute(update(record).where(record.c.type == type_).values(values))
        connection.execute(update(head).values(position=1))
    wrong: list[Wrong] = [*verified(sealed).wrong]
    assert wrong[0].position == min(one.position for one in wrong)
