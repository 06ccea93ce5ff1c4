"""The stories are played through the moves: everybody at the hour of their step, the system as time goes by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any

from django.db import connection

from cases.demands import drafting, moves
from cases.demands.enums import OVER_STATES
from cases.demands.forms import in_one_line
from cases.demands.models import Attachment, Case, IntakeItem, IntakeRun
from config.demo import words
from config.demo.files import made_files
from config.demo.meetings import Act
from config.demo.passing import Passing
from config.demo.people import DISTRICT_LETTERS
from config.demo.story import CaseStory, Step, in_order
from config.demo.town import Town
from parties.models import Membership, Organisation
from parties.roles import Role
from workflow.actor import Actor, Channel, Post
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.models import Proposal
from workflow.proposals import decide, propose

Progress = Callable[[int, int], None]  # steps done, steps in all
# Steps that are a move with the words of the step and nothing else.
MOVES: dict[str, Callable[..., Case]] = {
    "request": moves.request_completion,
    "complete": moves.complete_case,
    "dispatch": moves.dispatch_case,
    "acknowledge": moves.acknowledge_case,
    "name": moves.name_handler,
    "replace": moves.name_handler,
    "ask": moves.ask_firm,
    "answer": moves.answer_case,
    "contact": moves.record_first_contact,
    "deny": moves.deny_first_contact,
    "plan": moves.save_plan,
    "note": moves.add_internal_note,
    "reply": moves.add_public_reply,
    "result": moves.submit_result,
    "return": moves.return_result,
    "sign": moves.sign_off,
    "confirm": moves.confirm_case,
    "uphold_return": moves.uphold_return,
    "reject_return": moves.reject_return,
    "assign_lead": moves.assign_lead,
    "pass_down": moves.pass_down,
    "redo": moves.redo_case,
    "withdraw": moves.withdraw_case,
    "undo_withdrawal": moves.undo_withdrawal,
    "nudge": moves.nudge_case,
    "relay_to_firm": moves.relay_to_firm,
    "relay_to_department": moves.relay_to_department,
    "attach": moves.attach_files,
    "attach_public": moves.attach_public_files,
    "attach_internal": moves.attach_internal_files,
    "release_attachment": moves.release_attachment,
    "ask_recusal": moves.ask_recusal,
    "recuse": moves.recuse_case,
}
# Steps that go on with a demand that is over.
REVIVING = frozenset({"redo", "undo_withdrawal"})
# Steps after which a demand may be over, or no longer is.
ENDING = REVIVING | {"confirm", "withdraw", "consent"}
# Who is meant by the name of a post: the role, and which of several who hold it.
POSTS: dict[str, tuple[Role, int]] = {
    "firm": (Role.ENTERPRISE_STAFF, 0),
    "firm_secretary": (Role.ENTERPRISE_SECRETARY, 0),
    "intake": (Role.INTAKE, 0),
    "intake2": (Role.INTAKE, 1),
    "dispatcher": (Role.DISPATCHER, 0),
    "arbitrator": (Role.ARBITRATOR, 0),
    "supervisor": (Role.SUPERVISOR, 0),
    "liaison": (Role.DEPARTMENT_LIAISON, 0),
    "handler": (Role.HANDLER, 0),
    "other": (Role.HANDLER, 1),
    "deputy": (Role.DEPUTY_HEAD, 0),
    "secretary": (Role.DEPARTMENT_SECRETARY, 0),
    "head": (Role.DEPARTMENT_HEAD, 0),
}
OF_THE_FIRM = frozenset({"firm", "firm_secretary"})
OF_THE_OFFICE = frozenset({"intake", "intake2", "dispatcher", "arbitrator", "supervisor"})


@dataclass
class _OnStage:
    """A demand while its story is played, and its key once it exists."""

    story: CaseStory
    pk: int | None = None


# Steps after which PostgreSQL counts the rows again.
COUNTED_ANEW = frozenset({200, 800, 2500, 6000})


def count_rows_anew() -> None:
    """The planner of PostgreSQL learns how many rows there are: by itself it sees none of an open transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


