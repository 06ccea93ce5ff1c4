"""What a reader reads of a demand, whatever it is read on: its page, paper, the API, a document of the register.

Nothing here depends on the time at which it is read.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cases.demands import queries, question_sets, rules
from cases.demands.enums import PAPER_OF, ContactChannel, Origin, Side
from cases.demands.identity import contact_words, firm_words, knows_firm
from cases.demands.models import Attachment, Case, Result
from cases.demands.why import INTERNAL_CLOCKS
from parties.roles import ENTERPRISE_ROLES, OFFICE_ROLES
from workflow.actor import Actor
from workflow.clocks import ClockState
from workflow.models import Clock
from workflow.timeline import Line

# What is said of a file beside its name: words, tint, drawing. Nothing where there is nothing to say.
STATUS: dict[str, tuple[Any, str, str]] = {
    "WAITING": (gettext_lazy("等待安全检查"), "amber", "clock"),
    "INFECTED": (gettext_lazy("已隔离：含有恶意内容"), "red", "alert"),
    "WITHDRAWN": (pgettext_lazy("attachment", "已撤回"), "grey", "undo"),
    "ERASED": (gettext_lazy("内容已销毁"), "grey", "doc"),
}


def is_firm(actor: Actor) -> bool:
    return actor.role in ENTERPRISE_ROLES


def facts(case: Case) -> list[str]:
    """“复杂 · 用电 · 东胜区 · 公开” as its words."""
    words = [
        case.get_klass_display(),
        _("紧急") if case.urgent else "",
        str(case.category) if case.category else "",
        case.district.name,
        case.get_identity_display(),
    ]
    return [str(word) for word in words if word]


def asked(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """What the firm wrote, question by question, as (label, text); whose it is as far as this person may know."""
    pairs = [(_("企业"), firm_words(case, actor) or _("没有提出企业"))]
    if case.hides_firm and knows_firm(case, actor):
        pairs.append((_("承办部门看到的称呼"), case.alias))
    if case.wanted:
        pairs.append((question_sets.wanted_label(case), case.wanted))
    pairs += question_sets.told(case)
    if contact := " ".join(filter(None, contact_words(case, actor))):
        pairs.append((_("联系人"), contact))
    return pairs


def holders(case: Case) -> list[tuple[str, str]]:
    """Who has it, as (what they are to it, who)."""
    pairs = [(_("平台办公室"), case.office.name)]
    if case.lead:
        pairs.append((_("主办"), case.lead.name))
    if case.duty_item:
        pairs.append((_("职责依据"), f"{case.duty_item.matter}\n{case.duty_item.legal_basis}"))
    elif case.lead and case.origin in PAPER_OF:
        pairs.append((_("交办依据"), case.origin_document or str(PAPER_OF[Origin(case.origin)])))
    if case.handler:
        pairs.append((_("承办人"), case.handler.name))
    if case.round > 1:
        pairs.append((_("轮次"), _("第 %(n)s 轮") % {"n": case.round}))
    return pairs


def declined(case: Case, lines: Iterable[Line]) -> list[tuple[str, str]]:
    """Why it was not accepted and where else to go, as its event keeps it; empty unless it was declined."""
    if not case.declined_for:
        return []
    line = next(line for line in lines if line.action == "decline")
    pairs = [
        (_("原因"), case.get_declined_for_display()),
        (_("说明"), line.note),
        (_("请找"), line.body.get("channel", "")),
        (_("联系方式"), line.body.get("channel_contact", "")),
    ]
    return [(name, str(value)) for name, value in pairs if value]


def opinion(case: Case, lines: Iterable[Line], actor: Actor) -> list[tuple[str, str]]:
    """What the supervisor was told by a firm that had not answered, and by whom; empty unless that closed the demand.

    `lines` newest first. Who was asked is read by those alone who may know the firm.
    """
    line = next((line for line in lines if line.action in ("record_opinion", "redo")), None)
    if line is None or line.action == "redo" or not case.confirmation:
        return []
    pairs = [
        (_("企业意见"), case.get_confirmation_display()),
        (_("企业的原话"), line.note),
        (_("怎样联系的企业"), ContactChannel(line.body["channel"]).label if "channel" in line.body else ""),
        (_("联系了谁"), line.body.get("person", "") if knows_firm(case, actor) else ""),
    ]
    return [(name, str(value)) for name, value in pairs if value]


def results(case: Case, actor: Actor) -> QuerySet[Result]:
    """The results that this person may read, the first one first: the firm sees only what was signed."""
    rows: QuerySet[Result] = case.results.order_by("id")
    return rows.filter(signed_at__isnull=False) if is_firm(actor) else rows


def result_for(case: Case, actor: Actor) -> Result | None:
    """The last result this person may read."""
    return results(case, actor).last()


def clocks(case: Case, actor: Actor) -> list[Clock]:
    """The clocks that this person may know of, in the order of `queries.clocks`. One statement."""
    return [row for row in queries.clocks(case) if not (is_firm(actor) and row.kind in INTERNAL_CLOCKS)]


def standing(clock: ClockState) -> str:
    """Whether a clock that stopped was kept, or why one that runs stands still; "" while its time goes on."""
    if clock.stopped_at is not None:
        if clock.in_time:
            return _("按时")
        return _("期满未办") if clock.breached else _late_words(clock.stopped_at - clock.due_at)
    if clock.held:
        return _("已提交结果，等待审签")
    return _("已暂停") if clock.paused else ""


def _late_words(late: timedelta) -> str:
    if late.days:
        return ngettext("超期 %(n)s 天完成", "超期 %(n)s 天完成", late.days) % {"n": late.days}
    hours = late.seconds // 3600
    if hours:
        return ngettext("超期 %(n)s 小时完成", "超期 %(n)s 小时完成", hours) % {"n": hours}
    return _("超期不到 1 小时完成")


def added_by(one: Attachment) -> str:
    """Whose file it is; a firm is never named here."""
    return str(Side.FIRM.label) if one.side == Side.FIRM else one.organisation.name


def marks(case: Case, actor: Actor, one: Attachment) -> list[tuple[Any, str, str]]:
    """Who may see an attachment and what became of it, as (words, tint, drawing)."""
    found: list[tuple[Any, str, str]] = []
    if one.is_internal:
        found.append((_("内部，企业看不到"), "amber", "lock"))
    elif one.side != Side.FIRM:
        found.append((_("公开，企业可见"), "blue", "eye"))
    elif rules.needs_release(case) and actor.role in OFFICE_ROLES:
        found.append((_("已放行"), "green", "check") if one.released_at else (_("承办部门还看不到"), "amber", "lock"))
    if one.status in STATUS:
        found.append(STATUS[one.status])
    return found
