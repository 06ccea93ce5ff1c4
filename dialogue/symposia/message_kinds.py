"""What people are told of a meeting, and in which words: its day and kind, never its title or who is invited."""

from django.utils.translation import gettext_lazy as _

from workflow.registry import MessageKind

LINE = _("{kind}：{number}")
LINE_WITH_DUE = _("{kind}：{number}，{due} 到期")
SUBJECT = _("【政企直通】{kind}：{number}")
BODY = _("{organisation}：\n\n{number}：{kind}。\n\n查看和办理：{link}\n\n这封邮件由系统发出，请不要回复。")
BODY_WITH_DUE = _(
    "{organisation}：\n\n{number}：{kind}。\n到期时间：{due}\n\n查看和办理：{link}\n\n这封邮件由系统发出，请不要回复。"
)


def _plain(code: str, label: object) -> MessageKind:
    return MessageKind(code, label, LINE, SUBJECT, BODY)


def _with_due(code: str, label: object) -> MessageKind:
    return MessageKind(code, label, LINE_WITH_DUE, SUBJECT, BODY_WITH_DUE)


KINDS = (
    _plain("meeting_planned", _("有一次会议请您主持")),
    _plain("meeting_invited", _("邀请您单位参加会议，请回复")),
    _plain("meeting_changed", _("会议安排有变动，请查看")),
    _plain("meeting_cancelled", _("会议已取消")),
    _plain("topic_chosen", _("您单位提出的议题已选用，理由请点开查看")),
    _plain("topic_declined", _("您单位提出的议题未选用，理由请点开查看")),
    _plain("topic_taken_out", _("您单位提出的议题已移出议程，理由请点开查看")),
    _plain("minutes_for_comment", _("会议纪要征求意见，请查看")),
    _plain("minutes_to_approve", _("会议纪要请您签发")),
    _plain("minutes_recalled", _("送签的会议纪要已由主办单位撤回修改")),
    _plain("minutes_signer_named", _("会议纪要改由您签发")),
    _plain("minutes_returned", _("会议纪要被退回修改")),
    _plain("minutes_approved", _("会议纪要已签发，请印发")),
    _plain("minutes_issued", _("会议纪要已印发")),
    _plain("meeting_closed", _("会议任务事项已全部销号")),
    _plain("meeting_reopened", _("会议任务事项重新在办")),
    _with_due("meeting_due_moved", _("印发纪要的到期时间有变动")),
    _with_due("meeting_half_used", _("印发纪要的时限已过半")),
    _with_due("meeting_nearly_used", _("印发纪要的时限已过八成")),
    _with_due("meeting_overdue", _("印发纪要已经超期")),
)
