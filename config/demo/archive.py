"""The old demands of the large demonstration: whole histories, loaded in bulk, of the years before the others begin.

They lie in the archive, so that lists, searches and statistics have as much to carry as after years of work, and the
desks have no more to do than in the size of the city.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import Any

from cases.demands.enums import CaseState, Klass, Outcome
from cases.demands.models import Case
from config.demo.casting import DUTIES
from config.demo.city import CITY
from config.demo.duty_list import DutyLine
from config.demo.enterprises import EnterpriseLine
from config.demo.histories import Digits, Told
from config.demo.town import Town
from config.demo.whole_city.departments import ALL_DEPARTMENTS, BUSY, BUSY_SHARE, DISTRICT_OF
from config.demo.whole_city.texts import put_together, with_result
from parties.models import Membership
from parties.roles import Role
from workflow import bulk
from workflow.actor import Actor, Channel, Post
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.overdue import RULE

BEGUN = datetime(2020, 1, 2, 9, 0, tzinfo=ZONE)  # the first working day of clocks/1
SINCE = date(2019, 1, 1)  # from when on people of the large demonstration hold their posts
TO_THE_ARCHIVE = timedelta(days=75)  # from the submission, at the most
SLOW = 0.12  # of the results take days longer than the rest

Progress = Callable[[int, int], None]  # demands written, demands in all


def fill_archive(town: Town, count: int, *, seed: int, until: date, progress: Progress) -> bulk.Loaded:
    """So many demands lie in the archive, all of them there before `until`; memory does not grow with their number."""
    end = datetime.combine(until, time(), ZONE)
    histories = _Histories(town, seed=seed, end=end).all(count)
    return bulk.load(histories, told=lambda done: progress(done.subjects, count))


class _People:
    """The posts of the town as histories ask for them."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.system = Actor.system(now=BEGUN, rule=RULE).as_record()
        self.records = {
            post.pk: Actor(
                user_id=post.user_id, now=BEGUN, post=Post.of(post), posts=(Post.of(post),), channel=Channel.WEB
            ).as_record()
            for post in town.posts()
        }

    def at(self, place: int, role: Role, which: int = 0) -> Membership:
        return self.town.post_at(place, role, which)


class _Histories:
    """The archive in the order of submission."""

    def __init__(self, town: Town, *, seed: int, end: datetime) -> None:
        self.town, self.end, self.random = town, end, Random(f"archive/{seed}/{end.isoformat()}")
        self.people, self.digits = _People(town), Digits()
        self.lines: dict[str, list[DutyLine]] = {}
        for line in DUTIES.values():
            for owner in line.owners:
                self.lines.setdefault(owner, []).append(line)
        self.others = cycle([line.code for line in ALL_DEPARTMENTS if line.code not in BUSY])
        self.firms: dict[str, list[EnterpriseLine]] = {CITY.code: list(town.cast.firms)}
        for firm in town.cast.firms:
            self.firms.setdefault(firm.district, []).append(firm)

    def all(self, count: int) -> Iterator[bulk.History]:
        span = self.end - TO_THE_ARCHIVE - BEGUN
        for n in range(count):
            yield self._one(BEGUN + span * n / count)

    def _one(self, start: datetime) -> bulk.History:
        random, town = self.random, self.town
        lead = random.choice(BUSY) if random.random() < BUSY_SHARE else next(self.others)
        line = random.choice(self.lines[lead])
        firm = random.choice(self.firms.get(DISTRICT_OF[line.owners[0]], self.firms[CITY.code]))
        text = with_result(put_together(line, random), None, random)
        text = text.dated(start.date(), start.date() + timedelta(days=6))
        enterprise = town.firms[firm.serial]
        staff = town.post(enterprise, Role.ENTERPRISE_STAFF)
        case = Case(
            enterprise_id=enterprise.pk,
            district_id=enterprise.district_id,
            office_id=town.offices[enterprise.district_id].pk,
            opened_by_id=staff.user_id,
            category=town.categories[line.category],
            title=text.title,
            text=text.text,
            wanted=text.wanted,
            answers=dict(text.answers),
            contact_name=staff.user.name,
            contact_phone=firm.phone,
        )
        told = _InOfficeHours(
            self.people,
            case,
            lead=town.departments[lead],
            item=town.duties[line.code],
            klass=Klass(line.klass),
            random=random,
            digits=self.digits,
            answer=lambda _random: text.result_text,
        )
        told.outcome = Outcome(text.outcome)
        return told.until(CaseState.ARCHIVED, start=told.settled(start), now=self.end)


class _InOfficeHours(Told):
    """Told so that every step lies in office hours, and now and then a result takes long."""

    def __init__(self, *args: Any, **inputs: Any) -> None:
        super().__init__(*args, **inputs)
        self.calendar = calendar_in_force()

    def settled(self, at: datetime) -> datetime:
        return self.calendar.next_working_moment(at)

    def after(self, action: str) -> datetime:
        at = super().after(action)
        if action == "record_contact" and self.random.random() < SLOW:
            at += timedelta(days=self.random.randrange(5, 30))
        return self.settled(at)
