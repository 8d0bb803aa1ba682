"""Is an administrator found out who deceives the log itself: by the index, before it seals, or by
what it notes of heads? Nothing that is published then contradicts the records."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, delete, select, update

from custody.ledger import Entry, Ledger, writing
from custody.ledger.tables import about, record
from custody.log import heads, indexed, tables
from custody.log.indexed import Names
from custody.log.verifying import Verified, verify
from tests import given
from tests.given import other, pack
from tests.log.sealing import NOW, publish, read_note, seal
from tests.projections.bookkeeping import Office, silent

SUBJECT = f"battery:{pack}"
SPAN = 256
FOREIGN = f"battery:{pack[:-1]}9"
"""Another battery, whose name is as long."""


def verified(ledger: Ledger, *kept: str) -> Verified:
    return verify(ledger, read_note, silent, kept)


def found(ledger: Ledger, *kept: str) -> list[tuple[str, int]]:
    return [(one.code, one.position) for one in verified(ledger, *kept).wrong]


@pytest.fixture
def sealed(office: Office) -> Ledger:
    """A ledger of two batteries, of which a checkpoint is published."""
    office.post(given.drop_off(), given.drop_off(other), given.store(), given.inspect())
    seal(office.ledger)
    publish(office.ledger)
    return office.ledger


def last(connection: Connection, subject: str) -> int:
    """Return where the last fact of a subject is, by the index."""
    positions = select(about.c.position).where(about.c.subject == subject)
    return int(max(connection.scalars(positions)))


@contextmanager
def hidden(ledger: Ledger) -> Iterator[int]:
    """Take the battery's last fact out of the index for a while; tell where it is."""
    with writing(ledger.engine) as connection:
        place = last(connection, SUBJECT)
        where = (about.c.subject == SUBJECT, about.c.position == place)
        (row,) = connection.execute(select(about).where(*where)).mappings()
        connection.execute(delete(about).where(*where))
    yield place
    with writing(ledger.engine) as connection:
        connection.execute(about.insert().values(**row))


def note_heads(ledger: Ledger) -> int:
    """Note every battery's last fact, and publish that; return where it is recorded."""
    taken = heads.take(ledger, NOW)
    assert taken is not None
    seal(ledger)
    publish(ledger)
    return taken.position


def test_a_fact_that_the_index_gives_to_another_battery_is_found_where_it_stands(
    sealed: Ledger,
) -> None:
    with writing(sealed.engine) as connection:
        place = last(connection, SUBJECT)
        moved = (about.c.subject == SUBJECT, about.c.position == place)
        connection.execute(update(about).where(*moved).values(subject=FOREIGN))
    assert found(sealed) == [("index_changed", place)]


@pytest.mark.parametrize("added", [1, -1, 1_000_000])
def test_a_version_that_the_chain_has_not_is_found_where_it_stands(
    sealed: Ledger, added: int
) -> None:
    with writing(sealed.engine) as connection:
        place = last(connection, SUBJECT)
        own = (about.c.subject == SUBJECT, about.c.position == place)
        connection.execute(update(about).where(*own).values(version=about.c.version + added))
    assert found(sealed) == [("index_changed", place)]


def first_of(connection: Connection, part: Names) -> tuple[str, int]:
    """Return the first row of a part of the index."""
    found = connection.execute(select(about.c.subject, about.c.position))
    rows = [(str(subject), int(position)) for subject, position in found]
    end = part.before or "~"
    return min(one for one in rows if part.first <= one[0] < end)


def misnumber(connection: Connection, row: tuple[str, int], added: int) -> None:
    own = (about.c.subject == row[0], about.c.position == row[1])
    connection.execute(update(about).where(*own).values(version=about.c.version + added))


def test_names_are_parted_without_a_gap_and_each_part_is_counted(
    sealed: Ledger, office: Office
) -> None:
    office.post(*[given.drop_off(f"maker:{n}") for n in range(40)])
    parts = indexed.parted(sealed, sealed.head().position, 4)
    assert len(parts) > 5
    assert [parts[0].first, *(one.before for one in parts)] == [
        "",
        *(one.first for one in parts[1:]),
        None,
    ]
    for wrong in parts:
        with writing(sealed.engine) as connection:
            row = first_of(connection, wrong)
            misnumber(connection, row, 1)
        told = [indexed.misnumbered(sealed, one) for one in parts]
        assert told == [row[1] if one is wrong else None for one in parts]
        with writing(sealed.engine) as connection:
            misnumber(connection, row, -1)


