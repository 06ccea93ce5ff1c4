"""Who may do what to a demand and what must hold first; and which inputs a move takes.

Source of every row: the page “case lifecycle”, table “Moves”. No statement runs in a predicate.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import GIVEN, SECRETARY_SIGNS, ContactChannel, Klass, Outcome
from foundation.errors import Refused, WrongMoment
from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.rules import Permission, condition, restriction

if TYPE_CHECKING:
    from cases.demands.models import Case
    from parties.models import Membership

LONGEST_TITLE = 60
LONGEST_TEXT = 4000
LONGEST_MESSAGE = 20_000  # of another channel: it is taken as it came, nobody can be asked to write it shorter
SHORTEST_TEXT = 10
MOST_STEPS = 20
MOST_POINTS = 10  # of one request to the firm
MOST_ASKED = 2  # rounds of questions to the firm (move 17)
ARCHIVED_AFTER = dt.timedelta(days=30)  # from closing or ending (move 40)

# --- who ---


@restriction(_("咨询和一般诉求由分管负责人审签；复杂和疑难诉求须党组书记本人审签"))
def is_the_signer_of_this_class(case: "Case", actor: Actor) -> bool:
    wanted = Role.DEPARTMENT_SECRETARY if case.klass in SECRETARY_SIGNS else Role.DEPUTY_HEAD
    return actor.role == wanted


@restriction(_("承办人不能审签自己办理的结果"))
def is_not_the_handler(case: "Case", actor: Actor) -> bool:
    return case.handler_id != actor.user_id


@restriction(_("本件由另一位承办人办理"))
def is_the_handler(case: "Case", actor: Actor) -> bool:
    return case.handler_id == actor.user_id


@restriction(_("签收后由本件承办人登记首联"))
def may_speak_for_the_case(case: "Case", actor: Actor) -> bool:
    return actor.role == Role.DEPARTMENT_LIAISON or case.handler_id == actor.user_id


FIRM = {"enterprise_id": ENTERPRISE_ROLES}

may_submit = Permission(FIRM, _("只有本企业可以提交"))
may_register = Permission({"office_id": frozenset({Role.INTAKE})}, _("只有受理员可以登记外部渠道的诉求"), system=True)
may_accept = Permission({"office_id": frozenset({Role.INTAKE})}, _("只有本办公室的受理员可以受理"))
may_dispatch = Permission({"office_id": frozenset({Role.DISPATCHER})}, _("只有本办公室的派单员可以派单"), system=True)
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
may_submit_result = Permission(
    {"lead_id": frozenset({Role.HANDLER})}, _("只有主办部门的承办人可以提交结果"), (is_the_handler,)
)
may_sign = Permission(
    {"lead_id": frozenset({Role.DEPUTY_HEAD, Role.DEPARTMENT_SECRETARY})},
    _("只有主办部门的分管负责人或党组书记可以审签"),
    (is_the_signer_of_this_class, is_not_the_handler),
)
may_confirm = Permission(FIRM, _("只有提出企业可以确认，任何人不能代为确认"))
may_ask_completion = Permission({"office_id": frozenset({Role.INTAKE})}, _("只有本办公室的受理员可以要求补正"))
may_complete = Permission(FIRM, _("只有提出企业可以补正"))
may_ask_firm = Permission(
    {"lead_id": frozenset({Role.HANDLER})}, _("只有主办部门的承办人可以请企业补充"), (is_the_handler,)
)
may_answer = Permission(FIRM, _("只有提出企业可以补充"))
may_name_handler = Permission(
    {"lead_id": frozenset({Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD})},
    _("只有主办部门的联络员和分管负责人可以更换承办人"),
)
only_the_system = Permission({}, _("这一步由系统按时限办理"), system=True)

# --- what must hold first ---


@condition(_("已经要求补正过一次，请受理或者不予受理"))
def was_not_asked_to_complete(case: "Case") -> bool:
    return case.completion_asked_at is None


@condition(_("已经请企业补充过两次，请按现有情况办理"))
def may_be_asked_again(case: "Case") -> bool:
    return case.firm_asked < MOST_ASKED


@condition(_("还没有定类别、档次和紧急程度"))
def has_class(case: "Case") -> bool:
    return bool(case.klass) and case.category_id is not None


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


@condition(_("请先登记首联，再提交结果"))
def was_contacted(case: "Case") -> bool:
    return case.first_contact_at is not None


@condition(_("请先登记办理方案，再提交结果（咨询类除外）"))
def has_plan_when_needed(case: "Case") -> bool:
    return case.klass == Klass.INQUIRY or case.planned_at is not None


# --- which inputs ---


def check_text(field: str, value: str, *, least: int = 1, most: int = LONGEST_TEXT) -> None:
    """Refuse a text that is empty, shorter than `least` or longer than `most` characters."""
    length = len(value.strip())
    if length == 0:
        raise Refused(field, _("请填写这一项"))
    if length < least:
        raise Refused(field, _("请写得具体些，至少 %(n)s 个字") % {"n": least})
    if length > most:
        raise Refused(field, _("内容太长，最多 %(n)s 个字") % {"n": most})


def check_submit(case: "Case", actor: Actor, *, number: str) -> None:
    check_text("title", case.title, most=LONGEST_TITLE)
    check_text("text", case.text, least=SHORTEST_TEXT)
    if not case.contact_phone.strip():
        raise Refused("contact_phone", _("请留一个联系电话，承办部门据此首联"))


def check_register(case: "Case", actor: Actor, *, number: str) -> None:
    check_text("text", case.text, most=LONGEST_MESSAGE)


def check_accept(
    case: "Case", actor: Actor, *, category: Any, klass: str, urgent: bool, duty_item: Any, duplicates_seen: bool
) -> None:
    if klass not in Klass.values:
        raise Refused("klass", _("请选择档次"))
    if duty_item is not None and duty_item.category_id != category.pk:
        raise Refused("duty_item", _("这条职责不属于所选类别"))


def check_dispatch(case: "Case", actor: Actor, *, lead: Any, duty_item: Any) -> None:
    if lead.pk not in duty_item.owner_ids:
        raise Refused("lead", _("职责清单里，这件事不归所选部门"))
    if not lead.active:
        raise Refused("lead", _("这个部门已停用"))


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


def check_submit_result(case: "Case", actor: Actor, *, outcome: str, text: str, evidence: str) -> None:
    if outcome not in Outcome.values:
        raise Refused("outcome", _("请选择办理结果"))
    check_text("text", text, least=SHORTEST_TEXT)
    check_text("evidence", evidence, least=4, most=1000)


def check_return_result(case: "Case", actor: Actor, *, reason: str) -> None:
    check_text("reason", reason, least=4, most=1000)


def check_deny_contact(case: "Case", actor: Actor, *, reason: str) -> None:
    check_text("reason", reason, least=2, most=500)


def check_confirm(case: "Case", actor: Actor, *, confirmation: str) -> None:
    if confirmation not in GIVEN:
        raise Refused("confirmation", _("请选择问题是否解决"))


def check_request_completion(case: "Case", actor: Actor, *, points: Sequence[str]) -> None:
    """Source: move 2, a list of what is missing."""
    if not points:
        raise Refused("points", _("请逐条写明要企业补什么"))
    if len(points) > MOST_POINTS:
        raise Refused("points", _("一次最多 %(n)s 条") % {"n": MOST_POINTS})
    for point in points:
        check_text("points", point, least=2, most=200)


check_ask_firm = check_request_completion


def check_complete(case: "Case", actor: Actor, *, answer: str) -> None:
    check_text("answer", answer, least=2, most=LONGEST_TEXT)


check_answer = check_complete


def check_name_handler(case: "Case", actor: Actor, *, handler: "Membership", reason: str) -> None:
    check_acknowledge(case, actor, handler=handler)
    if handler.user_id == case.handler_id and not case.stand_in:
        raise Refused("handler", _("这位已经是承办人"))
    check_text("reason", reason, least=2, most=500)


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


# Words that promise without a date; flagged for the signer, never refused (case lifecycle, move 24).
VAGUE_WORDS = ("近期", "尽快", "研究", "适时", "抓紧", "逐步", "争取")


def vague_words(text: str) -> list[str]:
    """The vague words of a text in the order in which they stand, each as often as it stands."""
    hits = [(at, word) for word in VAGUE_WORDS for at in range(len(text)) if text.startswith(word, at)]
    return [word for _at, word in sorted(hits)]
