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
from cases.demands.enums import CaseState, Klass
from cases.demands.models import Case, Category, DutyItem, DutyOwner
from cases.demands.questions import CATEGORIES
from config.demo.histories import Digits, Told
from parties.models import Department, District, Enterprise, Membership, Office, Organisation, User
from parties.roles import Role
from workflow.actor import Actor, Channel, Post
from workflow.bulk import History
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
        self.digits = Digits()
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
        told = Told(
            town, case, lead=lead, item=item, klass=klass, random=random, digits=self.digits, answer=words.answer
        )
        return told.until(state, start=start, now=self.now, notes=notes)
