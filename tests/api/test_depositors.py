from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from custody import keys, vault
from custody.access_log import looks
from custody.api.app import create_app
from custody.api.depositors import MasterKey
from custody.keys import Role
from custody.ledger import create_schema, open_engine
from custody.vault.person import ADDRESS_MAX, ID_NUMBER_MAX, PERSON_NAME_MAX, PHONE_MAX
from custody.vault.sealing import new_key
from tests.api.conftest import NOON, Clock, Service, serving
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, ELSEWHERE

SHE = "d:0f/she"
PATH = f"/v1/depositors/{SHE}"
DETAILS = {"name": "周敏", "phone": "138 0013 8000", "address": "杭州市文三路 90 号"}


@pytest.fixture
def master() -> MasterKey:
    key = new_key()
    return lambda: key


@pytest.fixture
def guarded(database_url: str, master: MasterKey) -> Iterator[Service]:
    """A service whose vault is open."""
    engine = open_engine(database_url)
    create_schema(engine)
    keys.lay_out(engine)
    clock = Clock()
    app = create_app(database_url, clock=clock, vault_key=master)
    with serving(app) as url:
        service = Service(url, app, engine, clock)
        yield service
        service.close()


def of_site(service: Service, site: str) -> httpx.Client:
    return service.client("terminal", site)


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_site_puts_details_down_reads_them_and_changes_them(guarded: Service) -> None:
    ours, auditor = of_site(guarded, COLLECTOR), guarded.client("auditor")
    put = ours.put(PATH, json=DETAILS)
    assert put.status_code == 201
    assert put.json() == {"depositor": SHE, "site": COLLECTOR, "status": "put"}
    for asker in (ours, auditor):
        told = asker.get(PATH)
        assert told.status_code == 200
        assert "custody-position" in told.headers
        (entry,) = told.json()["entries"]
        assert entry.items() >= {**DETAILS, "site": COLLECTOR, "id_number": None}.items()
    changed = ours.put(PATH, json={"name": "周敏敏"})
    assert (changed.status_code, changed.json()["status"]) == (200, "changed")
    (entry,) = ours.get(PATH).json()["entries"]
    assert (entry["name"], entry["phone"]) == ("周敏敏", None)


def test_a_site_sees_nothing_of_what_another_put_down(guarded: Service) -> None:
    ours, theirs = of_site(guarded, COLLECTOR), of_site(guarded, ELSEWHERE)
    ours.put(PATH, json=DETAILS)
    assert refusal(theirs.get(PATH)) == (403, "not_your_site")
    assert theirs.put(PATH, json={"name": "周"}).status_code == 201
    assert [one["name"] for one in theirs.get(PATH).json()["entries"]] == ["周"]
    assert [one["name"] for one in ours.get(PATH).json()["entries"]] == ["周敏"]
    assert len(guarded.client("auditor").get(PATH).json()["entries"]) == 2


@on_sqlite
def test_only_terminals_write_and_only_they_and_auditors_read(guarded: Service) -> None:
    of_site(guarded, COLLECTOR).put(PATH, json=DETAILS)
    roles: tuple[Role, ...] = ("admin", "terminal", "auditor", "integrator")
    for role in roles:
        client = guarded.client(role, COLLECTOR if role == "terminal" else None)
        may_write, may_read = role == "terminal", role in ("terminal", "auditor")
        assert (client.put(PATH, json=DETAILS).status_code == 403) != may_write, role
        reference = client.post("/v1/depositors", json={"phone": "13800138000"})
        assert (reference.status_code == 403) != may_write, role
        assert (client.get(PATH).status_code == 403) != may_read, role


def test_every_reading_is_noted_with_the_key_that_asked(guarded: Service) -> None:
    of_site(guarded, COLLECTOR).put(PATH, json=DETAILS)
    auditor = guarded.client("auditor")
    auditor.get(PATH)
    of_site(guarded, ELSEWHERE).get(PATH)
    asked = select(looks).order_by(looks.c.outcome)
    with guarded.engine.connect() as connection:
        refused, told = connection.execute(asked).all()
    assert (told.outcome, told.asker, told.site) == (
        "told",
        auditor.get("/v1/me").json()["key"],
        None,
    )
    assert (told.at, told.resource) == (NOON, SHE)
    assert (refused.outcome, refused.site) == ("not_your_site", ELSEWHERE)


def test_the_same_number_is_the_same_person_at_every_site(guarded: Service) -> None:
    ours, theirs = of_site(guarded, COLLECTOR), of_site(guarded, ELSEWHERE)
    told = [
        site.post("/v1/depositors", json={"phone": phone}).json()["depositor"]
        for site, phone in ((ours, "13800138000"), (theirs, "+86 138-0013-8000"))
    ]
    assert told[0] == told[1]
    assert ours.put(f"/v1/depositors/{told[0]}", json=DETAILS).status_code == 201


