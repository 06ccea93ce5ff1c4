"""People, organisations and demands for tests. Whatever moves is brought there through the moves themselves.

`Town` is small but complete: beside everything a demand needs stands what must not see it, so that a leak would show.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth.hashers import make_password
from django_tasks_db.models import DBTaskResult

from cases.demands import moves
from cases.demands.enums import (
    OF_DIALOGUE,
    OPEN_STATES,
    CaseState,
    Confirmation,
    ContactChannel,
    Identity,
    Klass,
    Origin,
    Outcome,
)
from cases.demands.models import Case, Category, DutyItem, DutyOwner, IntakeItem, IntakeRun
from foundation.insertion import insert
from parties.models import Department, District, Enterprise, Membership, Office, Organisation, User
from parties.roles import Role
from tests.files import upload
from workflow.actor import Actor, Channel, actor_for
from workflow.calendar import ZONE, newest_editions, read_calendar, shipped_notices
from workflow.clocks import ClockKind, remind_on_days
from workflow.clocks.reminders import latest_reminder
from workflow.models import Clock, OutboxMessage
from workflow.proposals import decide, propose
from workflow.versions import policy_named

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)  # a Monday, inside working hours
CALENDAR = read_calendar(newest_editions(shipped_notices()), version="calendar/1")  # as the first migration loads it
PASSWORD = "long enough, and not a word"
SINCE = date(2020, 1, 1)


def later(*, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """So long after NOW."""
    return NOW + timedelta(days=days, hours=hours, minutes=minutes)


def actor(who: User | Membership, now: datetime = NOW, *, channel: Channel = Channel.WEB) -> Actor:
    """The actor of this person (in their first post) or of this very post; one statement."""
    if isinstance(who, Membership):
        return actor_for(who.user_id, now=now, channel=channel, request_id="test", membership_id=who.pk)
    return actor_for(who.pk, now=now, channel=channel, request_id="test")


def system(now: datetime = NOW, *, rule: str = "时限到期") -> Actor:
    """The system, acting by a rule."""
    return Actor.system(now=now, rule=rule, request_id="test")


# --- rows ---

_counted: dict[str, int] = {}


def _next(kind: str) -> int:
    _counted[kind] = _counted.get(kind, 0) + 1
    return _counted[kind]


def district(code: str = "150602", name: str = "东胜区", *, parent: District | None = None) -> District:
    level = District.Level.BANNER if parent else District.Level.CITY
    return District.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent": parent})[0]


def _districts() -> tuple[District, District, District]:
    """The city and two banners, those that are not there yet written."""
    city = District(code="150600", name="鄂尔多斯市", level=District.Level.CITY)
    banner = District(code="150602", name="东胜区", level=District.Level.BANNER, parent=city)
    other = District(code="150625", name="杭锦旗", level=District.Level.BANNER, parent=city)
    known = District.objects.in_bulk([city.pk, banner.pk, other.pk])
    if new := [one for one in (city, banner, other) if one.pk not in known]:
        insert(new)
    city, banner, other = (known.get(one.pk, one) for one in (city, banner, other))
    return city, banner, other


def _department(name: str = "", *, of: District, code: str = "") -> Department:
    n = _next("department")
    return Department(name=name or f"第{n}局", code=code or f"D{n}", district=of)


def department(name: str = "", *, of: District, code: str = "") -> Department:
    return _saved(_department(name, of=of, code=code))


def _enterprise(name: str = "", *, of: District) -> Enterprise:
    n = _next("enterprise")
    return Enterprise(name=name or f"第{n}公司", credit_code=f"91150602MA0{n:07d}", district=of)


def enterprise(name: str = "", *, of: District) -> Enterprise:
    return _saved(_enterprise(name, of=of))


def _office(name: str, *, of: District, kind: str = Office.OfficeKind.PLATFORM) -> Office:
    return Office(name=name, district=of, serves=of, office_kind=kind)


def office(name: str, *, of: District, kind: str = Office.OfficeKind.PLATFORM) -> Office:
    return _saved(_office(name, of=of, kind=kind))


def _saved(row: Any) -> Any:
    row.save(force_insert=True)
    return row


def user(name: str = "", **fields: Any) -> User:
    n = _next("user")
    return User.objects.create(username=f"user{n}", name=name or f"张{n}", password=make_password(PASSWORD), **fields)


def member(organisation: Organisation, role: Role, *, person: User | None = None, **fields: Any) -> Membership:
    """A post in force since long ago, of a new person unless one is given."""
    return Membership.objects.create(
        user=person or user(), organisation_id=organisation.pk, role=role, **{"valid_from": SINCE, **fields}
    )


def category(code: str = "", name: str = "", **fields: Any) -> Category:
    n = _next("category")
    return Category.objects.create(code=code or f"C{n}", name=name or f"第{n}类", **fields)


def _duty(*, of: Category, matter: str = "", klass: str = Klass.COMPLEX) -> DutyItem:
    n = _next("duty")
    return DutyItem(
        code=f"{of.code}-{n}",
        category=of,
        matter=matter or f"第{n}事项",
        legal_basis="《电力法》第二十五条",
        klass=klass,
    )


def duty(*owners: Department, of: Category, matter: str = "", klass: str = Klass.COMPLEX) -> DutyItem:
    """A matter of the duty list in force, owned by these departments."""
    item = _saved(_duty(of=of, matter=matter, klass=klass))
    DutyOwner.objects.bulk_create([DutyOwner(duty_item=item, department=owner) for owner in owners])
    return item


# --- a town ---

DESK = (Role.INTAKE, Role.DISPATCHER, Role.ARBITRATOR, Role.SUPERVISOR)
BUREAU = (
    Role.DEPARTMENT_LIAISON,
    Role.HANDLER,
    Role.HANDLER,
    Role.DEPUTY_HEAD,
    Role.DEPARTMENT_HEAD,
    Role.DEPARTMENT_SECRETARY,
)
FIRM = (Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY, Role.AGENT, Role.RESIDENT_LIAISON)


@dataclass
class Town:
    """A banner with its office, two departments and two firms; another banner; and those who see no case at all."""

    city: District
    banner: District
    other_banner: District
    office: Office
    other_office: Office
    city_office: Office
    evaluation: Office
    leaders: Office
    energy: Department
    housing: Department
    far_department: Department
    firm: Enterprise
    neighbour: Enterprise
    far_firm: Enterprise
    power: Category
    building: Category
    only_energy: DutyItem  # one owner: dispatched by rule
    shared: DutyItem  # energy and housing: the dispatcher chooses
    far: DutyItem  # the department of the other banner
    everybody: list[Membership] = field(default_factory=list)

    @classmethod
    def build(cls) -> "Town":
        city, banner, other_banner = _districts()
        power, building = Category(code="ENERGY", name="用电用能"), Category(code="BUILDING", name="工程建设")
        insert([power, building])
        energy, housing = _department("市能源局", of=city), _department("市住建局", of=city)
        far_department = _department("杭锦旗能源局", of=other_banner)
        only_energy = _duty(of=power, matter="电力接入协调")
        shared = _duty(of=power, matter="配套管网协调")
        far = _duty(of=power, matter="杭锦旗电力接入协调")
        town = cls(
            city=city,
            banner=banner,
            other_banner=other_banner,
            office=_office("东胜区平台办公室", of=banner),
            other_office=_office("杭锦旗平台办公室", of=other_banner),
            city_office=_office("市平台办公室", of=city),
            evaluation=_office("市统计评价办公室", of=city, kind=Office.OfficeKind.EVALUATION),
            leaders=_office("市领导办公室", of=city, kind=Office.OfficeKind.LEADER),
            energy=energy,
            housing=housing,
            far_department=far_department,
            firm=_enterprise("甲公司", of=banner),
            neighbour=_enterprise("乙公司", of=banner),
            far_firm=_enterprise("丙公司", of=other_banner),
            power=power,
            building=building,
            only_energy=only_energy,
            shared=shared,
            far=far,
        )
        offices = [town.office, town.other_office, town.city_office, town.evaluation, town.leaders]
        insert([energy, housing, far_department, *offices, town.firm, town.neighbour, town.far_firm])
        insert([only_energy, shared, far])
        owners = [(only_energy, energy), (shared, energy), (shared, housing), (far, far_department)]
        insert([DutyOwner(duty_item=item, department=owner) for item, owner in owners])
        town._staff(
            (town.firm, FIRM),
            (town.neighbour, FIRM),
            (town.far_firm, FIRM),
            (town.office, (*DESK, Role.INTAKE)),
            (town.other_office, DESK),
            (town.city_office, (*DESK, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)),
            (town.evaluation, (Role.STATISTICS,)),
            (town.leaders, (Role.LEADER, Role.LEADER_OFFICE)),
            (town.energy, BUREAU),
            (town.housing, BUREAU),
            (town.far_department, BUREAU),
        )
        return town

    def _staff(self, *desks: tuple[Organisation, tuple[Role, ...]]) -> None:
        """One person a post, with a password, in few statements."""
        secret, posts = make_password(PASSWORD), [(place, role) for place, roles in desks for role in roles]
        words = {role: str(role.label) for role in {role for _place, role in posts}}
        people = [
            User(username=f"u{n}.{role.lower()}", name=f"{place.name}{words[role]}{n}", password=secret)
            for n, (place, role) in enumerate(posts)
        ]
        insert(people)
        self.everybody = [
            Membership(user=person, organisation_id=place.pk, role=role, valid_from=SINCE)
            for person, (place, role) in zip(people, posts, strict=True)
        ]
        insert(self.everybody)

    def at(self, place: Organisation, role: Role, which: int = 0) -> Membership:
        """The `which`-th holder of this role in this organisation."""
        return [m for m in self.everybody if m.organisation_id == place.pk and m.role == role][which]

    # The line of a demand of `firm` that `energy` answers.

    @cached_property
    def staff(self) -> Membership:
        return self.at(self.firm, Role.ENTERPRISE_STAFF)

    @cached_property
    def firm_secretary(self) -> Membership:
        return self.at(self.firm, Role.ENTERPRISE_SECRETARY)

    @cached_property
    def intake(self) -> Membership:
        return self.at(self.office, Role.INTAKE)

    @cached_property
    def second_intake(self) -> Membership:
        return self.at(self.office, Role.INTAKE, 1)

    @cached_property
    def dispatcher(self) -> Membership:
        return self.at(self.office, Role.DISPATCHER)

    @cached_property
    def arbitrator(self) -> Membership:
        return self.at(self.office, Role.ARBITRATOR)

    @cached_property
    def supervisor(self) -> Membership:
        return self.at(self.office, Role.SUPERVISOR)

    @cached_property
    def city_intake(self) -> Membership:
        return self.at(self.city_office, Role.INTAKE)

    @cached_property
    def city_dispatcher(self) -> Membership:
        return self.at(self.city_office, Role.DISPATCHER)

    @cached_property
    def liaison(self) -> Membership:
        return self.at(self.energy, Role.DEPARTMENT_LIAISON)

    @cached_property
    def housing_liaison(self) -> Membership:
        return self.at(self.housing, Role.DEPARTMENT_LIAISON)

    @cached_property
    def handler(self) -> Membership:
        return self.at(self.energy, Role.HANDLER)

    @cached_property
    def second_handler(self) -> Membership:
        return self.at(self.energy, Role.HANDLER, 1)

    @cached_property
    def deputy(self) -> Membership:
        return self.at(self.energy, Role.DEPUTY_HEAD)

    @cached_property
    def party_secretary(self) -> Membership:
        return self.at(self.energy, Role.DEPARTMENT_SECRETARY)


# --- demands ---


@dataclass(frozen=True)
class Traits:
    """How a demand differs from the usual one: complex, not urgent, of the town's firm, solved."""

    firm: Enterprise | None = None
    title: str = "变压器增容等待三个月"
    text: str = "我公司二期生产线设备已经到场，现有变压器容量不足，申请增容三个月没有答复。"
    klass: str = Klass.COMPLEX
    urgent: bool = False
    hidden: bool = False  # the department does not learn whose it is; its contact is a message through the platform
    origin: str = Origin.ENTERPRISE
    no_firm: bool = False  # an action item that no firm asked for
    by_rule: bool = False  # dispatched by rule instead of by the dispatcher
    contacted: bool = False  # the first contact is on record, where the state does not bring it anyway
    planned: bool = False  # so is the plan
    completed: bool = False  # intake asked for more once, and the firm gave it
    asked: int = 0  # rounds of questions that the firm has answered before
    stand_in: bool = False  # nobody acknowledged in time: a liaison stands in, until the demand goes on
    kept_out: bool = False  # the second handler of the lead keeps out of it
    attached: str = ""  # one file was added, where the state takes it: by the move of this name
    outcome: str = Outcome.SOLVED
    confirmation: str = Confirmation.SOLVED  # UNANSWERED: the firm said nothing, and the system closed the demand
    start: datetime = NOW
    pace: timedelta = timedelta(minutes=10)  # between two moves


