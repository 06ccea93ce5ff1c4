"""Random histories through the moves: what the table of the design allows happens, nothing else does.

The model below knows the table that was typed by hand and a handful of facts; it never asks the product.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from cases.demands import moves
from cases.demands.models import Case
from foundation.errors import Changed, DomainError, NotVisible, NotYours, Refused, WrongMoment
from parties.models import Department, Membership, Office
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
    OF_ITS_ORIGIN,
    OF_THE_HIDDEN,
    OF_THE_SYSTEM,
    ON_A_CASE,
    ON_A_FILE,
    OVER,
    PAPERS,
    SEES,
    ask_for,
    is_its_moment,
    is_theirs,
    perform,
    second_person,
)
from tests.factories import NOW, Town, actor, case_in, system
from workflow.calendar import ZONE
from workflow.clocks import ClockKind
from workflow.models import Clock, Event, Proposal
from workflow.proposals import decide

TIMES = 1 if connection.vendor == "postgresql" else 2  # how often every line is begun
STEPS = 12
OFTEN = TIMES  # how often every move must have been made, and every state reached, over all histories
ROUNDS = 3
RECUSALS = {"recuse", "lift_recusal"}
# A handler has the demand, and may still be needed for it: also after a withdrawal, which can be undone.
HANDLED = ("IN_PROGRESS", "WAIT_ENTERPRISE", "RESULT_REVIEW", "AWAIT_CONFIRM", "ENDED")
INTERNAL = {"note_internal", "submit_result", "return_result", "propose", "attach_internal", *RECUSALS}
KEPT_FROM = {"firm": INTERNAL, "lead": {"ask_recusal", *RECUSALS}}  # who does not learn of which events
# Of evidence packs only two wait at a time, for a worker that no history has.
UNDRAWN = (*ON_A_FILE, *PAPERS, "make_pack", "untie_by_origin", "share_by_origin")
DRAWN = tuple(action for action in ON_A_CASE if action not in UNDRAWN)
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
    "IN_PROGRESS": lambda model: ("lead", model.handler.role if model.stand_in else "HANDLER"),
    "WAIT_ENTERPRISE": lambda _model: ("enterprise", "ENTERPRISE_STAFF"),
    "RETURN_REVIEW": lambda _model: ("office", "ARBITRATOR"),
    "RESULT_REVIEW": lambda model: ("lead", model.signer),
    "AWAIT_CONFIRM": lambda model: ("office", "DISPATCHER") if model.no_firm else ("enterprise", "ENTERPRISE_STAFF"),
    "CLOSED": lambda _model: None,
    "ENDED": lambda _model: None,
    "ARCHIVED": lambda _model: None,
}
# The moves that start the clock for which a move of the system waits.
STARTS = {
    "end_incomplete": ("request_completion",),
    "acknowledge_overdue": ("dispatch", "hand_down", "transfer", "reassign"),
    "answer_overdue": ("ask_firm",),
    "close_unanswered": ("sign_off",),
}
# What is possible nearly everywhere, and so is drawn less often.
COMMON = {*APPENDS - OF_THE_HIDDEN, *RECUSALS, "withdraw", "archive", "relieve_handler"}
# The ends of a demand, from which it is archived.
ENDS = (
    "confirm",
    "close_unanswered",
    "end_incomplete",
    "decline",
    "withdraw",
    "end_by_correction",
    "confirm_by_office",
    "record_opinion",
)
# The departments that have demands here, and their share in the moves between departments.
LEADS = ("energy", "housing")
# Who follows a handler who leaves, in this order.
HEIRS = ("DEPARTMENT_LIAISON", "DEPUTY_HEAD", "HANDLER")
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
    "confirm_by_office": lambda town: {"confirmation": "UNANSWERED"},
    "record_opinion": lambda town: {"words": " "},
    "move_date_by_origin": lambda town: {"due_on": NOW.date()},
    "end_by_correction": lambda town: {"reason": " "},
    "ask_recusal": lambda town: {"name": " "},
    "recuse": lambda town: {"reason": ""},
    "lift_recusal": lambda town: {"reason": ""},
    "attach": lambda town: {"uploads": []},
    "attach_public": lambda town: {"uploads": [], "description": "方案"},
    "attach_internal": lambda town: {"description": "长" * 201},
    "send_back": lambda town: {"clause": "无"},
    "uphold_return": lambda town: {"reason": "不归他"},
    "reject_return": lambda town: {"reason": " "},
    "assign_lead": lambda town: {"reason": "先办"},
    "transfer": lambda town: {"reason": " "},
    "reassign": lambda town: {"duty_item": town.only_energy, "lead": town.far_department},
    "pass_down": lambda town: {"office": town.city_office},
    "report_up": lambda town: {"reason": ""},
    "redo": lambda town: {"reason": "不行"},
    "withdraw": lambda town: {"reason": "撤"},
    "nudge": lambda town: {"text": "催" * 501},
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


def midnight_before(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


Breaks = list[tuple[date, date]]  # from the day of a withdrawal to the day on which it was undone


def working_days_of(breaks: Breaks) -> int:
    """The working days d with first day < d ≤ last day, which the break gives back to a clock in working days."""
    days = [first + timedelta(days=n) for first, last in breaks for n in range(1, (last - first).days + 1)]
    return sum(day.weekday() < 5 for day in days)


def working_days(start: datetime, n: int, breaks: Breaks) -> datetime:
    return closing_of(working_day_after(start.astimezone(ZONE).date(), n + working_days_of(breaks)))


def natural_days(start: datetime, n: int, breaks: Breaks, *, least: int = 0) -> datetime:
    """24:00 of the n-th day, at least the `least`-th working day, moved on to a working day."""
    day = start.astimezone(ZONE).date()
    last = day + timedelta(days=n + sum((until - since).days for since, until in breaks))
    if least:
        last = max(last, working_day_after(day, least + working_days_of(breaks)))
    while last.weekday() >= 5:
        last += timedelta(days=1)
    return midnight_before(last + timedelta(days=1))


TERMS: dict[str, Callable[[datetime, Breaks], datetime]] = {
    "end_incomplete": lambda start, breaks: natural_days(start, 10, breaks),
    "acknowledge_overdue": lambda start, breaks: working_days(start, 1, breaks),
    "answer_overdue": lambda start, breaks: working_days(start, 5, breaks),
    "close_unanswered": lambda start, breaks: natural_days(start, 7, breaks, least=5),
}


@dataclass
class Model:
    """What the design says of one demand after the events so far."""

    office: Office
    state: str = "SUBMITTED"
    klass: str = ""
    lead: Department | None = None
    handler: Membership | None = None
    stand_in: bool = False
    contacted: bool = False
    denied: bool = False
    hidden: bool = False  # the firm, for the department
    item: bool = False  # an action item opened it
    tied: bool = False  # an action item was tied to it
    no_firm: bool = False
    handed: bool = False  # its minutes name the lead, not the duty list
    relayed: bool = False  # the first contact was a message through the platform
    planned: bool = False
    recused: bool = False  # the second handler keeps out
    consented: bool = False  # the lead took it over by its own consent
    round: int = 1
    former_handlers: list[int] = field(default_factory=list)  # users, of the rounds before
    sent_back: list[int] = field(default_factory=list)  # the departments that did
    transferred: list[int] = field(default_factory=list)
    also_seen_by: set[int] = field(default_factory=set)  # offices that handed it over
    withdrawn_from: str = ""  # the state before the withdrawal
    pending: str = ""  # the move that waits for a second person
    asked: int = 0  # the organisation that decides it
    events: list[str] = field(default_factory=lambda: ["submit"])
    now: datetime = NOW
    moments: dict[str, datetime] = field(default_factory=dict)  # when each move was last written
    breaks: list[tuple[datetime, datetime]] = field(default_factory=list)  # from a withdrawal to its undoing
    effective_at: datetime = NOW  # of the last event
    reminded_at: datetime | None = None  # of the clock that runs against the firm

    @property
    def signer(self) -> str:
        # Before a class is set the rule reads it as one that the deputy head signs.
        heavy = self.round > 1 or self.item or self.tied
        return "DEPARTMENT_SECRETARY" if heavy else SIGNER.get(self.klass, "DEPUTY_HEAD")

    def place_of(self, post: Membership | None, town: Town) -> str:
        if post is None:
            return "system"
        lead = {self.lead.pk: "lead"} if self.lead else {}
        firm = {} if self.no_firm else {town.firm.pk: "firm"}
        return {**firm, self.office.pk: "office", **lead}.get(post.organisation_id, "elsewhere")

    def is_seen_by(self, post: Membership, place: str) -> bool:
        if post.role in SEES.get(place, "").split():
            return True
        if place == "office" and post.role == Role.SUPERVISOR and (self.item or self.tied):
            return True
        if post.organisation_id in self.also_seen_by and post.role in SEES["office"].split():
            return True
        roles = " ".join(DECIDED_BY.get(self.pending, {}).values()).split()
        return post.organisation_id == self.asked and post.role in roles

    def answer(
        self, action: str, post: Membership | None, town: Town, *, seen: int, inputs: dict[str, Any], bad: bool
    ) -> type[DomainError] | None:
        """The error this person, or the system, must meet, in the order of the door, or None."""
        place, role = self.place_of(post, town), Role(post.role) if post else None
        if post is not None and not self.is_seen_by(post, place):
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
        if not is_its_moment(action, self.state) or not self.is_ready_for(action, town):
            return WrongMoment
        if not self.is_time_for(action) or (self.pending and action in DECIDED_BY):
            return WrongMoment
        wrong = self.is_already(action, inputs, town) or self.is_out(action, place, inputs, town)
        return Refused if bad or wrong else None

    def is_kept_from(self, action: str, post: Membership) -> bool:
        mine = self.handler is not None and self.handler.user_id == post.user_id
        if action in ("sign_off", "return_result"):
            return post.role != self.signer or mine
        if action in ("record_contact", "relay_to_firm"):
            return post.role == Role.HANDLER and not mine
        return action in ("save_plan", "submit_result", "ask_firm") and not mine

    def is_ready_for(self, action: str, town: Town) -> bool:
        lead, in_the_city = self.lead.pk if self.lead else 0, self.office == town.city_office
        ready: dict[str, bool] = {
            "request_completion": action not in self.events,
            "ask_firm": self.events.count("ask_firm") < 2 and not self.no_firm,
            "end_by_correction": self.item,
            "tie_by_origin": self.state != "ENDED" or self.withdrawn_from != "",
            "confirm_by_office": self.no_firm,
            "record_opinion": (self.item or self.tied) and not self.no_firm,
            "hand_down": self.item,
            "close_unanswered": not (self.item or self.tied),
            "record_contact": not self.contacted and not self.hidden,
            "deny_contact": self.contacted and not self.denied and not self.relayed,
            "save_plan": self.klass != "INQUIRY" and not self.planned,
            "reclassify": action not in self.events and not self.planned and self.klass != "HARD",
            "submit_result": self.contacted and (self.planned or self.klass == "INQUIRY"),
            "send_back": lead not in self.sent_back and not self.consented and not self.handed,
            "assign_lead": len(self.sent_back) >= 2,
            "transfer": lead not in self.transferred,
            "reassign": lead not in self.transferred,
            "pass_down": in_the_city and "pass_down" not in self.events,
            "report_up": not in_the_city and "report_up" not in self.events,
            "redo": self.round < ROUNDS,
            "undo_withdrawal": self.withdrawn_from != "",
            **dict.fromkeys(OF_THE_HIDDEN, self.hidden),
        }
        return ready.get(action, True)

    def due(self, action: str) -> datetime | None:
        """When the clock is over for which this move waits."""
        starts = [self.moments[move] for move in STARTS.get(action, ()) if move in self.moments]
        if not starts:
            return None
        start = max(starts)
        breaks = [
            (gone.astimezone(ZONE).date(), back.astimezone(ZONE).date()) for gone, back in self.breaks if gone >= start
        ]
        return TERMS[action](start, breaks)

    def is_time_for(self, action: str) -> bool:
        if action == "archive":
            return self.now >= self.over() + timedelta(days=30)
        if action == "redo":
            return self.state != "CLOSED" or self.now <= self.over() + timedelta(days=14)
        if action == "undo_withdrawal":
            return self.now <= self.over() + timedelta(hours=24)
        if action == "nudge" and "nudge" in self.moments:
            return self.now >= midnight_before(working_day_after(self.moments["nudge"].astimezone(ZONE).date(), 2))
        if action == "send_back":
            due = self.due("acknowledge_overdue")
            return due is not None and self.now <= due
        if action == "record_opinion":
            due = self.due("close_unanswered")
            return due is not None and self.now > due
        if action in REMINDED:
            if self.reminded_at is None:
                return False
            if self.now <= closing_of(working_day_after(self.reminded_at.astimezone(ZONE).date(), 1)):
                return False
        due = self.due(action)
        return action not in STARTS or (due is not None and self.now > due)

    def over(self) -> datetime:
        """When the demand was closed or ended last."""
        return max(self.moments[end] for end in ENDS if end in self.moments)

    def is_already(self, action: str, inputs: dict[str, Any], town: Town) -> bool:
        """A handler is named who has it already (but who only stands in can be named), or who had an earlier round
        although there are others."""
        if action not in ("acknowledge", "name_handler"):
            return False
        here = {post.user_id for post in town.everybody if self.lead and self.is_handler_of(post, self.lead)}
        here -= {town.second_handler.user_id} if self.recused else set()
        had = inputs["handler"].user_id in self.former_handlers and not here <= set(self.former_handlers)
        return had or (action == "name_handler" and inputs["handler"] == self.handler and not self.stand_in)

    def is_out(self, action: str, place: str, inputs: dict[str, Any], town: Town) -> bool:
        """Who keeps out becomes no handler; nobody is let in again who is not out; a department keeps out those of its
        own who are not out yet."""
        if action in ("acknowledge", "name_handler"):
            return self.recused and inputs["handler"] == town.second_handler
        if action == "recuse" and place == "lead":
            return self.recused or self.lead != town.energy
        return action == "lift_recusal" and not self.recused

    @staticmethod
    def is_handler_of(post: Membership, lead: Department) -> bool:
        return post.role == Role.HANDLER and post.organisation_id == lead.pk

    def heir(self, to: Membership, town: Town) -> Membership:
        """Who follows a handler who leaves: who was named, or one of no earlier round; else the liaison, who signs
        nothing, and whoever would sign it last."""
        here = [
            post
            for post in town.everybody
            if self.lead and post.organisation_id == self.lead.pk and post.role in HEIRS
            if not (self.handler and post.user_id == self.handler.user_id)
            if not (self.recused and post == town.second_handler)
        ]
        fresh = [post for post in here if post.role == Role.HANDLER and post.user_id not in self.former_handlers]
        if to in here:
            return fresh[0] if to.user_id in self.former_handlers and fresh else to
        return min(here, key=lambda post: (post.role == self.signer, HEIRS.index(post.role), post.pk))

    def propose(self, action: str, second: Membership) -> None:
        """It waits for this person, or for another one of the same office."""
        self.pending, self.asked, self.effective_at = action, second.organisation_id, self.now
        self.events.append("propose")

    def apply(self, action: str, inputs: dict[str, Any], town: Town, *, consented: bool = False) -> None:
        due = self.due(action) if action in STARTS else None
        self.effective_at = max(due, self.effective_at) if due else self.now
        self.moments[action] = self.now
        self.events += ["propose", action] if action in DECIDED_BY and not consented else [action]
        if action not in APPENDS:
            self.pending, self.asked = "", 0
        before, self.state = self.state, MOVES[action][2] or self.state
        self.klass = inputs.get("klass", self.klass)
        self.relayed |= action == "relay_to_firm" and not self.contacted
        self.contacted |= action in ("record_contact", "relay_to_firm")
        self.hidden &= action != "reveal_firm"
        self.tied |= action in ("move_date_by_origin", "tie_by_origin")
        self.denied |= action == "deny_contact"
        self.planned |= action == "save_plan"
        if action in ("acknowledge", "name_handler"):
            self.handler, self.stand_in = inputs["handler"], False
        if action == "relieve_handler":
            self.handler = self.heir(inputs["to"], town)
            self.stand_in = self.handler.role != Role.HANDLER
        if action == "recuse" and self.handler == town.second_handler and before in HANDLED:
            self.handler, self.stand_in = town.liaison, True
        self.recused = action == "recuse" or (self.recused and action != "lift_recusal")
        if action == "withdraw":
            self.withdrawn_from = before
        if action == "undo_withdrawal":
            self.state, self.withdrawn_from = self.withdrawn_from, ""
            self.breaks.append((self.moments["withdraw"], self.now))
        if action == "redo" and self.handler:
            self.former_handlers.append(self.handler.user_id)
            self.round, self.planned = self.round + 1, False
        self.pass_on(action, inputs)
        if action in ("acknowledge_overdue", "redo", "reject_return", "assign_lead") and self.lead:
            self.handler, self.stand_in = town.at(self.lead, Role.DEPARTMENT_LIAISON), True
        if action in ("report_up", "pass_down"):
            self.also_seen_by.add(self.office.pk)
            self.office = town.city_office if action == "report_up" else town.office

    def pass_on(self, action: str, inputs: dict[str, Any]) -> None:
        """Another department has it, and begins anew."""
        if action == "send_back" and self.lead:
            self.sent_back.append(self.lead.pk)
        if action in ("transfer", "reassign") and self.lead:
            self.transferred.append(self.lead.pk)
        if action == "uphold_return":
            self.lead = None
        if action in ("dispatch", "hand_down", "reassign"):
            self.handed = action == "hand_down"
        if action in ("dispatch", "hand_down", "transfer", "reassign", "assign_lead"):
            self.lead, self.handler, self.stand_in = inputs["lead"], None, False
            self.contacted = self.denied = self.planned = self.relayed = False
            self.consented = action == "transfer"

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
    leaves: bool = False  # what takes two people is proposed and left waiting
    answers: bool = False  # first the second person consents to what waits

    @classmethod
    def drawn(cls, lots: Random) -> "Step":
        kinds = ["allowed", "allowed", "allowed", "system", "near", "near", "theirs", "any"]
        jump = lots.choice([None] * 6 + [timedelta(), timedelta(seconds=1), timedelta(days=3)])
        return cls(
            kind=lots.choice(kinds if jump is None else ["system", *kinds]),
            which=lots.randrange(10**6),
            klass=lots.choice(sorted(SIGNER)),
            missed=lots.choice([0, 0, 0, 0, 0, 0, 1, 2]),
            bad=lots.random() < 0.15,
            wait=timedelta(seconds=lots.choice([0, 1, 3600, lots.randrange(3 * 86400)])),
            jump=jump,
            reminded=lots.choice([None, *(timedelta(days=n) for n in (0, 1, 2, 4, 4, 4, 5))]),
            leaves=lots.random() < 0.5,
            answers=lots.random() < 0.4,
        )


def inputs_of(action: str, step: Step, town: Town, model: Model, case: Case | None = None) -> dict[str, Any]:
    """The inputs that vary from one history to another; with an even `which` a rule dispatches at once."""
    if action == "accept":
        return {"klass": step.klass, "duty_item": None if step.which % 2 else town.only_energy}
    if action == "reclassify":
        return {"klass": "HARD"}
    if action == "move_date_by_origin":
        source = moves.Source("ACTION_ITEM", f"item-{step.which}", "座谈会纪要〔2026〕3号")
        return {"source": source, "due_on": model.now.astimezone(ZONE).date() + timedelta(days=1 + step.which % 40)}
    if action == "tie_by_origin":
        return {"source": moves.Source("ACTION_ITEM", f"tie-{step.which}", "座谈会纪要〔2026〕3号")}
    if action in ("dispatch", "hand_down", "assign_lead"):
        return {"lead": getattr(town, LEADS[step.which % 2])}
    other = town.energy if model.lead == town.housing else town.housing
    if action == "send_back":
        return {"suggested": None if step.which % 2 else other}
    if action in ("transfer", "reassign"):
        return {"lead": other}
    if action == "recalculate" and case is not None:
        kinds = (
            Clock.objects.filter(subject_id=case.pk, stopped_at=None).order_by("kind").values_list("kind", flat=True)
        )
        return {"kind": ClockKind(kinds[step.which % len(kinds)]) if kinds else ClockKind.RESOLVE}
    if action == "relieve_handler":
        return {"to": town.at(model.lead or town.energy, Role.HANDLER, step.which % 2)}
    named = action in ("acknowledge", "name_handler")
    return {"handler": town.at(model.lead or town.energy, Role.HANDLER, step.which % 2)} if named else {}


def choose(model: Model, step: Step, town: Town) -> tuple[str, Membership | None]:
    """A move, and somebody to make it: first the move is drawn, so that the many who may write notes do not prevail.

    `near` are those whose move and moment it is, and who are refused all the same; `system` is the system where it
    moves when a time is over. None stands for the system.
    """
    head = len(model.events)
    people = [*town.everybody, None]
    places = {post: (Role(post.role) if post else None, model.place_of(post, town)) for post in people}

    def is_of(kind: str, action: str, post: Membership | None) -> bool:
        # Who may order these is no matter of the demand; and what has ended so is not ended again.
        if action in OF_ITS_ORIGIN and (post is not None or "end_by_correction" in model.events):
            return False
        if kind == "any":
            return True
        if kind == "system":
            return post is None and action in {*STARTS, "archive"} and is_its_moment(action, model.state)
        theirs = is_theirs(action, *places[post])
        if kind == "theirs" or not theirs:
            return theirs
        inputs = inputs_of(action, step, town, model)
        allowed = model.answer(action, post, town, seen=head, inputs=inputs, bad=False) is None
        return allowed if kind == "allowed" else not allowed and is_its_moment(action, model.state)

    for kind in (step.kind, "theirs", "any"):
        ways = {action: [who for who in people if is_of(kind, action, who)] for action in DRAWN}
        if found := [way for way in sorted(ways.items()) if way[1] for _n in range(1 if way[0] in COMMON else 4)]:
            break
    action, posts = found[step.which % len(found)]
    return action, posts[step.which // len(found) % len(posts)]


# The lines from which histories branch off, so that the late states are reached as often as the early ones.
LINE = ("accept", "dispatch", "acknowledge", "record_contact", "save_plan", "submit_result", "sign_off", "confirm")
RETURNED = (*LINE[:2], "send_back")
BEGINNINGS = (
    *(LINE[:n] for n in range(len(LINE) + 1)),
    ("request_completion",),
    ("request_completion", "complete"),
    (*LINE[:3], "ask_firm"),
    (*LINE[:5], "ask_firm"),
    RETURNED,
    (*RETURNED, "uphold_return", "dispatch", "send_back"),
    (*LINE[:3], "transfer"),
    (*LINE[:3], "reassign"),
    ("accept", "report_up"),
    ("accept", "report_up", "pass_down"),
    (*LINE[:7], "redo"),
    (*LINE, "redo", "name_handler", "save_plan", "submit_result", "sign_off"),
    (*LINE[:5], "withdraw"),
    ("decline",),
    ("request_completion", "end_incomplete"),
    (*LINE[:2], "acknowledge_overdue"),
    (*LINE[:5], "ask_firm", "answer_overdue"),
    (*LINE[:7], "close_unanswered"),
    (*LINE[:2], "withdraw", "undo_withdrawal"),
    (*RETURNED, "reject_return"),
    (*RETURNED, "uphold_return", "dispatch", "send_back", "assign_lead"),
    ("accept", "reclassify", "dispatch"),
    (*LINE[:6], "tie_by_origin", "return_result"),
    (*LINE[:3], "ask_firm", "answer", "nudge"),
    (*LINE[:4], "deny_contact"),
    (*LINE[:4], "relay_to_department", "reveal_firm"),
    (*LINE[:3], "recuse", "lift_recusal"),
    (*LINE[:3], "reply_public", "ask_recusal", "attach"),
    (*LINE[:3], "move_date_by_origin"),
    ("open_from_origin", "hand_down", *LINE[2:7], "record_opinion"),
    ("open_for_nobody", *LINE[1:7], "confirm_by_office"),
    ("open_from_origin", *LINE[1:3], "ask_firm", "move_date_by_origin"),
    ("open_from_origin", "hand_down", "end_by_correction"),
)


def opened(town: Town, *, no_firm: bool) -> tuple[Case, Model]:
    """A demand that an action item has opened."""
    case = case_in("ACCEPTED", town=town, origin="ACTION_ITEM", no_firm=no_firm)
    return case, Model(
        town.office, state="ACCEPTED", klass="COMPLEX", item=True, no_firm=no_firm, events=["open_from_origin"]
    )


def begun(town: Town, beginning: Sequence[str], *, hidden: bool = False) -> tuple[Case, Model]:
    """A demand after the first moves of a line; a department that has sent it back does not get it again."""
    if beginning and beginning[0].startswith("open_"):
        case, model = opened(town, no_firm=beginning[0] == "open_for_nobody")
        beginning = beginning[1:]
    else:
        case, model = case_in("SUBMITTED", town=town, hidden=hidden), Model(town.office, hidden=hidden)
    for step in beginning:
        action = "relay_to_firm" if hidden and step == "record_contact" else step
        lead = town.housing if town.energy.pk in (*model.sent_back, *model.transferred) else town.energy
        handler = town.at(model.lead or lead, Role.HANDLER, len(model.former_handlers) % 2)
        inputs: dict[str, Any] = {
            "accept": {"klass": "COMPLEX"},
            "dispatch": {"lead": lead},
            "hand_down": {"lead": lead},
            "assign_lead": {"lead": town.energy},
            "reclassify": {"klass": "HARD"},
            "transfer": {"lead": town.housing},
            "reassign": {"lead": town.housing},
            "acknowledge": {"handler": handler},
            "name_handler": {"handler": handler},
        }.get(action, {})
        if action in (*STARTS, "record_opinion") and (over := model.waits_for()):
            model.now, model.reminded_at = over + timedelta(days=4), over
            Clock.objects.filter(subject_id=case.pk, stopped_at=None).update(reminded_at=over)
        head, people = len(model.events), (*town.everybody, None)
        post = next(p for p in people if not model.answer(action, p, town, seen=head, inputs=inputs, bad=False))
        by = actor(post, model.now) if post else system(model.now)
        case = perform(action, case, by=by, town=town, **inputs)
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


def walk(town: Town, lots: Random, beginning: Sequence[str]) -> tuple[list[str], set[str]]:
    """One history; after every step, made or refused, the demand is what the model says. The moves made, the states."""
    an_item = bool(beginning) and beginning[0].startswith("open_")
    can_be_hidden = "deny_contact" not in beginning and not an_item and lots.random() < 0.4
    case, model = begun(town, beginning, hidden=can_be_hidden or "reveal_firm" in beginning)
    reached = {model.state}
    waiting: tuple[Membership, dict[str, Any]] | None = None  # who consents to what waits, and its inputs
    for _n in range(STEPS):
        step = Step.drawn(lots)
        pass_time(model, step, case)
        if model.pending and waiting is not None and step.answers:
            consent(case, model, town, *waiting)
            case = sound(case, model)
            reached.add(model.state)
            continue
        action, post = choose(model, step, town)
        seen = len(model.events) if post is None else max(len(model.events) - step.missed, 0)
        bad = step.bad and action in BAD
        inputs = inputs_of(action, step, town, model, case) | (BAD[action](town) if bad else {})
        wanted = model.answer(action, post, town, seen=seen, inputs=inputs, bad=bad)
        before, pending = Case.objects.filter(pk=case.pk).values().get(), model.pending
        leaves = step.leaves and action in DECIDED_BY and post is not None
        found = attempt(action, case, post, model.now, town, leaves=leaves, seen=seen, **inputs)
        assert (type(found), str(found) != "") == (wanted or type(None), True), (action, post, found, model)
        if wanted is not None:
            assert Case.objects.filter(pk=case.pk).values().get() == before
        elif leaves and post is not None:
            second = second_person(action, case, actor(post, model.now), town, lead=inputs.get("lead"))
            model.propose(action, second)
            waiting = second, inputs
        else:
            model.apply(action, inputs, town)
            if action == "accept" and inputs["duty_item"]:
                model.apply("dispatch", {"lead": town.energy}, town)
            if pending and not model.pending:
                void = Proposal.objects.filter(subject_id=case.pk).latest("pk")
                assert (void.action, void.verdict, void.voided_by) == (pending, "VOID", action)
        case = sound(case, model)
        reached.add(model.state)
    assert_every_clock_is_its_replay(case)
    assert_chain_holds(case)
    return model.events, reached


def consent(case: Case, model: Model, town: Town, second: Membership, inputs: dict[str, Any]) -> None:
    """The second person consents: the move is made, unless its time is over."""
    action, wanted = model.pending, None if model.is_time_for(model.pending) else WrongMoment
    waiting = Proposal.objects.of(case).pending().get()
    found: DomainError | None = None
    try:
        decide(waiting.public_id, by=actor(second, model.now), consent=True)
    except DomainError as error:
        found = error
    assert type(found) is (wanted or type(None)), (action, found, model)
    if wanted is None:
        model.apply(action, inputs, town, consented=True)


def sound(case: Case, model: Model) -> Case:
    """The case as it stands: what the model says, with a turn and a next due date that fit."""
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.head_seq, case.pending_proposal) == (model.state, len(model.events), model.pending)
    assert (case.office_id, case.lead_id, case.round) == (model.office.pk, model.lead and model.lead.pk, model.round)
    assert Proposal.objects.of(case).pending().count() == bool(model.pending)
    assert turn_of(case) == TURNS[case.state](model)
    assert_next_due_is_the_first_of_the_running(case)
    assert case.state not in OVER or not running(case)
    last = Event.objects.get(subject_id=case.pk, seq=case.head_seq)
    assert (last.effective_at, last.effective_at <= last.at) == (model.effective_at, True)
    return case


def attempt(
    action: str,
    case: Case,
    post: Membership | None,
    now: datetime,
    town: Town,
    *,
    leaves: bool = False,
    **inputs: Any,
) -> DomainError | None:
    try:
        by = actor(post, now) if post else system(now)
        with transaction.atomic():  # what is proposed and then cannot be consented to was not proposed
            (ask_for if leaves else perform)(action, case, by=by, town=town, **inputs)
    except DomainError as error:
        return error
    return None


def test_only_what_the_table_allows_ever_happens(town: Town) -> None:
    """Other histories in every run; the seed of a failing one stands in its message and repeats it.

    Together they make every move and reach every state often enough to have shown what they would do wrong.
    """
    made: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    for beginning in BEGINNINGS * TIMES:
        seed = random.getrandbits(32)
        try:
            with transaction.atomic():
                events, states = walk(town, Random(seed), beginning)
                transaction.set_rollback(True)
        except AssertionError as error:
            error.add_note(f"the history of Random({seed}) from {beginning}")
            raise
        made.update(events)
        reached.update(states)
    assert {state: reached[state] for state in TURNS if reached[state] < OFTEN} == {}
    assert {action: made[action] for action in DRAWN if made[action] < OFTEN} == {}
