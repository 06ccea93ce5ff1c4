"""Acceptance and dispatch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import Klass
from foundation.errors import Refused
from parties.roles import Role
from workflow.actor import Actor
from workflow.rules import Permission, condition

if TYPE_CHECKING:
    from cases.demands.models import Case

may_accept = Permission({"office_id": frozenset({Role.INTAKE})}, _("只有本办公室的受理员可以受理"))
may_dispatch = Permission({"office_id": frozenset({Role.DISPATCHER})}, _("只有本办公室的派单员可以派单"), system=True)


@condition(_("还没有定类别、档次和紧急程度"))
def has_class(case: "Case") -> bool:
    return bool(case.klass) and case.category_id is not None


def check_accept(
    case: "Case", actor: Actor, *, category: Any, klass: str, urgent: bool, duty_item: Any, duplicates_seen: bool
) -> None:
    if klass not in Klass.values:
        raise Refused("klass", _("请选择档次"))
    if duty_item is not None and duty_item.category_id != category.pk:
        raise Refused("duty_item", _("这条职责不属于所选类别"))


def check_dispatch(
    case: "Case",
    actor: Actor,
    *,
    lead: Any,
    duty_item: Any,
    dispatcher: int | None = None,
    stood_in_for: Sequence[int] = (),
) -> None:
    if lead.pk not in duty_item.owner_ids:
        raise Refused("lead", _("职责清单里，这件事不归所选部门"))
    if not lead.active:
        raise Refused("lead", _("这个部门已停用"))
