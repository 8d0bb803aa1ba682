"""What does a phone do all day? It writes down what happens, and sends when it can.

Run as a process of its own: `python -m tests.process.device OUTBOX URL KEY TERMINAL WHO`. It says
the id of each movement as soon as that is kept, in one line.
"""

import sys
from itertools import count
from threading import Thread
from time import sleep

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.client import Client, CustodyError, Patience
from custody.client.outbox import Outbox
from tests.asking import NO_TLS
from tests.process.terminals import drop_off

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
REST_S = 0.002


def main(path: str, url: str, key: str, terminal: str, who: int) -> None:
    with Outbox(path, terminal, SIGNER) as outbox:
        Thread(target=send, args=[outbox, url, key], daemon=True).start()
        for number in count(who * 100_000):
            said = drop_off(number)
            said["battery"]["code"] += f"W{who}"
            if outbox.receipt(said["id"]) is None:  # the next life of this process begins anew
                kept = outbox.put(said)
                print(kept.id, kept.sequence, flush=True)  # noqa: T201 - for who kills it
                sleep(REST_S)


def send(outbox: Outbox, url: str, key: str) -> None:
    patience = Patience(attempts=1)
    with Client(url, key, patience=patience, verify=NO_TLS, trust_env=False) as client:
        while True:
            try:
                outbox.flush(client)
            except CustodyError as error:
                print(error, flush=True)  # noqa: T201 - for who reads its log
            sleep(REST_S)


if __name__ == "__main__":
    _, path, url, key, terminal, who = sys.argv
    main(path, url, key, terminal, int(who))
