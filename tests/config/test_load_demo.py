"""Loading the demonstration: again and again, where it must not be, and always the same story."""

import json
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.demands.models import Case, Category, DutyItem, IntakeItem, IntakeRun
from config.demo import loader
from config.demo.enterprises import ENTERPRISES
from config.demo.episodes import EPISODES, tell_episodes
from config.demo.fates import FATES
from config.demo.loader import load
from config.demo.sizes import MOST
from config.demo.stage import Stage
from config.demo.story import in_order, tell
from config.demo.town import Town as TownOfTheDemo
from parties.models import District, Enterprise, Membership, Organisation, User
from tests.config.test_demo_episodes import STATES
from tests.factories import Town, case_in, department, district
from workflow import triggers
from workflow.calendar import ZONE
from workflow.models import Clock, Event, Proposal, Seal

MONDAY = date(2026, 11, 23)
FEW = 12  # demands; enough where it does not matter which
MOVE_OF_STEP = {
    "contact": "record_contact",
    "request": "request_completion",
    "ask": "ask_firm",
    "name": "name_handler",
    "replace": "name_handler",
    "deny": "deny_contact",
    "plan": "save_plan",
    "note": "note_internal",
    "reply": "reply_public",
    "result": "submit_result",
    "return": "return_result",
    "sign": "sign_off",
}


def quiet(done: int, total: int) -> None:
    """Progress that nobody reads."""


@pytest.fixture
def demonstration(settings: Any) -> None:
    settings.DEMO = True


def say(*arguments: str, **options: Any) -> str:
    told = StringIO()
    call_command(*arguments, stdout=told, **options)
    return told.getvalue()


def everything() -> dict[str, int]:
    tables = (District, Organisation, User, Membership, Category, DutyItem, Case, Event, Clock, IntakeRun, IntakeItem)
    return {model.__name__: model.objects.count() for model in tables}


