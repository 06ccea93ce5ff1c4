"""The one JSON text of a value, and its hash: what the ledger, seals, manifests and documents are hashed by."""

import hashlib
import json
from typing import Any

LARGEST_INTEGER = 2**53 - 1  # RFC 8785 numbers are IEEE 754 doubles: beyond this two integers could be written alike


def canonical(obj: Any) -> str:
    """The one JSON text of a value (RFC 8785), so that equal values always have equal hashes.

    Deliberately narrower than the RFC: keys must be ASCII (then sorting by code point equals its sorting by UTF-16
    unit) and floats are refused, because no fact of ours needs one and their text is where implementations differ.
    Raises TypeError on a float, a key that is no ASCII string, a lone surrogate, an integer beyond 2**53 - 1 and any
    type JSON does not have.
    """
    _refuse_what_is_ambiguous(obj)
    text = json.dumps(obj, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise TypeError("a lone surrogate has no canonical JSON") from error
    return text


def _refuse_what_is_ambiguous(obj: Any) -> None:
    if obj is None or isinstance(obj, str | bool):
        return
    if isinstance(obj, int):
        if abs(obj) > LARGEST_INTEGER:
            raise TypeError(f"integer {obj} is too large for canonical JSON; write it as text")
    elif isinstance(obj, dict):
        for key, value in obj.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"key {key!r} is not an ASCII string")
            _refuse_what_is_ambiguous(value)
    elif isinstance(obj, list | tuple):
        for value in obj:
            _refuse_what_is_ambiguous(value)
    else:
        raise TypeError(f"{type(obj).__name__} has no canonical JSON; write it as text or as an integer")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
