"""Importing messages: once each, however often, by however many; and at once a demand when the enterprise is named."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.demands.enums import CaseState, Origin
from cases.demands.intake_import import Tally, platform_office
from cases.demands.intake_import.batches import BY_CREDIT_CODE
from cases.demands.management.commands import import_demands
from cases.demands.models import Case, IntakeItem, IntakeRun
from cases.demands.moves import register_intake
from foundation.errors import Refused
from parties.models import Office
from parties.roles import Role
from tests.cases.demands.import_files import (
    HEATING,
    LAMP,
    MAP,
    WATER,
    bring,
    city_desk,
    counts,
    errors_of,
    message,
    reasons,
    sheet,
)
from tests.cases.demands.invariants import assert_chain_holds
from tests.factories import NOW, actor, district, enterprise, later, member, office
from workflow.calendar import ZONE
from workflow.clocks import ClockKind
from workflow.models import Clock, Event

OTHER_TEXT = "这个外部编号已有来件，内容不同；没有覆盖"


@pytest.fixture
def desk(db: None) -> Office:
    return city_desk()


def stops_after(steps: int) -> Callable[[], dt.datetime]:
    """A clock at whose next look, after so many, the program is interrupted."""
    looks = iter(range(steps))

    def clock() -> dt.datetime:
        if next(looks, None) is None:
            raise KeyboardInterrupt
        return NOW

    return clock


# --- once each ---


def test_imported_messages_wait_for_the_office_and_have_no_clock(desk: Office, tmp_path: Path) -> None:
    assert counts(bring(sheet(tmp_path, LAMP, WATER, HEATING), desk)) == (3, 0, 0)
    assert list(IntakeItem.objects.order_by("pk").values_list("external_number", "title", "text", "received_at")) == [
        ("R-1", LAMP[1], LAMP[2], dt.datetime(2026, 11, 20, 9, 5, 3, tzinfo=ZONE)),
        ("R-2", "", WATER[2], None),
        ("R-3", HEATING[1], HEATING[2], dt.datetime(2026, 11, 21, tzinfo=ZONE)),
    ]
    clerk = actor(member(desk, Role.INTAKE))
    assert IntakeItem.objects.visible_to(clerk).unclaimed().count() == 3
    assert (Case.objects.count(), Clock.objects.count(), Event.objects.count()) == (0, 0, 0)
    run = IntakeRun.objects.get()
    assert (run.source, run.file_name, run.office_id) == ("12345热线", "来件.csv", desk.pk)
    assert (run.created, run.already_there, run.rejected) == (3, 0, 0)
    assert (run.started_at, run.finished_at) == (NOW, NOW)


def test_a_second_import_adds_nothing(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, LAMP, WATER, message("R-9", text=""))
    assert counts(bring(path, desk)) == (2, 0, 1)
    assert counts(bring(path, desk)) == (0, 2, 1)
    assert IntakeItem.objects.count() == 2
    assert list(IntakeRun.objects.order_by("pk").values_list("created", "already_there", "rejected")) == [
        (2, 0, 1),
        (0, 2, 1),
    ]


def test_the_same_number_of_another_source_is_another_message(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, LAMP)
    assert counts(bring(path, desk, source="12345热线")) == (1, 0, 0)
    assert counts(bring(path, desk, source="市长信箱")) == (1, 0, 0)


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_the_first_text_under_a_number_stays_and_another_one_is_rejected(
    desk: Office, tmp_path: Path, batch: int
) -> None:
    path = sheet(tmp_path, message("R-1", "先到的内容"), message("R-1", "后到的内容"), message("R-1", "先到的内容"))
    assert counts(bring(path, desk, batch=batch)) == (1, 1, 1)
    assert reasons(path) == [(3, OTHER_TEXT)]
    assert counts(bring(path, desk, batch=batch)) == (0, 2, 1)
    assert reasons(path) == [(3, OTHER_TEXT)]
    assert IntakeItem.objects.get().text == "先到的内容"


def test_an_import_that_was_interrupted_is_continued(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, *(message(f"R-{n}") for n in range(20)))
    with pytest.raises(KeyboardInterrupt):
        bring(path, desk, batch=4, clock=stops_after(12))
    broken_off = IntakeRun.objects.get()
    assert broken_off.finished_at is None
    assert broken_off.created == broken_off.items.count() == 8
    assert counts(bring(path, desk, batch=4)) == (12, 8, 0)
    assert IntakeItem.objects.count() == 20


def test_an_interruption_between_a_batch_and_its_demands_is_made_good(desk: Office, tmp_path: Path) -> None:
    firm = enterprise(of=desk.district)
    path = sheet(tmp_path, *(message(f"R-{n}", code=firm.credit_code) for n in range(4)))
    with pytest.raises(KeyboardInterrupt):
        bring(path, desk, clock=stops_after(7))
    assert (IntakeItem.objects.count(), Case.objects.count()) == (4, 2)
    tally = bring(path, desk)
    assert (*counts(tally), tally.claimed) == (0, 4, 0, 2)
    assert IntakeItem.objects.unclaimed().count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_bring_every_message_once(tmp_path: Path) -> None:
    desk = city_desk()
    firm = enterprise(of=desk.district)
    rows = [message(f"R-{n}", code=firm.credit_code if n % 10 == 0 else "") for n in range(60)]
    backwards = [*rows[::-1], message("R-0", text="另一段内容")]
    paths = [sheet(tmp_path, *rows, name="顺序.csv"), sheet(tmp_path, *backwards, name="倒序.csv")]
    start = threading.Barrier(2)
    tallies: list[Tally] = []

    def work(path: Path) -> None:
        try:
            start.wait(timeout=20)
            tallies.append(bring(path, desk, batch=5))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(tallies) == 2
    assert sum(tally.created for tally in tallies) == IntakeItem.objects.count() == 60
    assert sum(tally.already_there for tally in tallies) == 60
    assert sum(tally.rejected for tally in tallies) == 1
    assert sum(tally.claimed for tally in tallies) == Case.objects.count() == 6
    for run in IntakeRun.objects.all():
        assert run.created == run.items.count()


@pytest.mark.django_db(transaction=True)
def test_a_message_that_somebody_else_is_just_writing_is_theirs(tmp_path: Path) -> None:
    desk = city_desk()
    theirs = IntakeRun.objects.create(source="12345热线", file_name="另一份.csv", office=desk, started_at=NOW)
    written = threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                IntakeItem.objects.create(
                    run=theirs, office=desk, source="12345热线", external_number="R-1", text=LAMP[2]
                )
                written.set()
                time.sleep(0.5)  # the import finds no such message, and then has to wait for the commit
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert written.wait(timeout=20)
    assert counts(bring(sheet(tmp_path, LAMP, WATER), desk)) == (1, 1, 0)
    thread.join(timeout=20)
    assert IntakeItem.objects.get(external_number="R-1").run_id == theirs.pk


def test_a_batch_that_is_there_costs_the_same_statements_however_long_it_is(desk: Office, tmp_path: Path) -> None:
    costs = []
    for n in (1, 30):
        path = sheet(tmp_path, *(message(f"R-{i}") for i in range(n)))
        bring(path, desk)
        with CaptureQueriesContext(connection) as statements:
            assert counts(bring(path, desk)) == (0, n, 0)
        costs.append([s["sql"] for s in statements if "SAVEPOINT" not in s["sql"]])
    # the run, its turn, the numbers, the items, its counts, its end
    assert [len(cost) for cost in costs] == [6, 6]


# --- a demand at once ---


def test_a_message_with_the_credit_code_of_an_enterprise_is_its_demand_from_now_on(
    desk: Office, tmp_path: Path
) -> None:
    firm = enterprise(of=desk.district)
    spelt = f" {firm.credit_code.lower()[:8]} {firm.credit_code.lower()[8:]}"
    tally = bring(sheet(tmp_path, message("R-1", at="2026-11-01", title="门前积水", code=spelt), WATER), desk)
    assert (*counts(tally), tally.claimed, tally.unknown_codes) == (2, 0, 0, 1, 0)
    item = IntakeItem.objects.get(external_number="R-1")
    case = item.case
    assert case is not None
    assert (case.enterprise_id, case.office_id, case.state, case.origin) == (
        firm.pk,
        desk.pk,
        CaseState.SUBMITTED,
        Origin.INTAKE,
    )
    assert (case.title, case.text, case.category_id, case.submitted_at) == ("门前积水", item.text, None, NOW)
    assert (item.claimed_by_id, item.claimed_at) == (None, NOW)
    clock = Clock.objects.get()
    assert (clock.subject_id, clock.kind, clock.started_at) == (case.pk, ClockKind.ACCEPT, NOW)
    event = Event.objects.get()
    assert (event.action, event.user_id) == ("register", None)
    assert BY_CREDIT_CODE in event.actor
    assert_chain_holds(case)
    assert list(IntakeItem.objects.unclaimed().values_list("external_number", flat=True)) == ["R-2"]


def test_a_code_that_no_enterprise_in_use_has_leaves_the_message_waiting(desk: Office, tmp_path: Path) -> None:
    gone = enterprise(of=desk.district)
    gone.active = False
    gone.save()
    path = sheet(tmp_path, message("R-1", code=gone.credit_code), message("R-2", code="不详"))
    tally = bring(path, desk)
    assert (*counts(tally), tally.claimed, tally.unknown_codes) == (2, 0, 0, 0, 2)
    assert IntakeItem.objects.unclaimed().count() == 2
    assert reasons(path) == []


def test_importing_again_with_the_code_column_claims_what_still_waits(desk: Office, tmp_path: Path) -> None:
    firm, other = enterprise(of=desk.district), enterprise(of=desk.district)
    path = sheet(tmp_path, *(message(f"R-{n}", code=firm.credit_code) for n in range(3)))
    bring(path, desk, columns="external_number=编号,text=诉求内容")
    clerk = actor(member(desk, Role.INTAKE))
    taken = register_intake(IntakeItem.objects.earliest("pk").pk, by=clerk, enterprise=other)
    tally = bring(path, desk)
    assert (*counts(tally), tally.claimed) == (0, 3, 0, 2)
    tally = bring(sheet(tmp_path, *(message(f"R-{n}", code="不详") for n in range(3))), desk)
    assert (*counts(tally), tally.unknown_codes) == (0, 3, 0, 0)  # nobody asks for the code of a demand
    taken.refresh_from_db(fields=["enterprise"])
    assert taken.enterprise_id == other.pk


def test_a_message_longer_than_a_form_takes_can_still_become_a_demand(desk: Office, tmp_path: Path) -> None:
    firm = enterprise(of=desk.district)
    tally = bring(sheet(tmp_path, message("R-1", "水" * 20_000, code=firm.credit_code)), desk)
    assert (*counts(tally), tally.claimed) == (1, 0, 0, 1)


# --- which office ---


def test_messages_go_to_the_city_unless_a_banner_is_named(desk: Office) -> None:
    banner = office("东胜区平台办公室", of=district("150602", "东胜区", parent=desk.district))
    assert platform_office() == desk
    assert platform_office("150602") == banner


@pytest.mark.django_db
def test_without_an_office_of_the_city_the_sentence_names_those_there_are() -> None:
    with pytest.raises(Refused, match="还没有平台办公室"):
        platform_office()
    city = district("150600", "鄂尔多斯市")
    office("东胜区平台办公室", of=district("150602", "东胜区", parent=city))
    with pytest.raises(Refused, match=r"还没有市平台办公室.*150602 东胜区平台办公室"):
        platform_office()
    with pytest.raises(Refused, match=r"没有区划代码为 150699 的平台办公室；现有：150602 东胜区平台办公室"):
        platform_office("150699")


# --- the command ---


def command(path: Path, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_demands", str(path), "--source=12345热线", f"--map={MAP}", *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_sums_up_in_sentences_and_quotes_no_message(
    desk: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = enterprise(of=desk.district)
    monkeypatch.setattr(import_demands, "PROGRESS_EVERY", 0)
    path = sheet(
        tmp_path,
        LAMP,
        message("R-5", "铃声\x07不停", code=firm.credit_code),
        message("R-6", code="91150600MA0XXXXXXX"),
        message("R-7", text=""),
        message("R-8", at="去年冬天"),
        message("R-9", text=" "),
    )
    out, err = command(path)
    assert out.startswith("来源“12345热线”：读 6 行，新增 3 件，已有 0 件，退回 3 行；用时 ")
    assert out.splitlines()[1:] == [
        "按统一社会信用代码认领 1 件，已成为诉求。",
        "1 件的代码没有对应的企业，留在待认领。",
        "1 行去掉了控制字符。",
        "退回原因：内容为空 2；看不懂收到时间，请写成 2026-11-23 09:30 的样子 1。",
        f"退回的行在 {errors_of(path)}；改好原文件再导入一次，已有的会跳过。",
    ]
    assert "已读 6 行，每秒 " in err
    assert "，100%" in err
    assert not [text for text in (LAMP[2], "积水", "去年冬天") if text in out + err]


def test_the_command_takes_the_office_and_the_error_file_it_is_told(desk: Office, tmp_path: Path) -> None:
    banner = office("东胜区平台办公室", of=district("150602", "东胜区", parent=desk.district))
    elsewhere = tmp_path / "退回.csv"
    out, _err = command(sheet(tmp_path, LAMP, message("R-2", text="")), "--office=150602", f"--errors={elsewhere}")
    assert IntakeItem.objects.get().office_id == banner.pk
    assert elsewhere.exists()
    assert str(elsewhere) in out


def test_the_command_ends_with_2_when_the_file_cannot_be_used(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, head=("编号", "内容"))
    with pytest.raises(CommandError, match=r"文件里没有这些列：标题、诉求内容.*第一行的列是：编号、内容") as ended:
        command(path)
    assert ended.value.returncode == 2
    assert IntakeRun.objects.count() == 0


def test_a_message_is_never_received_after_it_is_imported(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, message("R-1", at="2026-11-23 11:00"))
    assert counts(bring(path, desk)) == (0, 0, 1)
    assert counts(bring(path, desk, clock=lambda: later(hours=1))) == (1, 0, 0)
