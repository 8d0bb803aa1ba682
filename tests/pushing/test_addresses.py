import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.pushing import addresses
from custody.pushing.addresses import Address, may_connect
from custody.pushing.posting import Posting
from custody.pushing.resolving import resolve
from tests.pushing.receiver import Receiver

OPEN = ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "2400:3200::1", "::ffff:1.1.1.1"]
CLOSED = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.9.9",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16",
    "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
    "2001:db8::1", "2001::1", "100::1", "3fff::1", "5f00::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1",
]  # fmt: skip


@pytest.mark.parametrize("text", OPEN)
def test_receivers_are_on_the_open_internet(text: str) -> None:
    assert may_connect(ip_address(text), ())


@pytest.mark.parametrize("text", CLOSED)
def test_we_are_sent_to_no_address_that_only_we_can_reach(text: str) -> None:
    assert not may_connect(ip_address(text), ())


def test_a_network_that_the_operator_names_is_open_and_no_other() -> None:
    named = (ip_network("10.1.0.0/16"), ip_network("fd00:1::/32"))
    for text in ("10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5"):
        assert may_connect(ip_address(text), named), text
    for text in ("10.2.2.3", "127.0.0.1", "fd00:2::5", "::1"):
        assert not may_connect(ip_address(text), named), text


@given(st.ip_addresses(v=4))
def test_an_address_is_as_open_in_whatever_it_is_wrapped(address: Address) -> None:
    number = int(address)
    for prefix, shift in ((0xFFFF << 32, 0), (0x64FF9B << 96, 0), (0x2002 << 112, 80)):
        wrapped = ip_address(prefix | (number << shift))
        assert wrapped.version == 6
        assert may_connect(wrapped, ()) == may_connect(address, ()), wrapped


@pytest.mark.parametrize(
    "spelt",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "localhost"],
)
def test_an_address_is_looked_at_in_whatever_spelling_it_comes(spelt: str) -> None:
    found = asyncio.run(resolve(spelt, 443))
    assert found
    assert addresses.refusal("https", 443, found, ()) == "address not allowed"


def test_an_address_waits_for_nobody_s_name_to_be_looked_up() -> None:
    over = Event()

    async def look_up() -> Sequence[Address]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        loop.run_in_executor(None, over.wait)
        try:
            return await resolve("127.0.0.1", 443)
        finally:
            over.set()

    assert asyncio.run(look_up()) == [ip_address("127.0.0.1")]


@pytest.mark.parametrize(
    "url",
    [
        "https://receiver.example/hook", "https://receiver.example:8443/a?b=c",
        "https://93.184.215.14/", "https://[2606:4700::1111]/x",
    ],
)  # fmt: skip
def test_what_is_well_written_is_taken(url: str) -> None:
    assert addresses.complaint(url, ()) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/", "ftp://receiver.example/", "receiver.example", "https://",
        "https:///path", "https://user@receiver.example/", "https://user:pw@receiver.example/",
        "https://@receiver.example/", "https://receiver.example/#top", "https://127.0.0.1/",
        "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest",
        "https://receiver.example:0/", "https://receiver.example:99999/", "https://a b/",
        "https://receiver.example\\@127.0.0.1/", "https://例子.example/", "https://[::1",
        "https://receiver.example/\n",
    ],
)  # fmt: skip
def test_what_is_not_is_refused_in_both_languages(url: str) -> None:
    complaint = addresses.complaint(url, ())
    assert complaint is not None
    assert (complaint.pointer, complaint.code) == ("/url", "url_not_allowed")
    assert complaint.params["detail"].isascii()
    assert not complaint.params["detail_zh"].isascii()


def test_http_and_odd_ports_are_for_named_networks() -> None:
    named = (ip_network("10.0.0.0/8"),)
    inside, outside = [ip_address("10.0.0.1")], [ip_address("1.1.1.1")]
    assert addresses.refusal("http", 80, inside, named) is None
    assert addresses.refusal("http", 80, outside, named)
    assert addresses.refusal("https", 25, inside, named) is None
    assert addresses.refusal("https", 25, outside, named)
    assert addresses.refusal("https", 443, outside, named) is None
    assert addresses.refusal("https", 8443, outside, named) is None
    assert addresses.refusal("https", 443, [*outside, ip_address("127.0.0.1")], named)
    assert addresses.refusal("https", 443, [], named)


def test_a_name_that_is_rebound_is_never_connected_to(receiver: Receiver) -> None:
    """The resolver says an open address when it is asked first, and our own from then on."""
    asked: list[str] = []
    open_one, own = ip_address("192.0.2.1"), ip_address("127.0.0.1")

    async def rebinding(host: str, _port: int) -> Sequence[Address]:
        asked.append(host)
        return [own] if len(asked) > 1 else [open_one]

    async def story() -> None:
        named = (ip_network("192.0.2.0/24"),)
        url = receiver.url.replace("127.0.0.1", "receiver.example")
        async with Posting(named, resolve_=rebinding, total_s=0.5) as posting:
            first = await posting.post(url, b"{}", {}, 0)
            assert first.status is None
            second = await posting.post(url, b"{}", {}, 0)
            assert (second.status, second.said) == (None, "NotAllowed: address not allowed")

    asyncio.run(story())
    assert asked == ["receiver.example"] * 2, "looked up once for each delivery"
    assert receiver.all == []


def test_the_address_that_was_looked_at_is_the_one_connected_to(receiver: Receiver) -> None:
    async def found(_host: str, _port: int) -> Sequence[Address]:
        return [ip_address("127.0.0.1")]

    async def story() -> None:
        async with Posting((ip_network("127.0.0.0/8"),), resolve_=found) as posting:
            url = f"http://receiver.example:{receiver.port}/hook"
            assert (await posting.post(url, b'{"items":[]}', {}, 0)).status == 200

    asyncio.run(story())
    (got,) = receiver.all
    assert got.headers["host"] == f"receiver.example:{receiver.port}"
