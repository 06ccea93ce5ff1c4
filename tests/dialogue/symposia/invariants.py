"""What must hold of a meeting after every move, whoever made it and whatever else happened."""

from dialogue.symposia.models import Meeting
from dialogue.symposia.queries import roll, tally
from workflow.chain import Written, verify_chain
from workflow.models import Clock, Event
from workflow.replay import differences_of

OFFICE_TURN = ["COLLECTING", "NOTIFIED", "HELD", "DRAFTING", "COMMENTING", "APPROVED"]


def assert_turn(meeting: Meeting) -> None:
    """Whose turn it is: the organising office's, the signer's while the minutes wait for the signature, or nobody's."""
    if meeting.state in OFFICE_TURN:
        wanted = (meeting.office_id, "ORGANISER")
    elif meeting.state == "IN_APPROVAL":
        wanted = (meeting.signs_org_id, meeting.signs_role)
    else:
        wanted = (None, "")
    assert (meeting.turn_org_id, meeting.turn_role) == wanted
    row = Clock.objects.filter(subject_kind="meeting", subject_id=meeting.pk, stopped_at=None).first()
    assert (row is None) == (meeting.held_at is None or meeting.version > 0 or meeting.issued_at is not None)
    assert meeting.next_clock == (row.kind if row else "")
    if row is not None:
        assert meeting.next_due_at == row.due_at


def assert_clocks_are_their_replay(meeting: Meeting) -> None:
    """Stored due = function of (events, named versions), and so are all the other columns of a clock."""
    assert differences_of(Meeting, meeting.pk) == []


def assert_chain_holds(meeting: Meeting) -> None:
    events = Event.objects.filter(subject_kind="meeting", subject_id=meeting.pk).select_related("body").order_by("seq")
    written = [Written.of(event, event.body.text) for event in events]
    assert [event.seq for event in written] == list(range(1, meeting.head_seq + 1))
    subject = f"meeting:{meeting.pk}"
    assert verify_chain(written, subject=subject, head_seq=meeting.head_seq, head_hash=meeting.head_hash) == []


def assert_roll_adds_up(meeting: Meeting) -> None:
    """应到 = 实到 + 请假 + 缺席 once the meeting has been held."""
    sums = tally(roll(meeting))
    assert sums.expected == sums.present + sums.excused + sums.absent + sums.waiting
    assert sums.waiting == 0 or meeting.held_at is None
