"""The restore drill: what is backed up comes back whole, and what is not whole is refused by name."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import override_settings

from cases.demands import moves
from cases.demands.models import Case
from config.backups import reading
from config.backups.manifest import DATABASE
from foundation.files import places
from foundation.files.sweeping import missing
from foundation.models import StoredFile
from scripts.test_postgres import _programs
from tests.factories import Town, actor, case_in, later
from tests.files import PDF
from workflow import triggers
from workflow.actor import Actor
from workflow.models import Event
from workflow.seals import seal_ledger
from workflow.verify import verify_all

pytestmark = pytest.mark.django_db(transaction=True)
# Of the server that the tests bring, or of the machine when it is told of another server.
BIN = Path(shutil.which("pg_dump") or "").parent if os.environ.get("TEST_DATABASE_URL") else _programs() / "bin"
PROGRAMS = ["--programs", str(BIN)] if connection.vendor == "postgresql" else []
PART = DATABASE[connection.vendor]


def said(command: str, *arguments: Any) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), *PROGRAMS, stdout=out)
    return out.getvalue()


def refusal(command: str, *arguments: Any) -> str:
    """The sentence with which the command ends."""
    with pytest.raises(CommandError) as refused:
        said(command, *arguments)
    return str(refused.value)


def ask(case: Case, *, by: Actor) -> None:
    moves.request_completion(case.pk, by=by, seen=Case.objects.get(pk=case.pk).head_seq, points=["申请单编号"])


@pytest.fixture
def demands(town: Town) -> list[Case]:
    """Four chains, two of them with files, two of them sealed; one more event after the seal."""
    cases = [
        case_in("IN_PROGRESS", town=town, attached="attach_public"),
        case_in("CLOSED", town=town),
        case_in("SUBMITTED", town=town),
        case_in("SUBMITTED", town=town, attached="attach"),
    ]
    seal_ledger(now=later(days=40))
    ask(cases[2], by=actor(town.intake, later(days=41)))
    return cases


@contextmanager
def another_installation(folder: Path) -> Iterator[Path]:
    """Inside, the database is a new and empty one, and files and seals lie in the folder."""
    own, name = connection.settings_dict["NAME"], "restored"
    folder.mkdir()
    connection.close()
    if connection.vendor == "postgresql":
        name = f"{own}_restored"
        with connection.cursor() as cursor:
            cursor.execute(f'create database "{name}"')
        connection.close()
    connection.settings_dict["NAME"] = str(folder / name) if connection.vendor == "sqlite" else name
    try:
        with override_settings(FILES_DIR=folder / "files", SEALS_FILE=folder / "seals" / "seals.jsonl"):
            yield folder
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'drop database "{name}"')


def test_what_is_restored_is_what_was_backed_up_and_work_goes_on(
    town: Town, demands: list[Case], tmp_path: Path
) -> None:
    printed = said("backup", tmp_path / "backup")
    assert "2 个附件" in printed
    then = reading.content()
    chains = list(Event.objects.order_by("subject_id", "seq").values_list("subject_id", "seq", "digest"))
    seals = Path(settings.SEALS_FILE).read_bytes()
    ask(demands[3], by=actor(town.intake, later(days=42)))

    with another_installation(tmp_path / "elsewhere"):
        assert "恢复完成，与备份逐项相同" in said("restore", tmp_path / "backup")
        assert reading.content() == then
        assert (then.counts["demands_case"], then.heads.count, then.heads.events) == (4, 4, len(chains))
        assert list(Event.objects.order_by("subject_id", "seq").values_list("subject_id", "seq", "digest")) == chains
        assert [step.faults for step in verify_all([Case])] == [[]]
        assert triggers.missing(connection) == []
        assert Path(settings.SEALS_FILE).read_bytes() == seals
        assert list(missing()) == []
        stored = StoredFile.objects.order_by("pk")[0]
        assert places.kept(stored.key).read_bytes() == PDF
        # Numbers of keys go on where they were, and so does the file of seals.
        case_in("SUBMITTED", town=town, start=later(days=43))
        assert seal_ledger(now=later(days=44)).number == 2


def spoilt(path: Path) -> None:
    """One bit in the middle of the file is another."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_backup_in_which_one_byte_is_another_is_refused_by_the_name_of_the_part(
    demands: list[Case], tmp_path: Path
) -> None:
    whole, stored = tmp_path / "whole", StoredFile.objects.order_by("pk")[0]
    said("backup", whole)
    content = f"files/{stored.key[:2]}/{stored.key}"
    other = json.loads((whole / "manifest.json").read_text())
    newer = other["content"]["migrations"][0]
    cases: list[tuple[str, Callable[[Path], Any], str]] = [
        ("manifest.json", spoilt, "manifest.json "),
        ("manifest.json", Path.unlink, "里没有 manifest.json，不是一份完整的备份"),
        (PART, spoilt, f"{PART} 与清单中的散列值不符，已被改动或损坏"),
        ("files.jsonl", spoilt, "files.jsonl 与清单中的散列值不符，已被改动或损坏"),
        ("seals.jsonl", Path.unlink, "备份缺少 seals.jsonl"),
        (content, spoilt, f"附件 {stored.public_id} 的内容（{stored.key}）与散列值不符，已被改动或损坏"),
        (content, Path.unlink, f"备份缺少附件 {stored.public_id} 的内容（{stored.key}）"),
    ]
    with another_installation(tmp_path / "elsewhere"):
        for n, (part, damage, sentence) in enumerate(cases):
            copy = tmp_path / str(n)
            shutil.copytree(whole, copy)
            damage(copy / part)
            assert sentence in refusal("restore", copy)
            assert connection.introspection.table_names() == []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "migrations_of_the_program", lambda: other["content"]["migrations"][1:])
            assert f"版本不同（{newer} 等 1 处）" in refusal("restore", whole)
        place = Path(settings.SEALS_FILE)
        place.parent.mkdir(parents=True)
        place.write_text("another\n")
        assert refusal("restore", whole).startswith(f"封存文件 {place} 已有内容，而且与备份中的不同")
        with connection.cursor() as cursor:
            cursor.execute("create table something (a integer)")
        assert refusal("restore", whole) == "数据库不是空的，没有作任何改动。只能恢复到新建的空数据库"


