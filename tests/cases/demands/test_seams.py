"""What one part of the product could tell of what another part hides: each time the thing that could leak is there.

An answer is compared with the one that is given where it never was: byte for byte, but for chance.
"""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from cases.demands import batch, moves, queries
from cases.demands.models import BatchRun, Case
from cases.demands.moves.access import deny, grant
from foundation.errors import Refused
from parties.models import Membership, User
from parties.roles import Role
from tests.api import Program
from tests.cases.demands.table import ask_for, perform
from tests.conftest import SignIn
from tests.factories import Town, actor, case_in, later, member, untold
from tests.pages import text
from workflow.models import OutboxMessage, Proposal
from workflow.outbox import attempt
from workflow.proposals import decide

pytestmark = pytest.mark.every_page

KEYS = re.compile(r'(name="(?:csrfmiddlewaretoken|idempotency_key)" value=")[^"]*')


def bare(answer: Any) -> tuple[int, str]:
    """Status and body of an answer, without the keys that every drawing of a form has of its own."""
    return answer.status_code, KEYS.sub(r"\1", answer.content.decode())


# --- possible duplicates, at 受理 ---


def elsewhere(town: Town) -> Case:
    """An open demand of the town's firm that lies with another office."""
    case = case_in("IN_PROGRESS", town=town, title="另一办公室的同一家企业")
    Case.objects.filter(pk=case.pk).update(office=town.other_office)
    return case


def kept_from_intake(town: Town) -> Case:
    """An open demand of the town's firm that its intake officer keeps out of."""
    case = case_in("IN_PROGRESS", town=town, title="受理员回避的同一家企业")
    deny(case, user=town.intake.user, by=actor(town.second_intake))
    return case


@pytest.mark.parametrize("make", [elsewhere, kept_from_intake])
def test_a_demand_that_intake_may_not_open_is_no_possible_duplicate(
    town: Town, sign_in: SignIn, clock: Any, make: Any
) -> None:
    case = case_in("SUBMITTED", town=town)
    clock.move_to(later(hours=3))
    browser, program = sign_in(town.intake), Program(town.intake)
    page = reverse("demands:act", args=[case.public_id, "accept"])
    short = {"category": "ENERGY", "klass": "COMPLEX", "seen": case.head_seq}

    def answers() -> list[Any]:
        by = actor(town.intake, later(hours=3))
        seen = {case.public_id: case.head_seq}
        return [
            bare(browser.get(page)),
            bare(browser.post(page, {"seen": "1"})),
            bare(program.post(f"cases/{case.public_id}/accept/", short | {"klass": ""})),
            batch.foreseen("accept", [Case.objects.get(pk=case.pk)], seen, by),
        ]

    before = answers()
    other = make(town)
    assert answers() == before
    assert before[-1] == {}
    assert queries.open_siblings(case.pk, actor(town.second_intake)).count() == (make is kept_from_intake)
    if make is kept_from_intake:  # a colleague is asked to look at it, and shown it
        assert other.title in text(sign_in(town.second_intake).get(page).content.decode())
        with pytest.raises(Refused, match="该企业还有 1 件在办诉求"):
            perform("accept", case, by=actor(town.second_intake), town=town, duplicates_seen=False)
    assert program.post(f"cases/{case.public_id}/accept/", short).status_code == 200


# --- precedents ---


def decided_return(town: Town, *, opinion: str = "管网配套属于城建职责") -> Case:
    """A demand whose return was upheld: a precedent of the matter that several departments own."""
    case = case_in("RETURN_REVIEW", town=town, firm=town.neighbour, title="先例里的那件诉求")
    by = actor(town.arbitrator, later(hours=2))
    return perform("uphold_return", case, by=by, town=town, reason=opinion)


