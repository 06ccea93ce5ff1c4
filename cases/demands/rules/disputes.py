"""Sending back, arbitration, transfer, and the hand-over between city and banner (moves 7a and 10 to 14)."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import ORDERED
from cases.demands.rules.texts import check_text
from foundation.errors import Refused, WrongMoment
from parties.roles import Role
from workflow.actor import Actor
from workflow.clock_rows import due_of
from workflow.clocks import ClockKind
from workflow.rules import NAMED, Permission, condition, moment, restriction

if TYPE_CHECKING:
    from cases.demands.models import Case
    from parties.models import Department, Membership, Office

SHORTEST_REASON = 4  # characters of a reasoned decision
CITY_CODE = "00"  # how the code of a city ends (GB/T 2260)

# --- who ---


@restriction(_("裁决须由派单人以外的裁决员作出"))
def did_not_dispatch_it(case: "Case", actor: Actor) -> bool:
    return actor.persons.isdisjoint({case.dispatched_by_id, *case.dispatched_for})


may_send_back = Permission({"lead_id": frozenset({Role.DEPARTMENT_LIAISON})}, _("只有主办部门的联络员可以提出退单"))
may_consent_to_return = Permission({"lead_id": frozenset({Role.DEPARTMENT_HEAD})}, _("退单须经主办部门主要负责人同意"))
may_take_over = Permission(
    {NAMED: frozenset({Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD})},
    _("转办须经接收部门的联络员或负责人同意"),
)
may_take_up = Permission({NAMED: frozenset({Role.DISPATCHER, Role.ARBITRATOR})}, _("上报须由市平台办公室决定"))
may_arbitrate = Permission(
    {"office_id": frozenset({Role.ARBITRATOR})}, _("只有本办公室的裁决员可以裁决退单"), (did_not_dispatch_it,)
)
may_transfer = Permission(
    {"lead_id": frozenset({Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD})},
    _("只有主办部门的联络员和分管负责人可以提出转办"),
)
may_reassign = Permission({"office_id": frozenset({Role.DISPATCHER})}, _("只有本办公室的派单员可以直接转办"))
may_pass_down = Permission({"office_id": frozenset({Role.DISPATCHER})}, _("只有市平台办公室的派单员可以转旗区办理"))
may_report_up = Permission({"office_id": frozenset({Role.DISPATCHER})}, _("只有旗区平台办公室的派单员可以上报市级"))

# --- what must hold first ---


@condition(_("本部门已经退过一次单"))
def was_not_sent_back_by_the_lead(case: "Case") -> bool:
    return case.lead_id not in case.sent_back


@moment(_("签收时限已过，不能再退单"))
def acknowledge_term_runs(case: "Case", now: dt.datetime) -> bool:
    """Until the acknowledge clock is over, after which the system acknowledges and the right is lost (move 9)."""
    return case.next_clock != ClockKind.ACKNOWLEDGE or case.next_due_at is None or now <= case.next_due_at


@condition(_("本部门已同意接收这次转办，不能再退单"))
def lead_may_return(case: "Case") -> bool:
    return not case.no_return


@condition(_("本件由会议纪要或领导批示直接交办，不能退单；应由其他部门办理的，请签收后转办"))
def was_sent_by_the_duty_list(case: "Case") -> bool:
    """What a meeting or a leader has decided the office does not arbitrate again, and there is no clause to dispute."""
    return case.duty_item_id is not None or case.origin not in ORDERED


@condition(_("两个以上部门退过单，才能兜底交办"))
def several_sent_it_back(case: "Case") -> bool:
    return len(case.sent_back) >= 2


@condition(_("本部门已经转办过一次"))
def was_not_transferred_by_the_lead(case: "Case") -> bool:
    return case.lead_id not in case.transferred


@condition(_("本件不在市级，不能再转旗区"))
def belongs_to_the_city(case: "Case") -> bool:
    return str(case.district_id).endswith(CITY_CODE)


@condition(_("本件已在市级，不用上报"))
def belongs_to_a_banner(case: "Case") -> bool:
    return not str(case.district_id).endswith(CITY_CODE)


@condition(_("已经转过一次旗区"))
def was_not_passed_down(case: "Case") -> bool:
    return case.passed_down_at is None


@condition(_("已经上报过一次"))
def was_not_reported_up(case: "Case") -> bool:
    return case.reported_up_at is None


# --- which inputs ---


def check_send_back(case: "Case", actor: Actor, *, clause: str, suggested: "Department | None") -> None:
    """The moment `acknowledge_term_runs` sees the clock that is due first, which may be another one that is late."""
    due = due_of(case.ledger_kind, case.pk, ClockKind.ACKNOWLEDGE)
    if due is not None and actor.now > due:
        raise WrongMoment(acknowledge_term_runs.sentence)
    check_text("clause", clause, least=SHORTEST_REASON, most=300)
    if suggested is not None and suggested.pk == case.lead_id:
        raise Refused("suggested", _("请建议本部门以外的责任部门"))


def check_uphold_return(case: "Case", actor: Actor, *, reason: str) -> None:
    check_text("reason", reason, least=SHORTEST_REASON, most=1000)


def check_reject_return(case: "Case", actor: Actor, *, reason: str, stand_in: "Membership | None") -> None:
    check_text("reason", reason, least=SHORTEST_REASON, most=1000)
    if stand_in is None:
        raise WrongMoment(_("主办部门没有在任的人员，无法交其办理"))


def check_assign_lead(
    case: "Case", actor: Actor, *, lead: "Department", reason: str, stand_in: "Membership | None"
) -> None:
    check_text("reason", reason, least=SHORTEST_REASON, most=1000)
    if not lead.active:
        raise Refused("lead", _("这个部门已停用"))
    if stand_in is None:
        raise Refused("lead", _("这个部门没有在任的人员"))


def check_transfer(case: "Case", actor: Actor, *, lead: "Department") -> None:
    if lead.pk == case.lead_id:
        raise Refused("lead", _("请选择本部门以外的接收部门"))
    if not lead.active:
        raise Refused("lead", _("这个部门已停用"))


def check_reassign(
    case: "Case",
    actor: Actor,
    *,
    lead: "Department",
    duty_item: Any,
    reason: str,
    dispatcher: int | None,
    stood_in_for: Sequence[int] = (),
) -> None:
    check_text("reason", reason, least=SHORTEST_REASON, most=1000)
    check_transfer(case, actor, lead=lead)
    if lead.pk not in duty_item.owner_ids:
        raise Refused("lead", _("职责清单里，这件事不归所选部门"))


def check_pass_down(case: "Case", actor: Actor, *, office: "Office", reason: str) -> None:
    check_text("reason", reason, least=SHORTEST_REASON, most=1000)
    if office.serves.parent_id != case.district_id:
        raise Refused("office", _("请选择本市旗区的平台办公室"))


def check_report_up(case: "Case", actor: Actor, *, office: "Office | None" = None) -> None:
    """The office is found when the city office consents; before, only whether there is one is asked elsewhere."""
    if office is not None and not str(office.serves_id).endswith(CITY_CODE):
        raise WrongMoment(_("只能上报给市平台办公室"))
