"""Is the page of documentation drawn by what lies here alone, as it was published?"""

import re
from hashlib import sha256

from custody.api.document import keeping, page
from tests.api.conftest import Service
from tests.api.engines import on_sqlite

SUMS = {
    line[66:]: line[:64]
    for line in (page.FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
}
OURS = {"README.md", "SHA256SUMS", "page.css", "page.html", "page.js"}


def test_what_others_published_lies_here_as_they_did_with_its_licences() -> None:
    lies_here = {file.name for file in page.FOLDER.iterdir()}
    assert lies_here - OURS == SUMS.keys()
    for name, told in SUMS.items():
        assert sha256((page.FOLDER / name).read_bytes()).hexdigest() == told, name
    assert {"LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"} < SUMS.keys()


@on_sqlite
def test_the_page_runs_our_scripts_alone_and_names_no_other_place(service: Service) -> None:
    shown = service.client("admin").get("/docs")
    policy = shown.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "//" not in policy
    assert not re.search(r"<script>|\bon\w+=|https?:", shown.text)
    named = set(re.findall(r'(?:src|href)="([^"]+)"', shown.text))
    assert named == {f"docs/{name}" for name in page.FILES} | {"openapi.json"}


@on_sqlite
def test_a_file_of_the_page_is_kept_by_a_browser_and_asked_for_again(service: Service) -> None:
    browser = service.client("terminal", "330106-0007")
    first = browser.get("/docs/swagger-ui-bundle.js")
    assert sha256(first.content).hexdigest() == SUMS["swagger-ui-bundle.js"]
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"] == keeping.KEPT
    again = browser.get(
        "/docs/swagger-ui-bundle.js", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    plain = browser.get("/docs/swagger-ui.css", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert sha256(plain.content).hexdigest() == SUMS["swagger-ui.css"]


@on_sqlite
def test_nothing_else_of_that_folder_is_served(service: Service) -> None:
    browser = service.client("admin")
    for name in ("SHA256SUMS", "page.html", "..%2fpage.py", "%2e%2e%2fopenapi.py", "nothing.js"):
        refused = browser.get(f"/docs/{name}")
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found"), name


@on_sqlite
def test_the_documents_are_written_once_and_kept_by_a_browser_like_the_files(
    service: Service,
) -> None:
    browser = service.client("integrator")
    for path in ("/openapi.json", "/asyncapi.json"):
        first = browser.get(path)
        assert first.headers["content-type"] == "application/json"
        assert first.headers["content-encoding"] == "gzip"
        assert first.headers["cache-control"] == keeping.KEPT
        same = browser.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        plain = browser.get(path, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.json() == first.json()
