"""The pages of moves that take two people: asking, what the demand shows of it, the answer, the home page."""

import pytest
from django.urls import reverse

from cases.demands import moves
from cases.demands.models import Case
from parties.roles import Role
from tests.cases.demands.table import DECLINED, ask_for, perform
from tests.factories import actor, case_in, later
from tests.pages import fields, statements, text
from workflow.models import Event, Proposal

TYPED = {**DECLINED, "proposal_reason": "核对过材料"}


@pytest.fixture
def case(town, clock):
    found = case_in("SUBMITTED", town=town)
    clock.move_to(later(hours=2))
    return found


@pytest.fixture
def proposal(town, case):
    return ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)


def act(case, action="decline"):
    return reverse("demands:act", args=[case.public_id, action])


def page(case):
    return reverse("demands:case", args=[case.public_id])


def answer(proposal, verb):
    return reverse("demands:proposal", args=[proposal.public_id, verb])


def press(browser, case, proposal, verb, **typed):
    """Press one of the buttons under the proposal on the page of the demand."""
    drawn = browser.get(page(case)).content.decode()
    assert answer(proposal, verb) in drawn
    return browser.post(answer(proposal, verb), fields(drawn) | typed)


# --- asking ---


def test_the_page_says_whose_consent_is_needed_and_that_nothing_happens_before(town, sign_in, case):
    drawn = sign_in(town.intake).get(act(case)).content.decode()
    words = text(drawn)
    assert "这件事须由另一人同意后才办理：东胜区平台办公室的受理员或督办员。同意之前诉求不会变动" in words
    assert "提请受理员或督办员同意" in words
    assert {"channel", "channel_contact", "explanation", "proposal_reason"} <= set(fields(drawn))
    assert drawn.count('name="declined_for"') == 4
    assert "变压器" in words


def test_a_move_of_one_person_says_nothing_of_a_second(town, sign_in, case):
    drawn = sign_in(town.intake).get(act(case, "accept")).content.decode()
    assert "须由另一人同意" not in text(drawn)
    assert "proposal_reason" not in drawn


def test_pressing_the_button_asks_and_leads_to_the_demand(town, sign_in, case):
    browser = sign_in(town.intake)
    sent = browser.post(act(case), fields(browser.get(act(case)).content.decode()) | TYPED)
    assert (sent.status_code, sent.url) == (302, page(case))
    found = Proposal.objects.get()
    assert (found.action, found.inputs, found.reason) == ("decline", DECLINED, "核对过材料")
    words = text(browser.get(page(case)).content.decode())
    assert "已提请同意：不予受理" in words
    assert (
        "提请“不予受理”，须东胜区平台办公室另一人同意：不予受理的原因：非职责范围；应找的部门或渠道：鄂尔多斯供电公司"
        in words
    )
    assert Case.objects.get(pk=case.pk).state == "SUBMITTED"


def test_what_is_missing_is_said_beside_its_field_and_everything_typed_is_kept(town, sign_in, case):
    browser = sign_in(town.intake)
    drawn = fields(browser.get(act(case)).content.decode())
    for missing, sentence in (
        ({"channel": ""}, "请填写这一项"),
        ({"proposal_reason": ""}, "请填写提请理由。"),
        ({"declined_for": "DUPLICATE"}, "只有“非职责范围”才写应找的部门或渠道"),
    ):
        again = browser.post(act(case), drawn | TYPED | missing)
        html = again.content.decode()
        assert again.status_code == 422
        assert sentence in text(html)
        kept = fields(html)
        assert {name: kept[name] for name in TYPED} == TYPED | missing
    assert not Proposal.objects.exists()


def test_what_changed_meanwhile_is_told_and_nothing_is_asked(town, sign_in, case):
    browser = sign_in(town.intake)
    drawn = fields(browser.get(act(case)).content.decode()) | TYPED
    moves.add_internal_note(case.pk, by=actor(town.arbitrator, later(hours=1)), text="等等")
    again = browser.post(act(case), drawn)
    assert again.status_code == 409
    assert "裁决员 于 11月23日 11:00 办理了“内部备注”" in text(again.content.decode())
    assert not Proposal.objects.exists()


def test_a_form_sent_twice_asks_once(town, sign_in, case):
    browser = sign_in(town.intake)
    drawn = fields(browser.get(act(case)).content.decode()) | TYPED
    assert [browser.post(act(case), drawn).status_code for _n in range(2)] == [302, 302]
    assert Event.objects.filter(subject_id=case.pk, action="propose").count() == 1


def test_while_one_waits_the_button_says_why_there_is_no_second(town, sign_in, case, proposal):
    browser = sign_in(town.second_intake)
    assert "本件已有一项提请在等候决定：不予受理" in text(browser.get(page(case)).content.decode())
    refused = browser.get(act(case))
    assert refused.status_code == 409
    assert "本件已有一项提请在等候决定：不予受理" in text(refused.content.decode())


# --- the panel on the demand ---


