"""The rehearsal of dispatch rules: it counts what the rules would have done, and tells nothing of any demand."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.demands import moves
from cases.demands.dispatching import rehearsal_job
from cases.demands.dispatching.rehearsal import Past, Tally
from cases.demands.dispatching.rules import BUILT_IN, Effect, Facts, Matter, Owner, Rule
from cases.demands.models import Case, DispatchedByRule, DispatchRuleSet
from foundation.models import Job, JobState
from tests.cases.demands.dispatching import admin, administrator, adopted, drafted, rehearsed, rule
from tests.cases.demands.table import perform
from tests.factories import actor, case_in, later
from tests.pages import text

SECRET = "绝密冶炼配方泄露"


def figures(result, position):
    return result["by_rule"][position - 1]


def test_the_figures_say_what_each_rule_would_have_done_beside_what_was_done(town, clock):
    """Two complex demands of this banner went to energy by a dispatcher, one by rule; one inquiry is on its way."""
    for _n in range(2):
        case_in("CLOSED", town=town, start=later(days=-30))
    case_in("CLOSED", town=town, start=later(days=-30), by_rule=True)
    case_in("IN_PROGRESS", town=town, klass="INQUIRY")
    case_in("CLOSED", town=town, start=later(days=-130))
    case_in("ACCEPTED", town=town)
    drafted(
        town,
        rule(matter=town.shared.code, lead=town.housing.code, klasses=("COMPLEX",)),
        rule(effect=Effect.LEAVE, klasses=("INQUIRY",)),
    )
    draft = rehearsed(town)
    result = draft.result
    assert (draft.job.state, draft.job.share) == (JobState.DONE, 100)
    assert {name: result[name] for name in ("demands", "dispatched", "left", "as_before", "judged", "hits_before")} == {
        "demands": 4,
        "dispatched": 3,
        "left": 1,
        "as_before": 1,
        "judged": 3,
        "hits_before": 3,
    }
    first, second, built_in = (figures(result, n) for n in (1, 2, 3))
    assert (first["fired"], first["as_before"], first["hits"], first["judged"]) == (2, 0, 0, 2)
    assert first["passed_over"] == {"KLASS": 1, "OTHER_MATTER": 1}
    assert (second["fired"], second["dispatched"], second["passed_over"]) == (1, 0, {"KLASS": 1})
    assert (built_in["fired"], built_in["as_before"], built_in["hits"], built_in["judged"]) == (1, 1, 1, 1)
    assert result["moves"] == [{"position": 1, "would": "市住建局", "did": "市能源局", "n": 2}]


WORDS = ("变压器增容等待三个月", "停电太多请尽快恢复供电", "供热管网没有接到厂区", "道路不通货车进不来")


def test_the_rehearsal_equals_what_the_rules_then_do(town, clock):
    """The same demands come once before the rules and once under them."""
    said = [
        {"title": WORDS[n % 4], "klass": ("COMPLEX", "ORDINARY", "INQUIRY")[n % 3], "urgent": n % 5 == 0}
        for n in range(12)
    ]
    chosen = [(None, town.only_energy, town.shared)[n % 3 - n % 2] for n in range(12)]

    def come(n, at):
        text = f"{said[n]['title']}，请协调。"
        case = case_in("SUBMITTED", town=town, start=at, title=said[n]["title"], text=text)
        by = actor(town.intake, at + timedelta(hours=1))
        wishes = {"klass": said[n]["klass"], "urgent": said[n]["urgent"], "duty_item": chosen[n]}
        return perform("accept", case, by=by, town=town, **wishes)

    for n in range(12):
        case = come(n, later(days=-20))
        if case.state == "ACCEPTED":
            by = actor(town.dispatcher, later(days=-19))
            moves.dispatch_case(case.pk, by=by, seen=case.head_seq, lead=town.energy, duty_item=town.shared)
    drafted(
        town,
        rule(effect=Effect.LEAVE, urgent=True),
        rule(matter=town.shared.code, lead=town.housing.code, words=("供热", "停电")),
        rule(lead=town.energy.code, matters=(town.shared.code,)),
        rule(matter=town.only_energy.code, klasses=("ORDINARY",)),
    )
    foretold = rehearsed(town).result
    DispatchedByRule.objects.all().delete()
    adopted(town)
    after = [come(n, later(days=1)) for n in range(12)]
    did = Counter(DispatchedByRule.objects.values_list("position", flat=True))
    assert {n: did[n] for n in range(1, 6)} == {n: figures(foretold, n)["dispatched"] for n in range(1, 6)}
    assert sum(case.state == "ACCEPTED" for case in after) == foretold["left"]
    assert foretold["dispatched"] == sum(did.values()) > 4
    assert all(figures(foretold, n)["fired"] for n in range(1, 6))


def test_what_was_dispatched_before_choices_were_recorded_is_read_from_the_dispatch(town, clock):
    case_in("CLOSED", town=town, start=later(days=-30), by_rule=True)
    events = rehearsal_job.Event.objects.filter(subject_kind="case", action__in=("accept", "dispatch"))
    accept, dispatch = events.select_related("body").order_by("seq")
    body = json.loads(accept.body.text)
    assert body.pop("duty_item") == town.only_energy.code
    accept.body.text = json.dumps(body)
    assert rehearsal_job._chosen(accept, dispatch) == town.only_energy.code
    assert rehearsal_job._chosen(accept, None) == ""


def test_an_administrator_reads_figures_and_no_word_of_a_demand(town, sign_in, clock):
    for _n in range(2):
        case = case_in("CLOSED", town=town, start=later(days=-30), title=SECRET, text=f"{SECRET}，请处理。")
    adopted(town, rule(matter=town.shared.code, lead=town.housing.code, words=("泄露",)))
    drafted(town, rule(effect=Effect.LEAVE, urgent=True))
    draft = rehearsed(town)
    browser = sign_in(administrator(town))
    addresses = [
        "/demands/dispatch-rules/",
        "/demands/dispatch-rules/draft/",
        "/demands/dispatch-rules/draft/adopt/",
        "/demands/dispatch-rules/draft/rehearsal.csv",
        "/demands/dispatch-rules/draft/rules/1/",
        "/demands/dispatch-rules/versions/",
        "/demands/dispatch-rules/versions/1/",
        "/demands/duties/",
        f"/demands/duties/{town.shared.public_id}/",
    ]
    secrets = [SECRET, case.number, str(case.public_id), "甲公司", "0477-5550100", town.handler.user.name]
    for address in addresses:
        page = browser.get(address)
        assert page.status_code == 200, address
        shown = page.content.decode()
        assert [secret for secret in secrets if secret in shown] == []
    kept = json.dumps([draft.result, Job.objects.get(pk=draft.job_id).title], ensure_ascii=False)
    assert [secret for secret in secrets if secret in kept] == []
    assert browser.get(f"/demands/{case.public_id}/").status_code == 404


def test_the_rehearsal_takes_as_many_statements_for_three_demands_as_for_one(town, clock):
    costs = []
    for n in (1, 2):
        for _n in range(n):
            case_in("CLOSED", town=town, start=later(days=-30))
        draft = drafted(town, rule(matter=town.shared.code, lead=town.housing.code))
        work = rehearsal_job._Work(
            Job.objects.create(kind="x", title="", owner=town.intake.user, created_at=later()), clock=later
        )
        with CaptureQueriesContext(connection) as captured:
            rehearsal_job.try_out(draft, now=later(days=1), work=work)
        costs.append(len(captured))
    assert costs == [8, 8]  # the list and its owners, departments, the number, its job, two batches, the events


def test_a_rehearsal_that_fails_says_so_and_can_be_begun_again(town, clock, monkeypatch):
    draft = drafted(town, rule(matter=town.shared.code, lead=town.housing.code))
    rehearsal_job.start_rehearsal(seen=draft.revision, by=admin(town))
    job = Job.objects.get(kind="dispatch_rehearsal")
    monkeypatch.setattr(rehearsal_job, "SPAN", None)
    with pytest.raises(TypeError):
        rehearsal_job.rehearse_rules.func(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "预演中断，没有做完，可以重新开始。")
    monkeypatch.undo()
    assert rehearsed(town).result["demands"] == 0
    assert DispatchRuleSet.objects.get().job_id != job.pk


def test_the_most_frequent_differences_are_listed_and_the_rest_counted():
    matters = {f"M{n}": Matter(f"M{n}", "ENERGY", (Owner(f"d{n}"),)) for n in range(40)}
    tally = Tally([Rule("a.1", lead="", matters=())], matters)
    for n in range(40):
        for _times in range(2 if n == 7 else 1):
            tally.add(Past(Facts("ENERGY", "1", "HARD", False, f"M{n}", ""), "other", "other", None))
    result = tally.as_json({"d7": "第七局", "other": "其他局"})
    assert len(result["moves"]) == 30
    assert result["moves"][0] == {"position": 1, "would": "第七局", "did": "其他局", "n": 2}
    assert result["more_moves"] == 10
    assert result["by_rule"][-1]["key"] == BUILT_IN


def test_the_case_names_the_rule_to_the_office_and_the_department_and_the_list_to_the_firm(town, sign_in, clock):
    adopted(town, rule(matter=town.shared.code, lead=town.energy.code, words=("变压器",)))
    case = case_in("SUBMITTED", town=town)
    perform("accept", case, by=actor(town.intake, later(hours=1)), town=town)
    clock.move_to(later(hours=2))
    address = f"/demands/{case.public_id}/"
    sentence = "规则 1（版本 1）：若标题或正文含“变压器” → 市能源局（职责事项：配套管网协调）"
    for who in (town.intake, town.liaison):
        assert f"派单依据 {sentence}" in text(sign_in(who).get(address).content.decode())
    firm = text(sign_in(town.staff).get(address).content.decode())
    assert "派单依据 系统按职责清单的派单规则自动派单" in firm
    assert "若标题或正文含" not in firm
    assert Case.objects.get(pk=case.pk).lead_id == town.energy.pk
    by_hand = case_in("DISPATCHED", town=town, firm=town.far_firm, title="道路不通", text="道路不通，货车进不来。")
    desk = sign_in(town.at(town.other_office, "INTAKE"))
    assert "派单依据" not in text(desk.get(f"/demands/{by_hand.public_id}/").content.decode())
