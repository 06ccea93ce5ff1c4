"""Adopted rules dispatch what is accepted; drafts are changed by one person at a time, and adopted once seen."""

import json
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.demands import moves
from cases.demands.dispatching.book import ONE_OWNER, decision_for, in_force, suggestions_for
from cases.demands.dispatching.drafts import (
    adopt_draft,
    begin_draft,
    check_rule,
    current_draft,
    drop_draft,
    remove_rule,
    save_rule,
    shift_rule,
)
from cases.demands.dispatching.hits import SENT_ELSEWHERE, SPAN, HitRate, hit_rates, is_hit, overall
from cases.demands.dispatching.rehearsal_job import rehearse_rules, start_rehearsal
from cases.demands.dispatching.rules import Effect, Rule
from cases.demands.models import Case, DispatchedByRule, DispatchRuleSet, DutyOwner, Return
from foundation.errors import Changed, NotVisible, NotYours, Refused, WrongMoment
from foundation.models import Job, JobState
from parties.models import Department
from parties.roles import Role
from tests.cases.demands.dispatching import admin, adopted, drafted, rehearsed, rule
from tests.cases.demands.table import perform
from tests.cases.demands.test_races import all_at_once
from tests.factories import NOW, actor, case_in, later
from workflow.models import Event


def accepted(town, *, duty_item=None, at=None, **traits):
    """A demand that intake accepts an hour later, dispatched or not."""
    case = case_in("SUBMITTED", town=town, **traits)
    return perform("accept", case, by=actor(town.intake, at or later(hours=1)), town=town, duty_item=duty_item)


def last_body(case):
    event = Event.objects.get(subject_kind="case", subject_id=case.pk, seq=case.head_seq)
    return event, json.loads(event.body.text)


def to_housing(town, **said):
    return rule(matter=town.shared.code, lead=town.housing.code, **said)


# --- what is in force dispatches ---


def test_a_rule_in_force_dispatches_the_moment_a_demand_is_accepted_and_the_event_says_which(town):
    adopted(town, rule(effect=Effect.LEAVE, urgent=True), to_housing(town, words=("变压器",)))
    case = accepted(town)
    assert (case.state, case.lead_id, case.duty_item_id) == ("DISPATCHED", town.housing.pk, town.shared.pk)
    event, body = last_body(case)
    assert (event.action, event.user_id, json.loads(event.actor)["organisation"]) == (
        "dispatch",
        None,
        "派单规则 2（版本 1）",
    )
    sentence = "若标题或正文含“变压器” → 市住建局（职责事项：配套管网协调）"
    assert {name: body["rule"][name] for name in ("version", "position", "sentence", "built_in")} == {
        "version": 1,
        "position": 2,
        "sentence": sentence,
        "built_in": False,
    }
    kept = DispatchedByRule.objects.get(case=case)
    assert (kept.rule_set, kept.position, kept.key) == (in_force(), 2, in_force().rules[1]["key"])
    assert case.first_lead_id == town.housing.pk


def test_the_first_rule_that_fits_decides_and_leaving_it_to_the_dispatcher_is_a_decision(town):
    adopted(town, rule(effect=Effect.LEAVE, categories=(town.power.pk,)), to_housing(town))
    case = accepted(town, duty_item=town.only_energy)
    assert (case.state, case.lead_id) == ("ACCEPTED", None)
    assert not DispatchedByRule.objects.exists()


def test_without_rules_the_built_in_one_goes_on_as_it_did(town):
    case = accepted(town, duty_item=town.only_energy)
    event, body = last_body(case)
    assert case.lead_id == town.energy.pk
    assert json.loads(event.actor)["organisation"] == ONE_OWNER
    assert (body["rule"]["version"], body["rule"]["position"], body["rule"]["built_in"]) == (0, 1, True)
    assert DispatchedByRule.objects.get(case=case).rule_set is None
    assert accepted(town, duty_item=town.shared).state == "ACCEPTED"


