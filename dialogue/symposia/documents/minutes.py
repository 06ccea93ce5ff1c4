"""纪要 as its sections say it, and what is still missing before it can be signed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import translation
from django.utils.translation import gettext as _

from dialogue.symposia import markup
from dialogue.symposia.enums import Capacity, Part, Presence
from dialogue.symposia.markup import Fault, ItemLine, Parsed
from dialogue.symposia.models import ActionItem, Attendee, Meeting, Section, Topic
from dialogue.symposia.queries import by_organisation
from documents.content import minutes as content
from parties.models import Department, District
from workflow.calendar import ZONE
from workflow.door import LEDGER_LANGUAGE

MOST_STRANGE = 20  # names of no department for which one like it is looked for
OPEN_LEAD = "（待定）"  # printed in a draft where no lead is written; nothing like it is ever issued
PARTS = [Part.HOST, Part.DEPARTMENT, Part.OTHER, Part.FIRM]  # the order of those present


@dataclass(frozen=True)
class DraftItem:
    """An item as it is written, with its departments; `lead` None and missing `others` are faults of its section."""

    line: ItemLine
    lead: Department | None
    others: tuple[Department, ...] = ()
    other_words: tuple[str, ...] = ()  # as they are printed: by full name, or as written where there is none such


@dataclass(frozen=True)
class Draft:
    """What a section says now; `topic` None is the opening."""

    section: Section
    topic: Topic | None
    parsed: Parsed
    items: tuple[DraftItem, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Known:
    """The departments that names mean; and for a name that is no department's, the one whose name has it in it."""

    of: dict[str, list[Department]]
    near: dict[str, str]


def drafts(meeting: Meeting) -> list[Draft]:
    """The sections of the minutes as they are written now, in their order. Two statements, and one
    more when there are names of no department."""
    sections = list(meeting.sections.select_related("topic").order_by("position"))
    read = [markup.parse(section.text) for section in sections]
    known = _departments(meeting, (item for parsed in read for item in parsed.items))
    repeated = _given_twice(read)
    return [
        _draft(meeting, section, parsed, known, again)
        for section, parsed, again in zip(sections, read, repeated, strict=True)
    ]


def faults(meeting: Meeting) -> list[tuple[Draft, Fault]]:
    """All that keeps the minutes from being signed, section by section. Two statements."""
    return [(draft, fault) for draft in drafts(meeting) for fault in draft.faults]


def minutes_of(meeting: Meeting, written: Sequence[Draft] | None = None) -> content.Minutes:
    """The minutes as their sections say them now. Four statements, and two for the sections unless given."""
    read = drafts(meeting) if written is None else written
    people = _people(meeting)
    opening = [draft.parsed.said for draft in read if draft.topic is None]
    return content.Minutes(
        issuer=meeting.office.name,
        title=title_of(meeting),
        mark=f"{meeting.office.district.name}{_mark(meeting)}",
        held_at=meeting.starts_at.astimezone(ZONE),
        place=meeting.place,
        host=content.Attendant(name=meeting.host.name, post=meeting.host_post),
        opening=opening[0] if opening else (),
        topics=tuple(_topic(draft) for draft in read if draft.topic is not None),
        present=_named(people, Presence.PRESENT, Capacity.ATTENDS),
        attending=_named(people, Presence.PRESENT, Capacity.OBSERVES),
        excused=_named(people, Presence.EXCUSED),
        recorder=meeting.recorder,
        signer=content.Attendant(name=meeting.signer.name, post=meeting.signer_post) if meeting.signer else None,
    )


def title_of(meeting: Meeting) -> str:
    """What the minutes of this meeting are called."""
    if meeting.title.endswith("纪要"):
        return meeting.title
    return f"{meeting.title}{'' if meeting.title.endswith(('会', '会议')) else '会议'}纪要"


def _mark(meeting: Meeting) -> str:
    with translation.override(LEDGER_LANGUAGE):  # papers are Chinese, whoever asks for them
        return f"{meeting.get_kind_display()}纪要"


# --- what a section says ---


def _draft(meeting: Meeting, section: Section, parsed: Parsed, known: Known, again: list[Fault]) -> Draft:
    found = list(parsed.faults) + again
    items = []
    for line in parsed.items:
        lead = _one(line.lead_name, line, known, found)
        named = {name: _one(name, line, known, found) for name in line.other_names}
        others = tuple(dict.fromkeys(other for other in named.values() if other is not None and other != lead))
        words = tuple(
            dict.fromkeys(
                other.name if other else name for name, other in named.items() if other is None or other != lead
            )
        )
        if line.due_on is not None and line.due_on < meeting.starts_at.astimezone(ZONE).date():
            found.append(Fault(line.line, _("完成期限早于开会的日子"), line.number))
        items.append(DraftItem(line, lead, others, words))
    found += _of_the_whole(section, parsed)
    return Draft(section, section.topic, parsed, tuple(items), tuple(sorted(found, key=lambda fault: fault.line)))


