"""A town of realistic size and the histories of its demands, the same for the same seed.

69 departments, of which six have seventy percent of the work; 820 firms in nine banners; most demands closed, and work
in hand that does not grow with the archive, because a town does not work more slowly the longer its records are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from bench import words
from cases.demands.enums import GIVEN, CaseState, Klass, Outcome
from cases.demands.models import Case, Category, DutyItem, DutyOwner, PlanStep, Result
from cases.demands.numbers import new_number
from cases.demands.questions import CATEGORIES
from parties.models import Department, District, Enterprise, Membership, Office, Organisation, User
from parties.roles import Role
from workflow.actor import Actor, Channel, Post
from workflow.bulk import History, Step
from workflow.calendar import ZONE

CITY = ("150600", "鄂尔多斯市")
BANNERS = ("东胜区", "康巴什区", "达拉特旗", "准格尔旗", "鄂托克前旗", "鄂托克旗", "杭锦旗", "乌审旗", "伊金霍洛旗")
DEPARTMENTS, BUSY, BUSY_SHARE = 69, 6, 0.7
FIRMS = 820
SINCE = date(2019, 1, 1)
BEGUN = datetime(2020, 1, 2, 9, 0, tzinfo=ZONE)
# How far a demand has come, in shares of the work in hand.
IN_HAND = {
    CaseState.SUBMITTED: 8,
    CaseState.ACCEPTED: 4,
    CaseState.DISPATCHED: 12,
    CaseState.IN_PROGRESS: 45,
    CaseState.RESULT_REVIEW: 9,
    CaseState.AWAIT_CONFIRM: 22,
}
MOST_IN_HAND = 1500
KLASSES = {Klass.INQUIRY: 30, Klass.ORDINARY: 40, Klass.COMPLEX: 25, Klass.HARD: 5}
DESK = (Role.INTAKE, Role.DISPATCHER)
BUREAU = (Role.DEPARTMENT_LIAISON, Role.HANDLER, Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_SECRETARY)
PATH = (
    *("submit", "accept", "dispatch", "acknowledge", "record_contact", "save_plan", "submit_result", "sign_off"),
    "confirm",
)
# The last step of a demand in this state.
LAST = {
    CaseState.SUBMITTED: "submit",
    CaseState.ACCEPTED: "accept",
    CaseState.DISPATCHED: "dispatch",
    CaseState.RESULT_REVIEW: "submit_result",
    CaseState.AWAIT_CONFIRM: "sign_off",
    CaseState.CLOSED: "confirm",
    CaseState.ARCHIVED: "confirm",
}


@dataclass
class Town:
    """The rows that demands refer to, and who acts for whom."""

    districts: list[District]
    offices: dict[str, Office]
    departments: list[Department]
    firms: list[Enterprise]
    duties: dict[int, list[DutyItem]]  # by department
    posts: dict[tuple[int, str], list[Membership]] = field(default_factory=dict)
    records: dict[int, dict[str, Any]] = field(default_factory=dict)
    system: dict[str, Any] = field(default_factory=lambda: Actor.system(now=BEGUN, rule="归档").as_record())

    @classmethod
    def build(cls) -> "Town":
        """Write the town; the database is empty before."""
        city = District.objects.create(code=CITY[0], name=CITY[1], level=District.Level.CITY)
        banners = [
            District(code=f"15060{n}", name=name, level=District.Level.BANNER, parent=city)
            for n, name in enumerate(BANNERS, start=1)
        ]
        District.objects.bulk_create(banners)
        offices = {
            place.pk: Office.objects.create(
                name=f"{place.name}平台办公室", district=place, serves=place, office_kind=Office.OfficeKind.PLATFORM
            )
            for place in (city, *banners)
        }
        departments = [
            Department.objects.create(
                name=f"{place.name}{bureau}局" if place is not city else f"市{bureau}局",
                code=f"D{n:02d}",
                district=place,
            )
            for n, (place, bureau) in enumerate(_bureaus(city, banners))
        ]
        firms = [
            Enterprise.objects.create(
                name=words.firm_name(n),
                district=banners[n % len(banners)],
                credit_code=f"91{banners[n % len(banners)].pk}BEN{n:06d}X",
                industry=words.NOUNS[n % len(words.NOUNS)],
            )
            for n in range(FIRMS)
        ]
        categories = [
            Category(code=c.code, name=str(c.name), hint=str(c.hint), sort=n) for n, c in enumerate(CATEGORIES)
        ]
        Category.objects.bulk_create(categories)
        town = cls([city, *banners], offices, departments, firms, _duties(departments, categories))
        town._staff([(office, DESK) for office in offices.values()])
        town._staff([(department, BUREAU) for department in departments])
        town._staff([(firm, (Role.ENTERPRISE_STAFF,)) for firm in firms])
        return town

    def _staff(self, places: list[tuple[Organisation, tuple[Role, ...]]]) -> None:
        posts = [(place, role) for place, roles in places for role in roles]
        people = User.objects.bulk_create(
            User(username=f"u{place.pk}.{n}", name=f"经办{place.pk}", password="!")
            for n, (place, _r) in enumerate(posts)
        )
        members = Membership.objects.bulk_create(
            Membership(user=person, organisation_id=place.pk, role=role, valid_from=SINCE)
            for person, (place, role) in zip(people, posts, strict=True)
        )
        for member, (place, role) in zip(members, posts, strict=True):
            self.posts.setdefault((place.pk, role.value), []).append(member)
            actor = Actor(
                member.user_id,
                BEGUN,
                Post(member.pk, member.public_id, role, place.pk, place.kind, place.name, place.district_id),
                channel=Channel.COMMAND,
            )
            self.records[member.pk] = actor.as_record()

    def at(self, place: int, role: Role, which: int = 0) -> Membership:
        return self.posts[place, role.value][which]


def _bureaus(city: District, banners: list[District]) -> Iterator[tuple[District, str]]:
    """The busy six and nine others of the city, then six bureaus a banner: 69."""
    for bureau in words.BUREAUS[:14]:
        yield city, bureau
    yield city, "政务服务"
    for n in range(DEPARTMENTS - 15):
        yield banners[n % len(banners)], words.BUREAUS[n // len(banners)]


def _duties(departments: list[Department], categories: list[Category]) -> dict[int, list[DutyItem]]:
    found: dict[int, list[DutyItem]] = {}
    for n, department in enumerate(departments):
        for m in range(2):
            category = categories[(n + m * 5) % len(categories)]
            item = DutyItem.objects.create(
                code=f"{department.code}-{m}",
                category=category,
                matter=f"{department.name}{words.MATTERS[category.code][m]}",
                legal_basis="《优化营商环境条例》第二十四条",
                klass=Klass.ORDINARY,
            )
            DutyOwner.objects.create(duty_item=item, department=department)
            found.setdefault(department.pk, []).append(item)
    return found


class Histories:
    """The demands of a town in the order in which they were submitted: the archive first, then what is in hand."""

    def __init__(self, town: Town, *, seed: int, now: datetime) -> None:
        self.town, self.random, self.now = town, Random(seed), now
        self.digits = _Digits()
        self.open_for = timedelta(days=25)

    def archive_and_work(self, count: int) -> Iterator[History]:
        """So many demands, of which at most MOST_IN_HAND (and an eighth) are not closed."""
        in_hand = min(MOST_IN_HAND, count // 8)
        closed, span = count - in_hand, (self.now - timedelta(days=34)) - BEGUN
        for n in range(closed):
            start = BEGUN + span * n / closed
            recent = start > self.now - timedelta(days=40)
            yield self.demand(CaseState.CLOSED if recent else CaseState.ARCHIVED, start=start, lead=self._lead())
        states = self.random.choices(list(IN_HAND), list(IN_HAND.values()), k=in_hand)
        for n, state in enumerate(states):
            start = self.now - self.open_for + self.open_for * 0.95 * n / in_hand
            yield self.demand(state, start=start, lead=self._lead())

    def waiting(self, count: int, *, lead: Department) -> Iterator[History]:
        """Demands that were just dispatched to this department: each can be acknowledged once."""
        for n in range(count):
            yield self.demand(CaseState.DISPATCHED, start=self.now - timedelta(hours=40, seconds=n), lead=lead)

    def with_notes(self, count: int, *, lead: Department, notes: int) -> Iterator[History]:
        """Demands in work with their six events (from submission to plan) and so many internal notes."""
        for _n in range(count):
            start = self.now - timedelta(days=12)
            yield self.demand(CaseState.IN_PROGRESS, start=start, lead=lead, klass=Klass.COMPLEX, notes=notes)

    def _lead(self) -> Department:
        busy = self.random.random() < BUSY_SHARE
        return self.town.departments[self.random.randrange(*((0, BUSY) if busy else (BUSY, DEPARTMENTS)))]

    def demand(
        self,
        state: CaseState,
        *,
        start: datetime,
        lead: Department,
        klass: Klass | None = None,
        notes: int | None = None,
    ) -> History:
        """One demand on its way to this state, its steps at the pace of a town that is mostly in time."""
        random, town = self.random, self.town
        firm = random.choice(town.firms)
        klass = klass or random.choices(list(KLASSES), list(KLASSES.values()))[0]
        item = random.choice(town.duties[lead.pk])
        title, text = words.matter(random, item.category_id)
        office = town.offices[firm.district_id]
        staff = town.at(firm.pk, Role.ENTERPRISE_STAFF)
        case = Case(
            enterprise_id=firm.pk,
            district_id=firm.district_id,
            office_id=office.pk,
            opened_by_id=staff.user_id,
            category=item.category,
            title=title[:60],
            text=text,
            wanted="请给出书面答复",
            contact_name="综合部",
            contact_phone="0477-5550100",
        )
        told = _Told(self, case, lead, item, klass, staff)
        return told.until(state, start=start, notes=notes)


class _Digits(Random):
    """The six digits of a number: every one of the million once before any comes again, without remembering them."""

    def __init__(self) -> None:
        super().__init__(0)
        self.given = 0

    def randrange(self, *_bounds: Any) -> int:
        self.given += 1
        return self.given * 618_033 % 10**6  # coprime to a million


class _Told:
    """One demand being told."""

    def __init__(
        self, histories: Histories, case: Case, lead: Department, item: DutyItem, klass: Klass, staff: Membership
    ) -> None:
        self.random, self.town, self.now = histories.random, histories.town, histories.now
        self.digits = histories.digits
        self.case, self.lead, self.item, self.klass, self.staff = case, lead, item, klass, staff
        self.handler = self.town.at(lead.pk, Role.HANDLER, self.random.randrange(2))
        self.steps: list[Step] = []
        self.beside: list[Any] = []
        self.outcome = self.random.choice(list(Outcome))

    def until(self, state: CaseState, *, start: datetime, notes: int | None) -> History:
        self.at, last = start, self._last(state, notes)
        for action in PATH:
            if self.at >= self.now:
                break
            if not (action == "save_plan" and self.klass == Klass.INQUIRY):
                getattr(self, action)()
                self.at += timedelta(seconds=self.random.randrange(900, 60_000))
            if action == last:
                break
        if state == CaseState.ARCHIVED:
            self.at += timedelta(days=30)
            self.steps.append(Step("archive", self.town.system, self.at, {}, {"text": "归档", "note": ""}))
        for _n in range(notes or 0):
            self.at = min(self.at + timedelta(minutes=7), self.now)
            text = words.answer(self.random)
            self.say("note_internal", self.handler, {"text": text}, "", note=text)
        return History(self.case, self.steps, self.beside)

    def _last(self, state: CaseState, notes: int | None) -> str:
        """The step after which a demand stands in this state; the handler has it through three of them."""
        if state == CaseState.IN_PROGRESS:
            return (
                "save_plan" if notes is not None else self.random.choice(("acknowledge", "record_contact", "save_plan"))
            )
        return LAST[state]

    def say(self, action: str, who: Membership, inputs: dict[str, Any], text: str, **body: Any) -> None:
        actor = self.town.records[who.pk]
        self.steps.append(Step(action, actor, self.at, inputs, {"text": text, "note": "", **body}))

    def submit(self) -> None:
        number = new_number(self.at.year, self.case.district_id, random=self.digits)
        self.say("submit", self.staff, {"number": number}, "提交诉求")

    def accept(self) -> None:
        clerk = self.town.at(self.case.office_id, Role.INTAKE)
        inputs = {
            "category": self.item.category,
            "klass": self.klass,
            "urgent": self.random.random() < 0.03,
            "duty_item": self.item,
            "duplicates_seen": True,
        }
        self.say("accept", clerk, inputs, f"定为{self.item.category.name}类、{self.klass.label}", open_siblings=1)

    def dispatch(self) -> None:
        clerk = self.town.at(self.case.office_id, Role.DISPATCHER)
        inputs = {"lead": self.lead, "duty_item": self.item}
        self.say("dispatch", clerk, inputs, f"依据职责清单“{self.item.matter}”，主办{self.lead.name}")

    def acknowledge(self) -> None:
        liaison = self.town.at(self.lead.pk, Role.DEPARTMENT_LIAISON)
        self.say("acknowledge", liaison, {"handler": self.handler}, "承办人已定")

    def record_contact(self) -> None:
        inputs = {"contacted_at": self.at, "channel": "PHONE", "person": "综合部", "summary": "说明办理步骤"}
        self.say("record_contact", self.handler, inputs, "电话联系 综合部", note="说明办理步骤")

    def save_plan(self) -> None:
        steps = [("现场勘察", self.at.date() + timedelta(days=3)), ("出具意见", self.at.date() + timedelta(days=8))]
        self.say("save_plan", self.handler, {"steps": steps}, f"{len(steps)} 个步骤")
        self.beside += [
            PlanStep(case=self.case, round=1, position=n, text=text, due_on=day)
            for n, (text, day) in enumerate(steps, start=1)
        ]

    def submit_result(self) -> None:
        text, evidence = words.answer(self.random), "办理结果通知单一份"
        self.say(
            "submit_result",
            self.handler,
            {"outcome": self.outcome, "text": text, "evidence": evidence},
            f"办理结果：{self.outcome.label}",
            outcome=self.outcome.value,
            result=text,
            evidence=evidence,
        )
        self.result = Result(
            case=self.case,
            round=1,
            outcome=self.outcome,
            text=text,
            evidence=evidence,
            submitted_by_id=self.handler.user_id,
            submitted_at=self.at,
        )
        self.beside.append(self.result)

    def sign_off(self) -> None:
        role = Role.DEPARTMENT_SECRETARY if self.klass in (Klass.COMPLEX, Klass.HARD) else Role.DEPUTY_HEAD
        signer = self.town.at(self.lead.pk, role)
        self.say("sign_off", signer, {}, "结果送企业确认", opinion="同意")
        self.result.signed_by_id, self.result.signed_at = signer.user_id, self.at

    def confirm(self) -> None:
        said = self.random.choice(GIVEN)
        self.say("confirm", self.staff, {"confirmation": said}, f"企业确认：{said.label}", note="收到答复")
