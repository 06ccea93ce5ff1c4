"""What the API says of a meeting. Shapes only read what the view loaded; they run no statement and hold no rule."""

from typing import Any

from rest_framework import serializers

from dialogue.symposia.enums import (
    Adoption,
    Answer,
    Heard,
    MeetingKind,
    MeetingState,
    Part,
    Presence,
    Standing,
    TopicSource,
    TopicState,
)
from dialogue.symposia.models import ActionItem, Comment, Meeting, Topic
from dialogue.symposia.queries import standing_of
from documents.enums import DocumentKind
from workflow.api_subject import Action, ClockShape, LineShape, PaperShape

DESK = "for the organising office and that of the host alone"


class MeetingRow(serializers.Serializer[Meeting]):
    """One meeting of a list."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(choices=MeetingKind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=MeetingState.choices, read_only=True)
    state_label = serializers.CharField(source="get_state_display")
    office = serializers.CharField(source="office.name")
    district = serializers.CharField(source="district.name")
    host = serializers.CharField(source="host.name")
    host_post = serializers.CharField()
    signer = serializers.CharField(source="signs.name", help_text="who signs the minutes: the host unless changed")
    signer_post = serializers.CharField(source="signs_post")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    place = serializers.CharField()
    topics_until = serializers.DateField()
    turn = serializers.CharField(source="turn_org", allow_null=True, help_text="the organisation whose turn it is")
    turn_role = serializers.CharField(help_text="ORGANISER: anybody at the desk of the organising office")
    due_at = serializers.DateTimeField(source="next_due_at", allow_null=True)
    minutes_number = serializers.CharField(help_text="of the minutes in force; empty before they are issued")
    version = serializers.IntegerField(help_text="of the minutes in force; 0 before they are issued")
    issued_at = serializers.DateTimeField(allow_null=True)


class MeetingList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = MeetingRow(many=True)


class TopicShape(serializers.Serializer[Topic]):
    id = serializers.UUIDField(source="public_id")
    source = serializers.ChoiceField(choices=TopicSource.choices)
    state = serializers.ChoiceField(choices=TopicState.choices)
    position = serializers.IntegerField(allow_null=True, help_text="on the agenda, from 1")
    title = serializers.CharField()
    text = serializers.CharField()
    firm = serializers.CharField(source="firm_shown", help_text="its name, or the alias of a hidden one; empty without")
    lead = serializers.CharField(source="lead.name", default=None, allow_null=True)
    case = serializers.UUIDField(allow_null=True, help_text="the demand it was, for those who may open it")
    reason = serializers.CharField(help_text="why it was chosen or not; for whoever put it forward and for the desk")


class ParticipantShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    organisation = serializers.CharField(source="organisation.name")
    part = serializers.ChoiceField(choices=Part.choices)
    answer = serializers.ChoiceField(choices=Answer.choices)
    answered_at = serializers.DateTimeField(allow_null=True)
    heard = serializers.ChoiceField(
        choices=Heard.choices,
        allow_blank=True,
        help_text="how the office heard it that wrote it down; empty: their own",
    )
    reason = serializers.CharField(help_text=f"why it is on the list; {DESK}")
    answer_note = serializers.CharField(help_text="for the desk and the organisation itself")


class GuestShape(serializers.Serializer[Any]):
    """Somebody of an organisation outside the directory (列席人员)."""

    id = serializers.UUIDField(source="public_id", help_text="for `uninvite_guest`; the `person` of a mark")
    name = serializers.CharField()
    organisation = serializers.CharField(source="organisation_name")
    post = serializers.CharField()


class TallyShape(serializers.Serializer[Any]):
    """应到 = 实到 + 请假 + 缺席; before the meeting also those who have not signed."""

    expected = serializers.IntegerField()
    present = serializers.IntegerField()
    excused = serializers.IntegerField()
    absent = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="0 once the meeting has been held")


class SeatShape(serializers.Serializer[Any]):
    """One person expected; without a name an organisation that named nobody, which has no `person` either.

    A guest is of no `participant`.
    """

    person = serializers.UUIDField(source="key", allow_null=True, help_text="for a mark of `record_attendance`")
    participant = serializers.UUIDField(source="participant.public_id", default=None, allow_null=True)
    organisation = serializers.CharField()
    name = serializers.CharField()
    post = serializers.CharField()
    presence = serializers.ChoiceField(choices=Presence.choices)
    reason = serializers.CharField(help_text="of those excused")
    signed_at = serializers.DateTimeField(allow_null=True)


class SectionShape(serializers.Serializer[Any]):
    """One section of the minutes that are being written, as marked text."""

    id = serializers.UUIDField(source="section.public_id")
    topic = serializers.UUIDField(
        source="topic.public_id", default=None, allow_null=True, help_text="null: the opening"
    )
    text = serializers.CharField(source="section.text")
    faults = serializers.SerializerMethodField(help_text="what keeps it from being signed")

    def get_faults(self, draft: Any) -> list[str]:
        return [str(fault.sentence) for fault in draft.faults]


class DraftShape(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="of what they say; what `approve_issue` signs")
    sections = SectionShape(many=True)


class CommentShape(serializers.Serializer[Comment]):
    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField()
    section = serializers.UUIDField(source="section.public_id", default=None, allow_null=True)
    organisation = serializers.CharField(source="participant.organisation.name")
    text = serializers.CharField(help_text="empty: nothing against the draft")
    at = serializers.DateTimeField()
    adoption = serializers.ChoiceField(choices=Adoption.choices)
    answer = serializers.CharField()


class ItemRow(serializers.Serializer[ActionItem]):
    """One action item, as the version of the minutes in force has it."""

    id = serializers.UUIDField(source="public_id")
    meeting = serializers.UUIDField(source="meeting.public_id")
    minutes_number = serializers.CharField(source="meeting.minutes_number")
    number = serializers.IntegerField(help_text="of 【任务n】 in the minutes")
    topic = serializers.CharField(source="topic.title")
    enterprise = serializers.CharField(source="topic.firm_shown", help_text="or its alias; empty where no firm asked")
    words = serializers.CharField()
    lead = serializers.CharField(source="lead.name")
    others = serializers.SerializerMethodField(help_text="departments that help")
    person = serializers.CharField()
    due_on = serializers.DateField()
    standing = serializers.SerializerMethodField()
    standing_label = serializers.SerializerMethodField()
    report_due_at = serializers.DateTimeField(source="next_due_at", allow_null=True)
    tied = serializers.BooleanField(help_text="the demand was open before; the minutes set its date")
    case = serializers.UUIDField(
        source="case_shown", allow_null=True, help_text="its demand, for those who may open it"
    )
    task = serializers.UUIDField(
        source="task_shown", allow_null=True, help_text="its demand at `cases/shared/`, for those who see no more of it"
    )

    def get_others(self, item: ActionItem) -> list[str]:
        return [department.name for department in item.others.all()]

    def get_standing(self, item: ActionItem) -> Standing:
        return standing_of(item)

    def get_standing_label(self, item: ActionItem) -> str:
        return str(standing_of(item).label)


class ItemList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = ItemRow(many=True)


class ProgressShape(serializers.Serializer[Any]):
    month = serializers.DateField(help_text="first day of the month it is for")
    text = serializers.CharField()
    at = serializers.DateTimeField()
    late = serializers.BooleanField()


class ItemDetail(ItemRow):
    progress = ProgressShape(many=True)


class MeetingPaperShape(PaperShape):
    kind = serializers.ChoiceField(choices=DocumentKind.choices)


class MeetingDetail(MeetingRow):
    """One meeting as its reader may see it, with what they may do. `seen` goes back with the next move.

    Who sees the call for topics alone finds no list, items, papers or timeline here, and of the topics their own.
    """

    seen = serializers.IntegerField()
    whole = serializers.BooleanField(help_text="false for those who see the call for topics alone")
    purpose = serializers.CharField()
    recorder = serializers.CharField(help_text=DESK)
    firms_until = serializers.DateField(allow_null=True, help_text=DESK)
    answer_until = serializers.DateField(allow_null=True)
    comments_until = serializers.DateField(allow_null=True)
    held_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    correction_reason = serializers.CharField(help_text=f"while a correction is being written; {DESK}")
    topics = TopicShape(many=True)
    participants = ParticipantShape(many=True)
    guests = GuestShape(many=True)
    attendance = TallyShape(allow_null=True, help_text="null before the notice")
    people = SeatShape(many=True, help_text="all for the organisers and the host, else those of the own organisation")
    draft = DraftShape(allow_null=True, help_text="the minutes that are being written, for those who may read them")
    comments = CommentShape(many=True, help_text="all for those who write the minutes, else the own")
    items = ItemRow(many=True)
    documents = MeetingPaperShape(many=True, help_text="those that this reader may open, no older versions")
    clocks = ClockShape(many=True)
    timeline = LineShape(many=True)
    actions = Action(many=True)
