"""Tables of the demand case, one subject a file."""

from cases.demands.models.access import CaseAccess
from cases.demands.models.attachments import Attachment
from cases.demands.models.case import Case
from cases.demands.models.dispatching import DispatchedByRule, DispatchRuleSet, RuleSetState
from cases.demands.models.drafts import Draft, FormDraft
from cases.demands.models.duty import Category, DutyItem, DutyOwner
from cases.demands.models.intake import IntakeItem, IntakeRun, IntakeUpload
from cases.demands.models.lists import BatchRow, BatchRun, SavedFilter, Verdict
from cases.demands.models.packs import EvidencePack
from cases.demands.models.questions import QuestionSet
from cases.demands.models.reading import CaseReading
from cases.demands.models.requests import InfoRequest
from cases.demands.models.results import PlanStep, Result
from cases.demands.models.returns import ChargedTo, Return, ReturnVerdict, Withdrawal

__all__ = [
    "Attachment",
    "BatchRow",
    "BatchRun",
    "Case",
    "CaseAccess",
    "CaseReading",
    "Category",
    "ChargedTo",
    "DispatchRuleSet",
    "DispatchedByRule",
    "Draft",
    "DutyItem",
    "DutyOwner",
    "EvidencePack",
    "FormDraft",
    "InfoRequest",
    "IntakeItem",
    "IntakeRun",
    "IntakeUpload",
    "PlanStep",
    "QuestionSet",
    "Result",
    "Return",
    "ReturnVerdict",
    "RuleSetState",
    "SavedFilter",
    "Verdict",
    "Withdrawal",
]
