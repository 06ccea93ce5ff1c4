"""What a backup says of itself: its parts with their digests, and what the database in it holds."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from foundation.canonical import canonical

NAME = "manifest.json"
FILES, SEALS, CONTENT = "files.jsonl", "seals.jsonl", "files"  # the list of files, the seals, the folder of the files
DATABASE = {"postgresql": "database.pgdump", "sqlite": "database.sqlite3"}
FORMAT = 1
CHUNK = 1 << 20  # bytes read at a time

Say = Callable[[str], None]


class Unusable(Exception):
    """The backup cannot be made or restored as things are; the database was not touched. The sentence says why."""


@dataclass(frozen=True)
class Part:
    """One file of the backup besides the manifest."""

    size: int  # bytes
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "Part":
        return cls(path.stat().st_size, digest(path))


@dataclass(frozen=True)
class Heads:
    """All chains in one hash: over `kind:key seq hash` of every subject with an event, by kind and key."""

    count: int
    events: int  # sum of their lengths
    longest: int
    sha256: str


@dataclass(frozen=True)
class Content:
    """What a database holds, said shortly enough to be compared and closely enough to notice what is missing."""

    counts: dict[str, int]  # rows by table
    heads: Heads
    migrations: list[str]


@dataclass(frozen=True)
class Manifest:
    made_at: str  # UTC
    engine: str
    content: Content
    parts: dict[str, Part]
    seals: int
    files: int
    size_of_files: int  # bytes
    files_elsewhere: bool  # in a folder that several backups share
    lacking: list[str] = field(default_factory=list)  # keys of files whose content was not there when it was made

    def document(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    def write(self, folder: Path) -> str:
        """The manifest lies in the folder, which only now is a backup; returns the hash that pins all of it down."""
        document = self.document()
        pinned = hashlib.sha256(canonical(document).encode()).hexdigest()
        text = json.dumps({**document, "sha256": pinned}, ensure_ascii=False, indent=1, sort_keys=True)
        new = folder / f"{NAME}.new"
        new.write_text(text + "\n", encoding="utf-8")
        new.replace(folder / NAME)
        return pinned

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a backup. Raises Unusable if there is none or it is not as it was written."""
        try:
            document = json.loads((folder / NAME).read_bytes())
        except FileNotFoundError:
            raise Unusable(
                _("%(folder)s 里没有 %(name)s，不是一份完整的备份") % {"folder": folder, "name": NAME}
            ) from None
        except (OSError, ValueError) as error:
            raise Unusable(_("%(name)s 读不出来：%(error)s") % {"name": NAME, "error": error}) from error
        pinned = document.pop("sha256", "") if isinstance(document, dict) else ""
        if pinned != hashlib.sha256(canonical(document).encode()).hexdigest():
            raise Unusable(_("%(name)s 与其散列值不符，已被改动或损坏") % {"name": NAME})
        if document.pop("format") != FORMAT:
            raise Unusable(_("%(name)s 的格式无法识别") % {"name": NAME})
        content = document.pop("content")
        return cls(
            content=Content(content["counts"], Heads(**content["heads"]), content["migrations"]),
            parts={name: Part(**part) for name, part in document.pop("parts").items()},
            **document,
        )

    def check_parts(self, folder: Path) -> None:
        """Every part is there and as it was written; else Unusable names the first that is not."""
        for name, part in self.parts.items():
            path = folder / name
            if not path.is_file():
                raise Unusable(_("备份缺少 %(name)s") % {"name": name})
            if Part.of(path) != part:
                raise Unusable(_("%(name)s 与清单中的散列值不符，已被改动或损坏") % {"name": name})


@dataclass(frozen=True)
class Kept:
    """A stored file whose content belongs to the backup: one line of the list."""

    id: str
    key: str
    size: int
    sha256: str

    def line(self) -> str:
        return canonical(asdict(self))


def listed(folder: Path) -> Iterator[Kept]:
    """The files of a backup, read line by line."""
    with (folder / FILES).open(encoding="utf-8") as lines:
        for line in lines:
            yield Kept(**json.loads(line))


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copied(source: Path, target: Path) -> str:
    """A copy of the file, readable by its owner alone; returns the SHA-256 of what was copied."""
    seen = hashlib.sha256()
    with source.open("rb") as stream, target.open("wb") as copy:
        target.chmod(0o600)
        while chunk := stream.read(CHUNK):
            seen.update(chunk)
            copy.write(chunk)
    return seen.hexdigest()
