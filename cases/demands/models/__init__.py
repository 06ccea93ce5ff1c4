"""Tables of the demand case, one subject a file."""

from cases.demands.models.case import Case
from cases.demands.models.duty import Category, DutyItem, DutyOwner
from cases.demands.models.intake import IntakeItem, IntakeRun, IntakeUpload
from cases.demands.models.lists import BatchRow, BatchRun, SavedFilter, Verdict
from cases.demands.models.requests import InfoRequest
from cases.demands.models.results import PlanStep, Result

__all__ = [
    "BatchRow",
    "BatchRun",
    "Case",
    "Category",
    "DutyItem",
    "DutyOwner",
    "InfoRequest",
    "IntakeItem",
    "IntakeRun",
    "IntakeUpload",
    "PlanStep",
    "Result",
    "SavedFilter",
    "Verdict",
]
