"""The file of seals outside the database: how it is written, healed and read."""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from foundation.canonical import canonical, sha256
from foundation.errors import DomainError


class SealFileContradicts(DomainError):
    """The file holds what the database does not, or otherwise; nothing was written to it."""

    code = "seal_file"
    status = 409


def write_missing_lines(file: Path, lines: Callable[[], Iterable[str]]) -> int:
    """The file holds exactly these lines and lies on the disk; returns how many bytes were appended.

    What is there is never overwritten: if it is the beginning of these lines, be it in the middle of one that a crash
    tore, the rest is appended; if not, SealFileContradicts is raised with the first line that differs. Two processes
    take turns; the lines are asked for when it is this one's. Raises OSError when the file cannot be written; the next
    call then does it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640), "r+b", buffering=0) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        there = stream.readall()
        whole = "".join(f"{line}\n" for line in lines()).encode("utf-8")
        if not whole.startswith(there):
            raise SealFileContradicts(_contradiction(there, whole))
        missing = whole[len(there) :]
        while missing:
            missing = missing[stream.write(missing) :]
        os.fsync(stream.fileno())
    _sync_folder(file.parent)
    return len(whole) - len(there)


def _contradiction(there: bytes, whole: bytes) -> str:
    """The sentence that names the first line of the file which the database does not confirm."""
    expected = whole.split(b"\n")[:-1]
    for number, found in enumerate(there.split(b"\n"), start=1):
        if number > len(expected):
            sentence = _("封存文件第 %(number)s 行在数据库中没有对应的封存，文件没有改动；请先查明原因")
            return sentence % {"number": number}
        if found != expected[number - 1]:
            break
    sentence = _("封存文件第 %(number)s 行与数据库中的封存不一致，文件没有改动；请先查明原因")
    return sentence % {"number": number}


def _sync_folder(folder: Path) -> None:
    """The name of a new file lies on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadSeal:
    """A seal as one line of the file says it, and the line."""

    text: str
    number: int
    day: str
    previous: str
    last_event: int
    events: int
    heads: int
    heads_root: str
    last_tombstone: int
    tombstones: int
    tombstones_root: str
    hash: str


TEXTS = {"at", "day", "hash", "heads_root", "previous", "tombstones_root"}
NUMBERS = {"events", "heads", "last_event", "last_tombstone", "number", "tombstones", "v"}


def read_line(text: str) -> ReadSeal:
    """The seal in a line. Raises ValueError, with the reason in words, if it is none or its hash is not its own."""
    try:
        document = json.loads(text)
        plain = isinstance(document, dict) and canonical(document) == text
    except (ValueError, TypeError, RecursionError):
        plain = False
    if not plain:
        raise ValueError(_("不是规范的 JSON"))
    reader = READERS.get(document.get("v")) if isinstance(document.get("v"), int) else None
    if reader is None:
        raise ValueError(_("封存格式无法识别"))
    return reader(document, text)


def _read_v1(document: dict[str, Any], text: str) -> ReadSeal:
    if set(document) != TEXTS | NUMBERS or not all(
        type(value) is (str if name in TEXTS else int) for name, value in document.items()
    ):
        raise ValueError(_("封存格式无法识别"))
    if document["hash"] != sha256(canonical({name: document[name] for name in document if name != "hash"})):
        raise ValueError(_("内容与其散列值不符"))
    return ReadSeal(text, **{name: value for name, value in document.items() if name not in ("v", "at")})


# How a line of each format version is read; versions are added, never changed.
READERS: Mapping[int, Callable[[dict[str, Any], str], ReadSeal]] = {1: _read_v1}
