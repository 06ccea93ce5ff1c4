"""The ledger: one event for every move, chained by hash, never changed afterwards."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q


class LedgerIsAppendOnly(RuntimeError):
    """Somebody's code tried to change or remove what was written; a mistake of the program, not of its user."""


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that may be added and read; changing them in bulk is refused before the database refuses it."""

    def update(self, **changes: Any) -> NoReturn:
        raise LedgerIsAppendOnly(f"{self.model.__name__} rows are never changed")

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> NoReturn:
        raise LedgerIsAppendOnly(f"{self.model.__name__} rows are never changed")

    def delete(self) -> NoReturn:
        raise LedgerIsAppendOnly(f"{self.model.__name__} rows are never deleted")


class AppendOnly(models.Model):
    """A row that is written once.

    Database triggers (workflow.triggers) hold this against everybody; the methods here only say it earlier and more
    clearly. `save()` always inserts: Django would otherwise try an UPDATE first for a row whose key is set.
    """

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *, using: str | None = None, **options: Any) -> None:
        if not self._state.adding:
            raise LedgerIsAppendOnly(f"{type(self).__name__} {self.pk} is already written")
        super().save(using=using, **{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise LedgerIsAppendOnly(f"{type(self).__name__} {self.pk} cannot be deleted")


class Event(AppendOnly):
    """One move, as it was when it happened; format v1, which never changes.

    `at` is when it was written, `effective_at` (never later) is the time clocks count from. `actor` and `facts` are
    kept as canonical JSON text, because the text itself is hashed and a JSON column would not give it back byte by
    byte. `user_id` repeats the actor's key for the index of handled cases; it is no foreign key, so that nothing can
    cascade into the ledger. There is no default ordering: callers order by `seq` within one subject.
    """

    v = models.PositiveSmallIntegerField(default=1)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    prev = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    effective_at = models.DateTimeField()
    action = models.CharField(max_length=40)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24, blank=True)
    actor = models.TextField()
    user_id = models.BigIntegerField(null=True, blank=True)
    policy = models.CharField(max_length=40, blank=True)
    calendar = models.CharField(max_length=120, blank=True)
    facts = models.TextField()
    payload_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "seq"], name="event_one_per_seq"),
            models.CheckConstraint(condition=Q(effective_at__lte=F("at")), name="event_effective_not_after_at"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="event_seq_from_one"),
        ]
        indexes = [models.Index(fields=["user_id", "subject_kind", "subject_id"], name="event_by_user")]

    def __str__(self) -> str:
        return f"{self.subject_key} #{self.seq} {self.action}"

    @property
    def subject_key(self) -> str:
        """The name of the subject in the digest, such as "case:123"."""
        return f"{self.subject_kind}:{self.subject_id}"


class EventBody(AppendOnly):
    """The words of one event: reason, changes, attachments, with a random salt, as canonical JSON text.

    It lies in its own row because it may have to be erased when its retention ends, while the event and the facts
    that figures are made of stay (docs/decisions/0002). The salt keeps an erased reason from being guessed by its hash.
    """

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="body")
    text = models.TextField()

    def __str__(self) -> str:
        return f"body of event {self.pk}"
