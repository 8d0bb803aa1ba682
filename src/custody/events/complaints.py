"""What is wrong with which field? A model's complaint as pointer, stable code and particulars."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from custody.events.not_json import not_json
from custody.terms import FieldError, Refused

Complaint = Any
"""One of pydantic's `ErrorDetails`: type, loc, msg and, for most, ctx."""

NAME_SHOWN_MAX = 200

CODES = {
    "missing": "required",
    "missing_argument": "required",
    "union_tag_not_found": "required",
    "extra_forbidden": "unknown_field",
    "literal_error": "not_in_list",
    "union_tag_invalid": "not_in_list",
    "enum": "not_in_list",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "string_too_short": "too_short",
    "too_short": "too_few",
    "string_pattern_mismatch": "pattern",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_big",
    "less_than": "too_big",
    "int_parsing_size": "too_big",
    "timezone_aware": "no_offset",
    "finite_number": "wrong_type",
    "listed_twice": "listed_twice",
    "too_many_batteries": "too_many",
    "nothing_disposed": "nothing_disposed",
    "window_reversed": "window_reversed",
    "not_a_day": "not_a_day",
}
"""pydantic's word for it → ours, which never changes."""

EXPECTED = {
    "string": ("a string", "字符串"),
    "int": ("an integer", "整数"),
    "bool": ("true or false", "true 或 false"),
    "float": ("a number", "数字"),
    "finite": ("a number", "数字"),
    "tuple": ("an array", "数组"),
    "list": ("an array", "数组"),
    "dict": ("an object", "对象"),
    "model": ("an object", "对象"),
}
"""The beginning of pydantic's word for a wrong type → what the field takes."""


ERRORS_MAX = 20
"""Fields told of at once: whoever has mended so many is told of the next."""


def refused(error: ValidationError) -> Refused:
    """Turn what a model complains of into a refusal of the bytes it was given."""
    complaints = error.errors(include_url=False, include_input=False)
    if complaints[0]["type"] == "json_invalid":
        read = error.errors(include_url=False)[0]["input"]
        return not_json(read if isinstance(read, bytes) else str(read).encode())
    tagged = error.title.startswith("tagged-union")
    own = [one for one in complaints if not _follows(one, complaints)]
    told = field_errors(own[:ERRORS_MAX], skip=1 if tagged else 0)
    return Refused("invalid_fields", *told)


def field_errors(complaints: Iterable[Complaint], skip: int = 0) -> list[FieldError]:
    """Turn complaints into field errors; `skip` drops what stands before the field."""
    return [_field_error(complaint, skip) for complaint in complaints]


def pointer(steps: Iterable[str | int]) -> str:
    """Write a place in a JSON value as RFC 6901 does."""
    return "".join(f"/{_step(step)}" for step in steps)


def _step(step: str | int) -> str:
    return str(step)[:NAME_SHOWN_MAX].replace("~", "~0").replace("/", "~1")


def _follows(complaint: Complaint, others: Iterable[Complaint]) -> bool:
    """Tell a list that seems too short only because of what is wrong with the things in it."""
    place = complaint["loc"]
    return complaint["type"] == "too_short" and any(
        one["loc"][: len(place)] == place for one in others if one is not complaint
    )


def _field_error(complaint: Complaint, skip: int) -> FieldError:
    kind: str = complaint["type"]
    place = pointer(complaint["loc"][skip:])
    context = complaint.get("ctx", {})
    match kind:
        case "union_tag_not_found":
            return FieldError("/type", "required")
        case "union_tag_invalid":
            expected = context["expected_tags"].replace("'", "")
            return FieldError("/type", "not_in_list", {"expected": expected})
        case "literal_error":
            expected = context["expected"].replace("'", "").replace(" or ", ", ")
            return FieldError(place, "not_in_list", {"expected": expected})
        case "code":
            error = context["error"]
            particulars = {"detail": error.detail, "detail_zh": error.detail_zh}
            return FieldError(place, context["rule"], particulars)
        case "fixed_field":
            return FieldError(f"{place}/values/{_step(context['field'])}", "fixed_field")
        case "listed_twice":
            return FieldError(place + _listed(context), "listed_twice", {"ref": context["ref"]})
    if kind.startswith(("datetime", "date_")):
        return FieldError(place, "not_an_instant")
    if kind in CODES:
        return FieldError(place, CODES[kind], _bounds(context))
    expected, expected_zh = EXPECTED.get(kind.partition("_")[0], (complaint["msg"], "其他值"))
    return FieldError(place, "wrong_type", {"expected": expected, "expected_zh": expected_zh})


def _listed(context: dict[str, Any]) -> str:
    """Say where the second mention of a battery stands, below the movement itself."""
    field, index = context["field"], context["index"]
    if field == "rejected":
        return f"/rejected/{index}/battery"
    return f"/{field}/{index}"


def _bounds(context: dict[str, Any]) -> dict[str, Any]:
    """Keep the one number or pattern that the rule is about."""
    for name in ("max_length", "min_length", "max", "ge", "gt", "le", "lt"):
        if name in context:
            return {"bound": context[name]}
    return {"pattern": context["pattern"]} if "pattern" in context else {}
