"""By which links is an export fetched, and for how long?"""

from pathlib import Path

import httpx
import pytest

from custody import keys
from custody.exporting import jobs, links
from custody.terms import MINUTE
from tests.api.conftest import NOON, Service
from tests.api.exports import PATH, STRANGER, asked, fetched, made
from tests.api.test_stream import post
from tests.asking import client_of
from tests.waiting import eventually


@pytest.fixture(autouse=True)
def beside_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files lie where the test can look at them, on either engine."""
    monkeypatch.setattr("custody.api.desk.directory", lambda *_: tmp_path / "exports")


def test_a_link_is_good_until_its_time_and_as_it_was_signed(service: Service) -> None:
    auditor = service.client("auditor")
    told, other = made(auditor, format="csv"), made(auditor, format="ndjson")
    url = httpx.URL(told["file"]["url"])
    signature = url.params["signature"]
    expires = int(url.params["expires"])
    assert expires * 1000 == NOON + links.LINK
    with client_of(service.url) as nobody:
        assert nobody.get(url).is_success
        for changed, code in [
            (url.copy_set_param("expires", expires + 1), "link_invalid"),
            (url.copy_set_param("signature", signature[:-1] + "_"), "link_invalid"),
            (url.copy_set_param("signature", "é"), "link_invalid"),
            (httpx.URL(str(url).replace(told["id"], other["id"])), "link_invalid"),
            (httpx.URL(str(url).replace(told["id"], STRANGER)), "link_invalid"),
        ]:
            response = nobody.get(changed)
            assert (response.status_code, response.json()["code"]) == (403, code)
        assert nobody.get(url.path).status_code == 422
        service.clock.now += links.LINK
        response = nobody.get(url)
        assert (response.status_code, response.json()["code"]) == (410, "link_expired")
        again = auditor.get(f"{PATH}/{told['id']}").json()
        assert nobody.get(again["file"]["url"]).is_success


def test_a_download_goes_on_where_it_was_cut(service: Service) -> None:
    post(service, 1, 2)
    told = made(service.client("auditor"), format="csv")
    whole = fetched(service, told)
    tag = whole.headers["etag"]
    assert tag == f'"{told["file"]["sha256"]}"'
    rest = fetched(service, told, **{"Range": "bytes=100-", "If-Range": tag})
    assert rest.status_code == 206
    assert rest.content == whole.content[100:]
    other = fetched(service, told, **{"Range": "bytes=100-", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, whole.content)


def test_whose_key_is_revoked_has_no_exports_and_no_links(service: Service, tmp_path: Path) -> None:
    auditor = service.client("auditor")
    told = made(auditor, format="csv")
    keys.revoke(service.engine, auditor.get("/v1/me").json()["key"])
    response = fetched(service, told)
    assert (response.status_code, response.json()["code"]) == (403, "link_invalid")
    eventually(lambda: jobs.find(service.engine, told["id"]) is None)
    eventually(lambda: not any((tmp_path / "exports").iterdir()))


def test_what_is_deleted_is_gone(service: Service, tmp_path: Path) -> None:
    auditor = service.client("auditor")
    told = made(auditor, format="csv")
    assert any((tmp_path / "exports").iterdir())
    assert auditor.delete(f"{PATH}/{told['id']}").status_code == 204
    assert auditor.get(f"{PATH}/{told['id']}").status_code == 404
    assert fetched(service, told).json()["code"] == "link_invalid"
    assert not any((tmp_path / "exports").iterdir())


def test_a_file_is_kept_for_its_time(service: Service, tmp_path: Path) -> None:
    auditor = service.client("auditor")
    told = made(auditor, format="csv")
    service.clock.now += jobs.KEPT - MINUTE
    near_the_end = auditor.get(f"{PATH}/{told['id']}").json()["file"]
    assert near_the_end["url_expires_at"] == told["expires_at"], "no longer than the file"
    service.clock.now += MINUTE
    eventually(lambda: jobs.find(service.engine, told["id"]) is None)
    eventually(lambda: not any((tmp_path / "exports").iterdir()))


def test_nobody_has_more_exports_than_may_be(service: Service) -> None:
    auditor = service.client("auditor")
    taken = [asked(auditor, format="csv") for _ in range(jobs.JOBS_MAX)]
    refused = auditor.post(PATH, json={"format": "csv"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_exports")
    assert asked(service.client("auditor"), format="csv"), "others have their own"
    auditor.delete(f"{PATH}/{taken[0]['id']}")
    assert asked(auditor, format="csv")


def test_a_file_on_another_host_is_told(service: Service, tmp_path: Path) -> None:
    told = made(service.client("auditor"), format="csv")
    for path in (tmp_path / "exports").iterdir():
        path.unlink()
    response = fetched(service, told)
    assert (response.status_code, response.json()["code"]) == (503, "export_elsewhere")
