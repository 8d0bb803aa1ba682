"""Does a log go on only under the keys that it has published with?"""

from contextlib import closing
from pathlib import Path

import pytest

from custody.log import key_file, notes, opening, sealer
from custody.log.guard import Unusable
from custody.log.note import Ed25519Signer
from custody.log.opening import Settings
from custody.log.publishing import Publisher
from tests import given
from tests.log.sealing import NOW, ORIGIN
from tests.projections.bookkeeping import Office


def published(office: Office, key: Path, number: int, policy: Path | None = None) -> int:
    """Record something and publish it with a key; return how much was published then."""
    engine = office.ledger.engine
    settings = Settings(ORIGIN, str(key), policy=None if policy is None else str(policy))
    found = opening.publisher(engine, settings, lambda: NOW)
    assert isinstance(found, Publisher)
    with closing(found):
        office.post(given.drop_off(f"maker:P{number}"))
        sealer.Sealer(office.ledger).catch_up()
        found.step()
    return notes.size(engine)


def test_a_key_that_is_gone_is_not_replaced_unasked(office: Office, tmp_path: Path) -> None:
    key, away = tmp_path / "log-key", tmp_path / "away"
    before = published(office, key, 1)
    assert before == office.ledger.head().position
    key.rename(away)
    with pytest.raises(Unusable, match="Put the key's file back") as refused:
        published(office, key, 2)
    assert "请放回原密钥文件" in refused.value.zh
    assert not key.exists(), "none is made that a witness could take for the log's"
    assert notes.size(office.ledger.engine) == before
    away.rename(key)
    assert published(office, key, 2) > before


def test_another_key_goes_on_only_if_the_policy_names_the_former_too(
    office: Office, tmp_path: Path
) -> None:
    former, later = tmp_path / "former", tmp_path / "later"
    before = published(office, former, 1)
    key_file.shown(Ed25519Signer, later, later.with_name("later.signed"), ORIGIN)
    with pytest.raises(Unusable, match="name the former key in the policy too"):
        published(office, later, 2)
    assert notes.size(office.ledger.engine) == before
    both = tmp_path / "policy"
    keys = [key_file.read(Ed25519Signer, one).key.vkey() for one in (former, later)]
    both.write_text("".join(f"log {one}\n" for one in keys) + "quorum none\n")
    assert published(office, later, 2, both) > before
