"""What a department writes while it handles a demand: the steps of its plan, and the results it submits."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands.enums import Outcome
from cases.demands.models.case import Case


class PlanStep(models.Model):
    """A dated step of the plan of one round; written once, with the event that saved the plan."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="plan_steps")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("步骤"), max_length=120)
    due_on = models.DateField(_("完成日期"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round", "position"], name="plan_step_once")]
        ordering = ["round", "position"]


class Result(models.Model):
    """The result that a handler submitted; each submission is a row of its own, so a returned one stays readable."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="results")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("办理结果"), max_length=13, choices=Outcome.choices)
    text = models.TextField(_("给企业的答复"))
    evidence = models.TextField(_("依据与佐证"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None) | (Q(signed_by__isnull=False) & Q(returned_at=None)),
                name="result_signed_or_returned",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=models.F("submitted_by")), name="result_signed_by_another"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(signed_at=None, returned_at=None), name="one_result_under_review"
            ),
        ]
        ordering = ["id"]