# --- loading ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("db", "clock", "demonstration")
class TestLoading:
    def test_a_second_run_changes_nothing_and_says_so(self):
        assert f"{FEW} 件诉求" in say("load_demo", as_of=MONDAY, demands=FEW)
        before = everything()
        assert "没有改动" in say("load_demo", as_of=MONDAY, demands=FEW, seed=2)
        assert everything() == before

    def test_a_second_run_asks_the_database_twice(self):
        say("load_demo", as_of=MONDAY, demands=1)
        with CaptureQueriesContext(connection) as statements:
            assert "早先的版本" not in say("load_demo", as_of=MONDAY)
        assert len(statements) == 2

    def test_a_demonstration_of_a_version_before_clocks_were_in_events_is_told_apart(self):
        case = case_in("SUBMITTED", town=Town.build())
        Enterprise.objects.filter(pk=case.enterprise_id).update(credit_code=ENTERPRISES[0].credit_code)
        assert "早先的版本" not in say("load_demo")
        facts = json.loads(Event.objects.get().facts)
        with triggers.lifted(connection), connection.cursor() as cursor:
            del facts["clocks"]
            cursor.execute(f"update {Event._meta.db_table} set facts = %s", [json.dumps(facts)])
        assert "“时限核验”会报告不同" in say("load_demo")

    def test_it_is_not_loaded_where_real_people_sign_in(self, settings: Any):
        settings.DEMO = False
        with pytest.raises(CommandError, match="DIALOGUE_DEMO=1"):
            call_command("load_demo")
        assert not User.objects.exists()

    def test_it_is_not_loaded_beside_other_data(self):
        department("某局", of=district())
        before = everything()
        with pytest.raises(CommandError, match="只能装入空的数据库"):
            call_command("load_demo", as_of=MONDAY, demands=FEW)
        assert everything() == before

    def test_a_load_that_is_broken_off_leaves_nothing(self):
        def broken(done: int, total: int) -> None:
            if done == 20:
                raise KeyboardInterrupt

        before = everything()
        with pytest.raises(KeyboardInterrupt):
            load(seed=1, as_of=MONDAY, demands=FEW, progress=broken)
        assert everything() == before
        assert not loader.is_there()

    def test_whoever_comes_second_at_the_same_moment_loads_nothing(self):
        assert load(seed=1, as_of=MONDAY, demands=1, progress=quiet)
        before = everything()
        assert not load(seed=1, as_of=MONDAY, demands=1, progress=quiet)
        assert everything() == before

    def test_it_never_stops_in_the_future(self):
        with pytest.raises(CommandError, match="不能晚于今天"):
            call_command("load_demo", as_of=MONDAY + timedelta(days=1))

    def test_it_needs_a_day_with_deadlines_in_force(self):
        with pytest.raises(CommandError, match="日期太早"):
            call_command("load_demo", as_of=date(2020, 3, 1))

    @pytest.mark.parametrize("demands", [0, MOST + 1])
    def test_it_refuses_a_number_of_demands_out_of_range(self, demands: int):
        with pytest.raises(CommandError, match=str(MOST)):
            call_command("load_demo", demands=demands)

    def test_the_last_three_days_are_sealed_in_the_file(
        self, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
    ):
        settings.SEALS_FILE = tmp_path / "seals.jsonl"
        with django_capture_on_commit_callbacks(execute=True):
            load(seed=1, as_of=MONDAY, demands=FEW, progress=quiet)
        assert [seal.day for seal in Seal.objects.order_by("number")] == [MONDAY - timedelta(days=n) for n in (3, 2, 1)]
        assert len(settings.SEALS_FILE.read_text().splitlines()) == 3

    def test_a_file_with_seals_is_left_alone(self, settings: Any, tmp_path: Path):
        settings.SEALS_FILE = tmp_path / "seals.jsonl"
        settings.SEALS_FILE.write_text("of another database\n")
        load(seed=1, as_of=MONDAY, demands=1, progress=quiet)
        assert not Seal.objects.exists()

    def test_what_is_told_is_what_is_played(self):
        load(seed=5, as_of=MONDAY, demands=FEW, progress=quiet)
        told = [
            (step.at, MOVE_OF_STEP.get(step.action, step.action))
            for _place, step in in_order(tell(seed=5, as_of=MONDAY, demands=FEW))
        ]
        acts = Event.objects.exclude(user_id=None).exclude(action__in=("issue_receipt", "issue_case_file"))
        played = acts.order_by("pk").values_list("at", "action")  # papers are no part of the story
        assert list(played) == told

    @pytest.mark.parametrize(
        "day",
        [
            pytest.param(date(2026, 10, 4), id="in the middle of the national holiday"),
            pytest.param(
                date(2026, 2, 24),
                id="on the first working day after the spring festival",
                marks=pytest.mark.every_page,
            ),
            pytest.param(date(2025, 3, 3), id="at the beginning of the calendar", marks=pytest.mark.every_page),
        ],
    )
    def test_whatever_the_day_every_episode_ends_as_told(self, day: date):
        people = TownOfTheDemo(Random("people"), since=date(day.year - 1, 1, 1))
        Stage(people, tell_episodes(as_of=day)).play(day, quiet)
        titles = {episode.text.title: episode.shows for episode in EPISODES}
        states = Case.objects.values_list("title", "state")
        assert {titles[title]: state for title, state in states} == STATES
        waiting = Proposal.objects.pending().values_list("action", flat=True)
        assert sorted(waiting) == ["decline", "send_back", "transfer"]


# --- the story -------------------------------------------------------------------------------------------------------


def test_the_same_seed_and_day_tell_the_same_story():
    assert tell(seed=3, as_of=MONDAY, demands=100) == tell(seed=3, as_of=MONDAY, demands=100)


def test_another_seed_tells_another_story():
    assert tell(seed=3, as_of=MONDAY, demands=100) != tell(seed=4, as_of=MONDAY, demands=100)


def test_a_hundred_demands_are_a_hundred_different_ones():
    told = tell(seed=3, as_of=MONDAY, demands=100)
    assert len({case.text.title for case in told}) == 100


def test_sixty_demands_show_every_fate():
    told = tell(seed=3, as_of=MONDAY, demands=len(FATES))
    assert len(told) <= 62
    assert {case.fate.name for case in told} == {fate.name for fate in FATES}


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(date(2026, 10, 4), id="in the middle of the national holiday"),
        pytest.param(date(2026, 2, 14), id="on the make-up Saturday before the spring festival"),
        pytest.param(date(2026, 11, 22), id="on a Sunday"),
        pytest.param(date(2027, 1, 4), id="in a year whose holidays are not known"),
        pytest.param(date(2025, 3, 3), id="at the beginning of the calendar"),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_day_the_story_ends_the_evening_before(day: date, seed: int):
    midnight = datetime.combine(day, time(), ZONE)
    for case in tell(seed=seed, as_of=day, demands=100):
        moments = [step.at for step in case.steps]
        assert all(before < after for before, after in pairwise(moments)), case
        assert midnight - timedelta(weeks=10) < moments[0] <= moments[-1] < midnight, case
