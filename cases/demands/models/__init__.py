"""Tables of the demand case, one subject a file."""

from cases.demands.models.case import Case, PlanStep, Result
from cases.demands.models.duty import Category, DutyItem, DutyOwner
from cases.demands.models.intake import IntakeItem, IntakeRun, IntakeUpload

__all__ = ["Case", "Category", "DutyItem", "DutyOwner", "IntakeItem", "IntakeRun", "IntakeUpload", "PlanStep", "Result"]
