"""Conflict of interest: who is kept out learns nothing, and the demand goes on without them."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.demands import audiences, moves, queries
from cases.demands.models import Case, CaseAccess
from foundation.errors import NotVisible, NotYours, Refused
from parties.models import Membership
from parties.roles import Role
from tests.api import Program
from tests.cases.demands.invariants import assert_chain_holds
from tests.cases.demands.table import ask_for, perform
from tests.conftest import SignIn
from tests.factories import NOW, Town, actor, case_in, later, member, system
from tests.pages import text
from workflow.models import Event, Notice, OutboxMessage
from workflow.outbox import attempt


def recuse(case: Case, person: Membership, town: Town, *, by: Membership | None = None, hours: float = 20) -> Case:
    case = Case.objects.get(pk=case.pk)
    who = actor(by or town.second_intake, later(hours=hours))
    return moves.recuse_case(case.pk, by=who, seen=case.head_seq, person=person.user, reason="与企业股东有亲属关系")


def deliver(now: datetime) -> None:
    """Everything that was announced so far has been told."""
    for message in OutboxMessage.objects.filter(channel="announce").exclude(state="SENT"):
        attempt(str(message.public_id), clock=lambda: now)


def bare(html: str) -> str:
    return re.sub(r'(name="(?:csrfmiddlewaretoken|idempotency_key)" value=")[^"]*', r"\1", html)


def answers(key: Any, number: str, title: str, browser: Client, program: Program) -> dict[str, Any]:
    """Every answer that could tell of a demand, to a browser and to a program; its own key and number made blank."""
    found: dict[str, Any] = {}

    def keep(name: str, answer: Any) -> None:
        body = bare(answer.content.decode()).replace(str(key), "KEY").replace(number, "NUMBER")
        found[name] = (answer.status_code, body, answer.headers.get("Location", "").replace(str(key), "KEY"))

    pages = {name: reverse(f"demands:{name}", args=[key]) for name in ("case", "readings", "receipt", "durations")}
    acts = ("note_internal", "recuse", "sign_off", "accept")
    pages |= {f"act {action}": reverse("demands:act", args=[key, action]) for action in acts}
    pages |= {box: reverse("box", args=[box]) for box in ("todo", "done", "mine")}
    pages |= {"home": reverse("home"), "list": reverse("demands:list"), "shared": reverse("demands:shared")}
    pages |= {"former": f"{reverse('demands:shared')}?which=former", "notices": reverse("workflow:notices")}
    pages |= {"all notices": f"{reverse('workflow:notices')}?all=1"}
    for kind, words in (("number", number), ("title", title)):
        pages[f"search by {kind}"] = f"{reverse('demands:list')}?state=ALL&q={words}"
    for name, address in pages.items():
        keep(name, browser.get(address))
    for action in acts:
        body = {"seen": 5, "text": "想知道", "note": ""}
        keep(f"POST {action}", browser.post(reverse("demands:act", args=[key, action]), body))
        keep(f"API POST {action}", program.post(f"cases/{key}/{action}/", body))
    for address in ("cases/", "cases/granted/", "cases/former/", "notices/", "me/"):
        keep(f"API {address}", program.get(address))
    for part in ("", "handlers/", "durations/", "clocks/resolve-3/"):
        keep(f"API case {part}", program.get(f"cases/{key}/{part}"))
    keep("API former", program.get(f"cases/former/{key}/"))
    return found


NOT_THERE = "01234567-89ab-4def-8123-456789abcdef"


@pytest.mark.parametrize("who", ["handler", "second_handler", "liaison", "deputy", "intake", "dispatcher"])
def test_who_is_kept_out_meets_the_answers_of_a_demand_that_does_not_exist(
    town: Town, sign_in: SignIn, clock: Any, who: str
) -> None:
    """Once with the demand, in which the person had a part and of which they were told; once in a town without it."""
    person: Membership = getattr(town, who)
    clock.move_to(later(days=1))
    browser, program = sign_in(person), Program(person)
    without = answers(NOT_THERE, "2026-150602-000000-0", "变压器增容等待三个月", browser, program)
    case = case_in("IN_PROGRESS", town=town, contacted=True)
    deliver(later(hours=12))
    moves.add_internal_note(case.pk, by=actor(person, later(hours=13)), text="我也有份")
    case = Case.objects.get(pk=case.pk)
    seeing = answers(case.public_id, str(case.number), case.title, browser, program)
    assert seeing["case"][0] == 200
    assert seeing != without
    recuse(case, person, town)
    deliver(later(hours=21))
    moves.add_internal_note(case.pk, by=actor(town.arbitrator, later(hours=22)), text="回避以后")
    moves.add_public_reply(case.pk, by=actor(town.party_secretary, later(hours=22)), text="回避以后")
    deliver(later(hours=23))
    after = answers(case.public_id, str(case.number), case.title, browser, program)
    different = {name for name in without if without[name] != after[name]}
    assert different == set()


def test_who_is_named_by_the_firm_does_not_learn_it_before_it_is_decided(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("IN_PROGRESS", town=town)
    clock.move_to(later(days=1))
    browser, program = sign_in(town.handler), Program(town.handler)
    deliver(later(hours=1))
    page, api = reverse("demands:case", args=[case.public_id]), f"cases/{case.public_id}/"
    seen = re.compile(r'(name="seen" value=")\d+')  # how far they read: the one number that moves
    before = (bare(browser.get(page).content.decode()), program.get(api).json())
    by = actor(town.staff, later(hours=2))
    moves.ask_recusal(case.pk, by=by, name=town.handler.user.name, unit="市能源局", reason="与我公司有经济往来")
    deliver(later(hours=3))
    after = (bare(browser.get(page).content.decode()), program.get(api).json())
    assert seen.sub(r"\1", after[0]) == seen.sub(r"\1", before[0])
    assert after[1] | {"seen": 0} == before[1] | {"seen": 0}
    assert not Notice.objects.filter(user=town.handler.user, kind="recusal_asked").exists()
    # Nor does it refuse a move of theirs as something they had not seen.
    perform("record_contact", case, by=actor(town.handler, later(hours=4)), town=town)
    told = set(Notice.objects.filter(kind="recusal_asked").values_list("user_id", flat=True))
    assert told == {m.user_id for m in (town.intake, town.second_intake, town.dispatcher, town.arbitrator)}
    office = text(sign_in(town.intake).get(page).content.decode())
    assert f"申请回避：{town.handler.user.name}（市能源局）" in office
    assert "与我公司有经济往来" in office
    assert "与我公司有经济往来" in text(sign_in(town.staff).get(page).content.decode())


def test_the_words_of_a_recusal_name_nobody_and_only_the_office_reads_them(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("IN_PROGRESS", town=town)
    recuse(case, town.second_handler, town, by=town.deputy, hours=1)
    clock.move_to(later(hours=2))
    page = reverse("demands:case", args=[case.public_id])
    event = Event.objects.get(subject_id=case.pk, action="recuse")
    assert "登记回避 1 人" in event.body.text
    name = town.second_handler.user.name
    for post in (town.deputy, town.liaison, town.handler, town.staff):
        words = text(sign_in(post).get(page).content.decode())
        assert "回避 1 人" not in words
        assert "亲属关系" not in words
        assert name not in words
        assert "回避：" not in words
    words = text(sign_in(town.intake).get(page).content.decode())
    assert f"1 人回避：{name}" in words
    assert "登记回避 1 人" in words
    assert "亲属关系" not in words


def test_the_handler_who_is_kept_out_is_followed_by_a_stand_in_who_names_the_next(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    OutboxMessage.objects.all().delete()
    case = recuse(case, town.handler, town)
    stands_in = (town.liaison.user_id, "DEPARTMENT_LIAISON", "DEPARTMENT_LIAISON")
    assert (case.handler_id, case.stand_in, case.turn_role) == stands_in
    deliver(later(hours=21))
    told = Notice.objects.filter(kind="your_turn", created_at__gte=later(hours=20))
    assert set(told.values_list("user_id", flat=True)) == {town.liaison.user_id}
    assert town.handler not in queries.handlers(case, now=later(hours=21))
    with pytest.raises(Refused, match="请从本部门的承办人中选择"):
        perform("name_handler", case, by=actor(town.liaison, later(hours=22)), town=town, handler=town.handler)
    case = perform("name_handler", case, by=actor(town.liaison, later(hours=22)), town=town)
    assert (case.handler_id, case.stand_in, case.turn_role) == (town.second_handler.user_id, "", "HANDLER")
    assert_chain_holds(case)


def test_who_is_kept_out_of_a_withdrawn_demand_does_not_have_it_when_the_firm_resumes_it(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    case = perform("withdraw", case, by=actor(town.staff, later(hours=2)), town=town)
    case = recuse(case, town.handler, town, by=town.intake, hours=3)
    case = perform("undo_withdrawal", case, by=actor(town.staff, later(hours=4)), town=town)
    stands_in = (town.liaison.user_id, "DEPARTMENT_LIAISON", "DEPARTMENT_LIAISON")
    assert (case.handler_id, case.stand_in, case.turn_role) == stands_in


@pytest.mark.parametrize("state", ["WAIT_ENTERPRISE", "RESULT_REVIEW", "AWAIT_CONFIRM"])
def test_the_handler_is_replaced_in_every_state_and_the_demand_reaches_its_end(town: Town, state: str) -> None:
    case = recuse(case_in(state, town=town), town.handler, town)
    assert case.handler_id == town.liaison.user_id
    at = later(days=1)
    if state == "WAIT_ENTERPRISE":
        assert perform("answer", case, by=actor(town.staff, at), town=town).turn_role == "DEPARTMENT_LIAISON"
        return
    if state == "RESULT_REVIEW":
        back = perform("return_result", case, by=actor(town.party_secretary, at), town=town)
        assert back.turn_role == "DEPARTMENT_LIAISON"
        return
    assert perform("confirm", case, by=actor(town.staff, at), town=town).state == "CLOSED"


def test_for_the_only_party_secretary_the_deputy_head_signs(town: Town) -> None:
    case = case_in("RESULT_REVIEW", town=town)
    with pytest.raises(NotYours, match="须党组书记本人审签"):
        perform("sign_off", case, by=actor(town.deputy, later(hours=2)), town=town)
    case = recuse(case, town.party_secretary, town)
    assert (case.signer_role, case.turn_role) == ("DEPUTY_HEAD", "DEPUTY_HEAD")
    with pytest.raises(NotVisible):
        perform("sign_off", case, by=actor(town.party_secretary, later(hours=21)), town=town)
    case = moves.lift_recusal(
        case.pk,
        by=actor(town.intake, later(hours=22)),
        seen=case.head_seq,
        person=town.party_secretary.user,
        reason="经核实没有利害关系",
    )
    assert case.turn_role == "DEPARTMENT_SECRETARY"
    case = recuse(case, town.party_secretary, town, hours=23)
    assert perform("sign_off", case, by=actor(town.deputy, later(hours=24)), town=town).state == "AWAIT_CONFIRM"


def test_who_signs_is_found_when_the_result_is_submitted(town: Town) -> None:
    """The secretary also works for the firm: nobody entered it, and the deputy head signs all the same."""
    member(town.firm, Role.ENTERPRISE_STAFF, person=town.party_secretary.user)
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    case = perform("submit_result", case, by=actor(town.handler, later(hours=5)), town=town)
    assert case.turn_role == "DEPUTY_HEAD"
    other = member(town.energy, Role.DEPARTMENT_SECRETARY)
    again = perform("return_result", case, by=actor(town.deputy, later(hours=6)), town=town)
    again = perform("submit_result", again, by=actor(town.handler, later(hours=7)), town=town)
    assert again.turn_role == "DEPARTMENT_SECRETARY"
    assert perform("sign_off", again, by=actor(other, later(hours=8)), town=town).state == "AWAIT_CONFIRM"


@pytest.mark.parametrize(
    ("state", "out", "left", "sentence"),
    [
        ("SUBMITTED", "intake", "second_intake", "本办公室没有其他人可以办理这一步，请先增加人员"),
        ("ACCEPTED", "dispatcher", "", "本办公室没有其他人可以办理这一步，请先增加人员"),
        ("RESULT_REVIEW", "party_secretary", "deputy", "主办部门没有其他人可以审签，请先由部门增加审签人"),
        ("IN_PROGRESS", "handler", "second_handler liaison deputy", "主办部门没有其他人可以接手，请先由部门增加承办人"),
    ],
)
def test_nobody_is_kept_out_without_whom_the_demand_would_stand_still(
    town: Town, state: str, out: str, left: str, sentence: str
) -> None:
    case = case_in(state, town=town)
    for name in left.split():
        Membership.objects.filter(pk=getattr(town, name).pk).update(valid_to=NOW.date().replace(day=22))
    with pytest.raises(Refused, match=sentence) as refused:
        recuse(case, getattr(town, out), town, by=town.arbitrator)
    assert refused.value.field == "person"
    assert not CaseAccess.objects.exists()


def test_a_department_enters_its_own_people_alone_and_only_the_office_lifts(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    for post in (town.liaison, town.deputy, town.party_secretary, town.at(town.energy, Role.DEPARTMENT_HEAD)):
        with pytest.raises(Refused, match="只能登记本部门人员的回避"):
            recuse(case, town.intake, town, by=post)
    for post in (town.handler, town.staff):
        with pytest.raises(NotYours):
            recuse(case, town.second_handler, town, by=post)
    case = recuse(case, town.second_handler, town, by=town.liaison)
    lift = {"seen": case.head_seq, "person": town.second_handler.user, "reason": "查无此事"}
    for post in (town.liaison, town.staff):
        with pytest.raises(NotYours, match="只有平台办公室可以解除回避"):
            moves.lift_recusal(case.pk, by=actor(post, later(hours=21)), **lift)
    with pytest.raises(NotVisible):
        moves.lift_recusal(case.pk, by=actor(town.second_handler, later(hours=21)), **lift)
    moves.lift_recusal(case.pk, by=actor(town.intake, later(hours=21)), **lift)
    assert Case.objects.visible_to(actor(town.second_handler, later(hours=22))).exists()
    assert not Case.objects.visible_to(actor(town.second_handler, later(hours=20.5))).exists()


def test_who_is_kept_out_is_in_no_audience_and_stands_in_for_nobody(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    case = recuse(case, town.liaison, town)
    found = audiences.people(case.pk, ["turn", "liaison", "deputy_head", "intake"], later(hours=21))
    assert found is not None
    assert [list(found.people[name]) for name in ("turn", "liaison")] == [[], []]
    assert list(found.people["deputy_head"]) == [town.deputy]
    stands_in = queries.stand_in(case.pk, now=later(days=3))
    assert stands_in == town.deputy
    case = moves.acknowledge_overdue(case.pk, by=system(later(days=3)))
    assert case.handler_id == town.deputy.user_id


def test_the_office_may_name_somebody_of_a_department_that_does_not_have_the_demand_yet(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("ACCEPTED", town=town)
    clock.move_to(later(hours=2))
    browser = sign_in(town.intake)
    address = reverse("demands:act", args=[case.public_id, "recuse"])
    fields = {"seen": case.head_seq, "unit": str(town.energy.public_id), "reason": "企业申请，经核实属实"}
    nobody = browser.post(address, fields | {"name": "查无此人"})
    assert (nobody.status_code, "这个部门没有叫这个名字的人" in nobody.content.decode()) == (422, True)
    assert browser.post(address, fields | {"name": town.handler.user.name}).status_code == 302
    case = Case.objects.get(pk=case.pk)
    perform("dispatch", case, by=actor(town.dispatcher, later(hours=3)), town=town)
    case = Case.objects.get(pk=case.pk)
    assert not Case.objects.visible_to(actor(town.handler, later(hours=4))).exists()
    with pytest.raises(Refused, match="请从本部门的承办人中选择"):
        perform("acknowledge", case, by=actor(town.liaison, later(hours=4)), town=town)


def test_the_form_offers_those_who_see_the_demand_and_says_what_the_firm_asked(town: Town, sign_in: SignIn) -> None:
    case = case_in("IN_PROGRESS", town=town)
    moves.ask_recusal(case.pk, by=actor(town.staff), name="王某", unit="市能源局", reason="与我公司有经济往来")
    address = reverse("demands:act", args=[case.public_id, "recuse"])
    office = sign_in(town.intake).get(address)
    names = [label for _key, label in office.context["form"].fields["person"].choices][1:]
    expected = [m for m in town.everybody if m.organisation_id in (town.office.pk, town.energy.pk)]
    seeing = [m for m in expected if m.role != Role.SUPERVISOR]
    assert sorted(names) == sorted(f"{m.user.name} · {m.organisation.name} · {m.get_role_display()}" for m in seeing)
    assert "申请回避：王某（市能源局）。与我公司有经济往来" in text(office.content.decode())
    department = sign_in(town.liaison).get(address)
    labels = [label for _key, label in department.context["form"].fields["person"].choices][1:]
    assert sorted(labels) == sorted(
        f"{m.user.name} · 市能源局 · {m.get_role_display()}" for m in seeing if m.organisation_id == town.energy.pk
    )
    assert "王某" not in department.content.decode()
    assert set(department.context["form"].fields) == {"person", "reason"}


def test_a_recusal_entered_twice_at_once_leaves_one_row_in_force(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    recuse(case, town.second_handler, town)
    recuse(case, town.second_handler, town, hours=21)
    assert CaseAccess.objects.filter(valid_to=None).count() == 1
    assert CaseAccess.objects.count() == 2


def test_lists_cost_the_same_with_many_recusals(town: Town) -> None:
    for _n in range(3):
        recuse(case_in("IN_PROGRESS", town=town), town.second_handler, town)
    by = actor(town.second_handler, later(days=1))
    with CaptureQueriesContext(connection) as captured:
        assert list(queries.rows(Case.objects.at_hand(by))) == []
    assert len(captured) == 1


def test_who_was_asked_to_consent_and_is_kept_out_is_told_nothing_of_it(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("IN_PROGRESS", town=town)
    receiver, colleague = town.at(town.housing, Role.DEPARTMENT_LIAISON), member(town.housing, Role.DEPARTMENT_LIAISON)
    proposal = ask_for("transfer", case, by=actor(town.liaison, later(hours=1)), town=town)
    address = reverse("demands:proposal", args=[proposal.public_id, "consent"])
    clock.move_to(later(hours=3))
    stranger = sign_in(receiver).post(reverse("demands:proposal", args=[NOT_THERE, "consent"]), {"reason": ""})
    assert Case.objects.visible_to(actor(receiver, later(hours=1))).exists()
    recuse(case, receiver, town, hours=2)
    answer = sign_in(receiver).post(address, {"reason": ""})
    found = bare(answer.content.decode()).replace(str(proposal.public_id), NOT_THERE)
    assert (answer.status_code, found) == (404, bare(stranger.content.decode()))
    asked = sign_in(colleague).post(address, {"reason": ""})
    words = text(asked.content.decode())
    assert (asked.status_code, "本件又有了变动，这项提请随之失效" in words, "回避" in words) == (409, True, False)


def test_a_supervisor_who_is_kept_out_does_not_read_why_the_firm_withdrew(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    supervisor = town.at(town.office, Role.SUPERVISOR)
    perform("withdraw", case, by=actor(town.staff, later(hours=1)), town=town)
    assert queries.withdrawals(actor(supervisor, later(hours=2))).count() == 1
    CaseAccess.objects.create(
        case=case, user=supervisor.user, effect="DENY", source="RECUSAL", valid_from=later(hours=1)
    )
    assert queries.withdrawals(actor(supervisor, later(hours=2))).count() == 0
