"""Making a backup: the database of one moment first, the files afterwards, the manifest last."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from config.backups import engines, reading
from config.backups.manifest import (
    CONTENT,
    DATABASE,
    FILES,
    SEALS,
    Content,
    Kept,
    Manifest,
    Part,
    Say,
    Unusable,
    copied,
    listed,
)
from foundation.files import places

PROGRESS_EVERY = 2.0  # seconds
SEAL_TABLE = "workflow_seal"


@contextmanager
def step(sentence: str, say: Say) -> Iterator[None]:
    """Says what is being done and, afterwards, how long it took."""
    say(f"▸ {sentence}……")
    began = time.monotonic()
    yield
    say(_("  完成，用时 %(seconds).1f 秒") % {"seconds": time.monotonic() - began})


def make(
    folder: Path, *, now: datetime, files_to: Path | None = None, programs: Path | None = None, say: Say
) -> tuple[Manifest, str]:
    """The folder holds a backup; returns its manifest, and the hash that pins down all of it.

    Database, counts, heads and the list of files are of one moment, while everybody goes on working. Files never
    change, so they are copied afterwards: into the folder, or into `files_to`, which several backups share and where
    only new ones are added. A file whose content is not there is named in the manifest, and everything else is saved.
    Raises Unusable when the folder holds something already or the database cannot be read; the folder is gone then.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Unusable(_("目录 %(folder)s 不是空的，请另选一个") % {"folder": folder})
    try:
        return _make(folder, now, files_to, programs, say)
    except BaseException:
        shutil.rmtree(folder)  # half a backup helps nobody
        raise


def _make(folder: Path, now: datetime, files_to: Path | None, programs: Path | None, say: Say) -> tuple[Manifest, str]:
    with step(_("导出数据库"), say), engines.written(folder, programs=programs, say=say):
        content = reading.content()
        with (folder / FILES).open("x", encoding="utf-8") as lines:
            lines.writelines(f"{file.line()}\n" for file in reading.kept_files())
    with step(_("复制附件"), say):
        files, size, lacking = _copy_files(folder, files_to or folder / CONTENT, say)
    _copy_seals(folder, content)
    with step(_("计算散列值"), say):
        parts = {name: Part.of(folder / name) for name in (DATABASE[connection.vendor], FILES, SEALS)}
    manifest = Manifest(
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        engine=connection.vendor,
        content=content,
        parts=parts,
        seals=content.counts[SEAL_TABLE],
        files=files,
        size_of_files=size,
        files_elsewhere=files_to is not None,
        lacking=lacking,
    )
    return manifest, manifest.write(folder)


def _copy_files(folder: Path, target: Path, say: Say) -> tuple[int, int, list[str]]:
    """Every listed file lies in the target; how many, how many bytes, and the keys of those that could not be had."""
    places.make(target)
    count = size = 0
    lacking: list[str] = []
    told = time.monotonic()
    for file in listed(folder):
        count, size = count + 1, size + file.size
        if not _is_saved(file, target):
            lacking.append(file.key)
        if time.monotonic() - told >= PROGRESS_EVERY:
            told = time.monotonic()
            say(_("  已处理 %(n)s 个附件，%(size).0f MB……") % {"n": count, "size": size / 1_000_000})
    return count, size, lacking


def _is_saved(file: Kept, target: Path) -> bool:
    """Whether the file lies in the target, where an earlier backup may have put it; its digest is that of its row."""
    place = target / file.key[:2] / file.key
    if place.is_file() and place.stat().st_size == file.size:
        return True
    places.make(place.parent)
    new = place.with_name(f"{file.key}.new")
    for source in (places.kept(file.key), places.arriving(file.key)):
        try:
            if copied(source, new) == file.sha256:
                new.replace(place)
                return True
        except FileNotFoundError:
            continue
    new.unlink(missing_ok=True)
    return False


def _copy_seals(folder: Path, content: Content) -> None:
    """The lines of the file of seals that the saved database knows of; one may have come since."""
    source = Path(settings.SEALS_FILE)
    lines = source.read_bytes().splitlines(keepends=True) if source.exists() else []
    (folder / SEALS).write_bytes(b"".join(lines[: content.counts[SEAL_TABLE]]))
