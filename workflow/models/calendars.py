"""Which days count, as versioned data: the notices of every year, and the versions made of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from workflow.models.events import AppendOnly

KIND = "calendar"


class CalendarYear(AppendOnly):
    """One edition of the State Council's arrangement of a year, with the notice it was taken from; never changed.

    An edition states the whole year, also when its notice only amends an earlier one (the Spring Festival of 2020).
    `days_off` maps a festival to its first and last day, `make_up` lists the weekend days that are worked; both may
    reach over the edges of the year. `loaded_by` is empty for what came with the product.
    """

    year = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField()
    notice = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)
    date = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    days_off = models.JSONField()
    make_up = models.JSONField()
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "edition"], name="calendar_year_edition_once"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="calendar_edition_from_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """How a version names this edition, for example `2026-1`."""
        return f"{self.year}-{self.edition}"

    def as_notice(self) -> dict[str, Any]:
        """The row in the form of the shipped files; festivals by first day, for a JSON column may lose their order."""
        return {
            "year": self.year,
            "edition": self.edition,
            "notice": self.notice,
            "number": self.number,
            "date": self.date.isoformat(),
            "source": self.source,
            "days_off": dict(sorted(self.days_off.items(), key=lambda festival: festival[1])),
            "make_up": sorted(self.make_up),
        }


class CalendarVersion(AppendOnly):
    """One edition a year and the office hours, under the number that clocks and events name; never changed.

    Every load of a year makes the next version. `spans` are pairs of local times, "08:30" to "12:00".
    """

    number = models.PositiveIntegerField(unique=True)
    editions = models.JSONField()
    spans = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="calendar_version_from_one")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """How events and clocks name this version, for example `calendar/1`."""
        return f"{KIND}/{self.number}"
