"""Is nothing published but what the policy's witnesses have seen, and does nobody hold it up?"""

from collections.abc import Iterator
from pathlib import Path
from threading import current_thread

import psycopg
import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from custody.ledger import Unavailable, writing
from custody.log import note, tables
from custody.log.checkpoint import Checkpoint
from custody.log.note import Signature
from custody.log.publishing import Publisher, Stopped, Waiting
from custody.log.tree import EMPTY
from tests.log import neighbours
from tests.log.keys import cosigner
from tests.log.neighbours import Answers, losing, saying, signing
from tests.log.publishing import HONEST, NOW_S, OTHER, Printer, printing
from tests.log.sealing import ORIGIN, signer
from tests.projections.bookkeeping import Office

SHORT_S = 0.2


@pytest.fixture
def printer(office: Office, tmp_path: Path) -> Iterator[Printer]:
    with printing(office, tmp_path) as printer:
        printer.record()
        yield printer


def test_what_is_sealed_is_signed_and_handed_out(printer: Printer) -> None:
    publisher = printer.opened(0)
    for _ in range(3):
        printer.record()
        told = publisher.step()
        assert told is not None
        assert told.edge.size == printer.size()
        assert publisher.step() is None
    assert len(printer.published(0)) == 3


def test_of_leaves_that_are_not_what_was_sealed_nothing_is_signed(printer: Printer) -> None:
    """One bit that had flipped before it was hashed has killed a log. The signer is not asked."""
    assert printer.opened(0).step() is not None
    signed = printer.memory.last(ORIGIN)
    printer.record()
    with writing(printer.ledger.engine) as connection:
        own = tables.leaf.c.position == printer.size()
        entry = bytes(connection.scalar(select(tables.leaf.c.entry).where(own)) or b"")
        flipped = entry[:-1] + bytes([entry[-1] ^ 1])
        connection.execute(update(tables.leaf).where(own).values(entry=flipped))
    with pytest.raises(Stopped) as stopped:
        printer.opened(0).step()
    assert stopped.value.code == "leaves_changed"
    assert printer.memory.last(ORIGIN) == signed
    assert len(printer.published(0)) == 1


def another_tree(text: str) -> Signature:
    _, size, _ = text.split("\n", 2)
    return OTHER.cosign(Checkpoint(ORIGIN, int(size), bytes(32)).text(), NOW_S)


LIES: dict[str, Answers] = {
    "it signs another tree": signing(another_tree),
    "it signs an empty one": signing(
        lambda _: OTHER.cosign(Checkpoint(ORIGIN, 0, EMPTY).text(), NOW_S)
    ),
    "it names a time long past": signing(lambda text: OTHER.cosign(text, 1)),
    "it names a time to come": signing(lambda text: OTHER.cosign(text, NOW_S + 86_400)),
    "it signs by another key": signing(lambda text: cosigner("stranger").cosign(text, NOW_S)),
    "it signs as the honest one": signing(lambda text: HONEST.cosign(text, NOW_S)),
    "it signs as the log": signing(lambda text: note.signature(text, signer)),
    "it says nothing": saying(b""),
    "it babbles": saying("— other.example AAAA\n".encode()),
    "it says too much": saying(b"x" * 100_000),
    "it is broken": saying(b"sorry\n", 500),
    "it cannot remember": saying(b"disk full\n", 503),
    "it has seen more": lambda _: (409, "text/x.tlog.size", b"1000000\n"),
    "it has seen nonsense": lambda _: (409, "text/x.tlog.size", b"-1\n"),
    "it says that we forked": saying(b"another tree\n", 409),
    "it breaks off": lambda _: None,
}


def test_a_witness_that_lies_is_passed_over(printer: Printer) -> None:
    for lie, answers in LIES.items():
        told = beside_the_honest(printer, answers, quorum=1).step()
        assert told is not None, lie
        # An auditor would find fault with the whole note.
        assert OTHER.key.name not in told.text, lie
        printer.record(1)
    published = printer.published(1)
    assert len(published) == len(LIES)
    assert all(one.seen_at == {HONEST.key.name: NOW_S} for one in published)


def test_without_a_quorum_nothing_is_handed_out_and_recording_goes_on(printer: Printer) -> None:
    for lie, answers in LIES.items():
        publisher = beside_the_honest(printer, answers, quorum=2)
        before = printer.size()
        printer.record(1)
        assert printer.size() == before + 1, lie
        with pytest.raises(Waiting):
            publisher.step()
    assert not printer.published(2)


def beside_the_honest(printer: Printer, answers: Answers, quorum: int) -> Publisher:
    """Open a publisher that asks an honest witness and another one."""
    printer.forget_witnesses()
    printer.ask(HONEST, printer.honest(HONEST))
    printer.ask(OTHER, answers)
    return printer.opened(quorum)


@pytest.mark.parametrize("quorum", [1, 2])
def test_a_witness_that_never_answers_is_not_waited_for(printer: Printer, quorum: int) -> None:
    printer.ask(HONEST, printer.honest(HONEST))
    with neighbours.silent() as silence:
        printer.ask(OTHER, silence, SHORT_S)
        assert_passed_over(printer, printer.opened(quorum), quorum)


@pytest.mark.parametrize("quorum", [1, 2])
def test_a_witness_whose_answer_never_ends_is_not_waited_for(printer: Printer, quorum: int) -> None:
    printer.ask(HONEST, printer.honest(HONEST))
    with neighbours.dripping(SHORT_S / 4) as url:
        printer.ask_at(OTHER, url, SHORT_S)
        assert_passed_over(printer, printer.opened(quorum), quorum)


def assert_passed_over(printer: Printer, publisher: Publisher, quorum: int) -> None:
    if quorum == 1:
        assert publisher.step() is not None
    else:
        with pytest.raises(Waiting):
            publisher.step()
    assert len(printer.published(quorum)) == 2 - quorum


@pytest.mark.parametrize("before", [True, False])
def test_an_answer_that_a_witness_remembers_and_we_never_had_is_had_again(
    printer: Printer, before: bool
) -> None:
    printer.ask(HONEST, losing(printer.honest(HONEST), before=before))
    publisher = printer.opened(1)
    with pytest.raises(Waiting):
        publisher.step()
    printer.record()
    assert publisher.step() is not None
    (one,) = printer.published(1)
    assert one.checkpoint.size == printer.size()


def test_a_database_that_goes_away_while_witnesses_are_asked_is_come_back_to(
    printer: Printer,
) -> None:
    printer.ask(HONEST, printer.honest(HONEST))
    publisher = printer.opened(1)
    assert publisher.step() is not None
    printer.record()

    def gone(*_: object) -> None:
        if current_thread().name.startswith("witness"):
            raise OperationalError("select", {}, psycopg.OperationalError("gone"))

    event.listen(printer.ledger.engine, "before_cursor_execute", gone)
    with pytest.raises(Unavailable):
        publisher.step()
    event.remove(printer.ledger.engine, "before_cursor_execute", gone)
    assert publisher.step() is not None
    assert len(printer.published(1)) == 2
