"""Profiles, what a policy document must say, and how a version comes into force."""

import copy
from datetime import date, datetime
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from foundation.errors import Changed, NotYours, Refused
from foundation.models import Policy, PolicyIsNeverEdited
from parties.roles import Role
from tests.cases.demands.test_races import all_at_once
from tests.factories import CALENDAR, NOW, Town, actor, case_in, later
from workflow.calendar import ZONE
from workflow.clocks import DEFAULT_CLOCK_POLICY, ClockKind, due_at, limits_for
from workflow.models import Clock, PolicyDraft
from workflow.policies import adopt, check_policy, coming, newest_version, profiles, versions
from workflow.policy_drafts import adopt_draft, draft_policy
from workflow.policy_table import changes, lines
from workflow.versions import forget

TODAY = NOW.date()
PROFILES = {profile.slug: profile for profile in profiles()}


@pytest.fixture(autouse=True)
def versions_are_read_anew():
    """A version never changes within an installation; between two tests it does."""
    forget()
    yield
    forget()


def admin(town: Town, now: datetime = NOW):
    return actor(town.at(town.city_office, Role.SYSTEM_ADMIN), now)


def document(**limits):
    """The default with these limits instead of its own."""
    return {"kind": "clocks", "limits": {**copy.deepcopy(DEFAULT_CLOCK_POLICY["limits"]), **limits}}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# --- profiles ---


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_profile_is_a_whole_document_and_says_where_it_comes_from(profile):
    assert check_policy(profile.data) == []
    assert set(profile.data["limits"]) == set(ClockKind.values)
    assert len(profile.name) >= 4
    assert len(profile.description) >= 10
    assert len(profile.source) >= 10
    assert profile.data["limits"]["RESOLVE"]["half_at_least"] == 3


@pytest.mark.parametrize(
    ("slug", "klass", "urgent", "start", "due"),
    [
        # Labour Day is 1 to 5 May, with Saturday 9 May worked instead.
        ("ours", "INQUIRY", False, "2026-04-30T09:00", "2026-05-07T17:30"),
        ("ours", "ORDINARY", False, "2026-04-30T09:00", "2026-05-13T17:30"),
        ("ours", "ORDINARY", True, "2026-04-30T09:00", "2026-05-13T17:30"),
        # Natural hours run through a holiday; natural days end at 24:00, and on a day off only when it is over.
        ("beijing", "INQUIRY", False, "2026-04-04T09:00", "2026-04-05T09:00"),
        ("beijing", "ORDINARY", False, "2026-02-10T16:00", "2026-02-25T00:00"),
        ("beijing", "ORDINARY", False, "2026-11-23T10:00", "2026-12-01T00:00"),
        ("beijing", "COMPLEX", False, "2026-09-18T10:00", "2026-10-09T00:00"),
        ("beijing", "HARD", False, "2026-09-18T10:00", "2026-10-09T00:00"),
        *[("beijing", klass, True, "2026-10-01T23:30", "2026-10-02T01:30") for klass in ("INQUIRY", "HARD")],
        # The Spring Festival is 15 to 23 February, with Saturday the 14th worked instead.
        ("shandong", "INQUIRY", False, "2026-02-13T23:59", "2026-02-14T17:30"),
        ("shandong", "ORDINARY", False, "2026-02-13T10:00", "2026-02-25T17:30"),
        # Mid-autumn and National Day, with Saturday 10 October worked instead.
        ("shandong", "COMPLEX", False, "2026-09-24T10:00", "2026-10-22T17:30"),
        ("shandong", "HARD", False, "2026-09-24T10:00", "2026-11-12T17:30"),
    ],
)
def test_a_profile_gives_the_dates_its_source_promises(slug, klass, urgent, start, due):
    limits = limits_for(PROFILES[slug].data, klass=klass, urgent=urgent)
    assert due_at(at(start), limits.whole(ClockKind.RESOLVE), CALENDAR) == at(due)


def test_what_a_profile_does_not_say_is_as_in_the_default():
    ours = PROFILES["ours"].data
    assert ours["limits"] == DEFAULT_CLOCK_POLICY["limits"]
    for slug in ("beijing", "shandong"):
        assert {change.kind for change in changes(ours, PROFILES[slug].data)} == {ClockKind.RESOLVE}


# --- what a document must say ---

WORKING_DAYS = {"amount": 3, "unit": "WORKING_DAY"}


def by_class(**of):
    return {"by_class": dict.fromkeys(("INQUIRY", "ORDINARY", "COMPLEX", "HARD"), WORKING_DAYS) | of}


@pytest.mark.parametrize("data", [None, [], "limits", {}, {"limits": []}])
def test_what_is_no_table_of_limits_has_one_fault(data):
    assert [path for path, _sentence in check_policy(data)] == ["limits"]


