"""Grants, denials and segments: who else sees a demand, from both ends, and what a former lead is never told."""

import json
import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.demands import moves, queries
from cases.demands.models import Case, CaseAccess, CaseReading
from cases.demands.moves.access import deny, grant, leave, lift_denial, revoke, share
from cases.demands.queries.people import posts_seeing
from cases.demands.queries.rows import ROW
from foundation.errors import NotVisible, Refused
from parties.models import Membership, Organisation
from parties.roles import Role
from tests.api import Program
from tests.cases.demands.table import perform
from tests.conftest import SignIn
from tests.factories import NOW, Town, actor, case_in, draft_case, later, member
from tests.files import upload
from tests.pages import FRAME, statements, text
from workflow.door import locked

BEFORE = later(hours=-1)
KINDS = CaseAccess.Source


def give(case: Case, town: Town, **reader: Any) -> CaseAccess:
    """A grant by the dispatcher, an hour ago unless another time is given."""
    by = actor(town.dispatcher, reader.pop("at", BEFORE))
    return grant(case, by=by, **{"source": KINDS.MANUAL, **reader})


def everything(town: Town) -> list[Case]:
    """Demands with every kind of row of CaseAccess: in force, over, and not yet begun."""
    far = [case_in("IN_PROGRESS", town=town, firm=town.far_firm) for _ in range(10)]
    near = [case_in(state, town=town) for state in ("SUBMITTED", "IN_PROGRESS", "CLOSED", "AWAIT_CONFIRM")]
    leader, supervisor = town.at(town.leaders, Role.LEADER), town.at(town.office, Role.SUPERVISOR)
    city = Organisation.objects.get(pk=town.city_office.pk)
    give(far[0], town, organisation=city, source=KINDS.HANDED_OVER)
    give(far[0], town, organisation=town.housing, source=KINDS.PROPOSAL)
    give(far[1], town, user=leader.user)
    give(far[1], town, user=supervisor.user)
    give(far[2], town, organisation=town.energy, at=later(hours=-9), until=later(hours=-2))  # over
    give(far[2], town, organisation=town.housing, at=later(hours=2))  # not yet begun
    give(far[3], town, organisation=town.energy)
    revoke(far[3], organisation=town.energy, source=KINDS.MANUAL, by=actor(town.dispatcher, later(minutes=-30)))
    give(far[4], town, organisation=town.energy)
    deny(far[4], user=town.handler.user, by=actor(town.intake, BEFORE))
    give(far[4], town, user=town.second_handler.user)
    deny(far[4], user=town.second_handler.user, by=actor(town.intake, BEFORE))  # deny wins over both
    leave(far[5], organisation=town.housing, until_seq=3, by=actor(town.dispatcher, BEFORE))
    leave(far[5], organisation=town.energy, until_seq=4, by=actor(town.dispatcher, BEFORE))
    deny(far[5], user=town.deputy.user, by=actor(town.intake, BEFORE))
    leave(far[6], organisation=town.energy, until_seq=4, by=actor(town.dispatcher, BEFORE))
    give(far[6], town, organisation=town.energy)  # the whole wins over the segment
    leave(far[7], organisation=town.far_department, until_seq=4, by=actor(town.dispatcher, BEFORE))  # has it again
    by = actor(town.dispatcher, BEFORE)
    share(far[8], [town.energy, town.housing, town.far_department], by=by)  # the last has it, and sees the whole
    deny(far[8], user=town.handler.user, by=by)
    share(far[9], [town.energy], by=by)
    share(far[9], [town.housing], by=actor(town.dispatcher, later(minutes=-30)))  # energy no longer
    share(far[5], [town.energy], by=by)  # beside its segment
    share(far[6], [town.energy], by=by)  # beside the whole
    for case in near:
        deny(case, user=town.intake.user, by=actor(town.second_intake, BEFORE))
        deny(case, user=town.party_secretary.user, by=actor(town.intake, BEFORE))
        give(case, town, user=town.firm_secretary.user)  # a firm gains nothing by a row
    deny(near[1], user=town.liaison.user, by=actor(town.intake, BEFORE))
    lift_denial(near[1], user=town.liaison.user, by=actor(town.intake, later(minutes=-30)))
    for role in (Role.STATISTICS, Role.AUDIT_ADMIN, Role.AGENT):  # they see no content, whatever is granted
        give(near[2], town, user=next(m for m in town.everybody if m.role == role).user)
    draft = draft_case(town)
    give(draft, town, organisation=town.energy)
    share(draft, [town.energy], by=by)
    return [*far, *near, draft]


