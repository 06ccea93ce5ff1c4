"""Whole histories of demands for `workflow.bulk`: the demonstration in its large size and the benchmarks tell them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from cases.demands.enums import GIVEN, CaseState, Klass, Outcome
from cases.demands.models import Case, DutyItem, PlanStep, Result
from cases.demands.numbers import new_number
from parties.models import Department, Membership
from parties.roles import Role
from workflow.bulk import History, Step

PATH = (
    *("submit", "accept", "dispatch", "acknowledge", "record_contact", "save_plan", "submit_result", "sign_off"),
    "confirm",
)
# The last step of a demand in this state.
LAST = {
    CaseState.SUBMITTED: "submit",
    CaseState.ACCEPTED: "accept",
    CaseState.DISPATCHED: "dispatch",
    CaseState.RESULT_REVIEW: "submit_result",
    CaseState.AWAIT_CONFIRM: "sign_off",
    CaseState.CLOSED: "confirm",
    CaseState.ARCHIVED: "confirm",
}


class People(Protocol):
    """Who acts: posts by organisation and role, and what the ledger keeps of them and of the system."""

    records: dict[int, dict[str, Any]]  # by the key of the membership
    system: dict[str, Any]

    def at(self, place: int, role: Role, which: int = 0) -> Membership: ...


class Digits(Random):
    """The six digits of a number: every one of the million once before any comes again, without remembering them."""

    def __init__(self) -> None:
        super().__init__(0)
        self.given = 0

    def randrange(self, *_bounds: Any) -> int:
        self.given += 1
        return self.given * 618_033 % 10**6  # coprime to a million


class Told:
    """One demand being told: where it went, who acted, and what they said, at the pace of a town mostly in time."""

    def __init__(
        self,
        town: People,
        case: Case,
        *,
        lead: Department,
        item: DutyItem,
        klass: Klass,
        random: Random,
        digits: Digits,
        answer: Callable[[Random], str],
    ) -> None:
        self.town, self.case, self.lead, self.item, self.klass = town, case, lead, item, klass
        self.random, self.digits, self.says = random, digits, answer
        self.staff = town.at(case.enterprise_id, Role.ENTERPRISE_STAFF)
        self.handler = town.at(lead.pk, Role.HANDLER, random.randrange(2))
        self.steps: list[Step] = []
        self.beside: list[Any] = []
        self.outcome = self.random.choice(list(Outcome))

    def until(self, state: CaseState, *, start: datetime, now: datetime, notes: int | None = None) -> History:
        """The history up to this state, or to `now` if that comes sooner; `notes` more are written at the end."""
        self.at, last = start, self._last(state, notes)
        for action in PATH:
            if self.at >= now:
                break
            if not (action == "save_plan" and self.klass == Klass.INQUIRY):
                getattr(self, f"_{action}")()
                self.at = self.after(action)
            if action == last:
                break
        if state == CaseState.ARCHIVED:
            self.at += timedelta(days=30)
            self.steps.append(Step("archive", self.town.system, self.at, {}, {"text": "归档", "note": ""}))
        for _n in range(notes or 0):
            self.at = min(self.at + timedelta(minutes=7), now)
            text = self.says(self.random)
            self.say("note_internal", self.handler, {"text": text}, "", note=text)
        return History(self.case, self.steps, self.beside)

    def after(self, action: str) -> datetime:
        """When the step after this one is made."""
        return self.at + timedelta(seconds=self.random.randrange(900, 60_000))

    def _last(self, state: CaseState, notes: int | None) -> str:
        """The step after which a demand stands in this state; the handler has it through three of them."""
        if state == CaseState.IN_PROGRESS:
            return (
                "save_plan" if notes is not None else self.random.choice(("acknowledge", "record_contact", "save_plan"))
            )
        return LAST[state]

    def say(self, action: str, who: Membership, inputs: dict[str, Any], text: str, **body: Any) -> None:
        actor = self.town.records[who.pk]
        self.steps.append(Step(action, actor, self.at, inputs, {"text": text, "note": "", **body}))

    def _submit(self) -> None:
        number = new_number(self.at.year, self.case.district_id, random=self.digits)
        self.say("submit", self.staff, {"number": number}, "提交诉求")

    def _accept(self) -> None:
        clerk = self.town.at(self.case.office_id, Role.INTAKE)
        inputs = {
            "category": self.item.category,
            "klass": self.klass,
            "urgent": self.random.random() < 0.03,
            "duty_item": self.item,
            "duplicates_seen": True,
        }
        self.say("accept", clerk, inputs, f"定为{self.item.category.name}类、{self.klass.label}", open_siblings=1)

    def _dispatch(self) -> None:
        clerk = self.town.at(self.case.office_id, Role.DISPATCHER)
        inputs = {"lead": self.lead, "duty_item": self.item}
        self.say("dispatch", clerk, inputs, f"依据职责清单“{self.item.matter}”，主办{self.lead.name}")

    def _acknowledge(self) -> None:
        liaison = self.town.at(self.lead.pk, Role.DEPARTMENT_LIAISON)
        self.say("acknowledge", liaison, {"handler": self.handler}, "承办人已定")

    def _record_contact(self) -> None:
        inputs = {"contacted_at": self.at, "channel": "PHONE", "person": "综合部", "summary": "说明办理步骤"}
        self.say("record_contact", self.handler, inputs, "电话联系 综合部", note="说明办理步骤")

    def _save_plan(self) -> None:
        steps = [("现场勘察", self.at.date() + timedelta(days=3)), ("出具意见", self.at.date() + timedelta(days=8))]
        self.say("save_plan", self.handler, {"steps": steps}, f"{len(steps)} 个步骤")
        self.beside += [
            PlanStep(case=self.case, round=1, position=n, text=text, due_on=day)
            for n, (text, day) in enumerate(steps, start=1)
        ]

    def _submit_result(self) -> None:
        text, evidence = self.says(self.random), "办理结果通知单一份"
        self.say(
            "submit_result",
            self.handler,
            {"outcome": self.outcome, "text": text, "evidence": evidence},
            f"办理结果：{self.outcome.label}",
            outcome=self.outcome.value,
            result=text,
            evidence=evidence,
        )
        self.result = Result(
            case=self.case,
            round=1,
            outcome=self.outcome,
            text=text,
            evidence=evidence,
            submitted_by_id=self.handler.user_id,
            submitted_at=self.at,
        )
        self.beside.append(self.result)

    def _sign_off(self) -> None:
        role = Role.DEPARTMENT_SECRETARY if self.klass in (Klass.COMPLEX, Klass.HARD) else Role.DEPUTY_HEAD
        signer = self.town.at(self.lead.pk, role)
        self.say("sign_off", signer, {}, "结果送企业确认", opinion="同意")
        self.result.signed_by_id, self.result.signed_at = signer.user_id, self.at

    def _confirm(self) -> None:
        said = self.random.choice(GIVEN)
        self.say("confirm", self.staff, {"confirmation": said}, f"企业确认：{said.label}", note="收到答复")