@pytest.mark.parametrize(
    ("kind", "entry", "path"),
    [
        ("PLAN", [3], "limits.PLAN"),
        ("PLAN", {"unit": "WORKING_DAY"}, "limits.PLAN.amount"),
        *[
            ("PLAN", {"amount": amount, "unit": "WORKING_DAY"}, "limits.PLAN.amount")
            for amount in (0, -1, 366, "3", 1.5, True, None)
        ],
        ("PLAN", {"amount": 3}, "limits.PLAN.unit"),
        ("PLAN", {"amount": 3, "unit": "WEEK"}, "limits.PLAN.unit"),
        ("PLAN", {"amount": 3, "unit": ["HOUR"]}, "limits.PLAN.unit"),
        ("PLAN", {**WORKING_DAYS, "at_least_working_days": 2}, "limits.PLAN.at_least_working_days"),
        (
            "CONFIRM",
            {"amount": 7, "unit": "NATURAL_DAY", "at_least_working_days": 0},
            "limits.CONFIRM.at_least_working_days",
        ),
        ("PLAN", {**WORKING_DAYS, "half_at_least": 0}, "limits.PLAN.half_at_least"),
        ("PLAN", {**WORKING_DAYS, "remind_on_days": [0]}, "limits.PLAN.remind_on_days"),
        ("PLAN", {**WORKING_DAYS, "remind_on_days": 3}, "limits.PLAN.remind_on_days"),
        ("PLAN", {**WORKING_DAYS, "remind_on_days": list(range(1, 12))}, "limits.PLAN.remind_on_days"),
        ("PLAN", {**WORKING_DAYS, "most": 3}, "limits.PLAN.most"),
        ("PLAN", {**WORKING_DAYS, "urgent": 1}, "limits.PLAN.urgent"),
        ("PLAN", {**WORKING_DAYS, "urgent": {"amount": 0, "unit": "HOUR"}}, "limits.PLAN.urgent.amount"),
        (
            "PLAN",
            {**WORKING_DAYS, "urgent": {**WORKING_DAYS, "urgent": WORKING_DAYS}},
            "limits.PLAN.urgent.urgent",
        ),
        ("RESOLVE", {"by_class": 3}, "limits.RESOLVE.by_class"),
        ("RESOLVE", by_class(HUGE=WORKING_DAYS), "limits.RESOLVE.by_class.HUGE"),
        ("RESOLVE", by_class(HARD={"amount": 0, "unit": "HOUR"}), "limits.RESOLVE.by_class.HARD.amount"),
        ("RESOLVE", {**by_class(), "amount": 3}, "limits.RESOLVE"),
        ("ACCEPT", by_class(), "limits.ACCEPT.by_class"),
        ("LUNCH", WORKING_DAYS, "limits.LUNCH"),
    ],
)
def test_every_fault_is_told_with_the_path_of_its_field(kind, entry, path):
    (fault,) = check_policy(document(**{kind: entry}))
    assert fault[0] == path
    assert len(fault[1]) >= 6


def test_an_origin_may_give_a_limit_of_its_own_and_an_older_document_gives_the_usual_one():
    def resolve(data, origin):
        limit = limits_for(data, klass="HARD", urgent=True, origin=origin).whole(ClockKind.RESOLVE)
        return limit.amount, limit.unit

    day = "WORKING_DAY"
    older, ours = document(RESOLVE=by_class()), document()
    own = document(RESOLVE={**by_class(), "by_origin": {"INSTRUCTION": {"amount": 5, "unit": day}}})
    found = [[resolve(data, origin) for origin in ("INSTRUCTION", "ACTION_ITEM")] for data in (older, ours, own)]
    assert found == [[(10, day), (20, day)], [(10, day), (20, day)], [(5, day), (20, day)]]
    assert resolve(ours, "FINDING") == resolve(ours, "") == (30, day)
    assert [(str(c.class_label), c.before, c.after) for c in changes(older, own)] == [
        ("领导批示", "10 个工作日", "5 个工作日")
    ]
    assert check_policy(own) == []
    wrong = {"VISIT": {"amount": 5, "unit": day}, "INSTRUCTION": {"amount": 0, "unit": day}}
    assert [path for path, _sentence in check_policy(document(RESOLVE={**by_class(), "by_origin": wrong}))] == [
        "limits.RESOLVE.by_origin.VISIT",
        "limits.RESOLVE.by_origin.INSTRUCTION.amount",
    ]