class Stage:
    """All demands of the demonstration, and the people who act in them."""

    def __init__(self, town: Town, stories: list[CaseStory], meetings: Sequence[Act] = ()) -> None:
        self._town, self._meetings = town, meetings
        self._cases = [_OnStage(story) for story in stories]
        self._messages = 0

    def play(self, as_of: date, progress: Progress) -> None:
        steps = list(in_order([on_stage.story for on_stage in self._cases]))
        acts = [Act(step.at, partial(self._act, self._cases[place], step)) for place, step in steps]
        acts = sorted([*acts, *self._meetings], key=attrgetter("at"))
        passing = Passing(as_of)
        for done, act in enumerate(acts, start=1):
            passing.until(act.at)
            if act.run(act.at) in ENDING:
                passing.somebody_ended(act.at)
            passing.tell(act.at)
            if done in COUNTED_ANEW:
                count_rows_anew()
            progress(done, len(acts))
        passing.to_the_end()
        self._leave_messages(as_of)

    def post(self, story: CaseStory, name: str) -> Membership:
        """Whom the story calls so: `handler` is that of its first lead, `handler@zjj` that of another department."""
        name, _at, place = name.partition("@")
        if name == "signer":
            name = story.signer
        role, which = POSTS[name]
        if name in ("handler", "other") and story.handler:
            which = 1 - which
        here: Organisation
        if name in OF_THE_FIRM:
            here = self._town.firms[story.firm.serial]
        elif name in OF_THE_OFFICE:
            here = self._town.offices[place or story.desk]
        else:
            here = self._town.departments[place or story.lead]
        return self._town.post(here, role, which)

    def _act(self, on: _OnStage, step: Step, _at: datetime) -> str:
        """The step is made; what it was."""
        self._step(on, step)
        return step.action

    def _step(self, on: _OnStage, step: Step) -> None:
        membership = self.post(on.story, step.by)
        post = Post.of(membership)
        by = Actor(user_id=membership.user_id, now=step.at, post=post, posts=(post,), channel=Channel.WEB)
        if step.action in ("submit", "register"):
            if on.pk is None:
                self._open(on, step, by)
            return
        assert on.pk is not None, "a story begins with submit or register"
        seen, state = Case.objects.filter(pk=on.pk).values_list("head_seq", "state").get()
        if state in OVER_STATES and step.action not in REVIVING:
            return  # a long holiday ended the firm's term before its answer
        inputs = {"by": by, "seen": seen} | self._rows(on, step)
        if step.action in MOVES:
            MOVES[step.action](on.pk, **inputs)
        else:
            getattr(self, f"_{step.action}")(on, on.pk, inputs)

    def _rows(self, on: _OnStage, step: Step) -> dict[str, Any]:
        """The inputs of a step, with rows where the story names departments, offices, posts and files."""
        rows: dict[str, Callable[[Any], Any]] = {
            "lead": self._town.departments.__getitem__,
            "suggested": self._town.departments.__getitem__,
            "office": self._town.offices.__getitem__,
            "duty_item": self._town.duties.__getitem__,
            "handler": partial(self.post, on.story),
            "person": lambda name: self.post(on.story, name).user,
            "uploads": made_files,
        }
        named = self._usual(on, step) | dict(step.inputs)
        inputs = {name: rows[name](value) if name in rows else value for name, value in named.items()}
        if step.action == "contact":
            inputs["person"] = inputs["person"].name
        return inputs

    def _usual(self, on: _OnStage, step: Step) -> dict[str, Any]:
        """What a step of this kind means where its words do not say otherwise."""
        _by, at, place = step.by.partition("@")
        if step.action == "dispatch":
            return {"lead": on.story.lead, "duty_item": on.story.duty.code}
        if step.action in ("acknowledge", "name"):
            return {"handler": f"handler{at}{place}"}
        if step.action == "replace":
            return {"handler": f"other{at}{place}"}
        if step.action == "contact":
            return {"person": "firm"}
        if step.action == "release_attachment":
            return {"attachment": Attachment.objects.filter(case=on.pk).earliest("pk")}
        return {}

    def _open(self, on: _OnStage, step: Step, by: Actor) -> None:
        text = on.story.text
        if step.action == "register":
            delivered = step.at - timedelta(minutes=40)
            item = self._deliver(on.story.desk, delivered, [(text.title, text.text)])[0]
            enterprise = self._town.firms[on.story.firm.serial]
            on.pk = moves.register_intake(item.pk, by=by, enterprise=enterprise, title=text.title).pk
            return
        together = [on]
        if on.story.submission:
            together = [other for other in self._cases if other.story.submission == on.story.submission]
        sent = drafting.send([self._submission(one.story) for one in together], by=by)
        for one, case in zip(together, sent, strict=True):
            one.pk = case.pk

    def _submission(self, story: CaseStory) -> dict[str, Any]:
        text = story.text
        return {
            "category": self._town.categories[text.category],
            "title": text.title,
            "text": text.text,
            "wanted": text.wanted,
            "answers": dict(text.answers),
            "contact_name": self.post(story, "firm").user.name,
            "contact_phone": story.firm.phone,
            "identity": story.identity,
        }

    # -- moves that need more than the words of their step --

    def _accept(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Case:
        story = on.story
        given = {
            "category": self._town.categories[story.text.category],
            "klass": story.duty.klass,
            "urgent": story.urgent,
            "duty_item": self._town.duties[story.duty.code] if story.by_rule else None,
            "duplicates_seen": True,
        }
        return moves.accept_case(pk, **given | inputs)

    def _propose(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Proposal:
        """Somebody asks for a move that takes two people; the other inputs are those of the move."""
        by, seen, action, reason = (inputs.pop(name) for name in ("by", "seen", "action", "why"))
        say = partial(in_one_line, action, inputs)
        return propose(Case, pk, action, by=by, seen=seen, inputs=inputs, reason=reason, say=say)

    def _consent(self, on: _OnStage, pk: int, inputs: dict[str, Any]) -> Proposal:
        waiting = Proposal.objects.pending().get(subject_kind=Case.ledger_kind, subject_id=pk)
        return decide(waiting.public_id, by=inputs["by"], consent=True, reason=inputs.get("reason", ""))

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
