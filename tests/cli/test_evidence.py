"""Is it put down who takes a battery's evidence along, by the command line too?"""

import pytest

from custody import access_log
from custody.ledger import Ledger
from tests.cli import test_redact
from tests.cli.test_redact import Printed, run, told
from tests.given import pack, third

environment, position = test_redact.environment, test_redact.position


def test_whoever_takes_evidence_along_is_put_down(
    ledger: Ledger, position: str, capsys: Printed
) -> None:
    assert run("evidence", pack, "--no-bodies") == 0
    assert told(capsys)["facts"]
    (look,) = access_log.listing(ledger.engine, limit=9)
    seen = (look.asker, look.action, look.resource, look.outcome)
    assert seen == ("custody evidence", "read_evidence", f"battery:{pack}", "told")


@pytest.mark.parametrize("option", ["--output", "--verifier"])
@pytest.mark.usefixtures("position")
def test_a_file_that_cannot_be_written_is_named(option: str, capsys: Printed) -> None:
    assert run("evidence", pack, option, "/nowhere/told.json") == 2
    assert "It cannot be written" in (shown := capsys.readouterr().err)
    assert "/nowhere/told.json" in shown
    assert "Errno" not in shown


@pytest.mark.usefixtures("position")
def test_where_nothing_is_told_nobody_has_looked(ledger: Ledger) -> None:
    access_log.lay_out(ledger.engine)
    assert run("evidence", third) == 1
    assert access_log.listing(ledger.engine, limit=9) == []
