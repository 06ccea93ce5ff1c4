"""manage.py load_calendar_year: a State Council notice from a file is the newest edition of its year."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.counters import counter_words
from foundation.errors import DomainError, Refused
from parties.models import Membership
from parties.roles import Role
from workflow.actor import Actor, Channel, actor_for
from workflow.calendar_loading import Preview, clocks_reaching_into, load_year, preview
from workflow.calendar_notice import read_file


class Command(BaseCommand):
    """Says what would change; loads unless --dry-run. Somebody stands for it: --by names the system administrator."""

    help = _("载入国务院办公厅的放假安排（JSON 文件），在办时限随后由后台重新计算")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_(".json 文件，格式与 workflow/data/calendars 中的相同"))
        parser.add_argument("--reason", required=True, help=_("载入的理由，与版本一起保存"))
        parser.add_argument("--by", default="", help=_("系统管理员的账号；只有一位时可以不写"))
        parser.add_argument("--sure", action="store_true", help=_("已对照通知原文核对：工作日天数不寻常也载入"))
        parser.add_argument("--dry-run", action="store_true", help=_("只看改变了什么，不载入"))

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        by = administrator(options["by"])
        try:
            raw = read_file(file.read_bytes(), file.name)
            found = preview(raw, by=by)
            self.tell(found)
            if options["dry_run"]:
                return
            version = load_year(raw, by=by, reason=options["reason"], seen=found.seen, sure=options["sure"])
        except OSError as error:
            raise CommandError(_("读不到文件 %(path)s") % {"path": file}) from error
        except Refused as refused:
            where = f"{refused.field}：" if refused.field else ""
            raise CommandError(f"{where}{refused.sentence}") from refused
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        words = {"year": found.notice.year, "version": version.label}
        self.stdout.write(_("已载入 %(year)s 年，现行版本 %(version)s；在办时限由后台重新计算。") % words)

    def tell(self, found: Preview) -> None:
        """What would change, on stdout; doubts on stderr."""
        words = {
            "year": found.notice.year,
            "before": sum(found.months_before),
            "after": sum(found.months_after),
            "days": len(found.changes),
            "clocks": counter_words(clocks_reaching_into(found.changes)),
        }
        self.stdout.write(
            _("%(year)s 年工作日 %(before)s → %(after)s 个，%(days)s 天改变，%(clocks)s 个在办时限经过这些日子。")
            % words
        )
        for doubt in found.doubts:
            self.stderr.write(doubt)


def administrator(username: str) -> Actor:
    """The system administrator of this account, or the only one there is. Raises CommandError."""
    now = timezone.now()
    posts = Membership.objects.in_force(timezone.localdate(now)).filter(role=Role.SYSTEM_ADMIN)
    if username:
        posts = posts.filter(user__username=username)
    held = list(posts.order_by("pk")[:2])
    if len({post.user_id for post in held}) != 1:
        raise CommandError(
            _("账号 %(username)s 不是现任系统管理员") % {"username": username}
            if username
            else _("请用 --by 写明由哪位系统管理员载入")
        )
    return actor_for(held[0].user_id, now=now, channel=Channel.COMMAND, membership_id=held[0].pk)
