"""Who else may see one demand, and who may not although their post would: beyond what its own columns say."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.demands.models.case import Case
from cases.demands.models.visibility import CO_HANDLER
from parties.models import Organisation


class AccessQuerySet(models.QuerySet["CaseAccess"]):
    def live(self, now: datetime) -> "AccessQuerySet":
        """Those that hold at this moment."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=now), valid_from__lte=now)

    def allowing(self) -> "AccessQuerySet":
        """The whole demand, as the organisation that has it sees it."""
        return self.filter(effect=CaseAccess.Effect.ALLOW, until_seq=None).exclude(source=CO_HANDLER)

    def sharing(self) -> "AccessQuerySet":
        """What a co-handler sees: the task and the text of the demand."""
        return self.filter(effect=CaseAccess.Effect.ALLOW, source=CO_HANDLER)

    def former(self) -> "AccessQuerySet":
        """The demand up to the end of a segment."""
        return self.filter(effect=CaseAccess.Effect.ALLOW, until_seq__isnull=False)

    def denying(self) -> "AccessQuerySet":
        return self.filter(effect=CaseAccess.Effect.DENY)


class CaseAccess(models.Model):
    """One organisation or one person sees this demand, or does not, from one moment to another; deny wins.

    Written only by `moves.access` (grant, revoke, deny, lift_denial, leave, share). `until_seq` is the last event
    that a department sees which no longer has the demand.
    """

    class Effect(models.TextChoices):
        ALLOW = "ALLOW", _("可以查看")
        DENY = "DENY", _("回避")

    class Source(models.TextChoices):
        PROPOSAL = "PROPOSAL", _("参与决定")
        HANDED_OVER = "HANDED_OVER", _("移交")
        FORMER_LEAD = "FORMER_LEAD", _("曾主办")
        CO_HANDLER = CO_HANDLER, _("会议任务事项")
        RECUSAL = "RECUSAL", _("登记回避")
        MANUAL = "MANUAL", _("另行授权")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="access")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    effect = models.CharField(max_length=5, choices=Effect.choices)
    source = models.CharField(_("依据"), max_length=12, choices=Source.choices)
    until_seq = models.PositiveIntegerField(null=True)
    valid_from = models.DateTimeField(_("开始时间"))
    valid_to = models.DateTimeField(_("结束时间"), null=True)  # the first moment at which it no longer holds
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, user=None) | Q(organisation=None, user__isnull=False),
                name="access_of_one_reader",
            ),
            models.CheckConstraint(
                condition=Q(effect="ALLOW", source__in=["PROPOSAL", "HANDED_OVER", "FORMER_LEAD", "MANUAL"])
                | Q(effect="ALLOW", source=CO_HANDLER, organisation__isnull=False)
                | Q(effect="DENY", source__in=["RECUSAL", "MANUAL"], user__isnull=False),
                name="access_effect_fits_source",
            ),
            models.CheckConstraint(
                condition=Q(source="FORMER_LEAD", until_seq__isnull=False, organisation__isnull=False)
                | (~Q(source="FORMER_LEAD") & Q(until_seq=None)),
                name="access_former_lead_up_to_an_event",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="access_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["case", "organisation", "source"],
                condition=Q(valid_to=None, organisation__isnull=False),
                name="one_open_access_of_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["case", "user", "effect", "source"],
                condition=Q(valid_to=None, user__isnull=False),
                name="one_open_access_of_a_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "-case"], condition=Q(effect="ALLOW", until_seq=None), name="access_allowed"
            ),
            models.Index(fields=["organisation", "-case"], condition=Q(until_seq__isnull=False), name="access_former"),
            models.Index(fields=["user", "effect"], condition=Q(user__isnull=False), name="access_of_person"),
        ]

    @property
    def opens_whole(self) -> bool:
        """As `AccessQuerySet.allowing`."""
        return self.effect == self.Effect.ALLOW and self.until_seq is None and not self.is_shared

    @property
    def is_shared(self) -> bool:
        """As `AccessQuerySet.sharing`."""
        return self.effect == self.Effect.ALLOW and self.source == CO_HANDLER
