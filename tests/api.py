"""How tests speak to the API: a program with a token of one post, and good inputs for every move as JSON."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from cases.demands.models import Attachment, Case
from foundation.identifiers import random_id
from parties.models import ApiToken, Membership
from tests.cases.demands.table import DECIDED_BY, DECLINED, perform
from tests.factories import NOW, Town, actor, case_in, later
from workflow.proposals import REASON

ROOT = "/api/v1/"


class Program:
    """A program that holds a token of this very post. Tests that use it need the `clock`."""

    def __init__(self, who: Membership) -> None:
        self.token, self.secret = ApiToken.issue(who, name="对接", now=NOW, valid=timedelta(days=90))
        self.client = Client(headers={"Authorization": f"Bearer {self.secret}"})

    def get(self, address: str, **query: str) -> HttpResponse:
        return self.client.get(address if address.startswith("http") else ROOT + address, query)

    def post(self, address: str, body: Any = None, *, key: str = "") -> HttpResponse:
        """A POST of JSON; bytes and text are sent as they are."""
        raw = body if isinstance(body, bytes | str) else json.dumps({} if body is None else body)
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(ROOT + address, raw, content_type="application/json", headers=headers)


def of(case: Case, action: str = "") -> str:
    """The address of a demand, or of one of its moves."""
    return f"cases/{case.public_id}/{action}/" if action else f"cases/{case.public_id}/"


def said(response: HttpResponse) -> tuple[int, str]:
    """Status and code of a refusal, whose body is shown to be the one body that every refusal has."""
    body = response.json()
    assert set(body) - {"fields"} == {"code", "detail"}, body
    assert body["detail"].strip()
    assert response["Content-Type"] == "application/json"
    return response.status_code, body["code"]


@dataclass(frozen=True)
class Setting:
    """Where a move can be made: the state and traits of the demand, and whose it is; names of persons are the town's.

    `not_theirs` sees the demand but may not make the move. `too_late` is a state and its traits in which `who` may
    not, or not yet, make it; both are empty where there is none. `after` are moves, and by whom, that come between the
    state and this move.
    """

    state: str
    who: str
    not_theirs: str
    too_late: tuple[str, dict[str, Any]]
    traits: dict[str, Any] = field(default_factory=dict)
    after: tuple[tuple[str, str], ...] = ()
    late_after: tuple[tuple[str, str], ...] = ()

    def case(self, town: Town) -> Case:
        return moved(case_in(self.state, town=town, **self.traits), self.after, town)

    def too_late_case(self, town: Town) -> Case:
        state, traits = self.too_late
        return moved(case_in(state, town=town, **traits), self.late_after, town)


def moved(case: Case, steps: tuple[tuple[str, str], ...], town: Town) -> Case:
    """The case after these moves, each by this person of the town, the last ones of the two hours after NOW.

    A demand that comes to be dispatched anew goes to the other department.
    """
    for n, (action, who) in enumerate(steps):
        inputs = {"lead": town.housing} if action == "dispatch" and case.sent_back else {}
        by = actor(getattr(town, who), later(minutes=85 + n))
        case = perform(action, case, by=by, town=town, **inputs)
    return case


CONTACTED, PLANNED = {"contacted": True}, {"contacted": True, "planned": True}

HIDDEN = {"hidden": True}
RETURNED_AGAIN = (("uphold_return", "arbitrator"), ("dispatch", "dispatcher"), ("send_back", "housing_liaison"))
REPORTED = (("report_up", "dispatcher"),)
DISPATCHED_BY_CITY = (*REPORTED, ("dispatch", "city_dispatcher"))

TWICE_ASKED = {**PLANNED, "asked": 2}

SETTINGS = {
    "request_completion": Setting("SUBMITTED", "intake", "dispatcher", ("SUBMITTED", {"completed": True})),
    "complete": Setting("NEED_INFO", "staff", "intake", ("SUBMITTED", {})),
    "accept": Setting("SUBMITTED", "intake", "dispatcher", ("ACCEPTED", {})),
    "dispatch": Setting("ACCEPTED", "dispatcher", "intake", ("DISPATCHED", {})),
    "decline": Setting("SUBMITTED", "intake", "dispatcher", ("ACCEPTED", {})),
    "reclassify": Setting("IN_PROGRESS", "dispatcher", "intake", ("IN_PROGRESS", PLANNED)),
    "acknowledge": Setting("DISPATCHED", "liaison", "handler", ("IN_PROGRESS", {})),
    "name_handler": Setting("IN_PROGRESS", "liaison", "handler", ("DISPATCHED", {})),
    "ask_firm": Setting("IN_PROGRESS", "handler", "second_handler", ("IN_PROGRESS", TWICE_ASKED), PLANNED),
    "answer": Setting("WAIT_ENTERPRISE", "staff", "handler", ("IN_PROGRESS", {})),
    "record_contact": Setting("DISPATCHED", "liaison", "intake", ("IN_PROGRESS", CONTACTED)),
    "deny_contact": Setting("DISPATCHED", "staff", "handler", ("IN_PROGRESS", {}), CONTACTED),
    "save_plan": Setting("IN_PROGRESS", "handler", "second_handler", ("IN_PROGRESS", PLANNED), CONTACTED),
    "note_internal": Setting("IN_PROGRESS", "arbitrator", "staff", ("CLOSED", {})),
    "reply_public": Setting("IN_PROGRESS", "handler", "intake", ("CLOSED", {})),
    "relay_to_firm": Setting("DISPATCHED", "liaison", "intake", ("CLOSED", HIDDEN), HIDDEN),
    "relay_to_department": Setting("IN_PROGRESS", "staff", "handler", ("IN_PROGRESS", {}), HIDDEN),
    "reveal_firm": Setting("DISPATCHED", "staff", "liaison", ("DISPATCHED", {}), HIDDEN),
    "submit_result": Setting("IN_PROGRESS", "handler", "liaison", ("IN_PROGRESS", CONTACTED), PLANNED),
    "sign_off": Setting("RESULT_REVIEW", "party_secretary", "deputy", ("AWAIT_CONFIRM", {})),
    "return_result": Setting("RESULT_REVIEW", "party_secretary", "handler", ("IN_PROGRESS", {})),
    "confirm": Setting("AWAIT_CONFIRM", "staff", "handler", ("CLOSED", {})),
    "confirm_by_office": Setting(
        "AWAIT_CONFIRM",
        "dispatcher",
        "arbitrator",
        ("AWAIT_CONFIRM", {"origin": "ACTION_ITEM"}),
        {"origin": "ACTION_ITEM", "no_firm": True},
    ),
    "record_opinion": Setting(
        "AWAIT_CONFIRM",
        "supervisor",
        "dispatcher",
        ("CLOSED", {"origin": "ACTION_ITEM"}),
        {"origin": "ACTION_ITEM", "start": NOW - timedelta(days=30)},
    ),
    "ask_recusal": Setting("IN_PROGRESS", "staff", "handler", ("CLOSED", {})),
    "recuse": Setting("IN_PROGRESS", "liaison", "handler", ("ARCHIVED", {})),
    "lift_recusal": Setting("IN_PROGRESS", "intake", "liaison", ("ARCHIVED", {}), {"kept_out": True}),
    "make_pack": Setting(
        "IN_PROGRESS", "intake", "handler", ("IN_PROGRESS", {}), late_after=(("make_pack", "intake"),) * 2
    ),
    "release_attachment": Setting(
        "IN_PROGRESS",
        "intake",
        "handler",
        ("IN_PROGRESS", {"attached": "attach"}),
        {"attached": "attach", "hidden": True},
    ),
    "withdraw_attachment": Setting("IN_PROGRESS", "staff", "deputy", ("CLOSED", {}), {"attached": "attach"}),
    "withdraw_internal": Setting("IN_PROGRESS", "liaison", "staff", ("CLOSED", {}), {"attached": "attach_internal"}),
    "send_back": Setting("DISPATCHED", "liaison", "handler", ("IN_PROGRESS", {})),
    "uphold_return": Setting("RETURN_REVIEW", "arbitrator", "dispatcher", ("ACCEPTED", {})),
    "reject_return": Setting("RETURN_REVIEW", "arbitrator", "liaison", ("IN_PROGRESS", {})),
    "assign_lead": Setting("RETURN_REVIEW", "arbitrator", "intake", ("RETURN_REVIEW", {}), after=RETURNED_AGAIN),
    "transfer": Setting("IN_PROGRESS", "liaison", "handler", ("DISPATCHED", {})),
    "reassign": Setting("IN_PROGRESS", "dispatcher", "intake", ("DISPATCHED", {})),
    "pass_down": Setting(
        "ACCEPTED", "city_dispatcher", "city_intake", ("ACCEPTED", {}), after=REPORTED, late_after=DISPATCHED_BY_CITY
    ),
    "report_up": Setting("ACCEPTED", "dispatcher", "intake", ("DISPATCHED", {})),
    "redo": Setting("AWAIT_CONFIRM", "staff", "handler", ("IN_PROGRESS", {})),
    "withdraw": Setting("IN_PROGRESS", "staff", "handler", ("CLOSED", {})),
    "undo_withdrawal": Setting("IN_PROGRESS", "staff", "handler", ("ENDED", {}), after=(("withdraw", "staff"),)),
    "nudge": Setting("IN_PROGRESS", "staff", "handler", ("AWAIT_CONFIRM", {})),
    "issue_receipt": Setting("IN_PROGRESS", "staff", "handler", ("SUBMITTED", {})),
    "issue_case_file": Setting("IN_PROGRESS", "handler", "", ("", {})),
}


ON_A_FILE = ("release_attachment", "withdraw_attachment", "withdraw_internal")


def attachment() -> str:
    """The public id of the attachment that was added last; of none when there is none."""
    last = Attachment.objects.order_by("-pk").first()
    return str(last.public_id if last else random_id())


def inputs(action: str, town: Town) -> dict[str, Any]:
    """A good body for this move, without `seen`."""
    good: dict[str, dict[str, Any]] = {
        "request_completion": {"points": "现有变压器的容量\n增容申请单的编号"},
        "complete": {"answer": "申请单编号为 2026-0831。"},
        "accept": {"category": "ENERGY", "klass": "COMPLEX", "urgent": False, "duplicates_seen": True},
        "dispatch": {"duty_item": str(town.shared.public_id), "lead": str(town.energy.public_id)},
        "decline": DECLINED,
        "reclassify": {"klass": "HARD", "reason": "涉及三个部门，需现场论证"},
        "acknowledge": {"handler": str(town.handler.public_id)},
        "name_handler": {"handler": str(town.second_handler.public_id), "reason": "原承办人出差"},
        "ask_firm": {"points": "现有变压器的容量\n增容申请单的编号"},
        "answer": {"answer": "现有容量 630 千伏安。"},
        "record_contact": {
            "contacted_at": later(hours=1).isoformat(),
            "channel": "PHONE",
            "person": "李经理",
            "summary": "电话说明办理步骤",
        },
        "deny_contact": {"reason": "没有接到电话"},
        "save_plan": {
            "steps": [{"text": "现场勘察", "due_on": "2026-11-26"}, {"text": "出方案", "due_on": "2026-11-30"}]
        },
        "note_internal": {"text": "请跟踪进展"},
        "reply_public": {"text": "已安排现场勘察"},
        "relay_to_firm": {"text": "请问现有变压器容量是多少？"},
        "relay_to_department": {"text": "现有容量 630 千伏安。"},
        "reveal_firm": {"sure": True},
        "submit_result": {
            "outcome": "SOLVED",
            "text": "供电方案已于十一月二十日送达企业。",
            "evidence": "供电方案答复单一份",
        },
        "sign_off": {"note": "同意"},
        "return_result": {"reason": "请补充送达凭证"},
        "confirm": {"confirmation": "SOLVED", "note": "谢谢"},
        "confirm_by_office": {"confirmation": "SOLVED", "note": "已落实"},
        "record_opinion": {
            "confirmation": "PARTLY",
            "channel": "PHONE",
            "person": "李经理",
            "words": "方案送到了，还没有通电。",
        },
        "ask_recusal": {"name": "王某", "unit": "市能源局", "reason": "与我公司股东有亲属关系"},
        "recuse": {"person": str(town.second_handler.public_id), "reason": "与企业股东有亲属关系"},
        "lift_recusal": {"person": str(town.second_handler.public_id), "reason": "经核实没有利害关系"},
        "make_pack": {"purpose": "移交审计"},
        **{action: {"attachment": attachment()} for action in ON_A_FILE},
        "send_back": {"clause": "《电力法》第六条", "suggested": str(town.housing.public_id)},
        "uphold_return": {"reason": "管网配套归市住建局"},
        "reject_return": {"reason": "电力接入归市能源局"},
        "assign_lead": {"lead": str(town.energy.public_id), "reason": "先办后议，由能源局牵头"},
        "transfer": {"lead": str(town.housing.public_id)},
        "reassign": {
            "lead": str(town.housing.public_id),
            "duty_item": str(town.shared.public_id),
            "reason": "配套管网归市住建局",
        },
        "pass_down": {"office": str(town.office.public_id), "reason": "事项在东胜区办理"},
        "report_up": {},
        "redo": {"reason": "供电方案没有送达"},
        "withdraw": {"reason": "已自行解决"},
        "undo_withdrawal": {},
        "nudge": {"text": "请尽快答复"},
        "issue_receipt": {},
        "issue_case_file": {},
    }
    return good[action] | ({REASON: "核对过材料"} if action in DECIDED_BY else {})


DEMAND = {
    "category": "ENERGY",
    "title": "变压器增容等待三个月",
    "text": "我公司二期生产线设备已经到场，现有变压器容量不足，申请增容三个月没有答复。",
    "wanted": "十二月二十日前通电",
    "contact_name": "李经理",
    "contact_phone": "0477-5550100",
    "answers": {
        "kind": "POWER",
        "capacity": "现有630千伏安，需要1250千伏安",
        "applied": "WAITING",
        "needed_by": "2026-12-20",
    },
}
