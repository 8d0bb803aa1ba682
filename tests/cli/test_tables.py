"""Is what somebody wrote shown to whoever reads it, and obeyed by nothing?"""

import pytest

from custody.cli import tables


def test_what_somebody_wrote_is_shown_and_nothing_obeys_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [("1", "[/b] [red]x"), ("2", "\x1b[2J\r\n[link=http://a]y")]
    tables.show("编号 内容", "id content", rows, title="maker:[/b]", faint={1})
    shown = capsys.readouterr().out
    assert "maker:[/b]" in shown
    assert "[/b] [red]x" in shown
    assert "\\x1b[2J\\r\\n[link=http://a]y" in shown
    assert "\x1b" not in shown
    assert {"id", "content"} <= set(shown.split())
