"""Does the service ever say aloud what was told to it in confidence?"""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.api.movements import drop_off
from tests.asking import ask as request
from tests.process.network import POINTS, founded
from tests.process.server import VAULT_KEY, Server

NAME, PHONE, NOTE = "周敏敏之名", "13800138123", "a-note-that-nobody-else-reads"
BAD_KEY, TOKEN = "ck_0123456789ab_not-the-right-secret", "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"
GONE = ("vault_entry", "vault_index", "record", "api_key", "location")


def test_no_key_no_token_and_nothing_of_a_body_is_in_what_it_says(tmp_path: Path) -> None:
    books = tmp_path / "custody.db"
    with Server(f"sqlite:///{books}", fresh=True) as server:
        network = founded(server.start())
        terminal = network.terminals[POINTS[0]]

        def ask(method: str, path: str, shown: str, body: object = None) -> int:
            headers = {"Authorization": shown}
            url = server.url + path
            answer = request(method, url, headers=headers, json=body)
            return answer.status_code

        def everything() -> set[int]:
            said = {**drop_off(1), "site": POINTS[0], "note": NOTE}
            return {
                ask("POST", "/v1/movements", f"Bearer {terminal}", said),
                ask("POST", "/v1/movements", f"Bearer {terminal}", {"note": NOTE}),
                ask("PUT", "/v1/depositors/d:1", f"Bearer {terminal}", {"name": NAME}),
                ask("POST", "/v1/depositors", f"Bearer {terminal}", {"phone": PHONE}),
                ask("GET", "/v1/batteries", f"Bearer {network.auditor}"),
                ask("GET", "/v1/me", f"Bearer {BAD_KEY}"),
                ask("GET", "/v1/me", f"Bearer {TOKEN}"),
                ask("GET", f"/v1/me?key={BAD_KEY}", f"Basic {TOKEN}"),
            }

        assert 500 not in everything()
        with closing(sqlite3.connect(books)) as connection:
            for table in GONE:
                connection.execute(f"alter table {table} rename to {table}_gone")
        assert 500 in everything(), "what fails is told at length, and that is what is read here"
        told = server.log()
        assert "Traceback" in told
        for secret in (terminal, network.admin, network.auditor, VAULT_KEY, BAD_KEY, TOKEN):
            assert secret not in told
            assert secret.split("_", 2)[-1] not in told, "what stands behind a key's kind and id"
        for private in (NAME, PHONE, NOTE):
            assert private not in told