def posts_with_conflicts(town: Town) -> list[Membership]:
    """Everybody, an official who is also staff of the firm, and one who is its resident liaison; one no longer is."""
    member(town.firm, Role.ENTERPRISE_STAFF, person=town.arbitrator.user, valid_to=NOW.date() - timedelta(days=1))
    return [
        *town.everybody,
        member(town.firm, Role.ENTERPRISE_STAFF, person=town.second_handler.user),
        member(town.firm, Role.RESIDENT_LIAISON, person=town.dispatcher.user),
    ]


def ids(found: Any) -> set[int]:
    return set(found.values_list("pk", flat=True))


def test_both_ends_agree_with_grants_denials_expired_rows_and_own_firms(town: Town) -> None:
    cases, posts = everything(town), posts_with_conflicts(town)
    whole = {(post.pk, pk) for post in posts for pk in ids(Case.objects.visible_to(actor(post)))}
    parts = {(post.pk, pk) for post in posts for pk in ids(Case.objects.left_by(actor(post)))}
    assert whole == {(v.pk, c.pk) for c in cases for v in queries.viewers_of(c, now=NOW)}
    assert whole == {(post.pk, c.pk) for post in posts for c in cases if locked(Case, c.pk, actor(post))}
    assert parts == {(v.pk, c.pk) for c in cases for v in queries.former_viewers_of(c, now=NOW)}
    both = {(v.pk, c.pk) for c in cases for v in queries.all_viewers_of(c, now=NOW)}
    assert both == {(v.pk, c.pk) for c in cases for v in posts_seeing(c, c.access.live(NOW), now=NOW)}
    tasks = {(post.pk, pk) for post in posts for pk in ids(Case.objects.shared_with(actor(post)))}
    assert tasks == {(v.pk, c.pk) for c in cases for v in queries.co_handlers_of(c, now=NOW)}
    assert not tasks & whole
    assert whole | parts | tasks == both
    assert both == {(post.pk, pk) for post in posts for pk in ids(Case.objects.openable_by(actor(post)))}
    assert (len(whole), len(parts), len(tasks)) == (166, 11, 22)
    for case in cases:  # 谁能看到 names the same organisations, and whom it says to see less, sees less
        told = {one.organisation: one.shared for one in queries.seen_by(case, actor(town.intake)).viewers}
        names = {post.organisation.name: [] for post in posts if (post.pk, case.pk) in both}
        for post in posts:
            if (post.pk, case.pk) in both:
                names[post.organisation.name].append((post.pk, case.pk) not in whole and (post.pk, case.pk) in tasks)
        assert told == {name: all(less) for name, less in names.items()}


def test_each_row_does_what_it_says(town: Town) -> None:
    cases = everything(town)
    posts_with_conflicts(town)
    handed, personal, over, revoked, denied, left, both, again = cases[:8]
    sees = {name: ids(Case.objects.visible_to(actor(getattr(town, name)))) for name in ("liaison", "handler", "deputy")}
    city = ids(Case.objects.visible_to(actor(town.at(town.city_office, Role.DISPATCHER))))
    assert city == {handed.pk}
    for role in (Role.SUPERVISOR, Role.SYSTEM_ADMIN):
        assert ids(Case.objects.visible_to(actor(town.at(town.city_office, role)))) == set()
    for post in (town.at(town.leaders, Role.LEADER), town.at(town.office, Role.SUPERVISOR)):
        assert ids(Case.objects.visible_to(actor(post))) == {personal.pk}
    assert {denied.pk, both.pk} <= sees["liaison"]
    assert not sees["liaison"] & {over.pk, revoked.pk, left.pk, again.pk, handed.pk}
    assert denied.pk not in sees["handler"]
    assert ids(Case.objects.left_by(actor(town.liaison))) == {left.pk}
    assert ids(Case.objects.left_by(actor(town.deputy))) == set()
    assert ids(Case.objects.left_by(actor(town.at(town.far_department, Role.HANDLER)))) == set()


