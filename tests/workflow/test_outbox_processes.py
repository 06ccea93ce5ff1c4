"""Real workers, killed where it hurts most, and a standstill of three days: nothing lost, nothing shown twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from parties.models import User
from tests.factories import Town, case_in, untold
from tests.smtp import MailServer, mail_server
from workflow.clocks import ClockKind
from workflow.models import Clock, DeliveryAttempt, Event, Notice, OutboxMessage, TickRun
from workflow.notices import MAIL, announce, new_message_id
from workflow.outbox import deliver, queue

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(settings.BASE_DIR)
STANDSTILL = timedelta(days=20)  # longer than any row of holidays, so that a term of one working day is over
WITHIN = 60  # seconds for a process to do its work on a busy machine


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Where the mail of the processes goes; what they keep beside the database lies in the folder of the test."""
    monkeypatch.setenv("DIALOGUE_VAR_DIR", str(tmp_path))
    with mail_server() as one:
        yield one
        one.go_on.set()


def _database_url() -> str:
    """The address of the database of this very test."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    user = f"{quote(facts['USER'])}:{quote(facts['PASSWORD'])}@" if facts["USER"] else ""
    host = quote(facts["HOST"], safe="")
    port = f":{facts['PORT']}" if facts["PORT"] else ""
    return f"postgresql://{user}{host}{port}/{facts['NAME']}"


def start(*command: str, server: MailServer) -> subprocess.Popen[bytes]:
    """A process of the product on the database of the test, whose mail goes to the server of the test."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": _database_url(),
        "DIALOGUE_EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "DIALOGUE_LOG_LEVEL": "ERROR",
    }
    return subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=environment)


def worker(server: MailServer) -> subprocess.Popen[bytes]:
    """A worker that ends when nothing is due."""
    return start(
        "db_worker", "--queue-name", "*", "--no-reload", "--no-startup-delay", "--batch", "--verbosity", "0",
        server=server,
    )  # fmt: skip


def run(*command: str, server: MailServer) -> None:
    process = start(*command, server=server)
    assert process.wait(timeout=WITHIN) == 0


def work(server: MailServer) -> None:
    assert worker(server).wait(timeout=WITHIN) == 0


def pass_time(span: timedelta) -> None:
    """So much time goes by for all that is stored, while nothing runs."""
    OutboxMessage.objects.update(
        next_at=F("next_at") - span, lease_until=F("lease_until") - span, created_at=F("created_at") - span
    )
    DBTaskResult.objects.update(started_at=F("started_at") - span)
    DBTaskResult.objects.filter(run_after__lt=get_date_max()).update(run_after=F("run_after") - span)
    TickRun.objects.update(slot=F("slot") - span, started_at=F("started_at") - span)


def recover(server: MailServer) -> None:
    """What happens by itself after a worker was killed: the tick finds its lease, and the failed try is repeated."""
    pass_time(timedelta(minutes=15))
    run("tick", server=server)
    pass_time(timedelta(minutes=2))
    work(server)


def mail_to(person: User) -> OutboxMessage:
    payload = {
        "user": person.pk,
        "number": "D1",
        "message_id": new_message_id(),
        "subject": "诉求 D1",
        "body": "诉求 D1",
    }
    with transaction.atomic():
        queue(MAIL, key=payload["message_id"], payload=payload, at=timezone.now())
    return OutboxMessage.objects.get(key=payload["message_id"])


def until(condition: Any) -> None:
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def person(n: int = 0) -> User:
    return User.objects.create(username=f"p{n}", name=f"人{n}", email=f"p{n}@example.org")


@pytest.mark.parametrize(("killed_at", "sent_before"), [("MAIL", 0), ("DATA", 1)])
def test_a_worker_killed_before_or_after_sending_loses_nothing(
    server: MailServer, killed_at: str, sent_before: int
) -> None:
    """At MAIL it holds the lease and has sent nothing; at DATA the server has the mail, and nothing is on record."""
    message = mail_to(person())
    server.hold_at = killed_at
    process = worker(server)
    assert server.held.wait(timeout=WITHIN)
    process.send_signal(signal.SIGKILL)
    process.wait()
    server.go_on.set()
    message.refresh_from_db()
    assert (message.state, message.attempts, len(server.raw)) == ("WAITING", 1, sent_before)
    assert message.lease_until is not None
    assert DBTaskResult.objects.get().status == "RUNNING"

    recover(server)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("SENT", 2)
    assert len(server.raw) == sent_before + 1
    assert {mail["Message-ID"] for mail in server.mails} == {message.payload["message_id"]}
    assert list(message.tries.order_by("id").values_list("ok", "error")) == [(False, "lease ran out"), (True, "")]
    deliveries = DBTaskResult.objects.filter(task_path=deliver.module_path)
    assert sorted(deliveries.values_list("status", flat=True)) == ["FAILED", "SUCCESSFUL"]

    recover(server)
    assert len(server.raw) == sent_before + 1


def test_a_worker_killed_before_it_took_the_message_loses_nothing(server: MailServer) -> None:
    """The task is RUNNING for ever, and the message in nobody's hands."""
    message = mail_to(person())
    DBTaskResult.objects.get().claim("killed")
    recover(server)
    message.refresh_from_db()
    assert (message.state, message.attempts, len(server.raw)) == ("SENT", 1, 1)


