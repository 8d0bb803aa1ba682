"""What does a query of EPCIS ask for? Its parameters, read once, whichever way they came.

Each parameter narrows; of several values of one, any will do. A parameter that is not known here is
refused by its name: to leave it out would be to answer another question.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from custody.epcis import vocabulary
from custody.epcis.context import FIXED, written_out
from custody.epcis.identifiers import canonical
from custody.exchange.conditions import AnyOf, Asked, Condition, Sized, Within
from custody.exchange.naming import of_attributes, order, place_and_name
from custody.exchange.parameters import (
    MATCHED,
    SENSED_TIMES,
    SETTINGS,
    TIMES,
    VALUED,
    Wrong,
    boolean,
    matching,
    moment,
    number,
    number_or_instant,
    one,
)
from custody.exchange.traits import MEASURED, spelt
from custody.terms import FieldError, Refused

VALUES_MAX: Final = 200
"""Values of one parameter."""

PARAMETERS_MAX: Final = 50


@dataclass(slots=True)
class _Reading:
    """A query that is being read, and what was wrong so far."""

    prefixes: Mapping[str, str]
    conditions: list[Condition] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    wrong: list[FieldError] = field(default_factory=list)


def read(parameters: Mapping[str, Sequence[str]], prefixes: Mapping[str, str] = {}) -> Asked:
    """Read a query. Raises Refused, naming each parameter that is unknown or wrong.

    `prefixes`: what the asker's own names stand for.
    """
    reading = _Reading({**FIXED, **prefixes})
    if len(parameters) > PARAMETERS_MAX:
        raise _refused([FieldError("", "too_many", {"bound": PARAMETERS_MAX})])
    for name, values in parameters.items():
        try:
            _take(reading, name, values)
        except Wrong as wrong:
            reading.wrong.append(FieldError(f"/{name[:100]}", wrong.code, wrong.params))
    if reading.wrong:
        raise _refused(reading.wrong)
    settings = reading.settings
    if "limit" in settings and "at_most" in settings:
        raise _refused([FieldError("/maxEventCount", "epcis_not_both")])
    if settings.pop("direction", "DESC") == "DESC" and "order" in settings:
        settings["descending"] = True
    return Asked(tuple(reading.conditions), **settings)


def _refused(errors: list[FieldError]) -> Refused:
    return Refused("epcis_query_invalid", *errors)


def _take(reading: _Reading, name: str, values: Sequence[str]) -> None:
    if len(values) > VALUES_MAX:
        raise Wrong("too_many", bound=VALUES_MAX)
    # Of what is there or not, `true` and `false` are the values, and their own rule says so.
    if not values or not (all(values) or name.startswith("EXISTS_")):
        raise Wrong("too_short", bound=1)
    if name in VALUED:
        stands_for, plain = VALUED[name]
        told = tuple(spelt(plain(each, reading.prefixes)) for each in values)
        reading.conditions.append(AnyOf(stands_for, told))
    elif name in MATCHED:
        reading.conditions.append(matching(name, values))
    elif name in TIMES:
        column, operator = TIMES[name]
        reading.conditions.append(Within(column, operator, moment(one(values))))
    elif name in SENSED_TIMES:
        reading.conditions.append(Sized(*SENSED_TIMES[name], (moment(one(values)),)))
    elif name in SETTINGS:
        key, read_setting = SETTINGS[name]
        reading.settings[key] = read_setting(one(values))
    elif name == "orderBy":
        reading.settings["order"] = order(one(values), reading.prefixes)
    elif name == "EQ_eventID":
        reading.settings["ids"] = tuple(values)
    elif name in ("WD_readPoint", "WD_bizLocation"):
        places = tuple(spelt(canonical(each)) for each in values)
        reading.conditions.append(AnyOf(name.removeprefix("WD_"), places, within=True))
    elif name.startswith(("HASATTR_", "EQATTR_", "EQ_ATTR_")):
        reading.conditions.append(of_attributes(name, values, reading.prefixes))
    elif name.startswith("EXISTS_"):
        there = _there(name.removeprefix("EXISTS_"), reading.prefixes)
        reading.conditions += [there] if boolean(one(values)) else []
    else:
        reading.conditions.append(_of_a_family(name, values, reading.prefixes))


def _there(field: str, prefixes: Mapping[str, str]) -> Condition:
    """Ask for a field, whatever it says."""
    if field in ("errorDeclaration", "sensorElementList"):
        return AnyOf(field, ("true",))
    where = place_and_name(field, prefixes)
    if where is None:
        raise Wrong("epcis_parameter_unknown")
    return AnyOf(f"exists {where}", ("true",))


def _of_a_family(name: str, values: Sequence[str], prefixes: Mapping[str, str]) -> Condition:
    """Read a parameter whose name has a part that its asker chooses."""
    found = _family(name)
    if found is None:
        raise Wrong("epcis_parameter_unknown")
    operator, rest = found.groups()
    listed = _listed(rest, prefixes)
    if listed is not None and operator == "EQ":
        kind, type_ = listed
        return AnyOf(f"{kind}_{type_}", tuple(spelt(canonical(each)) for each in values))
    sized = _sized(rest)
    if sized is not None:
        several = values if operator == "EQ" else [one(values)]
        return Sized(sized, OPERATORS[operator], tuple(map(number, several)))
    where = place_and_name(rest, prefixes)
    if where is None:
        raise Wrong("epcis_parameter_unknown")
    if operator == "EQ":
        return AnyOf(where, tuple(spelt(each) for each in values))
    return Sized(where, OPERATORS[operator], (number_or_instant(one(values)),))


_family = re.compile(r"(EQ|GT|GE|LT|LE)_(.+)", re.DOTALL).fullmatch
OPERATORS: Final = {"EQ": "=", "GT": ">", "GE": ">=", "LT": "<", "LE": "<="}


def _listed(rest: str, prefixes: Mapping[str, str]) -> tuple[str, str] | None:
    kind, _, type_ = rest.partition("_")
    if kind not in ("bizTransaction", "source", "destination") or not type_:
        return None
    words = "transaction" if kind == "bizTransaction" else "party"
    return kind, vocabulary.bare(words, written_out(type_, prefixes))


def _sized(rest: str) -> str | None:
    """Read `quantity`, `quantity_KGM`, `value_CEL` and their like."""
    if rest in ("quantity", "percRank"):
        return rest
    kind, _, unit = rest.partition("_")
    if kind in MEASURED | {"quantity"} and _unit(unit):
        return f"{kind} {unit}"
    return None


_unit = re.compile(r"[A-Z0-9]{1,4}").fullmatch


def of_url(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Read the parameters of a URL, in which a bar stands between values."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).extend(value.split("|"))
    return found
