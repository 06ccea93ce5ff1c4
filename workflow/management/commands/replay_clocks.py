"""manage.py replay_clocks: show that every stored clock is what the events and the named versions give."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from workflow.registry import subject_models
from workflow.replay import replay_all
from workflow.subject import Subject

PROGRESS_EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = _("由事件和所用的规则、日历版本重算全部时限，报告每一处与库中不同；有不同时以状态 1 结束。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help=_("每步重算多少个事项"))

    def handle(self, *args: Any, **options: Any) -> None:
        subjects = clocks = differences = 0
        started = told = time.monotonic()
        models = [model for model in subject_models() if issubclass(model, Subject)]
        for step in replay_all(models, batch=options["batch"]):
            subjects += step.subjects
            clocks += step.clocks
            differences += len(step.differences)
            for one in step.differences:
                self.stdout.write(f"{one.subject} {one.clock} {one.column}: {one.stored} ≠ {one.replayed}")
            if time.monotonic() - told >= PROGRESS_EVERY:
                told = time.monotonic()
                self.stdout.write(
                    _("已重算 %(subjects)s 个事项、%(clocks)s 个时限……") % {"subjects": subjects, "clocks": clocks}
                )
        self.stdout.write(
            _("共重算 %(subjects)s 个事项、%(clocks)s 个时限，用时 %(seconds).1f 秒，发现 %(differences)s 处不同。")
            % {
                "subjects": subjects,
                "clocks": clocks,
                "seconds": time.monotonic() - started,
                "differences": differences,
            }
        )
        if differences:
            raise SystemExit(1)
