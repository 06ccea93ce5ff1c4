"""A policy tried out on recorded histories: what moves, what becomes late, and what never does."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import CALENDAR
from workflow.calendar import ZONE
from workflow.clocks import (
    DEFAULT_CLOCK_POLICY,
    ClockKind,
    Effect,
    Expire,
    Extend,
    Hold,
    Limit,
    Limits,
    PauseClock,
    Rebase,
    Release,
    Relimit,
    Resume,
    Start,
    StartHalf,
    Stop,
    StopHeld,
    Unit,
    encoded,
    limits_for,
)
from workflow.policies import profiles
from workflow.rehearsal import FIRMS, Compared, Tally, is_late, rehearse, shift
from workflow.replay import Recorded

OFFICE, LEAD, OTHER = 1, 2, 3
FACTS = {"class": "ORDINARY", "urgent": False, "office": OFFICE, "lead": None}
NOW = datetime(2026, 11, 23, 10, tzinfo=ZONE)
# A later edition with more days off: dates that were counted before are counted again.
LATER = replace(CALENDAR, version="calendar/2", days_off=CALENDAR.days_off | {date(2026, 3, n) for n in range(9, 14)})
CALENDARS = {CALENDAR.version: CALENDAR, LATER.version: LATER}
SHANDONG = next(profile for profile in profiles() if profile.slug == "shandong").data


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def history(*steps: tuple[str | datetime, list[Effect], dict[str, Any]]) -> list[Recorded]:
    """A chain: when, what happened to clocks, and the facts that are new from then on."""
    found, facts = [], dict(FACTS)
    for seq, (when, effects, changed) in enumerate(steps, start=1):
        facts = {**facts, **changed, "clocks": encoded(effects)}
        moment = at(when) if isinstance(when, str) else when
        calendar = changed.get("calendar", CALENDAR.version)
        found.append(Recorded(seq, moment, moment, "clocks/1", calendar, facts))
    return found


def under(data: Mapping[str, Any]) -> Any:
    def limits(_label: str, facts: Mapping[str, Any]) -> Limits:
        return limits_for(data, klass=facts["class"], urgent=facts["urgent"])

    return limits


def tried(chain: Sequence[Recorded], data: Mapping[str, Any]) -> list[Compared]:
    return rehearse(
        chain, recorded=under(DEFAULT_CLOCK_POLICY), proposed=under(data), calendar_of=CALENDARS.__getitem__
    )


def tally(*chains: Sequence[Recorded], data: Mapping[str, Any] = SHANDONG) -> dict[str, Any]:
    counted = Tally(now=NOW, calendar=CALENDAR)
    for chain in chains:
        counted.add(tried(chain, data))
    return counted.as_json({OFFICE: "平台办公室", LEAD: "能源局", OTHER: "住建局"})


ACCEPTED: Any = ("2026-11-02T09:00", [Start(ClockKind.RESOLVE), Start(ClockKind.DISPATCH)], {})
DISPATCHED: Any = ("2026-11-02T10:00", [Stop(ClockKind.DISPATCH)], {"lead": LEAD})


# --- what is compared ---


def test_a_shorter_limit_moves_the_date_and_makes_late_what_took_longer():
    """Under 7 working days due on 11 November, under 3 on the 5th; handed in on the 6th and signed on the 9th."""
    chain = history(
        ACCEPTED,
        DISPATCHED,
        ("2026-11-06T10:00", [Hold(ClockKind.RESOLVE)], {}),
        ("2026-11-09T10:00", [StopHeld(ClockKind.RESOLVE), Start(ClockKind.CONFIRM)], {}),
        ("2026-11-10T10:00", [Stop(ClockKind.CONFIRM)], {}),
    )
    found = {c.kind: c for c in tried(chain, SHANDONG)}
    resolve = found[ClockKind.RESOLVE]
    assert (resolve.before.due_at, resolve.after.due_at) == (at("2026-11-11T17:30"), at("2026-11-05T17:30"))
    assert (resolve.before.stopped_at, resolve.after.stopped_at) == (at("2026-11-06T10:00"), at("2026-11-09T10:00"))
    assert (is_late(resolve.before, NOW), is_late(resolve.after, NOW)) == (False, True)
    assert (resolve.klass, resolve.organisation) == ("ORDINARY", LEAD)
    figures = tally(chain)
    assert figures["whole"] == {
        "clocks": 3,
        "late_before": 0,
        "late_after": 1,
        "newly_late": 1,
        "no_longer_late": 0,
        "earlier": {"n": 1, "median": [4, 0], "most": [4, 0]},
        "later": {"n": 0, "median": [0, 0], "most": [0, 0]},
    }
    assert [(row["kind"], row["class"], row["newly_late"]) for row in figures["by_clock"]] == [
        ("DISPATCH", "ORDINARY", 0),
        ("RESOLVE", "ORDINARY", 1),
        ("CONFIRM", "ORDINARY", 0),
    ]
    assert [(row["name"], row["firms"], row["newly_late"], row["clocks"]) for row in figures["by_organisation"]] == [
        ("能源局", False, 1, 1),
        ("", True, 0, 1),
        ("平台办公室", False, 0, 1),
    ]


def test_a_longer_limit_takes_back_a_delay():
    longer = copy.deepcopy(DEFAULT_CLOCK_POLICY)
    longer["limits"]["RESOLVE"]["by_class"]["ORDINARY"]["amount"] = 12
    chain = history(ACCEPTED, DISPATCHED, ("2026-11-13T10:00", [Stop(ClockKind.RESOLVE)], {}))
    figures = tally(chain, data=longer)["whole"]
    assert (figures["late_before"], figures["late_after"], figures["no_longer_late"]) == (1, 0, 1)
    assert figures["later"] == {"n": 1, "median": [5, 0], "most": [5, 0]}


def test_pauses_and_extensions_count_as_they_were_recorded():
    chain = history(
        ACCEPTED,
        DISPATCHED,
        ("2026-11-03T10:00", [PauseClock(ClockKind.RESOLVE)], {}),
        ("2026-11-05T10:00", [Resume(ClockKind.RESOLVE)], {}),
        ("2026-11-06T10:00", [Extend(ClockKind.RESOLVE, 1)], {}),
    )
    resolve = next(c for c in tried(chain, SHANDONG) if c.kind == ClockKind.RESOLVE)
    # 7 or 3 working days, 2 of pause and 1 of extension.
    assert (resolve.before.due_at, resolve.after.due_at) == (at("2026-11-16T17:30"), at("2026-11-10T17:30"))


def test_a_date_that_a_later_calendar_moved_is_moved_under_either_limit():
    chain = history(
        ("2026-03-05T09:00", [Start(ClockKind.RESOLVE)], {"lead": LEAD}),
        ("2026-03-06T09:00", [Rebase(ClockKind.RESOLVE)], {"calendar": LATER.version}),
        ("2026-03-20T09:00", [Stop(ClockKind.RESOLVE)], {}),
    )
    (resolve,) = tried(chain, SHANDONG)
    # The 6th, then from the 16th on.
    assert (resolve.before.due_at, resolve.after.due_at) == (at("2026-03-23T17:30"), at("2026-03-17T17:30"))
    assert (is_late(resolve.before, NOW), is_late(resolve.after, NOW)) == (False, True)


def test_a_running_clock_is_late_when_its_date_has_passed_by_now():
    chain = history(("2026-11-16T09:00", [Start(ClockKind.RESOLVE)], {"lead": LEAD}))
    figures = tally(chain)["whole"]
    assert (figures["late_before"], figures["newly_late"]) == (0, 1)


def test_what_the_system_ended_at_its_date_was_late_and_is_not_known_to_be_under_a_longer_limit():
    longer = copy.deepcopy(DEFAULT_CLOCK_POLICY)
    longer["limits"]["ACKNOWLEDGE"]["amount"] = 2
    chain = history(
        ("2026-11-02T10:00", [Start(ClockKind.ACKNOWLEDGE)], {"lead": LEAD}),
        ("2026-11-03T17:30", [Expire(ClockKind.ACKNOWLEDGE)], {}),
    )
    assert tally(chain, data=DEFAULT_CLOCK_POLICY)["whole"]["late_after"] == 1
    figures = tally(chain, data=longer)["whole"]
    assert (figures["late_before"], figures["late_after"]) == (1, 0)


def test_a_clock_is_the_figure_of_who_had_the_demand_when_it_ended():
    """Dispatching is the office's; what was handed on is the last department's; what a firm owes is the firms'."""
    chain = history(
        ACCEPTED,
        DISPATCHED,
        ("2026-11-03T10:00", [], {"lead": OTHER}),
        ("2026-11-04T10:00", [Stop(ClockKind.RESOLVE), Start(ClockKind.CONFIRM)], {}),
        ("2026-11-05T10:00", [Stop(ClockKind.CONFIRM)], {"lead": LEAD}),
    )
    assert {c.kind.value: c.organisation for c in tried(chain, SHANDONG)} == {
        "DISPATCH": OFFICE,
        "RESOLVE": OTHER,
        "CONFIRM": FIRMS,
    }


