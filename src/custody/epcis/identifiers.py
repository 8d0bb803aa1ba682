"""Which two identifiers mean the same thing?"""


def canonical(uri: str) -> str:
    """Return the form of an identifier in which it is compared."""
    return uri
