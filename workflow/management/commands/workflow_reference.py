"""manage.py workflow_reference: write what can move how into docs/reference, or say that the pages are out of date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from workflow.reference import page
from workflow.registry import subject_models
from workflow.subject import Subject


class Command(BaseCommand):
    help = _("由流转图生成参考文档 docs/reference；--check 只比较，不一致时以状态 1 结束。")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help=_("只比较，不写文件"))
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs" / "reference", help=_("写到哪里"))

    def handle(self, *args: Any, check: bool, folder: Path, **options: Any) -> None:
        stale = []
        for model in subject_models():
            if not issubclass(model, Subject):
                continue  # it has a chain, but no graph
            file = folder / f"{model._meta.app_label}.md"
            with translation.override(settings.LANGUAGE_CODE):
                text = page(model)
            if file.exists() and file.read_text(encoding="utf-8") == text:
                continue
            stale.append(file.name)
            if not check:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        if check and stale:
            raise CommandError(
                _("参考文档不是最新的：%(files)s。请运行 manage.py workflow_reference") % {"files": "、".join(stale)}
            )
        for name in stale:
            self.stdout.write(_("已写入 %(file)s") % {"file": name})
