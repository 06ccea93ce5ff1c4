"""What every subject that moves shows over the API: its timeline, its clocks, and what the reader may do."""

from typing import Any

from rest_framework import serializers

from documents.enums import DocumentStatus
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.door import offers
from workflow.models import Clock
from workflow.subject import Subject
from workflow.time_left import is_provisional

PROVISIONAL = "counted through a year whose holidays are not announced: the date may still move"


class Named(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()


class Action(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()
    refusal = serializers.CharField(allow_null=True)


class LineShape(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    action = serializers.CharField()
    label = serializers.CharField()
    at = serializers.DateTimeField()
    who = serializers.CharField()
    text = serializers.CharField()
    note = serializers.CharField()
    internal = serializers.BooleanField()


class ClockShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    label = serializers.CharField(source="get_kind_display")
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    held_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    extension = serializers.IntegerField(help_text="units of the limit")
    breached = serializers.BooleanField(help_text="the system acted because the time was over")
    stopped_at = serializers.DateTimeField(allow_null=True)
    in_time = serializers.BooleanField(source="state.in_time", allow_null=True)
    provisional = serializers.SerializerMethodField(help_text=PROVISIONAL)
    policy = serializers.CharField()
    calendar = serializers.CharField()

    def get_provisional(self, row: Clock) -> bool:
        return row.stopped_at is None and is_provisional(row.state, calendar_in_force())


class PaperShape(serializers.Serializer[Any]):
    """One document about a subject, in the edition of its reader; more of it stands at /documents/."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=DocumentStatus.choices)
    issued_on = serializers.DateField()
    content_sha256 = serializers.CharField()


class Shown:
    """A row with what was loaded beside it, for a shape to read."""

    def __init__(self, row: Any, **beside: Any) -> None:
        self.__dict__.update(beside)
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def actions_of(subject: Subject, actor: Actor) -> list[dict[str, str | None]]:
    """The moves that belong to this reader now, each with the sentence that refuses it or None."""
    return [
        {
            "name": offer.name,
            "label": str(offer.label),
            "refusal": None if offer.refusal is None else str(offer.refusal),
        }
        for offer in offers(subject, actor)
    ]
