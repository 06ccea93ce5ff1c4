"""The rehearsal in the background: the worker counts, the page shows figures alone, the file has them all."""

import signal
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from foundation.errors import NotYours
from foundation.models import Job, JobState, Policy
from parties.roles import Role
from tests.factories import NOW, actor, case_in, later
from tests.pages import text
from tests.workflow.test_policies import PROFILES, admin, document, draft
from workflow import rehearsal_job, versions
from workflow.models import Event, PolicyDraft
from workflow.rehearsal_job import rehearse_draft, start_rehearsal

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def versions_are_read_anew():
    versions.forget()


@pytest.fixture
def browser(town, sign_in):
    """Of the system administrator."""
    return sign_in(town.at(town.city_office, Role.SYSTEM_ADMIN))


def work():
    """What `manage.py db_worker` does until nothing waits; it takes over the signals, which are given back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)}
    call_command("db_worker", batch=True, startup_delay=False, interval=0, reload=False, verbosity=0)
    for number, handler in before.items():
        signal.signal(number, handler)


def rehearsed(town, data=PROFILES["shandong"].data):
    """The draft after its rehearsal, in this very process."""
    made = draft(town, data=data)
    start_rehearsal(made, by=admin(town))
    rehearse_draft.func(str(PolicyDraft.objects.get(pk=made.pk).job.public_id))
    return PolicyDraft.objects.select_related("job").get(pk=made.pk)


def figures(rows, **named):
    (found,) = [row for row in rows if all(row[name] == value for name, value in named.items())]
    return found


def test_the_figures_of_a_year_are_counted(town, clock):
    """Two ordinary demands of the energy department, answered after about 5 working days, and one inquiry in a day."""
    for _n in range(2):
        case_in("CLOSED", town=town, klass="ORDINARY", pace=DAY, start=later(days=-30))
    case_in("CLOSED", town=town, klass="INQUIRY", start=later(days=-30))
    case_in("SUBMITTED", town=town)
    case_in("CLOSED", town=town, klass="ORDINARY", pace=DAY, start=later(days=-366))
    made = rehearsed(town)
    assert (made.job.state, made.job.share, made.job.message) == (JobState.DONE, 100, "")
    result = made.result
    assert (result["subjects"], result["unreadable"]) == (4, 0)
    ordinary = figures(result["by_clock"], kind="RESOLVE", **{"class": "ORDINARY"})
    assert {name: ordinary[name] for name in ("clocks", "late_before", "late_after", "newly_late")} == {
        "clocks": 2,
        "late_before": 0,
        "late_after": 2,
        "newly_late": 2,
    }
    assert ordinary["earlier"] == {"n": 2, "median": [4, 0], "most": [4, 0]}
    inquiry = figures(result["by_clock"], kind="RESOLVE", **{"class": "INQUIRY"})
    assert (inquiry["clocks"], inquiry["newly_late"], inquiry["earlier"]["n"]) == (1, 0, 1)
    first = result["by_organisation"][0]
    assert (first["name"], first["newly_late"]) == ("市能源局", 2)
    assert [row["name"] for row in result["by_organisation"] if row["firms"]] == [""]


def test_the_policy_in_force_changes_nothing(town, clock):
    for state in ("SUBMITTED", "DISPATCHED", "IN_PROGRESS", "RESULT_REVIEW", "AWAIT_CONFIRM", "CLOSED"):
        case_in(state, town=town, pace=DAY, start=later(days=-40))
    result = rehearsed(town, data=document()).result
    whole = result["whole"]
    assert whole["clocks"] > 20
    assert whole["late_before"] == whole["late_after"] > 0
    assert (whole["newly_late"], whole["no_longer_late"], whole["earlier"]["n"], whole["later"]["n"]) == (0, 0, 0, 0)


def test_nothing_of_a_demand_or_a_firm_is_in_the_result(town, clock, browser):
    case = case_in("CLOSED", town=town, klass="ORDINARY", pace=DAY, start=later(days=-30))
    made = rehearsed(town)
    shown = browser.get(f"/policies/drafts/{made.public_id}/").content.decode()
    file = browser.get(f"/policies/drafts/{made.public_id}/rehearsal.csv").content.decode("utf-8-sig")
    for secret in (case.number, str(case.public_id), case.title, case.text[:12], town.firm.name, case.contact_name):
        for kept in (str(made.result), shown, file):
            assert secret not in kept


def test_a_chain_that_cannot_be_counted_is_left_out_and_said(town, clock, browser):
    case_in("ACCEPTED", town=town)
    case_in("ACCEPTED", town=town)
    Policy.objects.create(kind="clocks", version=7, effective_from="2020-01-02", data={"limits": {}}, source="空")
    versions.forget()
    with pytest.raises(ValueError, match="no limit"):
        case_in("ACCEPTED", town=town)
    versions.forget()
    Policy.objects.filter(version=7).update(data=document())
    case_in("ACCEPTED", town=town)
    Policy.objects.filter(version=7).update(data={"limits": {}})
    versions.forget()
    made = rehearsed(town)
    assert (made.result["subjects"], made.result["unreadable"]) == (2, 1)
    shown = text(browser.get(f"/policies/drafts/{made.public_id}/").content.decode())
    assert "另有 1 件的历史无法重算，没有计入。" in shown


@pytest.mark.django_db(transaction=True)
def test_the_administrator_starts_it_the_worker_does_it_and_the_draft_is_adopted(town, browser):
    for _n in range(3):
        case_in("CLOSED", town=town, klass="ORDINARY", pace=DAY, start=later(days=-30))
    made = draft(town, data=PROFILES["shandong"].data)
    address = f"/policies/drafts/{made.public_id}/"
    assert browser.get(f"{address}rehearsal.csv").status_code == 404
    for _n in range(2):
        assert browser.post(f"{address}rehearse/").url == address
    assert Job.objects.get().state == JobState.WAITING
    waiting = browser.get(address).content.decode()
    assert "后台就要开始预演" in waiting
    assert '<meta http-equiv="refresh" content="2">' in waiting
    work()
    assert DBTaskResult.objects.get(task_path=rehearse_draft.module_path).status == "SUCCESSFUL"
    page = browser.get(address).content.decode()
    shown = text(page)
    assert "http-equiv" not in page
    assert "style=" not in page
    assert "市能源局 新增超期 3" in shown
    assert '<rect class="more" width="100" height="10"/>' in page
    assert "3 个，中位 4 个工作日，最多 4 个工作日" in shown
    assert browser.post(f"{address}rehearse/").url == address
    assert Job.objects.count() == 1

    adopt = f"{address}adopt/"
    refused = browser.post(adopt, {"skipped_because": "不看"})
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"result_seen": ["请先看预演结果，再勾选"]}
    assert browser.post(adopt, {"result_seen": "on"}).url == "/policies/versions/2/"
    assert "启用前看过预演结果" in browser.get("/policies/versions/2/").content.decode()


def test_the_file_has_every_figure(town, clock, browser):
    case_in("CLOSED", town=town, klass="ORDINARY", pace=DAY, start=later(days=-30))
    made = rehearsed(town)
    answer = browser.get(f"/policies/drafts/{made.public_id}/rehearsal.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment;")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("分组,名称,时限个数,原超期,新超期数,新增超期,不再超期,提前个数")
    assert "时限和档次,办结 · 一般,1,0,1,1,0,1,4 个工作日,4 个工作日,0,," in lines
    assert any(line.startswith("单位,市能源局,") for line in lines)
    assert any(line.startswith("单位,企业（合计）,") for line in lines)


def test_an_interrupted_rehearsal_says_so_and_can_be_started_again(town, clock, browser, monkeypatch):
    made = draft(town)
    start_rehearsal(made, by=admin(town))
    job = Job.objects.get()

    def broken(*_args, **_named):
        raise RuntimeError("no disk")

    with monkeypatch.context() as patched:
        patched.setattr(rehearsal_job, "try_out", broken)
        with pytest.raises(RuntimeError):
            rehearse_draft.func(str(job.public_id))
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    address = f"/policies/drafts/{made.public_id}/"
    assert "预演中断，没有做完，可以重新开始。" in browser.get(address).content.decode()
    start_rehearsal(made, by=admin(town))
    assert Job.objects.count() == 2
    rehearse_draft.func(str(job.public_id))  # the old task, once more
    assert PolicyDraft.objects.get().result is None


def test_a_worker_that_died_is_noticed(town, clock, browser):
    made = draft(town)
    start_rehearsal(made, by=admin(town))
    Job.objects.update(state=JobState.RUNNING, moved_at=NOW, done=1, total=4)
    address = f"/policies/drafts/{made.public_id}/"
    assert "25% · 已算 1 件" in text(browser.get(address).content.decode())
    clock.shift(timedelta(minutes=11))
    assert "预演中断" in browser.get(address).content.decode()
    start_rehearsal(made, by=admin(town, later(minutes=11)))
    assert Job.objects.count() == 2


def test_only_administrators_start_it(town):
    made = draft(town)
    with pytest.raises(NotYours):
        start_rehearsal(made, by=actor(town.at(town.city_office, Role.INTAKE)))
    assert not Job.objects.exists()


def test_it_reads_in_batches_and_not_by_the_demand(town, clock, monkeypatch):
    """Two statements a batch of chains, whatever lies in them."""
    for _n in range(5):
        case_in("CLOSED", town=town, start=later(days=-30))
    costs = []
    for size in (1, 5):
        monkeypatch.setattr(rehearsal_job, "BATCH", size)
        made = draft(town)
        start_rehearsal(made, by=admin(town))
        key = str(PolicyDraft.objects.get(pk=made.pk).job.public_id)
        versions.forget()
        with CaptureQueriesContext(connection) as captured:
            rehearse_draft.func(key)
        costs.append(len(captured))
        assert PolicyDraft.objects.get(pk=made.pk).result["subjects"] == 5
    assert costs[0] - costs[1] == 8  # four batches more, of two statements
    assert Event.objects.count() > 40
