"""Random histories through the moves: what the table of the design allows happens, nothing else does.

The model below knows the table that was typed by hand and a handful of facts; it never asks the product.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from cases.demands.models import Case
from foundation.errors import Changed, DomainError, NotVisible, NotYours, Refused, WrongMoment
from parties.models import Membership
from parties.roles import Role
from tests.cases.demands.invariants import (
    assert_chain_holds,
    assert_next_due_is_the_first_of_the_running,
    running,
    turn_of,
)
from tests.cases.demands.table import APPENDS, MOVES, ON_A_CASE, SEES, is_its_moment, is_theirs, perform
from tests.factories import NOW, Town, actor, case_in

HISTORIES = 200
STEPS = 12
INTERNAL = {"note_internal", "submit_result", "return_result"}
SIGNER = {
    "INQUIRY": "DEPUTY_HEAD",
    "ORDINARY": "DEPUTY_HEAD",
    "COMPLEX": "DEPARTMENT_SECRETARY",
    "HARD": "DEPARTMENT_SECRETARY",
}
TURNS = {
    "SUBMITTED": lambda _klass: ("office", "INTAKE"),
    "ACCEPTED": lambda _klass: ("office", "DISPATCHER"),
    "DISPATCHED": lambda _klass: ("lead", "DEPARTMENT_LIAISON"),
    "IN_PROGRESS": lambda _klass: ("lead", "HANDLER"),
    "RESULT_REVIEW": lambda klass: ("lead", SIGNER[klass]),
    "AWAIT_CONFIRM": lambda _klass: ("enterprise", "ENTERPRISE_STAFF"),
    "CLOSED": lambda _klass: None,
}
# Inputs that the move must refuse.
BAD: dict[str, Callable[[Town], dict[str, Any]]] = {
    "accept": lambda town: {"klass": "HUGE"},
    "dispatch": lambda town: {"duty_item": town.only_energy, "lead": town.housing},
    "acknowledge": lambda town: {"handler": town.liaison},
    "record_contact": lambda town: {"summary": " "},
    "deny_contact": lambda town: {"reason": ""},
    "save_plan": lambda town: {"steps": []},
    "note_internal": lambda town: {"text": " \n"},
    "reply_public": lambda town: {"text": "长" * 1001},
    "submit_result": lambda town: {"outcome": "MAYBE"},
    "return_result": lambda town: {"reason": "不"},
    "confirm": lambda town: {"confirmation": "NO_ANSWER"},
}


@dataclass
class Model:
    """What the design says of one demand after the events so far."""

    state: str = "SUBMITTED"
    klass: str = ""
    handler: Membership | None = None
    contacted: bool = False
    denied: bool = False
    planned: bool = False
    events: list[str] = field(default_factory=lambda: ["submit"])

    def place_of(self, post: Membership, town: Town) -> str:
        lead = {town.energy.pk: "lead"} if "dispatch" in self.events else {}
        return {town.firm.pk: "firm", town.office.pk: "office", **lead}.get(post.organisation_id, "elsewhere")

    def answer(self, action: str, post: Membership, town: Town, *, seen: int, bad: bool) -> type[DomainError] | None:
        """The error this person must meet, in the order of the door, or None."""
        place, role = self.place_of(post, town), Role(post.role)
        if role.value not in SEES.get(place, "").split():
            return NotVisible
        if not is_theirs(action, role, place):
            return NotYours
        missed = [event for event in self.events[seen:] if place != "firm" or event not in INTERNAL]
        if action not in APPENDS and missed:
            return Changed
        if self.is_kept_from(action, post):
            return NotYours
        if not is_its_moment(action, self.state) or not self.is_ready_for(action):
            return WrongMoment
        return Refused if bad and action in BAD else None

    def is_kept_from(self, action: str, post: Membership) -> bool:
        mine = self.handler is not None and self.handler.user_id == post.user_id
        if action in ("sign_off", "return_result"):
            # Before a class is set the rule reads it as one that the deputy head signs.
            return post.role != SIGNER.get(self.klass, "DEPUTY_HEAD") or mine
        if action == "record_contact":
            return post.role == Role.HANDLER and not mine
        return action in ("save_plan", "submit_result") and not mine

    def is_ready_for(self, action: str) -> bool:
        if action == "record_contact":
            return not self.contacted
        if action == "deny_contact":
            return self.contacted and not self.denied
        if action == "save_plan":
            return self.klass != "INQUIRY" and not self.planned
        if action == "submit_result":
            return self.contacted and (self.planned or self.klass == "INQUIRY")
        return True

    def apply(self, action: str, inputs: dict[str, Any]) -> None:
        self.events.append(action)
        self.state = MOVES[action][2] or self.state
        self.klass = inputs.get("klass", self.klass)
        self.handler = inputs.get("handler", self.handler)
        self.contacted |= action == "record_contact"
        self.denied |= action == "deny_contact"
        self.planned |= action == "save_plan"


@dataclass(frozen=True)
class Step:
    """Somebody tries something: `which` chooses among the ways of this kind."""

    kind: str
    which: int
    klass: str = "COMPLEX"
    missed: int = 0  # how many events the person has not seen
    bad: bool = False
    wait: timedelta = timedelta()

    @classmethod
    def drawn(cls, lots: Random) -> "Step":
        return cls(
            kind=lots.choice(["allowed", "allowed", "allowed", "near", "near", "theirs", "any"]),
            which=lots.randrange(10**6),
            klass=lots.choice(sorted(SIGNER)),
            missed=lots.choice([0, 0, 0, 0, 0, 0, 1, 2]),
            bad=lots.random() < 0.15,
            wait=timedelta(seconds=lots.choice([0, 1, 3600, lots.randrange(3 * 86400)])),
        )


def inputs_of(action: str, step: Step, town: Town) -> dict[str, Any]:
    """The inputs that vary from one history to another; with an even `which` a rule dispatches at once."""
    if action == "accept":
        return {"klass": step.klass, "duty_item": None if step.which % 2 else town.only_energy}
    return {"handler": town.at(town.energy, Role.HANDLER, step.which % 2)} if action == "acknowledge" else {}


def choose(model: Model, step: Step, town: Town) -> tuple[str, Membership]:
    """A move, and somebody to make it: first the move is drawn, so that the many who may write notes do not prevail.

    `near` are those whose move and moment it is, and who are refused all the same.
    """
    head = len(model.events)

    def is_of(kind: str, action: str, post: Membership) -> bool:
        if kind == "any":
            return True
        theirs = is_theirs(action, Role(post.role), model.place_of(post, town))
        if kind == "theirs" or not theirs:
            return theirs
        allowed = model.answer(action, post, town, seen=head, bad=False) is None
        return allowed if kind == "allowed" else not allowed and is_its_moment(action, model.state)

    for kind in (step.kind, "theirs", "any"):
        ways = {action: [post for post in town.everybody if is_of(kind, action, post)] for action in ON_A_CASE}
        if found := [(action, posts) for action, posts in sorted(ways.items()) if posts]:
            break
    action, posts = found[step.which % len(found)]
    return action, posts[step.which // len(found) % len(posts)]


# The line from which histories branch off, so that the late states are reached as often as the early ones.
LINE = ("accept", "dispatch", "acknowledge", "record_contact", "save_plan", "submit_result", "sign_off", "confirm")


def begun(town: Town, start: int) -> tuple[Case, Model]:
    """A demand after the first moves of the line."""
    case, model = case_in("SUBMITTED", town=town), Model()
    for action in LINE[:start]:
        post = next(p for p in town.everybody if not model.answer(action, p, town, seen=len(model.events), bad=False))
        inputs = {"accept": {"klass": "COMPLEX"}, "acknowledge": {"handler": town.handler}}.get(action, {})
        case = perform(action, case, by=actor(post), town=town, **inputs)
        model.apply(action, inputs)
    return Case.objects.get(pk=case.pk), model


def walk(town: Town, lots: Random) -> None:
    """One history; after every step, made or refused, the demand is what the model says."""
    case, model = begun(town, lots.randrange(len(LINE)))
    now = NOW
    for _n in range(STEPS):
        step = Step.drawn(lots)
        now += step.wait
        action, post = choose(model, step, town)
        seen = max(len(model.events) - step.missed, 0)
        inputs = inputs_of(action, step, town) | (BAD[action](town) if step.bad and action in BAD else {})
        wanted = model.answer(action, post, town, seen=seen, bad=step.bad)
        before = Case.objects.filter(pk=case.pk).values().get()
        found = attempt(action, case, post, now, town, seen=seen, **inputs)
        assert (type(found), str(found) != "") == (wanted or type(None), True)
        if wanted is None:
            model.apply(action, inputs)
            if action == "accept" and inputs["duty_item"]:
                model.apply("dispatch", {})
        else:
            assert Case.objects.filter(pk=case.pk).values().get() == before
        case = Case.objects.get(pk=case.pk)
        assert (case.state, case.head_seq) == (model.state, len(model.events))
        assert turn_of(case) == TURNS[case.state](case.klass)
        assert_next_due_is_the_first_of_the_running(case)
        assert case.state != "CLOSED" or not running(case)
    assert_chain_holds(case)


def attempt(action: str, case: Case, post: Membership, now: datetime, town: Town, **inputs: Any) -> DomainError | None:
    try:
        perform(action, case, by=actor(post, now), town=town, **inputs)
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
    """The model itself lets a demand reach the end; otherwise it would be right for the wrong reason."""
    reached = set()
    for which in range(20):
        model = Model()
        for turn in range(40):
            step = Step("allowed", which * 7919 + turn * 31)
            action, _post = choose(model, step, town)
            model.apply(action, inputs_of(action, step, town))
            reached.add(model.state)
    assert reached == set(TURNS)
