"""The log over HTTP, signed by a key of its own, and read by programs that are not ours."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from custody import keys
from custody.api.app import create_app
from custody.api.serving import Serving
from custody.auditing import custody_verify
from custody.ledger import create_schema, open_engine
from custody.log import checkpoint, note, policy_file, proof, tiles, tree
from custody.log.note import Ed25519Verifier
from custody.log.opening import Settings
from custody.log.spelling import unbase64
from tests.api.conftest import Clock, Service, serving
from tests.api.engines import on_sqlite
from tests.api.movements import (
    COLLECTOR,
    ELSEWHERE,
    RECYCLER,
    battery,
    dispatch,
    drop_off,
    movement,
    receive,
)
from tests.asking import client_of
from tests.log import go_reader
from tests.statements import noted

ORIGIN = "log.example.cn/http"
MANY = 300


@pytest.fixture
def bare(database_url: str, tmp_path: Path) -> Iterator[Service]:
    """A service that keeps a log, and notes heads as often as it can."""
    engine = open_engine(database_url)
    create_schema(engine)
    keys.lay_out(engine)
    settings = Settings(origin=ORIGIN, key_file=str(tmp_path / "log-key"), heads_every=0)
    clock = Clock()
    with serving(create_app(database_url, clock=clock, serving=Serving(log=settings))) as url:
        service = Service(url, create_app(database_url), engine, clock)
        yield service
        service.close()


@pytest.fixture
def posted(service: Service) -> int:
    """Some movements are recorded, one of them of two batteries; return the last position."""
    terminal = service.client("terminal", COLLECTOR)
    movements = [*map(drop_off, range(1, MANY)), dispatch(MANY, [1, 2])]
    answer = terminal.post("/v1/movements", json=movements)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["position"])


@pytest.fixture
def public(service: Service, posted: int, auditor: httpx.Client) -> httpx.Client:
    """A stranger, who comes when a checkpoint covers all that was posted."""
    evidence_of(auditor, 1, at_least=posted)
    return service.client(None)


def evidence_of(client: httpx.Client, number: int, **asked: object) -> httpx.Response:
    params = {name: str(value) for name, value in asked.items()}
    return client.get(f"/v1/batteries/{battery(number)}/evidence", params=params)


def checkpoint_of(public: httpx.Client) -> checkpoint.Checkpoint:
    """Read the latest checkpoint by the key that the policy names."""
    rules = policy_file.parse(public.get("/log/policy").content)
    content = public.get("/log/checkpoint").content
    return checkpoint.parse(note.opened(content, [rules.logs[0].verifier]).text)


def test_a_stranger_reads_the_whole_log_and_comes_to_its_root(public: httpx.Client) -> None:
    said = checkpoint_of(public)
    assert said.origin == ORIGIN
    entries = list[bytes]()
    for number in range(-(-said.size // tiles.WIDTH_MAX)):
        width = tiles.width(tiles.ENTRIES, number, said.size)
        bundle = public.get(f"/log/{tiles.path(tiles.ENTRIES, number, width)}")
        assert bundle.headers["content-type"] == "application/octet-stream"
        assert "immutable" in bundle.headers["cache-control"]
        entries += tiles.unbundle(bundle.content)
        hashes = public.get(f"/log/{tiles.path(0, number, width)}").content
        assert tiles.split(hashes) == list(map(tree.leaf_hash, entries[number * 256 :]))
    assert tree.root(map(tree.leaf_hash, entries)) == said.root
    assert public.get(f"/log/{tiles.path(1, 0, 1)}").content == tree.root(
        map(tree.leaf_hash, entries[:256])
    )


def test_a_program_in_go_reads_it_too(public: httpx.Client, tmp_path: Path) -> None:
    vkey = public.get("/log/vkeys").text.strip()
    before = checkpoint_of(public)
    done = go_reader.read(f"{public.base_url}/log", vkey)
    after = checkpoint_of(public)
    assert done.returncode == 0, done.stderr
    origin, size = done.stdout.split()[:2]
    assert origin == ORIGIN
    assert before.size <= int(size) <= after.size


@on_sqlite
@pytest.mark.parametrize(
    "path",
    ["0/000", "0/000.p/256", "0/0", "entries/000.p/0", "63/000", "0/x000/000", "0/001", "a/000"],
)
def test_what_is_no_tile_of_the_published_log_is_not_found(public: httpx.Client, path: str) -> None:
    wanted = 200 if path == "0/000" else 404
    assert public.get(f"/log/tile/{path}").status_code == wanted


def test_a_movement_is_shown_to_be_in_the_log(public: httpx.Client) -> None:
    rules = policy_file.parse(public.get("/log/policy").content)
    told = public.get("/log/proof/inclusion", params={"event_id": drop_off(7)["id"]})
    shown = proof.parse(told.text)
    bundle = public.get(f"/log/{tiles.path(tiles.ENTRIES, 0)}").content
    entry = tiles.unbundle(bundle)[shown.index]
    assert json.loads(entry)["e"] == drop_off(7)["id"]
    proof.check(shown, tree.leaf_hash(entry), rules)
    same = public.get("/log/proof/inclusion", params={"index": str(shown.index)})
    proof.check(proof.parse(same.text), tree.leaf_hash(entry), rules)


def test_it_is_shown_under_an_older_checkpoint_that_was_published(
    service: Service, public: httpx.Client, auditor: httpx.Client
) -> None:
    rules = policy_file.parse(public.get("/log/policy").content)
    before = public.get("/log/checkpoint").text
    size = int(before.split("\n")[1])
    more = service.client("terminal", COLLECTOR).post("/v1/movements", json=[drop_off(MANY + 1)])
    evidence_of(auditor, MANY + 1, at_least=more.json()["position"])
    first = tiles.unbundle(public.get(f"/log/{tiles.path(tiles.ENTRIES, 0)}").content)[0]
    older = public.get("/log/proof/inclusion", params={"index": "0", "size": str(size)}).text
    assert older.endswith(f"\n\n{before}")
    # What is latest may change from one question to the next: heads are noted all the while.
    latest = public.get("/log/proof/inclusion", params={"index": "0"}).text
    assert int(proof.parse(latest).checkpoint.split("\n")[1]) >= more.json()["position"]
    for told in (older, latest):
        proof.check(proof.parse(told), tree.leaf_hash(first), rules)
    beyond = {"index": str(size), "size": str(size)}
    for asked in (beyond, {"index": "0", "size": "0"}, {"index": "0", "size": "999999"}):
        assert public.get("/log/proof/inclusion", params=asked).status_code == 404


def test_one_size_of_the_log_is_shown_to_begin_another(public: httpx.Client) -> None:
    said = checkpoint_of(public)
    first = public.get(f"/log/{tiles.path(0, 0)}").content
    told = public.get("/log/proof/consistency", params={"old": "256", "new": str(said.size)})
    hashes = [unbase64(line) for line in told.text.splitlines()]
    tree.check_consistency(256, tiles.top(first), said.size, said.root, hashes)


@on_sqlite
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/log/proof/inclusion", 422, "invalid_parameters"),
        ("/log/proof/inclusion?index=1&event_id=" + drop_off(7)["id"], 422, "invalid_parameters"),
        ("/log/proof/inclusion?index=999999", 404, "not_found"),
        ("/log/proof/inclusion?event_id=" + drop_off(9_999)["id"], 404, "not_found"),
        ("/log/proof/inclusion?index=1&index=2", 422, "invalid_parameters"),
        ("/log/proof/consistency?old=3&new=2", 422, "invalid_parameters"),
        ("/log/proof/consistency?old=3&new=999999", 404, "not_found"),
        ("/log/checkpoint?size=3", 422, "unknown_parameter"),
    ],
)
def test_what_cannot_be_shown_is_told(
    public: httpx.Client, path: str, status: int, code: str
) -> None:
    told = public.get(path)
    assert (told.status_code, told.json()["code"]) == (status, code)


def test_evidence_is_whole_and_unchanged_to_whoever_has_only_the_verifier(
    public: httpx.Client, auditor: httpx.Client, tmp_path: Path, posted: int
) -> None:
    # A taking of heads is a fact as well: wait for the checkpoint that covers one.
    told = evidence_of(auditor, 1, at_least=posted + 1)
    assert told.status_code == 200, told.text
    (tmp_path / "bundle").write_bytes(told.content)
    (tmp_path / "policy").write_text(public.get("/log/policy").text, encoding="utf-8")
    said = [str(tmp_path / "bundle"), "--policy", str(tmp_path / "policy"), "--require-heads"]
    assert custody_verify.main(said) == 0
    bundle = told.json()
    assert bundle["manifest"]["battery"] == battery(1)
    assert [json.loads(one["entry"])["t"] for one in bundle["facts"]] == ["drop_off", "dispatch"]
    assert battery(2) not in json.dumps([one["items"] for one in bundle["facts"]])


def test_bodies_are_left_out_for_whoever_wants_none_and_for_another_site(
    service: Service, public: httpx.Client, auditor: httpx.Client
) -> None:
    without = evidence_of(auditor, 1, bodies="false").json()
    assert not any("body" in fact for fact in without["facts"])
    own = evidence_of(service.client("terminal", COLLECTOR), 3).json()
    assert all("body" in fact for fact in own["facts"])
    elsewhere = service.client("terminal", RECYCLER)
    taken = elsewhere.post("/v1/movements", json=[receive(MANY + 2, [1, 2])])
    position = taken.json()["position"]
    told = evidence_of(elsewhere, 1, at_least=position).json()
    shown = {json.loads(one["entry"])["t"]: "body" in one for one in told["facts"]}
    assert not shown["drop_off"], "it was posted at another site, and may say more than is theirs"
    assert shown["receive"]


def test_evidence_is_for_those_who_may_see_the_battery(
    service: Service, public: httpx.Client
) -> None:
    elsewhere = evidence_of(service.client("terminal", ELSEWHERE), 1)
    assert elsewhere.status_code == 403
    assert evidence_of(service.client("auditor"), 9_999).status_code == 404
    assert evidence_of(public, 1).status_code == 401


def test_whose_sites_they_are_is_looked_up_for_all_facts_at_once(
    service: Service, public: httpx.Client
) -> None:
    scoped = service.client("auditor", division="330106")
    terminal = service.client("terminal", COLLECTOR)
    said = {"battery": battery(3), "verdict": "pass"}
    asked, facts, position = [], [], 0
    for number in (1, 2):
        with noted() as statements:
            told = evidence_of(scoped, 3, at_least=position)
        facts.append(len(told.json()["facts"]))
        own = [one for one in statements if one.thread != "projector"]
        asked.append(sum("territory" in one.statement for one in own))
        more = [movement(MANY + 10 * number + n, "inspect", n, **said) for n in range(5)]
        position = int(terminal.post("/v1/movements", json=more).json()["position"])
    assert facts == [1, 6]
    assert asked[0] == asked[1] > 0


@on_sqlite
def test_a_changed_record_is_told_instead_of_its_evidence(
    service: Service, public: httpx.Client, auditor: httpx.Client
) -> None:
    position = evidence_of(auditor, 5).json()["facts"][0]["index"] + 1
    with service.engine.begin() as connection:
        connection.exec_driver_sql(
            "update record set data = cast(replace(data, 'walk_in', 'pickup') as blob)"
            " where position = ?",
            (position,),
        )
    told = evidence_of(auditor, 5)
    assert (told.status_code, told.json()["code"]) == (500, "evidence_inconsistent")
    assert str(position) in told.json()["detail"]


@on_sqlite
def test_a_log_that_nobody_signs_is_not_published(database_url: str) -> None:
    with serving(create_app(database_url)) as url, client_of(url) as client:
        for path in ("checkpoint", "policy", "vkeys", "tile/0/000", "proof/inclusion?index=0"):
            told = client.get(f"/log/{path}")
            assert (told.status_code, told.json()["code"]) == (503, "not_published_yet")


def test_the_key_of_the_log_is_its_owners_alone(public: httpx.Client, tmp_path: Path) -> None:
    assert (tmp_path / "log-key").stat().st_mode & 0o777 == 0o600
    vkey = public.get("/log/vkeys").text.strip()
    assert Ed25519Verifier.parse(vkey).key.name == ORIGIN