def test_two_workers_at_once_deliver_every_message_once(server: MailServer) -> None:
    messages = [mail_to(person(n)) for n in range(30)]
    # Every message has a second task besides, as after a reaper that was too careful.
    for task in list(DBTaskResult.objects.all()):
        task.task.enqueue(*task.args_kwargs["args"])
    for process in [worker(server), worker(server)]:
        assert process.wait(timeout=WITHIN) == 0
    assert sorted(mail["Message-ID"] for mail in server.mails) == sorted(m.payload["message_id"] for m in messages)
    assert OutboxMessage.objects.filter(state="SENT", attempts=1).count() == 30
    assert DeliveryAttempt.objects.count() == 30


def test_after_a_standstill_everybody_is_told_once_and_the_dates_are_right(town: Town, server: MailServer) -> None:
    """Nothing ran since the demands were dispatched: the tick acknowledges them, and the firm hears it all."""
    User.objects.filter(pk=town.staff.user_id).update(email="staff@example.org")
    cases = [case_in("DISPATCHED", town=town, start=timezone.now() - STANDSTILL) for _ in range(5)]
    due = {row.subject_id: row.due_at for row in Clock.objects.filter(kind=ClockKind.ACKNOWLEDGE)}
    # One task was in the hands of a worker when everything stopped.
    DBTaskResult.objects.order_by("enqueued_at").first().claim("stopped")
    pass_time(timedelta(days=3))
    ticker = start("run_tick", "--every", "0.2", server=server)
    workers = [
        start("db_worker", "--queue-name", "*", "--no-reload", "--interval", "0.1", "--verbosity", "0", server=server)
        for _ in range(2)
    ]
    try:
        until(lambda: TickRun.objects.filter(name__in=["reap", "remind", "system_moves"], ok=True).count() >= 3)
        until(lambda: not OutboxMessage.objects.filter(state="WAITING").exists())
    finally:
        for process in [ticker, *workers]:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(timeout=WITHIN) for process in [ticker, *workers]]
    assert codes == [0, 0, 0]
    assert not TickRun.objects.filter(ok=False).exists()
    assert TickRun.objects.filter(name="prune").count() == 1
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"SENT"}
    for case in cases:
        moved = Event.objects.get(subject_id=case.pk, from_state="DISPATCHED", to_state="IN_PROGRESS")
        assert moved.effective_at == due[case.pk] < moved.at
        for reader in (town.staff, town.firm_secretary):
            mine = Notice.objects.filter(subject_id=case.pk, membership_id=reader.pk).values_list("kind", flat=True)
            assert sorted(mine) == ["accepted", "acknowledged", "dispatched"]
        assert Notice.objects.filter(subject_id=case.pk, membership_id=town.deputy.pk).get().kind == (
            "acknowledged_by_rule"
        )
        # The turn had gone on before anybody could be told of it.
        assert not Notice.objects.filter(subject_id=case.pk, membership_id=town.intake.pk).exists()
    assert len(server.raw) == len({mail["Message-ID"] for mail in server.mails}) == 3 * len(cases)


def test_a_poisoned_message_does_not_stop_the_others(server: MailServer) -> None:
    with transaction.atomic():
        queue(MAIL, key="poison", payload={"no": "user"}, at=timezone.now())
    good = [mail_to(person(n)) for n in range(3)]
    work(server)
    assert len(server.raw) == 3
    assert set(OutboxMessage.objects.filter(pk__in=[m.pk for m in good]).values_list("state", flat=True)) == {"SENT"}
    poison = OutboxMessage.objects.get(key="poison")
    assert (poison.state, poison.last_error) == ("WAITING", "KeyError")


def test_a_move_that_is_rolled_back_tells_nobody(town: Town, server: MailServer) -> None:
    case = untold(case_in("DISPATCHED", town=town))
    with transaction.atomic():
        announce(case, tells={"turn": "your_turn"}, seq=case.head_seq, at=timezone.now())
        transaction.set_rollback(True)
    work(server)
    assert (OutboxMessage.objects.count(), DBTaskResult.objects.count(), Notice.objects.count()) == (0, 0, 0)


def test_a_thousand_messages_go_through(server: MailServer, capsys: pytest.CaptureFixture[str]) -> None:
    """How fast is printed and not asserted: it is the machine's business."""
    reader, count = person(), 1000
    began = time.monotonic()
    with transaction.atomic():
        now: datetime = timezone.now()
        for n in range(count):
            payload = {"user": reader.pk, "message_id": f"<{n}@example.org>", "subject": "诉求", "body": "诉求"}
            queue(MAIL, key=str(n), payload=payload, at=now)
    queued = time.monotonic() - began
    began = time.monotonic()
    assert worker(server).wait(timeout=300) == 0
    took = time.monotonic() - began
    with capsys.disabled():
        print(
            f"\n{connection.vendor}: {count} messages queued in {queued:.1f} s ({count / queued:.0f}/s), "
            f"delivered over SMTP by one worker in {took:.1f} s ({count / took:.0f}/s)"
        )
    assert len(set(server.raw)) == len(server.raw) == count
    assert OutboxMessage.objects.filter(state="SENT", attempts=1).count() == count
