"""What the demonstration holds once it is loaded: city, demands in every state, accounts to try."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from stdnum.cn import uscc

from cases.demands import queries
from cases.demands.enums import CaseState, Klass, Origin, Outcome
from cases.demands.models import Case, DutyItem, IntakeItem
from config.demo.accounts import SIGN_IN_WITH, SOURCE, accounts
from config.demo.loader import load
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
from parties.roles import Role
from tests.factories import CALENDAR
from workflow.actor import Channel, actor_for
from workflow.calendar import ZONE
from workflow.due import is_due_today, is_late
from workflow.models import Clock, Event

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


def quiet(done: int, total: int) -> None:
    """Progress that nobody reads."""


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demonstration of one Monday, loaded once for this module; taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert load(seed=1, as_of=MONDAY, demands=100, progress=quiet)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def in_the_demo(demo: None, db: None) -> None:
    """A test inside the loaded demonstration; what it changes goes back."""


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
            Organisation.Kind.OFFICE: (Role.INTAKE, Role.DISPATCHER, Role.ARBITRATOR),
            Organisation.Kind.DEPARTMENT: (
                Role.DEPARTMENT_LIAISON,
                Role.HANDLER,
                Role.DEPUTY_HEAD,
                Role.DEPARTMENT_SECRETARY,
            ),
        }
        missing = [
            (place.name, role)
            for place in Organisation.objects.all()
            for role in wanted[place.kind]
            if (place.pk, role) not in held
        ]
        assert missing == []

    def test_names_and_accounts_are_nobodys_twice(self):
        people = User.objects.all()
        assert len({person.name for person in people}) == len(people) == 181
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

    def test_messages_of_the_hotline_wait_for_their_firms(self):
        waiting = Counter(IntakeItem.objects.unclaimed().values_list("office__serves_id", flat=True))
        assert waiting == {"150602": 4, "150600": 4}


# --- the demands -----------------------------------------------------------------------------------------------------


# The states and answers of the demands that it tells.
STATES = {"SUBMITTED", "ACCEPTED", "DISPATCHED", "IN_PROGRESS", "RESULT_REVIEW", "AWAIT_CONFIRM", "CLOSED"}
ANSWERS = {"SOLVED", "PARTLY", "UNSOLVED"}


@pytest.mark.usefixtures("in_the_demo")
class TestTheDemands:
    def test_there_are_a_hundred_of_every_state_of_the_main_line_and_about_45_are_closed(self):
        states = Counter(Case.objects.values_list("state", flat=True))
        assert states.total() == 100
        assert set(states) == STATES
        assert 42 <= states[CaseState.CLOSED] <= 48

    def test_there_is_every_class_outcome_confirmation_and_origin(self):
        assert set(Case.objects.exclude(klass="").values_list("klass", flat=True)) == set(Klass)
        closed = Case.objects.filter(state=CaseState.CLOSED)
        assert set(closed.values_list("outcome", flat=True)) == set(Outcome)
        assert set(closed.values_list("confirmation", flat=True)) == ANSWERS
        assert set(Case.objects.values_list("origin", flat=True)) == set(Origin)
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
        for due in (is_late(MORNING), is_due_today(MORNING)):
            turns = set(Case.objects.open().filter(due).values_list("state", flat=True))
            assert turns == STATES - {"CLOSED"}

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
        calendar, second = CALENDAR, timedelta(seconds=1)
        events = list(Event.objects.order_by("subject_id", "seq"))
        outside = [e for e in events if not calendar.working_seconds_between(e.at - second, e.at + second)]
        assert {event.user_id for event in outside} <= firms
        backwards = [
            after
            for before, after in pairwise(events)
            if before.subject_id == after.subject_id and after.at <= before.at and after.user_id is not None
        ]
        assert backwards == []

    def test_keys_rise_with_time(self):
        moments = list(Case.objects.order_by("pk").values_list("submitted_at", flat=True))
        assert moments == sorted(moments)

    def test_no_demand_opens_without_answering_its_questions(self):
        assert not Case.objects.filter(origin=Origin.ENTERPRISE, answers={}).exists()
        assert not [case.title for case in Case.objects.all() if "{" in case.title + case.text + case.wanted]

    def test_no_fault_is_found_in_the_ledger(self):
        assert "发现 0 处不符" in say("verify_ledger")


# --- the accounts ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_the_demo", "clock", "demonstration")
class TestTheAccounts:
    def test_there_is_one_for_every_kind_of_post_and_its_password_opens_it(self):
        shown = accounts()
        roles = {role for (role,) in Membership.objects.filter(source=SOURCE).values_list("role").distinct()}
        assert {Role(role).label for role in roles} == {part for line in shown for part in line.role.split("、")}
        assert len({line.username for line in shown}) == len(shown) == 12
        for line in shown:
            assert User.objects.get(username=line.username).check_password(SIGN_IN_WITH), line.username

    def test_what_waits_for_an_account_is_what_its_boxes_hold(self):
        for line in accounts():
            user = User.objects.get(username=line.username)
            posts = Membership.objects.filter(user=user)
            boxes = [
                queries.todo(actor_for(user.pk, now=MORNING, channel=Channel.WEB, membership_id=post.pk)).count()
                for post in posts
            ]
            assert line.waiting == sum(boxes), line.username

    def test_firm_office_and_department_have_something_to_do(self):
        waiting = {line.role: line.waiting for line in accounts()}
        busy = [Role.ENTERPRISE_STAFF, Role.INTAKE, Role.DISPATCHER, Role.DEPARTMENT_LIAISON, Role.HANDLER]
        assert [role for role in busy if not waiting[str(role.label)]] == []

    def test_they_cost_two_statements(self):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            accounts()
        assert len(statements) == 2

    def test_a_person_who_came_later_is_not_shown(self):
        newcomer = User.objects.create(username="aa-real", name="真人")
        Membership.objects.create(
            user=newcomer, organisation=Office.objects.first(), role=Role.SUPERVISOR, valid_from=date(2020, 1, 1)
        )
        assert "aa-real" not in {line.username for line in accounts()}

    def test_the_command_prints_them_in_straight_columns_with_the_password(self):
        lines = say("demo_accounts").splitlines()
        assert lines[0].split() == ["账号", "角色", "姓名", "单位", "待办", "可以试试"]
        assert len(lines) == 1 + 12 + 1
        assert lines[-1].endswith(SIGN_IN_WITH)

    def test_outside_the_demonstration_there_are_none(self, settings: Any):
        settings.DEMO = False
        with CaptureQueriesContext(connection) as statements:
            assert accounts() == []
        assert len(statements) == 0
        with pytest.raises(CommandError, match="DIALOGUE_DEMO=1"):
            call_command("demo_accounts")
