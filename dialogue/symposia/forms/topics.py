"""The inputs of topics."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.demands.forms.fields import PublicIdChoice, text_area
from cases.demands.identity import knows_firm
from cases.demands.models import Case
from cases.demands.queries import firms_named
from dialogue.symposia import queries, rules
from dialogue.symposia.enums import TopicState
from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.models import Topic
from parties.models import Department

NAMED = _(
    "里面有企业名称：%(what)s（名录里的任何一家都会这样提醒，不说明就是这一家）。"
    "这件诉求的企业隐名，请改用“%(alias)s”；核对过可以写的，请勾选“我已核对，里面的企业名称可以写进会议通知和纪要”。"
)


class ProposeForm(MeetingForm):
    """Of a demand whose firm is hidden from whoever writes, no topic names a firm by an oversight: any firm of the
    directory, so that the warning tells nothing of who it is that hides. Who knows the firm is refused by the move."""

    case = PublicIdChoice(
        Case.objects.none(),
        label=_("从在办诉求提出"),
        required=False,
        empty_label=_("不从诉求提出，自己写"),
        help_text=_("参会单位只看到议题，打不开诉求；企业隐名的诉求，议题里用代号"),
    )
    title = forms.CharField(
        label=_("议题"),
        max_length=rules.LONGEST_TOPIC,
        required=False,
        help_text=_("一句话说清要议什么；选了诉求的可以不填，用诉求的标题"),
    )
    text = text_area(_("情况说明"), required=False, most=2000)
    lead = PublicIdChoice(Department.objects.none(), label=_("建议牵头部门"), required=False, empty_label=_("不清楚"))
    named_knowingly = forms.BooleanField(label=_("我已核对，里面的企业名称可以写进会议通知和纪要"), required=False)

    def prepare(self) -> None:
        if not self.is_bound:
            del self.fields["named_knowingly"]
        demands = queries.demands_to_propose(self.meeting, self.actor)
        case = self.fields["case"]
        case.queryset = demands
        case.label_from_instance = lambda demand: queries.demand_words(demand, self.actor)
        if not self.is_bound:
            case.choices = [
                ("", case.empty_label),
                *((demand.public_id, case.label_from_instance(demand)) for demand in demands[: queries.MOST_DEMANDS]),
            ]
        self.fields["lead"].queryset = queries.departments_near(self.meeting)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        knowingly, demand = data.pop("named_knowingly", False), data.get("case")
        places: dict[str, list[str]] = {}
        if demand is not None and demand.hides_firm and not knows_firm(demand, self.actor):
            title = data.get("title") or demand.title
            places = firms_named({"title": title, "text": data.get("text") or ""})
        if not places:
            del self.fields["named_knowingly"]
        elif not knowingly:
            for field, words in places.items():
                self.add_error(field, NAMED % {"what": str(_("、")).join(words), "alias": demand.alias})
        return data


class OneTopicForm(MeetingForm):
    """A decision on one topic of the meeting."""

    topic = PublicIdChoice(Topic.objects.none(), label=_("议题"), empty_label=_("请选择"))
    reason = text_area(_("理由"), rows=2, most=rules.LONGEST_WHY, help_text=_("提出议题的单位看得到"))

    def prepare(self) -> None:
        self.fields["topic"].queryset = self.choices().order_by("position", "pk")

    def choices(self) -> Any:
        return self.meeting.topics.all()

    def named(self) -> Topic | None:
        """The topic that the address names."""
        given = self.initial.get("topic")
        return next((topic for topic in self.fields["topic"].queryset if str(topic.public_id) == str(given)), None)


class WithdrawForm(MeetingForm):
    """Whoever put a topic forward takes it back."""

    topic = PublicIdChoice(Topic.objects.none(), label=_("议题"), empty_label=_("请选择"))

    def prepare(self) -> None:
        self.fields["topic"].queryset = queries.waiting_of(self.meeting, self.actor)

    def says(self) -> Any:
        return _("撤回后，主办单位不再考虑这个议题。要改写的，先把内容复制下来，撤回以后重新提出。")


class ChooseForm(OneTopicForm):
    position = forms.TypedChoiceField(
        label=pgettext_lazy("topic", "排在第几位"), coerce=int, required=False, empty_value=None
    )
    position.takes_numbers = True

    def prepare(self) -> None:
        super().prepare()
        topics = list(self.fields["topic"].queryset)
        chosen = sum(topic.state == TopicState.CHOSEN for topic in topics)
        named = self.named()
        last = chosen if named and named.state == TopicState.CHOSEN else chosen + 1
        self.fields["position"].choices = [("", _("最后")), *((n, str(n)) for n in range(1, chosen + 2))]
        self.initial.setdefault("position", named.position if named and named.position else last)
        self.initial.setdefault("reason", named.reason if named and named.state == TopicState.CHOSEN else "")


class DeclineForm(OneTopicForm):
    def choices(self) -> Any:
        return super().choices().exclude(state=TopicState.DECLINED)
