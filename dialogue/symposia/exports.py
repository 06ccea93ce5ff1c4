"""The lists of this system as they can be taken out: the querysets of their pages, and what the pages show of a row."""

from django.forms import ChoiceField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dialogue.symposia.forms.overview import PARAMETERS, MeetingFilters
from dialogue.symposia.queries.overview import found
from dialogue.symposia.views import words
from dialogue.symposia.views.items import chosen
from workflow.actor import Actor
from workflow.registry import ExportableList, ExportColumn, ExportPart, ExportRequest


def _meetings(actor: Actor, query: QueryDict) -> ExportRequest:
    filters = MeetingFilters(actor, query)
    return ExportRequest([ExportPart(found(actor, filters.wishes))], said=filters.said())


MEETINGS = ExportableList(
    name="meetings",
    title=_("会议列表"),
    page="symposia:list",
    ask=_meetings,
    parameters=PARAMETERS,
    columns=(
        ExportColumn("title", _("会议"), lambda row, actor: row.title, 40),
        ExportColumn("kind", _("类型"), lambda row, actor: row.get_kind_display()),
        ExportColumn("starts", _("开会时间"), lambda row, actor: row.starts_at, 22),
        ExportColumn("ends", _("预计结束"), lambda row, actor: row.ends_at, 22),
        ExportColumn("place", _("地点"), lambda row, actor: row.place, 30),
        ExportColumn("office", _("主办单位"), lambda row, actor: row.office.name, 26),
        ExportColumn("district", _("旗区"), lambda row, actor: row.district.name),
        ExportColumn("host", _("主持"), lambda row, actor: words.host_text(row), 22),
        ExportColumn("state", _("状态"), lambda row, actor: row.get_state_display()),
        ExportColumn("due", _("到期"), lambda row, actor: row.next_due_at, 22),
        ExportColumn("minutes", _("纪要文号"), lambda row, actor: row.minutes_number, 30),
        ExportColumn("issued", _("首次印发"), lambda row, actor: row.issued_at, 22),
        ExportColumn("closed", _("销号时间"), lambda row, actor: row.closed_at, 22),
    ),
    usual=("title", "kind", "starts", "place", "office", "host", "state", "minutes"),
)


def _items(actor: Actor, query: QueryDict) -> ExportRequest:
    rows, filters = chosen(actor, query)
    boxes = [(bound.field, bound.value()) for bound in filters if bound.value()]
    said = [dict(box.choices).get(value, "") for box, value in boxes if isinstance(box, ChoiceField)]  # type: ignore[arg-type]
    return ExportRequest([ExportPart(rows)], said=[str(words) for words in said if words])


ITEMS = ExportableList(
    name="action-items",
    title=_("任务事项"),
    page="symposia:items",
    ask=_items,
    parameters=("standing", "mine"),
    columns=(
        ExportColumn("minutes", _("纪要文号"), lambda row, actor: row.meeting.minutes_number, 30),
        ExportColumn("number", _("任务编号"), lambda row, actor: row.number, 8),
        ExportColumn("words", _("任务事项"), lambda row, actor: row.words, 60),
        ExportColumn("lead", _("牵头部门"), lambda row, actor: row.lead.name, 22),
        ExportColumn("person", _("责任人"), lambda row, actor: row.person),
        ExportColumn("due", _("完成期限"), lambda row, actor: row.due_on),
        ExportColumn("standing", _("状态"), lambda row, actor: words.standing_badge(row).label),
        ExportColumn("report", _("进展报送截止"), lambda row, actor: row.next_due_at, 22),
        ExportColumn("meeting", _("会议"), lambda row, actor: row.meeting.title, 40),
        ExportColumn("office", _("主办单位"), lambda row, actor: row.meeting.office.name, 26),
        ExportColumn("topic", _("议题"), lambda row, actor: row.topic.title, 40),
    ),
    usual=("minutes", "number", "words", "lead", "person", "due", "standing"),
)
LISTS = (MEETINGS, ITEMS)
