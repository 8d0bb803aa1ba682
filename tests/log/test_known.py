"""Are the keys known that anybody has, and no others?"""

import re
from base64 import b64decode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.log import keys, known
from custody.log.cosignature import Cosigner
from custody.log.keys import Key
from custody.log.note import Ed25519Signer
from tests.auditing import making, story
from tests.log import sealing
from tests.log.keys import cosigner, signer
from tests.log.shared import golden

ORIGIN = "log.example/production"
PRIVATE = re.compile(r"PRIVATE\+KEY\+([^\s+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)")
EXAMPLE = re.compile(r"```secret\n([0-9a-f]{64})\n```")
DOCS = Path(__file__).parents[2] / "docs"


def test_the_keys_of_our_tests_are_known_whoever_they_are_called() -> None:
    for name in ("log.example/a", ORIGIN, "witness.example"):
        assert known.is_known(signer(name).key)
        assert known.is_known(cosigner(name).key)
    assert known.is_known(sealing.signer.key)
    ours = [making.LOG, *making.WITNESSES, story.T1, story.T1_NEW, story.T2]
    assert all(known.is_known(Key("x", keys.ED25519, one.public)) for one in ours)


def test_the_keys_of_published_test_data_are_known() -> None:
    found = 0
    for path in golden(".").rglob("*.json"):
        for name, text in PRIVATE.findall(path.read_text(encoding="utf-8")):
            kind, *seed = b64decode(text)
            made = Cosigner if kind == keys.COSIGNATURE else Ed25519Signer
            assert known.is_known(made(name, bytes(seed)).key), name
            found += 1
    assert found


def test_the_key_of_our_own_page_is_known() -> None:
    (secret,) = EXAMPLE.findall((DOCS / "signing.md").read_text(encoding="utf-8"))
    assert known.is_known(Ed25519Signer(ORIGIN, bytes.fromhex(secret)).key)


def test_a_key_that_was_just_made_is_not_known() -> None:
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert not known.is_known(Key(ORIGIN, keys.ED25519, public))
