"""What is the one spelling of a code that was typed, printed or scanned in several?"""

import unicodedata

# Blanks and dashes carry no meaning in a code: people and label printers put them in to group
# characters. Other control characters stay and are refused later: a GS1 separator, for one,
# stands between two fields, and taking it out would weld them together.
_BLANKS = " \t\n\r"
_DASHES = "-\u00ad\u2043\u2053\u2212"  # soft hyphen, hyphen bullet, swung dash, minus: not in Pd
_DROPPED = str.maketrans("", "", _BLANKS + _DASHES)


def normalise(text: str) -> str:
    """Fold widths and cases, drop blanks and dashes; mend nothing else (an O stays an O)."""
    if text.isascii():
        return text.translate(_DROPPED).upper()
    # Upper-casing can undo NFKC and dropping a dash can let two characters combine.
    while (after := _once(text)) != text:
        text = after
    return text


def _once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(_DROPPED)
    return "".join(c for c in text if unicodedata.category(c) not in ("Zs", "Pd")).upper()
