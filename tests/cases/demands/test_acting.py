"""Acting in another's stead: what the deputy may do, sees and is told, who keeps out, and how it is written down."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.demands import moves, queries
from cases.demands.models import Case, Result
from cases.demands.moves.access import deny, grant
from foundation.errors import DomainError
from parties.deputies import end_deputy, name_deputy
from parties.models import Deputy, Membership, User
from parties.roles import Role
from tests.cases.demands.table import ask_for, perform
from tests.factories import NOW, Town, actor, case_in, draft_case, later, member, untold, user
from workflow.actor import Actor, Channel, actor_for
from workflow.models import Event, Notice, OutboxMessage
from workflow.outbox import attempt
from workflow.overdue import make_system_moves
from workflow.proposals import decide, take_back
from workflow.timeline import timeline

TODAY = NOW.date()
WEEK = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=9), "reason": "出差"}


def acting(person: User, post: Membership, now: Any = NOW) -> Actor:
    """This person in the post of another."""
    found = actor_for(person.pk, now=now, channel=Channel.WEB, request_id="test", membership_id=post.pk)
    assert found.post is not None
    assert found.post.membership_id == post.pk
    return found


def hand_over(post: Membership, deputy: User, by: Actor | None = None) -> Deputy:
    return name_deputy(post, by=by or actor(post), deputy=deputy, **WEEK)


def chain(post: Membership, *people: User) -> None:
    """Each hands over to the next."""
    by = actor(post)
    for person in people:
        hand_over(post, person, by)
        by = acting(person, post)


def sentence(do: Any) -> str:
    with pytest.raises(DomainError) as caught:
        do()
    return str(caught.value)


def colleague(town: Town, place: Any, role: Role, name: str = "") -> Membership:
    return member(place, role, person=user(name) if name else None)


def test_both_ends_agree_for_every_person_in_every_post_they_act_in(town: Town) -> None:
    """With chains, a deputy kept out, a holder kept out, and people with a post in the firm at every link."""
    handlers = [colleague(town, town.energy, Role.HANDLER) for _n in range(4)]
    a, b, c, d = (post.user for post in handlers)
    member(town.neighbour, Role.RESIDENT_LIAISON, person=b)  # the middle of a chain keeps out of the neighbour's
    chain(town.handler, a, b, c)
    chain(town.second_handler, d, a)
    chain(town.intake, town.second_intake.user)
    chain(town.city_intake, town.city_dispatcher.user)
    cases = [case_in(state, town=town) for state in ("SUBMITTED", "ACCEPTED", "IN_PROGRESS", "AWAIT_CONFIRM")]
    cases += [case_in(state, town=town, firm=town.neighbour) for state in ("DISPATCHED", "RESULT_REVIEW")]
    cases += [case_in("IN_PROGRESS", town=town, firm=town.far_firm), draft_case(town)]
    office = actor(town.second_intake)
    deny(cases[2], user=town.handler.user, by=office)  # the holder: then nobody in this post
    deny(cases[3], user=a, by=office)  # the first link: then neither who comes after
    grant(cases[6], user=town.second_handler.user, by=office, source="MANUAL")  # what was granted to the holder
    people = [m.user for m in town.everybody] + [a, b, c, d]
    from_the_reader, stood_in = set(), 0
    for person in {p.pk: p for p in people}.values():
        for post in actor_for(person.pk, now=NOW, channel=Channel.WEB).posts:
            by = actor_for(person.pk, now=NOW, channel=Channel.WEB, membership_id=post.membership_id)
            seen = Case.objects.visible_to(by).values_list("pk", flat=True)
            from_the_reader |= {(person.pk, post.membership_id, pk) for pk in seen}
            stood_in += bool(post.stands_in_for)
    from_the_demand = set()
    for case in cases:
        from_the_demand |= {(m.user_id, m.pk, case.pk) for m in queries.viewers_of(case, now=NOW)}
        for post_id, found in queries.deputies_seeing(case, now=NOW).items():
            from_the_demand |= {(one.user_id, post_id, case.pk) for one in found}
    assert from_the_reader == from_the_demand
    assert stood_in == 7
    in_the_stead = {row for row in from_the_demand if row[0] != Membership.objects.get(pk=row[1]).user_id}
    assert in_the_stead
    assert not {row for row in in_the_stead if row[1] == town.handler.pk and row[2] in (cases[2].pk, cases[3].pk)}
    assert (d.pk, town.second_handler.pk, cases[6].pk) in in_the_stead


def test_a_deputy_in_a_chain_handles_what_the_holder_has_and_it_is_written_as_such(town: Town) -> None:
    wang, li = colleague(town, town.energy, Role.HANDLER, "王五"), colleague(town, town.energy, Role.HANDLER, "赵六")
    User.objects.filter(pk=town.handler.user_id).update(name="李四")
    case = case_in("IN_PROGRESS", town=town, contacted=True)
    assert sentence(lambda: perform("save_plan", case, by=actor(wang), town=town)) == "本件由另一位承办人办理"
    chain(town.handler, li.user, wang.user)
    by = acting(wang.user, town.handler)
    assert case in queries.todo(by)
    assert case not in queries.todo(actor(wang))
    case = perform("save_plan", case, by=by, town=town)
    event = Event.objects.get(subject_id=case.pk, seq=case.head_seq)
    record = json.loads(event.actor)
    assert (record["user_id"], record["on_behalf"]) == (wang.user_id, [town.handler.user_id, li.user_id])
    assert not {"李四", "王五", "赵六"} & set(event.actor)
    assert case.handler_id == town.handler.user_id
    with CaptureQueriesContext(connection) as plain:
        timeline(case_in("IN_PROGRESS", town=town), actor(town.liaison))
    with CaptureQueriesContext(connection) as named:
        lines = timeline(case, actor(town.liaison))
    assert lines[0].who == "承办人 · 市能源局（王五 代 李四）"
    with CaptureQueriesContext(connection) as unnamed:
        shown = timeline(case, actor(town.staff))
    assert next(line for line in shown if line.action == "save_plan").who == "承办人 · 市能源局（代）"
    calls = [sum(q["sql"].startswith("SELECT") for q in found.captured_queries) for found in (plain, named, unnamed)]
    assert calls[1] == calls[2] + 1
    roles = {viewer.organisation: viewer.roles for viewer in queries.seen_by(case, actor(town.liaison)).viewers}
    assert "承办人（赵六、王五 代）" in roles["市能源局"]
    roles = {viewer.organisation: viewer.roles for viewer in queries.seen_by(case, actor(town.staff)).viewers}
    assert "承办人（代）" in roles["市能源局"]


def test_whoever_submitted_in_the_handlers_stead_does_not_sign_nor_the_handler_in_the_signers(town: Town) -> None:
    wang = colleague(town, town.energy, Role.HANDLER)
    hand_over(town.handler, wang.user)
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    case = perform("submit_result", case, by=acting(wang.user, town.handler), town=town)
    assert Result.objects.get(case=case).submitted_by_id == wang.user_id
    signer = member(town.energy, Role.DEPARTMENT_SECRETARY, person=wang.user)  # appointed only now
    assert sentence(lambda: perform("sign_off", case, by=actor(signer), town=town)) == "提交结果的人不能审签同一个结果"
    head = town.at(town.energy, Role.DEPARTMENT_HEAD)
    hand_over(town.party_secretary, head.user)
    assert perform("sign_off", case, by=acting(head.user, town.party_secretary), town=town).state == "AWAIT_CONFIRM"


def test_the_secretarys_deputy_signs_while_the_absence_is_on_record_and_not_after(town: Town) -> None:
    head = town.at(town.energy, Role.DEPARTMENT_HEAD)
    case = case_in("RESULT_REVIEW", town=town)
    row = hand_over(town.party_secretary, head.user)
    by = acting(head.user, town.party_secretary)
    assert case in queries.todo(by)
    end_deputy(row, by=actor(town.party_secretary))
    late = actor_for(head.user_id, now=NOW, channel=Channel.WEB, membership_id=town.party_secretary.pk)
    assert late.role == Role.DEPARTMENT_HEAD
    assert (
        sentence(lambda: perform("sign_off", case, by=late, town=town)) == "只有主办部门的分管负责人或党组书记可以审签"
    )
    hand_over(town.party_secretary, head.user)
    expired = later(days=10)
    assert actor_for(head.user_id, now=expired, channel=Channel.WEB).posts[-1].role == Role.DEPARTMENT_HEAD


def test_who_dispatched_in_anothers_stead_does_not_arbitrate_nor_does_that_other(town: Town) -> None:
    # Both came to a post of arbitration only later: at the naming nobody could foresee it.
    deputy = colleague(town, town.office, Role.SUPERVISOR)
    hand_over(town.dispatcher, deputy.user)
    case = case_in("ACCEPTED", town=town)
    case = perform("dispatch", case, by=acting(deputy.user, town.dispatcher), town=town)
    assert (case.dispatched_by_id, case.dispatched_for) == (deputy.user_id, [town.dispatcher.user_id])
    case = perform("send_back", case, by=actor(town.liaison), town=town)
    for person in (deputy.user, town.dispatcher.user):
        judge = member(town.office, Role.ARBITRATOR, person=person)
        assert sentence(lambda j=judge: perform("uphold_return", case, by=actor(j), town=town)) == (
            "裁决须由派单人以外的裁决员作出"
        )
    assert perform("uphold_return", case, by=actor(town.arbitrator), town=town).state == "ACCEPTED"


@pytest.mark.parametrize("proposer", ["deputy", "holder"])
def test_a_proposal_in_anothers_stead_is_decided_by_neither_of_the_two(town: Town, proposer: str) -> None:
    third = colleague(town, town.office, Role.INTAKE)
    hand_over(town.intake, town.second_intake.user)
    deputy = acting(town.second_intake.user, town.intake)
    case = case_in("SUBMITTED", town=town)
    proposal = ask_for("decline", case, by=deputy if proposer == "deputy" else actor(town.intake), town=town)
    assert proposal.makers == {town.intake.user_id} | ({town.second_intake.user_id} if proposer == "deputy" else set())
    assert proposal.proposer == "受理员 · 东胜区平台办公室" + ("（代）" if proposer == "deputy" else "")
    not_own = "提出人不能自己同意，须由另一人决定"
    asked = [deputy, actor(town.intake)] + ([actor(town.second_intake)] if proposer == "deputy" else [])
    for by in asked:
        assert sentence(lambda by=by: decide(proposal.public_id, by=by, consent=True)) == not_own
    if proposer == "holder":
        assert take_back(proposal.public_id, by=deputy).verdict == "TAKEN_BACK"  # the deputy is the holder here
    else:
        assert decide(proposal.public_id, by=actor(third), consent=True).verdict == "CONSENTED"


def test_a_notice_for_the_holder_reaches_the_deputy_too_and_mail_goes_to_both(town: Town) -> None:
    wang, kept_out = colleague(town, town.energy, Role.HANDLER), colleague(town, town.energy, Role.HANDLER)
    for n, person in enumerate((town.handler.user, wang.user, kept_out.user)):
        User.objects.filter(pk=person.pk).update(email=f"p{n}@example.org")
    chain(town.handler, wang.user, kept_out.user)
    case = untold(case_in("DISPATCHED", town=town))
    deny(case, user=kept_out.user, by=actor(town.intake))
    perform("acknowledge", case, by=actor(town.liaison), town=town)
    announcement = OutboxMessage.objects.filter(channel="announce").latest("pk")
    attempt(str(announcement.public_id), clock=lambda: later(hours=5))
    mails = OutboxMessage.objects.filter(channel="mail", payload__membership=town.handler.pk)
    assert sorted(m.payload["user"] for m in mails) == sorted([town.handler.user_id, wang.user_id, kept_out.user_id])
    for mail in mails:
        attempt(str(mail.public_id), clock=lambda: later(hours=5))
    sent = {m.payload["user"]: m.state for m in mails.all()}
    assert sent[town.handler.user_id] == sent[wang.user_id] == "SENT"
    assert sent[kept_out.user_id] != "SENT"  # who keeps out of it hears nothing, although they stand in
    notice = Notice.objects.get(user=town.handler.user)
    assert [list(Notice.objects.visible_to(actor(p))) for p in (town.handler, wang, kept_out)] == [
        [notice],
        [notice],
        [],
    ]
    token = actor(wang, channel=Channel.API)  # a program acts in its own post alone
    assert not Notice.objects.visible_to(token).exists()
    Deputy.objects.all().delete()
    assert not Notice.objects.visible_to(actor(wang)).exists()


def test_a_handler_whose_post_has_ended_is_followed_by_the_tick(town: Town) -> None:
    states = ("IN_PROGRESS", "WAIT_ENTERPRISE", "RESULT_REVIEW", "AWAIT_CONFIRM")
    cases = [case_in(state, town=town) for state in states]
    make_system_moves(NOW)
    assert not Event.objects.filter(action="relieve_handler").exists()  # in office: nothing happens
    Membership.objects.filter(pk=town.handler.pk).update(valid_to=TODAY)
    make_system_moves(NOW)
    assert not Event.objects.filter(action="relieve_handler").exists()
    tomorrow = later(days=1)
    Membership.objects.filter(user=town.handler.user).update(valid_to=TODAY)
    make_system_moves(tomorrow)
    for case in cases:
        case = Case.objects.get(pk=case.pk)
        assert (case.handler_id, case.stand_in) == (town.liaison.user_id, "DEPARTMENT_LIAISON")
    first = Case.objects.get(pk=cases[0].pk)
    assert (first.turn_org_id, first.turn_role) == (town.energy.pk, "DEPARTMENT_LIAISON")
    make_system_moves(tomorrow)
    assert Event.objects.filter(action="relieve_handler").count() == len(cases)
    named = moves.name_handler(
        first.pk,
        by=actor(town.liaison, tomorrow),
        seen=first.head_seq,
        handler=town.second_handler,
        reason="原承办人离任",
    )
    assert (named.handler_id, named.stand_in, named.turn_role) == (town.second_handler.user_id, "", "HANDLER")
