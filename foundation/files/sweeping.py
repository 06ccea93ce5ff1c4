"""What lies in the storage without a row goes, and what was to be kept for a time when that is over.

What has a row and does not lie there is counted and said.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.files import places
from foundation.files.model import StoredFile
from foundation.files.storing import erase
from foundation.health import Finding
from foundation.pulse import beat, last

log = logging.getLogger(__name__)

PULSE = "files"
ORPHAN_AFTER = timedelta(hours=24)  # no upload and no transaction takes so long
SILENT_AFTER = timedelta(days=2)
BATCH = 500


@dataclass
class Sweep:
    """What a sweep found: files whose time is over, orphans removed, files published that a crash had left behind,
    rows without content.
    """

    expired: int = 0
    removed: int = 0
    published: int = 0
    missing: int = 0


def sweep(now: datetime) -> str:
    """The storage holds what the database knows and nothing else; the pulse says what is missing. For the tick."""
    found = sweep_files(now)
    words = ""
    if found.missing:
        words = ngettext("缺少 %(n)s 个文件的内容", "缺少 %(n)s 个文件的内容", found.missing) % {"n": found.missing}
    beat(PULSE, at=now, detail=words)
    counts = f"removed {found.removed}, published {found.published}, missing {found.missing}"
    return f"{counts}, expired {found.expired}" if found.expired else counts


def sweep_files(now: datetime, *, only_look: bool = False) -> Sweep:
    """Orphans older than ORPHAN_AFTER are gone, and files that a crash left unpublished are where they belong.

    What was kept until a moment that has come is erased first. With `only_look` nothing is changed, and `expired`,
    `removed` and `published` count what would be. One statement for every BATCH of files and rows, and one for each
    file that is erased.
    """
    found = Sweep(expired=_erase_expired(now, only_look=only_look))
    for paths in _old(now):
        known = set(StoredFile.objects.filter(key__in=[path.name for path in paths]).values_list("key", flat=True))
        for path in paths:
            if path.name not in known:
                found.removed += 1
                if not only_look:
                    path.unlink(missing_ok=True)
            elif path.parent == places.arriving_folder():
                found.published += 1
                if not only_look:
                    places.publish(path.name)
    for public_id in missing():
        found.missing += 1
        log.error("the content of stored file %s is missing or damaged", public_id)
    return found


def _erase_expired(now: datetime, *, only_look: bool) -> int:
    """How many files were kept until a moment that has come."""
    over = StoredFile.objects.filter(keep_until__lte=now).exclude(key="").order_by("pk")
    at = erased = 0
    while batch := list(over.filter(pk__gt=at)[:BATCH]):
        at = batch[-1].pk
        erased += len(batch)
        for stored in () if only_look else batch:
            with transaction.atomic():
                erase(stored, at=now)
    return erased


def _old(now: datetime) -> Iterator[list[Path]]:
    """The files of both folders that are old enough to be judged, in batches."""
    batch: list[Path] = []
    for path in _files():
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue
        if written <= now - ORPHAN_AFTER:
            batch.append(path)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _files() -> Iterator[Path]:
    if places.arriving_folder().exists():
        yield from (path for path in places.arriving_folder().iterdir() if path.is_file())
    if places.kept_folder().exists():
        for folder in places.kept_folder().iterdir():
            yield from (path for path in folder.iterdir() if path.is_file())


def missing() -> Iterator[str]:
    """The public ids of rows whose content is not there or has another length, in batches of keys."""
    at = 0
    rows = StoredFile.objects.exclude(key="").order_by("pk")
    while batch := list(rows.filter(pk__gt=at).values_list("pk", "public_id", "key", "size")[:BATCH]):
        at = batch[-1][0]
        for _pk, public_id, key, size in batch:
            if not _lies(key, size):
                yield str(public_id)


def _lies(key: str, size: int) -> bool:
    """In its place, or among the arriving ones from where it is published when it is asked for."""
    for path in (places.kept(key), places.arriving(key)):
        try:
            return path.stat().st_size == size
        except FileNotFoundError:
            continue
    return False


def stored_files(now: datetime) -> Finding:
    """The sweep has run lately. What it missed is said and does not take the site down: everything else works."""
    pulse = last(PULSE)
    if pulse is None:
        return Finding(True, _("尚未运行"))
    if pulse.at < now - SILENT_AFTER:
        return Finding(False, _("附件清理已超过两天没有运行"))
    return Finding(True, pulse.detail or _("没有缺少的文件"))
