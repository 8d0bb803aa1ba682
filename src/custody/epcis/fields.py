"""Which texts and numbers may stand in the fields of an event: URIs, times, words, quantities?"""

import re
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from custody.epcis import vocabulary
from custody.terms import Millis, millis

URI_MAX: Final = 2_048
TEXT_MAX: Final = 4_000
EARLIEST: Final = "1900"
LATEST: Final = "2200"
"""The years of an event: a clock that was never set says another."""

REMEMBERED_MAX: Final = 8_192
"""URIs and times that were well formed lately: a document says the same ones again and again."""

_PCHAR = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]++|%[0-9A-Fa-f]{2})"
_URI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+\-.]*:"
    rf"(?://(?:[A-Za-z0-9\-._~!$&'()*+,;=]++|%[0-9A-Fa-f]{{2}})*(?::[0-9]*)?(?:/{_PCHAR}*)*"
    rf"|/?{_PCHAR}+(?:/{_PCHAR}*)*)"
    rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
"""RFC 3986, without users and addresses in brackets, which name no thing."""

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_OFFSET = re.compile(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_FOR_XML = ("urn:epcglobal:cbv", "http://ns.gs1.org/cbv/", "https://ns.gs1.org/cbv/")
_OF_GS1_VOCABULARY = tuple(
    f"{scheme}://{host}/voc/" for scheme in ("http", "https") for host in ("gs1.org", "www.gs1.org")
)
_WORDS_SHOWN_MAX = 60


def is_uri(text: str) -> bool:
    """Tell whether a text is a URI."""
    return len(text) <= URI_MAX and _URI.fullmatch(text) is not None


@lru_cache(maxsize=REMEMBERED_MAX)
def _uri(text: str) -> str:
    if is_uri(text):
        return text
    raise PydanticCustomError("epcis_not_a_uri", "no URI")


@lru_cache(maxsize=REMEMBERED_MAX)
def instant(text: str) -> Millis:
    """Read a time with its offset. Raises ValueError. Finer parts than milliseconds are cut off."""
    if _TIME.fullmatch(text) is None or not EARLIEST <= text[:4] < LATEST:
        raise ValueError(text)
    whole, dot, rest = text.upper().partition(".")
    if dot:
        parts = rest.rstrip("Z").partition("+")[0].partition("-")[0]
        text = f"{whole}.{parts[:6]:0<6}{rest[len(parts) :]}"
    return millis(datetime.fromisoformat(text.upper()))


def _time(text: str) -> str:
    try:
        instant(text)
    except ValueError:
        raise PydanticCustomError("epcis_not_a_time", "no time") from None
    return text


def _matching(pattern: re.Pattern[str], rule: str) -> AfterValidator:
    def checked(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise PydanticCustomError(rule, "no match")
        return text

    return AfterValidator(checked)


def _word(kind: str, *elsewhere: str) -> AfterValidator:
    """Take a word of a list, in any spelling that JSON has for it, or a URI of somebody else's."""
    words, before = vocabulary.LISTS[kind]

    @lru_cache(maxsize=1_024)
    def checked(text: str) -> str:
        if text in words:
            return text
        if text.startswith(_FOR_XML):
            raise PydanticCustomError("epcis_urn_word", "a word of XML")
        known = vocabulary.bare(kind, text) in words
        if is_uri(text) and (known or not _of_gs1(text, before)) and not text.startswith(elsewhere):
            return text
        raise PydanticCustomError(
            "epcis_word_unknown",
            "no such word",
            {"word": text[:_WORDS_SHOWN_MAX], "expected": ", ".join(sorted(words))},
        )

    return AfterValidator(checked)


def _of_gs1(text: str, before: str) -> bool:
    """Tell a URI that pretends to be of a list that it is not in."""
    short = "cbv:" + before.rpartition("/")[2] if "/cbv/" in before else "gs1:"
    return text.startswith((before, short))


def _each_once(values: list[Any]) -> list[Any]:
    if len(set(values)) == len(values):
        return values
    index = next(at for at, one in enumerate(values) if one in values[:at])
    raise PydanticCustomError("epcis_same_twice", "twice", {"index": index})


EachOnce = AfterValidator(_each_once)
Uri = Annotated[str, Field(max_length=URI_MAX), AfterValidator(_uri)]
Time = Annotated[str, Field(max_length=64), AfterValidator(_time)]
Offset = Annotated[str, _matching(_OFFSET, "epcis_not_an_offset")]
Unit = Annotated[str, _matching(_UNIT, "epcis_not_a_unit")]
Text = Annotated[str, Field(max_length=TEXT_MAX)]
Hex = Annotated[str, Field(max_length=TEXT_MAX, pattern=r"^[A-Fa-f0-9]+$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
BizStep = Annotated[str, _word("bizStep")]
Disposition = Annotated[str, _word("disposition")]
TransactionType = Annotated[str, _word("transaction")]
PartyType = Annotated[str, _word("party")]
Reason = Annotated[str, _word("reason")]
Component = Annotated[str, _word("component")]
Measurement = Annotated[str, _word("measurement", *_OF_GS1_VOCABULARY)]
Alert = Annotated[str, _word("alert", *_OF_GS1_VOCABULARY)]
