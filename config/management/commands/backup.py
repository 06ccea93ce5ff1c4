"""manage.py backup FOLDER: database, files and seals of one moment, with a manifest that says what they hold."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backups.making import make
from config.backups.manifest import Unusable


class Command(BaseCommand):
    help = _("备份到一个新目录：同一时刻的数据库、附件、封存文件和清单。系统照常运行。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help=_("新的或空的目录"))
        parser.add_argument(
            "--files-to", type=Path, metavar="FOLDER", help=_("附件存入这个多份备份共用的目录，已有的不再复制")
        )
        parser.add_argument("--programs", type=Path, metavar="FOLDER", help=_("pg_dump 所在的目录，默认按 PATH 查找"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest, pinned = make(
                options["folder"],
                now=timezone.now(),
                files_to=options["files_to"],
                programs=options["programs"],
                say=self._say,
            )
        except (Unusable, OSError) as error:
            raise CommandError(str(error)) from error
        heads = manifest.content.heads
        self._say(
            _("备份完成：%(rows)s 行，%(chains)s 条链 %(events)s 个事件，%(seals)s 份封存，%(files)s 个附件。")
            % {
                "rows": sum(manifest.content.counts.values()),
                "chains": heads.count,
                "events": heads.events,
                "seals": manifest.seals,
                "files": manifest.files,
            }
        )
        self._say(_("散列值 %(digest)s") % {"digest": pinned})
        if manifest.lacking:
            raise CommandError(
                _("有 %(n)s 个附件的内容缺失或损坏，没有备份到；键名在清单的 lacking 里，请用 sweep_files --check 查明")
                % {"n": len(manifest.lacking)}
            )

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
