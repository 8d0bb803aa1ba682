from tests.api.conftest import Service


def test_anyone_may_read_what_our_own_names_stand_for(service: Service) -> None:
    answer = service.client(None).get("/epcis/context.jsonld")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.json()["@context"]["custody"] == "urn:custody:epcis:"


def test_nothing_can_be_asked_of_it(service: Service) -> None:
    answer = service.client(None).get("/epcis/context.jsonld?as=turtle")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/as"
