"""Kinds, states and answers of meetings. Source: the pages “mission” (system 4) and “glossary”."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeetingKind(TextChoices):
    SYMPOSIUM = "SYMPOSIUM", _("政商座谈会")
    PROGRESS = "PROGRESS", _("工作推进会")
    JOINT = "JOINT", _("联席会议")
    TALK = "TALK", _("恳谈会")


class MeetingState(TextChoices):
    """议题征集 → 通知 → 召开 → 纪要起草 → 征求意见 → 签发 → 印发 → 销号.

    A correction goes from 已印发 or 已销号 back to 起草, while the version before it stays in force.
    """

    PLANNED = "PLANNED", _("拟办")  # only inside the transaction in which a meeting is written down
    COLLECTING = "COLLECTING", _("议题征集")
    NOTIFIED = "NOTIFIED", _("已通知")
    HELD = "HELD", _("已召开")
    DRAFTING = "DRAFTING", _("纪要起草")
    COMMENTING = "COMMENTING", _("征求意见")
    IN_APPROVAL = "IN_APPROVAL", _("待签发")
    APPROVED = "APPROVED", _("待印发")
    ISSUED = "ISSUED", _("已印发")
    CLOSED = "CLOSED", _("已销号")
    CANCELLED = "CANCELLED", _("已取消")


# The meeting has taken place.
AFTER_MEETING = (
    MeetingState.HELD,
    MeetingState.DRAFTING,
    MeetingState.COMMENTING,
    MeetingState.IN_APPROVAL,
    MeetingState.APPROVED,
    MeetingState.ISSUED,
    MeetingState.CLOSED,
)
# Somebody's turn.
OPEN_STATES = (
    MeetingState.COLLECTING,
    MeetingState.NOTIFIED,
    MeetingState.HELD,
    MeetingState.DRAFTING,
    MeetingState.COMMENTING,
    MeetingState.IN_APPROVAL,
    MeetingState.APPROVED,
)
# Who comes and who came is counted.
COUNTED = (MeetingState.NOTIFIED, *AFTER_MEETING)
# The text of the minutes may be changed.
WRITABLE = (MeetingState.DRAFTING, MeetingState.COMMENTING)
# Minutes, or their correction, are written and not issued yet.
BEFORE_ISSUE = (*WRITABLE, MeetingState.IN_APPROVAL, MeetingState.APPROVED)


class Part(TextChoices):
    """As what an organisation takes part."""

    HOST = "HOST", pgettext_lazy("part", "主持")
    FIRM = "FIRM", pgettext_lazy("part", "企业")
    DEPARTMENT = "DEPARTMENT", pgettext_lazy("part", "部门")
    OTHER = "OTHER", pgettext_lazy("part", "其他单位")


class Answer(TextChoices):
    """回执: whether somebody of the organisation comes."""

    WAITING = "WAITING", pgettext_lazy("answer", "未回复")
    COMES = "COMES", pgettext_lazy("answer", "参加")
    DECLINES = "DECLINES", pgettext_lazy("answer", "不参加")


GIVEN_ANSWERS = [choice for choice in Answer.choices if choice[0] != Answer.WAITING]


class Heard(TextChoices):
    """How an answer came that the organising office wrote down for those who gave it (代填回执)."""

    PHONE = "PHONE", pgettext_lazy("answer", "电话答复")
    PAPER = "PAPER", pgettext_lazy("answer", "书面答复")
    IN_PERSON = "PERSON", pgettext_lazy("answer", "当面答复")


class Capacity(TextChoices):
    """As what a person is there (GB/T 9704-2012, 10.3)."""

    ATTENDS = "ATTENDS", pgettext_lazy("capacity", "出席")
    OBSERVES = "OBSERVES", pgettext_lazy("capacity", "列席")


class Presence(TextChoices):
    """应到 = 实到 + 请假 + 缺席: everybody expected is one of the last three once the meeting has been held."""

    EXPECTED = "EXPECTED", pgettext_lazy("presence", "未签到")
    PRESENT = "PRESENT", pgettext_lazy("presence", "实到")
    EXCUSED = "EXCUSED", pgettext_lazy("presence", "请假")
    ABSENT = "ABSENT", pgettext_lazy("presence", "缺席")


class SignedBy(TextChoices):
    CODE = "CODE", pgettext_lazy("signed by", "扫码签到")
    HAND = "HAND", pgettext_lazy("signed by", "现场登记")


class TopicSource(TextChoices):
    """Visit findings join later."""

    CASE = "CASE", pgettext_lazy("topic", "在办诉求")
    FIRM = "FIRM", pgettext_lazy("topic", "企业提出")
    DEPARTMENT = "DEPARTMENT", pgettext_lazy("topic", "部门提出")
    OFFICE = "OFFICE", pgettext_lazy("topic", "主办单位提出")
    CARRIED = "CARRIED", pgettext_lazy("topic", "上次会议未完成")


class TopicState(TextChoices):
    PROPOSED = "PROPOSED", pgettext_lazy("topic", "待选")
    CHOSEN = "CHOSEN", pgettext_lazy("topic", "已选用")
    DECLINED = "DECLINED", pgettext_lazy("topic", "未选用")


class Adoption(TextChoices):
    """What became of a comment on the draft of the minutes."""

    WAITING = "WAITING", pgettext_lazy("comment", "待答复")
    ADOPTED = "ADOPTED", pgettext_lazy("comment", "已采纳")
    NOT_ADOPTED = "NOT_ADOPTED", pgettext_lazy("comment", "未采纳")


class Standing(TextChoices):
    """How an action item stands: read from its case and never stored."""

    OPEN = "OPEN", pgettext_lazy("item", "办理中")
    DONE = "DONE", pgettext_lazy("item", "已销号")
    UNSOLVED = "UNSOLVED", pgettext_lazy("item", "未解决")
    ENDED = "ENDED", pgettext_lazy("item", "已终止")
    CORRECTED = "CORRECTED", pgettext_lazy("item", "纪要更正")


class Retelling(TextChoices):
    """Audiences of the documents of a meeting."""

    ALL = "", pgettext_lazy("audience", "参会各方")
    FIRMS = "FIRMS", pgettext_lazy("audience", "企业")
    ORGANISER = "ORGANISER", pgettext_lazy("audience", "主办单位")
