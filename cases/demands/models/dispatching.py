"""Rules of dispatch: their versions and the draft that is being thought over, and which rule dispatched a demand."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from cases.demands.models.case import Case
from foundation.identifiers import PublicIdField
from foundation.models import Job


class RuleSetState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("dispatch rules", "草案")
    ADOPTED = "ADOPTED", pgettext_lazy("dispatch rules", "已启用")
    DROPPED = "DROPPED", pgettext_lazy("dispatch rules", "已放弃")


class DispatchRuleSet(models.Model):
    """The ordered rules of dispatch in one version, or the draft of the next one. An adopted version is never edited.

    `revision` counts the changes of a draft; `result` is what its rehearsal counted since the last of them: figures
    without any demand or firm. The version adopted last is the one in force.
    """

    public_id = PublicIdField()
    state = models.CharField(max_length=8, choices=RuleSetState.choices, default=RuleSetState.DRAFT)
    version = models.PositiveIntegerField(null=True, unique=True)
    base = models.PositiveIntegerField(default=0)  # the version it was begun from
    rules = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_as = models.CharField(max_length=200)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.JSONField(null=True)
    source = models.TextField(default="", blank=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    adopted_as = models.CharField(max_length=200, default="", blank=True)
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="DRAFT"), name="one_draft_of_dispatch_rules"),
            models.CheckConstraint(
                condition=(
                    Q(
                        state="ADOPTED",
                        version__isnull=False,
                        adopted_by__isnull=False,
                        adopted_at__isnull=False,
                        result__isnull=False,
                    )
                    & ~Q(source="")
                )
                | Q(state__in=["DRAFT", "DROPPED"], version=None, adopted_by=None, adopted_at=None),
                name="dispatch_rules_adopted_after_a_rehearsal",
            ),
        ]


class DispatchedByRule(models.Model):
    """Which rule dispatched a demand, at once after it was accepted; written with that event and never again.

    `key` is the rule's own name, which it keeps from version to version while it is not changed; `position` is its
    place in the version. A demand without a row was dispatched by a person first.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="dispatched_by_rule")
    rule_set = models.ForeignKey(DispatchRuleSet, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=24)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rule_set__isnull=False) | Q(key="one-owner"), name="dispatched_by_a_rule_of_a_version"
            )
        ]
