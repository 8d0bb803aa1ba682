"""Is what was signed once never signed otherwise, whatever was lost on the way?"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from custody.ledger import Ledger, writing
from custody.ledger.tables import about, head, record
from custody.log import notes, store, tables
from custody.log.note import Signature
from custody.log.publishing import Stopped, Waiting
from custody.log.remote import Unreachable
from custody.log.signer import LocalSigner
from tests.log.breaking import Broken, failing_commit
from tests.log.publishing import HONEST, NOW_S, Printer, printing
from tests.log.test_verifying import found
from tests.projections.bookkeeping import Office

SHORT_S = 0.2


class Interrupted:
    """A signer whose answer is lost once: before it has signed, or after."""

    def __init__(self, signer: LocalSigner, *, before: bool) -> None:
        self.origin = signer.origin
        self._signer = signer
        self._before: bool | None = before

    def sign(self, old: int, proof: Sequence[bytes], text: str) -> tuple[Signature, ...]:
        before, self._before = self._before, None
        if before is True:
            raise Unreachable("not heard")
        lines = self._signer.sign(old, proof, text)
        if before is False:
            raise Unreachable("done, and not told")
        return lines


@pytest.fixture
def printer(office: Office, tmp_path: Path) -> Iterator[Printer]:
    with printing(office, tmp_path) as printer:
        printer.record()
        yield printer


@pytest.mark.parametrize("grown", [True, False])
@pytest.mark.parametrize("before", [True, False])
def test_a_signature_that_the_signer_remembers_and_we_never_had_is_had_again(
    printer: Printer, before: bool, grown: bool
) -> None:
    publisher = printer.opened(0, Interrupted(printer.signer, before=before))
    with pytest.raises(Waiting):
        publisher.step()
    if grown:
        printer.record()
    assert publisher.step() is not None
    (one,) = printer.published(0)
    assert one.checkpoint.size == printer.size()


@pytest.mark.parametrize("persisted", [True, False])
def test_a_note_whose_commit_fails_is_published_once(printer: Printer, persisted: bool) -> None:
    publisher = printer.opened(0)
    with failing_commit(printer.ledger.engine, persisted=persisted), pytest.raises(Broken):
        publisher.step()
    assert len(printer.published(0)) == persisted
    assert (publisher.step() is None) is persisted
    printer.record()
    assert publisher.step() is not None
    assert len(printer.published(0)) == 2
    assert found(printer.ledger) == []


def test_two_that_publish_at_once_publish_one(printer: Printer) -> None:
    one, other = printer.opened(0), printer.opened(0)
    overtaking = Overtaking(printer.signer, other.step)
    late = printer.opened(0, overtaking)
    assert one.step() is not None
    printer.record()
    assert late.step() is None, "the other was quicker"
    assert [it.checkpoint.size for it in printer.published(0)][-1] == printer.size()
    printer.record()
    assert late.step() is not None
    assert len(printer.published(0)) == 3


class Overtaking:
    """A signer while whose answer is under way something else happens, once."""

    def __init__(self, signer: LocalSigner, meanwhile: Callable[[], object]) -> None:
        self.origin = signer.origin
        self._signer = signer
        self._meanwhile: Callable[[], object] | None = meanwhile

    def sign(self, old: int, proof: Sequence[bytes], text: str) -> tuple[Signature, ...]:
        lines = self._signer.sign(old, proof, text)
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return lines


def test_a_database_behind_its_signer_is_told_at_the_start(printer: Printer) -> None:
    printer.opened(0).step()
    size = printer.size()
    printer.record()
    printer.opened(0).step()
    cut_back_to(printer.ledger, size)
    with pytest.raises(Stopped) as stopped:
        printer.opened(0).step()
    assert stopped.value.code == "signer_ahead"
    assert str(size + 3) in stopped.value.en
    assert str(size + 3) in stopped.value.zh


def cut_back_to(ledger: Ledger, size: int) -> None:
    """Make the database what a backup of that size would be."""
    with ledger.engine.connect() as connection:
        edge = notes.up_to(connection, size)
    assert edge is not None
    with writing(ledger.engine) as connection:
        for table in (record, about, tables.leaf):
            connection.execute(delete(table).where(table.c.position > size))
        connection.execute(update(head).values(position=size))
        connection.execute(delete(tables.note).where(tables.note.c.size > size))
        store.advance(connection, store.sealed(connection).edge, edge.edge)


def test_what_was_signed_before_a_crash_and_not_kept_is_sealed_and_signed_again(
    printer: Printer,
) -> None:
    """What is sealed is not flushed: a crash of the machine may take it back from the database."""
    printer.opened(0).step()
    size = printer.size()
    printer.record()
    printer.opened(0).step()
    with writing(printer.ledger.engine) as connection:
        connection.execute(delete(tables.note).where(tables.note.c.size > size))
    unseal(printer.ledger, size)
    with pytest.raises(Waiting):
        printer.opened(0).step()
    printer.record()
    assert printer.opened(0).step() is not None
    assert found(printer.ledger) == []
    assert len(printer.published(0)) == 2


def unseal(ledger: Ledger, size: int) -> None:
    """Take the leaves back behind a size that was published."""
    with writing(ledger.engine) as connection:
        published = notes.up_to(connection, size)
        assert published is not None
        connection.execute(delete(tables.leaf).where(tables.leaf.c.position > size))
        store.advance(connection, store.sealed(connection).edge, published.edge)


@pytest.mark.parametrize("off_s", [-86_400, 86_400])
def test_by_a_clock_that_jumps_nothing_is_handed_out_until_it_is_right_again(
    printer: Printer, off_s: int
) -> None:
    printer.ask(HONEST, printer.honest(HONEST))
    publisher = printer.opened(1)
    printer.now_s = NOW_S + off_s
    with pytest.raises(Waiting):
        publisher.step()
    printer.record()
    printer.now_s = NOW_S
    assert publisher.step() is not None
    (one,) = printer.published(1)
    assert one.seen_at == {HONEST.key.name: NOW_S}
