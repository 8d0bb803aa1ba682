"""Is a person let in by a good token, and by nothing that is only like one?"""

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OctKey

from custody.access import Subject
from custody.codes import make_uscc
from custody.identity.issuer import Issuer
from custody.identity.key_sets import FRESH_S, PAUSE_S, KeySets
from custody.identity.tokens import LEEWAY_S, TOKEN_CHARACTERS_MAX, Tokens
from tests.identity.provider import AUDIENCE, NAME, Provider, key, providing

USCC = make_uscc("330106", 1)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as provider:
        yield provider


def read(provider: Provider, *tokens: str) -> list[Subject | None]:
    async def story() -> list[Subject | None]:
        held = Tokens(Issuer(NAME, AUDIENCE, provider.url))
        return [await held.subject(token) for token in tokens]

    return asyncio.run(story())


def is_good(provider: Provider, **claims: Any) -> bool:
    (subject,) = read(provider, provider.token(**claims))
    return subject is not None


def test_a_token_tells_who_it_is_and_what_is_theirs(provider: Provider) -> None:
    (subject,) = read(
        provider,
        provider.token(name="周敏", custody_organisation=USCC, custody_division="330000"),
    )
    assert subject == Subject(
        "token:u-17", "auditor", organisation=USCC, division="330000", how="token", name="周敏"
    )


@pytest.mark.parametrize(("kind", "alg"), [("RSA", "RS256"), ("RSA", "PS256"), ("OKP", "Ed25519")])
def test_keys_of_each_kind_are_read(provider: Provider, kind: str, alg: str) -> None:
    provider.keys = [key("k", kind)]
    assert is_good(provider, alg=alg)


def test_a_secret_that_is_shared_vouches_for_nobody(provider: Provider) -> None:
    """Though the provider names it among its keys: whoever else has it could write any token."""
    secret = OctKey.import_key(bytes(64), {"kid": "one"})
    provider.keys = [secret]
    assert read(provider, provider.token(secret, alg="HS256")) == [None]


def test_a_clock_may_differ_by_a_minute_and_no_more(provider: Provider) -> None:
    now = int(time.time())
    ample = 30  # the test itself takes a while
    assert is_good(provider, exp=now - LEEWAY_S + ample)
    assert not is_good(provider, exp=now - LEEWAY_S - 1)
    assert is_good(provider, nbf=now + LEEWAY_S)
    assert not is_good(provider, nbf=now + LEEWAY_S + ample)
    assert is_good(provider, iat=now + LEEWAY_S)
    assert not is_good(provider, iat=now + LEEWAY_S + ample)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"aud": None},
        {"exp": None},
        {"iat": None},
        {"exp": "tomorrow"},
        {"sub": None},
        {"sub": "a\nb"},
        {"sub": "x" * 201},
        {"custody_role": None},
        {"custody_role": "terminal"},
        {"custody_role": "emperor"},
        {"custody_role": ["admin"]},
        {"custody_role": "authority"},
        {"custody_role": "admin", "custody_organisation": USCC},
        {"custody_organisation": "anybody"},
        {"custody_division": "33'; --"},
        {"custody_division": "３３００００"},
        {"custody_division": 330000},
        {"custody_role": "operator", "custody_site": "here"},
    ],
)
def test_a_claim_that_is_missing_or_means_nothing_makes_it_no_token(
    provider: Provider, claims: dict[str, Any]
) -> None:
    assert not is_good(provider, **claims)


def test_only_what_the_provider_signed_counts(provider: Provider) -> None:
    good, stranger = provider.token(), key("one")
    head, body, signature = good.split(".")

    def text(said: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")

    public = json.dumps(provider.keys[0].as_dict(private=False))
    secret = OctKey.import_key(public.encode().ljust(64, b"="), {"kid": "one"})
    unsigned = text({"alg": "none", "kid": "one"})
    bad = [
        provider.token(stranger),
        provider.token(key("another")),
        provider.token(secret, alg="HS256"),
        f"{unsigned}.{body}.",
        f"{unsigned}.{body}.{signature}",
        f"{head}.{body}.",
        f"{head}.{text({'sub': 'u-1', 'custody_role': 'admin'})}.{signature}",
        f"{text({'alg': 'ES256'})}.{body}.{signature}",
        f"{text({'alg': 'ES256', 'kid': 'one', 'crit': ['x'], 'x': 1})}.{body}.{signature}",
        "a.b.c",
        "..",
        good + "x" * TOKEN_CHARACTERS_MAX,
    ]
    first, *others = read(provider, good, *bad)
    assert first is not None
    assert others == [None] * len(bad)


def test_a_new_key_is_found_when_it_is_first_named_and_an_old_one_is_gone_in_time(
    provider: Provider,
) -> None:
    now = [1_000.0]
    first, second = provider.keys[0], key("two")

    async def story() -> None:
        sets = KeySets(provider.url, lambda: now[0])

        async def known(kid: str) -> bool:
            keys = await sets.knowing(kid)
            return keys is not None and kid in {one.kid for one in keys}

        assert await known("one")
        provider.keys = [second]
        assert not await known("two"), "it has looked just now"
        assert provider.asked == 1
        now[0] += PAUSE_S
        assert await known("two")
        assert not await known("one")
        assert provider.asked == 2
        # While the provider is away, what it had last is good.
        provider.away = True
        now[0] += FRESH_S
        assert await known("two")
        assert provider.asked == 3
        provider.away, provider.keys = False, [first]
        now[0] += FRESH_S
        assert await known("one")

    asyncio.run(story())


def test_keys_may_lie_in_a_file(provider: Provider, tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    keys = [one.as_dict(private=False) for one in provider.keys]
    token = provider.token()

    async def story(place: str) -> Subject | None:
        return await Tokens(Issuer(NAME, AUDIENCE, place)).subject(token)

    assert asyncio.run(story(str(path))) is None
    path.write_text(json.dumps({"keys": keys}))
    assert asyncio.run(story(str(path))) is not None
