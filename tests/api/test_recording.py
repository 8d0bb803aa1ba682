from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.api.movements import battery, dispatch, drop_off, movement_id


def test_a_movement_is_recorded_once_and_then_answered_as_it_was_the_first_time(
    terminal: httpx.Client,
) -> None:
    first = terminal.post("/v1/movements", json=drop_off(1))
    assert first.status_code == 201
    told = first.json()
    assert told["status"] == "recorded"
    assert told["id"] == movement_id(1)
    assert first.headers["custody-position"] == str(told["position"])
    assert first.headers["x-request-id"]
    again = terminal.post("/v1/movements", json=drop_off(1))
    assert again.status_code == 200
    assert again.json() == {**told, "status": "duplicate"}


def test_other_spaces_and_another_order_of_keys_say_the_same(terminal: httpx.Client) -> None:
    told = terminal.post("/v1/movements", json=drop_off(1)).json()
    said = dict(reversed(drop_off(1).items()))
    text = str(said).replace("'", '"').replace(", ", " ,\n ")
    again = terminal.post(
        "/v1/movements", content=text, headers={"Content-Type": "application/json"}
    )
    assert again.status_code == 200
    assert again.json() == {**told, "status": "duplicate"}


def test_an_id_is_not_used_for_something_else(terminal: httpx.Client) -> None:
    terminal.post("/v1/movements", json=drop_off(1))
    other = terminal.post("/v1/movements", json=drop_off(1, channel="fleet"))
    assert other.status_code == 409
    assert other.json()["code"] == "id_reused"


def test_what_the_books_remark_comes_back_with_the_receipt_in_the_posters_language(
    terminal: httpx.Client,
) -> None:
    said = dispatch(5, [1])
    first = terminal.post("/v1/movements", json=said, headers={"Accept-Language": "zh-CN"})
    assert first.status_code == 201
    remarks = {one["code"]: one for one in first.json()["remarks"]}
    assert remarks["never_seen"]["subjects"] == [f"battery:{battery(1)}"]
    assert "尚未上报" in remarks["never_seen"]["detail"]
    again = terminal.post("/v1/movements", json=said).json()
    assert {one["code"] for one in again["remarks"]} == remarks.keys()
    assert all(one["detail"].isascii() for one in again["remarks"])


def test_many_clients_at_once_get_their_own_answers(terminal: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: terminal.post("/v1/movements", json=drop_off(n)), range(40))
        )
    assert [one.json()["id"] for one in answers] == [movement_id(n) for n in range(40)]
    positions = sorted(one.json()["position"] for one in answers)
    assert positions == list(range(positions[0], positions[0] + 40))


def test_a_poster_asks_whether_a_movement_arrived(terminal: httpx.Client) -> None:
    assert terminal.get(f"/v1/movements/{movement_id(1)}").status_code == 404
    told = terminal.post("/v1/movements", json=drop_off(1)).json()
    found = terminal.get(f"/v1/movements/{movement_id(1)}")
    assert found.status_code == 200
    assert found.json() == told
