"""Random histories of meetings through the moves: nothing happens but what the table of the design allows, a refusal
leaves nothing, and chain, turn and clocks hold after every step.

The chain of what happened is drawn here; the product is asked for nothing but the result.
"""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from dialogue.symposia.models import Meeting
from foundation.errors import Changed, DomainError
from parties.models import Membership
from parties.roles import Role
from tests.cases.demands.invariants import assert_who_sees_the_task_is_their_replay
from tests.dialogue.symposia.acts import has_what_it_needs, maker, perform
from tests.dialogue.symposia.invariants import (
    assert_chain_holds,
    assert_clocks_are_their_replay,
    assert_roll_adds_up,
    assert_turn,
)
from tests.dialogue.symposia.table import APPENDS, MOVES, OPENING, is_its_moment, is_theirs
from tests.factories import NOW, Town, actor, system
from tests.meetings import TEXTS, Walk, fresh
from workflow.actor import Actor

pytestmark = pytest.mark.django_db
HISTORIES, STEPS = 6, 34
# The way on from each state, so that histories come to their end; elsewhere anything may be next.
ONWARD = {
    "COLLECTING": ("choose_topic", "send_notice"),
    "NOTIFIED": ("answer_invitation", "hold_meeting"),
    "HELD": ("start_minutes",),
    "DRAFTING": ("ask_comments", "submit_minutes"),
    "COMMENTING": ("submit_minutes",),
    "IN_APPROVAL": ("approve_issue",),
    "APPROVED": ("issue_minutes",),
    "ISSUED": ("report_progress", "begin_correction"),
    "CLOSED": ("begin_correction",),
}
DRAWN = tuple(action for action in MOVES if action != OPENING)


class History:
    """One meeting, and the people of the town who do anything they like with it."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.random = town, Random(seed)
        self.walk = Walk(town, now=NOW)
        self.meeting = self.walk.agenda(self.walk.open()) if seed % 2 else self.walk.open()
        self.met: Counter[str] = Counter()

    def step(self) -> None:
        meeting = self.meeting = fresh(self.meeting)
        onward = self.random.random() < 0.6
        action = self.random.choice(ONWARD.get(meeting.state, DRAWN) if onward else DRAWN)
        right = maker(action, self.town, meeting)
        post = right if self.random.random() < 0.8 else self.random.choice(self.town.everybody)
        self.walk.now += timedelta(minutes=self.random.choice((5, 40, 600)))
        if action in ("hold_meeting", "sign_in") and meeting.state == "NOTIFIED":
            self.walk.now = max(self.walk.now, meeting.starts_at)
        stale = self.random.random() < 0.1
        self.try_it(action, meeting, post, seen=meeting.head_seq - stale)
        assert_turn(fresh(meeting))

    def try_it(self, action: str, meeting: Meeting, post: Membership | None, *, seen: int) -> None:
        by = actor(post, self.walk.now) if post else system(self.walk.now)
        if not has_what_it_needs(action, meeting, town=self.town, by=by):
            return  # nobody is invited yet, nothing is said
        if (fault := self.fault_of(action, meeting, by, seen)) is not None:
            self.met[fault] += 1
            after = fresh(meeting)
            assert (after.head_seq, after.state) == (meeting.head_seq, meeting.state), (action, fault)
            return
        places = {"office": meeting.office_id, "host": meeting.signs_org_id}
        here = ["elsewhere", *(place for place, pk in places.items() if post and pk == post.organisation_id)]
        role = Role(post.role) if post else None
        assert any(is_theirs(action, role, place) for place in (here if post else ["system"])), (action, role, here)
        assert is_its_moment(action, meeting.state), (action, meeting.state)
        assert seen == meeting.head_seq or action in APPENDS, action
        target = MOVES[action][2] or meeting.state
        assert fresh(meeting).state == target
        self.met[action] += 1
        if action == "start_minutes":
            self.walk.write(fresh(meeting), *TEXTS, *["【议定】同意。"] * STEPS)
        if action == "begin_correction":
            self.walk.write(fresh(meeting), TEXTS[0].replace("赵喆", self.random.choice("甲乙丙丁")))

    def fault_of(self, action: str, meeting: Meeting, by: Actor, seen: int) -> str | None:
        """The kind of error with which the move is refused; None when it was made."""
        try:
            with transaction.atomic():
                perform(action, meeting, by=by, town=self.town, seen=seen)
        except DomainError as error:
            return type(error).__name__
        return None


def test_whatever_people_do_the_table_the_chain_the_turn_and_the_clocks_hold(town: Town) -> None:
    met: Counter[str] = Counter()
    for seed in range(HISTORIES):
        history = History(town, seed)
        for _step in range(STEPS):
            history.step()
        meeting = fresh(history.meeting)
        assert_chain_holds(meeting)
        assert_clocks_are_their_replay(meeting)
        assert_roll_adds_up(meeting)
        for item in meeting.items.select_related("case"):
            assert_who_sees_the_task_is_their_replay(item.case)
        met += history.met
    assert {"NotVisible", "NotYours", "WrongMoment", Changed.__name__} <= set(met)
    wanted = {"change_signer", "send_notice", "hold_meeting", "start_minutes", "submit_minutes", "approve_issue"}
    assert wanted | {"issue_minutes"} <= set(met)
