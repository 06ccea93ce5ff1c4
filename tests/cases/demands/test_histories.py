"""Random histories through the moves: what the table of the design allows happens, nothing else does.

The model below knows the table that was typed by hand and a handful of facts; it never asks the product.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import transaction

from cases.demands.models import Case
from foundation.errors import Changed, DomainError, NotVisible, NotYours, Refused, WrongMoment
from parties.models import Membership
from parties.roles import Role
from tests.cases.demands.invariants import (
    assert_chain_holds,
    assert_every_clock_is_its_replay,
    assert_next_due_is_the_first_of_the_running,
    running,
    turn_of,
)
from tests.cases.demands.table import (
    APPENDS,
    DECIDED_BY,
    MOVES,
    OF_THE_HIDDEN,
    OF_THE_SYSTEM,
    ON_A_CASE,
    ON_A_FILE,
    OVER,
    SEES,
    is_its_moment,
    is_theirs,
    perform,
)
from tests.factories import NOW, Town, actor, case_in, system
from workflow.calendar import ZONE
from workflow.clocks import ClockKind
from workflow.models import Clock, Event

HISTORIES = 200
HANDLED = ("IN_PROGRESS", "WAIT_ENTERPRISE", "RESULT_REVIEW", "AWAIT_CONFIRM")
STEPS = 12
RECUSALS = {"recuse", "lift_recusal"}
INTERNAL = {"note_internal", "submit_result", "return_result", "propose", "attach_internal", *RECUSALS}
KEPT_FROM = {"firm": INTERNAL, "lead": {"ask_recusal", *RECUSALS}}  # who does not learn of which events
DRAWN = tuple(action for action in ON_A_CASE if action not in ON_A_FILE)
SIGNER = {
    "INQUIRY": "DEPUTY_HEAD",
    "ORDINARY": "DEPUTY_HEAD",
    "COMPLEX": "DEPARTMENT_SECRETARY",
    "HARD": "DEPARTMENT_SECRETARY",
}
TURNS = {
    "SUBMITTED": lambda _model: ("office", "INTAKE"),
    "NEED_INFO": lambda _model: ("enterprise", "ENTERPRISE_STAFF"),
    "ACCEPTED": lambda _model: ("office", "DISPATCHER"),
    "DISPATCHED": lambda _model: ("lead", "DEPARTMENT_LIAISON"),
    "IN_PROGRESS": lambda model: ("lead", "DEPARTMENT_LIAISON" if model.stand_in else "HANDLER"),
    "WAIT_ENTERPRISE": lambda _model: ("enterprise", "ENTERPRISE_STAFF"),
    "RESULT_REVIEW": lambda model: ("lead", SIGNER[model.klass]),
    "AWAIT_CONFIRM": lambda _model: ("enterprise", "ENTERPRISE_STAFF"),
    "CLOSED": lambda _model: None,
    "ENDED": lambda _model: None,
    "ARCHIVED": lambda _model: None,
}
# The move that starts the clock for which a move of the system waits.
STARTS = {
    "end_incomplete": "request_completion",
    "acknowledge_overdue": "dispatch",
    "answer_overdue": "ask_firm",
    "close_unanswered": "sign_off",
}
# Those that wait for a reminder of the firm as well.
REMINDED = {"end_incomplete", "close_unanswered"}
# Inputs that the move must refuse.
BAD: dict[str, Callable[[Town], dict[str, Any]]] = {
    "request_completion": lambda town: {"points": []},
    "complete": lambda town: {"answer": " "},
    "accept": lambda town: {"klass": "HUGE"},
    "decline": lambda town: {"channel": " "},
    "reclassify": lambda town: {"klass": "INQUIRY"},
    "dispatch": lambda town: {"duty_item": town.only_energy, "lead": town.housing},
    "acknowledge": lambda town: {"handler": town.liaison},
    "name_handler": lambda town: {"handler": town.liaison},
    "ask_firm": lambda town: {"points": ["具体容量"] * 11},
    "answer": lambda town: {"answer": ""},
    "record_contact": lambda town: {"summary": " "},
    "deny_contact": lambda town: {"reason": ""},
    "save_plan": lambda town: {"steps": []},
    "note_internal": lambda town: {"text": " \n"},
    "reply_public": lambda town: {"text": "长" * 1001},
    "relay_to_firm": lambda town: {"text": " "},
    "relay_to_department": lambda town: {"text": "长" * 1001},
    "submit_result": lambda town: {"outcome": "MAYBE"},
    "return_result": lambda town: {"reason": "不"},
    "confirm": lambda town: {"confirmation": "UNANSWERED"},
    "ask_recusal": lambda town: {"name": " "},
    "recuse": lambda town: {"reason": ""},
    "lift_recusal": lambda town: {"reason": ""},
    "attach": lambda town: {"uploads": []},
    "attach_public": lambda town: {"uploads": [], "description": "方案"},
    "attach_internal": lambda town: {"description": "长" * 201},
}


# --- the time of the design, counted by hand: no holiday lies between NOW and the end of the year ---


def working_day_after(day: date, n: int) -> date:
    """The n-th day after it that is no Saturday and no Sunday."""
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


def closing_of(day: date) -> datetime:
    return datetime.combine(day, time(17, 30), ZONE)


def natural_days(start: datetime, n: int, *, least: int = 0) -> datetime:
    """24:00 of the n-th day, at least the `least`-th working day, moved on to a working day."""
    day = start.astimezone(ZONE).date()
    last = max(day + timedelta(days=n), working_day_after(day, least))
    while last.weekday() >= 5:
        last += timedelta(days=1)
    return datetime.combine(last + timedelta(days=1), time(), ZONE)


TERMS: dict[str, Callable[[datetime], datetime]] = {
    "end_incomplete": lambda start: natural_days(start, 10),
    "acknowledge_overdue": lambda start: closing_of(working_day_after(start.astimezone(ZONE).date(), 1)),
    "answer_overdue": lambda start: closing_of(working_day_after(start.astimezone(ZONE).date(), 5)),
    "close_unanswered": lambda start: natural_days(start, 7, least=5),
}


@dataclass
class Model:
    """What the design says of one demand after the events so far."""

    state: str = "SUBMITTED"
    klass: str = ""
    handler: Membership | None = None
    stand_in: bool = False
    contacted: bool = False
    denied: bool = False
    hidden: bool = False  # the firm, for the department
    relayed: bool = False  # the first contact was a message through the platform
    planned: bool = False
    recused: bool = False  # the second handler keeps out
    events: list[str] = field(default_factory=lambda: ["submit"])
    now: datetime = NOW
    moments: dict[str, datetime] = field(default_factory=dict)  # when each move was last written
    effective_at: datetime = NOW  # of the last event
    reminded_at: datetime | None = None  # of the clock that runs against the firm

    def place_of(self, post: Membership | None, town: Town) -> str:
        if post is None:
            return "system"
        lead = {town.energy.pk: "lead"} if "dispatch" in self.events else {}
        return {town.firm.pk: "firm", town.office.pk: "office", **lead}.get(post.organisation_id, "elsewhere")

    def answer(
        self, action: str, post: Membership | None, town: Town, *, seen: int, inputs: dict[str, Any], bad: bool
    ) -> type[DomainError] | None:
        """The error this person, or the system, must meet, in the order of the door, or None."""
        place, role = self.place_of(post, town), Role(post.role) if post else None
        if role is not None and role.value not in SEES.get(place, "").split():
            return NotVisible
        if self.recused and post == town.second_handler:
            return NotVisible
        if not is_theirs(action, role, place):
            return NotYours
        missed = [event for event in self.events[seen:] if event not in KEPT_FROM.get(place, ())]
        if action not in APPENDS and action not in OF_THE_SYSTEM and missed:
            return Changed
        if post is not None and self.is_kept_from(action, post):
            return NotYours
        if not is_its_moment(action, self.state) or not self.is_ready_for(action) or not self.is_time_for(action):
            return WrongMoment
        return Refused if bad or self.is_already(action, inputs) or self.is_out(action, place, inputs, town) else None

    def is_kept_from(self, action: str, post: Membership) -> bool:
        mine = self.handler is not None and self.handler.user_id == post.user_id
        if action in ("sign_off", "return_result"):
            # Before a class is set the rule reads it as one that the deputy head signs.
            return post.role != SIGNER.get(self.klass, "DEPUTY_HEAD") or mine
        if action in ("record_contact", "relay_to_firm"):
            return post.role == Role.HANDLER and not mine
        return action in ("save_plan", "submit_result", "ask_firm") and not mine

    def is_ready_for(self, action: str) -> bool:
        if action == "request_completion":
            return action not in self.events
        if action == "ask_firm":
            return self.events.count(action) < 2
        if action in OF_THE_HIDDEN:
            return self.hidden
        if action == "record_contact":
            return not self.contacted and not self.hidden
        if action == "deny_contact":
            return self.contacted and not self.denied and not self.relayed
        if action == "save_plan":
            return self.klass != "INQUIRY" and not self.planned
        if action == "reclassify":
            return action not in self.events and not self.planned and self.klass != "HARD"
        if action == "submit_result":
            return self.contacted and (self.planned or self.klass == "INQUIRY")
        return True

    def due(self, action: str) -> datetime | None:
        """When the clock is over for which this move waits."""
        start = self.moments.get(STARTS.get(action, ""))
        return TERMS[action](start) if start else None

    def is_time_for(self, action: str) -> bool:
        if action == "archive":
            ends = ("confirm", "close_unanswered", "end_incomplete", "decline")
            over = next(self.moments[end] for end in ends if end in self.moments)
            return self.now >= over + timedelta(days=30)
        if action in REMINDED:
            if self.reminded_at is None:
                return False
            if self.now <= closing_of(working_day_after(self.reminded_at.astimezone(ZONE).date(), 1)):
                return False
        due = self.due(action)
        return action not in STARTS or (due is not None and self.now > due)

    def is_already(self, action: str, inputs: dict[str, Any]) -> bool:
        """A handler is named who has it already; but who only stands in can be named."""
        return action == "name_handler" and inputs["handler"] == self.handler and not self.stand_in

    def is_out(self, action: str, place: str, inputs: dict[str, Any], town: Town) -> bool:
        """Who keeps out becomes no handler; nobody is let in again who is not out, nor kept out twice by colleagues."""
        if action in ("acknowledge", "name_handler"):
            return self.recused and inputs["handler"] == town.second_handler
        return (action == "lift_recusal" and not self.recused) or (
            action == "recuse" and self.recused and place == "lead"
        )

    def apply(self, action: str, inputs: dict[str, Any], town: Town) -> None:
        due = self.due(action)
        self.effective_at = max(due, self.effective_at) if due else self.now
        self.moments[action] = self.now
        self.events += ["propose", action] if action in DECIDED_BY else [action]
        self.state = MOVES[action][2] or self.state
        self.klass = inputs.get("klass", self.klass)
        self.handler = town.liaison if action == "acknowledge_overdue" else inputs.get("handler", self.handler)
        self.stand_in = action == "acknowledge_overdue" or (self.stand_in and action != "name_handler")
        if action == "recuse" and self.handler == town.second_handler and self.state in HANDLED:
            self.handler, self.stand_in = town.liaison, True
        self.recused = action == "recuse" or (self.recused and action != "lift_recusal")
        self.relayed |= action == "relay_to_firm" and not self.contacted
        self.contacted |= action in ("record_contact", "relay_to_firm")
        self.hidden &= action != "reveal_firm"
        self.denied |= action == "deny_contact"
        self.planned |= action == "save_plan"

    def waits_for(self) -> datetime | None:
        """When the clock is over on which the system would move in this state."""
        dues = [due for action in STARTS if is_its_moment(action, self.state) and (due := self.due(action))]
        return dues[0] if dues else None


@dataclass(frozen=True)
class Step:
    """Somebody tries something: `which` chooses among the ways of this kind."""

    kind: str
    which: int
    klass: str = "COMPLEX"
    missed: int = 0  # how many events the person has not seen
    bad: bool = False
    wait: timedelta = timedelta()
    jump: timedelta | None = None  # first comes the moment so long after the clock is over for which the system waits
    reminded: timedelta | None = None  # so long ago

    @classmethod
    def drawn(cls, lots: Random) -> "Step":
        return cls(
            kind=lots.choice(["allowed", "allowed", "allowed", "system", "near", "near", "theirs", "any"]),
            which=lots.randrange(10**6),
            klass=lots.choice(sorted(SIGNER)),
            missed=lots.choice([0, 0, 0, 0, 0, 0, 1, 2]),
            bad=lots.random() < 0.15,
            wait=timedelta(seconds=lots.choice([0, 1, 3600, lots.randrange(3 * 86400)])),
            jump=lots.choice([None] * 8 + [timedelta(), timedelta(seconds=1), timedelta(days=3)]),
            reminded=lots.choice([None, timedelta(), timedelta(days=1), timedelta(days=2), timedelta(days=4)]),
        )


def inputs_of(action: str, step: Step, town: Town, case: Case | None = None) -> dict[str, Any]:
    """The inputs that vary from one history to another; with an even `which` a rule dispatches at once."""
    if action == "accept":
        return {"klass": step.klass, "duty_item": None if step.which % 2 else town.only_energy}
    if action == "reclassify":
        return {"klass": "HARD"}
    if action == "recalculate" and case is not None:
        kinds = (
            Clock.objects.filter(subject_id=case.pk, stopped_at=None).order_by("kind").values_list("kind", flat=True)
        )
        return {"kind": ClockKind(kinds[step.which % len(kinds)]) if kinds else ClockKind.RESOLVE}
    named = action in ("acknowledge", "name_handler")
    return {"handler": town.at(town.energy, Role.HANDLER, step.which % 2)} if named else {}


def choose(model: Model, step: Step, town: Town) -> tuple[str, Membership | None]:
    """A move, and somebody to make it: first the move is drawn, so that the many who may write notes do not prevail.

    `near` are those whose move and moment it is, and who are refused all the same; `system` is the system where it
    moves when a time is over. None stands for the system.
    """
    head = len(model.events)

    def is_of(kind: str, action: str, post: Membership | None) -> bool:
        if kind == "any":
            return True
        if kind == "system":
            return post is None and action in {*STARTS, "archive"} and is_its_moment(action, model.state)
        theirs = is_theirs(action, Role(post.role) if post else None, model.place_of(post, town))
        if kind == "theirs" or not theirs:
            return theirs
        inputs = inputs_of(action, step, town)
        allowed = model.answer(action, post, town, seen=head, inputs=inputs, bad=False) is None
        return allowed if kind == "allowed" else not allowed and is_its_moment(action, model.state)

    for kind in (step.kind, "theirs", "any"):
        ways = {action: [who for who in (*town.everybody, None) if is_of(kind, action, who)] for action in DRAWN}
        if found := [(action, posts) for action, posts in sorted(ways.items()) if posts]:
            break
    action, posts = found[step.which % len(found)]
    return action, posts[step.which // len(found) % len(posts)]


# The lines from which histories branch off, so that the late states are reached as often as the early ones.
LINE = ("accept", "dispatch", "acknowledge", "record_contact", "save_plan", "submit_result", "sign_off", "confirm")
BEGINNINGS = (
    *(LINE[:n] for n in range(len(LINE))),
    ("request_completion",),
    ("request_completion", "complete"),
    (*LINE[:3], "ask_firm"),
    (*LINE[:5], "ask_firm"),
)


def begun(town: Town, beginning: Sequence[str], *, hidden: bool = False) -> tuple[Case, Model]:
    """A demand after the first moves of a line."""
    case, model = case_in("SUBMITTED", town=town, hidden=hidden), Model(hidden=hidden)
    for step in beginning:
        action = "relay_to_firm" if hidden and step == "record_contact" else step
        inputs = {"accept": {"klass": "COMPLEX"}, "acknowledge": {"handler": town.handler}}.get(action, {})
        head = len(model.events)
        post = next(p for p in town.everybody if not model.answer(action, p, town, seen=head, inputs=inputs, bad=False))
        case = perform(action, case, by=actor(post), town=town, **inputs)
        model.apply(action, inputs, town)
    return Case.objects.get(pk=case.pk), model


def pass_time(model: Model, step: Step, case: Case) -> None:
    """The time of the step has come, and the firm was reminded as the step says."""
    model.now += step.wait
    over = model.waits_for()
    if over is not None and step.jump is not None:
        model.now = max(model.now, over + step.jump)
    if model.state in ("CLOSED", "ENDED") and step.jump is not None:
        model.now += timedelta(days=15)
    model.reminded_at = None if step.reminded is None else model.now - step.reminded
    Clock.objects.filter(subject_id=case.pk, stopped_at=None).update(reminded_at=model.reminded_at)


def walk(town: Town, lots: Random) -> None:
    """One history; after every step, made or refused, the demand is what the model says."""
    case, model = begun(town, lots.choice(BEGINNINGS), hidden=lots.random() < 0.3)
    for _n in range(STEPS):
        step = Step.drawn(lots)
        pass_time(model, step, case)
        action, post = choose(model, step, town)
        seen = len(model.events) if post is None else max(len(model.events) - step.missed, 0)
        bad = step.bad and action in BAD
        inputs = inputs_of(action, step, town, case) | (BAD[action](town) if bad else {})
        wanted = model.answer(action, post, town, seen=seen, inputs=inputs, bad=bad)
        before = Case.objects.filter(pk=case.pk).values().get()
        found = attempt(action, case, post, model.now, town, seen=seen, **inputs)
        assert (type(found), str(found) != "") == (wanted or type(None), True), (action, post, model)
        if wanted is None:
            model.apply(action, inputs, town)
            if action == "accept" and inputs["duty_item"]:
                model.apply("dispatch", {}, town)
        else:
            assert Case.objects.filter(pk=case.pk).values().get() == before
        case = Case.objects.get(pk=case.pk)
        assert (case.state, case.head_seq) == (model.state, len(model.events))
        assert turn_of(case) == TURNS[case.state](model)
        assert_next_due_is_the_first_of_the_running(case)
        assert case.state not in OVER or not running(case)
        last = Event.objects.get(subject_id=case.pk, seq=case.head_seq)
        assert (last.effective_at, last.effective_at <= last.at) == (model.effective_at, True)
    assert_every_clock_is_its_replay(case)
    assert_chain_holds(case)


def attempt(
    action: str, case: Case, post: Membership | None, now: datetime, town: Town, **inputs: Any
) -> DomainError | None:
    try:
        perform(action, case, by=actor(post, now) if post else system(now), town=town, **inputs)
    except DomainError as error:
        return error
    return None


def test_only_what_the_table_allows_ever_happens(town: Town) -> None:
    """Other histories in every run; the seed of a failing one stands in its message and repeats it."""
    for _n in range(HISTORIES):
        seed = random.getrandbits(32)
        try:
            with transaction.atomic():
                walk(town, Random(seed))
                transaction.set_rollback(True)
        except AssertionError as error:
            error.add_note(f"the history of Random({seed})")
            raise


def test_a_history_can_go_all_the_way(town: Town) -> None:
    """The model itself lets a demand reach every end; otherwise it would be right for the wrong reason."""
    reached, made = set(), set()
    for which in range(60):
        model, lots = Model(hidden=which % 2 == 1), Random(which)
        for _turn in range(40):
            model.now += timedelta(days=lots.choice([0, 0, 1, 40]))
            model.reminded_at = model.now - timedelta(days=4)
            step = Step("allowed", lots.randrange(10**6))
            action, post = choose(model, step, town)
            inputs = inputs_of(action, step, town)
            if model.answer(action, post, town, seen=len(model.events), inputs=inputs, bad=False) is None:
                model.apply(action, inputs, town)
                made.add(action)
            reached.add(model.state)
    assert reached == set(TURNS)
    assert made == set(DRAWN)
