"""Which vehicles does a carrier have, and what stands on their plates?"""

from random import Random
from typing import Final
from zlib import crc32

VEHICLES = 4  # of a carrier
LETTERS = "ABCDEFGHJKLMNPQRSTUV"

DIVISIONS: Final = (
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
)
SHORT = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
PROVINCES = {str(code): name for code, name in zip(DIVISIONS, SHORT, strict=True)}
"""The short name of each province, by the first two digits of a division."""


def plate(rng: Random, carrier: str) -> str:
    """Choose one of a carrier's vehicles; its credit code says where it is registered."""
    division = carrier[2:8]
    province = PROVINCES.get(division[:2], "京")
    city = LETTERS[int(division[2:4]) % len(LETTERS)]
    number = crc32(f"{carrier} {rng.randrange(VEHICLES)}".encode()) % 90_000 + 10_000
    return f"{province}{city}{number}"
