"""Party organisations of firms: entered, changed; which firms they cover, and the mass organisations they lead."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.errors import NotVisible, Refused, WrongMoment
from parties import rights
from parties.by import By
from parties.changes.entries import activate, add, change
from parties.changes.keeping import MOST, insert, locked, refuse, remove, span, today, update
from parties.changes.spans import free_of_others
from parties.models import Enterprise, MassOrganisation, PartyCoverage, PartyOrganisation
from parties.roles import ENTERPRISE_ROLES

SINGLE = PartyOrganisation.Formation.SINGLE
JOINT_BRANCH = PartyOrganisation.Kind.JOINT_BRANCH
LONGEST_HEAD = 40


def add_party_organisation(*, by: By, **fields: Any) -> PartyOrganisation:
    """The party organisation is in the directory. Raises NotYours and Refused.

    `fields`: name, kind, formation, district, superior (an industry committee), secretary (a user), full_members,
    probationary_members, counted_on.
    """
    return add(PartyOrganisation, fields, by=by, check=_as_formed(by))


def change_party_organisation(
    organisation: PartyOrganisation, *, by: By, seen: str, **fields: Any
) -> PartyOrganisation:
    """The party organisation has these values. Raises NotYours, NotVisible, Changed and Refused."""
    own = covers_own_firm(organisation, by)
    return change(organisation, fields, by=by, seen=seen, check=_as_formed(by), own=own)


def set_party_organisation_active(
    organisation: PartyOrganisation, *, by: By, seen: str, active: bool
) -> PartyOrganisation:
    """The party organisation exists from now on, or no longer. Raises as `change_party_organisation`."""
    return activate(organisation, by=by, seen=seen, active=active)


def covers_own_firm(organisation: PartyOrganisation, by: By) -> bool:
    """Whether it covers the firm this person acts for; one statement for people of firms, none for others."""
    if by.role not in ENTERPRISE_ROLES:
        return False
    return PartyOrganisation.objects.covering(by.organisation_id, by).filter(pk=organisation.pk).exists()


def _as_formed(by: By) -> Any:
    """What its formation says holds: a joint branch is for several firms, and 单建 is for one."""

    def check(now: PartyOrganisation | None, values: dict[str, Any]) -> None:
        kind = values.get("kind", now.kind if now else "")
        formation = values.get("formation", now.formation if now else SINGLE)
        if formation != SINGLE:
            return
        if kind == JOINT_BRANCH:
            raise Refused("formation", _("联合支部服务几家企业，请选择联建或区域型联建"))
        if now is not None and "formation" in values and _covered(now, by).count() > 1:
            raise Refused("formation", _("现在覆盖的企业不止一家，不能改为单建"))

    return check


def _covered(organisation: PartyOrganisation, by: By) -> Any:
    """The coverages that hold today or begin later."""
    rows = PartyCoverage.objects.filter(party_organisation=organisation)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=today(by)))


def cover_firm(
    organisation: PartyOrganisation, *, by: By, enterprise: Enterprise, valid_from: date, valid_to: date | None = None
) -> PartyCoverage:
    """The party organisation covers the firm from one day to another (both included), or until that is ended.

    Raises NotYours, NotVisible, WrongMoment and Refused.
    """
    with transaction.atomic():
        now = _held(organisation, by)
        span(valid_from, valid_to)
        free_of_others(PartyCoverage.objects.filter(party_organisation=now), enterprise, valid_from, valid_to)
        if now.formation == SINGLE and _covered(now, by).exists():
            raise Refused("enterprise", _("单建的党组织只服务一家企业；覆盖几家的，请先改为联建"))
        row = PartyCoverage(party_organisation=now, enterprise=enterprise, valid_from=valid_from, valid_to=valid_to)
        return insert(row, by)


def end_coverage(coverage: PartyCoverage, *, by: By, valid_to: date) -> PartyCoverage:
    """The firm is covered up to this day. Raises NotYours, NotVisible, WrongMoment and Refused."""
    with transaction.atomic():
        _held(coverage.party_organisation, by, active=False)
        now = locked(coverage)
        if now.valid_to is not None:
            raise WrongMoment(_("对这家企业的覆盖已经结束"))
        span(now.valid_from, valid_to)
        return update(now, {"valid_to": valid_to}, by)


def set_mass_organisation(
    organisation: PartyOrganisation, *, by: By, kind: str, head: str = "", members: int = 0
) -> MassOrganisation:
    """The party organisation leads a mass organisation of this kind, with this head and so many members.

    Raises NotYours, NotVisible, WrongMoment and Refused.
    """
    head = " ".join(head.split())
    if kind not in MassOrganisation.Kind.values:
        raise Refused("kind", _("请从所列的值中选择"))
    if len(head) > LONGEST_HEAD or not head.isprintable():
        raise Refused("head", _("最多 %(n)s 个字") % {"n": LONGEST_HEAD})
    if isinstance(members, bool) or not isinstance(members, int) or not 0 <= members <= MOST:
        raise Refused("members", _("请填写 0 到 %(n)s 的整数") % {"n": MOST})
    with transaction.atomic():
        now = _held(organisation, by, own=True)
        row = MassOrganisation.objects.filter(party_organisation=now, kind=kind).first()
        if row is None:
            return insert(MassOrganisation(party_organisation=now, kind=kind, head=head, members=members), by)
        return update(row, {"head": head, "members": members}, by)


def remove_mass_organisation(organisation: PartyOrganisation, *, by: By, kind: str) -> None:
    """The party organisation leads no mass organisation of this kind. Raises NotYours and NotVisible."""
    with transaction.atomic():
        now = _held(organisation, by, own=True)
        row = MassOrganisation.objects.filter(party_organisation=now, kind=kind).first()
        if row is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        remove(row, by)


def _held(organisation: PartyOrganisation, by: By, *, own: bool = False, active: bool = True) -> PartyOrganisation:
    """The party organisation, locked, if this person keeps it, or with `own` if it covers their firm."""
    now = locked(organisation)
    if not (own and covers_own_firm(now, by)):
        refuse(rights.refusal_to_keep(now, by))
    if active and not now.active:
        raise WrongMoment(_("这一条目已经停用"))
    return now