def test_the_class_is_the_one_at_the_start_of_the_clock():
    chain = history(
        ("2026-11-02T08:30", [Start(ClockKind.ACCEPT)], {"class": ""}),
        ("2026-11-02T09:00", [Stop(ClockKind.ACCEPT), Start(ClockKind.RESOLVE)], {"class": "HARD"}),
    )
    assert {c.kind.value: c.klass for c in tried(chain, SHANDONG)} == {"ACCEPT": "", "RESOLVE": "HARD"}


def test_a_chain_that_does_not_fit_raises():
    with pytest.raises(ValueError, match="RESOLVE"):
        tried(history(("2026-11-02T09:00", [Release(ClockKind.RESOLVE)], {})), SHANDONG)


# --- how far ---


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("2026-11-23T17:30", "2026-11-26T17:30", (3, 0)),
        ("2026-11-26T17:30", "2026-11-23T17:30", (3, 0)),
        ("2026-09-24T17:30", "2026-10-08T17:30", (4, 0)),  # 28, 29, 30 September and 8 October
        ("2026-11-23T17:30", "2026-11-24T00:00", (0, 7)),  # 24:00 belongs to its own day; 6.5 hours
        ("2026-11-23T10:00", "2026-11-23T10:20", (0, 1)),
        ("2026-11-27T17:30", "2026-11-29T10:00", (0, 41)),  # over a weekend no working day lies between
    ],
)
def test_a_shift_is_told_in_working_days_or_else_in_hours_rounded_up(before, after, expected):
    assert shift(at(before), at(after), CALENDAR) == expected


