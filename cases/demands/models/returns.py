"""What a department said when it sent a demand back, and how that was decided: the precedents of a duty item."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands.models.case import Case
from cases.demands.models.duty import DutyItem
from parties.models import Department


class ReturnVerdict(models.TextChoices):
    PENDING = "PENDING", _("待裁决")
    UPHELD = "UPHELD", _("同意退单")
    REJECTED = "REJECTED", _("驳回退单")
    ASSIGNED = "ASSIGNED", _("兜底交办")


class ChargedTo(models.TextChoices):
    """Who answers for the time that the dispute took (moves 11 to 13)."""

    PLATFORM = "PLATFORM", _("平台")
    DEPARTMENT = "DEPARTMENT", _("部门")


class Return(models.Model):
    """One demand sent back by one department, and the reasoned decision: a precedent once it is decided."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="returns")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    duty_item = models.ForeignKey(DutyItem, on_delete=models.PROTECT, related_name="returns")
    duty_code = models.CharField(max_length=20)  # precedents follow the matter through its versions
    reason = models.TextField(_("退单理由"))
    clause = models.CharField(_("职责依据"), max_length=300)
    suggested = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    consented_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("退单时间"))
    dispatched_at = models.DateTimeField()
    sent_seq = models.PositiveIntegerField()
    verdict = models.CharField(_("裁决"), max_length=8, choices=ReturnVerdict.choices, default=ReturnVerdict.PENDING)
    charged_to = models.CharField(max_length=10, choices=ChargedTo.choices, blank=True)
    assigned_to = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    opinion = models.TextField(_("裁决理由"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("退单")
        constraints = [
            models.UniqueConstraint(fields=["case", "department"], name="sent_back_once_per_department"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(verdict="PENDING"), name="one_return_awaits_arbitration"
            ),
            models.CheckConstraint(
                condition=Q(verdict="PENDING", decided_by=None, decided_at=None, charged_to="", opinion="")
                | (
                    Q(verdict__in=["UPHELD", "REJECTED", "ASSIGNED"], decided_by__isnull=False)
                    & Q(decided_at__isnull=False, charged_to__in=ChargedTo.values)
                    & ~Q(opinion="")
                ),
                name="return_decided_with_reasons",
            ),
        ]
        indexes = [
            models.Index(fields=["duty_code", "-decided_at"], condition=~Q(verdict="PENDING"), name="return_precedents")
        ]
        ordering = ["id"]


class Withdrawal(models.Model):
    """Why a firm withdrew its demand, told to supervision alone; and whether the department had just contacted it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="withdrawals")
    office = models.ForeignKey("parties.Office", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("撤回原因"))
    state_before = models.CharField(max_length=24)
    contacted_before = models.BooleanField(_("撤回前 48 小时内部门联系过企业"))
    at = models.DateTimeField(_("撤回时间"))
    undone_at = models.DateTimeField(_("恢复时间"), null=True)

    class Meta:
        verbose_name = _("撤回")
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(undone_at=None), name="one_withdrawal_that_stands")
        ]
        indexes = [models.Index(fields=["office", "-id"], name="withdrawal_of_office")]
        ordering = ["id"]
