"""Versioned policies, remembered answers, jobs with progress, signs of life, stored files, lists taken out as files."""

from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.exports import ChosenColumns, Export
from foundation.files.model import Scan, StoredFile
from foundation.identifiers import PublicIdField
from foundation.sheets.model import SheetImport, SheetRow

__all__ = [
    "ChosenColumns",
    "Export",
    "IdempotencyRecord",
    "Job",
    "JobState",
    "Policy",
    "PolicyIsNeverEdited",
    "Pulse",
    "Scan",
    "SheetImport",
    "SheetRow",
    "StoredFile",
]


class PolicyIsNeverEdited(RuntimeError):
    """Somebody's code tried to change a version that dates were counted by; a mistake of the program."""


class PolicyQuerySet(models.QuerySet["Policy"]):
    def in_force(self, kind: str, day: object) -> "Policy":
        """The version of `kind` whose effective date is the last one not after `day`; of two with one date the newer.

        Raises Policy.DoesNotExist.
        """
        return self.filter(kind=kind, effective_from__lte=day).order_by("-effective_from", "-version")[:1].get()


class Policy(models.Model):
    """One version of a set of numbers that people may change: limits, shares, weights. A version is never edited."""

    kind = models.CharField(_("种类"), max_length=32)
    version = models.PositiveIntegerField(_("版本"))
    effective_from = models.DateField(_("生效日期"))
    data = models.JSONField(_("内容"))
    source = models.TextField(_("依据"))
    # Who adopted it, in which post as text at that time, and when; empty for what a migration brought.
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    adopted_as = models.CharField(max_length=200, default="", blank=True)
    adopted_at = models.DateTimeField(null=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="policy_version_once"),
            models.CheckConstraint(
                condition=models.Q(adopted_by=None, adopted_at=None)
                | models.Q(adopted_by__isnull=False, adopted_at__isnull=False),
                name="policy_adopted_by_somebody_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise PolicyIsNeverEdited(f"{self} is in use; adopt another version")
        super().save(**{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise PolicyIsNeverEdited(f"{self} is in use; adopt another version")

    @property
    def label(self) -> str:
        """How events and clocks name this version, for example `clocks/1`."""
        return f"{self.kind}/{self.version}"


class IdempotencyRecord(models.Model):
    """The answer to a request that carried an Idempotency-Key, kept so that a repeat gets the same answer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=80)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    response = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "route", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]


class JobState(models.TextChoices):
    WAITING = "WAITING", _("等待")
    RUNNING = "RUNNING", _("进行中")
    DONE = "DONE", _("完成")
    FAILED = "FAILED", _("失败")


STUCK_AFTER = timedelta(minutes=10)  # a worker that lives reports many times in this span


class Job(models.Model):
    """A long piece of work and how far it is; the worker writes it, pages read it."""

    public_id = PublicIdField()
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    message = models.TextField(default="")
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)  # the worker's last sign of life
    finished_at = models.DateTimeField(null=True)

    def is_stuck(self, now: datetime) -> bool:
        """The worker has given no sign for so long that it has died. Nothing is written: the state stays RUNNING."""
        return self.state == JobState.RUNNING and self.moved_at is not None and self.moved_at < now - STUCK_AFTER

    @property
    def share(self) -> int | None:
        """Whole percent done, 0 to 100, or None while the total is unknown."""
        return None if not self.total else min(100, self.done * 100 // self.total)


class Pulse(models.Model):
    """The last sign of life, or the last result, of something that runs by itself. Written by `pulse.beat` alone."""

    name = models.CharField(_("名称"), max_length=40, unique=True)
    at = models.DateTimeField(_("时间"))
    ok = models.BooleanField(_("正常"), default=True)
    detail = models.TextField(_("说明"), default="")  # one sentence without personal data: /readyz shows it to anybody

    def __str__(self) -> str:
        return self.name