def test_every_visible_demand_stands_in_exactly_one_list_and_no_list_shows_another(town: Town) -> None:
    everything(town)
    for post in posts_with_conflicts(town):
        by = actor(post)
        lists = [ids(Case.objects.at_hand(by)), ids(Case.objects.granted_to(by)), ids(Case.objects.left_by(by))]
        assert lists[0] | lists[1] == ids(Case.objects.visible_to(by))
        assert sum(map(len, lists)) == len(lists[0] | lists[1] | lists[2])
        present = ids(queries.todo(by)) | ids(queries.done(by))
        assert present <= lists[0]
        assert not present & lists[2]


def test_a_grant_holds_from_its_beginning_up_to_its_end(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    give(case, town, organisation=town.housing, at=later(hours=1), until=later(hours=2))
    reader = town.at(town.housing, Role.DEPARTMENT_HEAD)
    seen = [Case.objects.visible_to(actor(reader, later(minutes=m))).exists() for m in (59, 60, 119, 120)]
    assert seen == [False, True, True, False]


def test_an_official_of_the_firm_is_kept_out_without_any_row_and_acts_for_the_firm_all_the_same(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    as_staff = member(town.firm, Role.ENTERPRISE_STAFF, person=town.second_handler.user)
    assert not Case.objects.visible_to(actor(town.second_handler)).exists()
    assert ids(Case.objects.visible_to(actor(as_staff))) == {case.pk}
    assert town.second_handler not in queries.handlers(case, now=NOW)
    assert not CaseAccess.objects.exists()
    with pytest.raises(Refused, match="请从本部门的承办人中选择"):
        perform("name_handler", case, by=actor(town.liaison, later(days=1)), town=town)
    fresh = case_in("DISPATCHED", town=town)
    with pytest.raises(Refused, match="请从本部门的承办人中选择"):
        perform("acknowledge", fresh, by=actor(town.liaison), town=town, handler=town.second_handler)
    assert Case.objects.get(pk=fresh.pk).state == "DISPATCHED"


def test_nothing_is_granted_to_a_firm(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    with pytest.raises(Refused, match="诉求不能授权给企业查看"):
        give(case, town, organisation=town.neighbour)
    assert not CaseAccess.objects.exists()


def test_a_second_grant_of_a_source_takes_the_place_of_the_first(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    first = give(case, town, organisation=town.housing, source=KINDS.PROPOSAL)
    second = give(case, town, organisation=town.housing, source=KINDS.PROPOSAL, at=NOW)
    first.refresh_from_db()
    assert (first.valid_to, first.ended_by_id) == (NOW, town.dispatcher.user_id)
    assert second.valid_to is None
    assert revoke(case, organisation=town.housing, source=KINDS.PROPOSAL, by=actor(town.dispatcher, BEFORE)) == 1
    second.refresh_from_db()
    assert second.valid_to == second.valid_from  # a request that began earlier ends it where it began
    assert revoke(case, organisation=town.housing, source=KINDS.PROPOSAL, by=actor(town.dispatcher)) == 0


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"user_id": 1}, "access_of_one_reader"),
        ({"organisation": None}, "access_of_one_reader"),
        ({"effect": "DENY"}, "access_effect_fits_source"),
        ({"source": "RECUSAL"}, "access_effect_fits_source"),
        ({"source": "FORMER_LEAD"}, "access_former_lead_up_to_an_event"),
        ({"until_seq": 3}, "access_former_lead_up_to_an_event"),
        ({"valid_to": BEFORE - timedelta(seconds=1)}, "access_dates_in_order"),
    ],
)
def test_the_database_refuses_a_row_that_cannot_be(town: Town, changes: dict[str, Any], constraint: str) -> None:
    row = give(case_in("IN_PROGRESS", town=town), town, organisation=town.housing)
    if "user_id" in changes:
        changes = {"user_id": town.handler.user_id}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CaseAccess.objects.filter(pk=row.pk).update(**changes)


