"""Does the page on signing show what is so?"""

import json
import re
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody import signing
from custody.codes import ed25519
from custody.decisions import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "signing.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"^```(\w+)\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL))

key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SHOWN["secret"]))
movement = json.loads(SHOWN["movement"])


def test_the_key_that_is_registered_is_that_of_who_signs() -> None:
    assert signing.public_key(key) == SHOWN["public_key"]
    assert signing.sound_key(SHOWN["public_key"]) == key.public_key()


def test_the_movement_is_signed_as_these_bytes() -> None:
    assert signing.message(movement).decode() == SHOWN["message"]
    assert signing.sign(movement, key) == SHOWN["signature"]


def test_what_is_posted_says_the_same_and_its_signature_holds() -> None:
    posted = json.loads(SHOWN["posted"])
    assert posted == {**movement, "signature": SHOWN["signature"]}
    assert signing.verify(posted, key.public_key())
    assert sha256(SHOWN["posted"].encode()).hexdigest() == SHOWN["previous"]


def test_the_program_runs_as_it_stands() -> None:
    known = {"secret": SHOWN["secret"], "movement": dict(movement)}
    exec(SHOWN["python"], known)
    assert known["movement"] == json.loads(SHOWN["posted"])


def test_every_remark_is_on_the_page_with_its_severity() -> None:
    told = set(re.findall(r"^\| `(signature_\w+)` \| (\w+) \|", PAGE, re.MULTILINE))
    assert told == {
        (code, advice.severity) for code, advice in KINDS.items() if code.startswith("signature_")
    }


def test_every_reason_why_a_key_is_refused_is_on_the_page() -> None:
    told = set(re.findall(r"^\| `(public_key_\w+)` \|", PAGE, re.MULTILINE))
    source = Path(ed25519.__file__).read_text(encoding="utf-8")
    assert told == set(re.findall(r'"(public_key_\w+)"', source))
