"""The pages of returns, arbitration, transfer, hand-over, redo, withdrawal and nudge: button, form, what is said."""

import pytest
from django.urls import reverse

from cases.demands.models import Case
from tests.api import SETTINGS
from tests.cases.demands.table import DECIDED_BY, DECLINED, perform
from tests.cases.demands.test_pages_act import address, press, state_of, untouched
from tests.factories import actor, case_in, later
from tests.pages import fields
from workflow.models import Event, Proposal
from workflow.proposals import REASON

# What is typed, and a mistake with the field beside which its sentence stands.
TYPED = {
    "send_back": {"clause": "《电力法》第六条"},
    "uphold_return": {"reason": "管网配套归市住建局"},
    "reject_return": {"reason": "电力接入归市能源局"},
    "assign_lead": {"lead": "energy", "reason": "先办后议，由能源局牵头"},
    "transfer": {"lead": "housing"},
    "reassign": {"lead": "housing", "duty_item": "shared", "reason": "配套管网归市住建局"},
    "pass_down": {"office": "office", "reason": "事项在东胜区办理"},
    "report_up": {},
    "decline": DECLINED,
    "redo": {"reason": "供电方案没有送达"},
    "withdraw": {"reason": "已自行解决"},
    "undo_withdrawal": {},
    "nudge": {"text": "请尽快答复"},
}
MISTAKES = [
    ("send_back", {"clause": "无"}, "clause", "请写得具体些，至少 4 个字"),
    ("uphold_return", {"reason": "不行"}, "reason", "请写得具体些，至少 4 个字"),
    ("reject_return", {"reason": "不行"}, "reason", "请写得具体些，至少 4 个字"),
    ("assign_lead", {"reason": "先办"}, "reason", "请写得具体些，至少 4 个字"),
    ("reassign", {"lead": "far_department"}, "lead", "职责清单里，这件事不归所选部门"),
    ("redo", {"reason": "不行"}, "reason", "请写得具体些，至少 4 个字"),
    ("withdraw", {"reason": "撤"}, "reason", "请写得具体些，至少 2 个字"),
]
# What the page of the demand says after the move, to whoever made it.
SAYS = {
    "uphold_return": "待派单",
    "reject_return": "办理中",
    "assign_lead": "办理中",
    "reassign": "待签收",
    "pass_down": "市转旗区",
    "redo": "第 2 轮",
    "withdraw": "企业撤回诉求",
    "undo_withdrawal": "企业恢复诉求，继续办理",
    "nudge": "请尽快答复",
}


@pytest.fixture(autouse=True)
def _two_hours_later(clock):
    clock.move_to(later(hours=2))


def typed(action, town, **changes):
    """What a person types into the form of this move; rows of the town by their public id."""
    words = TYPED[action] | changes
    words = {name: str(getattr(getattr(town, word, None), "public_id", word)) for name, word in words.items()}
    return words | ({REASON: "核对过材料"} if action in DECIDED_BY else {})


