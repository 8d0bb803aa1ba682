"""What does a person see in a browser? Asked of a Chromium that knows no address but ours."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import free_port
from tests.waiting import LONG_S

LOOK_S = 0.1
NO_TRAFFIC_OF_ITS_OWN = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
DESKTOP, PHONE = (1280, 900), (390, 844)
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""Under which name WebDriver tells an element."""


class Browser:
    """A window of Chromium, moved by WebDriver."""

    def __init__(self, driver: httpx.Client, session: str) -> None:
        self._driver = driver
        self._session = f"/session/{session}"

    def open(self, url: str) -> None:
        """Return when the page and all that it names were loaded."""
        self._tell("url", url=url)

    def resize(self, size: tuple[int, int]) -> None:
        # What the window is given to draw in, borders left out; and as a phone, where it is narrow.
        told = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        self._tell("goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=told)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page, and return what it returns."""
        return self._tell("execute/sync", script=script, args=list(arguments))

    def text(self) -> str:
        told: str = self.run("return document.body.innerText")
        return told

    def wait_for(self, script: str, *arguments: Any) -> Any:
        """Return what a script returns as soon as that is something."""
        deadline = time.monotonic() + LONG_S
        while not (told := self.run(f"return {script}", *arguments)):
            assert time.monotonic() < deadline, f"no {script}; it shows:\n{self.text()[:2_000]}"
            time.sleep(LOOK_S)
        return told

    def click(self, css: str) -> None:
        """Press what a person would press, as soon as it is there."""
        self.wait_for("document.querySelector(arguments[0])", css)
        self._tell(f"element/{self._find(css)}/click")

    def type(self, css: str, text: str) -> None:
        self.wait_for("document.querySelector(arguments[0])", css)
        self._tell(f"element/{self._find(css)}/value", text=text)

    def complaints(self) -> list[str]:
        """Tell what stands in the console: errors, and what a policy kept from being done."""
        return [
            f"{line['level']}: {line['message']}"
            for line in self._tell("se/log", type="browser")
            if line["level"] in ("SEVERE", "WARNING")
        ]

    def asked(self) -> list[str]:
        """Tell every address that was asked for since the last time."""
        events = [
            json.loads(line["message"])["message"]
            for line in self._tell("se/log", type="performance")
        ]
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def _find(self, css: str) -> str:
        found: str = self._tell("element", using="css selector", value=css)[ELEMENT]
        return found

    def _tell(self, command: str, **told: Any) -> Any:
        answer = self._driver.post(f"{self._session}/{command}", json=told)
        value = answer.json()["value"]
        assert answer.is_success, f"{command} {told}: {value}"
        return value


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """Open a browser that has never been used; skips the test where there is none."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no browser; on Debian: apt install chromium chromium-driver")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile")
    wanted = {
        "goog:chromeOptions": {"binary": chromium, "args": [*flags, *NO_TRAFFIC_OF_ITS_OWN]},
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
    }
    port = free_port()
    with (folder / "chromedriver").open("wb") as log:
        process = subprocess.Popen(
            [driver, f"--port={port}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        _until_it_listens(port)
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, timeout=LONG_S, trust_env=False) as client:
            made = client.post("/session", json={"capabilities": {"alwaysMatch": wanted}})
            assert made.is_success, made.text
            session = made.json()["value"]["sessionId"]
            try:
                yield Browser(client, session)
            finally:
                client.delete(f"/session/{session}")
    finally:
        process.kill()
        process.wait()


def _until_it_listens(port: int) -> None:
    deadline = time.monotonic() + LONG_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "chromedriver does not listen"
            time.sleep(LOOK_S)
        else:
            return