def test_a_draft_and_what_was_dropped_dispatch_nothing(town):
    drafted(town, to_housing(town))
    assert accepted(town).state == "ACCEPTED"
    drop_draft(seen=current_draft(admin(town)).revision, by=admin(town))
    assert accepted(town).state == "ACCEPTED"


def test_a_department_that_is_inactive_or_owns_the_matter_no_longer_gets_nothing(town):
    adopted(town, to_housing(town), rule(matter=town.shared.code, lead=town.energy.code))
    Department.objects.filter(pk=town.housing.pk).update(active=False)
    assert accepted(town).lead_id == town.energy.pk
    Department.objects.filter(pk=town.housing.pk).update(active=True)
    DutyOwner.objects.filter(duty_item=town.shared, department=town.housing).delete()
    assert accepted(town).lead_id == town.energy.pk
    DutyOwner.objects.filter(duty_item=town.shared).delete()
    assert accepted(town).state == "ACCEPTED"


def test_the_matter_that_intake_chose_is_never_overruled(town):
    adopted(town, to_housing(town))
    assert accepted(town, duty_item=town.only_energy).lead_id == town.energy.pk
    assert accepted(town, duty_item=town.shared).lead_id == town.housing.pk


def test_accepting_costs_the_same_with_one_rule_and_with_three(town):
    costs = []
    for n in (1, 3):
        adopted(town, *(to_housing(town, districts=("150625",)) for _n in range(n - 1)), to_housing(town))
        case, by = case_in("SUBMITTED", town=town), actor(town.intake, later(hours=1))
        with CaptureQueriesContext(connection) as captured:
            perform("accept", case, by=by, town=town)
        costs.append(len([q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"].upper()]))
    assert costs[0] == costs[1]


def test_a_dispatcher_is_offered_the_departments_of_rules_that_fit_and_then_the_owners(town):
    case = accepted(town, duty_item=town.shared)
    assert [(one.department.name, one.position) for one in suggestions_for(case)] == [
        ("市能源局", None),
        ("市住建局", None),
    ]
    adopted(town, to_housing(town))
    case = Case.objects.select_related("duty_item").get(pk=case.pk)
    assert [(one.department.name, one.position) for one in suggestions_for(case)] == [
        ("市住建局", 1),
        ("市能源局", None),
    ]
    assert decision_for(case).fired.lead == town.housing.code


def test_a_department_that_sent_the_demand_back_and_was_right_is_not_offered_again(town):
    case = accepted(town, duty_item=town.shared)
    Return.objects.create(
        case=case,
        department=town.energy,
        duty_item=town.shared,
        duty_code=town.shared.code,
        reason="管网归住建部门",
        clause="三定第五条",
        consented_by=town.deputy.user,
        sent_at=NOW,
        dispatched_at=NOW,
        sent_seq=3,
        verdict="UPHELD",
        charged_to="PLATFORM",
        opinion="同意",
        decided_by=town.arbitrator.user,
        decided_at=NOW,
    )
    assert [one.department.name for one in suggestions_for(case)] == ["市住建局"]


# --- a rule that cannot be ---


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"matter": "GONE"}, "matter"),
        ({}, "matter"),
        ({"lead": "GONE"}, "lead"),
        ({"categories": ("GONE",), "lead": "L"}, "categories"),
        ({"districts": ("GONE",), "lead": "L"}, "districts"),
        ({"klasses": ("GONE",), "lead": "L"}, "klasses"),
        ({"matters": ("GONE",), "lead": "L"}, "matters"),
        ({"words": ("电",), "lead": "L"}, "words"),
        ({"words": tuple(f"词语{n}" for n in range(21)), "lead": "L"}, "words"),
        ({"words": ("甲公司",), "lead": "L"}, "words"),
        ({"effect": "SOMETHING", "lead": "L"}, "effect"),
        ({"effect": Effect.LEAVE, "lead": "L"}, "effect"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_beside_its_box(town, said, field):
    if said.get("lead") == "L":
        said = {**said, "lead": town.energy.code}
    with pytest.raises(Refused) as refused:
        check_rule(rule(**said))
    assert refused.value.field == field


def test_a_rule_names_an_owner_and_a_matter_of_its_category(town):
    for said, field in (
        ({"matter": town.only_energy.code, "lead": town.housing.code}, "lead"),
        ({"matter": town.shared.code}, "lead"),
        ({"matter": town.only_energy.code, "categories": (town.building.pk,)}, "matter"),
    ):
        with pytest.raises(Refused) as refused:
            check_rule(rule(**said))
        assert refused.value.field == field
    check_rule(rule(matter=town.only_energy.code, categories=(town.power.pk,)))


# --- drafts ---


def keys(draft):
    return [one["key"].partition(".")[0] for one in draft.rules]


def test_rules_are_moved_changed_and_removed_and_a_changed_one_has_another_key(town):
    draft = drafted(town, *(to_housing(town, districts=(code,)) for code in ("150602", "150625", "150600")))
    a, b, c = keys(draft)
    draft = shift_rule(3, up=True, seen=draft.revision, by=admin(town))
    assert keys(draft) == [a, c, b]
    draft = shift_rule(1, up=False, seen=draft.revision, by=admin(town))
    assert keys(draft) == [c, a, b]
    assert shift_rule(1, up=True, seen=draft.revision, by=admin(town)).revision == draft.revision
    before = draft.rules[2]["key"]
    same = Rule.of(draft.rules[2])
    draft = save_rule(same, position=3, seen=draft.revision, by=admin(town))
    assert draft.rules[2]["key"] == before
    draft = save_rule(rule(matter=town.only_energy.code), position=3, seen=draft.revision, by=admin(town))
    assert draft.rules[2]["key"] == f"{b}.2"
    draft = remove_rule(1, seen=draft.revision, by=admin(town))
    assert keys(draft) == [a, b]
    with pytest.raises(NotVisible):
        remove_rule(3, seen=draft.revision, by=admin(town))


def test_nobody_but_the_administrator_touches_them(town):
    draft = drafted(town, to_housing(town))
    for post in town.everybody:
        if post.role == Role.SYSTEM_ADMIN:
            continue
        by = actor(post)
        for attempt in (
            partial(begin_draft, by=by),
            partial(save_rule, to_housing(town), position=None, seen=draft.revision, by=by),
            partial(remove_rule, 1, seen=draft.revision, by=by),
            partial(shift_rule, 1, up=True, seen=draft.revision, by=by),
            partial(drop_draft, seen=draft.revision, by=by),
            partial(start_rehearsal, seen=draft.revision, by=by),
            partial(adopt_draft, source="依据", result_seen=True, seen=draft.revision, by=by),
        ):
            with pytest.raises(NotYours):
                attempt()
    draft.refresh_from_db()
    assert (draft.state, draft.revision, draft.job) == ("DRAFT", 2, None)


def test_only_what_was_rehearsed_since_its_last_change_is_adopted(town):
    by = admin(town)
    draft = drafted(town, to_housing(town))
    with pytest.raises(WrongMoment):
        adopt_draft(source="依据", result_seen=True, seen=draft.revision, by=by)
    draft = rehearsed(town)
    for said, field in (
        ({"source": " ", "result_seen": True}, "source"),
        ({"source": "依据", "result_seen": False}, 0),
    ):
        with pytest.raises(Refused) as refused:
            adopt_draft(seen=draft.revision, by=by, **said)
        assert refused.value.field == (field or "result_seen")
    draft = save_rule(to_housing(town, urgent=True), position=None, seen=draft.revision, by=by)
    assert (draft.result, draft.job) == (None, None)
    with pytest.raises(WrongMoment):
        adopt_draft(source="依据", result_seen=True, seen=draft.revision, by=by)
    draft = rehearsed(town)
    version = adopt_draft(source="依据", result_seen=True, seen=draft.revision, by=by)
    assert (version.version, version.state, version.adopted_as) == (1, "ADOPTED", "市平台办公室 · 系统管理员")
    assert current_draft(by) is None
    assert begin_draft(by=by).base == 1


def test_a_rehearsal_that_was_overtaken_by_a_change_is_not_the_rehearsal_of_the_draft(town):
    draft = drafted(town, to_housing(town))
    start_rehearsal(seen=draft.revision, by=admin(town))
    job = Job.objects.get(kind="dispatch_rehearsal")
    draft = save_rule(to_housing(town, urgent=True), position=None, seen=draft.revision, by=admin(town))
    rehearse_rules.func(str(job.public_id))
    draft.refresh_from_db()
    job.refresh_from_db()
    assert (draft.result, job.state) == (None, JobState.DONE)


def test_a_rehearsal_under_way_is_not_begun_twice_and_one_whose_worker_died_is(town):
    draft = drafted(town, to_housing(town))
    start_rehearsal(seen=draft.revision, by=admin(town))
    start_rehearsal(seen=draft.revision, by=admin(town))
    job = Job.objects.get(kind="dispatch_rehearsal")
    Job.objects.filter(pk=job.pk).update(moved_at=NOW, state=JobState.RUNNING)
    start_rehearsal(seen=draft.revision, by=admin(town, later(minutes=9)))
    assert Job.objects.filter(kind="dispatch_rehearsal").count() == 1
    start_rehearsal(seen=draft.revision, by=admin(town, later(minutes=11)))
    assert Job.objects.filter(kind="dispatch_rehearsal").count() == 2


def test_who_did_not_see_the_last_change_looks_again(town):
    draft = drafted(town, to_housing(town))
    with pytest.raises(Changed, match="市平台办公室 · 系统管理员"):
        save_rule(to_housing(town), position=None, seen=draft.revision - 1, by=admin(town))
    with pytest.raises(Changed):
        adopt_draft(source="依据", result_seen=True, seen=draft.revision - 1, by=admin(town))


@pytest.mark.django_db(transaction=True)
def test_of_administrators_who_change_a_draft_at_once_one_wins(town):
    draft = drafted(town, to_housing(town))
    found = all_at_once(
        partial(save_rule, to_housing(town, words=(f"词语{n}",)), position=None, seen=draft.revision, by=admin(town))
        for n in range(6)
    )
    assert sorted(type(one).__name__ for one in found) == ["Changed"] * 5 + ["DispatchRuleSet"]
    assert len(DispatchRuleSet.objects.get().rules) == 2


@pytest.mark.django_db(transaction=True)
def test_of_administrators_who_begin_at_once_all_have_the_same_draft(town):
    found = all_at_once(partial(begin_draft, by=admin(town)) for _n in range(6))
    assert {one.pk for one in found} == {DispatchRuleSet.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_of_administrators_who_adopt_at_once_one_wins(town):
    drafted(town, to_housing(town))
    draft = rehearsed(town)
    found = all_at_once(
        partial(adopt_draft, source="依据", result_seen=True, seen=draft.revision, by=admin(town)) for _n in range(6)
    )
    assert sorted(type(one).__name__ for one in found) == ["DispatchRuleSet"] + ["NotVisible"] * 5
    assert in_force().version == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "ADOPTED", "version": 1},
        {"version": 1},
        {"state": "ADOPTED", "version": 1, "adopted_at": NOW, "adopted_by_id": 1, "source": "依据"},
        {"state": "GONE"},
    ],
)
def test_the_database_keeps_a_version_from_being_adopted_unseen(town, wrong):
    draft = drafted(town, to_housing(town))
    if "adopted_by_id" in wrong:
        wrong = {**wrong, "adopted_by_id": admin(town).user_id}
    with pytest.raises(IntegrityError), transaction.atomic():
        DispatchRuleSet.objects.filter(pk=draft.pk).update(**wrong)


