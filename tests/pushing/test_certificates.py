"""Is the certificate of a receiver checked against its name, though an address is connected to?"""

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from custody.pushing.addresses import Address
from custody.pushing.answers import Answered
from custody.pushing.posting import Posting
from tests.pushing.receiver import Receiver, receiving

NAME = "receiver.example"
LOOPBACK = (ip_network("127.0.0.0/8"),)


def certified(folder: Path) -> Path:
    """Write a certificate for the name, which vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "receiver.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return certified(tmp_path)


@pytest.fixture
def receiver(certificate: Path) -> Iterator[Receiver]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with receiving(context) as one:
        yield one


async def _here(_host: str, _port: int) -> Sequence[Address]:
    return [ip_address("127.0.0.1")]


def posted(receiver: Receiver, host: str, trusted: Path | None) -> Answered:
    context = ssl.create_default_context(cafile=None if trusted is None else str(trusted))

    async def story() -> Answered:
        async with Posting(LOOPBACK, resolve_=_here, context=context) as posting:
            url = f"https://{host}:{receiver.port}/hook"
            return await posting.post(url, b'{"items":[]}', {}, 0)

    return asyncio.run(story())


def test_a_receiver_that_shows_its_name_is_told(receiver: Receiver, certificate: Path) -> None:
    assert posted(receiver, NAME, certificate).status == 200
    assert receiver.next().headers["host"] == f"{NAME}:{receiver.port}"


@pytest.mark.parametrize(
    ("host", "trusts"), [("other.example", True), ("127.0.0.1", True), (NAME, False)]
)
def test_one_that_shows_another_name_or_that_nobody_vouches_for_is_told_nothing(
    receiver: Receiver, certificate: Path, host: str, trusts: bool
) -> None:
    answered = posted(receiver, host, certificate if trusts else None)
    assert (answered.status, answered.meaning) == (None, "failed")
    assert "CERTIFICATE_VERIFY_FAILED" in answered.said
    assert receiver.all == []