def test_a_precedent_of_a_demand_that_a_dispatcher_keeps_out_of_is_none_for_them(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("ACCEPTED", town=town)
    Case.objects.filter(pk=case.pk).update(duty_item=town.shared)
    clock.move_to(later(hours=3))
    browser = sign_in(town.dispatcher)
    page = reverse("demands:act", args=[case.public_id, "dispatch"])
    typed = {"duty_item": str(town.shared.public_id), "lead": "", "seen": str(case.head_seq)}

    def answers() -> list[Any]:
        return [bare(browser.get(page)), bare(browser.post(page, typed))]

    before = answers()
    precedent = decided_return(town)
    assert "管网配套属于城建职责" in answers()[0][1]
    deny(precedent, user=town.dispatcher.user, by=actor(town.intake))
    assert answers() == before
    # Nor does it hold up the move.
    sent = typed | {"lead": str(town.energy.public_id)}
    assert browser.post(page, sent | {"idempotency_key": "dispatch"}).status_code == 302


def test_a_precedent_of_the_firm_in_which_a_dispatcher_holds_a_post_is_none_for_them(town: Town, clock: Any) -> None:
    decided_return(town)
    code = town.shared.code
    assert len(queries.precedents(code, actor(town.dispatcher))) == 1
    member(town.neighbour, Role.RESIDENT_LIAISON, person=town.dispatcher.user)
    assert len(queries.precedents(code, actor(town.dispatcher))) == 0


@pytest.mark.parametrize("told", ["乙公司", "91150602MA0", "0477-5550100"])
def test_no_firm_is_named_in_what_becomes_a_precedent(town: Town, sign_in: SignIn, clock: Any, told: str) -> None:
    """Offices read it that may not open the demand; who does not know the firm is not told that a guess is right."""
    words = f"{town.neighbour.credit_code if told[0] == '9' else told}的事不归本部门管理"
    sentence = "以后派同一事项的人会看到这段话"
    clock.move_to(later(hours=1))
    for hidden in (False, True):
        case = case_in("DISPATCHED", town=town, firm=town.neighbour, hidden=hidden)
        page = reverse("demands:act", args=[case.public_id, "send_back"])
        typed = {"clause": "《电力法》第六条", "proposal_reason": words, "seen": str(case.head_seq)}
        answer = sign_in(town.liaison).post(page, typed | {"idempotency_key": f"{hidden}"})
        assert (answer.status_code, sentence in answer.content.decode()) == ((302, False) if hidden else (422, True))
        case = case_in("RETURN_REVIEW", town=town, firm=town.neighbour, hidden=hidden)
        for action in ("uphold_return", "reject_return"):
            page = reverse("demands:act", args=[case.public_id, action])
            answer = sign_in(town.arbitrator).post(page, {"reason": words, "seen": str(case.head_seq)})
            assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


# --- why a move that takes two people was proposed ---

WHY = "这句话企业看不到"  # so the form promises


def sent_back(town: Town) -> Case:
    case = case_in("DISPATCHED", town=town)
    head = town.at(town.energy, Role.DEPARTMENT_HEAD)
    return consented("send_back", case, town, asks=town.liaison, decides=head)


def transferred(town: Town) -> Case:
    case = case_in("IN_PROGRESS", town=town, contacted=True)
    return consented("transfer", case, town, asks=town.liaison, decides=town.at(town.housing, Role.DEPUTY_HEAD))


def reported_up(town: Town) -> Case:
    decides = town.at(town.city_office, Role.DISPATCHER)
    return consented("report_up", case_in("ACCEPTED", town=town), town, asks=town.dispatcher, decides=decides)


def consented(action: str, case: Case, town: Town, *, asks: Membership, decides: Membership) -> Case:
    proposal = ask_for(action, case, by=actor(asks, later(hours=2)), town=town, reason=WHY)
    decide(proposal.public_id, by=actor(decides, later(hours=2)), consent=True)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("make", [sent_back, transferred, reported_up])
def test_the_firm_never_reads_why_a_move_was_proposed(town: Town, sign_in: SignIn, clock: Any, make: Any) -> None:
    case = make(town)
    clock.move_to(later(hours=3))
    paper = reverse("demands:print_case", args=[case.public_id])
    pages = [reverse("demands:case", args=[case.public_id]), paper]
    for post in (town.staff, town.firm_secretary):
        for address in pages:
            page = sign_in(post).get(address).content.decode()
            assert (WHY in page, "提请" in page) == (False, False)
        assert WHY not in Program(post).get(f"cases/{case.public_id}/").content.decode()
    for address in pages:
        assert text(sign_in(town.intake).get(address).content.decode()).count(WHY) == 2  # asked for, and consented to
    outward = text(sign_in(town.intake).get(f"{paper}?outward=1").content.decode())
    assert (WHY in outward, "提请" in outward) == (False, False)


# --- 谁能看到这件诉求, of a firm that hides ---


def test_who_is_in_a_firm_that_hides_is_nothing_to_its_department(town: Town, sign_in: SignIn, clock: Any) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    clock.move_to(later(hours=3))
    browser, page = sign_in(town.handler), reverse("demands:case", args=[case.public_id])

    def shown() -> list[tuple[str, str]]:
        html = browser.get(page).content.decode()
        panel = text(html[html.index('id="h-see"') :])
        return [("", panel), *((one.organisation, str(one.roles)) for one in queries.seen_by(case, by).viewers)]

    by = actor(town.handler, later(hours=3))
    before = shown()
    assert case.alias in before[0][1]
    town.staff.delete()  # a firm without staff, and one in which nobody is left
    assert shown() == before
    town.firm_secretary.delete()
    assert shown() == before
    assert town.firm.name not in str(before)
    office = queries.seen_by(case, actor(town.intake, later(hours=3))).viewers
    assert town.firm.name not in [one.organisation for one in office]  # who knows the firm reads what is so


# --- which demands came together ---


def test_only_firm_and_office_read_in_the_api_which_demands_came_together(town: Town, clock: Any) -> None:
    """A leader to whom two hidden demands are granted would learn from it that one firm made them."""
    leader, submission = town.at(town.leaders, Role.LEADER), uuid4()
    cases = [case_in("IN_PROGRESS", town=town, hidden=True, title=f"同批的第{n}件") for n in (1, 2)]
    for case in cases:
        Case.objects.filter(pk=case.pk).update(submission=submission)
        grant(case, user=leader.user, source="MANUAL", by=actor(town.intake))
    clock.move_to(later(hours=3))
    told = {
        post.role: {Program(post).get(f"cases/{case.public_id}/").json()["submission"] for case in cases}
        for post in (leader, town.handler, town.staff, town.intake)
    }
    same = {str(submission)}
    assert told == {"LEADER": {None}, "HANDLER": {None}, "ENTERPRISE_STAFF": same, "INTAKE": same}


# --- what was answered before somebody was to keep out ---


def test_a_repeated_request_of_who_keeps_out_by_now_is_answered_as_of_a_demand_that_is_not_there(
    town: Town, clock: Any
) -> None:
    case, other = case_in("IN_PROGRESS", town=town, contacted=True), case_in("IN_PROGRESS", town=town)
    clock.move_to(later(hours=3))
    program, mine = Program(town.liaison), f"cases/{case.public_id}/note_internal/"
    asks = {"lead": str(town.housing.public_id), "proposal_reason": "属于城建职责", "seen": case.head_seq}
    sent = [
        (mine, {"text": "我写的备注", "seen": case.head_seq}, "note"),
        (f"cases/{case.public_id}/transfer/", asks | {"seen": case.head_seq + 1}, "transfer"),
    ]
    for address, body, key in sent:
        assert program.post(address, body, key=key).status_code in (200, 202)
    proposal = Proposal.objects.get().public_id
    taken = f"proposals/{proposal}/take-back/"
    assert program.post(taken, {}, key="back").status_code == 200
    assert program.post(f"cases/{other.public_id}/note_internal/", {"text": "另一件"}, key="other").status_code == 200
    deny(case, user=town.liaison.user, by=actor(town.intake, later(hours=3)))
    for address, body, key in [*sent, (taken, {}, "back")]:
        again = program.post(address, body, key=key)
        unknown = address.replace(str(case.public_id), str(uuid4())).replace(str(proposal), str(uuid4()))
        assert bare(again) == bare(program.post(unknown, body, key=f"{key} elsewhere"))
        assert again.status_code == 404
    kept = program.post(f"cases/{other.public_id}/note_internal/", {"text": "另一件"}, key="other")
    assert (kept.status_code, kept["Idempotency-Replayed"]) == (200, "true")


def test_the_result_of_a_batch_says_nothing_more_of_a_demand_that_one_keeps_out_of_by_now(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    first, second = case_in("DISPATCHED", town=town), case_in("DISPATCHED", town=town, title="第二件诉求")
    perform("record_contact", first, by=actor(town.liaison, later(hours=1)), town=town)
    clock.move_to(later(hours=3))
    browser, program = sign_in(town.liaison), Program(town.liaison)
    rows = [{"id": str(case.public_id), "seen": case.head_seq} for case in (first, second)]
    body = {"action": "acknowledge", "rows": rows, "inputs": {"handler": str(town.handler.public_id)}}
    before = program.post("cases/batch/", body, key="batch").json()["results"]
    assert [row["verdict"] for row in before] == ["CHANGED", "DONE"]
    assert "本件刚刚有变动" in before[0]["detail"]
    page = reverse("demands:batch_result", args=[BatchRun.objects.get().public_id])
    assert "本件刚刚有变动" in browser.get(page).content.decode()
    for case in (first, second):
        deny(case, user=town.liaison.user, by=actor(town.intake, later(hours=3)))
    after = program.post("cases/batch/", body, key="batch").json()["results"]
    stranger = {"verdict": "REFUSED", "code": "not_found", "detail": "没有找到，或者您不能查看"}
    assert after[0] == {"id": str(first.public_id)} | stranger
    html = browser.get(page).content.decode()
    for words in ("本件刚刚有变动", first.title, str(first.number), second.title, str(second.number)):
        assert words not in html


# --- events that are kept from a role ---


def test_an_event_that_is_kept_from_a_department_changes_no_page_no_answer_and_no_forecast(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    """The firm asks for somebody to keep out: the department neither hears of it nor finds a number that went on."""
    case = case_in("DISPATCHED", town=town)
    clock.move_to(later(hours=3))
    browser, program = sign_in(town.liaison), Program(town.liaison)
    pages = [reverse("demands:case", args=[case.public_id])]
    pages += [reverse("demands:act", args=[case.public_id, action]) for action in ("acknowledge", "note_internal")]
    picked = {"action": "acknowledge", "row": f"{case.public_id.hex}.{case.head_seq}"}

    def answers() -> list[Any]:
        return [
            *(bare(browser.get(page)) for page in pages),
            bare(browser.post(reverse("demands:batch"), picked)),
            bare(program.get(f"cases/{case.public_id}/")),
        ]

    before = answers()
    assert "您打开列表之后" not in before[3][1]
    perform("ask_recusal", case, by=actor(town.staff, later(hours=3)), town=town, name=town.liaison.user.name)
    assert answers() == before
    handler = {"handler": str(town.handler.public_id), "seen": case.head_seq}
    assert program.post(f"cases/{case.public_id}/acknowledge/", handler).status_code == 200
    perform("reply_public", case, by=actor(town.handler, later(hours=4)), town=town)
    assert "您打开列表之后" not in answers()[3][1]  # acknowledged by now, and refused as that


def test_whom_the_firm_wants_kept_out_is_read_by_firm_and_office_alone(town: Town, sign_in: SignIn, clock: Any) -> None:
    """A leader by a grant, and a supervisor who is to decide a proposal, open the whole demand but for that."""
    case, leader = case_in("SUBMITTED", town=town), town.at(town.leaders, Role.LEADER)
    supervisor = town.at(town.office, Role.SUPERVISOR)
    perform("ask_recusal", case, by=actor(town.staff, later(hours=1)), town=town, name="王某某", reason="亲属关系在此")
    case = Case.objects.get(pk=case.pk)
    ask_for("decline", case, by=actor(town.intake, later(hours=2)), town=town)
    desk = actor(town.second_intake, later(hours=2))
    moves.recuse_case(case.pk, by=desk, seen=case.head_seq + 1, person=town.dispatcher.user, reason="登记的理由")
    ask_for("decline", Case.objects.get(pk=case.pk), by=actor(town.intake, later(hours=2)), town=town)
    grant(case, user=leader.user, source="MANUAL", by=actor(town.intake))
    clock.move_to(later(hours=3))
    page = reverse("demands:case", args=[case.public_id])
    for post, reads in ((town.staff, True), (town.intake, True), (leader, False), (supervisor, False)):
        answers = [sign_in(post).get(page), Program(post).get(f"cases/{case.public_id}/")]
        for answer in answers:
            assert answer.status_code == 200
            assert ("王某某" in answer.content.decode(), "亲属关系在此" in answer.content.decode()) == (reads, reads)
            assert ("登记回避" in text(answer.content.decode())) is (post == town.intake)


# --- what was told before ---


def test_an_official_who_comes_to_hold_a_post_in_the_firm_is_as_if_never_told(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    clock.move_to(later(hours=3))
    browser, program = sign_in(town.handler), Program(town.handler)
    pages = [reverse("home"), reverse("workflow:notices"), f"{reverse('workflow:notices')}?all=1"]
    before = [bare(browser.get(page)) for page in pages]
    case_in("IN_PROGRESS", town=town)
    for message in OutboxMessage.objects.filter(channel="announce", state="WAITING").order_by("pk"):
        attempt(str(message.public_id), clock=lambda: later(hours=3))
    assert program.get("notices/").json()["results"] != []
    assert bare(browser.get(pages[2])) != before[2]
    member(town.firm, Role.RESIDENT_LIAISON, person=town.handler.user)
    assert [page for page, was in zip(pages[1:], before[1:], strict=True) if head(browser.get(page)) != head(was)] == []
    assert program.get("notices/").json()["results"] == []


def head(answer: Any) -> str:
    """What a page says, but for the choice of posts in its head, in which the new post stands."""
    html = answer[1] if isinstance(answer, tuple) else answer.content.decode()
    return text(html[html.index("<main") :])


# --- a department that has the demand no more ---


def test_nothing_after_its_segment_reaches_a_department_that_has_the_demand_no_more(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    """Returned while its firm hides; then it goes all the way with another department, and the firm shows itself."""
    case = case_in("RETURN_REVIEW", town=town, hidden=True, attached="attach")
    case = perform("uphold_return", case, by=actor(town.arbitrator, later(hours=2)), town=town)
    clock.move_to(later(days=3))
    key, number = case.public_id, str(case.number)
    file = case.attachments.get().public_id
    pages = [reverse("demands:case", args=[key]), reverse("home"), reverse("demands:list") + "?state=ALL"]
    pages += [reverse("demands:list") + f"?state=ALL&q={word}" for word in (number, case.title, "甲公司", case.alias)]
    pages += [reverse("box", args=[box]) for box in ("todo", "done", "mine")]
    pages += [reverse("demands:shared") + more for more in ("", "?which=former")]
    pages += [reverse("demands:print_list") + "?state=ALL", reverse("workflow:notices") + "?all=1"]
    pages += [reverse(f"demands:{name}", args=[key]) for name in ("print_case", "receipt", "durations", "readings")]
    pages += [reverse("demands:file", args=[key, file]), reverse("demands:duty", args=[town.shared.public_id])]
    calls = ["cases/", "cases/granted/", "cases/former/", f"cases/former/{key}/", f"cases/{key}/", "proposals/"]
    calls += [f"cases/{key}/files/{file}/", f"cases/{key}/durations/", f"cases/{key}/handlers/", "notices/"]
    posts = [town.at(town.energy, Role(role)) for role in ("DEPARTMENT_LIAISON", "HANDLER", "DEPARTMENT_HEAD")]
    readers = [(post, sign_in(post), Program(post)) for post in posts]

    def answers() -> list[Any]:
        for message in OutboxMessage.objects.filter(channel="announce", state="WAITING").order_by("pk"):
            attempt(str(message.public_id), clock=lambda: later(days=3))
        found: list[Any] = []
        for post, browser, program in readers:
            found += [(post.role, page, *bare(browser.get(page))) for page in pages]
            found += [(post.role, call, *bare(program.get(call))) for call in calls]
            for action in ("note_internal", "acknowledge", "send_back", "relay_to_firm", "recuse", "transfer"):
                sent = {"seen": 5, "text": "还想说一句", "reason": "理由"}
                found.append((post.role, action, *bare(program.post(f"cases/{key}/{action}/", sent))))
            picked = {"action": "note_internal", "rows": [{"id": str(key), "seen": 5}], "inputs": {}}
            found.append((post.role, "batch", *bare(program.post("cases/batch/", picked))))
        return found

    before = answers()
    assert {said[2] for said in before} >= {200, 404}
    assert sum(case.alias in said[3] for said in before) >= 2 * len(posts)
    lead = town.housing
    case = perform("dispatch", case, by=actor(town.dispatcher, later(hours=3)), town=town, lead=lead)
    liaison, handler = town.at(lead, Role.DEPARTMENT_LIAISON), town.at(lead, Role.HANDLER)
    case = perform("acknowledge", case, by=actor(liaison, later(hours=4)), town=town, handler=handler)
    case = perform("relay_to_firm", case, by=actor(handler, later(hours=5)), town=town, text="新的部门问您")
    case = perform("relay_to_department", case, by=actor(town.staff, later(hours=6)), town=town, text="新的回答")
    case = perform("release_attachment", case, by=actor(town.intake, later(hours=6)), town=town)
    case = perform("attach_public", case, by=actor(handler, later(hours=7)), town=town)
    case = perform("note_internal", case, by=actor(handler, later(hours=7)), town=town, text="新的备注")
    ask_for("reclassify", case, by=actor(town.dispatcher, later(hours=8)), town=town)
    case = perform("reveal_firm", Case.objects.get(pk=case.pk), by=actor(town.staff, later(hours=9)), town=town)
    case = perform("withdraw", case, by=actor(town.staff, later(hours=10)), town=town, reason="不办了")
    for was, now in zip(before, answers(), strict=True):
        assert was == now


# --- who decides ---


@pytest.mark.parametrize("by_name", [True, False])
def test_who_keeps_out_is_not_counted_on_for_a_decision(town: Town, by_name: bool) -> None:
    """By name, or by a post in the firm: a proposal that only they could decide would wait for nobody."""
    case, head = case_in("DISPATCHED", town=town), town.at(town.energy, Role.DEPARTMENT_HEAD)
    if by_name:
        deny(case, user=head.user, by=actor(town.intake))
    else:
        member(town.firm, Role.RESIDENT_LIAISON, person=head.user)
    with pytest.raises(Refused, match="除您以外没有人可以表示同意"):
        ask_for("send_back", case, by=actor(town.liaison, later(hours=2)), town=town)
    member(town.energy, Role.DEPARTMENT_HEAD)
    assert ask_for("send_back", case, by=actor(town.liaison, later(hours=2)), town=town).verdict == "PENDING"


# --- mail that waits ---


def test_no_mail_goes_to_who_has_come_to_keep_out_while_it_waited(town: Town, mailoutbox: Any) -> None:
    """The mail server was away: the message was written for the handler before the recusal."""
    User.objects.filter(pk=town.handler.user_id).update(email="someone@example.org")
    case = case_in("IN_PROGRESS", town=town, contacted=True)
    untold(case)
    perform("nudge", case, by=actor(town.staff, later(hours=3)), town=town)
    (told,) = OutboxMessage.objects.filter(channel="announce")
    assert attempt(str(told.public_id), clock=lambda: later(hours=3))
    (mail,) = OutboxMessage.objects.filter(channel="mail")
    assert mail.payload["user"] == town.handler.user_id
    OutboxMessage.objects.filter(pk=mail.pk).update(state="WAITING", next_at=later(hours=5), done_at=None)
    mailoutbox.clear()
    deny(case, user=town.handler.user, by=actor(town.intake, later(hours=4)))
    attempt(str(mail.public_id), clock=lambda: later(hours=5))
    mail.refresh_from_db()
    assert (mailoutbox, mail.state) == ([], "DEAD")
