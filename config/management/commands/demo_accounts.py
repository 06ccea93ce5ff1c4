"""manage.py demo_accounts: whom to sign in as in the demonstration, and what to try there."""

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.demo.accounts import SIGN_IN_WITH, accounts


class Command(BaseCommand):
    help = _("列出演示账号：每种职务一个，附可以试的事。")

    def handle(self, *args: Any, **options: Any) -> None:
        found = accounts()
        if not found:
            raise CommandError(_("没有演示账号：请设置 DIALOGUE_DEMO=1，并先运行 manage.py load_demo。"))
        rows = [(_("账号"), _("角色"), _("姓名"), _("单位"), _("待办"), _("可以试试"))]
        rows += [(a.username, a.role, a.name, a.organisation, str(a.waiting), a.to_try) for a in found]
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            line = "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
            self.stdout.write(line.rstrip())
        self.stdout.write(_("所有演示账号的密码：%(password)s") % {"password": SIGN_IN_WITH})


def _width(text: str) -> int:
    """Columns the text takes in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
