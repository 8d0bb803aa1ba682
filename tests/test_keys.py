import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from custody import keys
from custody.keys import FRESH_S, Keyring
from custody.keys.making import digest
from custody.ledger import create_schema, open_engine
from custody.terms import Refused


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    create_schema(engine)
    keys.lay_out(engine)
    keys.lay_out(engine)  # what is there is left as it is
    yield engine
    engine.dispose()


def test_a_key_is_its_text_and_no_other(engine: Engine) -> None:
    async def story() -> None:
        key, text = keys.create(engine, "terminal", "330106-0007", "t-1", name="前台", now=5)
        ring = Keyring(engine)
        assert await ring.authenticate(text) == key
        assert (key.site, key.terminal, key.created_at) == ("330106-0007", "t-1", 5)
        wrong = ["", "ck", "ck_", f"ck_{key.id}", f"ck_{key.id}_", text + "x", text[:-1]]
        wrong += [
            "ck__x",
            "ck__",
            text.upper(),
            f"ck_{'0' * 12}_x",
            "ck_\0_x",
            "ck_é_x",
            text + "\udcff",
        ]
        wrong += [f"{text}{'x' * 1_000}"]
        for other in wrong:
            assert await ring.authenticate(other) is None, other
        ring.close()

    asyncio.run(story())


def test_the_text_is_nowhere_in_the_database(engine: Engine) -> None:
    key, text = keys.create(engine, "admin")
    assert text.startswith(f"ck_{key.id}_")
    with engine.connect() as connection:
        (row,) = connection.execute(keys.api_key.select())
    assert text.split("_", 2)[2] not in str(row)
    assert len(row.sha256) == 32


def test_what_was_looked_up_is_believed_for_a_moment_and_no_longer(engine: Engine) -> None:
    async def story() -> None:
        clock = Clock()
        ring = Keyring(engine, clock)
        key, text = keys.create(engine, "auditor")
        assert await ring.authenticate(text) == key
        keys.revoke(engine, key.id)
        clock.now += FRESH_S
        assert await ring.authenticate(text) == key
        clock.now += 0.001
        assert await ring.authenticate(text) is None
        ring.close()

    asyncio.run(story())


def test_those_who_ask_for_the_same_key_at_once_share_one_answer(engine: Engine) -> None:
    async def story() -> None:
        ring = Keyring(engine)
        key, text = keys.create(engine, "auditor")
        found = await asyncio.gather(*(ring.authenticate(text) for _ in range(50)))
        assert found == [key] * 50
        ring.close()

    asyncio.run(story())


def test_a_terminals_key_has_a_site_and_no_other_key_has(engine: Engine) -> None:
    with pytest.raises(Refused, match="key_needs_site"):
        keys.create(engine, "terminal")
    with pytest.raises(Refused, match="key_has_no_site"):
        keys.create(engine, "auditor", "330106-0007")


def test_keys_are_listed_revoked_ones_too(engine: Engine) -> None:
    first, _ = keys.create(engine, "admin", now=1)
    second, _ = keys.create(engine, "integrator", now=2)
    assert keys.revoke(engine, first.id, now=3)
    assert keys.revoke(engine, first.id, now=9)
    assert not keys.revoke(engine, "nobody")
    listed = {key.id: key.revoked_at for key in keys.listing(engine)}
    assert listed == {first.id: 3, second.id: None}
    assert list(listed) == [first.id, second.id]


def test_a_key_is_bound_to_what_its_role_needs_and_to_nothing_else(engine: Engine) -> None:
    for role, bound in (
        ("operator", {"site": "330106-0007"}),
        ("operator", {"organisation": "A"}),
        ("carrier", {"organisation": "A"}),
        ("authority", {"division": "330000"}),
        ("auditor", {"division": "330000", "organisation": "A"}),
    ):
        key, _ = keys.create(engine, role, **bound)  # type: ignore[arg-type]
        assert {name: getattr(key.subject, name) for name in bound} == bound
        assert key in keys.listing(engine)
    for role, bound, why in (
        ("operator", {}, "key_needs_site"),
        ("operator", {"site": "330106-0007", "organisation": "A"}, "key_needs_site"),
        ("carrier", {}, "key_needs_organisation"),
        ("authority", {}, "key_needs_division"),
        ("authority", {"division": "33", "site": "330106-0007"}, "key_has_no_site"),
        ("admin", {"organisation": "A"}, "key_has_no_organisation"),
        ("operator", {"organisation": "A", "division": "33"}, "key_has_no_division"),
    ):
        with pytest.raises(Refused, match=why):
            keys.create(engine, role, **bound)  # type: ignore[arg-type]


def test_a_key_for_tests_opens_nothing_in_production(engine: Engine) -> None:
    async def story() -> None:
        key, text = keys.create(engine, "admin", test=True)
        assert text.startswith("ck_test_")
        trying, serving = Keyring(engine), Keyring(engine, production=True)
        assert await trying.authenticate(text) == key
        assert await serving.authenticate(text) is None
        # What it is cannot be taken off it.
        assert await serving.authenticate(text.replace("ck_test_", "ck_")) is None
        real, its_text = keys.create(engine, "admin")
        assert await serving.authenticate(its_text) == real
        trying.close()
        serving.close()

    asyncio.run(story())


def test_keys_of_before_are_good_and_bound_to_no_more_than_they_were(database_url: str) -> None:
    engine = open_engine(database_url)
    create_schema(engine)
    text = "ck_0123456789ab_secret"
    with engine.begin() as connection:
        binary = "bytea" if engine.dialect.name == "postgresql" else "blob"
        connection.exec_driver_sql(
            "create table api_key (id text primary key, role text not null, site text,"
            f" terminal text, sha256 {binary} not null, name text, created_at bigint not null,"
            " revoked_at bigint)"
        )
        row = {"id": "0123456789ab", "role": "auditor", "sha256": digest(text), "created_at": 5}
        connection.execute(keys.api_key.insert().values(**row))
    keys.lay_out(engine)

    async def story() -> None:
        ring = Keyring(engine)
        key = await ring.authenticate(text)
        assert key is not None
        assert (key.role, key.organisation, key.division) == ("auditor", None, None)
        ring.close()

    asyncio.run(story())
    engine.dispose()
