"""How long is a page's token good, and may it be given back, as the standard has it?"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import httpx
import orjson
import pytest

from custody.api.epcis.pages import TOKEN_S
from tests.api.conftest import Service
from tests.exchange.partners import captured, document, event, event_id, ids


def _token(answer: httpx.Response) -> str:
    return httpx.URL(answer.links["next"]["url"]).params["nextPageToken"]


def test_a_token_is_good_until_it_expires_and_for_its_own_list(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(*map(event, range(3))))
    next_ = partner.get("/epcis/events", params={"perPage": 2}).links["next"]["url"]
    other = partner.get(f"{next_}&EQ_bizStep=collecting")
    assert (other.status_code, other.json()["code"]) == (400, "epcis_token_invalid")
    service.clock.now += 86_400_000
    assert partner.get(next_).status_code == 200
    service.clock.now += 1
    assert partner.get(next_).json()["code"] == "epcis_token_invalid"


def test_nothing_is_held_for_a_token_that_is_given_back(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(event(1), event(2)))
    first = partner.get("/epcis/events?perPage=1")
    for _ in range(2):
        answer = partner.delete(f"/epcis/nextPageToken/{_token(first)}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["GS1-EPCIS-Version"] == "2.0"
    assert ids(partner.get(first.links["next"]["url"])) == [event_id(2)]
    answer = partner.options(f"/epcis/nextPageToken/{_token(first)}")
    assert answer.headers["Allow"] == "DELETE, OPTIONS"


def test_a_token_of_any_list_is_taken_back_after_its_day_too(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(event(1), event(2)))
    captured(service, partner, document(event(3)))
    lists = ("/epcis/events", "/epcis/epcs", "/epcis/capture")
    tokens = [_token(partner.get(path, params={"perPage": 1})) for path in lists]
    for later in (0, TOKEN_S + 1):
        service.clock.now += later * 1_000
        for token in tokens:
            assert partner.delete(f"/epcis/nextPageToken/{token}").status_code == 204


NONE_OF_OURS = ["abc", "W10", urlsafe_b64encode(orjson.dumps([1, 2, 3, 4, 5])).decode()]


@pytest.mark.parametrize("token", NONE_OF_OURS)
def test_what_is_no_token_is_refused_as_such(partner: httpx.Client, token: str) -> None:
    answer = partner.delete(f"/epcis/nextPageToken/{token}")
    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, "epcis_token_invalid")
    assert told["type"] == "epcisException:QueryParameterException"


FORGED = {
    "eventTime": [[0], [True, 1], [0, "1"], [2**63, 0], None],
    "b:grade": [
        [0, 0],
        [2, 0, "\0", 0],
        [2, 0, "z" * 601, 0],
        [2, "0", "z", 0],
        [2, 0, "z", 2**63],
    ],
}
"""Ends of pages that no page of such an order could have had."""


@pytest.mark.parametrize("order", FORGED)
def test_a_token_that_ends_as_no_page_does_was_never_given_out(
    service: Service, partner: httpx.Client, order: str
) -> None:
    captured(service, partner, document(event(1), event(2)))
    asked = {"orderBy": order, "perPage": "1"}
    headers = {"GS1-Extensions": "b=https://example.com/battery/"}
    first = partner.get("/epcis/events", params=asked, headers=headers)
    token = _token(first)
    told = orjson.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for after in (*FORGED[order], told[3]):
        forged = urlsafe_b64encode(orjson.dumps([*told[:3], after, None])).decode()
        asked["nextPageToken"] = forged
        answer = partner.get("/epcis/events", params=asked, headers=headers)
        assert answer.status_code == (200 if after == told[3] else 400), after
