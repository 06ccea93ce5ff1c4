"""What issuing the minutes would do with their action items: shown before they are signed, done when issued."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.demands.enums import OVER_STATES, Identity
from cases.demands.identity import new_alias
from cases.demands.models import Case, Category
from cases.demands.naming import places_named
from cases.demands.queries import named_in, names_of
from cases.demands.rules import LONGEST_TEXT, LONGEST_TITLE, check_due_on
from dialogue.symposia import markup
from dialogue.symposia.documents.minutes import Draft, DraftItem, drafts, minutes_of
from dialogue.symposia.enums import TopicSource
from dialogue.symposia.models import ActionItem, Meeting, Topic
from documents.content.minutes import Minutes
from foundation.errors import Refused
from parties.models import Department

OTHER = "OTHER"  # the category, shipped with the product, of what no other is known for


@dataclass(frozen=True)
class Planned:
    """One item of the text. `row` is the item that an earlier version gave under this number; a new one is tied to
    the open demand `ties`, or opens a demand of this `category`, also where that one is over when it is issued."""

    draft: DraftItem
    topic: Topic
    place: int  # of its topic in the minutes, from 1
    position: int  # among the items of its topic, from 1
    row: ActionItem | None = None
    ties: Case | None = None
    category: Category | None = None

    @property
    def number(self) -> int | None:
        return self.draft.line.number

    @property
    def before(self) -> Case | None:
        """The demand that its topic comes from: how the firm asked there, it asks here."""
        return demand_before(self.topic)

    def demand(self, document: str) -> Case:
        """The demand that it opens, as far as its lead reads it: not saved, without number and origin."""
        line, before = self.draft.line, self.before
        lines = [line.words, "", f"{document or '会议纪要'}，议题“{self.topic.title}”议定。"]
        if self.draft.other_words:
            lines.append(f"配合：{'、'.join(self.draft.other_words)}。")
        if line.person:
            lines.append(f"责任人：{line.person}。")
        hidden = hides(self.topic)
        return Case(
            title=shortened(line.words, LONGEST_TITLE),
            text=shortened("\n".join(lines), LONGEST_TEXT),
            category=self.category,
            enterprise=self.topic.enterprise,
            identity=Identity.HIDDEN if hidden else Identity.OPEN,
            alias=before.alias if before is not None and hidden else new_alias(),
        )

    @property
    def moved(self) -> bool:
        """Whether a known item has another date now."""
        return self.row is not None and self.row.due_on != self.draft.line.due_on


@dataclass(frozen=True)
class Plan:
    """The items of the text, those that it no longer has, and all that keeps it from being signed and issued."""

    items: tuple[Planned, ...]
    removed: tuple[ActionItem, ...]
    faults: tuple[str, ...]

    def refuse_faults(self) -> None:
        """Raises Refused with the sentences of the first faults, each naming section and item."""
        if self.faults:
            more = len(self.faults) - MOST_FAULTS
            rest = [_("另有 %(n)s 处") % {"n": more}] if more > 0 else []
            raise Refused("", _("；").join([*self.faults[:MOST_FAULTS], *rest]))


MOST_FAULTS = 5
OF_ROW = ("case", "lead", "topic")
NAMED = gettext_lazy("提出企业是隐名的，这里能看出是哪家企业：%(what)s")


def demand_before(topic: Topic) -> Case | None:
    """The demand from which a topic was raised, or that of the item which an earlier meeting left unfinished."""
    return topic.case or (topic.carried_from.case if topic.carried_from else None)


def hides(topic: Topic) -> bool:
    """Whether the firm of a topic is known by its alias alone."""
    before = demand_before(topic)
    return before is not None and before.hides_firm and before.enterprise_id == topic.enterprise_id


def shortened(words: str, most: int) -> str:
    """The words, ended by an ellipsis where they are longer than `most` characters."""
    return words if len(words) <= most else words[: most - 1] + "…"


def plan_of(meeting: Meeting, now: datetime, written: Sequence[Draft] | None = None) -> Plan:
    """What the minutes as they are written now would do. Six statements at most, two of them for the sections; and for
    each topic of a hidden firm one that asks for its name, and one an item that opens a demand.
    """
    read = drafts(meeting) if written is None else written
    places = {draft.section.pk: at for at, draft in enumerate((d for d in read if d.topic is not None), start=1)}
    known = {item.number: item for item in ActionItem.objects.filter(meeting=meeting).select_related(*OF_ROW)}
    topics = _topics(meeting)
    tied = {item.case_id for item in known.values() if item.tied and item.removed_in is None}
    raw = [(draft, draft.topic.pk, item) for draft in read if draft.topic is not None for item in draft.items]
    kept = {item.line.number for _draft, _topic, item in raw}
    tied -= {item.case_id for item in known.values() if item.number not in kept}
    categories = _Categories(item.lead for _draft, _topic, item in raw if item.line.number not in known)
    items: list[Planned] = []
    counted: dict[int, int] = {}
    for draft, key, item in raw:
        topic = topics[key]
        counted[topic.pk] = counted.get(topic.pk, 0) + 1
        row = known.get(item.line.number) if item.line.number is not None else None
        ties, before = None, demand_before(topic)
        if row is None and before is not None and before.pk not in tied:
            ties = None if before.state in OVER_STATES else before
            tied.add(before.pk)
        category = categories.of(topic, item.lead) if row is None else None
        items.append(Planned(item, topic, places[draft.section.pk], counted[topic.pk], row, ties, category))
    gone = tuple(item for number, item in sorted(known.items()) if number not in kept and item.removed_in is None)
    said = [sentence for draft in read for sentence in _of_draft(draft, places)]
    opening = {(one.topic.pk, one.draft.line.line) for one in items if one.row is None and one.ties is None}
    for draft in read:
        if draft.topic is not None and hides(topic := topics[draft.topic.pk]):
            said += _naming(draft, topic, places[draft.section.pk], opening)
    said += [f"{_place(one.place, one.topic, one.number)}{words}" for one in items for words in _of_item(one, now)]
    return Plan(tuple(items), gone, tuple(dict.fromkeys(said)))


def _topics(meeting: Meeting) -> dict[int, Topic]:
    rows = meeting.topics.select_related("case__category", "enterprise", "carried_from__case__category")
    return {topic.pk: topic for topic in rows}


def as_written(meeting: Meeting, now: datetime) -> tuple[Minutes, Plan]:
    """What the minutes say now, and what issuing them would do."""
    written = drafts(meeting)
    return minutes_of(meeting, written), plan_of(meeting, now, written)


# --- faults ---


def _place(place: int, topic: Topic, number: int | None) -> str:
    where = _("议题%(n)s“%(topic)s”") % {"n": place, "topic": topic.title}
    return where + (_("任务%(n)s：") % {"n": number} if number else "：")


def _of_draft(draft: Draft, places: Mapping[int, int]) -> Iterable[str]:
    """What the section itself finds wrong, with section and item in front."""
    for fault in draft.faults:
        if draft.topic is None:
            yield _("开头：%(fault)s") % {"fault": fault.sentence}
        elif fault.number:
            yield _place(places[draft.section.pk], draft.topic, fault.number) + fault.sentence
        else:
            at = _("第%(n)s行，%(fault)s") % {"n": fault.line, "fault": fault.sentence}
            yield _place(places[draft.section.pk], draft.topic, None) + at


def _naming(draft: Draft, topic: Topic, place: int, opening: Collection[tuple[int, int]]) -> Iterable[str]:
    """Where what is printed below the topic of a hidden firm names it. One statement.

    Of an item that opens a demand `_of_item` says it.
    """
    before = demand_before(topic)
    assert before is not None
    lines = dict(enumerate(markup.lines_of(draft.section.text), start=1))
    printed = {str(at): line for at, line in lines.items() if (topic.pk, at) not in opening}
    for found in places_named(printed, names_of(before)):
        if number := markup.number_of(lines[int(found.field)]):
            yield _place(place, topic, number) + NAMED % {"what": found.words}
        else:
            at = _("第%(n)s行，%(fault)s") % {"n": found.field, "fault": NAMED % {"what": found.words}}
            yield _place(place, topic, None) + at


def _out_of_service(one: Planned) -> Iterable[str]:
    """A department out of service keeps what it was given, and is given nothing more."""
    lead, row = one.draft.lead, one.row
    given = [lead, *one.draft.others] if row is None else [lead] if lead and lead.pk != row.lead_id else []
    for department in given:
        if department is not None and not department.active:
            yield _("没有叫“%(name)s”的部门") % {"name": department.name}


def _of_item(one: Planned, now: datetime) -> Iterable[str | Promise]:
    """What no section can see by itself: dates that have passed, and what an earlier version says under the number."""
    due_on, row = one.draft.line.due_on, one.row
    if due_on is not None and (row is None or one.moved):
        try:
            check_due_on("", due_on, now)
        except Refused as error:
            yield str(error.sentence)
    if not one.number:
        yield _("还没有编号，请保存一次")
    yield from _out_of_service(one)
    if row is None and one.ties is None:
        for place in named_in(one.demand("")):
            yield NAMED % {"what": place.words}
    if row is not None:
        yield from _of_known(one, row)


def _of_known(one: Planned, row: ActionItem) -> Iterable[str]:
    """What the text may not say under a number that was issued."""
    lead = one.draft.lead
    if row.removed_in is not None:
        yield _("这个编号的任务已由更正撤销，请删去编号，作为新的任务写")
    elif lead is not None and not row.tied and lead.pk not in (row.lead_id, row.case.lead_id):
        yield _("牵头部门与印发的不同：要换部门，请删去编号，作为新的任务写，原来的任务随之撤销")
    # By what its readers know: a fault that spoke of the firm itself would tell who hides behind which alias.
    if (row.enterprise_id, row.topic.firm_shown) != (one.topic.enterprise_id, one.topic.firm_shown):
        yield _("移到了另一家企业的议题下面：请删去编号，作为新的任务写，原来的任务随之撤销")
    elif row.tied and one.topic.pk != row.topic_id:  # to a demand of its topic: below another it would date a wrong one
        yield _("移到了另一件诉求的议题下面：请删去编号，作为新的任务写，原来的任务随之撤销")


# --- categories ---


class _Categories:
    """Of which category the demand is that an item opens: that of its topic's demand, or of the item it goes on from;
    else the one in which the lead has most matters of the duty list; else 其他."""

    def __init__(self, leads: Iterable[Department | None]) -> None:
        self._leads = {lead.pk for lead in leads if lead is not None}
        self._of_lead: dict[int, Category] | None = None

    def of(self, topic: Topic, lead: Department | None) -> Category | None:
        if topic.case is not None and topic.case.category is not None:
            return topic.case.category
        if topic.source == TopicSource.CARRIED and topic.carried_from and topic.carried_from.case.category:
            return topic.carried_from.case.category
        if self._of_lead is None:
            self._of_lead = self._load()
        return self._of_lead.get(lead.pk) if lead is not None else None

    def _load(self) -> dict[int, Category]:
        rows: Any = (
            Category.objects.filter(active=True, duty_items__active=True, duty_items__owners__in=self._leads)
            .values_list("duty_items__owners", "pk")
            .annotate(matters=Count("duty_items"))
            .order_by("-matters", "sort", "pk")
        )
        most: dict[int, str] = {}
        for lead, code, _matters in rows:
            most.setdefault(lead, code)
        known = {one.pk: one for one in Category.objects.filter(active=True).order_by("sort", "pk")}
        rest = known.get(OTHER) or next(reversed(known.values()), None)
        found = {lead: known.get(most.get(lead, OTHER), rest) for lead in self._leads}
        return {lead: category for lead, category in found.items() if category is not None}
