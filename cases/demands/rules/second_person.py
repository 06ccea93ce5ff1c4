"""Moves of the platform office that take two people: who proposes, who consents, and what may be proposed."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import DeclineReason, Klass
from cases.demands.rules.texts import check_text
from foundation.errors import Refused
from parties.roles import Role
from workflow.actor import Actor
from workflow.rules import Permission, condition

if TYPE_CHECKING:
    from cases.demands.models import Case

LONGEST_EXPLANATION = 1000
LONGEST_CHANNEL = 80
HEAVIER = {klass.value: list(Klass)[n + 1 :] for n, klass in enumerate(Klass)}  # the classes above each

may_propose_decline = Permission({"office_id": frozenset({Role.INTAKE})}, _("只有本办公室的受理员可以提请不予受理"))
may_propose_reclassify = Permission({"office_id": frozenset({Role.DISPATCHER})}, _("只有本办公室的派单员可以提请升档"))
# The glossary, “Roles”: the second person is another intake or a supervisor of the same office.
second_of_the_office = Permission(
    {"office_id": frozenset({Role.INTAKE, Role.SUPERVISOR})}, _("须由同一办公室的另一位受理员或督办员决定")
)


@condition(_("已经升过一次档，不能再升"))
def was_not_reclassified(case: "Case") -> bool:
    return not case.reclassified_from


@condition(_("方案已经登记，不能再升档"))
def has_no_plan_yet(case: "Case") -> bool:
    return case.planned_at is None


@condition(_("已经是最高档次"))
def has_a_heavier_class(case: "Case") -> bool:
    return bool(HEAVIER.get(case.klass))


def check_decline(
    case: "Case", actor: Actor, *, declined_for: str, channel: str, channel_contact: str, explanation: str
) -> None:
    if declined_for not in DeclineReason.values:
        raise Refused("declined_for", _("请选择不予受理的原因"))
    if declined_for == DeclineReason.OUT_OF_SCOPE:
        check_text("channel", channel, most=LONGEST_CHANNEL)
        check_text("channel_contact", channel_contact, most=LONGEST_CHANNEL)
    elif channel.strip() or channel_contact.strip():
        raise Refused("channel", _("只有“非职责范围”才写应找的部门或渠道"))
    check_text("explanation", explanation, most=LONGEST_EXPLANATION)


def check_reclassify(case: "Case", actor: Actor, *, klass: str, reason: str) -> None:
    if klass not in Klass.values:
        raise Refused("klass", _("请选择档次"))
    if klass not in HEAVIER[case.klass]:
        raise Refused("klass", _("只能往上升档，现在是“%(klass)s”") % {"klass": Klass(case.klass).label})
    check_text("reason", reason, most=LONGEST_EXPLANATION)
