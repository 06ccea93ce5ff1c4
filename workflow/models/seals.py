"""What makes the ledger checkable from outside: a seal for every day, and a tombstone for every erased body."""

from django.db import models
from django.db.models import F, Q

from workflow.models.events import AppendOnly, Event


class Seal(AppendOnly):
    """What the ledger was on one day, in one hash that is also kept elsewhere; format v1, which never changes.

    It covers the events with ids up to `last_event` and the tombstones with ids up to `last_tombstone`, from where the
    seal before it ended. `heads_root` is the Merkle root over the last of these events of every subject, by event id;
    `tombstones_root` that over the tombstones, by id. What is hashed and how stands in workflow.seals and, for
    auditors, in docs/how-to/check-the-ledger.md.
    """

    number = models.PositiveIntegerField(primary_key=True)
    v = models.PositiveSmallIntegerField(default=1)
    day = models.DateField(unique=True)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    last_event = models.BigIntegerField()
    events = models.PositiveBigIntegerField()
    heads = models.PositiveBigIntegerField()
    heads_root = models.CharField(max_length=64)
    last_tombstone = models.BigIntegerField()
    tombstones = models.PositiveBigIntegerField()
    tombstones_root = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="seal_number_from_one"),
            models.CheckConstraint(condition=Q(heads__lte=F("events")), name="seal_heads_among_events"),
        ]

    def __str__(self) -> str:
        return f"seal {self.number} of {self.day}"


class Tombstone(AppendOnly):
    """Stands for a body that two persons erased: its hash, by which the event is still proven, and who did it.

    `by` and `second` are the actors as canonical JSON text, with their roles and organisations of that time; the two
    ids repeat their keys, so that the database itself holds that they are two persons.
    """

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="tombstone")
    body_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    reason = models.TextField()
    by = models.TextField()
    by_user_id = models.BigIntegerField()
    second = models.TextField()
    second_user_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by_user_id=F("second_user_id")), name="tombstone_by_two_persons"),
        ]

    def __str__(self) -> str:
        return f"tombstone of event {self.event_id}"