# --- a department that an action item names ---


@pytest.mark.every_page
def test_nothing_that_happens_to_the_demand_changes_what_a_co_handler_reads(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = gone(town)
    CaseAccess.objects.all().delete()
    moves.attach_files(
        case.pk, by=actor(town.staff, later(hours=4)), uploads=[upload("泄露子.pdf")], description="泄露丑"
    )
    case = Case.objects.get(pk=case.pk)
    share(case, [town.energy], by=actor(town.dispatcher, later(hours=4)), reason="纪要〔2026〕3号")
    clock.move_to(later(days=3))
    browser, program = sign_in(town.handler), Program(town.handler)
    before = answers(case, browser, program, town.handler)
    afterwards(case, town)
    assert answers(case, browser, program, town.handler) == before
    page = before[reverse("demands:case", args=[case.public_id])][1].split("<main")[1]
    words = text(page)
    assert [part in words for part in (case.title, case.text, "甲公司", "市住建局")] == [True] * 4
    others = ("现有变压器的容量", "本部门自己的备注", "泄露", "流转记录", "李经理", "现场勘察", "办理中")
    assert [part for part in others if part in words] == []
    assert f"{case.public_id}/" not in page, "no way on to a move or a file"
    others = {status for address, (status, _b) in before.items() if str(case.public_id) in address}
    assert (others, before["POST note_internal"][0], before["API POST note_internal"][0]) == ({200, 404}, 404, 404)
    readers = text(sign_in(town.intake).get(reverse("demands:case", args=[case.public_id])).content.decode())
    assert "市能源局 任务和诉求内容 会议任务事项，11月23日起" in readers
    assert CaseReading.objects.filter(case=case, organisation=town.energy).count() == 1


# --- a former lead ---


def gone(town: Town, **traits: Any) -> Case:
    """A demand that energy had and housing has now; energy sees it up to the event before."""
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True, asked=1, **traits)
    moves.add_internal_note(case.pk, by=actor(town.handler, later(hours=3)), text="本部门自己的备注")
    case = Case.objects.get(pk=case.pk)
    with transaction.atomic():
        leave(case, organisation=town.energy, until_seq=case.head_seq, by=actor(town.dispatcher, later(hours=4)))
        handler = town.at(town.housing, Role.HANDLER)
        Case.objects.filter(pk=case.pk).update(lead=town.housing, handler=handler.user, turn_org=town.housing)
    return Case.objects.get(pk=case.pk)


def afterwards(case: Case, town: Town) -> None:
    """All that may happen to it in other hands: notes, replies, questions, a result, its closing and archive."""
    handler, head = town.at(town.housing, Role.HANDLER), town.at(town.housing, Role.DEPARTMENT_SECRETARY)
    moves.add_internal_note(case.pk, by=actor(town.intake, later(hours=5)), text="泄露甲")
    moves.add_public_reply(case.pk, by=actor(handler, later(hours=6)), text="泄露乙")
    case = Case.objects.get(pk=case.pk)
    case = moves.ask_firm(case.pk, by=actor(handler, later(hours=7)), seen=case.head_seq, points=["泄露丙"])
    case = moves.answer_case(case.pk, by=actor(town.staff, later(hours=8)), seen=case.head_seq, answer="泄露丁")
    moves.ask_recusal(case.pk, by=actor(town.staff, later(hours=9)), name="泄露戊", reason="泄露己")
    case = Case.objects.get(pk=case.pk)
    given = {"outcome": "SOLVED", "text": "泄露庚，已经全部办结完毕。", "evidence": "泄露辛的凭证"}
    case = moves.submit_result(case.pk, by=actor(handler, later(days=1)), seen=case.head_seq, **given)
    case = moves.sign_off(case.pk, by=actor(head, later(days=1, hours=1)), seen=case.head_seq, note="泄露壬")
    staff = actor(town.staff, later(days=2))
    moves.confirm_case(case.pk, by=staff, seen=case.head_seq, confirmation="SOLVED", note="泄露癸")


