"""Who may give and end a post, and which posts one person may hold at the same time; each rule with its sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused
from parties.by import By
from parties.models import Membership, Office, Organisation
from parties.roles import ADMIN_ROLES, NEEDED_IN, ROLES_OF, Role

DESK = frozenset({Role.INTAKE, Role.DISPATCHER})
NAME_HANDLERS = frozenset({Role.DEPARTMENT_LIAISON, Role.DEPARTMENT_HEAD, Role.DEPARTMENT_SECRETARY})
LONGEST_SOURCE = Membership._meta.get_field("source").max_length or 0
LONGEST_SCOPE = Membership._meta.get_field("scope").max_length or 0


@dataclass(frozen=True)
class Place:
    """As much of an organisation as the rules ask: its kind (of an office the kind of office), and whose it is."""

    organisation_id: int
    kind: str
    office_id: int | None  # the platform office of its district

    @classmethod
    def of(cls, organisation: Organisation) -> "Place":
        """At most two statements."""
        kind = organisation.kind
        if kind == Organisation.Kind.OFFICE:
            kind = Office.objects.values_list("office_kind", flat=True).get(pk=organisation.pk)
        office = None
        if kind == Organisation.Kind.ENTERPRISE:
            serving = Office.objects.filter(serves_id=organisation.district_id, office_kind=Office.OfficeKind.PLATFORM)
            office = serving.values_list("pk", flat=True).first()
        return cls(organisation.pk, kind, office)

    @property
    def roles(self) -> frozenset[Role]:
        return ROLES_OF.get(self.kind, frozenset())

    @property
    def needed(self) -> tuple[frozenset[Role], ...]:
        return NEEDED_IN.get(self.kind, ())


def refusal_to_staff(by: By, place: Place, role: Role | str) -> Any | None:
    """Why this actor may not give or end posts of this role here; None when they may."""
    if by.is_system:
        return None
    if role in ADMIN_ROLES:
        return None if by.role == Role.SECURITY_ADMIN else _("三员岗位只能由安全管理员任免")
    if by.role == Role.SYSTEM_ADMIN:
        return None
    if by.role in DESK and place.kind == Organisation.Kind.ENTERPRISE and place.office_id == by.organisation_id:
        return None
    if by.role in NAME_HANDLERS and place.organisation_id == by.organisation_id and role == Role.HANDLER:
        return None
    return _("您的岗位不能任免这个岗位")


def roles_given_by(by: By, place: Place) -> list[Role]:
    """The roles that this actor may give here, in the order of the list of roles."""
    return [role for role in Role if role in place.roles and refusal_to_staff(by, place, role) is None]


def check_person(by: By, user_id: int) -> None:
    """Nobody gives, changes or ends a post of their own, nor one of a person for whom they stand in."""
    if not by.is_system and user_id in (by.user_id, *by.on_behalf):
        raise Refused("user", _("不能任免本人的岗位，也不能任免被代理人的岗位"))


def check_dates(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to < valid_from:
        raise Refused("valid_to", _("结束日期不能早于开始日期"))


def check_texts(*, source: str, scope: str) -> None:
    for name, text, most in (("source", source, LONGEST_SOURCE), ("scope", scope, LONGEST_SCOPE)):
        if len(text) > most:
            raise Refused(name, _("最多 %(n)s 个字") % {"n": most})


def overlaps(one: Membership, other: Membership) -> bool:
    """Whether two spans have a day in common; both first and last day are included."""
    return (one.valid_to is None or other.valid_from <= one.valid_to) and (
        other.valid_to is None or one.valid_from <= other.valid_to
    )


def check_beside(post: Membership, others: Iterable[Membership]) -> None:
    """This post of a person may stand beside their `others`: not twice the same, and 三员 beside nothing at all.

    Source of the second: 三员分立 (GB/T 22239). An administrator who sees the content of cases, or counts and rates
    them, would administer what they are interested in (decision 0028).
    """
    for other in others:
        if other.pk == post.pk or not overlaps(post, other):
            continue
        if (other.organisation_id, other.role) == (post.organisation_id, post.role):
            raise Refused("valid_from", _("这个人在这些日期里已经担任同一岗位"))
        admins = [role for role in (post.role, other.role) if role in ADMIN_ROLES]
        if len(admins) == 2:
            raise Refused("role", _("系统管理员、安全管理员、审计管理员不能由同一人同时担任"))
        if admins:
            raise Refused("role", _("三员不能同时担任其他岗位，请先结束其中一个岗位"))
