"""Redo, withdrawal and its undoing, nudge (moves 27, 30, 30a and 37a)."""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import CaseState, Ending
from cases.demands.rules.people import FIRM
from cases.demands.rules.texts import check_text
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.actor import Actor
from workflow.rules import Permission, condition, moment

if TYPE_CHECKING:
    from cases.demands.models import Case
    from parties.models import Membership

MOST_ROUNDS = 3  # the first and at most two more (move 27)
REDONE_WITHIN = dt.timedelta(days=14)  # from closing
UNDONE_WITHIN = dt.timedelta(hours=24)  # from the withdrawal (move 30a)
NUDGE_EVERY = 2  # working days (move 37a)
CONTACT_BEFORE = dt.timedelta(hours=48)  # a withdrawal so soon after a contact by the department is flagged

may_redo = Permission(FIRM, _("只有提出企业可以申请重办"))
may_withdraw = Permission(FIRM, _("只有提出企业可以撤回和恢复"))
may_nudge = Permission(
    {"enterprise_id": ENTERPRISE_ROLES, "office_id": frozenset({Role.SUPERVISOR})},
    _("只有提出企业和督办员可以催办"),
)


@condition(_("已经重办过两次，不能再申请重办"))
def may_be_redone(case: "Case") -> bool:
    return case.round < MOST_ROUNDS


@moment(_("办结已超过 14 天，不能再申请重办"))
def closed_lately(case: "Case", now: dt.datetime) -> bool:
    return case.state != CaseState.CLOSED or case.closed_at is None or now <= case.closed_at + REDONE_WITHIN


@condition(_("本件不是企业撤回的，不能恢复"))
def was_withdrawn(case: "Case") -> bool:
    return case.ending == Ending.WITHDRAWN


@moment(_("撤回已超过 24 小时，不能恢复；仍需办理请重新提交"))
def withdrawn_lately(case: "Case", now: dt.datetime) -> bool:
    return case.ended_at is None or now <= case.ended_at + UNDONE_WITHIN


@moment(_("两个工作日内已经催办过一次"))
def was_not_nudged_lately(case: "Case", now: dt.datetime) -> bool:
    return case.nudge_again_at is None or now >= case.nudge_again_at


def check_redo(case: "Case", actor: Actor, *, reason: str, stand_in: "Membership | None") -> None:
    check_text("reason", reason, least=4, most=1000)


def check_withdraw(case: "Case", actor: Actor, *, reason: str) -> None:
    check_text("reason", reason, least=2, most=1000)


def check_nudge(case: "Case", actor: Actor, *, text: str, again_at: dt.datetime) -> None:
    if text:
        check_text("text", text, most=500)
