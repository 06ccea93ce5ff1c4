"""Result, signature, confirmation, default closing, archive."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import GIVEN, SECRETARY_SIGNS, Klass, Outcome
from cases.demands.rules.origin import is_ordered
from cases.demands.rules.people import FIRM, is_the_handler
from cases.demands.rules.texts import SHORTEST_TEXT, check_text
from foundation.errors import Refused, WrongMoment
from parties.roles import Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.rules import Permission, condition, restriction

if TYPE_CHECKING:
    from cases.demands.models import Case

ARCHIVED_AFTER = dt.timedelta(days=30)  # from closing or ending (move 40)


def signer_of(case: "Case") -> Role:
    """The role that signs the result of this class, round and origin (move 24)."""
    heavy = case.klass in SECRETARY_SIGNS or case.round > 1 or is_ordered(case)
    return Role.DEPARTMENT_SECRETARY if heavy else Role.DEPUTY_HEAD


@restriction(_("咨询和一般诉求由分管负责人审签；复杂、疑难、重办的诉求和会议、批示事项须党组书记本人审签"))
def is_the_signer_of_this_class(case: "Case", actor: Actor) -> bool:
    return actor.role == case.signer_role


@restriction(_("承办人不能审签自己办理的结果"))
def is_not_the_handler(case: "Case", actor: Actor) -> bool:
    return case.handler_id not in actor.persons


may_submit_result = Permission(
    {"lead_id": frozenset({Role.HANDLER})}, _("只有主办部门的承办人可以提交结果"), (is_the_handler,)
)


may_sign = Permission(
    {"lead_id": frozenset({Role.DEPUTY_HEAD, Role.DEPARTMENT_SECRETARY})},
    _("只有主办部门的分管负责人或党组书记可以审签"),
    (is_the_signer_of_this_class, is_not_the_handler),
)

may_confirm = Permission(FIRM, _("只有提出企业可以确认，任何人不能代为确认"))


@condition(_("请先登记首联，再提交结果"))
def was_contacted(case: "Case") -> bool:
    return case.first_contact_at is not None


@condition(_("请先登记办理方案，再提交结果（咨询类除外）"))
def has_plan_when_needed(case: "Case") -> bool:
    return case.klass == Klass.INQUIRY or case.planned_at is not None


def check_submit_result(
    case: "Case", actor: Actor, *, outcome: str, text: str, evidence: str, signers: Collection[str] = ()
) -> None:
    if outcome not in Outcome.values:
        raise Refused("outcome", _("请选择办理结果"))
    check_text("text", text, least=SHORTEST_TEXT)
    check_text("evidence", evidence, least=4, most=1000)


def check_return_result(case: "Case", actor: Actor, *, reason: str) -> None:
    check_text("reason", reason, least=4, most=1000)


def check_confirm(case: "Case", actor: Actor, *, confirmation: str) -> None:
    if confirmation not in GIVEN:
        raise Refused("confirmation", _("请选择问题是否解决"))


def check_close_unanswered(
    case: "Case", actor: Actor, *, known_at: dt.datetime, reminded_at: dt.datetime | None
) -> None:
    """The firm was reminded, and the working day after the last reminder is over.

    With reminders in time this is so when the term ends; after a standstill the firm still gets that day
    (docs/decisions/0014).
    """
    if reminded_at is None:
        raise WrongMoment(_("还没有提醒过企业"))
    calendar = calendar_in_force()
    day = calendar.nth_working_day_after(reminded_at.astimezone(ZONE).date(), 1)
    if known_at <= calendar.end_of_working_day(day):
        raise WrongMoment(_("提醒企业后还不满一个工作日"))


check_end_incomplete = check_close_unanswered


def check_archive(case: "Case", actor: Actor) -> None:
    over = case.closed_at or case.ended_at
    if over is None or over + ARCHIVED_AFTER > actor.now:
        raise WrongMoment(_("办结或终止满 30 天后归档"))
