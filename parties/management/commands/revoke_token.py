"""End tokens of the API before their time."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parties.models import ApiToken


class Command(BaseCommand):
    """A revoked token expires now; its row stays, so that it can still be told what was issued to whom."""

    help = _("撤销 API 访问令牌，立即失效")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help=_("账号"))
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--name", help=_("发放时写的用途"))
        which.add_argument("--all", action="store_true", help=_("这个账号的全部令牌"))

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        live = ApiToken.objects.filter(membership__user__username=options["username"], expires_at__gt=now)
        chosen = live if options["all"] else live.filter(name=options["name"].strip())
        ended = chosen.update(expires_at=now)
        if not ended:
            names = "、".join(live.order_by("name").values_list("name", flat=True).distinct()) or _("无")
            raise CommandError(_("没有可撤销的令牌；这个账号的有效令牌：%(names)s") % {"names": names})
        self.stdout.write(ngettext("已撤销 %(n)s 个令牌", "已撤销 %(n)s 个令牌", ended) % {"n": ended})
