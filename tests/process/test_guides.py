"""Does what the guides show work as it stands, one piece after another?"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody import signing
from custody.client import Client
from tests.asking import ask
from tests.process.device import SIGNER
from tests.process.network import POINTS, REGISTRATIONS, Network, founded
from tests.process.program import ROOT
from tests.process.server import Server, serving
from tests.process.terminals import drop_off
from tests.process.test_outbox import T1, enrolled

SITE = POINTS[0]
GUIDES = sorted((ROOT / "docs").glob("guide-*.md"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(f"sqlite:///{tmp_path}/custody.db") as server:
        yield server


@pytest.fixture
def network(server: Server) -> Network:
    return founded(server)


def run(guide: str, **known: Any) -> dict[str, Any]:
    """Run the pieces of a guide in their order, by somebody who has these things at hand."""
    for piece in pieces(guide):
        exec(piece, known)
    return known


def pieces(guide: str) -> list[str]:
    text = (ROOT / "docs" / f"guide-{guide}.md").read_text(encoding="utf-8")
    found = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    return found


def posted(server: Server, network: Network, count: int) -> int:
    with Client(server.url, network.terminals[SITE], trust_env=False) as client:
        client.post_many([drop_off(number) for number in range(count)])
        return client.position


def test_a_vendor_s_device_keeps_sends_and_mends(
    server: Server, network: Network, tmp_path: Path
) -> None:
    (tmp_path / "device-key").write_bytes(SIGNER.private_bytes_raw())  # it was registered before
    known = run(
        "terminals", at=server.url, key=enrolled(server, network), site=SITE, terminal=T1,
        folder=tmp_path,
    )  # fmt: skip
    with known["outbox"] as outbox:
        assert (known["flushed"].recorded, known["flushed"].remarks) == (1, 0)
        assert known["nothing_more"].recorded == 0
        assert [way for way, _ in known["offered"].items()] == ["post_as_maker", "tag"]
        assert outbox.receipt(known["kept"].id)
        assert outbox.receipt(known["mended"].id)
        assert [*outbox.refused()] == []
        # The place of what was refused stays empty; it is said in the asker's language.
        ((place, severity, detail),) = known["remarks"]()
        assert (place, severity) == (known["mended"].sequence, "medium")
        assert not detail.isascii()
        server.kill()
        outbox.put(known["drop_off"]("maker:TN-48-0002"))
        known["Client"] = impatient
        assert known["send"]() is None
        assert outbox.waiting == 1


def test_a_device_makes_a_key_for_its_eyes_only_and_has_it_again(tmp_path: Path) -> None:
    first: dict[str, Any] = {"folder": tmp_path}
    again = dict(first)
    for known in (first, again):
        exec(pieces("terminals")[0], known)
    assert (tmp_path / "device-key").stat().st_mode & 0o777 == 0o600
    assert first["public_key"] == again["public_key"]
    assert signing.sound_key(again["public_key"]) is not None


def impatient(*said: Any, **how: Any) -> Client:
    return Client(*said, **how, sleep=lambda _: None)


def test_an_auditor_replays_and_verifies(server: Server, network: Network, tmp_path: Path) -> None:
    position = posted(server, network, 3)
    policy = tmp_path / "policy"
    battery = drop_off(1)["battery"]["code"]
    with Client(server.url, network.auditor, trust_env=False) as auditor:
        auditor.evidence(battery, at_least=position)  # a checkpoint covers it
    policy.write_bytes(ask("GET", f"{server.url}/log/policy").content)
    known = run(
        "auditors", at=server.url, key=network.auditor, ref=battery, folder=tmp_path,
        policy=policy,
    )  # fmt: skip
    verdict = known["verdict"]
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert json.loads(verdict.stdout)["verdict"] in ("whole", "unchanged")
    assert known["now"].state == known["then"].state == "in_stock"
    assert known["counted"]["drop_off"] == 3
    known["auditor"].close()


def test_a_platform_keeps_books_of_its_own(
    server: Server, network: Network, tmp_path: Path
) -> None:
    posted(server, network, 3)
    known = run("platforms", at=server.url, key=network.auditor, site=SITE, folder=tmp_path)
    head = posted(server, network, 5)
    known["follow"](REGISTRATIONS + 2)
    known["follow"](head)
    seen = known["ours"].execute("SELECT position, type FROM seen ORDER BY position").fetchall()
    assert [one for one in seen if one[1] == "drop_off"] == [
        (REGISTRATIONS + n, "drop_off") for n in range(1, 6)
    ]
    events = known["events"](REGISTRATIONS, head)
    assert [one["id"] for one in events] == [drop_off(number)["id"] for number in range(5)]
    assert (known["held"].pieces, known["reported"].pieces) == (3, 3)
    assert known["held_too"].pieces == 3
    assert known["page"].totals
    assert known["file"].startswith(b"\xef\xbb\xbf")
    assert [one["eventID"] for one in known["collected"]] == [
        f"urn:uuid:{drop_off(number)['id']}" for number in range(3)
    ]
    known["ours"].close()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_is_short_in_two_languages_and_leads_to_pages_that_are_there(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 150
    for section in text.split("\n## "):
        assert re.search(r"[一-鿿]", section), section[:80]
        assert re.search(r"[a-z]{3} [a-z]{2}", section), section[:80]
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (guide.parent / target).exists(), target


def test_there_is_a_guide_for_each_of_three() -> None:
    assert [guide.stem for guide in GUIDES] == [
        "guide-auditors", "guide-platforms", "guide-terminals",
    ]  # fmt: skip
