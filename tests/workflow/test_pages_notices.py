"""The page of notices, the counter in every page's head, and notices over the API."""

from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foundation.identifiers import random_id
from parties.models import Membership
from parties.roles import Role
from tests.api import Program, said
from tests.factories import NOW, Town, case_in, later, member
from tests.pages import FRAME, statements, text
from workflow.models import Notice

LIST = "/notices/"


def notice(who: Membership, n: int = 0, **more: Any) -> Notice:
    facts = {
        "user": who.user,
        "membership": who,
        "key": f"case:1:{n}",
        "kind": "your_turn",
        "subject_kind": "case",
        "subject_id": 1,
        "number": f"150602-2026-{n:06d}",
        "words": f"轮到您办理：诉求 150602-2026-{n:06d}",
        "due_at": later(days=1),
        "address": "/demands/",
        "created_at": NOW,
    }
    return Notice.objects.create(**(facts | more))


def page(browser: Client, address: str = LIST) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_head_of_every_page_counts_what_is_unread(town: Town, sign_in: Any) -> None:
    browser = sign_in(town.handler)
    assert "条未读" not in text(page(browser, "/"))
    for n in range(3):
        notice(town.handler, n)
    notice(town.handler, 9, read_at=NOW)
    notice(town.deputy, 1)
    for address in ("/", reverse("demands:list"), LIST):
        assert "通知 3 条未读" in text(page(browser, address))


def test_more_than_is_counted_is_said_so(town: Town, sign_in: Any) -> None:
    one = notice(town.handler)
    rows = [copy(one) for _ in range(1000)]
    for n, row in enumerate(rows):
        row.pk, row.public_id, row.key = None, random_id(), f"many:{n}"
    Notice.objects.bulk_create(rows)
    assert "通知 1,000+ 条未读" in text(page(sign_in(town.handler), "/"))


def test_unread_ones_come_first_and_all_can_be_seen(town: Town, sign_in: Any) -> None:
    notice(town.handler, 1, read_at=NOW)
    notice(town.handler, 2)
    browser = sign_in(town.handler)
    unread, everything = page(browser), page(browser, f"{LIST}?all=1")
    assert "150602-2026-000002" in unread
    assert "150602-2026-000001" not in unread
    assert everything.index("150602-2026-000002") < everything.index("150602-2026-000001")
    assert "11月24日 10:00 到期" in text(unread)


def test_nobody_sees_or_opens_or_counts_what_another_was_told(town: Town, sign_in: Any) -> None:
    theirs = notice(town.deputy, 1)
    browser = sign_in(town.handler)
    assert "150602-2026-000001" not in page(browser, f"{LIST}?all=1")
    assert browser.post(reverse("workflow:open_notice", args=[theirs.public_id])).status_code == 404
    assert browser.post(reverse("workflow:read_all"), {"newest": theirs.public_id}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_opening_one_reads_it_and_leads_to_what_it_is_about(town: Town, sign_in: Any) -> None:
    case = case_in("IN_PROGRESS", town=town)
    one, other = notice(town.handler, 1, address=f"/demands/{case.public_id}/"), notice(town.handler, 2)
    browser = sign_in(town.handler)
    answer = browser.post(reverse("workflow:open_notice", args=[one.public_id]), follow=True)
    assert answer.redirect_chain == [(f"/demands/{case.public_id}/", 302)]
    assert case.title in answer.content.decode()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.read_at, other.read_at) == (NOW, None)


def test_looking_at_the_list_reads_nothing_and_a_get_opens_nothing(town: Town, sign_in: Any) -> None:
    one = notice(town.handler, 1)
    browser = sign_in(town.handler)
    page(browser)
    assert browser.get(reverse("workflow:open_notice", args=[one.public_id])).status_code == 405
    one.refresh_from_db()
    assert one.read_at is None


def test_opening_one_of_another_post_takes_up_that_post(town: Town, sign_in: Any) -> None:
    second = member(town.energy, Role.HANDLER, person=town.deputy.user)
    one = notice(second, 1)
    browser = sign_in(town.deputy)
    answer = browser.post(reverse("workflow:open_notice", args=[one.public_id]), follow=True)
    assert "现在以承办人的岗位办理" in text(answer.content.decode())
    assert answer.wsgi_request.actor.post.membership_id == second.pk