def test_a_missing_kind_and_a_missing_class_are_told():
    data = document(RESOLVE={"by_class": {"HARD": WORKING_DAYS}})
    del data["limits"]["PLAN"]
    assert dict(check_policy(data)) == {
        "limits.PLAN": "缺少“方案”的时限",
        "limits.RESOLVE.by_class.INQUIRY": "缺少“咨询”档的时限",
        "limits.RESOLVE.by_class.ORDINARY": "缺少“一般”档的时限",
        "limits.RESOLVE.by_class.COMPLEX": "缺少“复杂”档的时限",
    }


def test_every_fault_of_a_document_is_told_at_once():
    data = document(PLAN={"amount": 0, "unit": "WEEK"}, REVIEW={"amount": 0, "unit": "HOUR"})
    assert [path for path, _sentence in check_policy(data)] == [
        "limits.PLAN.amount",
        "limits.PLAN.unit",
        "limits.REVIEW.amount",
    ]


def test_the_command_tells_the_same_faults(tmp_path):
    file, out = tmp_path / "limits.json", StringIO()
    file.write_text('{"limits": {}}', encoding="utf-8")
    with pytest.raises(CommandError, match="有 12 处错误"):
        call_command("check_policy", file, stdout=out)
    assert "limits.PLAN: 缺少“方案”的时限\n" in out.getvalue()
    file.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match="不能读取这个文件"):
        call_command("check_policy", file, stdout=out)


# --- reading ---


def test_what_changes_is_said_cell_by_cell():
    data = document(
        PLAN={"amount": 5, "unit": "WORKING_DAY"},
        RESOLVE={**DEFAULT_CLOCK_POLICY["limits"]["RESOLVE"], "half_at_least": 4},
        REVIEW=by_class(HARD={"amount": 1, "unit": "WORKING_DAY"}),
    )
    found = changes(DEFAULT_CLOCK_POLICY, data)
    assert [(c.kind.value, c.class_label, c.urgent, c.before, c.after) for c in found] == [
        ("PLAN", "各档", 0, "3 个工作日", "5 个工作日"),
        ("PLAN", "各档", 1, "24 小时", "同一般情况"),
        ("RESOLVE", "重新计时减半，不少于", 0, "3", "4"),
        *[("REVIEW", klass, 0, "1 个工作日", "3 个工作日") for klass in ("咨询", "一般", "复杂")],
    ]
    assert changes(data, copy.deepcopy(data)) == []


def test_a_version_that_knew_fewer_clocks_can_still_be_read():
    old = document()
    del old["limits"]["ANSWER"]
    assert {line.kind for line in lines(old)} == set(ClockKind) - {ClockKind.ANSWER}
    assert [(c.before, c.after) for c in changes(old, document())] == [("—", "5 个工作日"), ("—", "同一般情况")]


# --- versions ---


def test_an_administrator_adopts_the_next_version_and_is_on_record(town):
    by = admin(town)
    policy = adopt(PROFILES["shandong"].data, effective_from=date(2027, 1, 1), source="市府办〔2026〕1号", by=by)
    kept = Policy.objects.get(pk=policy.pk)
    assert (kept.label, kept.effective_from, kept.source) == ("clocks/2", date(2027, 1, 1), "市府办〔2026〕1号")
    assert (kept.adopted_by_id, kept.adopted_at) == (by.user_id, NOW)
    assert kept.adopted_as == "市平台办公室 · 系统管理员"
    assert kept.data == PROFILES["shandong"].data
    assert list(coming(TODAY)) == [kept]
    assert Policy.objects.in_force("clocks", TODAY).version == 1
    assert Policy.objects.in_force("clocks", date(2027, 1, 1)) == kept


def test_nobody_else_adopts(town):
    others = [m for m in town.everybody if m.role != Role.SYSTEM_ADMIN]
    assert len({m.role for m in others}) > 15
    for post in others:
        with pytest.raises(NotYours):
            adopt(document(), effective_from=TODAY, source="依据", by=actor(post))
    assert newest_version() == 1


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("effective_from", {"effective_from": date(2026, 11, 22)}),
        ("effective_from", {"effective_from": date(2029, 1, 1)}),
        ("source", {"source": " \n"}),
        ("limits.PLAN.amount", {"data": document(PLAN={"amount": 0, "unit": "HOUR"})}),
    ],
)
def test_what_cannot_be_adopted_is_refused_beside_its_field(town, field, changed):
    inputs = {"data": document(), "effective_from": TODAY, "source": "依据"} | changed
    with pytest.raises(Refused) as refused:
        adopt(**inputs, by=admin(town))
    assert refused.value.field == field
    assert newest_version() == 1


def test_today_is_the_local_day(town):
    """At 00:30 in Ordos it is still the day before in UTC."""
    by = admin(town, at("2026-11-24T00:30"))
    with pytest.raises(Refused):
        adopt(document(), effective_from=date(2026, 11, 23), source="依据", by=by)
    assert adopt(document(), effective_from=date(2026, 11, 24), source="依据", by=by).version == 2


