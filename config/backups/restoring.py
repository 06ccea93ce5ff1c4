"""Restoring a backup into an empty database, and showing that what is there now is what was there then."""

import time
from itertools import zip_longest
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from config.backups import engines, reading
from config.backups.making import PROGRESS_EVERY, step
from config.backups.manifest import (
    CONTENT,
    FILES,
    SEALS,
    Content,
    Kept,
    Manifest,
    Say,
    Unusable,
    copied,
    digest,
    listed,
)
from foundation.files import places
from workflow import triggers
from workflow.registry import subject_models
from workflow.seal_check import compare_seals
from workflow.verify import verify_all

MOST_FAULTS = 20  # of the ledger that are named one by one


def restore(
    folder: Path, *, files_from: Path | None = None, programs: Path | None = None, say: Say
) -> tuple[Manifest, list[str]]:
    """Database, files and seals are those of the backup; returns its manifest, and a sentence for every difference.

    Raises Unusable before the database is touched: when a part or a file is not as it was written, the program is of
    another version, the database is not empty, or another file of seals lies where this one belongs.
    """
    with step(_("核对备份的各个部分"), say):
        manifest = Manifest.read(folder)
        manifest.check_parts(folder)
        _fits(manifest)
        seals = (folder / SEALS).read_bytes()
        _check_place_of_seals(seals)
    with step(_("复制附件并逐个核对"), say):
        _copy_files(folder, _files_folder(manifest, folder, files_from), set(manifest.lacking), say)
    with step(_("装入数据库"), say):
        engines.load(folder, programs=programs, say=say)
    if seals:
        _write_seals(seals)
    faults = []
    with step(_("比对行数和链头"), say):
        faults += differences(manifest.content, reading.content())
        faults += _files_differ(folder)
    with step(_("核验全部事件链"), say):
        faults += _ledger_faults(say)
        faults += compare_seals(seals.decode()).faults if manifest.seals else []
    return manifest, faults


# --- before the database is touched ----------------------------------------------------------------------------------


def _fits(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise Unusable(
            _("备份来自 %(theirs)s，现在的数据库是 %(ours)s，不能相互恢复")
            % {"theirs": manifest.engine, "ours": connection.vendor}
        )
    if other := set(manifest.content.migrations) ^ set(reading.migrations_of_the_program()):
        raise Unusable(
            _("备份的数据库结构与本程序的版本不同（%(name)s 等 %(n)s 处）：请用做备份时的程序版本恢复，然后再升级")
            % {"name": min(other), "n": len(other)}
        )
    if not engines.is_empty():
        raise Unusable(_("数据库不是空的，没有作任何改动。只能恢复到新建的空数据库"))


def _check_place_of_seals(seals: bytes) -> None:
    place = Path(settings.SEALS_FILE)
    there = place.read_bytes() if place.exists() else b""
    if there not in (b"", seals):
        raise Unusable(
            _("封存文件 %(file)s 已有内容，而且与备份中的不同。它是证据：请先移到别处妥善保存，再恢复")
            % {"file": place}
        )


def _files_folder(manifest: Manifest, folder: Path, files_from: Path | None) -> Path:
    if manifest.files_elsewhere and files_from is None:
        raise Unusable(_("这份备份的附件另存在共用目录里，请用 --files-from 指明"))
    return files_from or folder / CONTENT


def _copy_files(folder: Path, source: Path, lacking: set[str], say: Say) -> None:
    """Every file of the list lies where the site looks for it, with the content it was taken with."""
    told = time.monotonic()
    for count, file in enumerate(listed(folder), start=1):
        if not _is_there(file):
            _copy(file, source, file.key in lacking)
        if time.monotonic() - told >= PROGRESS_EVERY:
            told = time.monotonic()
            say(_("  已核对 %(n)s 个附件……") % {"n": count})


def _is_there(file: Kept) -> bool:
    place = places.kept(file.key)
    return place.is_file() and place.stat().st_size == file.size and digest(place) == file.sha256


def _copy(file: Kept, source: Path, was_lacking: bool) -> None:
    places.make(places.arriving_folder())
    try:
        found = copied(source / file.key[:2] / file.key, places.arriving(file.key))
    except FileNotFoundError:
        if was_lacking:
            return
        raise Unusable(_("备份缺少附件 %(id)s 的内容（%(key)s）") % {"id": file.id, "key": file.key}) from None
    if found != file.sha256:
        places.arriving(file.key).unlink()
        raise Unusable(
            _("附件 %(id)s 的内容（%(key)s）与散列值不符，已被改动或损坏") % {"id": file.id, "key": file.key}
        )
    places.publish(file.key)


# --- afterwards ------------------------------------------------------------------------------------------------------


def _write_seals(seals: bytes) -> None:
    place = Path(settings.SEALS_FILE)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(seals)


def differences(then: Content, now: Content) -> list[str]:
    """A sentence for everything in which the two contents differ."""
    faults = [
        _("表 %(table)s：备份时 %(then)s 行，现在 %(now)s 行")
        % {"table": table, "then": then.counts.get(table, 0), "now": now.counts.get(table, 0)}
        for table in sorted(then.counts.keys() | now.counts.keys())
        if then.counts.get(table) != now.counts.get(table)
    ]
    if then.heads != now.heads:
        faults.append(
            _(
                "链头与备份时不同：那时 %(then)s 条链 %(events_then)s 个事件，"
                "现在 %(now)s 条链 %(events_now)s 个事件，散列值也不同"
            )
            % {
                "then": then.heads.count,
                "events_then": then.heads.events,
                "now": now.heads.count,
                "events_now": now.heads.events,
            }
        )
    if then.migrations != now.migrations:
        faults.append(_("数据库结构与备份时不同"))
    return faults


def _files_differ(folder: Path) -> list[str]:
    now = (f"{file.line()}\n" for file in reading.kept_files())
    with (folder / FILES).open(encoding="utf-8") as lines:
        same = all(a == b for a, b in zip_longest(lines, now))
    return [] if same else [_("数据库里的附件与备份的附件清单不同")]


def _ledger_faults(say: Say) -> list[str]:
    """Triggers that were missing, which stand now, and every chain that does not verify."""
    faults = [_("备份里缺少台账防篡改触发器 %(name)s") % {"name": name} for name in triggers.missing(connection)]
    triggers.install(connection)
    subjects = events = broken = 0
    told = time.monotonic()
    for part in verify_all(subject_models()):
        subjects, events = subjects + part.subjects, events + part.events
        for fault in part.faults:
            broken += 1
            if broken <= MOST_FAULTS:
                faults.append(f"{fault.subject} #{fault.seq} {fault.what.label}")
        if time.monotonic() - told >= PROGRESS_EVERY:
            told = time.monotonic()
            say(_("  已核验 %(subjects)s 个事项、%(events)s 个事件……") % {"subjects": subjects, "events": events})
    if broken > MOST_FAULTS:
        faults.append(_("事件链另有 %(n)s 处不符，见 manage.py verify_ledger") % {"n": broken - MOST_FAULTS})
    return faults