@pytest.mark.parametrize("who", ["intake", "second_intake", "dispatcher", "arbitrator", "supervisor"])
def test_those_inside_read_what_is_proposed_and_have_the_buttons_that_are_theirs(town, sign_in, case, proposal, who):
    post = town.at(town.office, Role.SUPERVISOR) if who == "supervisor" else getattr(town, who)
    drawn = sign_in(post).get(page(case)).content.decode()
    words = text(drawn)
    for part in ("提请：不予受理", "受理员 · 东胜区平台办公室", "2026年11月23日 11:00", "核对过材料", "95598"):
        assert part in words
    assert "东胜区平台办公室 · 受理员或督办员" in words
    decides, took = who in ("second_intake", "supervisor"), who == "intake"
    assert [answer(proposal, verb) in drawn for verb in ("consent", "refuse", "take-back")] == [decides, decides, took]


def test_the_firm_reads_nothing_of_it(town, sign_in, case):
    """But that the supervisor of the office can open the demand now: who can see it is never told otherwise."""
    browser = sign_in(town.staff)
    before = text(browser.get(page(case)).content.decode())
    proposal = ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    html = browser.get(page(case)).content.decode()
    assert text(html) == before.replace("受理员、派单员、裁决员", "受理员、派单员、裁决员、督办员")
    assert str(proposal.public_id) not in html


def test_a_supervisor_opens_the_demand_only_while_it_waits(town, sign_in, case):
    browser = sign_in(town.at(town.office, Role.SUPERVISOR))
    assert browser.get(page(case)).status_code == 404
    proposal = ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    assert browser.get(page(case)).status_code == 200
    done = press(browser, case, proposal, "refuse", reason="应当受理")
    assert (done.status_code, done.url) == (302, reverse("home"))
    assert "已表示不同意，提出人会收到通知" in text(browser.get(done.url).content.decode())
    assert browser.get(page(case)).status_code == 404


def test_what_waits_costs_the_page_two_statements(town, sign_in, case):
    browser = sign_in(town.second_intake)
    browser.get(page(case))
    before = len(statements(browser, page(case)))
    ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    assert len(statements(browser, page(case))) == before + 2  # the proposal, and the office that decides


# --- answering ---


def test_consent_runs_the_move_and_the_firm_reads_why_and_where_to_go(town, sign_in, case, proposal):
    done = press(sign_in(town.second_intake), case, proposal, "consent")
    assert (done.status_code, done.url) == (302, page(case))
    assert Case.objects.get(pk=case.pk).state == "ENDED"
    words = text(sign_in(town.staff).get(page(case)).content.decode())
    assert "为什么没有受理 原因 非职责范围 说明 供电设施由供电公司管理，请直接向其申请。" in words
    assert "请找 鄂尔多斯供电公司 联系方式 95598" in words
    assert "受理员 · 东胜区平台办公室 提请" not in words
    inside = text(sign_in(town.dispatcher).get(page(case)).content.decode())
    assert "由受理员 · 东胜区平台办公室提请" in inside


def test_a_refusal_without_a_reason_is_mended_on_the_page_of_the_demand(town, sign_in, case, proposal):
    browser = sign_in(town.second_intake)
    again = press(browser, case, proposal, "refuse")
    assert again.status_code == 422
    assert "不同意时请写明理由" in text(again.content.decode())
    assert press(browser, case, proposal, "refuse", reason="长" * 501).status_code == 422
    assert Proposal.objects.get().verdict == "PENDING"
    assert press(browser, case, proposal, "refuse", reason="应当受理").url == page(case)
    words = text(browser.get(page(case)).content.decode())
    assert "不同意所提请" in words
    assert "应当受理" in words
    assert "提请：不予受理" not in words


def test_the_proposer_takes_it_back(town, sign_in, case, proposal):
    browser = sign_in(town.intake)
    done = press(browser, case, proposal, "take-back")
    assert (done.status_code, done.url) == (302, page(case))
    assert "提请已收回" in text(browser.get(page(case)).content.decode())
    assert Proposal.objects.get().verdict == "TAKEN_BACK"


def test_an_answer_sent_twice_is_given_once(town, sign_in, case, proposal):
    browser = sign_in(town.second_intake)
    form = fields(browser.get(page(case)).content.decode())
    sent = [browser.post(answer(proposal, "consent"), form) for _n in range(2)]
    assert [(one.status_code, one.url) for one in sent] == [(302, page(case))] * 2
    assert Event.objects.filter(subject_id=case.pk, action="decline").count() == 1