def test_of_two_versions_with_one_date_the_newer_wins(town):
    day = date(2026, 12, 1)
    regretted = adopt(document(), effective_from=day, source="依据", by=admin(town))
    better = adopt(PROFILES["beijing"].data, effective_from=day, source="依据", by=admin(town))
    assert Policy.objects.in_force("clocks", day) == better
    assert list(coming(TODAY)) == [better]
    assert dict(versions().values_list("version", "outdone")) == {1: False, regretted.version: True, 3: False}


def test_a_version_is_never_edited_or_deleted(town):
    policy = Policy.objects.get(version=1)
    policy.source = "改过"
    with pytest.raises(PolicyIsNeverEdited):
        policy.save()
    with pytest.raises(PolicyIsNeverEdited):
        policy.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(kind="clocks", version=1, effective_from=TODAY, data={}, source="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(kind="x", version=1, effective_from=TODAY, data={}, source="", adopted_at=NOW)


def test_who_saw_an_older_version_is_told_who_was_faster(town):
    adopt(document(), effective_from=TODAY, source="依据", by=admin(town), seen=1)
    with pytest.raises(Changed, match="刚刚启用了第 2 版时限规则（市平台办公室 · 系统管理员）"):
        adopt(document(), effective_from=TODAY, source="依据", by=admin(town), seen=1)
    assert newest_version() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_at_once_one_gets_a_clear_conflict(town):
    by = admin(town)
    writer = partial(adopt, document(), effective_from=TODAY, source="依据", by=by, seen=1)
    results = all_at_once([writer] * 8)
    assert sorted(type(result).__name__ for result in results) == ["Changed"] * 7 + ["Policy"]
    assert {str(r) for r in results if isinstance(r, Changed)} == {
        "刚刚启用了第 2 版时限规则（市平台办公室 · 系统管理员）。请看过再改。"
    }
    assert list(Policy.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


def test_a_starting_clock_takes_the_version_of_its_day_and_a_running_one_keeps_its_own(town):
    adopt(PROFILES["shandong"].data, effective_from=date(2026, 11, 24), source="依据", by=admin(town))
    before = case_in("ACCEPTED", town=town)
    after = case_in("ACCEPTED", town=town, start=later(days=1))
    resolve = {row.subject_id: row for row in Clock.objects.filter(kind="RESOLVE")}
    assert (resolve[before.pk].policy, resolve[before.pk].limit_amount) == ("clocks/1", 15)
    assert resolve[after.pk].policy == "clocks/2"
    inquiry = case_in("ACCEPTED", town=town, start=later(days=1), klass="INQUIRY")
    assert Clock.objects.get(subject_id=inquiry.pk, kind="RESOLVE").limit_amount == 1


# --- drafts ---


def draft(town: Town, **changed):
    inputs = {"data": PROFILES["beijing"].data, "effective_from": TODAY, "source": "依据"} | changed
    return draft_policy(**inputs, by=admin(town))


def test_a_draft_becomes_a_version_once_with_the_reason_why_it_was_not_rehearsed(town):
    made = draft(town)
    first = adopt_draft(made, result_seen=False, skipped_because=" 上级要求今天执行 ", by=admin(town))
    again = adopt_draft(made, result_seen=False, skipped_because="再按一次", by=admin(town))
    assert first == again == Policy.objects.get(version=2)
    kept = PolicyDraft.objects.get()
    assert (kept.policy, kept.result_seen, kept.skipped_because) == (first, False, "上级要求今天执行")


def test_a_draft_is_adopted_only_when_the_rehearsal_was_seen_or_skipped_for_a_reason(town):
    made = draft(town)
    for inputs, field in (
        ({"result_seen": True, "skipped_because": ""}, "result_seen"),
        ({"result_seen": False, "skipped_because": "  "}, "skipped_because"),
    ):
        with pytest.raises(Refused) as refused:
            adopt_draft(made, **inputs, by=admin(town))
        assert refused.value.field == field
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyDraft.objects.update(policy=Policy.objects.get(version=1))
    assert newest_version() == 1


def test_a_draft_made_on_an_older_version_is_not_adopted_over_a_newer_one(town):
    made = draft(town)
    adopt(document(), effective_from=TODAY, source="依据", by=admin(town))
    with pytest.raises(Changed):
        adopt_draft(made, result_seen=False, skipped_because="急", by=admin(town))
    assert PolicyDraft.objects.get().policy is None


def test_only_administrators_draft(town):
    for role in (Role.INTAKE, Role.SECURITY_ADMIN):
        with pytest.raises(NotYours):
            draft_policy(document(), effective_from=TODAY, source="依据", by=actor(town.at(town.city_office, role)))