def _of_the_whole(section: Section, parsed: Parsed) -> list[Fault]:
    if section.topic_id is None:
        marked = [Fault(line.line, _("任务事项要写在它的议题下面"), line.number) for line in parsed.items]
        if parsed.decided:
            marked.append(Fault(1, _("议定的内容要写在它的议题下面")))
        return marked if parsed.said else [Fault(1, _("还没有写开头")), *marked]
    said = parsed.said or parsed.decided or parsed.items
    return [] if said else [Fault(1, _("这个议题还没有写内容"))]


def _given_twice(read: Sequence[Parsed]) -> list[list[Fault]]:
    """For each section the items whose number another section before it has; within one, the markup says it."""
    seen: set[int] = set()
    found = []
    for parsed in read:
        numbers = {item.number for item in parsed.items if item.number is not None}
        found.append(
            [
                Fault(item.line, _("编号与另一个议题下的任务重复：请删去编号，保存时会给新的编号"), item.number)
                for item in parsed.items
                if item.number in seen
            ]
        )
        seen |= numbers
    return found


# --- departments by their names ---


def _departments(meeting: Meeting, items: Iterable[ItemLine]) -> Known:
    """By full and by short name, those of the meeting's own district first, then those of the city.

    Those in service, and those that its minutes named when they were: a correction of something else leaves them. One
    statement, and one more when there are names of no department.
    """
    names = {name for item in items for name in (item.lead_name, *item.other_names) if name}
    rank = Case(
        When(active=False, then=Value(3)),
        When(district_id=meeting.district_id, then=Value(0)),
        When(district__level=District.Level.CITY, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    given = ActionItem.objects.filter(meeting=meeting, removed_in=None)
    there = Q(active=True) | Q(pk__in=given.values("lead")) | Q(pk__in=given.values("others"))
    wanted = Department.objects.filter(Q(name__in=names) | Q(short_name__in=names), there)
    found: dict[str, list[Department]] = {}
    for department in wanted.annotate(rank=rank).order_by("rank", "pk"):
        for name in {department.name, department.short_name} & names:
            found.setdefault(name, []).append(department)
    strange = sorted(names - found.keys())[:MOST_STRANGE]
    if not strange:
        return Known(found, {})
    here = Q(district_id=meeting.district_id) | Q(district__level=District.Level.CITY)
    likely = reduce(or_, (Q(name__contains=name) for name in strange))
    close = list(Department.objects.filter(here & likely, active=True).order_by("pk").values_list("name", flat=True))
    near = {name: [one for one in close if name in one] for name in strange}
    return Known(found, {name: alike[0] for name, alike in near.items() if len(alike) == 1})


def _one(name: str, line: ItemLine, known: Known, found: list[Fault]) -> Department | None:
    """The department of this name; a fault is added to `found` when there is none, or no telling which."""
    if not name:
        return None  # the markup says that it is missing
    all_of_them = known.of.get(name, [])
    best = [one for one in all_of_them if one.rank == all_of_them[0].rank]  # type: ignore[attr-defined]
    if len(best) == 1:
        return best[0]
    near = known.near.get(name, "")
    words = _("没有叫“%(name)s”的部门：请写名录里的全称或简称")
    if best:
        words = _("有几个部门叫“%(name)s”：请写全称")
    elif near:
        words = _("没有叫“%(name)s”的部门：是不是“%(near)s”")
    found.append(Fault(line.line, words % {"name": name[:40], "near": near}, line.number))
    return None


# --- as it is printed ---


def _topic(draft: Draft) -> content.Topic:
    assert draft.topic is not None
    return content.Topic(
        title=draft.topic.title,
        said=draft.parsed.said,
        decided=draft.parsed.decided,
        items=tuple(_item(item) for item in draft.items),
    )


def _item(item: DraftItem) -> content.ActionItem:
    return content.ActionItem(
        words=item.line.words,
        lead=item.lead.name if item.lead else item.line.lead_name or OPEN_LEAD,
        with_others=item.other_words,
        person=item.line.person,
        due_on=item.line.due_on,
        number=item.line.number,
    )


def _people(meeting: Meeting) -> list[Attendee]:
    """Those of organisations by what these are, then the guests."""
    rows = list(meeting.attendees.select_related("participant__organisation").order_by("participant_id", "pk"))
    of_places = [(PARTS.index(Part(row.participant.part)), row) for row in rows if row.participant is not None]
    guests = by_organisation(row for row in rows if row.participant is None)
    return [row for _part, row in sorted(of_places, key=lambda pair: pair[0])] + guests


def _named(
    people: Iterable[Attendee], presence: Presence, capacity: Capacity | None = None
) -> tuple[content.Attendant, ...]:
    return tuple(
        content.Attendant(name=row.name, post=row.place)
        for row in people
        if row.presence == presence and capacity in (None, row.capacity)
    )