def case_in(state: str, *, town: Town, **traits: Any) -> Case:
    """A demand in this state, brought there through the moves: the first at `start`, the others one `pace` apart.

    A draft is the exception: the product keeps none outside a transaction, so its row is written here. A demand of
    `town.far_firm` goes through the office and the department of the other banner.
    """
    return _Journey(town, replace(Traits(), **traits)).to(CaseState(state))


def untold(case: Case) -> Case:
    """The case, and nothing left of what its moves so far would have told anybody."""
    OutboxMessage.objects.all().delete()
    DBTaskResult.objects.all().delete()
    return case


def draft_case(town: Town, *, origin: str = Origin.ENTERPRISE, firm: Enterprise | None = None) -> Case:
    """A draft as it lies in the table for a moment, inside the transaction that opens a demand."""
    firm = firm or town.firm
    serving = Office.objects.get(serves_id=firm.district_id, office_kind=Office.OfficeKind.PLATFORM)
    return Case.objects.create(
        origin=origin,
        enterprise=firm,
        district_id=firm.district_id,
        office=serving,
        category=town.power,
        title=Traits.title,
        text=Traits.text,
        contact_phone="0477-5550100",
        opened_by=None,
    )


def intake_item(place: Office, *, text: str = "来电反映停电，请尽快恢复。") -> IntakeItem:
    """A message of the hotline that waits in this office for an enterprise."""
    run = IntakeRun.objects.create(source="12345热线", file_name="hotline.csv", office=place, started_at=NOW)
    return IntakeItem.objects.create(
        run=run, office=place, source="12345热线", external_number=f"R{_next('item'):06d}", title="停电", text=text
    )


