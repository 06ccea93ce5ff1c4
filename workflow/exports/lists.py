"""The lists of what every system shares, as they can be taken out: notices, deliveries, the duty roster."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from parties.sign_in import records
from parties.sign_in.views.administrators import wanted_records
from parties.staff import ending_soon
from workflow import registry, roster
from workflow.actor import Actor
from workflow.error_words import error_words
from workflow.models import DutyShift, Notice, OutboxMessage
from workflow.registry import ExportableList, ExportColumn, ExportPart, ExportRequest
from workflow.time_left import last_moment
from workflow.views.deliveries import by_state, channel_label, wanted_of
from workflow.views.posts import for_givers, held_posts, words_of
from workflow.words import for_administrator


def _notices(actor: Actor, query: QueryDict) -> ExportRequest:
    mine = Notice.objects.visible_to(actor)
    everything = query.get("all") == "1"
    rows = (mine if everything else mine.unread()).order_by("-id")
    return ExportRequest([ExportPart(rows)], said=[gettext("全部") if everything else gettext("未读")])


def _kind(notice: Notice, _actor: Actor) -> Any:
    return next((kind.label for kind in registry.message_kinds() if kind.code == notice.kind), notice.kind)


NOTICES = ExportableList(
    name="notices",
    title=_("通知"),
    page="workflow:notices",
    ask=_notices,
    parameters=("all",),
    columns=(
        ExportColumn("words", _("通知"), lambda notice, actor: notice.words, 60),
        ExportColumn("kind", _("种类"), _kind),
        ExportColumn("number", _("编号"), lambda notice, actor: notice.number, 22),
        ExportColumn("at", _("时间"), lambda notice, actor: notice.created_at, 22),
        ExportColumn("due", _("到期"), lambda notice, actor: notice.due_at and last_moment(notice.due_at), 22),
        ExportColumn("read", _("已读时间"), lambda notice, actor: notice.read_at, 22),
    ),
)


def _deliveries(actor: Actor, query: QueryDict) -> ExportRequest:
    for_administrator(actor)
    state, channel = wanted_of(query)
    return ExportRequest([ExportPart(by_state(actor, channel)[state].order_by("-id"))])


def _error(message: OutboxMessage, _actor: Actor) -> Any:
    return error_words(message.last_error)


DELIVERIES = ExportableList(
    name="deliveries",
    title=_("投递"),
    page="workflow:deliveries",
    ask=_deliveries,
    parameters=("state", "channel"),
    columns=(
        ExportColumn("state", _("状态"), lambda message, actor: message.get_state_display()),
        ExportColumn("channel", _("渠道"), lambda message, actor: channel_label(message.channel)),
        ExportColumn("number", _("编号"), lambda message, actor: message.number, 22),
        ExportColumn("error", _("最后的错误"), _error, 40),
        ExportColumn("tries", _("次数"), lambda message, actor: message.attempts, 8),
        ExportColumn("at", _("产生时间"), lambda message, actor: message.created_at, 22),
        ExportColumn("next", _("下次投递"), lambda message, actor: None if message.done_at else message.next_at, 22),
        ExportColumn("done", _("结束时间"), lambda message, actor: message.done_at, 22),
    ),
)


def _roster(actor: Actor, query: QueryDict) -> ExportRequest:
    roster.for_readers(actor)
    return ExportRequest([ExportPart(roster.coming(actor))])


def _standing(shift: DutyShift, actor: Actor) -> str:
    return gettext("正在值班") if shift.starts_at <= actor.now else gettext("待值班")


ROSTER = ExportableList(
    name="roster",
    title=_("值班表"),
    page="workflow:roster",
    ask=_roster,
    columns=(
        ExportColumn("person", _("值班人员"), lambda shift, actor: shift.user.name),
        ExportColumn("from", pgettext_lazy("shift", "开始"), lambda shift, actor: shift.starts_at, 22),
        ExportColumn("to", pgettext_lazy("shift", "结束"), lambda shift, actor: shift.ends_at, 22),
        ExportColumn("state", _("状态"), _standing),
    ),
)


# --- posts, and the record of signing in ---


def _posts(actor: Actor, query: QueryDict) -> ExportRequest:
    for_givers(actor)
    words = words_of(query)
    return ExportRequest([ExportPart(held_posts(actor, words))], said=[words] if words else [])


def _ending(actor: Actor, query: QueryDict) -> ExportRequest:
    for_givers(actor)
    return ExportRequest([ExportPart(ending_soon(actor))])


POST_COLUMNS = (
    ExportColumn("person", _("姓名"), lambda post, actor: post.user.name),
    ExportColumn("account", _("账号"), lambda post, actor: post.user.username),
    ExportColumn("place", _("单位"), lambda post, actor: post.organisation.name, 30),
    ExportColumn("role", _("岗位"), lambda post, actor: post.get_role_display()),
    ExportColumn("from", _("任职开始"), lambda post, actor: post.valid_from),
    ExportColumn("to", _("任职结束"), lambda post, actor: post.valid_to),
    ExportColumn("source", _("任职依据"), lambda post, actor: post.source, 30),
    ExportColumn("scope", _("分工范围"), lambda post, actor: post.scope, 30),
)
POSTS = ExportableList(
    name="posts", title=_("现有任职"), page="workflow:posts", ask=_posts, columns=POST_COLUMNS, parameters=("q",)
)
ENDING = ExportableList(
    name="posts-ending", title=_("14 天内到期的任职"), page="workflow:posts", ask=_ending, columns=POST_COLUMNS
)


def _records(actor: Actor, query: QueryDict) -> ExportRequest:
    records.for_readers(actor.role)
    form, rows = wanted_records(query)
    wanted = form.cleaned_data if form.is_valid() else {}
    kinds = dict(form.fields["kind"].choices)  # type: ignore[attr-defined]
    said = [wanted.get("account", ""), str(kinds[wanted["kind"]]) if wanted.get("kind") else ""]
    return ExportRequest([ExportPart(rows)], said=[words for words in said if words])


RECORDS = ExportableList(
    name="sign-in-records",
    title=_("登录记录"),
    page="sign_in_records",
    ask=_records,
    parameters=("account", "kind"),
    columns=(
        ExportColumn("at", _("时间"), lambda row, actor: row.at, 22),
        ExportColumn("kind", _("事项"), lambda row, actor: row.get_kind_display(), 20),
        ExportColumn("account", _("账号"), lambda row, actor: row.user and row.user.username),
        ExportColumn("name", _("姓名"), lambda row, actor: row.user and row.user.name),
        ExportColumn("address", _("来源地址"), lambda row, actor: row.address, 20),
        ExportColumn("method", _("方式"), lambda row, actor: row.get_method_display()),
        ExportColumn("by", _("办理人"), lambda row, actor: row.by and row.by.name),
        ExportColumn("reason", _("理由"), lambda row, actor: row.reason, 40),
        ExportColumn("browser", _("浏览器"), lambda row, actor: row.browser, 40),
    ),
)

LISTS = (NOTICES, DELIVERIES, ROSTER, POSTS, ENDING, RECORDS)
