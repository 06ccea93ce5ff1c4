"""Initial passwords: whose somebody may set, which accounts wait for one, and setting them.

For new accounts, and for people who forgot their password or let the initial one run out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused
from parties.by import By, today
from parties.models import Membership, Office, Organisation, User
from parties.passwords import INITIAL_VALID, Drawn, initial_password_is_over, set_initial_password
from parties.post_rules import DESK
from parties.roles import ADMIN_ROLES, Role
from parties.sign_in import records
from parties.sign_in.tables import SignInKind

SETTERS = DESK | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
BY_SETTERS = _("只有系统管理员、安全管理员和平台办公室的受理员、派单员可以设置初始密码")


@dataclass(frozen=True)
class Slip:
    """What the person is handed: their account, the password that is told this once, and how long it signs in."""

    person: User
    password: str
    until: datetime


def accounts_of(by: By) -> QuerySet[User]:
    """The accounts in use whose initial password this person may set.

    三员 are the security administrator's, everybody else the system administrator's; people who hold posts at firms of
    a district and nowhere else are also its platform office's. Never one's own, nor of whom one stands in for.
    """
    people = User.objects.filter(is_active=True).exclude(pk__in=[by.user_id, *by.on_behalf])
    posts = _not_over(by).filter(user=OuterRef("pk"))
    administers = Exists(posts.filter(role__in=ADMIN_ROLES))
    if by.role == Role.SECURITY_ADMIN:
        return people.filter(administers)
    if by.role == Role.SYSTEM_ADMIN:
        return people.exclude(administers)
    if by.role not in DESK:
        return people.none()
    serves = Office.objects.filter(pk=by.organisation_id, office_kind=Office.OfficeKind.PLATFORM).values("serves")
    here = Q(organisation__kind=Organisation.Kind.ENTERPRISE, organisation__district__in=serves)
    return people.filter(Exists(posts.filter(here))).exclude(Exists(posts.exclude(here)))


def refusal(person: User, by: By) -> Any | None:
    """Why this person may not set the initial password of that one; None when they may. One statement at most."""
    if by.role not in SETTERS:
        return BY_SETTERS
    if person.pk in (by.user_id, *by.on_behalf):
        return _("不能设置本人或者被代理人的初始密码；自己的密码在“登录与安全”里修改")
    if not person.is_active:
        return _("这个账号已停用")
    if accounts_of(by).filter(pk=person.pk).exists():
        return None
    if by.role == Role.SYSTEM_ADMIN:
        return _("三员的初始密码由安全管理员设置")
    if by.role == Role.SECURITY_ADMIN:
        return _("安全管理员只设置三员的初始密码，请先任命岗位")
    return _("平台办公室只设置本旗区企业人员的初始密码")


def waiting(by: By) -> QuerySet[User]:
    """Those of them in which nobody has chosen a password yet, newest first, each with its posts as `coming_posts`.

    Whoever signs in through another provider needs none.
    """
    elsewhere = Exists(SocialAccount.objects.filter(user=OuterRef("pk")))
    without = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) & ~elsewhere
    posts = _not_over(by).select_related("organisation").order_by("pk")
    found = accounts_of(by).filter(without | Q(must_change_password=True))
    return found.prefetch_related(Prefetch("memberships", posts, to_attr="coming_posts")).order_by("-id")


def standing(person: User, by: By) -> tuple[Any, str, str]:
    """How far an account that waits has come, as words, tint and drawing of a badge."""
    if not person.must_change_password:
        return _("没有密码"), "grey", "lock"
    if initial_password_is_over(person, now=by.now):
        return _("初始密码已过期"), "amber", "alert"
    return _("已发放，还没有登录修改"), "blue", "key"


def give(request: HttpRequest, *, by: By, accounts: QuerySet[User], drawn: Sequence[Drawn]) -> list[Slip]:
    """These accounts have these initial passwords, as many as there are accounts; all of them or none.

    `accounts` comes from `accounts_of` or `waiting` of whoever asks. Raises Refused when one of them is no longer
    among those.
    """
    setter = cast("User", request.user)
    with transaction.atomic():
        people = list(accounts.select_for_update(of=("self",)).order_by("pk"))
        if len(people) != len(drawn):
            raise Refused("", _("所选的账号里有的已经启用、停用，或者不再由您设置。没有设置任何一个，请重新选择。"))
        for person, one in zip(people, drawn, strict=True):
            set_initial_password(person, now=by.now, drawn=one)
            records.add(request, SignInKind.PASSWORD_SET, user=person, by=setter)
    return [Slip(person, one.password, by.now + INITIAL_VALID) for person, one in zip(people, drawn, strict=True)]


def _not_over(by: By) -> QuerySet[Membership]:
    return Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today(by)))