POINTS = ["现有变压器的容量", "增容申请单的编号"]


def remind(row: Clock) -> datetime | None:
    """The last reminder of this running clock was sent in time; the end of the working day after it."""
    calendar = CALENDAR
    days = remind_on_days(policy_named(row.policy).data, ClockKind(row.kind))
    sent = latest_reminder(row.state, calendar, days, now=row.due_at)
    if sent is None:
        return None
    row.reminded_at = sent.at
    row.save(update_fields=["reminded_at"])
    return calendar.end_of_working_day(calendar.nth_working_day_after(sent.at.astimezone(ZONE).date(), 1))


class _Journey:
    """A demand on its way. Every step is the named move of the person whose turn it is."""

    def __init__(self, town: Town, traits: Traits) -> None:
        self.town, self.traits, self.now = town, traits, traits.start
        self.firm = traits.firm or town.firm
        here = self.firm.district_id == town.banner.pk
        self.office = town.office if here else town.other_office
        self.lead = town.energy if here else town.far_department

    def to(self, state: CaseState) -> Case:
        if state == CaseState.DRAFT:
            return draft_case(self.town, origin=self.traits.origin, firm=self.firm)
        case = self.open()
        if self.traits.completed:
            case = self.complete(self.request_completion(case))
        ends = state in (CaseState.NEED_INFO, CaseState.ENDED)
        steps = {
            CaseState.SUBMITTED: self.request_completion if ends else self.accept,
            CaseState.NEED_INFO: self.end_incomplete,
            CaseState.ACCEPTED: self.dispatch,
            CaseState.DISPATCHED: self.send_back
            if state == CaseState.RETURN_REVIEW
            else self.acknowledge_overdue
            if self.traits.stand_in
            else self.acknowledge,
            CaseState.IN_PROGRESS: self.wait if state == CaseState.WAIT_ENTERPRISE else self.answer,
            CaseState.RESULT_REVIEW: self.sign,
            CaseState.AWAIT_CONFIRM: self.confirm,
            CaseState.CLOSED: self.archive,
        }
        while case.state != state:
            case = steps[case.state](case)
        return self.keep_out(self.talk(case))

    def keep_out(self, case: Case) -> Case:
        """The second handler of the lead is entered as keeping out, if the traits want it."""
        if not self.traits.kept_out:
            return case
        person = self.town.at(self.lead, Role.HANDLER, 1).user
        clerk = self.by(self.office, Role.INTAKE)
        return moves.recuse_case(case.pk, by=clerk, seen=case.head_seq, person=person, reason="亲属关系")

    def by(self, place: Organisation, role: Role) -> Actor:
        """The holder of this post, one pace later than the one before."""
        at, self.now = self.now, self.now + self.traits.pace
        return actor(self.town.at(place, role), at)

    def when_over(self, case: Case, kind: ClockKind) -> Actor:
        """The system a minute after this clock is over and, if the firm was to be reminded, after its last day."""
        row = Clock.objects.get(subject_kind="case", subject_id=case.pk, kind=kind, stopped_at=None)
        self.now = max(self.now, remind(row) or row.due_at, row.due_at) + timedelta(minutes=1)
        return system(self.now)

    def open(self) -> Case:
        if self.traits.origin == Origin.INTAKE:
            item = intake_item(self.office, text=self.traits.text)
            clerk = self.by(self.office, Role.INTAKE)
            return moves.register_intake(item.pk, by=clerk, enterprise=self.firm, title=self.traits.title)
        if self.traits.origin in OF_DIALOGUE:
            at, self.now = self.now, self.now + self.traits.pace
            return moves.open_from_origin(
                moves.Source(self.traits.origin, f"origin-{_next('origin')}"),
                by=system(at),
                enterprise=None if self.traits.no_firm else self.firm,
                office=self.office,
                category=self.town.power,
                klass=self.traits.klass,
                title=self.traits.title,
                text=self.traits.text,
            )
        return moves.submit_case(
            by=self.by(self.firm, Role.ENTERPRISE_STAFF),
            category=self.town.power,
            title=self.traits.title,
            text=self.traits.text,
            contact_name="李经理",
            contact_phone="0477-5550100",
            identity=Identity.HIDDEN if self.traits.hidden else Identity.OPEN,
        )

    def request_completion(self, case: Case) -> Case:
        clerk = self.by(self.office, Role.INTAKE)
        return moves.request_completion(case.pk, by=clerk, seen=case.head_seq, points=POINTS)

    def complete(self, case: Case) -> Case:
        staff = self.by(self.firm, Role.ENTERPRISE_STAFF)
        return moves.complete_case(case.pk, by=staff, seen=case.head_seq, answer="申请单编号为 2026-0831。")

    def end_incomplete(self, case: Case) -> Case:
        return moves.end_incomplete(case.pk, by=self.when_over(case, ClockKind.COMPLETION))

    def accept(self, case: Case) -> Case:
        return moves.accept_case(
            case.pk,
            by=self.by(self.office, Role.INTAKE),
            seen=case.head_seq,
            category=self.town.power,
            klass=self.traits.klass,
            urgent=self.traits.urgent,
            duty_item=self.town.only_energy if self.traits.by_rule else None,
            duplicates_seen=True,
        )

    def dispatch(self, case: Case) -> Case:
        item = self.town.shared if self.lead == self.town.energy else self.town.far
        clerk = self.by(self.office, Role.DISPATCHER)
        return moves.dispatch_case(case.pk, by=clerk, seen=case.head_seq, lead=self.lead, duty_item=item)

    def send_back(self, case: Case) -> Case:
        asks, inputs = self.by(self.lead, Role.DEPARTMENT_LIAISON), {"clause": "《电力法》第六条", "suggested": None}
        reason = "不归本部门管理"
        one = propose(Case, case.pk, "send_back", by=asks, seen=case.head_seq, inputs=inputs, reason=reason)
        decide(one.public_id, by=self.by(self.lead, Role.DEPARTMENT_HEAD), consent=True)
        return Case.objects.get(pk=case.pk)

    def acknowledge(self, case: Case) -> Case:
        handler = self.town.at(self.lead, Role.HANDLER)
        liaison = self.by(self.lead, Role.DEPARTMENT_LIAISON)
        return moves.acknowledge_case(case.pk, by=liaison, seen=case.head_seq, handler=handler)

    def acknowledge_overdue(self, case: Case) -> Case:
        return moves.acknowledge_overdue(case.pk, by=self.when_over(case, ClockKind.ACKNOWLEDGE))

    def name_handler(self, case: Case) -> Case:
        handler = self.town.at(self.lead, Role.HANDLER)
        liaison = self.by(self.lead, Role.DEPARTMENT_LIAISON)
        return moves.name_handler(case.pk, by=liaison, seen=case.head_seq, handler=handler, reason="确定承办人")

    def ask(self, case: Case) -> Case:
        by = self.by(self.lead, Role.HANDLER)
        return moves.ask_firm(case.pk, by=by, seen=case.head_seq, points=POINTS)

    def contact(self, case: Case) -> Case:
        by = self.by(self.lead, Role.DEPARTMENT_LIAISON)
        if case.hides_firm:
            return moves.relay_to_firm(case.pk, by=by, text="您好，这件事由我们承办，请问现有容量是多少？")
        return moves.record_first_contact(
            case.pk,
            by=by,
            seen=case.head_seq,
            contacted_at=by.now,
            channel=ContactChannel.PHONE,
            person="李经理",
            summary="电话说明办理步骤",
        )

    def plan(self, case: Case) -> Case:
        by = self.by(self.lead, Role.HANDLER)
        steps = [("现场勘察", by.now.date() + timedelta(days=3)), ("出具方案", by.now.date() + timedelta(days=7))]
        return moves.save_plan(case.pk, by=by, seen=case.head_seq, steps=steps)

    def talk(self, case: Case) -> Case:
        """First contact, plan and answered questions, as far as the traits ask for them and the state takes them."""
        if case.state in (CaseState.DISPATCHED, CaseState.IN_PROGRESS) and self.traits.contacted:
            case = self.contact(case)
        if case.state == CaseState.IN_PROGRESS and self.traits.planned:
            case = self.plan(case)
        while case.state == CaseState.IN_PROGRESS and case.firm_asked < self.traits.asked:
            case = self.ask(case)
            staff = self.by(self.firm, Role.ENTERPRISE_STAFF)
            case = moves.answer_case(case.pk, by=staff, seen=case.head_seq, answer="现有容量 630 千伏安。")
        if self.traits.attached and case.state in OPEN_STATES:
            case = self.attach(case)
        if self.traits.hidden:
            Case.objects.filter(pk=case.pk).update(identity="HIDDEN")
            case = Case.objects.get(pk=case.pk)
        return case

    def attach(self, case: Case) -> Case:
        action, liaison = self.traits.attached, Role.DEPARTMENT_LIAISON
        if action == "attach":
            return moves.attach_files(case.pk, by=self.by(self.firm, Role.ENTERPRISE_STAFF), uploads=[upload()])
        who = self.by(self.lead, liaison) if case.lead_id else self.by(self.office, Role.INTAKE)
        run = moves.attach_public_files if action == "attach_public" else moves.attach_internal_files
        return run(case.pk, by=who, uploads=[upload()])

    def wait(self, case: Case) -> Case:
        """The firm is asked, after whatever the traits want to have happened before."""
        return self.ask(self.talk(self.name_handler(case) if case.stand_in else case))

    def answer(self, case: Case) -> Case:
        case = self.contact(self.name_handler(case) if case.stand_in else case)
        if case.klass != Klass.INQUIRY:
            case = self.plan(case)
        return moves.submit_result(
            case.pk,
            by=self.by(self.lead, Role.HANDLER),
            seen=case.head_seq,
            outcome=self.traits.outcome,
            text="供电方案已于十一月二十日送达企业。",
            evidence="供电方案答复单一份",
        )

    def sign(self, case: Case) -> Case:
        return moves.sign_off(case.pk, by=self.by(self.lead, case.signer_role), seen=case.head_seq)

    def confirm(self, case: Case) -> Case:
        if self.traits.confirmation == Confirmation.UNANSWERED:
            return moves.close_unanswered(case.pk, by=self.when_over(case, ClockKind.CONFIRM))
        if self.traits.no_firm:
            clerk = self.by(self.office, Role.DISPATCHER)
            return moves.confirm_by_office(case.pk, by=clerk, seen=case.head_seq, confirmation=self.traits.confirmation)
        staff = self.by(self.firm, Role.ENTERPRISE_STAFF)
        return moves.confirm_case(case.pk, by=staff, seen=case.head_seq, confirmation=self.traits.confirmation)

    def archive(self, case: Case) -> Case:
        assert case.closed_at is not None
        self.now = case.closed_at + timedelta(days=30)
        return moves.archive_case(case.pk, by=system(self.now, rule="办结满 30 天"))
