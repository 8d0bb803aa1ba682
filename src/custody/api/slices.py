"""Where does each movement begin and end in a body? Its bytes are its own slice."""

from msgspec import DecodeError, Raw
from msgspec.json import Decoder

from custody.terms import Refused

MOVEMENTS_MAX = 1_000

_array = Decoder(list[Raw])
_BLANK = b" \t\r\n"


def is_array(body: bytes) -> bool:
    """Tell whether a JSON text is an array, by its first character."""
    return body.lstrip(_BLANK)[:1] == b"["


def one(body: bytes) -> bytes:
    """Return the bytes of the only movement, without the blanks around it."""
    return body.strip(_BLANK)


def of_array(body: bytes) -> list[bytes]:
    """Cut a JSON array into the bytes of its elements; whether each is sound, its reader says."""
    try:
        elements = _array.decode(body)
    except (DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refused("invalid_json") from error
    return _bounded([bytes(element) for element in elements])


def of_lines(body: bytes) -> list[bytes]:
    """Cut NDJSON into its lines; blank ones say nothing."""
    return _bounded([line for line in map(one, body.split(b"\n")) if line])


def _bounded(slices: list[bytes]) -> list[bytes]:
    if len(slices) > MOVEMENTS_MAX:
        raise Refused("too_many_movements", max=MOVEMENTS_MAX)
    return slices
