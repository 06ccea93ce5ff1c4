"""manage.py verify_documents: show that no document, and no byte of its file, was changed or is missing."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from documents.inspection import inspect

PROGRESS_EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = _("核验全部文书：编号和版本不缺、内容和文件与登记的摘要相符；有不符时以状态 1 结束。")

    def handle(self, *args: Any, **options: Any) -> None:
        documents = unmade = faults = 0
        started = told = time.monotonic()
        for step in inspect():
            documents, unmade, faults = documents + step.documents, unmade + step.unmade, faults + len(step.faults)
            for sentence in step.faults:
                self.stdout.write(sentence)
            if time.monotonic() - told >= PROGRESS_EVERY:
                told = time.monotonic()
                self.stdout.write(_("已核验 %(n)s 份文书……") % {"n": documents})
        self.stdout.write(
            _("共核验 %(n)s 份文书，用时 %(seconds).1f 秒，发现 %(faults)s 处不符。")
            % {"n": documents, "seconds": time.monotonic() - started, "faults": faults}
        )
        if unmade:
            self.stdout.write(_("其中 %(n)s 份还没有生成文件，只核验了内容。") % {"n": unmade})
        if faults:
            raise SystemExit(1)
