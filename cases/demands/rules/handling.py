"""What the department does from acknowledgement to the result."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import ContactChannel, Klass
from cases.demands.rules.people import FIRM, is_the_handler
from cases.demands.rules.texts import check_text
from foundation.errors import Refused, WrongMoment
from parties.roles import DEPARTMENT_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.rules import Permission, condition, restriction

if TYPE_CHECKING:
    from cases.demands.models import Case
    from parties.models import Membership

MOST_STEPS = 20


@restriction(_("签收后由本件承办人登记首联"))
def may_speak_for_the_case(case: "Case", actor: Actor) -> bool:
    return actor.role == Role.DEPARTMENT_LIAISON or case.handler_id == actor.person_id


may_acknowledge = Permission({"lead_id": frozenset({Role.DEPARTMENT_LIAISON})}, _("只有主办部门的联络员可以签收"))


may_record_contact = Permission(
    {"lead_id": frozenset({Role.DEPARTMENT_LIAISON, Role.HANDLER})},
    _("只有主办部门的联络员和承办人可以登记首联"),
    (may_speak_for_the_case,),
)

may_deny_contact = Permission(FIRM, _("只有提出企业可以标记未联系"))


may_save_plan = Permission(
    {"lead_id": frozenset({Role.HANDLER})}, _("只有主办部门的承办人可以登记方案"), (is_the_handler,)
)


may_note = Permission(
    {"lead_id": DEPARTMENT_ROLES, "office_id": OFFICE_ROLES}, _("只有主办部门和平台办公室可以写内部备注")
)

may_reply = Permission({"lead_id": DEPARTMENT_ROLES}, _("只有主办部门可以公开答复"))


may_name_handler = Permission(
    {"lead_id": frozenset({Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD})},
    _("只有主办部门的联络员和分管负责人可以更换承办人"),
)


@condition(_("首联已经登记过"))
def has_no_first_contact(case: "Case") -> bool:
    return case.first_contact_at is None


@condition(_("主办部门还没有登记首联"))
def has_first_contact(case: "Case") -> bool:
    return case.first_contact_at is not None


@condition(_("您已经标记过未联系"))
def contact_is_not_denied(case: "Case") -> bool:
    return case.first_contact_denied_at is None


@condition(_("咨询类诉求不需要办理方案"))
def needs_a_plan(case: "Case") -> bool:
    return case.klass != Klass.INQUIRY


@condition(_("方案已经登记过"))
def has_no_plan(case: "Case") -> bool:
    return case.planned_at is None


def check_acknowledge(case: "Case", actor: Actor, *, handler: Any) -> None:
    if handler.organisation_id != case.lead_id or handler.role != Role.HANDLER:
        raise Refused("handler", _("请从本部门的承办人中选择"))


def check_acknowledge_overdue(case: "Case", actor: Actor, *, stand_in: "Membership | None") -> None:
    if stand_in is None:
        raise WrongMoment(_("主办部门没有在任的人员，无法自动签收"))


def check_record_contact(
    case: "Case", actor: Actor, *, contacted_at: dt.datetime, channel: str, person: str, summary: str
) -> None:
    if channel not in ContactChannel.values:
        raise Refused("channel", _("请选择联系方式"))
    check_text("person", person, most=40)
    check_text("summary", summary, least=4, most=500)
    if contacted_at > actor.now:
        raise Refused("contacted_at", _("联系时间不能晚于现在"))
    # People give the time to the minute; a call in the minute of the dispatch came after it.
    if case.dispatched_at is not None and contacted_at < case.dispatched_at.replace(second=0, microsecond=0):
        raise Refused("contacted_at", _("联系时间不能早于派单时间"))


def check_save_plan(case: "Case", actor: Actor, *, steps: Sequence[tuple[str, dt.date]]) -> None:
    if not steps:
        raise Refused("steps", _("请至少写一个步骤和它的完成日期"))
    if len(steps) > MOST_STEPS:
        raise Refused("steps", _("步骤太多，最多 %(n)s 个") % {"n": MOST_STEPS})
    today = actor.now.astimezone(ZONE).date()
    for text, day in steps:
        check_text("steps", text, most=120)
        if day < today:
            raise Refused("steps", _("步骤的完成日期不能早于今天"))


def check_note_internal(case: "Case", actor: Actor, *, text: str) -> None:
    check_text("text", text, most=1000)


check_reply_public = check_note_internal


def check_deny_contact(case: "Case", actor: Actor, *, reason: str) -> None:
    check_text("reason", reason, least=2, most=500)


def check_name_handler(case: "Case", actor: Actor, *, handler: "Membership", reason: str) -> None:
    check_acknowledge(case, actor, handler=handler)
    if handler.user_id == case.handler_id and not case.stand_in:
        raise Refused("handler", _("这位已经是承办人"))
    check_text("reason", reason, least=2, most=500)
