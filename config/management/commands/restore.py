"""manage.py restore FOLDER: a backup stands in an empty database, shown to be what it was."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.backups.manifest import Unusable
from config.backups.restoring import restore


class Command(BaseCommand):
    help = _("把备份恢复到空数据库，然后逐项比对行数、链头、附件和封存；有任何不同时以状态 1 结束。")
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help=_("备份所在的目录"))
        parser.add_argument("--files-from", type=Path, metavar="FOLDER", help=_("备份时用 --files-to 指定的目录"))
        parser.add_argument(
            "--programs", type=Path, metavar="FOLDER", help=_("pg_restore 所在的目录，默认按 PATH 查找")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest, faults = restore(
                options["folder"],
                files_from=options["files_from"],
                programs=options["programs"],
                say=self._say,
            )
        except (Unusable, OSError) as error:
            raise CommandError(str(error)) from error
        for fault in faults:
            self._say(f"✗ {fault}")
        if faults:
            raise CommandError(_("恢复后的数据与备份有 %(n)s 处不同，不要投入使用") % {"n": len(faults)})
        if manifest.lacking:
            self._say(_("做备份时就缺少 %(n)s 个附件的内容，键名在清单的 lacking 里。") % {"n": len(manifest.lacking)})
        heads = manifest.content.heads
        self._say(
            _(
                "恢复完成，与备份逐项相同：%(tables)s 张表 %(rows)s 行，%(chains)s 条链 %(events)s 个事件，"
                "%(seals)s 份封存，%(files)s 个附件。"
            )
            % {
                "tables": len(manifest.content.counts),
                "rows": sum(manifest.content.counts.values()),
                "chains": heads.count,
                "events": heads.events,
                "seals": manifest.seals,
                "files": manifest.files,
            }
        )

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
