"""manage.py load_demo: an invented city to look at, with demands in every state."""

import time
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.demands.models import Case
from config.demo import loader
from config.demo.story import LONGEST, MOST
from foundation.models import Policy
from parties.models import User
from workflow.calendar import ZONE
from workflow.versions import CLOCK_POLICY

PROGRESS_EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = _("装入演示城市：企业、部门、人员和各种状态的诉求。只用于演示环境的空数据库，可以重复运行。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help=_("演示停在哪一天的早晨，默认今天")
        )
        parser.add_argument("--seed", type=int, default=1, help=_("同一个种子和日期得到同样的演示"))
        parser.add_argument("--demands", type=int, default=loader.USUAL, help=_("诉求件数，最多 %(n)s") % {"n": MOST})

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        if not settings.DEMO:
            raise CommandError(
                _(
                    "只有演示环境才能装入演示数据，因为演示账号的密码人人都知道。"
                    "确实是演示环境的，请设置环境变量 DIALOGUE_DEMO=1 后再运行。"
                )
            )
        if self._there_already():
            return
        if loader.somebody_else_is_there():
            raise CommandError(_("数据库里已经有其他单位或人员，演示数据只能装入空的数据库。没有作任何改动。"))
        as_of = self._as_of(options["as_of"])
        if not 1 <= options["demands"] <= MOST:
            raise CommandError(_("诉求件数应在 1 到 %(n)s 之间") % {"n": MOST})

        self.stdout.write(
            _("装入演示城市，%(demands)s 件诉求，停在 %(day)s 早晨……")
            % {"demands": options["demands"], "day": as_of.isoformat()}
        )
        self.stdout.flush()
        self._told = started
        if not loader.load(seed=options["seed"], as_of=as_of, demands=options["demands"], progress=self._progress):
            self._there_already()
            return
        self.stdout.write(
            _("演示数据已装入：%(users)s 个账号，%(cases)s 件诉求，用时 %(seconds).1f 秒。")
            % {
                "users": User.objects.count(),
                "cases": Case.objects.count(),
                "seconds": time.monotonic() - started,
            }
        )

    def _there_already(self) -> bool:
        if not loader.is_there():
            return False
        self.stdout.write(_("演示数据已经在库中，没有改动。要重新开始，请换一个空的数据库。"))
        if loader.is_from_before_clocks_were_in_events():
            self.stdout.write(
                _("这份演示数据由早先的版本装入，事件里没有记时限，“时限核验”会报告不同。请删除数据库文件，重新开始。")
            )
        return True

    def _as_of(self, wanted: date | None) -> date:
        today = timezone.now().astimezone(ZONE).date()
        as_of = wanted or today
        if as_of > today:
            raise CommandError(_("日期不能晚于今天，否则流转记录会落在将来"))
        first = as_of - LONGEST
        if not Policy.objects.filter(kind=CLOCK_POLICY, effective_from__lte=first - timedelta(days=1)).exists():
            raise CommandError(_("日期太早，那时还没有时限规定"))
        return as_of

    def _progress(self, done: int, total: int) -> None:
        if time.monotonic() - self._told >= PROGRESS_EVERY:
            self._told = time.monotonic()
            self.stdout.write(
                _("已办理 %(done)s/%(total)s 步（%(share)s%%）……")
                % {"done": done, "total": total, "share": done * 100 // total}
            )
            self.stdout.flush()
