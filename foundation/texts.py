"""Which texts can be kept at all."""


def storable(text: str) -> bool:
    """False for a NUL character or a lone surrogate, which no database of ours keeps."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
