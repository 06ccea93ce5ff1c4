"""States, named groups of states, classes, outcomes. Source: the page “case lifecycle”."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseState(TextChoices):
    DRAFT = "DRAFT", _("草稿")
    SUBMITTED = "SUBMITTED", _("待受理")
    NEED_INFO = "NEED_INFO", _("待补正")
    ACCEPTED = "ACCEPTED", _("待派单")
    DISPATCHED = "DISPATCHED", _("待签收")
    RETURN_REVIEW = "RETURN_REVIEW", _("退单待裁")
    IN_PROGRESS = "IN_PROGRESS", _("办理中")
    WAIT_ENTERPRISE = "WAIT_ENTERPRISE", _("待企业补充")
    RESULT_REVIEW = "RESULT_REVIEW", _("待审签")
    AWAIT_CONFIRM = "AWAIT_CONFIRM", _("待企业确认")
    CLOSED = "CLOSED", _("已办结")
    ENDED = "ENDED", _("终止")
    ARCHIVED = "ARCHIVED", _("已归档")


# Somebody's turn: what a queue shows and a counter counts.
OPEN_STATES = (
    CaseState.SUBMITTED,
    CaseState.NEED_INFO,
    CaseState.ACCEPTED,
    CaseState.DISPATCHED,
    CaseState.RETURN_REVIEW,
    CaseState.IN_PROGRESS,
    CaseState.WAIT_ENTERPRISE,
    CaseState.RESULT_REVIEW,
    CaseState.AWAIT_CONFIRM,
)
# The open states in which the term of no department runs: before acceptance, and from the result on.
OUT_OF_TERM = (CaseState.SUBMITTED, CaseState.NEED_INFO, CaseState.RESULT_REVIEW, CaseState.AWAIT_CONFIRM)
IN_TERM = tuple(state for state in OPEN_STATES if state not in OUT_OF_TERM)
# Whoever's turn it is, it is not the firm's.
NOT_WITH_THE_FIRM = (
    CaseState.SUBMITTED,
    CaseState.ACCEPTED,
    CaseState.DISPATCHED,
    CaseState.RETURN_REVIEW,
    CaseState.IN_PROGRESS,
    CaseState.RESULT_REVIEW,
)
# A department has it.
WITH_DEPARTMENT = (
    CaseState.DISPATCHED,
    CaseState.IN_PROGRESS,
    CaseState.WAIT_ENTERPRISE,
    CaseState.RESULT_REVIEW,
    CaseState.AWAIT_CONFIRM,
)
# Nobody's turn any more.
OVER_STATES = (CaseState.CLOSED, CaseState.ENDED, CaseState.ARCHIVED)


class Klass(TextChoices):
    """How heavy a demand is; the resolve limit and the signer follow from it."""

    INQUIRY = "INQUIRY", _("咨询")
    ORDINARY = "ORDINARY", _("一般")
    COMPLEX = "COMPLEX", _("复杂")
    HARD = "HARD", _("疑难")


# The result of these needs the party secretary's own signature (case lifecycle, move 24).
SECRETARY_SIGNS = frozenset({Klass.COMPLEX, Klass.HARD})


class Identity(TextChoices):
    """Who learns which firm asks."""

    OPEN = "OPEN", _("公开")
    HIDDEN = "HIDDEN", _("对承办部门隐名")


class Side(TextChoices):
    """On whose side a file was added."""

    FIRM = "FIRM", pgettext_lazy("side", "企业")
    LEAD = "LEAD", pgettext_lazy("side", "承办部门")
    OFFICE = "OFFICE", pgettext_lazy("side", "平台办公室")


class Edition(TextChoices):
    """For whom a document about a demand is; kept with it as its audience."""

    FIRM = "FIRM", _("企业版")
    LEAD = "LEAD", _("承办部门版")
    LEAD_HIDDEN = "LEAD_HIDDEN", _("承办部门版，企业隐名")
    OFFICE = "OFFICE", _("平台办公室版")


class Outcome(TextChoices):
    """What the department says came of it."""

    SOLVED = "SOLVED", _("解决")
    PARTLY = "PARTLY", _("部分解决")
    EXPLAINED = "EXPLAINED", _("解释说明")
    NOT_SUPPORTED = "NOT_SUPPORTED", _("政策不支持")
    LEGAL_ROUTE = "LEGAL_ROUTE", _("转法定途径")
    IMPOSSIBLE = "IMPOSSIBLE", _("无法办理")


class Confirmation(TextChoices):
    """What the firm says came of it, or that it said nothing: silence is not a vote."""

    SOLVED = "SOLVED", _("已解决")
    PARTLY = "PARTLY", _("部分解决")
    UNSOLVED = "UNSOLVED", _("未解决")
    UNANSWERED = "UNANSWERED", _("未回应")


# What a firm may choose.
GIVEN = tuple(choice for choice in Confirmation if choice != Confirmation.UNANSWERED)


class Ending(TextChoices):
    """Why a demand ended without a result."""

    INCOMPLETE = "INCOMPLETE", _("未补正")
    WITHDRAWN = "WITHDRAWN", _("撤回")
    DECLINED = "DECLINED", _("不予受理")
    CORRECTED = "CORRECTED", _("纪要更正")


class DeclineReason(TextChoices):
    """Why a demand is not accepted: a closed list (case lifecycle, move 6)."""

    LITIGATION = "LITIGATION", _("涉法涉诉")
    DUPLICATE = "DUPLICATE", _("重复")
    UNFOUNDED = "UNFOUNDED", _("不属实")
    OUT_OF_SCOPE = "OUT_OF_SCOPE", _("非职责范围")


class ContactChannel(TextChoices):
    PHONE = "PHONE", _("电话")
    VISIT = "VISIT", _("上门")
    MEETING = "MEETING", _("会议")
    MESSAGE = "MESSAGE", _("短信或即时消息")


class Origin(TextChoices):
    """Where a demand came from."""

    ENTERPRISE = "ENTERPRISE", _("企业提交")
    INTAKE = "INTAKE", _("外部渠道登记")
    ACTION_ITEM = "ACTION_ITEM", _("会议任务事项")
    INSTRUCTION = "INSTRUCTION", _("领导批示")
    FINDING = "FINDING", _("走访发现")


# Those that a dialogue opens (case lifecycle, move 38).
OF_DIALOGUE = (Origin.ACTION_ITEM, Origin.INSTRUCTION, Origin.FINDING)
# What says so when it bears no number.
PAPER_OF = {
    Origin.ACTION_ITEM: _("会议纪要"),
    Origin.INSTRUCTION: _("领导批示"),
    Origin.FINDING: _("走访记录"),
}
# The term of these is their own, whatever the class, and the party secretary signs their result.
ORDERED = frozenset({Origin.ACTION_ITEM, Origin.INSTRUCTION})
