"""Meetings of the demonstration, played through the moves at their hours: from the call for topics to the minutes.

What the demands of their action items go through afterwards stands in `meeting_items`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from cases.demands.enums import CaseState, Identity
from cases.demands.models import Case
from config.demo.enterprises import JOINT_BRANCH
from config.demo.meeting_items import ItemsOnStage
from config.demo.meeting_texts import PAST, UNDER_WAY, MeetingText, routine, told
from config.demo.town import Town
from dialogue.symposia import documents, moves
from dialogue.symposia.codes import code_for
from dialogue.symposia.dates import on_or_before, working_days_before
from dialogue.symposia.drafting import save_section
from dialogue.symposia.enums import Adoption, Answer, Heard, MeetingKind, Presence, TopicState
from dialogue.symposia.models import Attendee, Comment, Meeting, Participant, Section, Topic
from dialogue.symposia.rules import Mark
from parties.models import Enterprise, Membership, Organisation
from parties.roles import Role
from workflow.actor import Actor, Channel, Post
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force

LASTS = timedelta(hours=2)
SIGNED_BY_CODE = 4  # of those who come; the others are recorded at the door
# Working days before the meeting.
OPENED, PROPOSED, CLOSED, CHOSEN, INVITED, NOTIFIED, ANSWERED = 18, 16, 12, 11, 10, 7, 5
# Working days after it.
DRAFTED, COMMENTED, SUBMITTED, ISSUED = 1, 2, 3, 4


@dataclass(frozen=True)
class Act:
    """Something that is done at a meeting or for it, at this moment."""

    at: datetime
    run: Callable[[datetime], object]


def acts_of_meetings(town: Town, *, as_of: date) -> list[Act]:
    """Everything that happens at the meetings before the as-of day, as time goes by."""
    midnight = datetime.combine(as_of, time(), ZONE)
    acts = [act for text in (*PAST, *routine(as_of), *UNDER_WAY) for act in _OnStage(text, town, as_of).acts()]
    return sorted((act for act in acts if act.at < midnight), key=lambda act: act.at)


class _OnStage:
    """One meeting while it is played, and its key once it exists."""

    def __init__(self, text: MeetingText, town: Town, as_of: date) -> None:
        self._text, self._town, self._calendar = text, town, calendar_in_force()
        self._held_on = self._day(text, as_of)
        self._starts = datetime.combine(self._held_on, time(text.at), ZONE)
        self._office = town.leaders if text.desk == "leaders" else town.offices[text.desk]
        self._desk_role = Role.LEADER_OFFICE if text.desk == "leaders" else Role.DISPATCHER
        self._pk = 0

    def _day(self, text: MeetingText, as_of: date) -> date:
        """A working day, and one to come for a meeting under way."""
        day = on_or_before(as_of - timedelta(days=text.days), self._calendar)
        if text.days < 0:
            while day <= as_of or not self._calendar.is_working_day(day):
                day += timedelta(days=1)
        return day

    # -- when --

    def acts(self) -> Iterator[Act]:
        text = self._text
        yield Act(self._before(OPENED, 9, 20), self._open)
        for n, topic in enumerate(text.topics):
            if topic.by != "carried":
                yield Act(self._before(PROPOSED, 10, 7 * n), partial(self._propose, n))
                yield Act(self._before(CHOSEN, 15, 6 * n), partial(self._decide, n))
        yield Act(self._before(INVITED, 9, 40), self._invite)
        if text.guests:
            yield Act(self._before(INVITED, 10, 10), self._invite_guests)
        yield Act(self._before(NOTIFIED, 10, 30), self._notify)
        places = self._places()
        for n, place in enumerate(places):
            # Of a meeting to come, every second has still to answer.
            if text.days > 0 or n % 2 == 0:
                yield Act(self._before(ANSWERED, 9, 11 * n), partial(self._answer, place))
        if text.telephoned:
            yield Act(self._before(ANSWERED, 16, 20), self._write_down)
        if not text.held:
            return
        yield from self._meeting()
        yield from self._draft()
        if text.items or text.settled:
            yield from self._minutes()
        if text.items:
            yield from ItemsOnStage(text, self._town, self._after, self._found).acts(Act)

    def _meeting(self) -> Iterator[Act]:
        if self._text.settled:
            yield Act(self._starts + timedelta(minutes=2), self._record)
            yield Act(self._starts + LASTS + timedelta(minutes=5), self._hold)
            return
        signing = [place for place in self._places() if self._comes(place)][:SIGNED_BY_CODE]
        for n, place in enumerate(signing):
            yield Act(self._starts - timedelta(minutes=12 - 2 * n), partial(self._sign_in, place))
        yield Act(self._starts + timedelta(minutes=2), self._record)
        yield Act(self._starts + LASTS + timedelta(minutes=5), self._hold)
        yield Act(self._starts + LASTS + timedelta(minutes=20), self._sheet)

    def _draft(self) -> Iterator[Act]:
        yield Act(self._after(DRAFTED, 9, 10), self._write)
        yield Act(self._after(DRAFTED, 16, 0), self._ask)
        for n, remark in enumerate(self._text.remarks):
            yield Act(self._after(COMMENTED, 10, 13 * n), partial(self._comment, n))
            if remark.text:
                yield Act(self._after(SUBMITTED, 9, 10 * n), partial(self._reply, n))
        yield Act(self._after(SUBMITTED, 16, 10), self._submit)

    def _minutes(self) -> Iterator[Act]:
        yield Act(self._after(ISSUED, 9, 15), self._approve)
        yield Act(self._after(ISSUED, 10, 40), self._issue)
        if (correction := self._text.correction) is not None:
            later = partial(self._after, ISSUED + correction.after)
            yield Act(later(9, 30), self._correct)
            yield Act(later(15, 0), partial(self._comment, -1))
            yield Act(later(16, 0), self._submit)
            yield Act(later(16, 30), self._approve)
            yield Act(later(17, 0), self._issue)

    def _before(self, days: int, hour: int, minutes: int) -> datetime:
        day = working_days_before(self._held_on, days, self._calendar)
        return datetime.combine(day, time(hour), ZONE) + timedelta(minutes=minutes)

    def _after(self, days: int, hour: int, minutes: int) -> datetime:
        day = self._calendar.nth_working_day_after(self._held_on, days)
        return datetime.combine(day, time(hour), ZONE) + timedelta(minutes=minutes)

    # -- who --

    def _places(self) -> list[str]:
        firms = [f"qy{serial:02d}" for serial in self._text.firms]
        return [*self._text.departments, *firms]

    def _comes(self, place: str) -> bool:
        away = {name for name, _why in (*self._text.declines, *self._text.excused)}
        return place not in away | set(self._text.absent)

    def _place(self, name: str) -> Organisation:
        return self._town.firms[int(name[2:])] if name.startswith("qy") else self._town.departments[name]

    def _delegates(self, name: str) -> list[tuple[Membership, str]]:
        """Who comes for a place, with the post as it is printed: of a department two, the first may be excused."""
        place = self._place(name)
        if name.startswith("qy"):
            line = next(line for line in self._town.cast.firms if line.serial == int(name[2:]))
            # The secretary of a joint branch cannot be there for several firms at once.
            shared = line.party_kind == JOINT_BRANCH
            role = Role.ENTERPRISE_STAFF if shared else Role.ENTERPRISE_SECRETARY
            return [(self._town.post(place, role), "综合部部长" if shared else "党组织书记")]
        deputy = "副主任" if place.name.endswith("委员会") else "副局长"
        return [
            (self._town.post(place, Role.DEPUTY_HEAD), deputy),
            (self._town.post(place, Role.HANDLER), "科室负责人"),
        ]

    def _speaker(self, name: str) -> Membership:
        place = self._place(name)
        return self._town.post(place, Role.ENTERPRISE_STAFF if name.startswith("qy") else Role.DEPARTMENT_LIAISON)

    def _host(self) -> Membership:
        if self._text.chair:
            return self._town.post(self._town.departments[self._text.chair], Role.DEPARTMENT_SECRETARY)
        return self._town.post(self._town.leaders, Role.LEADER, self._text.host)

    def _desk(self) -> Membership:
        return self._town.post(self._office, self._desk_role)

    def _organiser(self, at: datetime) -> Actor:
        return as_actor(self._desk(), at)

    def _person(self, mark: str) -> str:
        """The name that stands for a mark of the text."""
        name, _colon, handler = mark.partition(":")
        return self._delegates(name)[1 if handler else 0][0].user.name

    def _told(self, words: str) -> str:
        return told(words, self._held_on, self._calendar, self._person)

    def _seen(self) -> int:
        return Meeting.objects.values_list("head_seq", flat=True).get(pk=self._pk)

    def _found(self) -> Meeting:
        return Meeting.objects.get(pk=self._pk)

    # -- before the meeting --

    def _open(self, at: datetime) -> None:
        text = self._text
        meeting = moves.open_meeting(
            by=self._organiser(at),
            kind=text.kind,
            title=text.title,
            purpose=text.purpose,
            starts_at=self._starts,
            ends_at=self._starts + LASTS,
            place=text.place,
            host=self._host(),
            host_post=text.host_post,
            recorder=self._desk().user.name,
            topics_until=working_days_before(self._held_on, CLOSED, self._calendar),
            firms_until=working_days_before(self._held_on, INVITED, self._calendar),
        )
        self._pk = meeting.pk

    def _propose(self, n: int, at: datetime) -> None:
        topic = self._text.topics[n]
        if topic.by == "demand":
            self._propose_demand(at)
            return
        by = self._organiser(at) if topic.by == "office" else as_actor(self._speaker(topic.by), at)
        moves.propose_topic(self._pk, by=by, title=topic.title, text=self._told(topic.text))

    def _propose_demand(self, at: datetime) -> None:
        """The firm of an open demand asks for a place on the agenda; of a firm that is not invited already."""
        here = Case.objects.filter(state=CaseState.IN_PROGRESS, identity=Identity.OPEN, enterprise__isnull=False)
        case = here.filter(origin="ENTERPRISE").exclude(enterprise__in=self._firms()).order_by("pk").first()
        if case is not None:
            by = as_actor(self._town.post_at(case.enterprise_id, Role.ENTERPRISE_STAFF), at)
            moves.propose_topic(self._pk, by=by, case=case, text="办理中需要几个部门一起到现场，希望会上定下来。")

    def _decide(self, n: int, at: datetime) -> None:
        text = self._text.topics[n]
        if not text.why:
            return
        waiting = Topic.objects.filter(meeting=self._pk, state=TopicState.PROPOSED)
        of_it = waiting.filter(case__isnull=False) if text.by == "demand" else waiting.filter(title=text.title)
        if (topic := of_it.first()) is None:
            return
        decide = moves.choose_topic if text.chosen else moves.decline_topic
        decide(self._pk, by=self._organiser(at), seen=self._seen(), topic=topic, reason=text.why)

    def _firms(self) -> list[Enterprise]:
        return [self._town.firms[serial] for serial in self._text.firms]

    def _invite(self, at: datetime) -> None:
        text = self._text
        asked = Topic.objects.filter(meeting=self._pk, state=TopicState.CHOSEN, enterprise__isnull=False)
        also = [topic.enterprise for topic in asked.select_related("enterprise")]
        firms = list({firm.pk: firm for firm in (*self._firms(), *also) if firm is not None}.values())
        moves.invite(self._pk, by=self._organiser(at), seen=self._seen(), firms=firms, reason=text.why_firms)
        departments = [self._town.departments[code] for code in text.departments]
        moves.invite(
            self._pk,
            by=self._organiser(at + timedelta(minutes=5)),
            seen=self._seen(),
            departments=departments,
            all_departments=text.kind == MeetingKind.JOINT,
            reason=text.why_departments,
        )

    def _invite_guests(self, at: datetime) -> None:
        moves.invite_guests(self._pk, by=self._organiser(at), seen=self._seen(), guests=self._text.guests)

    def _notify(self, at: datetime) -> None:
        moves.send_notice(self._pk, by=self._organiser(at), seen=self._seen())

    def _answer(self, name: str, at: datetime) -> None:
        if not Participant.objects.filter(meeting=self._pk, organisation=self._place(name)).exists():
            return
        by, why = as_actor(self._speaker(name), at), dict(self._text.declines).get(name)
        if why:
            moves.answer_invitation(self._pk, by=by, answer=Answer.DECLINES, note=why)
            return
        people = [(membership.user.name, post) for membership, post in self._delegates(name)]
        moves.answer_invitation(self._pk, by=by, answer=Answer.COMES, people=people)

    def _write_down(self, at: datetime) -> None:
        name = self._text.telephoned
        row = Participant.objects.get(meeting=self._pk, organisation=self._place(name))
        people = [(membership.user.name, post) for membership, post in self._delegates(name)]
        by, heard = self._organiser(at), Heard.PHONE
        moves.record_answer(self._pk, by=by, participant=row, answer=Answer.COMES, heard=heard, people=people)

    # -- at the meeting --

    def _sign_in(self, name: str, at: datetime) -> None:
        shown = code_for(self._found().public_id, at - timedelta(seconds=40))
        moves.sign_in(self._pk, by=as_actor(self._delegates(name)[0][0], at), code=shown)

    def _record(self, at: datetime) -> None:
        """Who came without a telephone in hand, and who is excused; those who are absent stay as they are."""
        reasons = dict(self._text.excused)
        names = {self._place(name).pk: name for name in self._places()}
        marks = []
        seated: set[str] = set()
        waiting = Attendee.objects.filter(meeting=self._pk, presence=Presence.EXPECTED).select_related("participant")
        for person in waiting.order_by("pk"):
            name = names.get(person.participant.organisation_id, "") if person.participant else ""
            first, why = name not in seated, reasons.get(name, "")
            seated.add(name)
            if name in self._text.absent:
                continue
            presence = Presence.EXCUSED if why and first else Presence.PRESENT
            reason = why if presence == Presence.EXCUSED else ""
            marks.append(Mark(person.public_id, Presence.EXPECTED, presence, reason=reason))
        moves.record_attendance(self._pk, by=self._organiser(at), marks=marks)

    def _hold(self, at: datetime) -> None:
        moves.hold_meeting(self._pk, by=self._organiser(at), seen=self._seen())

    def _sheet(self, at: datetime) -> None:
        moves.issue_attendance(self._pk, by=self._organiser(at))

    # -- the minutes --

    def _write(self, at: datetime) -> None:
        moves.start_minutes(self._pk, by=self._organiser(at), seen=self._seen())
        written = [topic.minutes for topic in self._text.topics if topic.minutes]
        for n, section in enumerate(self._sections()):
            words = self._told(written[n - 1]) if n else self._opening(section.text)
            by = self._organiser(at + timedelta(minutes=35 * (n + 1)))
            save_section(section.public_id, by=by, text=words, seq=section.seq)

    def _opening(self, words: str) -> str:
        """The sentence that is there, and what the meeting says of itself before its topics begin."""
        more, last = self._text.more_opening, "现将会议议定事项纪要如下："
        return f"{words.removesuffix(last)}\n{more}{last}" if more and words.endswith(last) else words

    def _sections(self) -> list[Section]:
        return list(Section.objects.filter(meeting=self._pk).order_by("position"))

    def _ask(self, at: datetime) -> None:
        until = self._calendar.nth_working_day_after(at.date(), 2)
        moves.ask_comments(self._pk, by=self._organiser(at), seen=self._seen(), comments_until=until)

    def _comment(self, n: int, at: datetime) -> None:
        """The comment with this number; -1 of a correction: nobody has anything against it."""
        remark = self._text.remarks[n]
        said = [(self._sections()[remark.section], remark.text)] if remark.text and n >= 0 else []
        moves.comment_minutes(self._pk, by=as_actor(self._speaker(remark.by), at), remarks=said)

    def _reply(self, n: int, at: datetime) -> None:
        remark = self._text.remarks[n]
        adoption = Adoption.ADOPTED if remark.adopted else Adoption.NOT_ADOPTED
        comment = Comment.objects.filter(meeting=self._pk, text=remark.text).latest("pk")
        moves.answer_comment(self._pk, by=self._organiser(at), comment=comment, adoption=adoption, answer=remark.answer)
        if remark.edit[0]:
            self._change(remark.section, *remark.edit, at + timedelta(minutes=3))

    def _change(self, place: int, before: str, words: str, at: datetime) -> None:
        section = self._sections()[place]
        assert before in section.text, f"{before} is not in section {place} of {self._text.key}"
        after = section.text.replace(before, words)
        save_section(section.public_id, by=self._organiser(at), text=after, seq=section.seq)

    def _submit(self, at: datetime) -> None:
        moves.submit_minutes(self._pk, by=self._organiser(at), seen=self._seen())

    def _approve(self, at: datetime) -> None:
        sha256 = documents.fingerprint(documents.minutes_of(self._found()))
        moves.approve_issue(self._pk, by=as_actor(self._host(), at), seen=self._seen(), sha256=sha256)

    def _issue(self, at: datetime) -> str:
        """The word by which the stage knows that the meeting may be over: where no item is left, it is."""
        moves.issue_minutes(self._pk, by=self._organiser(at), seen=self._seen())
        return "" if self._text.items else "confirm"

    def _correct(self, at: datetime) -> None:
        correction = self._text.correction
        assert correction is not None
        moves.begin_correction(self._pk, by=self._organiser(at), seen=self._seen(), reason=correction.reason)
        before, after = self._told(correction.before), self._told(correction.words)
        self._change(correction.section, before, after, at + timedelta(minutes=20))
        self._ask(at + timedelta(minutes=30))


def as_actor(membership: Membership, at: datetime) -> Actor:
    post = Post.of(membership)
    return Actor(user_id=membership.user_id, now=at, post=post, posts=(post,), channel=Channel.WEB)
