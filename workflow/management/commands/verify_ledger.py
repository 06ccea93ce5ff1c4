"""manage.py verify_ledger: show that no event of any chain was changed, removed or moved."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from workflow.registry import subject_models
from workflow.seal_check import compare_seals
from workflow.verify import BATCH, verify_all

PROGRESS_EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = _("核验全部事件链：逐条重算摘要，报告每一处不符；有不符时以状态 1 结束。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help=_("每步核验多少个事项"))
        parser.add_argument("--processes", type=int, help=_("同时核验的进程数；不填时按处理器核数"))
        parser.add_argument("--seals", type=Path, metavar="FILE", help=_("另与数据库之外保存的封存文件比对"))

    def handle(self, *args: Any, **options: Any) -> None:
        seals = self._content(options["seals"])
        faults = self._verify_chains(options["batch"], options["processes"])
        if seals is not None:
            faults += self._compare(seals)
        if faults:
            raise SystemExit(1)

    def _content(self, file: Path | None) -> str | None:
        """The text of the file of seals, read before hours may be spent on the chains."""
        try:
            return None if file is None else file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(_("封存文件读不出来：%(error)s") % {"error": error}) from error

    def _verify_chains(self, batch: int, processes: int | None) -> int:
        subjects = events = faults = 0
        started = told = time.monotonic()
        for step in verify_all(subject_models(), batch=batch, processes=processes):
            subjects += step.subjects
            events += step.events
            faults += len(step.faults)
            for fault in step.faults:
                self.stdout.write(f"{fault.subject} #{fault.seq} {fault.what.label}")
            if time.monotonic() - told >= PROGRESS_EVERY:
                told = time.monotonic()
                self.stdout.write(
                    _("已核验 %(subjects)s 个事项、%(events)s 个事件……") % {"subjects": subjects, "events": events}
                )
        self.stdout.write(
            _("共核验 %(subjects)s 个事项、%(events)s 个事件，用时 %(seconds).1f 秒，发现 %(faults)s 处不符。")
            % {
                "subjects": subjects,
                "events": events,
                "seconds": time.monotonic() - started,
                "faults": faults,
            }
        )
        return faults

    def _compare(self, text: str) -> int:
        report = compare_seals(text)
        for sentence in report.faults:
            self.stdout.write(sentence)
        self.stdout.write(
            _("共比对 %(seals)s 份封存，发现 %(faults)s 处不符。")
            % {"seals": report.compared, "faults": len(report.faults)}
        )
        if report.only_in_database:
            self.stdout.write(
                _("数据库中另有 %(seals)s 份较新的封存，不在这个文件里。") % {"seals": report.only_in_database}
            )
        self.stdout.write(
            _(
                "文件中最后一份封存之后又写入 %(events)s 个事件、%(tombstones)s 条销毁记录："
                "它们在下一份封存之前不能防范数据库所有者的改写。"
            )
            % {"events": report.events_after, "tombstones": report.tombstones_after}
        )
        return len(report.faults)