def bare(html: str) -> str:
    """A page without what differs between any two drawings of it."""
    return re.sub(r'(name="(?:csrfmiddlewaretoken|idempotency_key)" value=")[^"]*', r"\1", html)


def answers(case: Case, browser: Client, program: Program, reader: Membership) -> dict[str, Any]:
    """Everything that this person can be told: every page and address that could name the demand."""
    key, found = case.public_id, {}
    pages = [
        reverse("home"),
        *(reverse("box", args=[name]) for name in ("todo", "done", "mine")),
        reverse("demands:list"),
        f"{reverse('demands:list')}?state=ALL",
        f"{reverse('demands:list')}?state=CLOSED",
        f"{reverse('demands:list')}?state=ALL&q={case.number}",
        f"{reverse('demands:list')}?state=ALL&q=泄露",
        f"{reverse('demands:list')}?state=ALL&q=甲公司",
        reverse("demands:shared"),
        f"{reverse('demands:shared')}?which=former",
        reverse("workflow:notices"),
        f"{reverse('workflow:notices')}?all=1",
        *(reverse(f"demands:{name}", args=[key]) for name in ("case", "readings", "receipt", "submitted", "durations")),
        reverse("demands:clock", args=[key, "resolve-4"]),
        *(reverse("demands:act", args=[key, action]) for action in ("accept", "recuse", "note_internal", "sign_off")),
    ]
    for address in pages:
        answer = browser.get(address)
        found[address] = (answer.status_code, bare(answer.content.decode()))
    for name in ("accept", "note_internal", "recuse", "lift_recusal", "reply_public"):
        answer = browser.post(reverse("demands:act", args=[key, name]), {"seen": case.head_seq, "text": "我的话"})
        found[f"POST {name}"] = (answer.status_code, bare(answer.content.decode()))
        posted = program.post(f"cases/{key}/{name}/", {"seen": case.head_seq, "text": "我的话"})
        found[f"API POST {name}"] = (posted.status_code, posted.content.decode())
    for address in (
        "cases/",
        "cases/?state=open",
        "cases/granted/",
        "cases/former/",
        f"cases/{key}/",
        f"cases/former/{key}/",
        f"cases/{key}/handlers/",
        f"cases/{key}/durations/",
        f"cases/{key}/clocks/resolve-4/",
        "notices/",
    ):
        answer = program.get(address)
        found[f"API {address}"] = (answer.status_code, answer.content.decode())
    return found


FORMERS = [Role.DEPARTMENT_LIAISON, Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_SECRETARY]


@pytest.mark.parametrize("role", FORMERS)
def test_what_happens_after_it_left_changes_no_answer_to_a_former_lead(
    town: Town, sign_in: SignIn, clock: Any, role: Role
) -> None:
    case, reader = gone(town), town.at(town.energy, role)
    clock.move_to(later(days=3))
    browser, program = sign_in(reader), Program(reader)
    before = answers(case, browser, program, reader)
    afterwards(case, town)
    after = answers(case, browser, program, reader)
    assert after == before
    assert not [
        address
        for address, (_status, body) in after.items()
        if "泄露" in body.replace("q=泄露", "") and "q=" not in address
    ]
    page = text(after[reverse("demands:case", args=[case.public_id])][1])
    assert "已转出" in page
    assert "本部门自己的备注" in page


def test_a_former_lead_sees_its_own_time_and_is_offered_nothing(town: Town, sign_in: SignIn, clock: Any) -> None:
    case = gone(town)
    clock.move_to(later(hours=5))
    browser = sign_in(town.handler)
    html = browser.get(reverse("demands:case", args=[case.public_id])).content.decode()
    words = text(html.split("<main")[1])
    for shown in (
        "已转出",
        "现有变压器的容量",
        "现有容量 630 千伏安。",
        "现场勘察",
        "电话说明办理步骤",
        "本部门自己的备注",
    ):
        assert shown in words
    for hidden in (
        "市住建局",
        "办理中",
        "现在谁在办",
        "您可以做什么",
        "时限",
        "剩余",
        town.at(town.housing, Role.HANDLER).user.name,
    ):
        assert hidden not in words
    assert f"{case.public_id}/" not in html.split("<main")[1]  # no way on to a move
    listed = text(browser.get(f"{reverse('demands:shared')}?which=former").content.decode())
    assert f"{case.number} 2026年11月23日 14:00 转出" in listed
    assert "转出的 1" in text(browser.get(reverse("demands:list")).content.decode())


