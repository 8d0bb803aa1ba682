"""An identity provider on a port of its own, whose keys come and go."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

NAME, AUDIENCE = "https://login.example", "custody"


def key(kid: str, kind: str = "EC") -> Key:
    """Make a key to sign tokens with."""
    match kind:
        case "RSA":
            return RSAKey.generate_key(2048, {"kid": kid})
        case "OKP":
            return OKPKey.generate_key("Ed25519", {"kid": kid})
    return ECKey.generate_key("P-256", {"kid": kid})


@dataclass
class Provider:
    """What it publishes, and how often it was asked."""

    keys: list[Key] = field(default_factory=lambda: [key("one")])
    asked: int = 0
    away: bool = False
    url: str = ""

    def token(self, signer: Key | None = None, alg: str = "ES256", **claims: Any) -> str:
        """Sign a token, good unless the claims say otherwise; None leaves one out."""
        now = int(time.time())
        said = {
            "iss": NAME, "aud": AUDIENCE, "sub": "u-17", "iat": now, "exp": now + 300,
            "custody_role": "auditor", **claims,
        }  # fmt: skip
        signer = signer or self.keys[0]
        told = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": signer.kid}, told, signer, algorithms=[alg])


@contextmanager
def providing() -> Iterator[Provider]:
    """Serve a provider's keys until the block ends."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += 1
            if provider.away:
                self.send_error(503)
                return
            keys = [one.as_dict(private=False) for one in provider.keys]
            body = json.dumps({"keys": keys}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}/jwks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
