"""manage.py document_schemas: write the schemas of all kinds into docs/reference, or say that they are out of date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from documents.content.catalogue import CONTENTS
from documents.schemas import text


class Command(BaseCommand):
    help = _("由文书内容的类型生成 JSON Schema，写入 docs/reference/documents；--check 只比较，不一致时以状态 1 结束。")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help=_("只比较，不写文件"))
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "docs" / "reference" / "documents", help=_("写到哪里")
        )

    def handle(self, *args: Any, check: bool, folder: Path, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            texts = {f"{kind.lower()}.schema.json": text(kind) for kind in CONTENTS}
        there = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.schema.json")}
        stale = sorted(name for name in texts.keys() | there.keys() if texts.get(name) != there.get(name))
        if check and stale:
            raise CommandError(
                _("文书的 JSON Schema 不是最新的：%(files)s。请运行 manage.py document_schemas")
                % {"files": "、".join(stale)}
            )
        if not check:
            self._write(texts, stale, folder)

    def _write(self, texts: dict[str, str], stale: list[str], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in stale:
            if name in texts:
                (folder / name).write_text(texts[name], encoding="utf-8")
            else:
                (folder / name).unlink()
            self.stdout.write(_("已写入 %(file)s") % {"file": name})
