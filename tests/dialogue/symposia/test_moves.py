"""Every move of a meeting through the door and the database: what it leaves, and whom and when it refuses."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from cases.demands import moves as demands
from cases.demands.models import Case
from dialogue.symposia.models import Meeting
from foundation.errors import Changed, DomainError, NotVisible, NotYours, WrongMoment
from tests.dialogue.symposia.acts import maker, perform
from tests.dialogue.symposia.invariants import assert_chain_holds, assert_clocks_are_their_replay, assert_turn
from tests.dialogue.symposia.table import APPENDS, MOVES, OPENING
from tests.factories import Town, actor, system
from tests.meetings import Walk, fresh, meeting_in
from workflow.actor import Actor
from workflow.models import Event

pytestmark = pytest.mark.django_db
ENGLISH = re.compile("[A-Za-z]{3,}")

# The whole life of a meeting, every move once; “write” is no move, but what the recorders do in between.
LIFE = (
    *("propose_topic", "choose_topic", "propose_topic", "decline_topic", "propose_topic", "withdraw_topic"),
    *("invite", "uninvite", "change_plan"),
    *(
        "invite_guests",
        "send_notice",
        "uninvite_guest",
        "answer_invitation",
        "record_answer",
        "record_attendance",
        "sign_in",
        "hold_meeting",
        "recalculate",
    ),
    *("issue_attendance", "start_minutes", "write", "ask_comments", "comment_minutes", "answer_comment"),
    *(
        "submit_minutes",
        "change_signer",
        "change_signer",
        "recall_minutes",
        "submit_minutes",
        "return_minutes",
        "submit_minutes",
        "approve_issue",
        "issue_minutes",
        "report_progress",
    ),
    *("begin_correction", "drop_correction", "close_meeting", "reopen_meeting"),
)


def who(action: str, town: Town, now: datetime) -> Actor:
    post = maker(action, town)
    return actor(post, now) if post else system(now)


def refused(action: str, meeting: Meeting, town: Town, *, by: Actor, **changes: Any) -> type[DomainError] | None:
    """With what this move is refused, or None; whatever it did goes back."""
    try:
        with transaction.atomic():
            perform(action, meeting, by=by, town=town, **changes)
            transaction.set_rollback(True)
    except DomainError as error:
        return type(error)
    return None


def test_every_move_leaves_its_event_its_state_its_turn_and_its_clocks_in_the_ledger_of_one_language(
    town: Town,
) -> None:
    walk = Walk(town)
    stranger = town.dispatcher  # of an office that has nothing to do with it
    with translation.override("en"):
        meeting = walk.agenda(walk.open())
        made = {OPENING}
        for action in LIFE:
            walk.now = max(walk.now + timedelta(minutes=10), meeting.starts_at if action == "sign_in" else walk.now)
            if action == "write":
                meeting = walk.write(fresh(meeting), *walk.texts, "【议定】同意。")
                continue
            if action == "close_meeting":
                finished(meeting, town)
            if action == "reopen_meeting":
                case = Case.objects.filter(items__meeting=meeting, ending="WITHDRAWN").first()
                assert case is not None
                demands.undo_withdrawal(case.pk, by=actor(town.staff, meeting.head_at), seen=case.head_seq)
            before, by = fresh(meeting), who(action, town, walk.now)
            assert refused(action, before, town, by=actor(stranger, walk.now)) in (NotYours, NotVisible), action
            if action not in APPENDS:
                assert refused(action, before, town, by=by, seen=before.head_seq - 1) is Changed, action
            meeting = perform(action, before, by=by, town=town)
            _who, sources, target, _label = MOVES[action]
            event = Event.objects.get(subject_kind="meeting", subject_id=meeting.pk, seq=before.head_seq + 1)
            assert before.state in sources.split()
            assert (event.action, event.from_state, event.to_state) == (action, before.state, target or before.state)
            assert fresh(meeting).state == event.to_state
            words = json.loads(event.body.text)["text"] + json.loads(event.actor)["role_text"]
            assert not ENGLISH.search(words), words
            assert_turn(fresh(meeting))
            made.add(action)
    assert made | {"cancel_meeting"} == set(MOVES)
    assert_chain_holds(fresh(meeting))
    assert_clocks_are_their_replay(fresh(meeting))


def finished(meeting: Meeting, town: Town) -> None:
    """The demands of all its items are over: withdrawn where a firm asked."""
    for item in meeting.items.all():
        if item.enterprise_id is None:
            demands.end_by_correction(item.case_id, by=system(meeting.head_at), reason="不再需要")
        else:
            staff = actor(town.staff, meeting.head_at)
            demands.withdraw_case(item.case_id, by=staff, seen=item.case.head_seq, reason="不再需要")


def test_out_of_its_moment_every_move_is_refused_and_nothing_is_left(town: Town) -> None:
    meetings = [meeting_in(state, town=town) for state in ("COLLECTING", "HELD", "APPROVED", "CANCELLED")]
    tried = set()
    for meeting in meetings:
        assert meeting.head_at is not None
        for action in MOVES:
            if action == OPENING or meeting.state in MOVES[action][1].split():
                continue
            by = who(action, town, meeting.head_at)
            met = refused(action, meeting, town, by=by)
            # Topics are taken until their day, which is said first.
            late = (NotYours,) if action in ("propose_topic", "withdraw_topic") else ()
            assert met in (WrongMoment, NotVisible, *late), (meeting.state, action)
            tried.add(action)
    assert tried == set(MOVES) - {OPENING}
    assert [fresh(meeting).head_seq for meeting in meetings] == [meeting.head_seq for meeting in meetings]
