"""Appoint the first holder of an administrator's post, while nobody could do it in the product."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.errors import DomainError
from parties.by import Console
from parties.models import Membership, Office, User
from parties.posts import appoint
from parties.roles import ADMIN_ROLES, Role


class Command(BaseCommand):
    """Only while the role has no holder: after that the security administrator appoints, in the product."""

    help = _("任命首任系统管理员、安全管理员或者审计管理员（这个角色还没有人在任时）")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help=_("账号"))
        parser.add_argument("--role", required=True, choices=sorted(ADMIN_ROLES), help=_("角色"))
        parser.add_argument("--office", required=True, help=_("平台办公室全称"))

    def handle(self, *args: Any, **options: Any) -> None:
        by, role = Console(timezone.now()), Role(options["role"])
        if Membership.objects.in_force(timezone.localdate(by.now)).filter(role=role).exists():
            raise CommandError(_("已经有%(role)s在任，请由安全管理员在系统里任免") % {"role": role.label})
        person = User.objects.filter(username=options["username"], is_active=True).first()
        if person is None:
            raise CommandError(_("没有这个账号，或者已停用"))
        platform = Office.objects.filter(office_kind=Office.OfficeKind.PLATFORM, active=True)
        office = platform.filter(name=options["office"]).first()
        if office is None:
            raise CommandError(_("没有这个平台办公室"))
        try:
            post = appoint(
                by=by,
                user=person,
                organisation=office,
                role=role,
                valid_from=timezone.localdate(by.now),
                source=_("首任任命"),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{post.user.name} · {role.label} · {office.name}")
