"""Photos and files that a firm sends with its demand, chosen on the check page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from cases.demands.models import Attachment, Case
from parties.models import Membership
from tests.cases.demands.invariants import assert_chain_holds
from tests.cases.demands.test_several_matters import ENERGY, LAND, PLOT, POWER, first_then_second
from tests.factories import Town, category
from tests.files import sent
from tests.pages import fields

SignIn = Callable[[Membership], Client]
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def send(browser: Client, *files: Any, **also: Any) -> HttpResponse:
    """Answer, look over, and send with these files."""
    page = browser.post(ENERGY, fields(browser.get(ENERGY).content.decode()) | POWER | {"step": "check"})
    form = fields(page.content.decode())
    form.pop("uploads", None)
    return browser.post(ENERGY, form | {"step": "send", "uploads": list(files)} | also)


def attached() -> list[tuple[int, str]]:
    return [(one.case_id, one.file.name) for one in Attachment.objects.select_related("file").order_by("pk")]


def test_photos_chosen_on_the_check_page_are_with_the_demand(town: Town, sign_in: SignIn) -> None:
    answer = send(sign_in(town.staff), sent(), sent("现场.jpg", JPEG))
    case = Case.objects.get()
    assert answer.status_code == 302
    assert attached() == [(case.pk, "合同.pdf"), (case.pk, "现场.jpg")]
    assert_chain_holds(case)


def test_a_refused_file_is_named_and_holds_neither_demand_nor_other_files_back(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(town.staff)
    answer = send(browser, sent(), sent("现场.jpg", b"<svg onload=alert(1)>"))
    case = Case.objects.get()
    assert attached() == [(case.pk, "合同.pdf")]
    page = browser.get(answer["Location"]).content.decode()
    assert "“现场.jpg”没有收下" in page
    assert "诉求已经提交，可以在诉求页重新添加附件" in page


def test_what_is_sent_twice_is_there_once(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(town.staff)
    page = browser.post(ENERGY, fields(browser.get(ENERGY).content.decode()) | POWER | {"step": "check"})
    form = fields(page.content.decode())
    form.pop("uploads", None)
    for _again in range(2):
        answer = browser.post(ENERGY, form | {"step": "send", "uploads": [sent()]})
        assert answer.status_code == 302
    assert len(attached()) == Case.objects.count() == 1


@pytest.mark.usefixtures("town")
def test_files_go_with_the_matter_of_the_page(town: Town, sign_in: SignIn) -> None:
    category("LAND", "用地")
    browser = sign_in(town.staff)
    check = fields(first_then_second(browser).content.decode())
    check.pop("uploads", None)
    browser.post(LAND, check | {"step": "send", "uploads": [sent()]})
    first, second = Case.objects.order_by("pk")
    assert second.title == PLOT["title"]
    assert attached() == [(second.pk, "合同.pdf")]
    assert first.attached == 0
