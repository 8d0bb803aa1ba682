"""Do operations keep their names, and does each list whatever problem it can answer with?"""

import re
from pathlib import Path

from custody.api.document import problems
from custody.api.refusals import KINDS
from custody.api.routes import DECLARED
from tests.api import described

OPERATIONS = Path(__file__).with_name("operations.txt")
DOCUMENT = described.document()


def test_operations_keep_their_names_so_that_generated_clients_keep_working() -> None:
    operations = [
        f"{operation['operationId']} {method.upper()} {path}"
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    ]
    ids = [one.split()[0] for one in operations]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", id_) for id_ in ids)
    assert sorted(operations) == OPERATIONS.read_text().splitlines(), (
        f"a new operation is one more line of {OPERATIONS.name}; none is renamed"
    )


def test_every_kind_of_problem_is_listed_of_some_operation_or_belongs_to_none() -> None:
    operations = [one for path in DOCUMENT["paths"].values() for one in path.values()]
    listed = frozenset[str]().union(*map(problems.documented, operations))
    assert listed | problems.NEVER == KINDS.keys()
    assert not listed & problems.NEVER
    assert DOCUMENT["components"]["examples"].keys() >= listed
    assert problems.RULES.keys() <= listed
    shown = DOCUMENT["components"]["examples"].values()
    assert not any("?" in example["value"]["detail"] for example in shown), "a number is missing"
    assert DECLARED not in str(DOCUMENT)


def test_a_problem_is_listed_where_it_can_happen() -> None:
    paths = DOCUMENT["paths"]
    stream = problems.documented(paths["/v1/facts/stream"]["get"])
    assert {"too_many_streams", "not_there_yet", "unauthenticated"} <= stream
    assert not {"cursor_invalid", "id_reused", "invalid_json"} & stream
    posting = problems.documented(paths["/v1/movements"]["post"])
    assert {"too_early", "target_unknown", "batch_refused", "busy", "invalid_json"} <= posting
    assert "book_too_long" not in posting
    health = problems.documented(paths["/healthz"]["get"])
    assert health == {"internal", "query_too_long", "headers_too_large"}
