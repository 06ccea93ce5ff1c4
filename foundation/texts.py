"""Which texts can be kept at all."""

import json
from collections.abc import Iterator
from typing import Any


def storable(text: str) -> bool:
    """False for a NUL character or a lone surrogate, which no database of ours keeps."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def from_json(text: str) -> Any:
    """What this JSON says. Raises ValueError when it is none, is nested too deep, or holds a text nobody keeps."""
    try:
        found = json.loads(text)
        whole = all(map(storable, _texts_in(found)))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not whole:
        raise ValueError("a text in it cannot be kept")
    return found


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts_in(part)
