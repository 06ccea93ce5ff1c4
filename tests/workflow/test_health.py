"""The probe of the queue, and the administrator's page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from cases.demands.tasks import import_upload
from foundation.pulse import beat
from parties.roles import Role
from tests.factories import NOW, member
from tests.pages import FRAME, statements, text
from workflow.health import queue_age


def waits(*, since, run_after=None, status="READY"):
    """A task that was put into the queue at that time."""
    task = DBTaskResult.objects.create(
        task_path=import_upload.module_path,
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after=run_after or get_date_max(),
        status=status,
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=since)


@pytest.mark.parametrize(
    ("since", "run_after", "status", "ok"),
    [
        (301, None, "READY", False),
        (300, None, "READY", True),
        (9000, 301, "READY", False),
        (9000, 300, "READY", True),
        (9000, -60, "READY", True),
        (9000, None, "RUNNING", True),
        (9000, None, "FAILED", True),
    ],
)
def test_the_queue_fails_when_a_task_should_have_begun_five_minutes_ago(db, since, run_after, status, ok):
    def ago(seconds):
        return None if seconds is None else NOW - timedelta(seconds=seconds)

    waits(since=ago(since), run_after=ago(run_after), status=status)
    with CaptureQueriesContext(connection) as captured:
        assert queue_age(NOW).ok is ok
    assert len(captured) == 1


def test_the_oldest_task_counts(db):
    waits(since=NOW - timedelta(hours=3))
    waits(since=NOW - timedelta(hours=1), run_after=NOW - timedelta(minutes=1))
    assert queue_age(NOW).words == "最早的任务已等待 3 小时"


def test_an_empty_queue_is_well(db):
    assert queue_age(NOW).ok


def test_without_a_queue_in_the_database_neither_worker_nor_queue_can_fail(db, client, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    from foundation.health import look

    found = {part.name: part.finding for part in look(timezone.now())}
    assert found["worker"].ok
    assert found["queue"].words == "任务不经数据库排队，没有要查的"
    assert not found["tick"].ok


# --- the page ---


@pytest.fixture
def administrator(town, sign_in):
    return sign_in(member(town.office, Role.SYSTEM_ADMIN))


def test_the_administrator_reads_what_fails_and_since_when(administrator):
    beat("worker", at=NOW - timedelta(seconds=12))
    beat("tick", at=NOW - timedelta(minutes=30))
    page = text(administrator.get(reverse("workflow:health")).content.decode())
    assert "有 1 项异常，请尽快处理。" in page
    assert "正常 后台任务进程 12 秒前" in page
    assert "异常 定时检查 已有 30 分钟 没有动静" in page
    assert "正常 台账防篡改触发器 全部在位" in page


def test_all_is_well_is_said(administrator):
    for name in ("worker", "tick", "replay", "seal"):
        beat(name, at=NOW)
    assert "各项都正常。" in text(administrator.get(reverse("workflow:health")).content.decode())


def test_the_page_is_always_fresh_and_takes_the_statements_of_its_probes(administrator):
    for name in ("worker", "tick", "replay", "seal"):
        beat(name, at=NOW)
    assert len(statements(administrator, reverse("workflow:health"))) == FRAME + 10


def test_the_way_to_the_page_is_in_the_administrators_menu_alone(town, sign_in, administrator):
    address = reverse("workflow:health")
    assert f'href="{address}"' in administrator.get("/").content.decode()
    for post in town.everybody:
        if post.role != Role.SYSTEM_ADMIN:
            browser = sign_in(post)
            assert f'href="{address}"' not in browser.get("/").content.decode()
            refused = browser.get(address)
            assert refused.status_code == 403
            assert "只有系统管理员可以查看系统状态" in refused.content.decode()