def test_a_forgotten_person_is_gone_and_their_reference_is_not_filled_again(
    guarded: Service,
) -> None:
    ours = of_site(guarded, COLLECTOR)
    before = ours.post("/v1/depositors", json={"phone": "13800138000"}).json()["depositor"]
    ours.put(f"/v1/depositors/{before}", json=DETAILS)
    assert vault.forget(guarded.engine, before, NOON).known
    for client in (ours, guarded.client("auditor")):
        assert refusal(client.get(f"/v1/depositors/{before}")) == (410, "forgotten")
    assert refusal(ours.put(f"/v1/depositors/{before}", json=DETAILS)) == (410, "forgotten")
    after = ours.post("/v1/depositors", json={"phone": "13800138000"}).json()["depositor"]
    assert after != before


@on_sqlite
def test_what_is_no_detail_is_refused_field_by_field(guarded: Service) -> None:
    ours = of_site(guarded, COLLECTOR)
    limits = {
        "name": PERSON_NAME_MAX, "phone": PHONE_MAX, "address": ADDRESS_MAX,
        "id_number": ID_NUMBER_MAX,
    }  # fmt: skip
    assert ours.put(PATH, json={n: "9" * limit for n, limit in limits.items()}).status_code == 201
    wrong: dict[str, Any] = {name: "9" * (limit + 1) for name, limit in limits.items()}
    for name, value, code in [
        *((name, value, "too_long") for name, value in wrong.items()),
        ("name", "", "too_short"),
        ("name", "a\nb", "pattern"),
        ("phone", 13800138000, "wrong_type"),
        ("age", 30, "unknown_field"),
    ]:
        response = ours.put(PATH, json={name: value})
        assert response.status_code == 422, (name, value)
        (error,) = response.json()["errors"]
        assert (error["pointer"], error["code"]) == (f"/{name}", code)
        assert len(str(value)) < 10 or str(value) not in response.text
    assert refusal(ours.put(PATH, content=b"{")) == (400, "invalid_json")
    assert refusal(ours.put(PATH, content=b"[]")) == (422, "invalid_fields")
    assert refusal(ours.put("/v1/depositors/a%20b", json={})) == (422, "invalid_parameters")
    told = ours.post("/v1/depositors", json={"phone": "8888"}, headers={"Accept-Language": "zh"})
    assert told.status_code == 422
    assert "区号" in told.json()["errors"][0]["detail"]


@on_sqlite
def test_a_reference_that_nobody_filled_is_not_found(guarded: Service) -> None:
    assert refusal(guarded.client("auditor").get("/v1/depositors/d:nobody")) == (404, "not_found")


def unset() -> bytes | None:
    return None


def unusable() -> bytes | None:
    raise vault.UnusableMasterKey("no", "否")


@pytest.mark.parametrize("master", [unset, unusable])
@on_sqlite
def test_without_a_good_master_key_the_vault_is_closed_and_all_else_works(
    guarded: Service,
) -> None:
    ours = of_site(guarded, COLLECTOR)
    for response in (
        ours.put(PATH, json=DETAILS),
        ours.get(PATH),
        ours.post("/v1/depositors", json={"phone": "13800138000"}),
    ):
        assert refusal(response) == (503, "vault_closed")
        assert "CUSTODY_VAULT_KEY" in response.json()["detail"]
    assert ours.get("/v1/me").status_code == 200


@on_sqlite
def test_another_master_key_than_the_vault_was_made_with_opens_nothing(guarded: Service) -> None:
    of_site(guarded, COLLECTOR).put(PATH, json=DETAILS)
    other = new_key()
    app = create_app(str(guarded.engine.url), vault_key=lambda: other)
    with serving(app) as url:
        client = of_site(Service(url, app, guarded.engine, Clock()), COLLECTOR)
        assert refusal(client.get(PATH)) == (503, "vault_closed")
        client.close()


def test_an_administrator_reads_who_has_looked_and_nobody_else_does(guarded: Service) -> None:
    of_site(guarded, COLLECTOR).put(PATH, json=DETAILS)
    auditor = guarded.client("auditor", **{"X-Request-Id": "of-the-auditor"})
    for _ in range(3):
        auditor.get(PATH)
    admin = guarded.client("admin")
    first = admin.get("/v1/access-log", params={"limit": 2, "resource": SHE})
    second = admin.get(f"/v1/access-log?limit=2&resource={SHE}&cursor={first.json()['next']}")
    items = [*first.json()["items"], *second.json()["items"]]
    assert len({item["id"] for item in items}) == 3
    assert "next" not in second.json()
    told = {name: items[0][name] for name in ("asker", "role", "action", "outcome", "request_id")}
    assert told == {
        "asker": auditor.get("/v1/me").json()["key"],
        "role": "auditor",
        "action": "read_depositor",
        "outcome": "told",
        "request_id": "of-the-auditor",
    }
    assert admin.get("/v1/access-log?resource=d:nobody").json() == {"items": []}
    assert refusal(auditor.get("/v1/access-log")) == (403, "forbidden")
