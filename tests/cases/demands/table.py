"""The table of moves as the design writes it, typed again by hand, and the inputs with which a move is tried.

Tests compare the product with this table; it must never be computed from the product.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import SimpleLazyObject

from cases.demands import moves
from cases.demands.models import Attachment, Case
from foundation.files.model import StoredFile
from parties.models import Department, Membership
from parties.roles import Role
from tests.factories import POINTS, Town, actor
from tests.files import upload
from workflow.actor import Actor
from workflow.clocks import ClockKind
from workflow.models import Proposal
from workflow.proposals import decide, propose

STATES = (
    "DRAFT",
    "SUBMITTED",
    "NEED_INFO",
    "ACCEPTED",
    "DISPATCHED",
    "RETURN_REVIEW",
    "IN_PROGRESS",
    "WAIT_ENTERPRISE",
    "RESULT_REVIEW",
    "AWAIT_CONFIRM",
    "CLOSED",
    "ENDED",
    "ARCHIVED",
)
# Nobody's turn any more.
OVER = ("CLOSED", "ENDED", "ARCHIVED")

STAFF = "ENTERPRISE_STAFF ENTERPRISE_SECRETARY"
DESK = "INTAKE DISPATCHER ARBITRATOR"
BUREAU = "DEPARTMENT_LIAISON HANDLER DEPUTY_HEAD DEPARTMENT_HEAD DEPARTMENT_SECRETARY"
BY_SYSTEM = {"system": "SYSTEM"}
OPEN = "SUBMITTED NEED_INFO ACCEPTED DISPATCHED RETURN_REVIEW IN_PROGRESS WAIT_ENTERPRISE RESULT_REVIEW AWAIT_CONFIRM"
NOT_WITH_THE_FIRM = "SUBMITTED ACCEPTED DISPATCHED RETURN_REVIEW IN_PROGRESS RESULT_REVIEW"
ACCEPTED = " ".join(STATES[3:])  # whoever accepted it, it was
WITH_LEAD = "DISPATCHED IN_PROGRESS WAIT_ENTERPRISE RESULT_REVIEW AWAIT_CONFIRM"

# move: who (organisation: roles), from, to (None: the state stays), label
MOVES: dict[str, tuple[dict[str, str], str, str | None, str]] = {
    "submit": ({"firm": STAFF}, "DRAFT", "SUBMITTED", "提交"),
    "register": ({"office": "INTAKE", "system": "SYSTEM"}, "DRAFT", "SUBMITTED", "认领登记"),
    "request_completion": ({"office": "INTAKE"}, "SUBMITTED", "NEED_INFO", "要求补正"),
    "complete": ({"firm": STAFF}, "NEED_INFO", "SUBMITTED", "补正提交"),
    "end_incomplete": (BY_SYSTEM, "NEED_INFO", "ENDED", "补正逾期"),
    "accept": ({"office": "INTAKE"}, "SUBMITTED", "ACCEPTED", "受理"),
    "dispatch": ({"office": "DISPATCHER", "system": "SYSTEM"}, "ACCEPTED", "DISPATCHED", "派单"),
    "decline": ({"office": "INTAKE"}, "SUBMITTED", "ENDED", "不予受理"),
    "reclassify": ({"office": "DISPATCHER"}, "ACCEPTED DISPATCHED IN_PROGRESS", None, "升档"),
    "send_back": ({"lead": "DEPARTMENT_LIAISON"}, "DISPATCHED", "RETURN_REVIEW", "退单"),
    "uphold_return": ({"office": "ARBITRATOR"}, "RETURN_REVIEW", "ACCEPTED", "同意退单"),
    "reject_return": ({"office": "ARBITRATOR"}, "RETURN_REVIEW", "IN_PROGRESS", "驳回退单"),
    "assign_lead": ({"office": "ARBITRATOR"}, "RETURN_REVIEW", "IN_PROGRESS", "兜底交办"),
    "transfer": ({"lead": "DEPARTMENT_LIAISON DEPUTY_HEAD"}, "IN_PROGRESS", "DISPATCHED", "转办"),
    "reassign": ({"office": "DISPATCHER"}, "IN_PROGRESS", "DISPATCHED", "平台转办"),
    "pass_down": ({"office": "DISPATCHER"}, "ACCEPTED", None, "市转旗区"),
    "report_up": ({"office": "DISPATCHER"}, "ACCEPTED", None, "上报市级"),
    "acknowledge": ({"lead": "DEPARTMENT_LIAISON"}, "DISPATCHED", "IN_PROGRESS", "签收"),
    "acknowledge_overdue": (BY_SYSTEM, "DISPATCHED", "IN_PROGRESS", "逾期自动签收"),
    "name_handler": ({"lead": "DEPARTMENT_LIAISON DEPUTY_HEAD"}, "IN_PROGRESS", None, "更换承办人"),
    "relieve_handler": (BY_SYSTEM, "IN_PROGRESS WAIT_ENTERPRISE RESULT_REVIEW AWAIT_CONFIRM", None, "承办人离任移交"),
    "record_contact": ({"lead": "DEPARTMENT_LIAISON HANDLER"}, "DISPATCHED IN_PROGRESS", None, "登记首联"),
    "deny_contact": ({"firm": STAFF}, "DISPATCHED IN_PROGRESS", None, "标记未联系"),
    "save_plan": ({"lead": "HANDLER"}, "IN_PROGRESS", None, "登记方案"),
    "ask_firm": ({"lead": "HANDLER"}, "IN_PROGRESS", "WAIT_ENTERPRISE", "请企业补充"),
    "answer": ({"firm": STAFF}, "WAIT_ENTERPRISE", "IN_PROGRESS", "企业补充"),
    "answer_overdue": (BY_SYSTEM, "WAIT_ENTERPRISE", "IN_PROGRESS", "补充逾期"),
    "note_internal": ({"lead": BUREAU, "office": DESK}, OPEN, None, "内部备注"),
    "reply_public": (
        {"lead": BUREAU},
        "DISPATCHED IN_PROGRESS WAIT_ENTERPRISE RESULT_REVIEW AWAIT_CONFIRM",
        None,
        "公开答复",
    ),
    "recalculate": (BY_SYSTEM, OPEN, None, "日历变更重算期限"),
    "relay_to_firm": ({"lead": "DEPARTMENT_LIAISON HANDLER"}, WITH_LEAD, None, "转递消息给企业"),
    "relay_to_department": ({"firm": STAFF}, WITH_LEAD, None, "转递消息给承办部门"),
    "reveal_firm": ({"firm": STAFF}, OPEN, None, "公开身份"),
    "submit_result": ({"lead": "HANDLER"}, "IN_PROGRESS", "RESULT_REVIEW", "提交结果"),
    "sign_off": ({"lead": "DEPUTY_HEAD DEPARTMENT_SECRETARY"}, "RESULT_REVIEW", "AWAIT_CONFIRM", "审签通过"),
    "return_result": ({"lead": "DEPUTY_HEAD DEPARTMENT_SECRETARY"}, "RESULT_REVIEW", "IN_PROGRESS", "审签退回"),
    "confirm": ({"firm": STAFF}, "AWAIT_CONFIRM", "CLOSED", "企业确认"),
    "close_unanswered": (BY_SYSTEM, "AWAIT_CONFIRM", "CLOSED", "默认办结"),
    "archive": (BY_SYSTEM, "CLOSED ENDED", "ARCHIVED", "归档"),
    "redo": ({"firm": STAFF}, "AWAIT_CONFIRM CLOSED", "IN_PROGRESS", "申请重办"),
    "withdraw": ({"firm": STAFF}, OPEN, "ENDED", "撤回"),
    "undo_withdrawal": ({"firm": STAFF}, "ENDED", "BEFORE", "撤回恢复"),
    "nudge": ({"firm": STAFF, "office": "SUPERVISOR"}, NOT_WITH_THE_FIRM, None, "催办"),
    "ask_recusal": ({"firm": STAFF}, OPEN, None, "申请回避"),
    "recuse": ({"office": DESK, "lead": BUREAU.replace(" HANDLER", "")}, f"{OPEN} CLOSED ENDED", None, "登记回避"),
    "lift_recusal": ({"office": DESK}, f"{OPEN} CLOSED ENDED", None, "解除回避"),
    "attach": ({"firm": STAFF}, OPEN, None, "添加附件"),
    "attach_public": ({"lead": "DEPARTMENT_LIAISON HANDLER", "office": DESK}, OPEN, None, "公开附件"),
    "attach_internal": ({"lead": "DEPARTMENT_LIAISON HANDLER", "office": DESK}, OPEN, None, "内部附件"),
    "release_attachment": ({"office": "INTAKE DISPATCHER"}, OPEN, None, "放行附件"),
    "withdraw_attachment": (
        {"firm": STAFF, "lead": "DEPARTMENT_LIAISON HANDLER", "office": DESK},
        OPEN,
        None,
        "撤回附件",
    ),
    "withdraw_internal": ({"lead": "DEPARTMENT_LIAISON HANDLER", "office": DESK}, OPEN, None, "撤回内部附件"),
    "issue_receipt": ({"firm": STAFF, "office": DESK}, ACCEPTED, None, "制发受理回执"),
    "issue_case_file": (
        {"firm": STAFF, "lead": BUREAU, "office": DESK},
        f"SUBMITTED NEED_INFO {ACCEPTED}",
        None,
        "制发办理单",
    ),
    "make_pack": ({"office": DESK}, f"{OPEN} CLOSED ENDED ARCHIVED", None, "生成证据包"),
    "open_from_origin": (BY_SYSTEM, "DRAFT", "ACCEPTED", "转入"),
    "hand_down": (BY_SYSTEM, "ACCEPTED", "DISPATCHED", "交办"),
    "move_date_by_origin": (
        BY_SYSTEM,
        "ACCEPTED DISPATCHED RETURN_REVIEW IN_PROGRESS WAIT_ENTERPRISE",
        None,
        "按会议纪要改期",
    ),
    "tie_by_origin": (
        BY_SYSTEM,
        "SUBMITTED NEED_INFO RESULT_REVIEW AWAIT_CONFIRM CLOSED ENDED",
        None,
        "列入会议任务事项",
    ),
    "untie_by_origin": (BY_SYSTEM, f"{OPEN} CLOSED ENDED", None, "移出会议任务事项"),
    "share_by_origin": (BY_SYSTEM, f"{OPEN} CLOSED ENDED ARCHIVED", None, "任务事项查看范围"),
    "end_by_correction": (BY_SYSTEM, OPEN, "ENDED", "纪要更正"),
    "confirm_by_office": ({"office": "INTAKE DISPATCHER"}, "AWAIT_CONFIRM", "CLOSED", "主办单位确认"),
    "record_opinion": ({"office": "SUPERVISOR"}, "AWAIT_CONFIRM", "CLOSED", "核实企业意见"),
}
# Moves that take two people: the table above says who proposes, this one who decides. The decider is the organisation
# that the proposal names: the department that would take the demand over, the office of the city.
DECIDED_BY: dict[str, dict[str, str]] = {
    "decline": {"office": "INTAKE SUPERVISOR"},
    "reclassify": {"office": "INTAKE SUPERVISOR"},
    "send_back": {"lead": "DEPARTMENT_HEAD"},
    "transfer": {"decider": "DEPARTMENT_LIAISON DEPUTY_HEAD DEPARTMENT_HEAD"},
    "report_up": {"decider": "DISPATCHER ARBITRATOR"},
}
# Moves under a restriction beyond role and organisation: the handler of the case, the signer of its class.
RESTRICTED = {
    *("record_contact", "save_plan", "submit_result", "ask_firm", "sign_off", "return_result"),
    "relay_to_firm",
    *("uphold_return", "reject_return", "assign_lead"),
}
WITH_FILES = ("attach", "attach_public", "attach_internal")
# Moves on one attachment, which must be there.
ON_A_FILE = ("release_attachment", "withdraw_attachment", "withdraw_internal")
APPENDS = {
    *WITH_FILES,
    *ON_A_FILE,
    *("note_internal", "reply_public", "recalculate", "nudge", "ask_recusal", "relay_to_firm", "relay_to_department"),
    *("issue_receipt", "issue_case_file", "make_pack", "tie_by_origin", "untie_by_origin", "share_by_origin"),
}
# Moves that make a paper, and change nothing of the demand.
PAPERS = ("issue_receipt", "issue_case_file")
# Moves of demands whose firm is hidden.
OF_THE_HIDDEN = {"relay_to_firm", "relay_to_department", "reveal_firm"}
# Moves that open a demand; the others take one that exists.
OPENING = {"submit", "register", "open_from_origin"}
ON_A_CASE = tuple(action for action in MOVES if action not in OPENING)
# Moves that nobody but the system makes: no page, no address, no button.
OF_THE_SYSTEM = tuple(action for action in MOVES if MOVES[action][0] == BY_SYSTEM)
# Of these, the ones that the system makes for the meeting, the instruction or the visit that ordered them.
OF_ITS_ORIGIN = (
    *("open_from_origin", "hand_down", "move_date_by_origin", "tie_by_origin", "untie_by_origin"),
    *("share_by_origin", "end_by_correction"),
)
# Moves that wait for a clock to be over, and take effect at that moment.
AFTER = {
    "end_incomplete": "COMPLETION",
    "acknowledge_overdue": "ACKNOWLEDGE",
    "answer_overdue": "ANSWER",
    "close_unanswered": "CONFIRM",
}
# Who may open a demand at all: roles in the organisation that stands in this column. The supervisor of the office
# beside them, but action items alone.
SEES = {"firm": STAFF, "office": DESK, "lead": BUREAU}


DECLINED = {
    "declined_for": "OUT_OF_SCOPE",
    "channel": "鄂尔多斯供电公司",
    "channel_contact": "95598",
    "explanation": "供电设施由供电公司管理，请直接向其申请。",
}


def is_theirs(action: str, role: Role | None, place: str) -> bool:
    """Whether this role at this place (firm, office, lead, system or anything else) owns the move."""
    roles = MOVES[action][0].get(place, "").split()
    return (role.value if role else "SYSTEM") in roles


def is_its_moment(action: str, state: str) -> bool:
    return state in MOVES[action][1].split()


def perform(action: str, case: Case, *, by: Actor, town: Town, seen: int | None = None, **changes: Any) -> Case:
    """Make this move with good inputs, some of them changed; `seen` is the present head unless given.

    A move that takes two people is proposed by `by` and consented to by another of the town's office.
    """
    if action in DECIDED_BY:
        proposal = ask_for(action, case, by=by, town=town, seen=seen, **changes)
        second = second_person(action, case, by, town, lead=changes.get("lead"))
        decide(proposal.public_id, by=actor(second, by.now), consent=True)
        return Case.objects.get(pk=case.pk)
    function, inputs = _INPUTS[action](town, by)
    return function(case.pk, by=by, seen=case.head_seq if seen is None else seen, **{**inputs, **changes})


def second_person(action: str, case: Case, by: Actor, town: Town, *, lead: Department | None = None) -> Membership:
    """Whoever consents to what `by` proposes; `lead` is the department that would take the demand over."""
    case = Case.objects.select_related("lead", "office").get(pk=case.pk)
    if action == "send_back":
        return town.at(case.lead, Role.DEPARTMENT_HEAD)
    if action == "transfer":
        return town.at(lead or town.housing, Role.DEPARTMENT_LIAISON)
    if action == "report_up":
        return town.at(town.city_office, Role.DISPATCHER)
    posts = [m for m in town.everybody if m.organisation_id == case.office_id and m.role == Role.INTAKE]
    return next(m for m in reversed(posts) if m.user_id != by.user_id)


def ask_for(
    action: str,
    case: Case,
    *,
    by: Actor,
    town: Town,
    seen: int | None = None,
    reason: str = "核对过材料",
    due: datetime | None = None,
    **changes: Any,
) -> Proposal:
    """Propose this move with good inputs, some of them changed."""
    _function, inputs = _INPUTS[action](town, by)
    at = case.head_seq if seen is None else seen
    return propose(Case, case.pk, action, by=by, seen=at, inputs={**inputs, **changes}, reason=reason, due=due)


def last_attachment() -> Attachment:
    """The attachment that was added last, whatever it belongs to; one that is nowhere when there is none."""
    last = Attachment.objects.select_related("file").order_by("-pk").first()
    return last or Attachment(pk=0, case_id=0, file=StoredFile(name="合同.pdf"), organisation_id=0, public=True)


Way = tuple[Callable[..., Case], dict[str, Any]]


def for_its_origin(function: Callable[..., Case]) -> Callable[..., Case]:
    """A move that reads the head of the demand itself."""
    return lambda pk, *, seen, **inputs: function(pk, **inputs)


ITEM = moves.Source("ACTION_ITEM", "item-1", "座谈会纪要〔2026〕3号", ("meeting", 3))

_INPUTS: dict[str, Callable[[Town, Actor], Way]] = {
    "request_completion": lambda town, by: (moves.request_completion, {"points": POINTS}),
    "complete": lambda town, by: (moves.complete_case, {"answer": "申请单编号为 2026-0831。"}),
    "end_incomplete": lambda town, by: (moves.end_incomplete, {}),
    "accept": lambda town, by: (
        moves.accept_case,
        {"category": town.power, "klass": "COMPLEX", "duplicates_seen": True},
    ),
    "decline": lambda town, by: (moves.decline_case, DECLINED),
    "reclassify": lambda town, by: (moves.reclassify_case, {"klass": "HARD", "reason": "涉及三个部门，需现场论证"}),
    "dispatch": lambda town, by: (moves.dispatch_case, {"lead": town.energy, "duty_item": town.shared}),
    "acknowledge": lambda town, by: (moves.acknowledge_case, {"handler": town.handler}),
    "acknowledge_overdue": lambda town, by: (moves.acknowledge_overdue, {}),
    "name_handler": lambda town, by: (
        moves.name_handler,
        {"handler": town.second_handler, "reason": "原承办人出差"},
    ),
    "relieve_handler": lambda town, by: (moves.relieve_handler, {"to": town.second_handler}),
    "send_back": lambda town, by: (moves.send_back, {"clause": "《电力法》第六条", "suggested": None}),
    "uphold_return": lambda town, by: (moves.uphold_return, {"reason": "管网配套归市住建局"}),
    "reject_return": lambda town, by: (moves.reject_return, {"reason": "电力接入归市能源局"}),
    "assign_lead": lambda town, by: (moves.assign_lead, {"lead": town.energy, "reason": "先办后议，由能源局牵头"}),
    "transfer": lambda town, by: (moves.transfer_case, {"lead": town.housing}),
    "reassign": lambda town, by: (
        moves.reassign_case,
        {"lead": town.housing, "duty_item": town.shared, "reason": "配套管网归市住建局"},
    ),
    "pass_down": lambda town, by: (moves.pass_down, {"office": town.office, "reason": "事项在东胜区办理"}),
    "report_up": lambda town, by: (moves.report_up, {}),
    "redo": lambda town, by: (moves.redo_case, {"reason": "供电方案没有送达"}),
    "withdraw": lambda town, by: (moves.withdraw_case, {"reason": "已自行解决"}),
    "undo_withdrawal": lambda town, by: (moves.undo_withdrawal, {}),
    "nudge": lambda town, by: (moves.nudge_case, {"text": "请尽快答复"}),
    "record_contact": lambda town, by: (
        moves.record_first_contact,
        {"contacted_at": by.now, "channel": "PHONE", "person": "李经理", "summary": "电话说明办理步骤"},
    ),
    "deny_contact": lambda town, by: (moves.deny_first_contact, {"reason": "没有接到电话"}),
    "save_plan": lambda town, by: (
        moves.save_plan,
        {"steps": [("现场勘察", by.now.date() + timedelta(days=3))]},
    ),
    "ask_firm": lambda town, by: (moves.ask_firm, {"points": POINTS}),
    "answer": lambda town, by: (moves.answer_case, {"answer": "现有容量 630 千伏安。"}),
    "answer_overdue": lambda town, by: (moves.answer_overdue, {}),
    "note_internal": lambda town, by: (moves.add_internal_note, {"text": "请跟踪进展"}),
    "reply_public": lambda town, by: (moves.add_public_reply, {"text": "已安排现场勘察"}),
    "recalculate": lambda town, by: (
        moves.recalculate_clock,
        {"kind": ClockKind.RESOLVE, "why": "2027 年日历发布"},
    ),
    "relay_to_firm": lambda town, by: (moves.relay_to_firm, {"text": "请问现有变压器容量是多少？"}),
    "relay_to_department": lambda town, by: (moves.relay_to_department, {"text": "现有容量 630 千伏安。"}),
    "reveal_firm": lambda town, by: (moves.reveal_firm, {}),
    "submit_result": lambda town, by: (
        moves.submit_result,
        {"outcome": "SOLVED", "text": "供电方案已于十一月二十日送达企业。", "evidence": "供电方案答复单一份"},
    ),
    "sign_off": lambda town, by: (moves.sign_off, {}),
    "return_result": lambda town, by: (moves.return_result, {"reason": "请补充送达凭证"}),
    "confirm": lambda town, by: (moves.confirm_case, {"confirmation": "SOLVED"}),
    "close_unanswered": lambda town, by: (moves.close_unanswered, {}),
    "archive": lambda town, by: (moves.archive_case, {}),
    "ask_recusal": lambda town, by: (moves.ask_recusal, {"name": "王某", "unit": "市能源局", "reason": "亲属关系"}),
    "recuse": lambda town, by: (moves.recuse_case, {"person": town.second_handler.user, "reason": "亲属关系"}),
    "lift_recusal": lambda town, by: (moves.lift_recusal, {"person": town.second_handler.user, "reason": "查无此事"}),
    "make_pack": lambda town, by: (moves.make_pack, {"purpose": "移交审计"}),
    "attach": lambda town, by: (moves.attach_files, {"uploads": [upload()]}),
    "attach_public": lambda town, by: (moves.attach_public_files, {"uploads": [upload()]}),
    "attach_internal": lambda town, by: (moves.attach_internal_files, {"uploads": [upload()]}),
    "release_attachment": lambda town, by: (
        moves.release_attachment,
        {"attachment": SimpleLazyObject(last_attachment)},
    ),
    "withdraw_attachment": lambda town, by: (
        moves.withdraw_attachment,
        {"attachment": SimpleLazyObject(last_attachment)},
    ),
    "issue_receipt": lambda town, by: (moves.issue_receipt, {}),
    "move_date_by_origin": lambda town, by: (
        for_its_origin(moves.move_date_by_origin),
        {"source": ITEM, "due_on": by.now.date() + timedelta(days=30), "reason": "座谈会议定"},
    ),
    "tie_by_origin": lambda town, by: (
        for_its_origin(moves.tie_by_origin),
        {"source": ITEM, "due_on": by.now.date() + timedelta(days=30)},
    ),
    "untie_by_origin": lambda town, by: (
        for_its_origin(moves.untie_by_origin),
        {"source": ITEM, "reason": "第三项删除"},
    ),
    "share_by_origin": lambda town, by: (
        for_its_origin(moves.share_by_origin),
        {"document": ITEM.document, "departments": [town.housing]},
    ),
    "end_by_correction": lambda town, by: (for_its_origin(moves.end_by_correction), {"reason": "第三项删除"}),
    "confirm_by_office": lambda town, by: (moves.confirm_by_office, {"confirmation": "SOLVED"}),
    "record_opinion": lambda town, by: (
        moves.record_opinion,
        {"confirmation": "PARTLY", "channel": "PHONE", "person": "李经理", "words": "方案送到了，还没有通电。"},
    ),
    "hand_down": lambda town, by: (moves.hand_down, {"source": ITEM, "lead": town.energy}),
    "issue_case_file": lambda town, by: (moves.issue_case_file, {}),
    "withdraw_internal": lambda town, by: (
        moves.withdraw_internal_attachment,
        {"attachment": SimpleLazyObject(last_attachment)},
    ),
}
