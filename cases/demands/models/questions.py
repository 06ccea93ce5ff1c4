"""What a firm is asked for a category, in versions: a case is shown by the one it was asked with."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.demands.questions import Question, from_data


class QuestionSetIsNeverEdited(RuntimeError):
    """Somebody's code tried to change questions that firms were asked; a mistake of the program."""


class QuestionSet(models.Model):
    """One version of the questions of one category; the newest is asked. A version is never edited.

    The category is named by its code and not by a key: the shipped sets are there before any category is.
    """

    category_code = models.CharField(_("类别"), max_length=24)
    version = models.PositiveSmallIntegerField(_("版本"))
    data = models.JSONField(_("问题"))
    because = models.TextField(_("为什么改"), default="", blank=True)
    # Who adopted it, in which post as text at that time, and when; empty for what a migration brought.
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    adopted_as = models.CharField(max_length=200, default="", blank=True)
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("问题集")
        constraints = [
            models.UniqueConstraint(fields=["category_code", "version"], name="question_set_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="question_set_versions_begin_at_one"),
            models.CheckConstraint(
                condition=Q(adopted_by=None, adopted_at=None)
                | Q(adopted_by__isnull=False, adopted_at__isnull=False, version__gte=2),
                name="question_set_adopted_by_somebody_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_code} v{self.version}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise QuestionSetIsNeverEdited(f"{self} is asked; adopt another version")
        super().save(**{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise QuestionSetIsNeverEdited(f"{self} is asked; adopt another version")

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the order in which they are asked, the common ones among them."""
        return from_data(self.data)
