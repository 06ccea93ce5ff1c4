"""The pages of notices, delivery, words and roster at a desk and on a phone; and a notice opened without scripts."""

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from cases.demands.models import Case
from parties.roles import Role
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.test_looks import sent_empty, the_pages_are_right, to
from tests.factories import NOW, Town, actor, case_in, later, untold
from workflow.models import Notice, OutboxMessage
from workflow.notices import announce
from workflow.outbox import attempt, queue
from workflow.roster import add_shift
from workflow.words import set_words


def told(town: Town, *, kinds: tuple[str, ...] = ("your_turn", "half_used", "acknowledged_by_rule")) -> Case:
    """The handler has been told these things of an urgent case, the first thing read."""
    case = untold(case_in("IN_PROGRESS", town=town, urgent=True))
    for kind in kinds:
        with transaction.atomic():
            announce(case, tells={"handler": kind}, seq=case.head_seq, at=NOW, due_at=case.next_due_at)
    for message in OutboxMessage.objects.all():
        attempt(str(message.public_id), clock=lambda: NOW)
    Notice.objects.filter(kind=kinds[0]).update(read_at=NOW)
    return case


def dead_mail() -> OutboxMessage:
    with transaction.atomic():
        queue("mail", key="dead", payload={"user": 0, "number": "150602-2026-000123"}, at=NOW)
    message = OutboxMessage.objects.get(key="dead")
    attempt(str(message.public_id), clock=lambda: NOW)
    return message


def resent(page: Page) -> None:
    page.goto("/deliveries/")
    page.get_by_role("button", name="重发全部").click()
    expect(page.get_by_role("heading", name="重发结果")).to_be_visible()


def test_the_administrators_pages_look_right(town: Town, person: Person) -> None:
    admin = town.at(town.city_office, Role.SYSTEM_ADMIN)
    told(town)
    dead = dead_mail()
    set_words("closed", "mail", subject="办结 {number}", body="{organisation}\n\n{link}", by=actor(admin))
    page = person(admin, DESK, scripts=True)
    the_pages_are_right(
        page,
        [
            to("home"),
            to("workflow:deliveries"),
            to("workflow:deliveries", query="?state=SENT"),
            to("workflow:deliveries", query="?state=LATE"),
            to("workflow:delivery", dead.public_id),
            to("workflow:messages"),
            to("workflow:message", "closed", "mail"),
            to("workflow:message", "your_turn", "notice"),
            sent_empty(to("workflow:message", "closed", "mail"), "保存并生效"),
            ("sent again", resent),
        ],
    )


@pytest.mark.parametrize("who", ["handler", "liaison"])
def test_notices_and_roster_look_right(town: Town, person: Person, who: str) -> None:
    told(town)
    add_shift(by=actor(town.liaison), user=town.handler.user, starts_at=later(hours=-1), ends_at=later(hours=8))
    add_shift(by=actor(town.liaison), user=town.second_handler.user, starts_at=later(hours=8), ends_at=later(hours=22))
    page = person(getattr(town, who), DESK, scripts=True)
    pages = [
        to("workflow:notices"),
        to("workflow:notices", query="?all=1"),
        to("workflow:roster"),
    ]
    if who == "liaison":
        pages.append(sent_empty(to("workflow:roster"), "排班"))
    the_pages_are_right(page, pages)


def test_on_a_phone_without_scripts_a_notice_is_opened_and_the_rest_read(town: Town, person: Person) -> None:
    case = told(town)
    page = person(town.handler, PHONE, scripts=False)
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="通知 2 条未读").click()
    page.get_by_role("button", name=f"时限已过半：诉求 {case.number}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(case.title)
    page.get_by_role("banner").get_by_role("link", name="通知 1 条未读").click()
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_role("main")).to_contain_text("没有未读的通知")
    assert not Notice.objects.unread().exists()
