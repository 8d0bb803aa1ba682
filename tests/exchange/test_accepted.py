"""Which versions of the standard, and which types of answers, does an asker get?"""

import httpx
import pytest


@pytest.mark.parametrize(
    "headers",
    [
        {"GS1-EPCIS-Version": "1.2"},
        {"GS1-EPCIS-Max": "1.2"},
        {"Accept": "text/xml"},
        {"Accept": "text/xml, application/json;q=0"},
        {"Accept": "*/*;q=0"},
        {"Accept": "*/*, application/*; Q=0.0"},
    ],
)
def test_what_is_not_spoken_is_not_acceptable(
    partner: httpx.Client, headers: dict[str, str]
) -> None:
    assert partner.get("/epcis/events", headers=headers).status_code == 406


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("application/ld+json", "application/ld+json"),
        ("application/ld+json, */*;q=0.1", "application/ld+json"),
        ("application/*, application/json;q=0", "application/ld+json"),
        ("application/ld+json;q=0, */*", "application/json"),
        ("application/json, application/ld+json", "application/json"),
    ],
)
def test_an_answer_has_the_type_that_is_wanted_most(
    partner: httpx.Client, accept: str, type_: str
) -> None:
    answer = partner.get("/epcis/events", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, type_)
