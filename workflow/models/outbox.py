"""Messages that leave the transaction they were decided in, and every attempt to deliver them."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import PublicIdField

LATE_AFTER = timedelta(minutes=10)  # a worker that lives takes a message within seconds of its time


class MessageState(models.TextChoices):
    WAITING = "WAITING", _("等待投递")
    SENT = "SENT", _("已送达")
    DEAD = "DEAD", _("投递失败")


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def free(self, now: datetime) -> "OutboxMessageQuerySet":
        """Waiting, its time come, and in nobody's hands."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lte=now), state=MessageState.WAITING, next_at__lte=now)

    def late(self, now: datetime) -> "OutboxMessageQuerySet":
        """Still waiting long after its time."""
        return self.filter(state=MessageState.WAITING, next_at__lte=now - LATE_AFTER)


class OutboxMessage(models.Model):
    """One thing to be done outside the transaction that decided it; written in that transaction or not at all.

    `key` says what it is about: the same thing is queued once however often it is asked for. `lease_until` is the time
    until which one worker has it in hand. `last_error` is a kind of error, never an address and never a text.
    """

    public_id = PublicIdField()
    channel = models.CharField(max_length=20)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=MessageState.choices, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    task_id = models.CharField(max_length=64, blank=True)  # of the tasks backend; "" while none is known
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=40, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="WAITING", done_at=None)
                | Q(state__in=["SENT", "DEAD"], done_at__isnull=False, lease_until=None),
                name="message_done_or_waiting",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="WAITING"), name="message_waiting"),
            models.Index(fields=["-id"], condition=Q(state="DEAD"), name="message_dead"),
            models.Index(fields=["done_at"], condition=Q(state="SENT"), name="message_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"

    @property
    def number(self) -> str:
        """The number of the subject, which is all of it that may be shown to an administrator."""
        return str(self.payload.get("number", ""))


class DeliveryAttempt(models.Model):
    """One try to deliver a message: when, whether it went well, how long it took."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    ok = models.BooleanField()
    error = models.CharField(max_length=200, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ok=True, error="") | (Q(ok=False) & ~Q(error="")), name="attempt_says_why"
            )
        ]