# --- the first dispatch was right ---


def closed(town, **traits):
    return case_in("CLOSED", town=town, **traits)


def test_hits_are_counted_by_rule_and_by_person(town):
    closed(town)  # by a dispatcher
    closed(town, by_rule=True)
    closed(town, by_rule=True)
    case_in("IN_PROGRESS", town=town, by_rule=True)
    closed(town, by_rule=True, start=later(days=-120))
    rates = hit_rates(since=NOW - SPAN, until=later(days=30))
    assert sorted(rates, key=lambda rate: rate.by) == [HitRate("", 1, 1), HitRate("one-owner", 2, 2)]
    assert overall(rates) == HitRate("", 3, 3)


def finished_by_housing(town, case):
    """Given to housing by the dispatcher, and from there to its end."""

    def by(role, hours, which=0):
        return actor(town.at(town.housing, role, which), later(hours=hours))

    desk = actor(town.dispatcher, later(hours=3))
    case = moves.reassign_case(
        case.pk, by=desk, seen=case.head_seq, lead=town.housing, duty_item=town.shared, reason="管网归住建部门建设"
    )
    liaison, handler = by("DEPARTMENT_LIAISON", 4), by("HANDLER", 5)
    case = perform("acknowledge", case, by=liaison, town=town, handler=town.at(town.housing, "HANDLER"))
    for action in ("record_contact", "save_plan", "submit_result"):
        case = perform(action, case, by=handler, town=town)
    case = perform("sign_off", case, by=by("DEPARTMENT_SECRETARY", 6), town=town)
    return perform("confirm", case, by=actor(town.staff, later(hours=7)), town=town)


