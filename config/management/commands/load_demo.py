"""manage.py load_demo: an invented city to look at, with demands in every state."""

import time
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.demands.models import Case
from config.demo import loader
from config.demo.progress import Shown
from config.demo.sizes import SIZES, SMALL_SIZE, Size
from foundation.models import Policy
from parties.models import Department, Enterprise, User
from workflow.calendar import ZONE
from workflow.versions import CLOCK_POLICY


class Command(BaseCommand):
    help = _("装入演示城市：企业、部门、人员和各种状态的诉求。只用于演示环境的空数据库，可以重复运行。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--size",
            choices=list(SIZES),
            default=SMALL_SIZE.name,
            help=_(
                "规模：small 40 家企业；city 800 家企业、69 个部门、14 个月；large 在 city 之上再装入往年归档的诉求"
            ),
        )
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help=_("演示停在哪一天的早晨，默认今天")
        )
        parser.add_argument("--seed", type=int, default=1, help=_("同一个种子和日期得到同样的演示"))
        parser.add_argument("--demands", type=int, help=_("诉求件数，默认按规模：%(sizes)s") % {"sizes": _usual()})

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
        size = SIZES[options["size"]]
        as_of = self._as_of(options["as_of"], size)
        demands = size.usual if options["demands"] is None else options["demands"]
        if not 1 <= demands <= size.most:
            raise CommandError(_("诉求件数应在 1 到 %(n)s 之间") % {"n": size.most})

        self.stdout.write(
            _("装入演示城市，%(demands)s 件诉求，停在 %(day)s 早晨……") % {"demands": demands, "day": as_of.isoformat()}
        )
        self.stdout.flush()
        if not loader.load(
            seed=options["seed"],
            as_of=as_of,
            demands=demands,
            size=size,
            progress=Shown(self.stdout, what=_("已办理"), unit=pgettext("计量单位", "步")),
            archived=Shown(self.stdout, what=_("已装入往年诉求"), unit=pgettext("计量单位", "件")),
        ):
            self._there_already()
            return
        self._say_what_is_there(time.monotonic() - started)

    def _say_what_is_there(self, seconds: float) -> None:
        self.stdout.write(
            _(
                "演示数据已装入：%(firms)s 家企业，%(departments)s 个部门，%(users)s 个账号，%(cases)s 件诉求，"
                "用时 %(seconds).1f 秒。"
            )
            % {
                "firms": Enterprise.objects.count(),
                "departments": Department.objects.count(),
                "users": User.objects.count(),
                "cases": Case.objects.count(),
                "seconds": seconds,
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

    def _as_of(self, wanted: date | None, size: Size) -> date:
        today = timezone.now().astimezone(ZONE).date()
        as_of = wanted or today
        if as_of > today:
            raise CommandError(_("日期不能晚于今天，否则流转记录会落在将来"))
        first = size.reaches_back_to(as_of)
        if not Policy.objects.filter(kind=CLOCK_POLICY, effective_from__lte=first - timedelta(days=1)).exists():
            raise CommandError(_("日期太早，那时还没有时限规定"))
        return as_of


def _usual() -> str:
    return "、".join(f"{size.name} {size.usual}" for size in SIZES.values())
