"""What the demonstration holds once it is loaded: city, demands in every state, accounts to try."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as mailbox
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from stdnum.cn import uscc

from cases.demands.dispatching.book import in_force
from cases.demands.enums import OF_DIALOGUE, OPEN_STATES, OVER_STATES, CaseState, Confirmation, Klass, Origin, Outcome
from cases.demands.models import Case, DutyItem, InfoRequest, IntakeItem
from cases.demands.rules import ARCHIVED_AFTER
from config.demo.accounts import SIGN_IN_WITH, SOURCE, accounts
from config.demo.sizes import USUAL
from documents.models import Document
from parties.models import (
    Department,
    District,
    Enterprise,
    Membership,
    Office,
    Organisation,
    PartyOrganisation,
    User,
)
from parties.roles import ADMIN_ROLES, Role
from tests.factories import CALENDAR
from workflow import registry
from workflow.actor import Channel, actor_for
from workflow.calendar import ZONE
from workflow.due import is_due_today, is_late
from workflow.models import Clock, DutyShift, Event, MessageState, Notice, OutboxMessage, Seal, TickRun
from workflow.overdue import make_system_moves, send_reminders
from workflow.roster import on_duty, outside_hours
from workflow.seals import complete_file
from workflow.tick import tick

pytestmark = pytest.mark.every_page  # test_load_demo loads it on both

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


@pytest.fixture
def demonstration(settings: Any) -> None:
    settings.DEMO = True


def say(*arguments: str, **options: Any) -> str:
    told = StringIO()
    call_command(*arguments, stdout=told, **options)
    return told.getvalue()


# --- what is in it ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_the_demo")
class TestTheCity:
    def test_it_has_nine_banners_fifteen_departments_forty_firms_and_an_office_everywhere(self):
        assert District.objects.filter(level=District.Level.BANNER, parent__level=District.Level.CITY).count() == 9
        assert Department.objects.count() == 15
        assert Enterprise.objects.count() == 40
        assert Office.objects.filter(office_kind=Office.OfficeKind.PLATFORM).count() == 10

    def test_its_duty_list_has_sixty_matters_with_a_law_and_owners(self):
        items = DutyItem.objects.annotate(owners_there=Count("owners"))
        assert items.count() >= 60
        assert not items.filter(owners_there=0).exists()
        assert {item.legal_basis[0] for item in items} == {"《"}

    def test_its_rules_of_dispatch_are_in_force_after_a_rehearsal_on_its_demands(self):
        rule_set = in_force()
        assert (rule_set.version, len(rule_set.rules)) == (1, 4)
        assert rule_set.result["demands"] > 50
        assert rule_set.adopted_at < MORNING

    def test_every_firm_has_a_valid_credit_code_and_a_party_organisation(self):
        firms = Enterprise.objects.annotate(covered=Count("party_organisations"))
        assert [firm.name for firm in firms if not uscc.is_valid(firm.credit_code) or firm.covered != 1] == []

    def test_one_joint_branch_serves_three_firms_through_one_secretary(self):
        joint = PartyOrganisation.objects.get(kind=PartyOrganisation.Kind.JOINT_BRANCH)
        posts = Membership.objects.filter(user=joint.secretary, role=Role.ENTERPRISE_SECRETARY)
        assert sorted(post.organisation_id for post in posts) == sorted(firm.pk for firm in joint.enterprises.all())
        assert posts.count() == 3

    def test_every_organisation_has_the_people_its_work_needs(self):
        held = set(Membership.objects.values_list("organisation_id", "role"))
        wanted = {
            Organisation.Kind.ENTERPRISE: (Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY),
            Organisation.Kind.OFFICE: (Role.INTAKE, Role.DISPATCHER, Role.ARBITRATOR, Role.SUPERVISOR),
            Organisation.Kind.DEPARTMENT: (
                Role.DEPARTMENT_LIAISON,
                Role.HANDLER,
                Role.DEPUTY_HEAD,
                Role.DEPARTMENT_HEAD,
                Role.DEPARTMENT_SECRETARY,
            ),
        }
        missing = [
            (place.name, role)
            for place in Organisation.objects.filter(kind__in=wanted).exclude(office__office_kind="LEADER")
            for role in wanted[place.kind]
            if (place.pk, role) not in held
        ]
        assert missing == []

    def test_names_and_accounts_are_nobodys_twice(self):
        people = User.objects.all()
        assert len({person.name for person in people}) == len(people) == 214
        assert len({person.phone for person in people}) == len(people)

    def test_some_people_have_two_posts(self):
        roles = Counter(
            tuple(sorted(Membership.objects.filter(user=person).values_list("role", flat=True)))
            for person in User.objects.annotate(posts=Count("memberships")).filter(posts__gt=1)
        )
        assert roles == {
            (Role.DISPATCHER, Role.INTAKE): 2,
            (Role.DEPARTMENT_HEAD, Role.DEPARTMENT_SECRETARY): 1,
            (Role.ENTERPRISE_SECRETARY,) * 3: 1,
        }

    def test_the_three_administrators_are_three_people_with_no_other_post(self):
        posts = Membership.objects.filter(role__in=ADMIN_ROLES).select_related("organisation")
        assert {post.role for post in posts} == set(ADMIN_ROLES)
        assert {post.organisation.name for post in posts} == {"市两新工委办公室"}
        assert Membership.objects.filter(user__in=[post.user_id for post in posts]).count() == 3

    def test_every_account_has_a_mail_address_that_reaches_nobody(self):
        addresses = set(User.objects.values_list("email", flat=True))
        assert len(addresses) == 214
        assert {address.rpartition("@")[2] for address in addresses} == {"example.org"}

    def test_two_departments_and_two_offices_are_on_watch_every_night_and_free_day_of_the_coming_week(self):
        places = set(DutyShift.objects.values_list("organisation__kind", "organisation_id").distinct())
        assert sorted(kind for kind, _place in places) == ["DEPARTMENT"] * 2 + ["OFFICE"] * 2
        moments = [MORNING.replace(hour=0) + timedelta(minutes=30 * n) for n in range(48 * 6)]
        noon = [at for at in moments if CALENDAR.is_working_day(at.date()) and at.hour in (12, 13, 14)]
        closed = [at for at in moments if outside_hours(at) and at not in noon]
        unwatched = [(place, at) for _kind, place in places for at in closed if not on_duty(place, at)]
        assert len(closed) > 48 * 3
        assert unwatched == []

    def test_messages_of_the_hotline_wait_for_their_firms(self):
        waiting = Counter(IntakeItem.objects.unclaimed().values_list("office__serves_id", flat=True))
        assert waiting == {"150602": 4, "150600": 4}


# --- the demands -----------------------------------------------------------------------------------------------------


# The states and answers of the demands that it tells.
STATES = set(CaseState) - {CaseState.DRAFT}
# Where the system does by itself what is overdue, so that nothing lies there late.
NEVER_LATE = {CaseState.NEED_INFO, CaseState.DISPATCHED, CaseState.WAIT_ENTERPRISE, CaseState.AWAIT_CONFIRM}


@pytest.mark.usefixtures("in_the_demo")
class TestTheDemands:
    def test_there_are_over_a_hundred_of_every_state_and_about_forty_are_over(self):
        told = Case.objects.exclude(origin__in=OF_DIALOGUE)
        states = Counter(told.values_list("state", flat=True))
        assert states.total() == USUAL == 123
        assert set(states) == STATES
        assert min(states.values()) >= 2
        assert 36 <= sum(states[state] for state in OVER_STATES) <= 46

    def test_what_the_system_does_by_itself_was_done_at_the_moment_the_term_ended(self):
        system = Event.objects.filter(user_id=None)
        for action in ("end_incomplete", "acknowledge_overdue", "answer_overdue", "close_unanswered"):
            done = list(system.filter(action=action))
            assert done, action
            assert all(timedelta(0) < event.at - event.effective_at <= timedelta(minutes=1) for event in done), action
        for case in Case.objects.filter(state=CaseState.ARCHIVED):
            over = case.closed_at or case.ended_at
            assert timedelta(0) <= case.archived_at - over - ARCHIVED_AFTER <= timedelta(minutes=1)

    def test_the_next_tick_finds_nothing_to_do_and_that_of_the_morning_makes_no_move(self):
        midnight = datetime.combine(MONDAY, time(), ZONE)
        assert (send_reminders(midnight), make_system_moves(midnight)) == ("0 reminders", "0 moves")
        assert all(tick(MORNING).values())
        assert TickRun.objects.get(name="system_moves").detail == "0 moves"

    def test_firms_complete_and_answer_are_late_and_are_waited_for(self):
        requests = InfoRequest.objects.all()
        for kind in InfoRequest.Kind.values:
            assert requests.filter(kind=kind, answered_at__isnull=False).exists(), kind
            assert requests.filter(kind=kind, expired_at__isnull=False).exists(), kind
            assert requests.filter(kind=kind, answered_at=None, expired_at=None).count() >= 2, kind
        paused = Clock.objects.filter(kind="RESOLVE", subject_id__in=Case.objects.filter(state="WAIT_ENTERPRISE"))
        assert {clock.state.counting for clock in paused} == {False}

    def test_a_firm_that_said_nothing_was_reminded_twice_before_its_demand_was_closed(self):
        closed = Case.objects.filter(confirmation=Confirmation.UNANSWERED)
        assert len(closed) >= 2
        clocks = Clock.objects.filter(kind="CONFIRM", subject_id__in=closed)
        assert all(clock.reminded_at.date() - clock.started_at.date() == timedelta(days=6) for clock in clocks)

    def test_handlers_are_named_late_and_replaced_and_some_stand_in_still(self):
        assert Case.objects.filter(stand_in=Role.DEPARTMENT_LIAISON, turn_role=Role.DEPARTMENT_LIAISON).exists()
        named = set(Event.objects.filter(action="name_handler").values_list("subject_id", flat=True))
        by_rule = set(Event.objects.filter(action="acknowledge_overdue").values_list("subject_id", flat=True))
        assert named & by_rule
        assert named - by_rule

    def test_there_is_every_class_outcome_confirmation_and_origin(self):
        assert set(Case.objects.exclude(klass="").values_list("klass", flat=True)) == set(Klass)
        closed = Case.objects.filter(closed_at__isnull=False)
        assert set(closed.values_list("outcome", flat=True)) == set(Outcome)
        assert set(closed.values_list("confirmation", flat=True)) == set(Confirmation)
        # Those of instructions and visits come with the systems that hold these.
        origins = set(Case.objects.values_list("origin", flat=True))
        assert origins == set(Origin) - {Origin.INSTRUCTION, Origin.FINDING}
        assert Case.objects.filter(urgent=True).count() == 5

    def test_a_matter_of_one_owner_is_dispatched_by_rule_and_one_of_several_by_a_dispatcher(self):
        cases = Case.objects.exclude(lead=None).annotate(owners=Count("duty_item__owners"))
        by_hand = set(
            Event.objects.filter(action="dispatch", user_id__isnull=False).values_list("subject_id", flat=True)
        )
        shared = {case.pk for case in cases if case.owners > 1}
        assert shared
        assert shared <= by_hand
        assert len(by_hand) < len(cases) / 2

    def test_something_is_overdue_and_something_due_today_at_every_desk(self):
        late, today = (
            set(Case.objects.open().filter(due).values_list("state", flat=True))
            for due in (is_late(MORNING), is_due_today(MORNING))
        )
        assert late == set(OPEN_STATES) - NEVER_LATE
        assert today >= set(OPEN_STATES) - {CaseState.NEED_INFO}

    def test_most_clocks_were_met_and_of_every_kind_one_was_not(self):
        stopped = [clock.state for clock in Clock.objects.exclude(stopped_at=None)]
        late = {clock.kind for clock in stopped if not clock.in_time}
        assert late >= {"ACCEPT", "DISPATCH", "ACKNOWLEDGE", "FIRST_CONTACT", "PLAN", "RESOLVE", "REVIEW"}
        assert sum(bool(clock.in_time) for clock in stopped) > 0.85 * len(stopped)

    def test_people_talk_disagree_and_send_back(self):
        actions = Counter(Event.objects.values_list("action", flat=True))
        assert {"note_internal", "reply_public", "deny_contact", "return_result"} <= set(actions)

    def test_nothing_happens_after_the_day_it_stops_at(self):
        midnight = datetime.combine(MONDAY, time(), ZONE)
        assert not Event.objects.filter(at__gte=midnight).exists()
        assert not IntakeItem.objects.filter(received_at__gte=midnight).exists()

    def test_officials_act_in_office_hours_and_every_step_later_than_the_one_before(self):
        firms = set(Membership.objects.filter(organisation__kind="ENTERPRISE").values_list("user_id", flat=True))
        the_system = None
        calendar, second = CALENDAR, timedelta(seconds=1)
        events = list(Event.objects.order_by("subject_kind", "subject_id", "seq"))
        outside = [e for e in events if not calendar.working_seconds_between(e.at - second, e.at + second)]
        assert {event.user_id for event in outside} <= firms | {the_system}
        backwards = [
            after
            for before, after in pairwise(events)
            if before.subject_kind == after.subject_kind
            and before.subject_id == after.subject_id
            and after.at <= before.at
            and after.user_id is not None
        ]
        assert backwards == []

    def test_keys_rise_with_time(self):
        moments = list(Case.objects.order_by("pk").values_list("submitted_at", flat=True))
        assert moments == sorted(moments)

    def test_no_demand_opens_without_answering_its_questions(self):
        assert not Case.objects.filter(origin=Origin.ENTERPRISE, answers={}).exists()
        assert not [case.title for case in Case.objects.all() if "{" in case.title + case.text + case.wanted]

    def test_no_fault_is_found_in_ledger_seals_and_clocks(self, settings: Any, tmp_path: Path):
        settings.SEALS_FILE = tmp_path / "seals.jsonl"
        complete_file(using="default")
        assert Seal.objects.count() == 3
        told = say("verify_ledger", seals=settings.SEALS_FILE)
        assert told.count("发现 0 处不符") == 2, told
        assert "发现 0 处不同" in say("replay_clocks")


# --- what people were told -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_the_demo")
class TestTheMessages:
    def test_nothing_of_the_past_is_left_for_the_worker_and_no_mail_of_it_was_sent(self):
        assert set(OutboxMessage.objects.values_list("state", "channel")) == {(MessageState.SENT, "announce")}
        waiting = DBTaskResult.objects.values_list("task_path", flat=True)  # papers of the eve, for the worker to make
        assert set(waiting) == {"documents.tasks.make_document"}
        assert len(waiting) == Document.objects.filter(file=None).count() > 0
        assert not mailbox.outbox

    def test_there_are_the_notices_of_the_last_three_working_days_at_the_time_of_their_event(self):
        notices = Notice.objects.all()
        assert notices.count() > 100
        days = {notice.created_at.astimezone(ZONE).date() for notice in notices}
        assert {day for day in days if CALENDAR.is_working_day(day)} == {MONDAY - timedelta(days=n) for n in (5, 4, 3)}
        assert min(days) == MONDAY - timedelta(days=5)
        assert max(days) < MONDAY
        events = set(Event.objects.values_list("subject_id", "at"))
        reminders = {"half_used", "nearly_used", "confirm_reminder", "overdue"}
        reminders |= {f"meeting_{kind}" for kind in reminders}
        untimely = [n for n in notices if (n.subject_id, n.created_at) not in events and n.kind not in reminders]
        assert untimely == []

    def test_nobody_was_told_the_same_twice(self):
        # A reminder comes on two days, and whoever sends files twice is announced twice.
        once = Notice.objects.exclude(kind__in=["confirm_reminder", "file_added"])
        told = Counter(once.values_list("user", "subject_id", "kind", "due_at"))
        assert [what for what, times in told.items() if times > 1] == []

    def test_everybody_has_read_the_older_half_before_the_day_began(self):
        notices = list(Notice.objects.order_by("user_id", "pk"))
        read = [notice for notice in notices if notice.read_at]
        assert 0.4 * len(notices) < len(read) < 0.6 * len(notices)
        midnight = datetime.combine(MONDAY, time(), ZONE)
        assert all(notice.created_at < notice.read_at < midnight for notice in read)
        assert not [1 for a, b in pairwise(notices) if a.user_id == b.user_id and b.read_at and not a.read_at]


# --- the accounts ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_the_demo", "clock", "demonstration")
class TestTheAccounts:
    def test_there_is_one_for_every_kind_of_post_and_its_password_opens_it(self):
        shown = accounts()
        roles = {role for (role,) in Membership.objects.filter(source=SOURCE).values_list("role").distinct()}
        assert {Role(role).label for role in roles} == {part for line in shown for part in line.role.split("、")}
        assert len({line.username for line in shown}) == len(shown) == 19
        for line in shown:
            assert User.objects.get(username=line.username).check_password(SIGN_IN_WITH), line.username

    def test_what_waits_for_an_account_is_what_its_boxes_hold(self):
        for line in accounts():
            user = User.objects.get(username=line.username)
            posts = Membership.objects.filter(user=user)
            actors = [actor_for(user.pk, now=MORNING, channel=Channel.WEB, membership_id=post.pk) for post in posts]
            boxes = [inbox.box(actor, "todo") for actor in actors for inbox in registry.inboxes()]
            assert line.waiting == sum(box.count() for box in boxes if box is not None), line.username

    def test_firm_office_and_department_have_something_to_do(self):
        waiting = {line.role: line.waiting for line in accounts()}
        busy = [Role.ENTERPRISE_STAFF, Role.INTAKE, Role.DISPATCHER, Role.DEPARTMENT_LIAISON, Role.HANDLER]
        busy += [Role.LEADER, Role.LEADER_OFFICE]
        assert [role for role in busy if not waiting[str(role.label)]] == []

    def test_they_cost_six_statements(self):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            accounts()
        assert len(statements) == 6

    def test_a_person_who_came_later_is_not_shown(self):
        newcomer = User.objects.create(username="aa-real", name="真人")
        Membership.objects.create(
            user=newcomer, organisation=Office.objects.first(), role=Role.SUPERVISOR, valid_from=date(2020, 1, 1)
        )
        assert "aa-real" not in {line.username for line in accounts()}

    def test_the_command_prints_them_in_straight_columns_with_the_password(self):
        lines = say("demo_accounts").splitlines()
        assert lines[0].split() == ["账号", "角色", "姓名", "单位", "待办", "可以试试"]
        assert len(lines) == 1 + 19 + 1
        assert lines[-1].endswith(SIGN_IN_WITH)

    def test_outside_the_demonstration_there_are_none(self, settings: Any):
        settings.DEMO = False
        with CaptureQueriesContext(connection) as statements:
            assert accounts() == []
        assert len(statements) == 0
        with pytest.raises(CommandError, match="DIALOGUE_DEMO=1"):
            call_command("demo_accounts")
