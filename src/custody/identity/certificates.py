"""Which machine does a certificate name, that a proxy has checked and passes on? RFC 9440."""

import binascii
from base64 import b64decode

from cryptography import x509
from cryptography.x509.oid import NameOID


def named_by(header: str) -> str | None:
    """Read the common name of a certificate in `Client-Cert`; None if it is none, or has not one.

    Whether it is good is the proxy's to tell: it has seen the handshake.
    """
    text = header.strip()
    if len(text) < 2 or not (text.startswith(":") and text.endswith(":")):
        return None
    try:
        certificate = x509.load_der_x509_certificate(b64decode(text[1:-1], validate=True))
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (binascii.Error, ValueError, x509.InvalidVersion):
        return None
    if len(names) != 1 or not isinstance(names[0].value, str):
        return None
    return names[0].value
