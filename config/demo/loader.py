"""Puts the demonstration into an empty database: city, duty list, firms and people, and demands through the moves.

All in one transaction: a load that is broken off leaves nothing behind, and the next one starts from nothing.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from cases.demands import moves
from cases.demands.enums import OVER_STATES
from cases.demands.models import Case, IntakeItem, IntakeRun
from config.demo import words
from config.demo.city import CITY
from config.demo.dispatch_rules import adopt_rules
from config.demo.enterprises import ENTERPRISES
from config.demo.passing import Passing
from config.demo.people import DISTRICT_LETTERS
from config.demo.rosters import make_rosters
from config.demo.story import CaseStory, Step, in_order, tell
from config.demo.town import Town
from foundation.models import Policy
from parties.models import Enterprise, Membership, Organisation, User
from parties.roles import Role
from workflow.actor import Actor, Channel, Post
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.models import Event
from workflow.versions import CLOCK_POLICY

Progress = Callable[[int, int], None]  # steps done, steps in all


def is_there() -> bool:
    """Whether the demonstration has been loaded; it is there whole or not at all."""
    return Enterprise.objects.filter(credit_code=ENTERPRISES[0].credit_code).exists()


def is_from_before_clocks_were_in_events() -> bool:
    """Whether a version loaded the demonstration whose events did not yet say what happened to clocks."""
    first = Event.objects.order_by("pk").values_list("facts", flat=True).first()
    return first is not None and "clocks" not in json.loads(first)


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
        make_rosters(people.departments, people.offices, people.post, as_of=as_of)
        Stage(people, tell(seed=seed, as_of=as_of, demands=demands)).play(as_of, progress)
        adopt_rules(people.post(people.offices[CITY.code], Role.SYSTEM_ADMIN), as_of=as_of)
        return True


@dataclass
class _OnStage:
    """A demand while its story is played: its key once it exists, and who has which post in it."""

    story: CaseStory
    posts: dict[str, Membership]
    pk: int | None = None


class Stage:
    """Plays the stories through the moves: everybody at the hour of their step, the system as time goes by."""

    def __init__(self, town: Town, stories: list[CaseStory]) -> None:
        self._town = town
        self._cases = [_OnStage(story, self._posts_of(story)) for story in stories]
        self._messages = 0

    def play(self, as_of: date, progress: Progress) -> None:
        steps = list(in_order([on_stage.story for on_stage in self._cases]))
        passing = Passing(as_of)
        for done, (place, step) in enumerate(steps, start=1):
            passing.until(step.at)
            self._step(self._cases[place], step)
            passing.tell(step.at)
            progress(done, len(steps))
        passing.to_the_end()
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
            "other": town.post(lead, Role.HANDLER, 1 - story.handler),
            "deputy": town.post(lead, Role.DEPUTY_HEAD),
            "secretary": town.post(lead, Role.DEPARTMENT_SECRETARY),
        }
        return posts | {"signer": posts[story.signer]}

    def _step(self, on: _OnStage, step: Step) -> None:
        membership = on.posts[step.by]
        post = Post.of(membership)
        by = Actor(user_id=membership.user_id, now=step.at, post=post, posts=(post,), channel=Channel.WEB)
        if on.pk is None:
            on.pk = self._open(on, step, by).pk
            return
        seen, state = Case.objects.filter(pk=on.pk).values_list("head_seq", "state").get()
        if state in OVER_STATES:  # a long holiday ended the firm's term before its answer
            return
        getattr(self, f"_{step.action}")(on, on.pk, {"by": by, "seen": seen} | step.inputs)

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

    def _request(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.request_completion(pk, **inputs)

    def _complete(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.complete_case(pk, **inputs)

    def _dispatch(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        lead, duty_item = self._town.departments[on.story.lead], self._town.duties[on.story.duty.code]
        return moves.dispatch_case(pk, lead=lead, duty_item=duty_item, **inputs)

    def _acknowledge(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.acknowledge_case(pk, handler=on.posts["handler"], **inputs)

    def _name(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.name_handler(pk, handler=on.posts["handler"], **inputs)

    def _replace(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.name_handler(pk, handler=on.posts["other"], **inputs)

    def _ask(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.ask_firm(pk, **inputs)

    def _answer(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        return moves.answer_case(pk, **inputs)

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
