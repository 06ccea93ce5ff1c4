"""Who is told of a demand, once, of what, and who is not."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.demands.audiences import AUDIENCES, OF_PROPOSALS, people
from cases.demands.models import Case
from cases.demands.moves.access import share
from parties.models import Membership, User
from parties.roles import Role
from tests.cases.demands.table import ask_for, perform
from tests.factories import NOW, Town, actor, later, member, untold
from tests.factories import case_in as moved_case
from workflow.models import Clock, DutyShift, MessageTemplate, Notice, OutboxMessage
from workflow.notices import announce
from workflow.outbox import attempt
from workflow.proposals import decide, take_back
from workflow.specs import specs

NIGHT = later(hours=12)  # Monday 22:00
TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


def case_in(state: str, **more: Any) -> Case:
    """A demand that was brought there without a word to anybody."""
    return untold(moved_case(state, **more))


def tell(case: Case, *, at: Any = NOW, deliver: bool = True, **tells: str) -> OutboxMessage:
    with transaction.atomic():
        announce(case, tells=tells, seq=case.head_seq, at=at, due_at=case.next_due_at)
    message = OutboxMessage.objects.filter(channel="announce").latest("pk")
    if deliver:
        attempt(str(message.public_id), clock=lambda: at)
        message.refresh_from_db()
        assert message.state == "SENT", message.last_error
    return message


def told(rows: Iterable[Notice] | None = None) -> set[int]:
    return {notice.membership_id for notice in (Notice.objects.all() if rows is None else rows)}


def posts(*who: Membership) -> set[int]:
    return {membership.pk for membership in who}


def test_an_announcement_costs_two_inserts(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        announce(case, tells={"turn": "your_turn", "firm": "acknowledged"}, seq=case.head_seq, at=NOW)
    found = [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(TRANSACTION)]
    assert [sql.split()[0] for sql in found] == ["INSERT", "INSERT"]


def test_each_audience_hears_its_own_kind(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    tell(case, turn="your_turn", firm="dispatched")
    assert told(Notice.objects.filter(kind="your_turn")) == posts(town.liaison)
    assert told(Notice.objects.filter(kind="dispatched")) == posts(town.staff, town.firm_secretary)
    assert Notice.objects.count() == 3


def test_a_notice_carries_number_kind_due_date_and_link_and_never_content(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    User.objects.update(email="zhang@example.org")
    message = tell(case, turn="your_turn", firm="dispatched")
    notice = Notice.objects.get(kind="your_turn")
    assert notice.words == f"轮到您办理：诉求 {case.number}，11月24日 17:30 到期"
    assert (notice.number, notice.due_at, notice.address) == (
        case.number,
        case.next_due_at,
        f"/demands/{case.public_id}/",
    )
    everything = [str(vars(row)) for row in Notice.objects.all()]
    everything += [str(row.payload) for row in OutboxMessage.objects.all()]
    assert len(everything) == 3 + 4
    for text in everything:
        assert case.title not in text
        assert case.text not in text
        assert town.firm.name not in text
        assert "example.org" not in text
    assert message.number == case.number


@pytest.mark.parametrize(
    ("audience", "who"),
    [
        ("handler", ["handler"]),
        ("liaison", ["liaison"]),
        ("deputy_head", ["deputy"]),
        ("secretary", ["party_secretary"]),
        ("intake", ["intake", "second_intake"]),
        ("dispatcher", ["dispatcher"]),
        ("arbitrator", ["arbitrator"]),
        ("firm", ["staff", "firm_secretary"]),
        ("turn", ["handler"]),
    ],
)
def test_an_audience_is_who_holds_the_posts_today(town: Town, audience: str, who: list[str]) -> None:
    case = case_in("IN_PROGRESS", town=town)
    found = people(case.pk, [audience], NOW)
    assert found is not None
    assert posts(*found.people[audience]) == posts(*(getattr(town, name) for name in who))


@pytest.mark.parametrize(
    ("state", "who"),
    [
        ("SUBMITTED", ["intake", "second_intake"]),
        ("ACCEPTED", ["dispatcher"]),
        ("DISPATCHED", ["liaison"]),
        ("IN_PROGRESS", ["handler"]),
        ("RESULT_REVIEW", ["party_secretary"]),
        ("AWAIT_CONFIRM", ["staff", "firm_secretary"]),
        ("CLOSED", []),
    ],
)
def test_the_turn_is_told_to_those_who_may_take_it(town: Town, state: str, who: list[str]) -> None:
    case = case_in(state, town=town)
    tell(case, turn="your_turn")
    assert told() == posts(*(getattr(town, name) for name in who))


def test_nobody_is_in_an_audience_who_may_not_see_the_case(town: Town) -> None:
    for state in ("SUBMITTED", "DISPATCHED", "IN_PROGRESS", "CLOSED"):
        case = case_in(state, town=town)
        found = people(case.pk, AUDIENCES, NOW)
        assert found is not None
        for post in {post for group in found.people.values() for post in group}:
            assert Case.objects.visible_to(actor(post)).filter(pk=case.pk).exists()


@pytest.mark.parametrize(
    ("state", "action", "who", "kind"),
    [
        ("RETURN_REVIEW", "uphold_return", "arbitrator", "return_upheld"),
        ("IN_PROGRESS", "reassign", "dispatcher", "reassigned"),
    ],
)
def test_the_department_that_has_a_demand_no_more_is_told_and_opens_its_part(
    town: Town, sign_in: Any, clock: Any, state: str, action: str, who: str, kind: str
) -> None:
    case = case_in(state, town=town)
    case = perform(action, case, by=actor(getattr(town, who), later(hours=2)), town=town)
    assert case.former_lead_id == town.energy.pk
    deliver(later(hours=2))
    notice = Notice.objects.get(kind=kind)
    assert told([notice]) == posts(town.liaison)
    clock.move_to(later(hours=3))
    assert sign_in(town.liaison).get(notice.address).status_code == 200
    assert not Case.objects.visible_to(actor(town.liaison, later(hours=3))).filter(pk=case.pk).exists()


def test_of_a_former_lead_nobody_is_told_who_is_kept_out_nor_anything_meant_for_others(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    case = perform("reassign", case, by=actor(town.dispatcher, later(hours=2)), town=town)
    found = people(case.pk, AUDIENCES, later(hours=2))
    assert found is not None
    assert {name for name, group in found.people.items() if town.liaison in group} == {"former_lead"}
    out = {"person": town.liaison.user}
    perform("recuse", case, by=actor(town.dispatcher, later(hours=3)), town=town, **out)
    found = people(case.pk, AUDIENCES, later(hours=3))
    assert found is not None
    assert found.people["former_lead"] == []


def test_the_audience_costs_two_statements_however_many_are_told(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, urgent=True)
    for more in (0, 10):
        for _ in range(more):
            member(town.firm, Role.ENTERPRISE_STAFF)
        with CaptureQueriesContext(connection) as captured:
            people(case.pk, AUDIENCES - OF_PROPOSALS, NIGHT)
        assert len(captured.captured_queries) == 2
        with CaptureQueriesContext(connection) as captured:
            people(case.pk, AUDIENCES, NIGHT)
        assert len(captured.captured_queries) == 3  # the proposal


def test_the_people_of_a_former_lead_cost_one_statement_more(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    perform("reassign", case, by=actor(town.dispatcher, later(hours=2)), town=town)
    for more in (0, 2):
        for _ in range(more):
            member(town.energy, Role.DEPARTMENT_LIAISON)
        with CaptureQueriesContext(connection) as captured:
            found = people(case.pk, ["former_lead", "firm"], later(hours=2))
        assert len(captured.captured_queries) == 3
        assert found is not None
        assert len(found.people["former_lead"]) == 1 + more


def test_who_left_before_the_delivery_hears_nothing(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    message = tell(case, turn="your_turn", firm="dispatched", deliver=False)
    Membership.objects.filter(pk=town.staff.pk).update(valid_to=later(days=-1).date())
    User.objects.filter(pk=town.liaison.user_id).update(is_active=False)
    attempt(str(message.public_id), clock=lambda: NOW)
    assert told() == posts(town.firm_secretary)


def test_who_lost_sight_of_the_case_before_the_delivery_hears_nothing(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    message = tell(case, handler="returned", deliver=False)
    Case.objects.filter(pk=case.pk).update(lead=town.housing, turn_org=town.housing)
    attempt(str(message.public_id), clock=lambda: NOW)
    assert not Notice.objects.exists()


def test_delivered_days_later_a_notice_still_bears_the_time_of_what_it_tells(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    message = tell(case, firm="dispatched", deliver=False)
    attempt(str(message.public_id), clock=lambda: later(days=3))
    assert set(Notice.objects.values_list("created_at", "due_at")) == {(NOW, case.next_due_at)}


def test_a_case_that_is_gone_is_told_to_nobody(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    case.pk += 1000
    tell(case, turn="your_turn")
    assert not Notice.objects.exists()


def test_delivered_twice_is_told_once(town: Town) -> None:
    User.objects.update(email="zhang@example.org")
    case = case_in("DISPATCHED", town=town)
    message = tell(case, turn="your_turn", firm="dispatched")
    mails = {m.key: m.payload["message_id"] for m in OutboxMessage.objects.filter(channel="mail")}
    OutboxMessage.objects.filter(pk=message.pk).update(state="WAITING", done_at=None)
    assert attempt(str(message.public_id), clock=lambda: later(hours=1)) is True
    assert Notice.objects.count() == 3
    assert {m.key: m.payload["message_id"] for m in OutboxMessage.objects.filter(channel="mail")} == mails


def test_who_is_in_two_audiences_hears_the_first(town: Town) -> None:
    second = member(town.energy, Role.DEPUTY_HEAD, person=town.handler.user)
    case = case_in("IN_PROGRESS", town=town)
    tell(case, handler="half_used", deputy_head="overdue")
    mine = Notice.objects.get(user=town.handler.user)
    assert (mine.kind, mine.membership_id) == ("half_used", town.handler.pk)
    assert second.pk not in told()


def test_mail_goes_to_those_who_have_an_address(town: Town) -> None:
    User.objects.filter(pk=town.staff.user_id).update(email="zhang@example.org")
    tell(case_in("DISPATCHED", town=town), firm="dispatched")
    assert Notice.objects.count() == 2
    assert [m.payload["user"] for m in OutboxMessage.objects.filter(channel="mail")] == [town.staff.user_id]


def test_a_reminder_of_another_clock_is_another_announcement(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    for about in ("acknowledge", "first_contact", "acknowledge"):
        with transaction.atomic():
            announce(case, tells={"turn": "half_used"}, seq=case.head_seq, at=NOW, about=about)
    assert OutboxMessage.objects.count() == 2


def test_a_kind_nobody_registered_is_a_mistake_at_once(town: Town) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        announce(case_in("DISPATCHED", town=town), tells={"turn": "unheard"}, seq=1, at=NOW)


def test_the_words_an_administrator_set_are_used_and_the_reader_has_their_language(town: Town) -> None:
    MessageTemplate.objects.create(
        kind="dispatched",
        channel="notice",
        version=1,
        subject="诉求 {number} 到了部门",
        by=town.liaison.user,
        created_at=NOW,
    )
    case = case_in("DISPATCHED", town=town)
    tell(case, firm="dispatched")
    assert set(Notice.objects.values_list("words", flat=True)) == {f"诉求 {case.number} 到了部门"}


# --- by night ---


def watch(town: Town, who: Membership, organisation: Any = None) -> None:
    DutyShift.objects.create(
        organisation_id=organisation.pk if organisation else who.organisation_id,
        user=who.user,
        starts_at=NIGHT - timedelta(hours=4),
        ends_at=NIGHT + timedelta(hours=10),
    )


def test_by_night_what_is_urgent_goes_to_those_on_duty(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, urgent=True)
    watch(town, town.second_handler)
    tell(case, at=NIGHT, turn="your_turn", firm="dispatched")
    assert told(Notice.objects.filter(kind="your_turn")) == posts(town.second_handler)
    assert told(Notice.objects.filter(kind="dispatched")) == posts(town.staff, town.firm_secretary)


def test_by_night_with_nobody_on_duty_all_of_the_audience_is_told(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, urgent=True)
    watch(town, town.at(town.housing, Role.HANDLER))
    watch(town, town.intake)
    tell(case, at=NIGHT, turn="your_turn")
    assert told() == posts(town.liaison)


@pytest.mark.parametrize(("urgent", "at"), [(True, NOW + timedelta(days=1)), (False, NIGHT)])
def test_in_office_hours_or_without_urgency_the_roster_does_not_matter(town: Town, urgent: bool, at: Any) -> None:
    case = case_in("DISPATCHED", town=town, urgent=urgent)
    DutyShift.objects.create(
        organisation_id=town.energy.pk,
        user=town.second_handler.user,
        starts_at=NOW,
        ends_at=NOW + timedelta(days=3),
    )
    tell(case, at=at, turn="your_turn")
    assert told() == posts(town.liaison)


def test_on_duty_for_a_house_that_may_not_see_the_case_is_no_way_in(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, urgent=True)
    watch(town, town.at(town.energy, Role.DEPARTMENT_HEAD), town.housing)
    tell(case, at=NIGHT, turn="your_turn")
    assert told() == posts(town.liaison)


# --- moves that take two people ---


def deliver(at: Any = NOW) -> None:
    """Everything that was announced has arrived."""
    for message in OutboxMessage.objects.filter(channel="announce", state="WAITING").order_by("pk"):
        attempt(str(message.public_id), clock=lambda: at)


def test_what_is_proposed_is_told_to_those_who_may_decide_and_to_nobody_else(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    proposal = ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    deliver(later(hours=1))
    supervisor = town.at(town.office, Role.SUPERVISOR)
    assert told() == posts(town.second_intake, supervisor)
    notice = Notice.objects.get(membership=supervisor)
    assert notice.kind == "consent_wanted"
    assert notice.words.startswith(f"有一项提请待您决定：诉求 {case.number}，")
    assert (notice.due_at, notice.address) == (proposal.next_due_at, f"/demands/{case.public_id}/")


def test_who_hears_of_it_when_it_waits_no_longer_hears_nothing(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    proposal = ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    take_back(proposal.public_id, by=actor(town.intake, later(hours=2)))
    deliver(later(hours=3))
    assert not Notice.objects.exists()


def test_a_refusal_is_told_to_the_proposer_alone(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    proposal = ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    untold(case)
    decide(proposal.public_id, by=actor(town.second_intake, later(hours=2)), consent=False, reason="应当受理")
    deliver(later(hours=2))
    assert told(Notice.objects.filter(kind="proposal_refused")) == posts(town.intake)
    assert Notice.objects.count() == 1
    assert "应当受理" not in str(vars(Notice.objects.get()))


def test_the_firm_hears_that_it_was_declined(town: Town) -> None:
    perform("decline", case_in("SUBMITTED", town=town), by=actor(town.intake, later(hours=1)), town=town)
    deliver(later(hours=1))
    assert told(Notice.objects.filter(kind="declined")) == posts(town.staff, town.firm_secretary)
    assert Notice.objects.count() == 2


def test_the_firm_and_the_department_hear_of_the_new_date_of_a_raised_demand(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    case = perform("reclassify", case, by=actor(town.dispatcher, later(hours=1)), town=town)
    deliver(later(hours=1))
    due = Clock.objects.get(subject_id=case.pk, kind="RESOLVE").due_at
    assert told(Notice.objects.filter(kind="reclassified", due_at=due)) == posts(town.staff, town.firm_secretary)
    assert told(Notice.objects.filter(kind="due_moved", due_at=due)) == posts(town.handler, town.liaison)
    assert Notice.objects.count() == 4


def test_by_night_the_deciders_are_told_and_not_those_on_duty(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, urgent=True)
    watch(town, town.arbitrator)
    ask_for("reclassify", case, by=actor(town.dispatcher, NIGHT), town=town)
    deliver(NIGHT)
    assert told() == posts(town.intake, town.second_intake, town.at(town.office, Role.SUPERVISOR))


def test_whoever_sees_the_task_alone_hears_of_every_end_of_it_and_of_every_return() -> None:
    over = {"CLOSED", "ENDED"}
    ends = {name for name, spec in specs(Case).items() if spec.target in over and not spec.sources & over}
    returns = {
        name for name, spec in specs(Case).items() if over & spec.sources and spec.target not in (None, "ARCHIVED")
    }
    # An item is not closed by silence, and one that a correction removed is theirs no more.
    wanted = {**dict.fromkeys(ends - {"close_unanswered", "end_by_correction"}, "task_over")}
    wanted |= dict.fromkeys(returns, "task_reopened")
    told = {name: spec.tells["co_handler"] for name, spec in specs(Case).items() if "co_handler" in spec.tells}
    assert told == wanted
    assert len(wanted) == 8


def test_whoever_sees_the_task_alone_is_told_of_no_date(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, origin="ACTION_ITEM")
    share(case, [town.housing], by=actor(town.dispatcher))
    tell(case, handler="redo", co_handler="task_reopened")
    heard = {notice.membership_id: (notice.kind, notice.due_at) for notice in Notice.objects.all()}
    assert heard == {
        town.handler.pk: ("redo", case.next_due_at),
        town.housing_liaison.pk: ("task_reopened", None),
    }
    assert case.next_due_at is not None
