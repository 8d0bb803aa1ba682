"""What may one who subscribes ask for, and what is told of it?"""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from custody import keys
from custody.api.app import create_app
from custody.api.serving import Serving
from custody.ledger import writing
from custody.pushing import delivering, keeping
from custody.pushing.signing import ROTATION, read
from custody.pushing.tables import dead_letter, subscription
from tests.api.conftest import ORGANISATION, OTHER_ORGANISATION, Service, served, serving
from tests.api.conftest import service as _service
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, ELSEWHERE, battery, drop_off, movement_id
from tests.asking import client_of
from tests.pushing.receiver import Got, Receiver, Reply, receiving
from tests.pushing.test_delivering import sign
from tests.waiting import eventually

PATH = "/v1/subscriptions"
PUSHING = Serving(push_networks=(ip_network("127.0.0.0/8"),))
service = _service


@pytest.fixture
def bare(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service that delivers to receivers of this machine."""
    monkeypatch.setattr(delivering, "LOOK_S", 0.02)
    with served(database_url, PUSHING) as one:
        yield one


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def subscribed(client: httpx.Client, receiver: Receiver, **wanted: Any) -> dict[str, Any]:
    answer = client.post(PATH, json={"url": receiver.url, **wanted})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def post(service: Service, *numbers: int, site: str = COLLECTOR) -> int:
    client = service.client("terminal", site)
    said = [drop_off(number) | {"site": site} for number in numbers]
    answer = client.post("/v1/movements", json=said)
    position: int = answer.json()["position"]
    return position


def ids(got: Got) -> list[str]:
    return [one["id"] for one in got.said["items"]]


def test_what_is_recorded_is_brought_and_signed(service: Service, receiver: Receiver) -> None:
    auditor = service.client("auditor")
    made = subscribed(auditor, receiver, types=["drop_off"])
    assert (made["state"], made["lag"], made["last_answer"]) == ("active", 0, None)
    head = post(service, 1, 2)
    got = receiver.next()
    assert ids(got) == [movement_id(1), movement_id(2)]
    feed = auditor.get("/v1/facts", params={"types": "drop_off"}).json()["items"]
    assert got.said["items"] == feed
    assert got.headers["webhook-signature"] == sign(
        made["secret"], got.id, got.body, service.clock.now
    )
    eventually(lambda: auditor.get(f"{PATH}/{made['id']}").json()["cursor"] == head)
    told = auditor.get(f"{PATH}/{made['id']}").json()
    assert (told["lag"], told["failures"], told["last_answer"]["status"]) == (0, 0, 200)
    assert "secret" not in told
    assert auditor.get(PATH).json()["items"] == [told]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"site": ELSEWHERE}, [3]),
        ({"battery": battery(2)}, [2]),
        ({"division": "330000", "types": ["drop_off"]}, [1, 2, 3]),
        ({"types": ["drop_off", "dispatch"], "site": COLLECTOR}, [1, 2]),
    ],
)
def test_one_is_told_what_one_chose_and_no_more(
    service: Service, receiver: Receiver, wanted: dict[str, Any], numbers: list[int]
) -> None:
    auditor = service.client("auditor")
    made = subscribed(auditor, receiver, **wanted)
    post(service, 1, 2)
    head = post(service, 3, site=ELSEWHERE)
    eventually(lambda: auditor.get(f"{PATH}/{made['id']}").json()["cursor"] == head)
    assert [id_ for got in receiver.all for id_ in ids(got)] == [movement_id(n) for n in numbers]


def test_one_is_told_of_ones_own_part_of_the_network(service: Service, receiver: Receiver) -> None:
    ours = service.client("integrator", organisation=ORGANISATION)
    theirs = service.client("integrator", organisation=OTHER_ORGANISATION)
    own = subscribed(ours, receiver, types=["drop_off"], after=0)
    other = subscribed(theirs, receiver, types=["drop_off"], after=0)
    post(service, 1)
    head = post(service, 2, site=ELSEWHERE)
    for client, made in ((ours, own), (theirs, other)):
        eventually(lambda c=client, m=made: c.get(f"{PATH}/{m['id']}").json()["cursor"] == head)  # type: ignore[misc]
    heard = {(got.headers["custody-subscription"], id_) for got in receiver.all for id_ in ids(got)}
    assert heard == {(own["id"], movement_id(1)), (other["id"], movement_id(2))}


def test_nobody_sees_anothers_subscription_but_an_administrator(
    service: Service, receiver: Receiver
) -> None:
    auditor, other, admin = (service.client(role) for role in ("auditor", "auditor", "admin"))
    made = subscribed(auditor, receiver)["id"]
    assert other.get(PATH).json()["items"] == []
    for method, act in [
        ("GET", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/resume"), ("POST", "/secret"),
        ("POST", "/test"), ("GET", "/dead-letters"),
    ]:  # fmt: skip
        assert other.request(method, f"{PATH}/{made}{act}").status_code == 404, act
    assert other.post(f"{PATH}/{made}/replay", json={"after": 0}).status_code == 404
    assert [one["id"] for one in admin.get(PATH).json()["items"]] == [made]
    assert admin.post(f"{PATH}/{made}/pause").json()["state"] == "paused"
    assert auditor.delete(f"{PATH}/{made}").json() == {"subscription": made, "status": "deleted"}
    assert auditor.get(f"{PATH}/{made}").status_code == 404


def test_a_test_delivery_says_what_the_receiver_answered(
    service: Service, receiver: Receiver
) -> None:
    auditor = service.client("auditor")
    made = subscribed(auditor, receiver)
    tried = auditor.post(f"{PATH}/{made['id']}/test").json()
    got = receiver.next()
    assert (tried["taken"], tried["status"], tried["id"]) == (True, 200, got.id)
    assert got.said["items"] == []
    noon = service.clock.now
    assert got.headers["webhook-signature"] == sign(made["secret"], got.id, got.body, noon)
    for reply in (
        Reply(302, {"Location": receiver.url}), Reply(500, body=b"out of order"),
    ):  # fmt: skip
        receiver.replies.append(reply)
        tried = auditor.post(f"{PATH}/{made['id']}/test").json()
        assert (tried["taken"], tried["status"]) == (False, reply.status)
        assert tried["said"] == reply.body.decode()
        receiver.next()
    assert receiver.nothing_more(), "a redirect is not followed"
    assert auditor.get(f"{PATH}/{made['id']}").json()["last_answer"] is None


def test_a_new_secret_is_good_at_once_and_the_former_for_a_day(
    service: Service, receiver: Receiver
) -> None:
    auditor = service.client("auditor")
    made = subscribed(auditor, receiver)
    path = f"{PATH}/{made['id']}"
    new = auditor.post(f"{path}/secret").json()["secret"]
    for wait, secrets in ((0, [new, made["secret"]]), (ROTATION, [new])):
        service.clock.now += wait
        auditor.post(f"{path}/test")
        got = receiver.next()
        signatures = [sign(one, got.id, got.body, service.clock.now) for one in secrets]
        assert got.headers["webhook-signature"] == " ".join(signatures)


def test_who_is_disabled_is_told_why_and_how_to_go_on(service: Service, receiver: Receiver) -> None:
    receiver.replies.append(Reply(410))
    auditor = service.client("auditor")
    made = subscribed(auditor, receiver, after=0)
    path = f"{PATH}/{made['id']}"
    eventually(lambda: auditor.get(path).json()["state"] == "disabled")
    assert "410" in auditor.get(path).json()["reason"]["detail"]
    chinese = auditor.get(path, headers={"Accept-Language": "zh"}).json()["reason"]
    assert chinese["code"] == "gone"
    assert not chinese["detail"].isascii()
    assert auditor.post(f"{path}/resume").json()["state"] == "active"
    head = auditor.get("/readyz").json()["position"]
    eventually(lambda: auditor.get(path).json()["cursor"] == head)
    keys.revoke(service.engine, made["key"])
    admin = service.client("admin")
    eventually(lambda: admin.get(path).json()["state"] == "disabled")
    assert admin.get(path).json()["reason"]["code"] == "key_revoked"
    assert admin.post(f"{path}/resume").json()["code"] == "subscription_key_revoked"


@on_sqlite
def test_dead_letters_are_listed_page_by_page(service: Service, receiver: Receiver) -> None:
    auditor = service.client("auditor")
    made = subscribed(auditor, receiver, types=["dispatch"])
    with writing(service.engine) as connection:
        for position in (2, 3, 30):
            connection.execute(
                dead_letter.insert().values(
                    subscription=made["id"], position=position, died_at=5, status=422, answer="no"
                )
            )
    path = f"{PATH}/{made['id']}/dead-letters"
    page = auditor.get(path, params={"limit": 2}).json()
    assert [one["position"] for one in page["items"]] == [2, 3]
    rest = auditor.get(path, params={"cursor": page["next"]}).json()
    assert [one["position"] for one in rest["items"]] == [30]
    auditor.post(f"{PATH}/{made['id']}/pause")
    again = auditor.post(f"{PATH}/{made['id']}/replay", json={"dead_letters": True}).json()
    assert again["dead_letters"] == 3
    assert all(one["again"] for one in auditor.get(path).json()["items"])


@on_sqlite
@pytest.mark.parametrize(
    ("wanted", "pointer", "code"),
    [
        ({"url": "https://10.0.0.1/"}, "/url", "url_not_allowed"),
        ({"url": "https://0x0a000001/"}, "/url", "url_not_allowed"),
        ({"url": "https://u:p@receiver.invalid/"}, "/url", "url_not_allowed"),
        ({"url": "ftp://receiver.invalid/"}, "/url", "pattern"),
        ({"url": "https://r.invalid/" + "x" * 2_000}, "/url", "too_long"),
        ({"url": "https://receiver.invalid/", "types": ["drop_of"]}, "/types/0", "not_in_list"),
        ({"url": "https://receiver.invalid/", "after": 10**6}, "/after", "too_big"),
        ({"url": "https://receiver.invalid/", "secret": "whsec_"}, "/secret", "unknown_field"),
        ({}, "/url", "required"),
    ],
)
def test_what_is_wrong_is_told_of_its_field(
    service: Service, wanted: dict[str, Any], pointer: str, code: str
) -> None:
    refused = service.client("auditor").post(PATH, json=wanted)
    assert refused.status_code == 422, refused.text
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


@on_sqlite
def test_a_replay_is_of_one_thing(service: Service, receiver: Receiver) -> None:
    auditor = service.client("auditor")
    path = f"{PATH}/{subscribed(auditor, receiver)['id']}/replay"
    for body in ({}, {"after": 1, "dead_letters": True}, {"after": 10**6}, {"dead_letters": False}):
        assert auditor.post(path, json=body).status_code == 422, body
    assert auditor.post(path, json={"after": 1}).json()["dead_letters"] == 0


@on_sqlite
def test_a_key_has_so_many_subscriptions_and_no_more(
    service: Service, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SUBSCRIPTIONS_MAX", 2)
    auditor = service.client("auditor")
    for _ in range(2):
        subscribed(auditor, receiver, types=["dispatch"])
    refused = auditor.post(PATH, json={"url": receiver.url})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_subscriptions")
    subscribed(service.client("auditor"), receiver, types=["dispatch"])


@on_sqlite
def test_no_secret_is_in_the_database(service: Service, receiver: Receiver) -> None:
    made = subscribed(service.client("auditor"), receiver, types=["dispatch"])
    secret = read(made["secret"])
    with service.engine.connect() as connection:
        (row,) = connection.execute(select(subscription)).all()
    assert secret not in row.secret
    assert all(made["secret"] not in str(value) for value in row)


def test_without_a_master_key_nobody_subscribes(database_url: str) -> None:
    app = create_app(database_url, vault_key=lambda: None, serving=PUSHING)
    with serving(app) as url:
        _, text = keys.create(app.state.desk.engine, "auditor")
        with client_of(url, Authorization=f"Bearer {text}") as client:
            refused = client.post(PATH, json={"url": "http://127.0.0.1:1/"})
    assert (refused.status_code, refused.json()["code"]) == (503, "vault_closed")
