"""The demonstration in the size of the city, told whole; of what is loaded, a sample with an archive."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from io import StringIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from stdnum.cn import uscc

from cases.demands.enums import CaseState, Confirmation, Identity, Klass, Origin, Outcome
from cases.demands.models import Case
from cases.demands.questions import CATEGORIES, QUESTIONS
from config.demo.accounts import accounts
from config.demo.archive import BEGUN
from config.demo.casting import DUTIES
from config.demo.casts import Cast, whole_city
from config.demo.city import BANNERS
from config.demo.enterprises import JOINT_BRANCH
from config.demo.fates import FATES
from config.demo.loader import load
from config.demo.sizes import CITY_SIZE, LARGE_SIZE, OF_THE_CITY
from config.demo.story import CaseStory
from config.demo.whole_city.departments import BUSY
from config.demo.whole_city.fates import DETOURS
from config.demo.whole_city.story import first_day, tell_months
from config.demo.whole_city.texts import put_together, with_result
from parties.models import (
    Alliance,
    Deputy,
    Enterprise,
    IndustryCommittee,
    MassOrganisation,
    Membership,
    PartyOrganisation,
    User,
)
from parties.roles import Role
from workflow.calendar import ZONE
from workflow.models import Event

MONDAY = date(2026, 11, 23)
# Where a demand stands after its last step, until time goes by.
STATE_AFTER = {
    "submit": CaseState.SUBMITTED,
    "request": CaseState.NEED_INFO,
    "accept": CaseState.ACCEPTED,
    "dispatch": CaseState.DISPATCHED,
    "agree_return": CaseState.RETURN_REVIEW,
    "plan": CaseState.IN_PROGRESS,
    "ask": CaseState.WAIT_ENTERPRISE,
    "result": CaseState.RESULT_REVIEW,
    "sign": CaseState.AWAIT_CONFIRM,
    "confirm": CaseState.CLOSED,
    "withdraw": CaseState.ENDED,
}


@cache
def cast() -> Cast:
    return whole_city()


@cache
def stories() -> list[CaseStory]:
    return CITY_SIZE.tell(seed=1, as_of=MONDAY, demands=OF_THE_CITY, cast=cast())


# --- who is there ---


def test_eight_hundred_firms_with_sound_codes_and_names_of_their_own_are_spread_over_all_banners():
    firms = cast().firms
    for attribute in ("serial", "name", "short_name", "credit_code", "phone"):
        assert len({getattr(firm, attribute) for firm in firms}) == 800, attribute
    assert [firm.name for firm in firms if not uscc.is_valid(firm.credit_code)] == []
    assert min(Counter(firm.district for firm in firms).values()) >= 25
    assert not [firm.name for firm in firms if any(banner.name[:2] in firm.name for banner in BANNERS)]


def test_three_hundred_party_organisations_cover_them_and_every_joint_branch_several():
    firms = cast().firms
    sizes = Counter(firm.party_name for firm in firms)
    assert 280 <= len(sizes) <= 330
    joint = {firm.party_name for firm in firms if firm.party_kind == JOINT_BRANCH}
    assert {name for name, count in sizes.items() if count > 1} == joint
    assert all(len({firm.district for firm in firms if firm.party_name == name}) == 1 for name in joint)


def test_fifteen_departments_of_the_city_and_six_of_each_banner_answer_for_matters_of_their_own():
    departments = cast().departments
    assert len({line.code for line in departments}) == len({line.name for line in departments}) == 69
    assert set(Counter(line.district for line in departments).values()) == {15, 6}
    owners = {owner for line in cast().duties for owner in line.owners}
    assert owners == {line.code for line in departments}
    assert len({line.code for line in cast().duties}) == len(cast().duties)


# --- what happens ---


def test_twelve_hundred_demands_lie_in_fourteen_months_each_step_after_the_one_before():
    told = stories()
    assert len(told) == 1200
    begins, midnight = datetime.combine(first_day(MONDAY), time(), ZONE), datetime.combine(MONDAY, time(), ZONE)
    assert begins.date() == date(2025, 9, 23)
    for case in told:
        moments = [step.at for step in case.steps]
        assert all(before < after for before, after in pairwise(moments)), case
        assert begins <= moments[0] <= moments[-1] < midnight, case
    months = Counter(case.steps[0].at.strftime("%Y-%m") for case in told)
    assert len(months) == 15
    assert min(count for month, count in months.items() if month != "2025-09") >= 40


def test_six_departments_have_seventy_percent_of_what_is_dispatched_and_nearly_all_have_some():
    dispatched = [case for case in stories() if any(step.action == "accept" for step in case.steps)]
    busy = sum(case.lead in BUSY for case in dispatched)
    assert 0.66 <= busy / len(dispatched) <= 0.74
    assert len({case.lead for case in dispatched}) >= 66


def test_there_is_every_fate_and_with_them_every_state_class_outcome_and_lateness():
    told = stories()
    fates = {case.fate.name: case.fate for case in told}
    assert {fate.name for fate in (*FATES, *DETOURS)} <= set(fates)
    assert {STATE_AFTER.get(fate.path[-1]) for fate in fates.values()} >= set(STATE_AFTER.values())
    assert {case.duty.klass for case in told} == set(Klass)
    done = [case for case in told if any(step.action == "result" for step in case.steps)]
    assert {case.text.outcome for case in done} == set(Outcome)
    said = {step.inputs["confirmation"] for case in told for step in case.steps if step.action == "confirm"}
    assert said == set(Confirmation) - {Confirmation.UNANSWERED}
    late = Counter(case.fate.name for case in told)
    assert min(late[name] for name in ("closed, answered late", "closed, answered much too late")) >= 10
    assert {fate.due_in for fate in fates.values() if fate.due_in is not None} >= {0, -2, -4, -11}
    assert sum(case.identity == Identity.HIDDEN for case in told) >= 20


def test_few_demands_share_a_title_and_no_firm_says_the_same_twice():
    told = stories()
    assert len({case.text.title for case in told}) > 700
    assert len({(case.firm.serial, case.text.title) for case in told}) == 1200
    assert [case.text.title for case in told if "{" in case.text.title + case.text.text + case.text.result_text] == []


def test_a_text_put_together_answers_the_questions_of_its_category_and_is_as_long_as_the_written_ones():
    dice, seen = Random(1), set()
    for duty in DUTIES.values():
        for outcome in Outcome:
            text = with_result(put_together(duty, dice), outcome, dice)
            assert 6 <= len(text.title) <= 30 <= len(text.text) <= 260, text
            assert text.outcome == outcome
            questions = {question.key: question for question in QUESTIONS[text.category]}
            required = {key for key, question in questions.items() if question.required}
            assert required <= set(text.answers) <= set(questions), text
            for key, answer in text.answers.items():
                if questions[key].kind == "choice":
                    assert answer in {value for value, _label, _help in questions[key].choices}, text
                if questions[key].kind == "number":
                    assert Decimal(answer) > 0
            seen.add(text.category)
    assert seen == {category.code for category in CATEGORIES}


def test_the_same_seed_and_day_tell_the_same_city_and_another_seed_another():
    def told(seed: int) -> list[CaseStory]:
        return tell_months(seed=seed, as_of=MONDAY, demands=200, firms=whole_city(100).firms)

    assert told(3) == told(3)
    assert told(3) != told(4)


# --- what is loaded ---


def say(*arguments: str, **options: Any) -> str:
    heard = StringIO()
    call_command(*arguments, stdout=heard, **options)
    return heard.getvalue()


@pytest.mark.usefixtures("db", "clock")
def test_a_day_whose_months_begin_before_there_were_deadlines_is_refused(settings: Any):
    settings.DEMO = True
    with pytest.raises(CommandError, match="日期太早"):
        call_command("load_demo", size="city", as_of=date(2021, 2, 1))
    assert not User.objects.exists()


@pytest.mark.every_page  # `load_demo` on PostgreSQL has its own tests; this one counts what came of it
@pytest.mark.usefixtures("db", "clock")
def test_a_sample_of_the_large_size_holds_together(settings: Any, tmp_path: Path):
    settings.DEMO, settings.SEALS_FILE, settings.FILES_DIR = True, tmp_path / "seals.jsonl", tmp_path / "files"
    played, archived, heard = 30, 40, []
    size = replace(LARGE_SIZE, cast=lambda: whole_city(90), played=played, usual=2 * OF_THE_CITY)
    told = size.tell(seed=2, as_of=MONDAY, demands=played, cast=size.cast())
    assert load(
        seed=2,
        as_of=MONDAY,
        demands=played + archived,
        size=size,
        progress=lambda done, total: None,
        archived=lambda done, total: heard.append((done, total)),
    )
    assert heard == [(archived, archived)]
    assert Case.objects.exclude(origin=Origin.ACTION_ITEM).count() == played + archived
    old = Case.objects.filter(submitted_at__lt=datetime.combine(first_day(MONDAY), time(), ZONE))
    assert old.count() == archived == old.filter(state=CaseState.ARCHIVED).count()
    assert old.earliest("pk").submitted_at >= BEGUN
    assert set(old.values_list("pk", flat=True)) == set(Case.objects.order_by("pk").values_list("pk", flat=True)[:40])
    by_people = Event.objects.exclude(user_id=None).exclude(subject_id__in=old)
    assert by_people.count() >= sum(step.action != "propose" for case in told for step in case.steps)
    assert "发现 0 处不符" in say("verify_ledger")
    assert "发现 0 处不同" in say("replay_clocks")

    held = set(Membership.objects.in_force(MONDAY).values_list("role", flat=True))
    assert held == set(Role)
    names = list(User.objects.values_list("name", flat=True))
    assert len(set(names)) == len(names)
    assert not Enterprise.objects.filter(size="").exists()
    formations = PartyOrganisation.objects.values_list("formation", flat=True).distinct()
    assert set(formations) == set(PartyOrganisation.Formation)
    assert not PartyOrganisation.objects.filter(full_members=0).exists()
    assert {kind for (kind,) in MassOrganisation.objects.values_list("kind").distinct()} == {"UNION", "YOUTH", "WOMEN"}
    assert (IndustryCommittee.objects.count(), Alliance.objects.count()) == (6, 5)
    assert Deputy.objects.in_force(MONDAY).count() == 10
    assert User.objects.filter(left_on__isnull=False, is_active=False).count() == 12
    shown = accounts()
    assert {str(role.label) for role in Role} == {part for line in shown for part in line.role.split("、")}
    assert len(shown) <= 25