def test_a_ledger_that_was_broken_when_it_was_backed_up_is_named_and_ends_with_an_error(
    demands: list[Case], tmp_path: Path
) -> None:
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute(
            "update workflow_event set action = 'withdraw' where subject_id = %s and seq = 2", [demands[1].pk]
        )
    gone = sorted(triggers.SQLITE if connection.vendor == "sqlite" else triggers.POSTGRESQL)[0]
    with connection.cursor() as cursor:
        table = gone.rsplit("_no_", 1)[0]
        cursor.execute(f"drop trigger {gone}" + (f" on {table}" if connection.vendor == "postgresql" else ""))
    said("backup", tmp_path / "backup")
    triggers.install(connection)
    out = StringIO()
    with another_installation(tmp_path / "elsewhere"):
        with pytest.raises(CommandError, match="有 2 处不同，不要投入使用"):
            call_command("restore", str(tmp_path / "backup"), *PROGRAMS, stdout=out)
        assert triggers.missing(connection) == []
    assert f"✗ 备份里缺少台账防篡改触发器 {gone}" in out.getvalue()
    assert f"✗ case:{demands[1].pk} #2 事件内容与摘要不符" in out.getvalue()


def test_backups_share_a_folder_of_files_and_one_that_is_missing_is_named(demands: list[Case], tmp_path: Path) -> None:
    shared = tmp_path / "files"
    said("backup", tmp_path / "monday", "--files-to", shared)
    first, second = StoredFile.objects.order_by("pk")
    written = places.kept(second.key)
    (shared / second.key[:2] / second.key).unlink()
    kept = (shared / first.key[:2] / first.key).stat()
    written.unlink()
    assert "有 1 个附件的内容缺失或损坏" in refusal("backup", tmp_path / "tuesday", "--files-to", shared)
    assert (shared / first.key[:2] / first.key).stat() == kept
    assert json.loads((tmp_path / "tuesday/manifest.json").read_text())["lacking"] == [second.key]
    assert "不是空的" in refusal("backup", tmp_path / "tuesday")
    with another_installation(tmp_path / "elsewhere"):
        assert refusal("restore", tmp_path / "tuesday") == "这份备份的附件另存在共用目录里，请用 --files-from 指明"
        assert "做备份时就缺少 1 个附件" in said("restore", tmp_path / "tuesday", "--files-from", shared)
        assert list(missing()) == [str(second.public_id)]


@pytest.mark.postgres
def test_what_is_written_while_the_database_is_dumped_is_in_neither_dump_nor_counts(
    demands: list[Case], tmp_path: Path
) -> None:
    """A pg_dump that lets somebody write first; the dump reads the snapshot from before."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        write = f"""{BIN}/psql -q "$1" -c "insert into auth_group (name) values ('between')" &&"""
        (programs / name).write_text(f'#!/bin/sh\n{write if name == "pg_dump" else ""} exec {BIN}/{name} "$@"\n')
        (programs / name).chmod(0o755)
    call_command("backup", str(tmp_path / "backup"), "--programs", str(programs), stdout=StringIO())
    assert Group.objects.count() == 1
    with another_installation(tmp_path / "elsewhere"):
        assert "恢复完成" in said("restore", tmp_path / "backup")
        assert Group.objects.count() == 0
