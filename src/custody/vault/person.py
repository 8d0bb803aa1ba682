"""What may be put down about a person who hands a battery in?"""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from custody.codes import CodeError
from custody.codes.normal import normalise

PERSON_NAME_MAX = 100
PHONE_MAX = 40
ADDRESS_MAX = 300
ID_NUMBER_MAX = 40

_LINE = r"^[^\x00-\x1f\x7f]+$"
_MARKS = re.compile(r"[().\u2010-\u2015]")  # what groups digits besides blanks and hyphens
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII).fullmatch
_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII).fullmatch
_WITH_AREA_CODE = re.compile(r"0[1-9][0-9]{8,10}", re.ASCII).fullmatch


Name = Annotated[str, Field(min_length=1, max_length=PERSON_NAME_MAX, pattern=_LINE)]
Phone = Annotated[str, Field(min_length=1, max_length=PHONE_MAX, pattern=_LINE)]
Address = Annotated[str, Field(min_length=1, max_length=ADDRESS_MAX, pattern=_LINE)]
IdNumber = Annotated[str, Field(min_length=1, max_length=ID_NUMBER_MAX, pattern=_LINE)]


class Details(BaseModel):
    """What a site has put down; each part may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Name | None = None
    phone: Phone | None = None
    address: Address | None = None
    id_number: IdNumber | None = None


def telephone(text: str) -> str:
    """Write a telephone number in its one international form. Raises CodeError."""
    digits = _MARKS.sub("", normalise(text))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif _MOBILE(digits):
        digits = f"+86{digits}"
    elif _WITH_AREA_CODE(digits):
        digits = f"+86{digits[1:]}"
    if digits.startswith("+860"):
        digits = f"+86{digits[4:]}"  # the area code's own 0 is for calls within the country
    if _INTERNATIONAL(digits):
        return digits
    raise CodeError(
        "code_shape",
        "expected a telephone number with its area code, such as 13800138000 or +86 571 8888 8888",
        "应为带区号的电话号码，例如 13800138000 或 +86 571 8888 8888",
    )


def _a_telephone(text: str) -> str:
    try:
        return telephone(text)
    except CodeError as error:
        raise PydanticCustomError("code", "{rule}", {"rule": error.code, "error": error}) from None


class Caller(BaseModel):
    """Whose reference is wanted: the same number, however it is written, has the same one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    phone: Annotated[str, Field(max_length=PHONE_MAX), AfterValidator(_a_telephone)]
