"""Signing in and out, and the pages that say that something cannot be done."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.demo.accounts import SIGN_IN_WITH, SOURCE
from parties.roles import Role
from tests.factories import PASSWORD, case_in, member, user
from tests.pages import fields
from workflow import registry


def test_signing_in_leads_to_the_page_that_was_asked_for(town, client):
    case = case_in("IN_PROGRESS", town=town)
    wanted = reverse("demands:case", args=[case.public_id])
    asked = client.get(wanted)
    assert asked.status_code == 302
    page = client.get(asked.url)
    form = fields(page.content.decode())
    answer = client.post(reverse("login"), form | {"username": town.handler.user.username, "password": PASSWORD})
    assert answer.url == wanted


def test_a_wrong_account_and_a_wrong_password_get_the_same_sentence(town, client):
    sentences = []
    for name in (town.handler.user.username, "nobody", "9" * 5000):
        answer = client.post(reverse("login"), {"username": name, "password": "wrong"})
        assert "账号或密码不正确" in answer.content.decode()
        sentences.append([str(error) for error in answer.context["form"].non_field_errors()])
    assert sentences[0] == sentences[1] == sentences[2]
    assert len(sentences[0]) == 1


def test_the_typed_password_is_not_sent_back(town, client):
    answer = client.post(reverse("login"), {"username": "nobody", "password": "a secret of mine"})
    assert "a secret of mine" not in answer.content.decode()


def test_after_five_wrong_passwords_the_page_says_how_long_to_wait(town, client):
    for _n in range(5):
        answer = client.post(reverse("login"), {"username": town.handler.user.username, "password": "wrong"})
    assert "登录已暂停" in answer.content.decode()
    assert "约 15 分钟后可以再试" in answer.content.decode()


def test_signing_out_takes_a_post(town, sign_in):
    browser = sign_in(town.staff)
    assert browser.get(reverse("logout")).status_code == 405
    assert browser.post(reverse("logout")).url == reverse("login")
    assert browser.get(reverse("home")).status_code == 302


def test_the_session_changes_when_somebody_signs_in(town, client):
    client.get(reverse("login"))
    before = client.session.session_key
    client.post(reverse("login"), {"username": town.staff.user.username, "password": PASSWORD})
    assert client.session.session_key != before


def test_a_form_whose_token_no_longer_fits_keeps_what_was_typed(town, sign_in):
    browser = sign_in(town.staff, enforce_csrf_checks=True)
    answer = browser.post("/demands/new/ENERGY/", {"title": "变压器增容", "password": "secret"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert fields(page)["title"] == "变压器增容"
    assert "secret" not in page
    again = fields(page)["csrfmiddlewaretoken"]
    assert again


@pytest.mark.parametrize("address", ["/nowhere/", "/demands/00000000-0000-0000-0000-000000000000/", "/demands/x/"])
def test_what_is_not_there_and_what_may_not_be_seen_look_the_same(town, sign_in, address):
    answer = sign_in(town.staff).get(address)
    assert answer.status_code == 404
    assert "<h1>没有找到</h1>" in answer.content.decode()


class BrokenInbox:
    """A system that fails whenever it is asked for its boxes."""

    name = "broken"

    def box(self, actor, box):
        raise RuntimeError("a secret of the program")


def test_a_fault_of_the_program_gets_a_page_without_details(town, sign_in, monkeypatch):
    monkeypatch.setattr(registry, "_inboxes", [BrokenInbox()])
    browser = sign_in(town.staff, raise_request_exception=False)
    answer = browser.get(reverse("home"))
    assert answer.status_code == 500
    assert "<h1>系统出错了</h1>" in answer.content.decode()
    assert "a secret of the program" not in answer.content.decode()


def test_a_browser_in_english_still_gets_a_page(db):
    assert Client(headers={"accept-language": "en"}).get(reverse("login")).status_code == 200


def test_accounts_stand_on_the_sign_in_page_of_the_demonstration_only(town, client, settings):
    member(town.energy, Role.HANDLER, person=user("何明辉", phone=""), source=SOURCE)
    assert SIGN_IN_WITH not in client.get(reverse("login")).content.decode()
    settings.DEMO = True
    page = client.get(reverse("login"), {"next": "/demands/"}).content.decode()
    assert SIGN_IN_WITH in page
    assert "何明辉 · 市能源局" in page
    assert town.handler.user.name not in page
    assert "?next=%2Fdemands%2F&amp;account=" in page


def test_an_account_chosen_on_the_page_is_filled_in(db, client):
    assert fields(client.get(reverse("login"), {"account": "qy02"}).content.decode())["username"] == "qy02"


def test_the_sign_in_page_takes_no_statement(db, client):
    client.get(reverse("login"))
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("login"))
    assert len(captured) == 0
