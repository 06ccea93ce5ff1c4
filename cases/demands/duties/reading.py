"""The duty list as people read it: searched, one matter with its versions, and what a version changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cases.demands.duties.changes import Wording
from cases.demands.enums import Klass
from cases.demands.models import Case, DutyItem
from parties.roles import DEPARTMENT_ROLES
from workflow.actor import Actor

SHOWN_VERSIONS = 30


def found(wishes: Mapping[str, Any]) -> QuerySet[DutyItem]:
    """The matters that meet the wishes (`words`, `category`, `department` as its code, `retired`), by code.

    Three statements when evaluated. A retired matter is shown in its last version.
    """
    items = DutyItem.objects.select_related("category").prefetch_related("owners").order_by("code", "version")
    if wishes.get("retired"):
        newer = DutyItem.objects.filter(code=OuterRef("code"), version__gt=OuterRef("version"))
        items = items.filter(~Exists(newer), active=False)
    else:
        items = items.filter(active=True)
    if category := wishes.get("category"):
        items = items.filter(category_id=category)
    if department := wishes.get("department"):
        items = items.filter(pk__in=DutyItem.objects.filter(owners__code=department).values("pk"))
    for word in (wishes.get("words") or "").split():
        items = items.filter(
            Q(matter__icontains=word)
            | Q(legal_basis__icontains=word)
            | Q(law_text__icontains=word)
            | Q(code__istartswith=word)
        )
    return items


def versions(code: str) -> QuerySet[DutyItem]:
    """Every version of a matter, the newest first, with owners; three statements when evaluated."""
    return DutyItem.objects.filter(code=code).select_related("category").prefetch_related("owners").order_by("-version")


def dispatched_under(item: DutyItem, actor: Actor) -> QuerySet[Case] | None:
    """The demands dispatched under this version, for a reader who may see them all; None for anybody else.

    That is the department that owns the matter alone. Who may see a part of them is told nothing, and the figure counts
    what this reader may open: it never says that something lies beyond.
    """
    if actor.role not in DEPARTMENT_ROLES or item.owner_ids != {actor.organisation_id}:
        return None
    return Case.objects.visible_to(actor).filter(duty_item=item, dispatched_at__isnull=False)


@dataclass(frozen=True)
class Difference:
    """One field that a version says otherwise."""

    label: str
    before: str
    after: str


def said(item: DutyItem) -> dict[str, str]:
    """What a version says, as it is read. No statement when category and owners are loaded."""
    return _lines(
        category=str(item.category),
        matter=item.matter,
        basis=item.legal_basis,
        law_text=item.law_text,
        law_url=item.law_url,
        klass=item.klass,
        owners=sorted((owner.code, owner.name) for owner in item.owners.all()),
    )


def proposed(wording: Wording) -> dict[str, str]:
    """The same of a wording that is no version yet."""
    return _lines(
        category=str(wording.category),
        matter=wording.matter,
        basis=wording.legal_basis,
        law_text=wording.law_text,
        law_url=wording.law_url,
        klass=wording.klass,
        owners=sorted((owner.code, owner.name) for owner in wording.owners),
    )


def _lines(
    *, category: str, matter: str, basis: str, law_text: str, law_url: str, klass: str, owners: list[tuple[str, str]]
) -> dict[str, str]:
    return {
        _("类别"): category,
        _("事项"): matter,
        _("法定依据"): basis,
        _("条文"): law_text,
        _("条文网址"): law_url,
        _("通常档次"): str(Klass(klass).label),
        _("责任部门"): _("、").join(name for _code, name in owners),
    }


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """The lines that are not the same."""
    return [
        Difference(label, before.get(label, ""), text) for label, text in after.items() if before.get(label) != text
    ]
