"""Puts the demonstration into an empty database: city, duty list, firms and people, and demands through the moves.

All in one transaction: a load that is broken off leaves nothing behind, and the next one starts from nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import translation

from cases.demands import moves
from cases.demands.models import Case, Category, DutyItem, DutyOwner, IntakeItem, IntakeRun
from cases.demands.questions import CATEGORIES
from config.demo import words
from config.demo.accounts import SIGN_IN_WITH, SOURCE
from config.demo.city import BANNERS, CITY, DEPARTMENTS, DISTRICTS, PLATFORM_OFFICES
from config.demo.duty_list import DUTY_LIST
from config.demo.enterprises import ENTERPRISES
from config.demo.people import DISTRICT_LETTERS, ONE_PERSON_DESKS, SECRETARY_IS_HEAD, names
from config.demo.story import CaseStory, Step, in_order, tell
from foundation.models import Policy
from parties.models import (
    Department,
    District,
    Enterprise,
    Membership,
    Office,
    Organisation,
    PartyCoverage,
    PartyOrganisation,
    User,
)
from parties.roles import Role
from workflow.actor import Actor, Channel, Post
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.versions import CLOCK_POLICY

Progress = Callable[[int, int], None]  # steps done, steps in all


def is_there() -> bool:
    """Whether the demonstration has been loaded; it is there whole or not at all."""
    return Enterprise.objects.filter(credit_code=ENTERPRISES[0].credit_code).exists()


def somebody_else_is_there() -> bool:
    """Whether the database belongs to real users or to another trial."""
    return User.objects.exists() or Organisation.objects.exists()


def load(*, seed: int, as_of: date, demands: int, progress: Progress) -> bool:
    """The demonstration is in the database; False when somebody else loaded it at the same moment."""
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        # Whoever comes second waits here, on both engines: SQLite took its lock at BEGIN.
        Policy.objects.select_for_update().filter(kind=CLOCK_POLICY).first()
        if is_there():
            return False
        people = Town(Random(f"people/{seed}"), since=date(as_of.year - 1, 1, 1))
        Stage(people, tell(seed=seed, as_of=as_of, demands=demands)).play(as_of, progress)
        return True


class Town:
    """Districts, organisations, people and the duty list; afterwards every post can be found by what it is called."""

    def __init__(self, random: Random, *, since: date) -> None:
        self._names, self._since = names(random), since
        # Argon2 takes 0.17 s a password by design. Hashed once and shared, salt and all, because this one password is
        # public: whoever saw two equal hashes would learn nothing that the sign-in page does not say. Anywhere else
        # every person needs a salt of their own.
        self._hash = make_password(SIGN_IN_WITH)
        self._users: list[User] = []
        self._held: list[tuple[User, Organisation, Role]] = []
        self.offices: dict[str, Office] = {}
        self.departments: dict[str, Department] = {}
        self.firms: dict[int, Enterprise] = {}
        self._districts()
        self._offices()
        self._departments()
        self._firms()
        self.categories = self._categories()
        self.duties = self._duty_list()
        self._save_people()
        self._party_organisations()

    # -- organisations and who works there --

    def _person(self, username: str, *posts: tuple[Organisation, Role], phone: str = "") -> User:
        phone = phone or f"139{len(self._users) + 1:08d}"
        user = User(username=username, name=next(self._names), phone=phone, password=self._hash)
        self._users.append(user)
        self._held += [(user, place, role) for place, role in posts]
        return user

    def _districts(self) -> None:
        District.objects.bulk_create(
            [
                District(code=CITY.code, name=CITY.name, level=District.Level.CITY),
                *(
                    District(code=banner.code, name=banner.name, level=District.Level.BANNER, parent_id=CITY.code)
                    for banner in BANNERS
                ),
            ],
            ignore_conflicts=True,
        )

    def _offices(self) -> None:
        for district in DISTRICTS:
            code, letters = district.code, DISTRICT_LETTERS[district.code]
            office = Office.objects.create(
                name=PLATFORM_OFFICES[code],
                short_name=PLATFORM_OFFICES[code],
                district_id=code,
                serves_id=code,
                office_kind=Office.OfficeKind.PLATFORM,
            )
            self.offices[code] = office
            if code in ONE_PERSON_DESKS:
                self._person(f"{letters}-sl", (office, Role.INTAKE), (office, Role.DISPATCHER))
            else:
                self._person(f"{letters}-sl", (office, Role.INTAKE))
                self._person(f"{letters}-pd", (office, Role.DISPATCHER))
            self._person(f"{letters}-cj", (office, Role.ARBITRATOR))

    def _departments(self) -> None:
        for line in DEPARTMENTS:
            department = Department.objects.create(
                code=line.code, name=line.name, short_name=line.short_name, district_id=CITY.code
            )
            self.departments[line.code] = department
            self._person(f"{line.code}-ll", (department, Role.DEPARTMENT_LIAISON))
            self._person(f"{line.code}-cb1", (department, Role.HANDLER))
            self._person(f"{line.code}-cb2", (department, Role.HANDLER))
            self._person(f"{line.code}-fg", (department, Role.DEPUTY_HEAD))
            posts = [(department, Role.DEPARTMENT_SECRETARY)]
            if line.code == SECRETARY_IS_HEAD:
                posts.append((department, Role.DEPARTMENT_HEAD))
            self._person(f"{line.code}-sj", *posts)

    def _firms(self) -> None:
        """Every firm has its staff; the firms of the joint branch have one secretary between them."""
        self._secretaries: dict[str, User] = {}
        for line in ENTERPRISES:
            firm = Enterprise.objects.create(
                name=line.name,
                short_name=line.short_name,
                district_id=line.district,
                credit_code=line.credit_code,
                industry=line.industry,
            )
            self.firms[line.serial] = firm
            self._person(f"qy{line.serial:02d}", (firm, Role.ENTERPRISE_STAFF), phone=line.phone)
            post = (firm, Role.ENTERPRISE_SECRETARY)
            if line.party_name in self._secretaries:
                self._held.append((self._secretaries[line.party_name], *post))
            else:
                self._secretaries[line.party_name] = self._person(f"qy{line.serial:02d}sj", post)

    def _party_organisations(self) -> None:
        found: dict[str, PartyOrganisation] = {}
        for line in ENTERPRISES:
            if line.party_name not in found:
                found[line.party_name] = PartyOrganisation(
                    name=line.party_name, kind=line.party_kind, secretary=self._secretaries[line.party_name]
                )
        PartyOrganisation.objects.bulk_create(found.values())
        PartyCoverage.objects.bulk_create(
            PartyCoverage(
                party_organisation=found[line.party_name], enterprise=self.firms[line.serial], valid_from=self._since
            )
            for line in ENTERPRISES
        )

    def _save_people(self) -> None:
        User.objects.bulk_create(self._users)
        memberships = Membership.objects.bulk_create(
            Membership(user=user, organisation_id=place.pk, role=role, source=SOURCE, valid_from=self._since)
            for user, place, role in self._held
        )
        self._posts: dict[tuple[int, Role], list[Membership]] = {}
        for membership, (user, place, role) in zip(memberships, self._held, strict=True):
            membership.user, membership.organisation = user, place
            self._posts.setdefault((place.pk, role), []).append(membership)

    def post(self, place: Organisation, role: Role, which: int = 0) -> Membership:
        return self._posts[place.pk, role][which]

    # -- the duty list --

    def _categories(self) -> dict[str, Category]:
        rows = [
            Category(code=line.code, name=str(line.name), hint=str(line.hint), sort=n)
            for n, line in enumerate(CATEGORIES)
        ]
        Category.objects.bulk_create(rows, ignore_conflicts=True)
        return {row.code: row for row in rows}

    def _duty_list(self) -> dict[str, DutyItem]:
        rows = {
            line.code: DutyItem(
                code=line.code,
                category=self.categories[line.category],
                matter=line.matter,
                legal_basis=line.legal_basis,
                klass=line.klass,
            )
            for line in DUTY_LIST
        }
        DutyItem.objects.bulk_create(rows.values())
        DutyOwner.objects.bulk_create(
            DutyOwner(duty_item=rows[line.code], department=self.departments[owner])
            for line in DUTY_LIST
            for owner in line.owners
        )
        return rows


@dataclass
class _OnStage:
    """A demand while its story is played: its row as the last move left it, and who has which post in it."""

    story: CaseStory
    posts: dict[str, Membership]
    case: Case | None = None


class Stage:
    """Plays the stories through the moves, step after step as time goes by, everybody at the hour of their step."""

    def __init__(self, town: Town, stories: list[CaseStory]) -> None:
        self._town = town
        self._cases = [_OnStage(story, self._posts_of(story)) for story in stories]
        self._messages = 0

    def play(self, as_of: date, progress: Progress) -> None:
        steps = list(in_order([on_stage.story for on_stage in self._cases]))
        for done, (place, step) in enumerate(steps, start=1):
            self._step(self._cases[place], step)
            progress(done, len(steps))
        self._leave_messages(as_of)

    def _posts_of(self, story: CaseStory) -> dict[str, Membership]:
        town, firm = self._town, self._town.firms[story.firm.serial]
        office, lead = town.offices[story.desk], town.departments[story.lead]
        posts = {
            "firm": town.post(firm, Role.ENTERPRISE_STAFF),
            "firm_secretary": town.post(firm, Role.ENTERPRISE_SECRETARY),
            "intake": town.post(office, Role.INTAKE),
            "dispatcher": town.post(office, Role.DISPATCHER),
            "liaison": town.post(lead, Role.DEPARTMENT_LIAISON),
            "handler": town.post(lead, Role.HANDLER, story.handler),
            "deputy": town.post(lead, Role.DEPUTY_HEAD),
            "secretary": town.post(lead, Role.DEPARTMENT_SECRETARY),
        }
        return posts | {"signer": posts[story.signer]}

    def _step(self, on: _OnStage, step: Step) -> None:
        membership = on.posts[step.by]
        post = Post.of(membership)
        by = Actor(user_id=membership.user_id, now=step.at, post=post, posts=(post,), channel=Channel.WEB)
        if on.case is None:
            on.case = self._open(on, step, by)
        else:
            seen = on.case.head_seq
            on.case = getattr(self, f"_{step.action}")(on, on.case.pk, {"by": by, "seen": seen} | step.inputs)

    def _open(self, on: _OnStage, step: Step, by: Actor) -> Case:
        text, firm = on.story.text, on.posts["firm"]
        if step.action == "register":
            delivered = step.at - timedelta(minutes=40)
            item = self._deliver(on.story.desk, delivered, [(text.title, text.text)])[0]
            enterprise = self._town.firms[on.story.firm.serial]
            return moves.register_intake(item.pk, by=by, enterprise=enterprise, title=text.title)
        return moves.submit_case(
            by=by,
            category=self._town.categories[text.category],
            title=text.title,
            text=text.text,
            wanted=text.wanted,
            answers=dict(text.answers),
            contact_name=firm.user.name,
            contact_phone=on.story.firm.phone,
        )

    def _accept(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        story = on.story
        return moves.accept_case(
            pk,
            category=self._town.categories[story.text.category],
            klass=story.duty.klass,
            urgent=story.urgent,
            duty_item=self._town.duties[story.duty.code] if story.by_rule else None,
            duplicates_seen=True,
            **inputs,
        )

    def _dispatch(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        lead, duty_item = self._town.departments[on.story.lead], self._town.duties[on.story.duty.code]
        return moves.dispatch_case(pk, lead=lead, duty_item=duty_item, **inputs)

    def _acknowledge(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.acknowledge_case(pk, handler=on.posts["handler"], **inputs)

    def _contact(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.record_first_contact(pk, person=on.posts["firm"].user.name, **inputs)

    def _deny(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.deny_first_contact(pk, **inputs)

    def _plan(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.save_plan(pk, **inputs)

    def _note(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.add_internal_note(pk, **inputs)

    def _reply(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.add_public_reply(pk, **inputs)

    def _result(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.submit_result(pk, **inputs)

    def _return(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.return_result(pk, **inputs)

    def _sign(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.sign_off(pk, **inputs)

    def _confirm(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.confirm_case(pk, **inputs)

    # -- messages of the hotline --

    def _leave_messages(self, as_of: date) -> None:
        """What the hotline delivered on the afternoon of the last working day; nobody has claimed it yet."""
        calendar = calendar_in_force()
        day = as_of - timedelta(days=1)
        while not calendar.is_working_day(day):
            day -= timedelta(days=1)
        at = calendar.end_of_working_day(day) - timedelta(minutes=25)
        for code in DISTRICT_LETTERS:
            messages = [(message.title, message.text) for message in words.MESSAGES if message.district == code]
            if messages:
                self._deliver(code, at, messages)

    def _deliver(self, district: str, at: datetime, messages: list[tuple[str, str]]) -> list[IntakeItem]:
        """One delivery of the hotline to one office; each message was taken down a little earlier."""
        office = self._town.offices[district]
        day = at.astimezone(ZONE).strftime("%Y%m%d")
        run = IntakeRun.objects.create(
            source=words.MESSAGES_FROM,
            file_name=f"12345-{DISTRICT_LETTERS[district]}-{day}.xlsx",
            office=office,
            started_at=at,
            finished_at=at + timedelta(seconds=2),
            created=len(messages),
        )
        items = []
        for n, (title, text) in enumerate(messages):
            self._messages += 1
            items.append(
                IntakeItem(
                    run=run,
                    office=office,
                    source=words.MESSAGES_FROM,
                    external_number=f"R{day}{self._messages:04d}",
                    title=title,
                    text=text,
                    received_at=at - timedelta(minutes=35 + 50 * (len(messages) - n)),
                )
            )
        return IntakeItem.objects.bulk_create(items)