def test_median_and_largest_are_those_of_the_moved_dates():
    """The dates of the four classes: COMPLEX and HARD stay, INQUIRY moves one day, ORDINARY four."""
    chains = [
        history(("2026-11-02T09:00", [Start(ClockKind.RESOLVE)], {"class": klass}))
        for klass in ("INQUIRY", "INQUIRY", "ORDINARY", "COMPLEX", "HARD")
    ]
    assert tally(*chains)["whole"]["earlier"] == {"n": 3, "median": [1, 0], "most": [4, 0]}


def test_a_demand_put_into_a_heavier_class_has_the_proposed_limit_of_that_class():
    """Its event names the limit of its own time, 15 days; rehearsed is 20."""
    raised = ("2026-11-03T09:00", [Relimit(ClockKind.RESOLVE, Limit(15, Unit.WORKING_DAY))], {"class": "COMPLEX"})
    chain = history(("2026-11-02T09:00", [Start(ClockKind.RESOLVE)], {"class": "ORDINARY"}), raised)
    (found,) = tried(chain, all_longer(5))
    assert (found.before.limit.amount, found.after.limit.amount) == (15, 20)
    assert found.after.due_at == at("2026-11-30T17:30")  # 20 working days after Monday 2 November


# --- what holds for every history ---

KINDS = (ClockKind.RESOLVE, ClockKind.ACCEPT, ClockKind.PLAN, ClockKind.CONFIRM, ClockKind.ACKNOWLEDGE)