def test_a_former_lead_that_gets_the_demand_again_sees_it_whole(town: Town) -> None:
    case = gone(town)
    Case.objects.filter(pk=case.pk).update(lead=town.energy, handler=town.handler.user, turn_org=town.energy)
    assert ids(Case.objects.visible_to(actor(town.liaison, later(hours=5)))) == {case.pk}
    assert ids(Case.objects.left_by(actor(town.liaison, later(hours=5)))) == set()
    assert queries.segment_of(case.public_id, actor(town.liaison, later(hours=5))) is None


def test_a_later_segment_reaches_further_than_an_earlier_one(town: Town) -> None:
    case = gone(town)
    moves.add_internal_note(case.pk, by=actor(town.intake, later(hours=5)), text="第二段里的话")
    head = Case.objects.get(pk=case.pk).head_seq
    leave(case, organisation=town.energy, until_seq=head, by=actor(town.dispatcher, later(hours=6)))
    segment = queries.segment_of(case.public_id, actor(town.liaison, later(hours=7)))
    assert segment is not None
    assert (segment.until_seq, segment.left_at) == (head, later(hours=6))
    assert segment.lines[0].note == "第二段里的话"


def test_no_move_is_open_to_a_former_lead(town: Town) -> None:
    case = gone(town)
    for post in (town.liaison, town.handler, town.deputy):
        with pytest.raises(NotVisible):
            moves.add_internal_note(case.pk, by=actor(post, later(hours=5)), text="还想说")


@pytest.mark.parametrize("which", ["granted", "former"])
def test_the_lists_beside_take_three_statements_at_most_however_long(town: Town, sign_in: SignIn, which: str) -> None:
    address, browser = f"{reverse('demands:shared')}?which={which}", sign_in(town.liaison)
    extra = {"granted": 2, "former": 3}[which]
    for number in (1, 3):
        while Case.objects.count() < number:
            case = case_in("IN_PROGRESS", town=town, firm=town.far_firm)
            if which == "granted":
                give(case, town, organisation=town.energy)
            else:
                leave(case, organisation=town.energy, until_seq=3, by=actor(town.dispatcher, BEFORE))
        assert len(statements(browser, address)) == FRAME + extra


def test_a_row_of_what_has_left_loads_nothing_that_may_still_change() -> None:
    assert set(queries.former.FORMER_ROW) <= set(ROW)
    assert not set(queries.former.FORMER_ROW) & {"state", "lead_id", "klass", "next_due_at", "turn_role", "closed_at"}


def test_the_api_lists_and_opens_what_has_left(town: Town, clock: Any) -> None:
    case = gone(town)
    clock.move_to(later(hours=5))
    program = Program(town.liaison)
    listed = program.get("cases/former/").json()
    assert listed == {
        "next": None,
        "results": [{"id": str(case.public_id), "number": case.number, "title": case.title}],
    }
    body = program.get(f"cases/former/{case.public_id}/").json()
    assert [line["seq"] for line in body["timeline"]] == list(range(case.head_seq, 0, -1))
    assert body["plan"][0]["text"] == "现场勘察"
    assert body["requests"][0]["answer"] == "现有容量 630 千伏安。"
    assert "state" not in json.dumps(body)


def test_what_is_granted_is_listed_with_its_state(town: Town, sign_in: SignIn, clock: Any) -> None:
    cases = [case_in("IN_PROGRESS", town=town, firm=town.far_firm) for _ in range(3)]
    for case in cases:
        give(case, town, organisation=town.energy)
    words = text(sign_in(town.liaison).get(reverse("demands:shared")).content.decode())
    places = [words.index(case.number or "") for case in reversed(cases)]
    assert all(a < b for a, b in pairwise(places))
    assert "丙公司" in words
    listed = Program(town.liaison).get("cases/granted/").json()["results"]
    assert [row["number"] for row in listed] == [case.number for case in reversed(cases)]
