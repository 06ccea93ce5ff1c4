"""What people are told of a demand, and in which words. Never what it asks or who asks it."""

from django.utils.translation import gettext_lazy as _

from workflow.registry import MessageKind

LINE = _("{kind}：诉求 {number}")
LINE_WITH_DUE = _("{kind}：诉求 {number}，{due} 到期")
SUBJECT = _("【政企直通】{kind}：诉求 {number}")
BODY = _("{organisation}：\n\n诉求 {number} {kind}。\n\n查看和办理：{link}\n\n这封邮件由系统发出，请不要回复。")
BODY_WITH_DUE = _(
    "{organisation}：\n\n诉求 {number} {kind}。\n到期时间：{due}\n\n查看和办理：{link}\n\n"
    "这封邮件由系统发出，请不要回复。"
)


def _with_due(code: str, label: object) -> MessageKind:
    return MessageKind(code, label, LINE_WITH_DUE, SUBJECT, BODY_WITH_DUE)


def _plain(code: str, label: object) -> MessageKind:
    return MessageKind(code, label, LINE, SUBJECT, BODY)


def _of_a_task(code: str, label: object) -> MessageKind:
    """For whoever sees task and text alone: not when anybody's turn is due."""
    return MessageKind(code, label, LINE, SUBJECT, BODY, dated=False)


KINDS = (
    _with_due("your_turn", _("轮到您办理")),
    _with_due("need_info", _("请补正材料")),
    _with_due("question", _("请补充情况")),
    _with_due("confirm", _("请确认办理结果")),
    _with_due("confirm_reminder", _("仍待您确认办理结果")),
    _with_due("half_used", _("时限已过半")),
    _with_due("nearly_used", _("时限已过八成")),
    _with_due("overdue", _("已经超期")),
    _with_due("due_moved", _("到期时间有变动")),
    _with_due("reclassified", _("档次已上调，到期时间有变动")),
    _with_due("extended", _("已经延期")),
    _with_due("acknowledged_by_rule", _("逾期未签收，已自动签收")),
    _with_due("consent_wanted", _("有一项提请待您决定")),
    _with_due("returned", _("结果被退回，请继续办理")),
    _with_due("resumed", _("已恢复办理")),
    _with_due("nudged", _("有人催办")),
    _with_due("redo", _("企业申请重办")),
    _with_due("return_rejected", _("退单被驳回，请办理")),
    _plain("handler_left", _("承办人离任，已移交给您单位的同事")),
    _plain("accepted", _("已经受理")),
    _plain("declined", _("不予受理")),
    _plain("proposal_refused", _("您的提请未获同意")),
    _plain("dispatched", _("已派给承办部门")),
    _plain("sent_back", _("承办部门提出退单，等待裁决")),
    _plain("return_upheld", _("退单已获同意")),
    _plain("reassigned", _("已转给其他部门办理")),
    _plain("handed_over", _("已移交其他办公室派单")),
    _plain("acknowledged", _("承办部门已签收")),
    _plain("contact_denied", _("企业反映没有联系到")),
    _plain("relayed", _("有新的转递消息")),
    _plain("replied", _("有新的公开答复")),
    _plain("revealed", _("企业已公开身份")),
    _plain("file_added", _("有新的附件")),
    _plain("file_infected", _("附件含有恶意内容，已隔离，请重新上传")),
    _plain("suspended", _("已挂账")),
    _plain("closed", _("已经办结")),
    _plain("closed_by_rule", _("逾期未确认，已默认办结")),
    _plain("opinion_recorded", _("督办员已核实贵企业的意见，本件办结")),
    _plain("became_item", _("已列入会议任务事项")),
    _plain("left_item", _("已移出会议任务事项")),
    _of_a_task("task_shared", _("您单位牵头或配合一项会议任务事项")),
    _of_a_task("task_changed", _("您单位牵头或配合的会议任务事项有更正")),
    _of_a_task("task_progress", _("您单位牵头或配合的会议任务事项有新的进展")),
    _of_a_task("task_over", _("您单位牵头或配合的会议任务事项已经了结")),
    _of_a_task("task_reopened", _("您单位牵头或配合的会议任务事项重新在办")),
    _plain("ended", _("已经终止")),
    _plain("withdrawn", _("企业已撤回")),
    _plain("recusal_asked", _("企业申请回避，请决定")),
    _plain("archived", _("已经归档")),
)
