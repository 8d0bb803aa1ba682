"""A terminal's key is registered, used, replaced and revoked: what is it told at each step?"""

from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody import keys, signing
from custody.codes import base64url
from tests.api.conftest import Service
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, Movement, drop_off

TERMINAL = f"{COLLECTOR}-T1"
PATH = f"/v1/terminals/{TERMINAL}"

first_key, next_key = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))


class Device:
    """A terminal that shows a key of the service, and signs with one of its own."""

    def __init__(self, service: Service) -> None:
        self.admin = service.client("admin")
        _, text = keys.create(service.engine, "terminal", COLLECTOR, TERMINAL)
        self.client = service.client(None, Authorization=f"Bearer {text}")

    def is_registered(self, **said: Any) -> str:
        response = self.admin.put(PATH, json={"site": COLLECTOR, **said})
        assert response.is_success, response.text
        return str(response.json()["status"])

    def is_told(self, sent: Movement) -> list[str]:
        """Post a movement; it is recorded whatever is remarked on it."""
        response = self.client.post("/v1/movements", json=sent)
        assert response.status_code == 201, response.text
        return [one["code"] for one in response.json()["remarks"]]


def signed(sent: Movement, key: Ed25519PrivateKey) -> Movement:
    return {**sent, "signature": signing.sign(sent, key)}


@pytest.fixture
def device(service: Service) -> Device:
    return Device(service)


def public(key: Ed25519PrivateKey) -> str:
    return signing.public_key(key)


def test_a_key_counts_from_its_registration_until_it_is_replaced_or_revoked(device: Device) -> None:
    assert device.is_told(drop_off(1)) == []
    assert device.is_told(signed(drop_off(2), first_key)) == ["signature_unknown_key"]
    assert device.is_registered(public_key=public(first_key)) == "registered"
    assert device.is_told(signed(drop_off(3), first_key)) == []
    assert device.is_told(drop_off(4)) == ["signature_missing"]
    assert device.is_told(signed(drop_off(5), next_key)) == ["signature_invalid"]
    assert device.is_registered(public_key=public(next_key)) == "changed"
    assert device.is_told(signed(drop_off(6), next_key)) == []
    assert device.is_told(signed(drop_off(7), first_key)) == ["signature_invalid"]
    assert device.is_registered() == "changed"
    assert device.is_told(signed(drop_off(8), next_key)) == ["signature_unknown_key"]
    assert device.is_told(drop_off(9)) == []


def test_a_forged_movement_is_recorded_and_its_remark_is_told_again(device: Device) -> None:
    device.is_registered(public_key=public(first_key))
    forged = {**signed(drop_off(1), first_key), "channel": "fleet"}
    assert device.is_told(forged) == ["signature_invalid"]
    again = device.client.post("/v1/movements", json=forged, headers={"Accept-Language": "zh"})
    assert again.status_code == 200
    (remark,) = again.json()["remarks"]
    assert (remark["severity"], remark["subjects"]) == ("critical", [f"terminal:{TERMINAL}"])
    assert "公钥" in remark["detail"]


@on_sqlite
def test_a_signature_that_a_library_has_padded_loses_no_movement(device: Device) -> None:
    device.is_registered(public_key=public(first_key))
    padded = signed(drop_off(1), first_key)
    padded["signature"] += "=="
    assert device.is_told(padded) == ["signature_invalid"]


@on_sqlite
def test_a_terminal_whose_time_is_over_vouches_for_nothing(
    device: Device, service: Service
) -> None:
    device.is_registered(public_key=public(first_key), active_to="2026-03-01T12:30:00+08:00")
    assert device.is_told(signed(drop_off(1), first_key)) == []
    service.clock.now += 30 * 60_000
    assert device.is_told(signed(drop_off(2), first_key)) == ["signature_unknown_key"]


@on_sqlite
def test_a_key_of_no_terminal_has_nothing_to_be_checked_by(terminal: httpx.Client) -> None:
    sent = terminal.post("/v1/movements", json=signed(drop_off(1), first_key))
    assert [one["code"] for one in sent.json()["remarks"]] == ["signature_unknown_key"]


@on_sqlite
@pytest.mark.parametrize(
    ("spelt", "rule"),
    [
        ("01" + "00" * 31, "public_key_weak"),
        ("ee" + "ff" * 30 + "7f", "public_key_not_canonical"),
        ("02" + "00" * 31, "public_key_not_on_curve"),
        (
            "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
            "public_key_mixed",
        ),
    ],
)
def test_a_key_under_which_others_could_sign_is_not_registered(
    device: Device, spelt: str, rule: str
) -> None:
    body = {"site": COLLECTOR, "public_key": base64url.encode(bytes.fromhex(spelt))}
    told = {}
    for language in ("en", "zh"):
        refused = device.admin.put(PATH, json=body, headers={"Accept-Language": language})
        assert refused.status_code == 422
        (error,) = refused.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/public_key", rule)
        told[language] = error["detail"]
    assert "public key" in told["en"]
    assert "公钥" in told["zh"]
    assert device.admin.get(PATH).status_code == 404