def test_what_is_not_theirs_or_too_late_is_said_on_a_page_with_a_way_back(town, sign_in, case, proposal):
    for post, status, sentence in (
        (town.intake, 403, "提出人不能自己同意，须由另一人决定"),
        (town.dispatcher, 403, "须由同一办公室的另一位受理员或督办员决定"),
    ):
        refused = sign_in(post).post(answer(proposal, "consent"), {"idempotency_key": "k"})
        assert (refused.status_code, sentence in text(refused.content.decode())) == (status, True)
        assert f'href="{page(case)}"' in refused.content.decode()
    perform("accept", Case.objects.get(pk=case.pk), by=actor(town.intake, later(hours=1.5)), town=town)
    refused = sign_in(town.second_intake).post(answer(proposal, "consent"), {"idempotency_key": "k"})
    assert refused.status_code == 409
    assert "本件已经办理了“受理”，这项提请随之失效" in text(refused.content.decode())


def test_a_stranger_finds_nothing_and_nothing_is_answered_by_looking(town, sign_in, case, proposal):
    for post in (town.staff, town.handler, town.at(town.other_office, Role.SUPERVISOR)):
        for verb in ("consent", "refuse", "take-back"):
            assert sign_in(post).post(answer(proposal, verb), {"idempotency_key": "k"}).status_code == 404
    browser = sign_in(town.second_intake)
    assert browser.get(answer(proposal, "consent")).status_code == 405
    assert browser.post(answer(proposal, "burn"), {}).status_code == 404
    assert Proposal.objects.get().verdict == "PENDING"


def test_a_demand_is_raised_by_two_and_its_firm_reads_the_new_date(town, sign_in, clock):
    case = case_in("DISPATCHED", town=town, klass="ORDINARY")
    clock.move_to(later(hours=2))
    browser = sign_in(town.dispatcher)
    drawn = browser.get(act(case, "reclassify")).content.decode()
    assert [value in drawn for value in ("INQUIRY", "ORDINARY", "COMPLEX", "HARD")] == [False, False, True, True]
    typed = {"klass": "HARD", "reason": "涉及三个部门，需现场论证", "proposal_reason": "已与企业沟通"}
    assert browser.post(act(case, "reclassify"), fields(drawn) | typed).status_code == 302
    assert press(sign_in(town.second_intake), case, Proposal.objects.get(), "consent").status_code == 302
    words = text(sign_in(town.staff).get(page(case)).content.decode())
    assert "由一般升为疑难" in words
    assert "涉及三个部门，需现场论证" in words
    assert "30 个工作日" in words
    assert "已与企业沟通" not in words


# --- the home page ---


def home(browser):
    return text(browser.get(reverse("home")).content.decode())


def test_what_waits_for_my_consent_stands_in_todo_and_is_counted_there(town, sign_in, case):
    supervisor, proposer = sign_in(town.at(town.office, Role.SUPERVISOR)), sign_in(town.intake)
    assert "提请“不予受理”" not in home(supervisor)
    ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    drawn = supervisor.get(reverse("home")).content.decode()
    assert "提请“不予受理”：变压器增容等待三个月" in text(drawn)
    assert page(case) + "#h-proposal" in drawn
    box = supervisor.get(reverse("box", args=["todo"]))
    assert box.context["number"] == "1"
    assert "提请“不予受理”：变压器增容等待三个月" in text(box.content.decode())
    mine = proposer.get(reverse("box", args=["mine"]))
    assert (mine.context["number"], "待他人决定" in text(mine.content.decode())) == ("1", True)
    assert proposer.get(reverse("box", args=["todo"])).context["number"] == "1"  # the demand, still theirs to accept
    for post in (town.dispatcher, town.staff, town.handler, town.at(town.other_office, Role.SUPERVISOR)):
        assert "提请“不予受理”" not in home(sign_in(post))


def test_what_was_decided_has_left_todo_and_stands_in_done(town, sign_in, case, proposal):
    browser = sign_in(town.second_intake)
    assert browser.get(reverse("box", args=["todo"])).context["number"] == "2"
    press(browser, case, proposal, "consent")
    assert browser.get(reverse("box", args=["todo"])).context["number"] == "0"
    assert "变压器增容等待三个月" in text(browser.get(reverse("box", args=["done"])).content.decode())


def test_a_long_box_of_proposals_is_read_page_by_page_and_as_long_as_its_counter(town, sign_in, monkeypatch, clock):
    monkeypatch.setattr("config.pages.home.PAGE", 2)
    for n in range(3):
        case = case_in("SUBMITTED", town=town, title=f"第{n}件")
        ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town, due=later(days=1, hours=n))
    clock.move_to(later(hours=2))
    browser = sign_in(town.at(town.office, Role.SUPERVISOR))
    first = browser.get(reverse("box", args=["todo"]))
    assert first.context["number"] == "3"
    (section,) = first.context["sections"]
    second = browser.get(reverse("box", args=["todo"]), {"proposals": section["next"]})
    titles = [e.title for answer_ in (first, second) for s in answer_.context["sections"] for e in s["entries"]]
    assert titles == [f"提请“不予受理”：第{n}件" for n in range(3)]


def test_late_decisions_count_as_late(town, sign_in, clock, case):
    ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town, due=later(hours=1.5))
    browser = sign_in(town.at(town.office, Role.SUPERVISOR))
    assert "超期 1" in home(browser)
