"""The administrator's pages: delivery of messages, their words; and the roster everybody reads."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from parties.models import User
from parties.roles import Role
from tests.factories import NOW, Town, actor, case_in, later
from tests.pages import FRAME, fields, statements, text
from workflow.error_words import error_words
from workflow.models import DutyShift, MessageTemplate, OutboxMessage
from workflow.outbox import attempt, queue
from workflow.reaper import LEASE_RAN_OUT
from workflow.roster import add_shift

LIST = "/deliveries/"
SECRETS = ("zhang@example.org", "变压器增容", "甲公司", "正文里的话")


def message(key: str, *, channel: str = "mail", dead: bool = False) -> OutboxMessage:
    """A mail that waits, or that has died of having no reader."""
    payload = {"user": 0, "number": f"D-{key}", "message_id": "<x@y>", "subject": "变压器增容", "body": "正文里的话"}
    with transaction.atomic():
        queue(channel, key=key, payload=payload, at=NOW)
    found = OutboxMessage.objects.get(key=key)
    if dead:
        attempt(str(found.public_id), clock=lambda: NOW)
        found.refresh_from_db()
        assert found.state == "DEAD"
    return found


@pytest.fixture
def admin(town: Town, sign_in: Any) -> Client:
    return sign_in(town.at(town.city_office, Role.SYSTEM_ADMIN))


def page(browser: Client, address: str = LIST) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.INTAKE])
def test_only_the_system_administrator_comes_in(town: Town, sign_in: Any, role: Role) -> None:
    dead = message("a", dead=True)
    browser = sign_in(town.at(town.city_office, role))
    for address in (LIST, f"{LIST}{dead.public_id}/", "/messages/", "/messages/closed/mail/"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"{LIST}resend/", {"message": dead.public_id}).status_code == 403
    assert browser.post("/messages/closed/mail/", {"subject": "{number}", "body": "{link}"}).status_code == 403
    assert browser.post("/messages/closed/mail/reset/").status_code == 403
    dead.refresh_from_db()
    assert dead.state == "DEAD"
    assert "投递" not in text(page(browser, "/"))


def test_the_dead_are_listed_first_with_number_tries_and_error_and_nothing_of_their_content(
    admin: Client, town: Town
) -> None:
    dead = message("a", dead=True)
    message("waits")
    shown = page(admin)
    assert "D-a" in shown
    assert "收件人没有邮箱" in shown
    assert "D-waits" not in shown
    assert "已试 1 次" in text(shown)
    detail = page(admin, f"{LIST}{dead.public_id}/")
    assert "收件人没有邮箱" in detail
    assert "no mail address" not in detail  # the kept code is for programs
    for secret in SECRETS:
        assert secret not in shown
        assert secret not in detail


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", ["D-dead"]),
        ("?state=WAITING", ["D-new", "D-late"]),
        ("?state=LATE", ["D-late"]),
        ("?state=SENT", ["D-sent"]),
        ("?state=DEAD&channel=announce", []),
        ("?state=nonsense&channel=nonsense", ["D-dead"]),
    ],
)
def test_each_counter_has_its_list(admin: Client, query: str, numbers: list[str]) -> None:
    message("dead", dead=True)
    OutboxMessage.objects.filter(pk=message("late").pk).update(next_at=later(hours=-1))
    OutboxMessage.objects.filter(pk=message("sent").pk).update(state="SENT", done_at=NOW)
    message("new")
    answer = admin.get(LIST + query)
    assert [row["message"].number for row in answer.context["rows"]] == numbers
    current = next(group for group in answer.context["groups"] if group["current"])
    assert current["number"] == answer.context["total"] == str(len(numbers))


def test_one_dead_message_is_sent_again_from_its_page(admin: Client) -> None:
    dead = message("a", dead=True)
    form = fields(page(admin, f"{LIST}{dead.public_id}/"))
    answer = admin.post(f"{LIST}resend/", {"message": form["message"], "which": "chosen"})
    assert "1 条重新等待投递" in text(answer.content.decode())
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("WAITING", 0)


def test_of_the_chosen_each_has_its_result(admin: Client) -> None:
    first, second, other = (message(key, dead=True) for key in ("a", "b", "c"))
    waits = message("waits")
    answer = admin.post(
        f"{LIST}resend/",
        {"message": [first.public_id, second.public_id, waits.public_id, "nonsense"], "which": "chosen"},
    )
    rows = {row["message"].number: row["done"] for row in answer.context["rows"]}
    assert rows == {"D-a": True, "D-b": True, "D-waits": False}
    other.refresh_from_db()
    assert other.state == "DEAD"


def test_all_of_a_filter_are_sent_again_as_far_as_one_press_goes(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.views.deliveries.RESEND_AT_ONCE", 2)
    for key in ("a", "b", "c"):
        message(key, dead=True)
    for left, full in ((1, True), (0, False)):
        answer = admin.post(f"{LIST}resend/", {"which": "all", "channel": "mail"})
        assert OutboxMessage.objects.filter(state="DEAD").count() == left
        assert answer.context["full"] is full
        assert ("一次的数量已满" in answer.content.decode()) is full
    assert "没有选中任何消息" in admin.post(f"{LIST}resend/", {"which": "chosen"}).content.decode()


def test_the_list_takes_two_statements_and_one_message_two(admin: Client) -> None:
    dead = message("a", dead=True)
    assert len(statements(admin, LIST)) == FRAME + 2
    for key in ("b", "c"):
        message(key, dead=True)
    assert len(statements(admin, LIST)) == FRAME + 2
    assert len(statements(admin, f"{LIST}{dead.public_id}/")) == FRAME + 2


def test_a_message_nobody_knows_is_not_found(admin: Client) -> None:
    assert admin.get(f"{LIST}01234567-89ab-4def-8123-456789abcdef/").status_code == 404


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("", ""),
        ("no mail address", "收件人没有邮箱"),
        ("recipient refused 550", "对方服务器拒收这个收件人（550）"),
        ("ConnectionRefusedError 111", "连不上邮件服务器（111）"),
        ("KeyError", "程序出错，详见日志"),
        (LEASE_RAN_OUT, "投递进程中断"),
    ],
)
def test_a_kept_error_has_words_for_the_administrator(kept: str, words: str) -> None:
    assert error_words(kept) == words


# --- words ---


def test_every_kind_is_listed_with_its_words_on_both_channels(admin: Client) -> None:
    shown = text(page(admin, "/messages/"))
    assert "轮到您办理" in shown
    assert "{kind}：诉求 {number}，{due} 到期" in shown
    assert "默认措辞" in shown
    assert len(statements(admin, "/messages/")) == FRAME + 1


def test_words_are_looked_at_on_both_channels_before_they_are_in_force(admin: Client) -> None:
    typed = {"subject": "【请办】{number}", "body": "{organisation}：请在 {due} 前办理 {number}。", "preview": "1"}
    answer = admin.post("/messages/your_turn/mail/", typed)
    shown = text(answer.content.decode())
    assert "【请办】2026-150602-0000123" in shown
    assert "市平台办公室：请在 11月26日 10:00 前办理 2026-150602-0000123。" in shown
    assert "轮到您办理：诉求 2026-150602-0000123" in shown
    assert fields(answer.content.decode())["subject"] == typed["subject"]
    assert not MessageTemplate.objects.exists()


def test_who_reads_english_sees_mail_as_it_goes_out(admin: Client, town: Town) -> None:
    User.objects.update(language="en")
    shown = page(admin, "/messages/your_turn/mail/")
    assert "【政企直通】轮到您办理：诉求 2026-150602-0000123" in text(shown)
    assert '<p class="letter mt-2" lang="zh-hans">市平台办公室：' in shown


def test_saved_words_are_a_version_and_the_shipped_ones_come_back(admin: Client) -> None:
    answer = admin.post("/messages/your_turn/notice/", {"subject": "请办理 {number}"}, follow=True)
    assert "新的措辞已经生效" in text(answer.content.decode())
    assert "请办理 {number} 第 1 版" in text(answer.content.decode())
    assert "恢复默认措辞" in page(admin, "/messages/your_turn/notice/")
    answer = admin.post("/messages/your_turn/notice/reset/", follow=True)
    assert "请办理 {number}" not in text(answer.content.decode())
    assert MessageTemplate.objects.filter(active=False).count() == 1


@pytest.mark.parametrize("button", [{}, {"preview": "1"}])
def test_bad_words_stand_there_with_what_to_mend(admin: Client, button: dict[str, str]) -> None:
    typed = {"subject": "{title}", "body": "{link}", **button}
    answer = admin.post("/messages/your_turn/mail/", typed)
    assert answer.status_code == 422
    assert "不能使用的占位符：{title}。" in text(answer.content.decode())
    assert fields(answer.content.decode())["subject"] == "{title}"
    assert admin.post("/messages/your_turn/mail/", {"subject": "", "body": ""}).status_code == 422
    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize("address", ["/messages/unheard/mail/", "/messages/closed/pigeon/"])
def test_a_kind_or_channel_nobody_knows_is_not_found(admin: Client, address: str) -> None:
    assert admin.get(address).status_code == 404
    assert admin.post(f"{address}reset/").status_code == 404


# --- the roster ---


def shift(town: Town) -> DutyShift:
    return add_shift(by=actor(town.liaison), user=town.handler.user, starts_at=later(hours=8), ends_at=later(hours=22))


def test_an_editor_puts_somebody_on_the_roster_and_takes_them_off(town: Town, sign_in: Any) -> None:
    browser = sign_in(town.liaison)
    form = {"user": town.handler.user.username, "starts_at": "2026-11-23T18:00", "ends_at": "2026-11-24T08:00"}
    answer = browser.post("/roster/", form, follow=True)
    assert f"{town.handler.user.name} 11月23日 18:00 – 11月24日 08:00" in text(answer.content.decode())
    one = DutyShift.objects.get()
    assert (one.starts_at, one.ends_at, one.organisation_id) == (later(hours=8), later(hours=22), town.energy.pk)
    answer = browser.post(reverse("workflow:remove_shift", args=[one.public_id]), follow=True)
    assert "还没有排班" in text(answer.content.decode())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ends_at": "2026-11-23T17:00"}, "结束时间要晚于开始时间"),
        ({"user": ""}, "请选择值班人员。"),
        ({"starts_at": "nonsense"}, "输入一个有效的日期/时间"),
        ({"starts_at": "2026-11-23T09:00", "ends_at": "2026-11-23T19:00"}, "这个人在这段时间已经有班"),
    ],
)
def test_what_is_wrong_with_a_shift_stands_beside_its_field(
    town: Town, sign_in: Any, change: dict[str, str], sentence: str
) -> None:
    shift(town)
    form = {"user": town.handler.user.username, "starts_at": "2026-11-25T18:00", "ends_at": "2026-11-26T08:00"}
    answer = sign_in(town.liaison).post("/roster/", form | change)
    assert answer.status_code == 422
    assert sentence in text(answer.content.decode())
    assert DutyShift.objects.count() == 1


def test_a_colleague_reads_and_a_firm_has_no_roster(town: Town, sign_in: Any) -> None:
    one = shift(town)
    reader = sign_in(town.deputy)
    shown = page(reader, "/roster/")
    assert town.handler.user.name in shown
    assert "排一个班" not in shown
    assert reader.post("/roster/", {}).status_code == 403
    assert reader.post(reverse("workflow:remove_shift", args=[one.public_id])).status_code == 403
    stranger = sign_in(town.at(town.housing, Role.DEPARTMENT_LIAISON))
    assert town.handler.user.name not in text(page(stranger, "/roster/"))
    assert stranger.post(reverse("workflow:remove_shift", args=[one.public_id])).status_code == 404
    assert sign_in(town.staff).get("/roster/").status_code == 403
    assert DutyShift.objects.count() == 1


def test_the_roster_takes_two_statements_for_editors_and_one_for_readers(town: Town, sign_in: Any) -> None:
    shift(town)
    assert len(statements(sign_in(town.liaison), "/roster/")) == FRAME + 2
    assert len(statements(sign_in(town.deputy), "/roster/")) == FRAME + 1


def test_on_an_urgent_case_those_who_work_on_it_see_who_is_on_duty_now(town: Town, sign_in: Any, clock: Any) -> None:
    urgent, usual = (case_in("IN_PROGRESS", town=town, urgent=flag) for flag in (True, False))
    shift(town)
    clock.move_to(later(hours=9))
    shown = text(page(sign_in(town.handler), reverse("demands:case", args=[urgent.public_id])))
    assert f"现在值班 {town.handler.user.name}" in shown
    assert "现在值班" not in text(page(sign_in(town.staff), reverse("demands:case", args=[urgent.public_id])))
    assert "现在值班" not in text(page(sign_in(town.handler), reverse("demands:case", args=[usual.public_id])))
    clock.move_to(later(hours=23))
    shown = text(page(sign_in(town.handler), reverse("demands:case", args=[urgent.public_id])))
    assert "现在值班 没有排班" in shown