def test_a_demand_that_was_given_to_another_department_is_no_hit(town):
    case = finished_by_housing(town, case_in("IN_PROGRESS", town=town))
    assert (case.state, case.first_lead_id, case.lead_id) == ("CLOSED", town.energy.pk, town.housing.pk)
    closed(town)
    assert hit_rates(since=NOW - SPAN, until=later(days=30)) == [HitRate("", 1, 2)]
    away = Event.objects.filter(SENT_ELSEWHERE, subject_kind="case")
    assert set(away.values_list("subject_id", flat=True)) == {case.pk}


def test_a_demand_that_came_back_to_its_first_department_is_no_hit_either(town):
    """The first lead is made to look as if it had been housing all along: only the transfer tells."""
    case = finished_by_housing(town, case_in("IN_PROGRESS", town=town))
    Case.objects.filter(pk=case.pk).update(first_lead=town.housing)
    assert hit_rates(since=NOW - SPAN, until=later(days=30)) == [HitRate("", 0, 1)]


@pytest.mark.parametrize(
    ("first", "lead", "away", "hit"),
    [(1, 1, False, True), (1, 2, False, False), (1, 1, True, False), (None, 1, 0, False)],
)
def test_a_hit_stayed_where_it_went_first(first, lead, away, hit):
    assert is_hit(first_lead=first, lead=lead, sent_elsewhere=away) is hit


def test_the_rates_take_one_statement_whatever_there_is_to_count(town):
    for n in (1, 2):
        for _n in range(n):
            closed(town)
            closed(town, by_rule=True)
        with CaptureQueriesContext(connection) as captured:
            hit_rates(since=NOW - SPAN, until=later(days=30))
        assert len(captured) == 1


@pytest.mark.parametrize(("hits", "judged", "share"), [(0, 0, None), (1, 3, 33), (2, 3, 67), (1, 8, 13), (3, 3, 100)])
def test_a_share_is_rounded_half_up(hits, judged, share):
    assert HitRate("", hits, judged).share == share
