"""Which codes are well formed: batteries, tags, sites, consignments and organisations."""

from custody.codes.battery import CODE_MAX, SCHEMES, battery_ref
from custody.codes.consignment import consignment, consignment_no
from custody.codes.errors import CodeError
from custody.codes.gbt34014 import CHEMISTRIES, Gbt34014, gbt34014, parse_gbt34014
from custody.codes.mod37_36 import check_character
from custody.codes.normal import normalise
from custody.codes.site import site
from custody.codes.tag import tag
from custody.codes.uscc import is_legacy_uscc, make_uscc, uscc

__all__ = [
    "CHEMISTRIES",
    "CODE_MAX",
    "SCHEMES",
    "CodeError",
    "Gbt34014",
    "battery_ref",
    "check_character",
    "consignment",
    "consignment_no",
    "gbt34014",
    "is_legacy_uscc",
    "make_uscc",
    "normalise",
    "parse_gbt34014",
    "site",
    "tag",
    "uscc",
]