@pytest.mark.parametrize("alone", [None, 0])
def test_of_misnumbered_names_in_several_parts_the_first_position_is_told(
    sealed: Ledger, office: Office, alone: int | None
) -> None:
    office.post(*[given.drop_off(f"maker:{n}") for n in range(600)])
    seal(sealed)
    publish(sealed)
    parts = indexed.parted(sealed, sealed.head().position, SPAN)
    assert len(parts) == 2
    with writing(sealed.engine) as connection:
        rows = [first_of(connection, one) for one in parts]
        for row in rows:
            misnumber(connection, row, 1)
    told = verify(sealed, read_note, silent, span=SPAN, alone=alone)
    first = min(position for _, position in rows)
    assert [(one.code, one.position) for one in told.wrong] == [("index_changed", first)]


def test_a_row_of_the_index_that_no_record_has_is_found(sealed: Ledger) -> None:
    with writing(sealed.engine) as connection:
        connection.execute(about.insert().values(subject=FOREIGN, position=1, version=1))
    assert [code for code, _ in found(sealed)] == ["index_changed"]


def test_a_fact_that_was_hidden_while_heads_were_noted_is_found(sealed: Ledger) -> None:
    assert verified(sealed).takings == 0
    with hidden(sealed):
        deceived = note_heads(sealed)
    assert found(sealed) == [("heads_differ", deceived)]
    note_heads(sealed)
    assert found(sealed) == [("heads_differ", deceived)], "though later ones are right"


def test_a_taking_of_heads_that_somebody_made_up_is_found(sealed: Ledger) -> None:
    for body in (b'{"rows":0,"root":"x","through":1,"type":"heads"}', b"{}"):
        made_up = sealed.append([Entry("heads", 1, body, ())], now=NOW).last
        seal(sealed)
        publish(sealed)
        assert ("heads_differ", made_up) in found(sealed)


def test_takings_are_made_again_up_to_a_number_of_rows_and_the_latest_always(
    sealed: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        note_heads(sealed)
    assert verified(sealed).takings == 3
    for rows, takings in ((4, 2), (1, 1)):
        monkeypatch.setattr(heads, "ROWS_MAX", rows)
        assert verified(sealed) == verified(sealed)._replace(takings=takings, wrong=[])


def test_what_a_log_of_before_noted_is_not_held_against_a_restored_ledger(sealed: Ledger) -> None:
    note_heads(sealed)
    with sealed.engine.connect() as connection:
        kept = str(connection.scalars(select(tables.note.c.text)).first())
    restored_at = 2 * NOW
    with writing(sealed.engine) as connection:
        values = {"secret": bytes(32)}
        connection.execute(tables.state.update().values(values))
        connection.execute(tables.note.update().values(published_at=restored_at))
    told = verified(sealed)
    assert (told.wrong, told.takings) == ([], 0)
    assert [code for code, _ in found(sealed, kept)] == ["heads_differ"], "that one knew the log"


def test_a_battery_that_was_left_out_before_its_fact_was_sealed_is_found(office: Office) -> None:
    ledger = office.ledger
    office.post(given.drop_off(), given.store())
    with writing(ledger.engine) as connection:
        place = last(connection, SUBJECT)
        gone = (about.c.subject == SUBJECT, about.c.position == place)
        connection.execute(delete(about).where(*gone))
        own = record.c.position == place
        names = str(connection.scalar(select(record.c.subjects).where(own))).split("\n")
        fewer = "\n".join(name for name in names if name != SUBJECT)
        connection.execute(update(record).where(own).values(subjects=fewer))
    seal(ledger)
    publish(ledger)
    assert found(ledger) == [("subject_left_out", place)]
    assert verified(ledger).wrong[0].what == SUBJECT


def test_a_landmark_that_is_taken_away_is_missed(sealed: Ledger) -> None:
    """A registration that evidence does not find is one that revoked a key, perhaps."""
    place = note_heads(sealed)
    with writing(sealed.engine) as connection:
        connection.execute(delete(tables.landmark).where(tables.landmark.c.position == place))
    assert found(sealed) == [("landmark_changed", place)]
    with writing(sealed.engine) as connection:
        connection.execute(tables.landmark.insert().values(name="terminal:T", position=1))
    assert found(sealed)[0] == ("landmark_changed", 1)
