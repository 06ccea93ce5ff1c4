"""Tables of the demand case, one subject a file."""

from cases.demands.models.case import Case
from cases.demands.models.drafts import Draft, FormDraft
from cases.demands.models.duty import Category, DutyItem, DutyOwner
from cases.demands.models.intake import IntakeItem, IntakeRun, IntakeUpload
from cases.demands.models.questions import QuestionSet
from cases.demands.models.requests import InfoRequest
from cases.demands.models.results import PlanStep, Result

__all__ = [
    "Case",
    "Category",
    "Draft",
    "DutyItem",
    "DutyOwner",
    "FormDraft",
    "InfoRequest",
    "IntakeItem",
    "IntakeRun",
    "IntakeUpload",
    "PlanStep",
    "QuestionSet",
    "Result",
]
