"""Which codes are well formed, what do they say, and what could be meant instead?"""

from custody.codes.battery import CODE_MAX, SCHEMES, battery_ref
from custody.codes.consignment import consignment, consignment_no
from custody.codes.divisions import Division, city_name, division, province_name
from custody.codes.ed25519 import public_key
from custody.codes.errors import CodeError
from custody.codes.gbt34014 import CHEMISTRIES, Gbt34014, gbt34014, parse_gbt34014
from custody.codes.gs1 import gln, gs1_check_digit, gtin, sscc
from custody.codes.mod37_36 import check_character
from custody.codes.near import distance_is_one, near, near_code
from custody.codes.normal import normalise
from custody.codes.oddities import ODDITIES, oddities
from custody.codes.packing import fits
from custody.codes.plate import ebike_plate, plate
from custody.codes.site import site
from custody.codes.tag import tag
from custody.codes.un_number import is_listed, un_number
from custody.codes.uscc import is_legacy_uscc, make_uscc, uscc

__all__ = [
    "CHEMISTRIES",
    "CODE_MAX",
    "ODDITIES",
    "SCHEMES",
    "CodeError",
    "Division",
    "Gbt34014",
    "battery_ref",
    "check_character",
    "city_name",
    "consignment",
    "consignment_no",
    "distance_is_one",
    "division",
    "ebike_plate",
    "fits",
    "gbt34014",
    "gln",
    "gs1_check_digit",
    "gtin",
    "is_legacy_uscc",
    "is_listed",
    "make_uscc",
    "near",
    "near_code",
    "normalise",
    "oddities",
    "parse_gbt34014",
    "plate",
    "province_name",
    "public_key",
    "site",
    "sscc",
    "tag",
    "un_number",
    "uscc",
]
