"""/healthz and /readyz: machines are told at once and without signing in what works, and nothing about anybody."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation import health
from foundation.health import Finding, keeper, pulse_probe, span
from foundation.pulse import beat
from tests.factories import NOW, Town, case_in
from workflow import triggers
from workflow.health import REPLAY, SEAL, TICK
from workflow.health import WORKER as WORKER_PULSE


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    keeper.forget()


@pytest.fixture
def alive(db: None) -> None:
    """Everything that runs by itself has just done so."""
    for name in (WORKER_PULSE, TICK, REPLAY, SEAL):
        beat(name, at=timezone.now())


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)


def test_the_process_answers_without_any_statement(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"].startswith("max-age=0")


def test_what_works_is_ready(alive, client):
    status, body = ready(client)
    assert status == 200
    assert body["ready"] is True
    assert body["failing"] == []
    assert list(body["probes"])[:6] == ["database", "triggers", "worker", "queue", "tick", "replay"]
    assert all(found["ok"] and found["detail"] for found in body["probes"].values())


def test_being_ready_takes_ten_statements_and_within_three_seconds_none(alive, client):
    ready(client)
    keeper.forget()
    with CaptureQueriesContext(connection) as captured:
        ready(client)
    assert len(captured) == 10
    with CaptureQueriesContext(connection) as captured:
        ready(client)
    assert len(captured) == 0


def test_what_was_found_is_kept_for_three_seconds_and_no_longer(db, client, time_machine):
    time_machine.move_to(NOW, tick=False)
    beat(WORKER_PULSE, at=NOW)
    beat(TICK, at=NOW)
    beat(REPLAY, at=NOW)
    beat(SEAL, at=NOW)
    assert ready(client)[0] == 200
    beat(REPLAY, at=NOW, ok=False)
    time_machine.shift(2.9)
    assert ready(client)[0] == 200
    time_machine.shift(0.2)
    assert ready(client)[1]["failing"] == [REPLAY]


@pytest.mark.parametrize(
    ("name", "age"), [("worker", timedelta(seconds=121)), ("tick", timedelta(seconds=301)), ("replay", timedelta(2, 1))]
)
def test_what_has_been_silent_for_too_long_fails_by_its_name(alive, client, name, age):
    later = timezone.now() + age
    assert [part.name for part in health.look(later) if not part.finding.ok and part.name == name] == [name]
    assert next(part for part in health.look(later - timedelta(seconds=2)) if part.name == name).finding.ok


def test_a_replay_that_found_a_difference_fails_with_its_sentence(alive, client):
    beat(REPLAY, at=timezone.now(), ok=False, detail="有 2 个时钟对不上")
    status, body = ready(client)
    assert (status, body["failing"]) == (503, ["replay"])
    assert body["probes"]["replay"]["detail"].startswith("有 2 个时钟对不上 · ")


def test_what_never_ran_fails_but_the_replay_has_a_day_after_the_installation(db, client):
    _status, body = ready(client)
    assert body["failing"] == ["worker", "tick"]
    assert body["probes"]["worker"]["detail"] == "从未运行"
    assert body["probes"]["replay"] == {"ok": True, "detail": "尚未运行"}
    found = {part.name: part.finding for part in health.look(timezone.now() + timedelta(days=1, minutes=1))}
    assert found["replay"] == Finding(False, "从未运行")


def test_a_migration_that_was_not_run_is_said_and_nothing_else_is_asked(alive, client):
    MigrationRecorder(connection).record_unapplied("foundation", "0003_pulse")
    with CaptureQueriesContext(connection) as captured:
        status, body = ready(client)
    assert len(captured) == 1
    assert (status, body["failing"], list(body["probes"])) == (503, ["database"], ["database"])
    assert "有 1 项数据库更新没有执行" in body["probes"]["database"]["detail"]


@pytest.mark.django_db(transaction=True)
def test_a_ledger_without_triggers_is_not_ready(client):
    for name in (WORKER_PULSE, TICK, REPLAY, SEAL):
        beat(name, at=timezone.now())
    with triggers.lifted(connection):
        status, body = ready(client)
    assert (status, body["failing"]) == (503, ["triggers"])
    assert "缺少 " in body["probes"]["triggers"]["detail"]
    keeper.forget()
    assert ready(client)[0] == 200


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_down_is_said_with_503_whoever_asks(town, sign_in, monkeypatch):
    """The site runs in another thread, whose connection is opened only now, and cannot be."""
    browser = sign_in(town.intake)  # a session in the cookie must not be looked up
    settings = connections.settings["default"]
    monkeypatch.setitem(settings, "NAME", "/nowhere/at/all" if connection.vendor == "sqlite" else "nowhere")
    monkeypatch.setitem(settings, "HOST", "" if connection.vendor == "sqlite" else "/nowhere/at/all")
    found = {}

    def ask() -> None:
        found["ready"] = browser.get("/readyz")
        found["alive"] = browser.get("/healthz")
        connections.close_all()

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    assert found["alive"].status_code == 200
    assert found["ready"].status_code == 503
    assert json.loads(found["ready"].content) == {
        "ready": False,
        "failing": ["database"],
        "probes": {"database": {"ok": False, "detail": "数据库没有应答，或还没有建表"}},
    }


def test_a_load_balancer_asks_by_number_and_plain_http(alive, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["duihua.example"]
    balancer = Client(headers={"host": "10.1.2.3:8000"})
    assert balancer.get("/healthz").status_code == 200
    assert balancer.get("/readyz").status_code == 200
    assert balancer.get("/signin/").status_code in (301, 400)


def test_asking_makes_no_session(alive, client):
    for address in ("/healthz", "/readyz"):
        assert not client.get(address).cookies


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_machines_may_only_read(db, client, address):
    assert client.head(address).status_code in (200, 503)
    assert client.post(address, {"a": "b"}).status_code == 405


def test_nothing_about_anybody_is_said(alive, client, town: Town):
    case = case_in("IN_PROGRESS", town=town, title="变压器容量不足")
    text = client.get("/readyz").content.decode()
    for word in (case.number, case.title, case.enterprise.name, town.handler.user.name, "postgres", "sqlite"):
        assert word not in text


def test_a_probe_that_raises_is_a_failed_part(alive, client, monkeypatch):
    def broken(now: Any) -> Finding:
        raise ValueError("张三 13947712345")

    monkeypatch.setitem(health._probes, "outbox", (broken, "outbox"))
    status, body = ready(client)
    assert (status, body["failing"]) == (503, ["outbox"])
    assert body["probes"]["outbox"] == {"ok": False, "detail": "检查没有做成，原因见日志"}


def test_a_part_that_is_registered_is_asked_with_the_time(monkeypatch, alive):
    monkeypatch.setattr(health, "_probes", dict(health._probes))
    asked = []
    health.register("lift", lambda now: asked.append(now) or Finding(True, "好"))
    parts = health.look(NOW)
    assert asked == [NOW]
    assert (parts[-1].name, parts[-1].label) == ("lift", "lift")


def test_a_pulse_that_is_well_says_how_long_ago(db):
    beat("seal", at=NOW - timedelta(minutes=5), detail="封存到 11 月 22 日")
    probe = pulse_probe("seal", silent_after=timedelta(days=2))
    assert probe(NOW) == Finding(True, "封存到 11 月 22 日 · 5 分钟前")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 秒"),
        (59, "59 秒"),
        (60, "1 分钟"),
        (3599, "59 分钟"),
        (3600, "1 小时"),
        (86_399, "23 小时"),
        (172_800, "2 天"),
    ],
)
def test_spans_are_told_in_the_largest_unit_they_reach(seconds, words):
    assert span(timedelta(seconds=seconds)) == words
