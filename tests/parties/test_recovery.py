"""After a lost session what was sent comes back to the same person and to no other; nothing of it is done."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from cases.demands.models import Case, Draft
from parties import recovery
from parties.roles import Role
from tests.factories import PASSWORD, Town, case_in, later, member
from tests.pages import fields, text
from workflow.middleware import POST_KEY
from workflow.models import Event

TYPED = {"text": "供电方案答复单已于11月25日送达贵公司", "password_again": "hunter2", "csrfmiddlewaretoken": "x"}


@pytest.fixture
def case(town: Town) -> Case:
    return case_in("IN_PROGRESS", town=town)


def note(case: Case) -> str:
    return reverse("demands:act", args=[case.public_id, "note_internal"])


def lost(browser, clock, address, typed=TYPED):
    """The answer to a POST after the session was idle for too long."""
    assert browser.get(reverse("home")).status_code == 200
    clock.move_to(later(hours=3))
    return browser.post(address, typed)


def sign_in_again(browser, page, who):
    """The page after signing in, however one is led there."""
    form = fields(page) | {"username": who.user.username, "password": PASSWORD}
    return browser.post(reverse("login"), form, follow=True)


def test_the_sign_in_page_carries_what_was_sent_and_the_same_person_sends_it_again(town, sign_in, clock, case):
    browser = sign_in(town.handler)
    before = Event.objects.count()
    answer = lost(browser, clock, note(case), TYPED | {"seen": str(case.head_seq)})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "登录已失效，刚才没有提交" in page
    assert TYPED["text"] not in page
    again = sign_in_again(browser, page, town.handler)
    shown = again.content.decode()
    assert again.status_code == 200
    assert TYPED["text"] in text(shown)
    assert "hunter2" not in shown
    assert Event.objects.count() == before
    form = fields(shown)
    assert form["csrfmiddlewaretoken"] != "x"
    assert f'action="{note(case)}"' in shown
    sent = browser.post(note(case), form)
    assert sent.status_code == 302
    assert Event.objects.count() == before + 1


def test_another_person_gets_nothing_of_it(town, sign_in, clock, case):
    page = lost(sign_in(town.handler), clock, note(case)).content.decode()
    other = Client()
    answer = sign_in_again(other, page, town.second_handler)
    assert answer.redirect_chain == [(reverse("home"), 302)]
    assert other.get(reverse("recovered")).url == reverse("home")
    assert recovery.FIELD not in other.session


def test_it_comes_back_in_the_post_the_person_acted_in(town, sign_in, clock, case):
    second = member(town.neighbour, Role.ENTERPRISE_STAFF, person=town.handler.user)
    browser = sign_in(second)
    page = lost(browser, clock, note(case)).content.decode()
    sign_in_again(browser, page, town.handler)
    assert browser.session[POST_KEY] == second.pk


def test_a_wrong_password_loses_nothing(town, sign_in, clock, case):
    browser = sign_in(town.handler)
    page = lost(browser, clock, note(case)).content.decode()
    wrong = browser.post(reverse("login"), fields(page) | {"username": town.handler.user.username, "password": "no"})
    again = sign_in_again(browser, wrong.content.decode(), town.handler)
    assert TYPED["text"] in again.content.decode()


def test_who_signed_in_elsewhere_meanwhile_gets_it_too(town, sign_in, clock, case):
    browser = sign_in(town.handler)
    page = lost(browser, clock, note(case)).content.decode()
    browser.force_login(town.handler.user, backend="django.contrib.auth.backends.ModelBackend")
    assert TYPED["text"] in sign_in_again(browser, page, town.handler).content.decode()


def test_a_cookie_says_whose_it_was_when_the_session_itself_is_gone(town, clock, case):
    browser = Client()
    browser.post(reverse("login"), {"username": town.handler.user.username, "password": PASSWORD})
    browser.session.flush()
    page = browser.post(note(case), TYPED).content.decode()
    assert TYPED["text"] in sign_in_again(browser, page, town.handler).content.decode()


def test_nobody_is_guessed_after_signing_out(town, clock, case):
    browser = Client()
    browser.post(reverse("login"), {"username": town.handler.user.username, "password": PASSWORD})
    browser.post(reverse("logout"))
    answer = browser.post(note(case), TYPED)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_a_form_without_its_token_is_carried_as_well(town, sign_in, clock, case):
    browser = sign_in(town.handler, enforce_csrf_checks=True)
    page = lost(browser, clock, note(case)).content.decode()
    assert fields(page)[recovery.FIELD]


def test_a_text_that_is_too_long_is_not_carried_and_the_page_says_so(town, sign_in, clock, case):
    answer = lost(sign_in(town.handler), clock, note(case), {"text": "长" * recovery.LARGEST})
    assert answer.status_code == 403
    assert "填写的内容太长" in answer.content.decode()
    assert recovery.FIELD not in fields(answer.content.decode())


def test_nothing_that_others_sealed_is_believed(town, client, sign_in, clock, case):
    page = lost(sign_in(town.handler), clock, note(case)).content.decode()
    sealed = fields(page)[recovery.FIELD]
    for forged in (sealed[:-4] + "AAAA", json.dumps(["/", town.handler.user_id, None, []]), "é"):
        assert recovery.opened(forged) is None
    assert recovery.opened(sealed).path == note(case)
    clock.move_to(later(hours=24))
    assert recovery.opened(sealed) is None


@pytest.mark.parametrize("path", ["//evil.example/demands/", "https://evil.example/"])
def test_it_leads_to_no_other_host(town, rf, path):
    request = rf.post("/demands/", TYPED)
    request.lost_session = (town.handler.user_id, None)
    request.get_full_path = lambda: path
    assert recovery.page(request) is None


def test_the_script_is_told_in_its_own_words(town, sign_in, clock):
    browser = sign_in(town.staff)
    assert browser.get(reverse("home")).status_code == 200
    clock.move_to(later(hours=3))
    answer = browser.post(
        reverse("demands:save_draft"), {"_category": "ENERGY", "title": "增容"}, headers={"accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "signed_out")
    assert Draft.objects.count() == 0


def test_a_program_without_a_token_gets_no_page(town, client, case):
    answer = client.post(f"/api/v1/cases/{case.public_id}/note_internal/", TYPED)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/json"