def test_notices_of_a_post_that_has_ended_are_gone(town: Town, sign_in: Any) -> None:
    second = member(town.energy, Role.HANDLER, person=town.deputy.user)
    notice(second, 1)
    browser = sign_in(town.deputy)
    assert "150602-2026-000001" in page(browser)
    Membership.objects.filter(pk=second.pk).update(valid_to=later(days=-1).date())
    assert "150602-2026-000001" not in page(browser, f"{LIST}?all=1")
    assert "条未读" not in text(page(browser, "/"))


def test_reading_all_leaves_what_came_meanwhile(town: Town, sign_in: Any) -> None:
    for n in range(3):
        notice(town.handler, n)
    browser = sign_in(town.handler)
    newest = browser.get(LIST).context["newest"]
    late = notice(town.handler, 7)
    answer = browser.post(reverse("workflow:read_all"), {"newest": newest.public_id}, follow=True)
    assert "已把 3 条通知标为已读" in text(answer.content.decode())
    assert list(Notice.objects.unread()) == [late]


@pytest.mark.parametrize("newest", ["", "nonsense", "01234567-89ab-4def-8123-456789abcdef"])
def test_reading_all_up_to_nothing_is_refused(town: Town, sign_in: Any, newest: str) -> None:
    notice(town.handler)
    assert sign_in(town.handler).post(reverse("workflow:read_all"), {"newest": newest}).status_code == 404
    assert Notice.objects.unread().count() == 1


def test_a_long_list_is_read_page_by_page(town: Town, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.views.notices.PAGE", 2)
    for n in range(3):
        notice(town.handler, n)
    browser = sign_in(town.handler)
    first = browser.get(LIST)
    second = browser.get(LIST, {"after": first.context["next"]})
    shown = [row["notice"].number[-1] for answer in (first, second) for row in answer.context["rows"]]
    assert shown == ["2", "1", "0"]


def test_the_list_takes_two_statements_however_long_it_is(town: Town, sign_in: Any) -> None:
    browser = sign_in(town.handler)
    notice(town.handler, 1)
    assert len(statements(browser, LIST)) == FRAME + 2
    for n in range(2, 4):
        notice(town.handler, n)
    assert len(statements(browser, LIST)) == FRAME + 2


# --- the API ---


def test_a_program_reads_the_notices_of_its_post(town: Town, clock: Any) -> None:
    second = member(town.energy, Role.HANDLER, person=town.deputy.user)
    notice(second, 1)
    mine = notice(town.deputy, 2)
    notice(town.deputy, 3, read_at=NOW)
    program = Program(town.deputy)
    rows = program.get("notices/").json()["results"]
    assert [row["number"][-1] for row in rows] == ["3", "2"]
    [row] = program.get("notices/", unread="true").json()["results"]
    assert row == {
        "id": str(mine.public_id),
        "kind": "your_turn",
        "kind_label": "轮到您办理",
        "words": mine.words,
        "number": mine.number,
        "due_at": "2026-11-24T10:00:00+08:00",
        "address": "/demands/",
        "created_at": "2026-11-23T10:00:00+08:00",
        "read_at": None,
    }
    assert said(program.get("notices/", unread="no")) == (400, "bad_input")


def test_a_program_marks_one_read_once(town: Town, clock: Any) -> None:
    mine, theirs = notice(town.deputy, 1), notice(town.handler, 1)
    program = Program(town.deputy)
    answer = program.post(f"notices/{mine.public_id}/read/", key="k1")
    assert (answer.status_code, answer.json()["read_at"]) == (200, "2026-11-23T10:00:00+08:00")
    clock.shift(timedelta(hours=1))
    assert program.post(f"notices/{mine.public_id}/read/").json()["read_at"] == "2026-11-23T10:00:00+08:00"
    assert said(program.post(f"notices/{theirs.public_id}/read/")) == (404, "not_found")


def test_a_list_of_the_api_takes_three_statements(town: Town, clock: Any, django_assert_num_queries: Any) -> None:
    program = Program(town.deputy)
    for n in range(3):
        notice(town.deputy, n)
        with django_assert_num_queries(3):
            program.get("notices/")
