"""manage.py grant_application ROLE: what the role of the application may do, granted by the owner of the tables."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection
from django.utils.translation import gettext as _

from workflow import roles


class Command(BaseCommand):
    help = _("授予应用所用的数据库角色恰好所需的权限。以表的所有者身份运行，每次 migrate 之后都要运行；可以重复。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", metavar="ROLE", help=_("应用所用的数据库角色，不能是表的所有者"))

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError(_("只有 PostgreSQL 才有角色"))
        try:
            tables = roles.grant(connection, options["role"])
        except Error as error:
            raise CommandError(str(error).strip()) from error
        self.stdout.write(_("角色 %(role)s 已有 %(n)s 张表所需的权限。") % {"role": options["role"], "n": tables})
