"""How does a test ask a service on this machine? Without reading first whom the machine trusts.

A client of httpx reads every authority there is as soon as it is made, for 30 ms of processor time,
and a question over a connection of its own makes a client. Those who only asked whether a server
was ready took the time that it needed to become so.
"""

import ssl
from typing import Any, Final

import httpx

from tests.waiting import LONG_S

NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class NoCookies(httpx.Cookies):
    """Keeps none: the service sets none, and to look for them was a sixth of a client's work."""

    def extract_cookies(self, response: httpx.Response) -> None:
        assert "set-cookie" not in response.headers, "the service sets no cookies"

    def set_cookie_header(self, request: httpx.Request) -> None:
        """Show none."""


def client_of(url: str, **shown: str) -> httpx.Client:
    """Return a client of the service at an address that begins with http://, and its headers."""
    client = httpx.Client(
        base_url=url, headers=shown, verify=NO_TLS, trust_env=False, timeout=LONG_S
    )
    client._cookies = NoCookies()  # given as an argument they would be copied into the usual ones
    return client


def ask(method: str, url: str, **said: Any) -> httpx.Response:
    """Ask over a connection of its own."""
    return httpx.request(method, url, verify=NO_TLS, trust_env=False, timeout=LONG_S, **said)
