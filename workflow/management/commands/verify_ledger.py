"""manage.py verify_ledger: show that no event of any chain was changed, removed or moved."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from workflow.chain import verify_all
from workflow.registry import subject_models

PROGRESS_EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = _("核验全部事件链：逐条重算摘要，报告每一处不符；有不符时以状态 1 结束。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help=_("每步核验多少个事项"))

    def handle(self, *args: Any, **options: Any) -> None:
        subjects = events = faults = 0
        started = told = time.monotonic()
        for step in verify_all(subject_models(), batch=options["batch"]):
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
        if faults:
            raise SystemExit(1)
