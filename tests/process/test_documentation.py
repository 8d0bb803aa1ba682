"""Does a person who opens the address in a browser see the interface, and get an answer from it?"""

from pathlib import Path

from tests.process.browser import DESKTOP, PHONE, Browser, browsing
from tests.process.network import POINTS, founded
from tests.process.server import serving

ME = "#operations-me-who_am_i"
SITES = "#operations-registry-list_sites"


def typed(url: str, key: str) -> str:
    """Write an address as one that says what a person types when they are asked for a password."""
    return url.replace("://", f"://anyone:{key}@")


def opened(browser: Browser, operation: str, tag: str) -> None:
    browser.click(f"#operations-tag-{tag}")
    browser.click(f"{operation} .opblock-summary-control")
    browser.click(f"{operation} .try-out__btn")


def answered(browser: Browser, operation: str) -> str:
    browser.click(f"{operation} .execute")
    told: str = browser.wait_for(
        "document.querySelector(arguments[0])?.innerText",
        f"{operation} .live-responses-table .response",
    )
    return told


def test_a_person_reads_the_interface_and_tries_it_out_with_no_other_network(
    tmp_path: Path,
) -> None:
    with serving(f"sqlite:///{tmp_path}/custody.db") as server, browsing(tmp_path) as browser:
        network = founded(server)
        # Whoever opened one page with a key is not asked again for the next.
        browser.open(typed(f"{server.url}/asyncapi.json", network.auditor))
        assert '"asyncapi"' in browser.text()
        browser.open(server.url)
        browser.wait_for("document.querySelector('.opblock-tag')")
        assert browser.run("return location.pathname") == "/docs"
        assert "电动自行车退役电池的全程记录" in browser.text()

        browser.click(".btn.authorize")
        browser.type(".auth-container input", network.auditor)
        browser.click(".auth-btn-wrapper .authorize")
        browser.click(".auth-btn-wrapper .btn-done")
        opened(browser, ME, "me")
        assert '"role": "auditor"' in answered(browser, ME)
        # Nothing is asked for but what the person wrote.
        opened(browser, SITES, "registry")
        assert POINTS[0] in answered(browser, SITES)

        for size in (DESKTOP, PHONE):
            browser.resize(size)
            browser.wait_for("innerWidth === arguments[0]", size[0])
            wide = browser.run("return document.documentElement.scrollWidth")
            assert wide <= size[0], "nobody has to scroll sideways"
        assert browser.complaints() == []
        elsewhere = [
            address
            for address in browser.asked()
            if address.startswith("http") and not address.startswith(server.url)
        ]
        assert elsewhere == [typed(f"{server.url}/asyncapi.json", network.auditor)]