def of_the_case(browser, case):
    answer = browser.get(reverse("demands:case", args=[case.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("action", TYPED)
def test_the_right_person_reaches_the_move_from_the_case_and_makes_it(town, sign_in, action):
    setting = SETTINGS[action]
    case = setting.case(town)
    browser = sign_in(getattr(town, setting.who))
    assert f'href="{address(case, action)}"' in of_the_case(browser, case)
    answer = press(browser, case, action, **typed(action, town))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page = browser.get(answer.url, follow=True).content.decode()
    if action in DECIDED_BY:
        assert Proposal.objects.get(subject_id=case.pk, verdict="PENDING").action == action
        assert (state_of(case), "核对过材料" in page) == (case.state, True)
    else:
        assert Event.objects.filter(subject_id=case.pk).latest("seq").action == action
        assert SAYS[action] in page


@pytest.mark.parametrize("action", TYPED)
def test_whoever_sees_the_case_but_has_not_the_move_gets_no_button(town, sign_in, action):
    setting = SETTINGS[action]
    case = setting.case(town)
    browser = sign_in(getattr(town, setting.not_theirs))
    assert address(case, action) not in of_the_case(browser, case)
    assert browser.get(address(case, action)).status_code == 403


@pytest.mark.parametrize(("action", "changes", "field", "sentence"), MISTAKES)
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_is_kept(town, sign_in, action, changes, field, sentence):
    setting = SETTINGS[action]
    case = setting.case(town)
    answer = press(sign_in(getattr(town, setting.who)), case, action, **typed(action, town, **changes))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert f'href="#id_{field}"' in page
    if field != "lead":
        assert changes[field] in page
    assert Case.objects.get(pk=case.pk).head_seq == case.head_seq


@pytest.mark.parametrize(
    ("action", "who", "state", "traits", "sentence"),
    [
        ("assign_lead", "arbitrator", "RETURN_REVIEW", {}, "两个以上部门退过单，才能兜底交办"),
        ("reclassify", "dispatcher", "IN_PROGRESS", {"planned": True}, "方案已经登记，不能再升档"),
    ],
)
def test_a_move_that_must_wait_stands_on_the_page_with_its_reason(town, sign_in, action, who, state, traits, sentence):
    case = case_in(state, town=town, **traits)
    assert sentence in of_the_case(sign_in(getattr(town, who)), case)


def test_a_second_nudge_is_refused_with_its_reason(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.staff)
    assert press(browser, case, "nudge").status_code == 302
    assert "两个工作日内已经催办过一次" in of_the_case(browser, case)


# --- precedents ---


def test_the_arbitrator_reads_the_return_and_what_was_decided_before(town, sign_in):
    perform("reject_return", case_in("RETURN_REVIEW", town=town), by=actor(town.arbitrator, later(hours=1)), town=town)
    case = case_in("RETURN_REVIEW", town=town)
    browser = sign_in(town.arbitrator)
    for action in ("uphold_return", "reject_return"):
        page = browser.get(address(case, action)).content.decode()
        assert "市能源局" in page
        assert "不归本部门管理" in page  # why it was sent back
        assert "《电力法》第六条" in page
        assert "这一事项的裁决先例" in page
        assert "电力接入归市能源局" in page  # the decision before
    assert "裁决先例" not in browser.get(address(case, "note_internal")).content.decode()


def test_a_dispatch_shows_precedents_before_it_is_made_and_asks_once(town, sign_in):
    perform("reject_return", case_in("RETURN_REVIEW", town=town), by=actor(town.arbitrator, later(hours=1)), town=town)
    case = case_in("ACCEPTED", town=town)
    browser = sign_in(town.dispatcher)
    blank = untouched(browser, case, "dispatch")
    assert "precedents_of" not in blank
    choice = {"duty_item": str(town.shared.public_id), "lead": str(town.energy.public_id)}
    first = browser.post(address(case, "dispatch"), blank | choice)
    page = first.content.decode()
    assert (first.status_code, state_of(case)) == (200, "ACCEPTED")
    assert "这一事项有裁决先例，请看过后再派单" in page
    assert "电力接入归市能源局" in page
    again = browser.post(address(case, "dispatch"), fields(page) | choice)
    assert (again.status_code, state_of(case)) == (302, "DISPATCHED")


def test_a_matter_without_precedents_is_dispatched_at_once(town, sign_in):
    case = case_in("ACCEPTED", town=town)
    choice = {"duty_item": str(town.shared.public_id), "lead": str(town.energy.public_id)}
    assert press(sign_in(town.dispatcher), case, "dispatch", **choice).status_code == 302
    assert state_of(case) == "DISPATCHED"


# --- the second person ---


@pytest.mark.parametrize("action", ["transfer", "report_up"])
def test_the_page_names_whose_consent_is_needed_also_where_the_proposal_names_it(town, sign_in, action):
    case = SETTINGS[action].case(town)
    page = sign_in(getattr(town, SETTINGS[action].who)).get(address(case, action)).content.decode()
    assert "这件事须由另一人同意后才办理：对方单位的" in page
    assert "由的" not in page