HEAVIER = {"INQUIRY": ["ORDINARY", "HARD"], "ORDINARY": ["COMPLEX"], "COMPLEX": ["HARD"], "HARD": ["HARD"]}


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    """Any sequence of effects that clocks can take, at growing times, over holidays and nights."""
    moment = at("2026-01-05T09:00") + timedelta(minutes=draw(st.integers(0, 100_000)))
    facts = {"class": draw(st.sampled_from(["INQUIRY", "ORDINARY", "COMPLEX", "HARD"])), "urgent": draw(st.booleans())}
    condition = dict.fromkeys(KINDS, "none")  # none, counting, paused, held
    steps: list[Any] = []
    length = draw(st.integers(1, 14))
    loaded = draw(st.integers(0, length))  # when the later edition came
    for n in range(length):
        kind = draw(st.sampled_from(KINDS))
        possible: dict[str, list[tuple[type, str]]] = {
            "none": [(Start, "counting"), (StartHalf, "counting")],
            "counting": [
                (Stop, "none"),
                (Expire, "none"),
                (PauseClock, "paused"),
                (Hold, "held"),
                (Extend, "counting"),
                (Rebase, "counting"),
                (Relimit, "counting"),
                (Start, "counting"),
            ],
            "paused": [(Resume, "counting"), (Stop, "none")],
            "held": [(Release, "counting"), (StopHeld, "none"), (Stop, "none")],
        }
        effect, condition[kind] = draw(st.sampled_from(possible[condition[kind]]))
        if effect is Relimit:  # a heavier class gives its limit
            facts["class"] = draw(st.sampled_from(HEAVIER[facts["class"]]))
            limits = limits_for(DEFAULT_CLOCK_POLICY, klass=facts["class"], urgent=facts["urgent"])
            made: Any = Relimit(kind, limits.whole(kind))
        else:
            made = effect(kind, draw(st.integers(1, 5))) if effect is Extend else effect(kind)
        facts["calendar"] = (CALENDAR if n < loaded else LATER).version
        steps.append((moment, [made], {**facts, "lead": draw(st.sampled_from([None, LEAD, OTHER]))}))
        moment += timedelta(minutes=draw(st.integers(0, 20_000)))
    return history(*steps)


def all_longer(by: int) -> dict[str, Any]:
    """The default with every limit longer by so many units."""
    data = copy.deepcopy(DEFAULT_CLOCK_POLICY)
    for entry in data["limits"].values():
        for inner in entry.get("by_class", {"": entry}).values():
            inner["amount"] += by
            if "urgent" in inner:
                inner["urgent"]["amount"] += by
    return data


thorough = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(histories())
def test_the_same_policy_changes_nothing_on_any_history(chain):
    figures = tally(chain, data=DEFAULT_CLOCK_POLICY)
    for row in (figures["whole"], *figures["by_clock"], *figures["by_organisation"]):
        assert row["late_before"] == row["late_after"]
        assert (row["newly_late"], row["no_longer_late"], row["earlier"]["n"], row["later"]["n"]) == (0, 0, 0, 0)


@thorough
@given(histories(), st.integers(1, 20))
def test_a_longer_limit_never_makes_anything_late_nor_moves_a_date_earlier(chain, by):
    figures = tally(chain, data=all_longer(by))["whole"]
    assert figures["newly_late"] == 0
    assert figures["earlier"]["n"] == 0
    assert figures["late_after"] + figures["no_longer_late"] == figures["late_before"]


@thorough
@given(st.lists(histories(), max_size=4), st.sampled_from([SHANDONG, all_longer(3)]))
def test_the_groups_add_up_to_the_whole(chains, data):
    figures = tally(*chains, data=data)
    for groups in (figures["by_clock"], figures["by_organisation"]):
        for name in ("clocks", "late_before", "late_after", "newly_late", "no_longer_late"):
            assert sum(row[name] for row in groups) == figures["whole"][name]
        for way in ("earlier", "later"):
            assert sum(row[way]["n"] for row in groups) == figures["whole"][way]["n"]
