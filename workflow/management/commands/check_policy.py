"""Say what is wrong with a policy document before anybody types it in."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from workflow.policies import check_policy


class Command(BaseCommand):
    """Every fault of a JSON file of limits, a line each, with the path of its field; exit code 1 when there is one."""

    help = "Check a JSON document of clock limits: one fault a line, with the path of its field."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(_("不能读取这个文件：%(why)s") % {"why": error}) from error
        faults = check_policy(data)
        for path, sentence in faults:
            self.stdout.write(f"{path}: {sentence}")
        if faults:
            raise CommandError(_("有 %(n)s 处错误") % {"n": len(faults)})
        self.stdout.write(_("没有错误"))
