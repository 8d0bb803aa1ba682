"""Which names may a site have?"""

import re

from custody.codes.errors import CodeError

SITE_MAX = 12  # characters after the division

_SITE = re.compile(rf"[0-9]{{6}}-[A-Z0-9]{{4,{SITE_MAX}}}")


def site(text: str) -> str:
    """Check a site's name: its county division, a hyphen, and four or more of A-Z and 0-9."""
    if _SITE.fullmatch(text):
        return text
    raise CodeError(
        "code_shape",
        f"expected a 6-digit division, a hyphen and 4 to {SITE_MAX} of A-Z, 0-9",
        f"应为6位行政区划代码、连字符和4至{SITE_MAX}位大写字母或数字",
    )
