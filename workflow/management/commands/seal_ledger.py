"""manage.py seal_ledger: write today's seal over the ledger, and its line to the file outside the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.errors import DomainError
from workflow.seals import seal_ledger


class Command(BaseCommand):
    help = _("封存台账：为上次封存以来的变动写一份封存，并补齐数据库之外的封存文件；每天一份，当天重复运行无害。")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            seal = seal_ledger(now=timezone.now())
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        if seal is None:
            self.stdout.write(_("今天已经封存过，封存文件完整。"))
            return
        self.stdout.write(
            _("第 %(number)s 号封存已写入：%(events)s 个事件、%(heads)s 个链头、%(tombstones)s 条销毁记录。")
            % {
                "number": seal.number,
                "events": seal.events,
                "heads": seal.heads,
                "tombstones": seal.tombstones,
            }
        )
        self.stdout.write(_("散列值 %(digest)s") % {"digest": seal.digest})
