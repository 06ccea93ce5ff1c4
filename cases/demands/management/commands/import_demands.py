"""manage.py import_demands: messages of another channel, from a spreadsheet file into the list 待认领."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.demands.intake_import import TARGETS, Tally, import_messages, platform_office, read_map
from foundation.errors import DomainError

PROGRESS_EVERY = 2.0  # seconds between two lines of progress; on a terminal one line is rewritten more often
UNUSABLE, INTERRUPTED = 2, 130  # exit codes


class Command(BaseCommand):
    help = _("从 CSV 或 XLSX 文件导入其他渠道的来件到待认领。可以重复运行：已有的跳过，中断后接着来。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_(".csv、.csv.gz 或 .xlsx；第一行是列名"))
        parser.add_argument("--source", required=True, help=_("来源，例如 12345热线；与外部编号一起唯一"))
        parser.add_argument(
            "--map",
            required=True,
            help=_("映射：JSON 文件，或 项目=列名,项目=列名；项目有 %(targets)s") % {"targets": "、".join(TARGETS)},
        )
        parser.add_argument("--office", default="", help=_("接收来件的平台办公室的区划代码；不写就是市平台办公室"))
        parser.add_argument("--errors", type=Path, help=_("退回文件；不写就是 文件名.errors.csv"))

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        errors: Path = options["errors"] or file.with_name(f"{file.name}.errors.csv")
        self.began = self.told = time.monotonic()
        try:
            tally = import_messages(
                file,
                source=options["source"],
                columns=read_map(options["map"]),
                office=platform_office(options["office"]),
                errors=errors,
                clock=timezone.now,
                tell=self.progress,
            )
        except DomainError as refused:
            raise CommandError(str(refused), returncode=UNUSABLE) from refused
        except KeyboardInterrupt:
            raise CommandError(_("已中断；再运行同一条命令就接着导入"), returncode=INTERRUPTED) from None
        self.summary(tally, source=options["source"], errors=errors)

    def progress(self, tally: Tally, share: float | None) -> None:
        """A line on stderr: rows, rows a second, and per cent when the size is known."""
        now = time.monotonic()
        on_terminal = self.stderr.isatty()
        if now - self.told < (PROGRESS_EVERY / 10 if on_terminal else PROGRESS_EVERY):
            return
        self.told = now
        rate = tally.rows / (now - self.began)
        line = _("已读 %(rows)s 行，每秒 %(rate).0f 行") % {"rows": tally.rows, "rate": rate}
        if share is not None:
            line += _("，%(share).0f%%") % {"share": share * 100}
        self.stderr.write(f"\r\x1b[K{line}" if on_terminal else line, str, "" if on_terminal else "\n")

    def summary(self, tally: Tally, *, source: str, errors: Path) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", str, "")  # the line of progress
        seconds = time.monotonic() - self.began
        self.stdout.write(
            _("来源“%(source)s”：读 %(rows)s 行，新增 %(new)s 件，已有 %(old)s 件，退回 %(no)s 行；用时 %(s).1f 秒。")
            % {
                "source": source.strip(),
                "rows": tally.rows,
                "new": tally.created,
                "old": tally.already_there,
                "no": tally.rejected,
                "s": seconds,
            }
        )
        for sentence in tally.remarks():
            self.stdout.write(sentence)
        if tally.rejected:
            self.stdout.write(_("退回的行在 %(path)s；改好原文件再导入一次，已有的会跳过。") % {"path": errors})
