"""Does every field in the documents say what it is, when it is not there, and no number twice?"""

import re
from collections.abc import Iterator
from typing import Any

from custody.api.document import field_words, own_words
from custody.api.document.fields import FIELDS, WANTED, objects
from custody.api.document.words import MODELS
from custody.api.epcis.pages import PER_PAGE, PER_PAGE_MAX
from custody.api.freshness import WAIT_S
from custody.api.orders import BATTERIES_SHOWN_MAX
from custody.api.slices import MOVEMENTS_MAX
from tests.api import described

DOCUMENT = described.document()
SCHEMAS = DOCUMENT["components"]["schemas"]
OF_MESSAGES = described.of_messages()["components"]["schemas"]
ALL = (*SCHEMAS.items(), *OF_MESSAGES.items())
OPERATIONS = {
    one["operationId"]: one for path in DOCUMENT["paths"].values() for one in path.values()
}
CHINESE = re.compile("[\u4e00-\u9fff]")
Field = tuple[str, str, dict[str, Any]]


def fields() -> Iterator[Field]:
    """Yield every field of every schema, of either document, at whichever depth."""
    for name, part in (*ALL, *OPERATIONS.items()):
        for schema in objects(part):
            for field, said in schema["properties"].items():
                yield name, field, said


def of_answers() -> Iterator[tuple[Field, bool]]:
    """Yield every field of an answer, and whether an answer may do without it."""
    for name, schema in ALL:
        if own_words.family(name):
            for field, said in schema.get("properties", {}).items():
                yield (name, field, said), field not in schema.get("required", ())


def test_every_field_says_what_it_is_in_both_languages() -> None:
    found = [*fields()]
    assert len({(name, field) for name, field, _ in found}) > 1000
    silent = [
        f"{name}: {field}"
        for name, field, said in found
        if not CHINESE.search(said.get("description", ""))
    ]
    assert silent == [], "say it in field_words; or in own_words, if it means that there alone"


def test_every_schema_says_what_it_is_in_both_languages() -> None:
    assert [name for name, one in ALL if not CHINESE.search(one["description"])] == []


def test_a_field_of_an_answer_says_when_it_is_null_or_absent() -> None:
    for (name, field, said), may_be_absent in of_answers():
        may_be_null = {"type": "null"} in said.get("anyOf", ())
        words = set(re.findall("null|absent", said["description"]))
        may = {"null": may_be_null, "absent": may_be_absent}
        allowed = {word for word, is_so in may.items() if is_so}
        assert words <= allowed, f"{name}: {field} is never so"
        assert bool(words) == bool(allowed), f"{name}: {field} does not say when"


def test_no_word_is_kept_for_a_field_or_a_schema_that_is_not_there() -> None:
    said = {(field, one["description"]) for _, field, one in fields()}
    assert field_words.TOLD.items() <= said
    for words in (own_words.OTHERWISE, WANTED):
        assert {(key.rpartition(".")[2], told) for key, told in words.items()} <= said
    assert FIELDS.keys() <= {field for field, _ in said}
    assert MODELS.keys() <= {name.partition("_")[0] for name, _ in ALL}


def test_nothing_is_said_twice_of_an_answer_and_a_movement() -> None:
    assert not field_words.TOLD.items() & FIELDS.items()


NO_LIMIT = re.compile(
    r"`[^`]*`|RFC \d+|GB/T \d+|GS1|SHA-?\d+|UUIDv\d|WGS-84|UN\d{4}|P\d{3}|v1|base64|%2[BF]|C2SP"
    r"|CloudEvents \d\.\d|EPCIS \d\.\d|c2sp\S+|urn:\S+|\d{4}-\d\d(-\d\d)?|330000"
    r"|\b[24]\d\d\b|2xx|version \S+|格式 \S+ 版|32 bytes|32 字节|\b0\b"
)
"""What has digits and is no limit: names of standards, statuses, examples, what a hash takes."""

LIMITS = {int(WAIT_S), 1, PER_PAGE, PER_PAGE_MAX, BATTERIES_SHOWN_MAX, MOVEMENTS_MAX}


def _descriptions(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("description"), str):
            yield part["description"]
        for name, one in part.items():
            if name not in ("example", "examples"):
                yield from _descriptions(one)
    elif isinstance(part, list):
        for one in part:
            yield from _descriptions(one)


def test_a_number_in_a_description_is_a_limit_that_has_a_name() -> None:
    numbers = {
        int(number.replace(",", "")): said
        for said in _descriptions(DOCUMENT["paths"] | DOCUMENT["components"])
        for number in re.findall(r"\d[\d,]*", NO_LIMIT.sub("", said))
    }
    assert numbers.keys() == LIMITS, [numbers[one] for one in numbers.keys() ^ LIMITS]
