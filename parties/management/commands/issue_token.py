"""Issue a token of the API for one post of one person, for a limited time."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from parties.models import ApiToken, Membership
from parties.roles import Role

LONGEST = 365  # days


class Command(BaseCommand):
    """The secret alone goes to the standard output, once; it is stored nowhere. What it is for goes beside it."""

    help = _("发放 API 访问令牌（绑定一个任职，到期失效）")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help=_("账号"))
        parser.add_argument("--name", required=True, help=_("用途，例如“ERP 对接”；撤销时凭它"))
        parser.add_argument("--days", required=True, type=int, help=_("有效天数，1 至 %(n)s") % {"n": LONGEST})
        parser.add_argument("--role", choices=Role.values, help=_("有多个任职时指定角色"))
        parser.add_argument("--organisation", help=_("有多个任职时指定单位全称"))

    def handle(self, *args: Any, **options: Any) -> None:
        now, name, days = timezone.now(), options["name"].strip(), options["days"]
        longest_name = ApiToken._meta.get_field("name").max_length or 0
        if not 1 <= len(name) <= longest_name:
            raise CommandError(_("请用 1 至 %(n)s 个字写明令牌的用途") % {"n": longest_name})
        if not 1 <= days <= LONGEST:
            raise CommandError(_("有效天数应在 1 至 %(n)s 之间") % {"n": LONGEST})
        post = one_post(options["username"], role=options["role"], organisation=options["organisation"])
        if ApiToken.objects.filter(membership=post, name=name, expires_at__gt=now).exists():
            raise CommandError(_("这个任职已有同名令牌，请换一个用途名称，或先用 revoke_token 撤销"))
        token, secret = ApiToken.issue(post, name=name, now=now, valid=timedelta(days=days))
        words = {
            "who": _described(post),
            "name": name,
            "until": timezone.localtime(token.expires_at).strftime("%Y-%m-%d %H:%M"),
        }
        self.stderr.write(
            _("%(who)s，用途“%(name)s”，有效期至 %(until)s。令牌只显示这一次：") % words, self.style.SUCCESS
        )
        self.stdout.write(secret)


def one_post(username: str, *, role: str | None, organisation: str | None) -> Membership:
    """The one post in force of this person that fits. Raises CommandError when there is none, or more than one."""
    posts = Membership.objects.in_force(timezone.localdate()).filter(user__username=username)
    held = list(posts.select_related("user", "organisation").order_by("pk"))
    found = [p for p in held if role in (None, p.role) and organisation in (None, p.organisation.name)]
    if len(found) == 1:
        return found[0]
    if not held:
        raise CommandError(_("账号 %(username)s 不存在、已停用或没有现行任职") % {"username": username})
    lines = "\n".join(f"  --role {p.role} --organisation {p.organisation.name}" for p in held)
    sentence = _("请指定一个任职：") if found else _("没有这个任职，现行任职是：")
    raise CommandError(f"{sentence}\n{lines}")


def _described(post: Membership) -> str:
    return f"{post.user.name} · {Role(post.role).label} · {post.organisation.name}"
