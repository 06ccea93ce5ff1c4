"""The first days of an official's account: initial password, second factor, a lost phone, another session."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from parties.passwords import set_initial_password
from parties.roles import Role
from tests.browser.conftest import DESK, PHONE, OpenBrowser
from tests.browser.looks import faults_at
from tests.factories import NOW, Town
from tests.phone import code_of

OWN = "蓝色的河流绕过三座山"


def first_step(page: Page, name: str, password: str) -> None:
    page.goto(reverse("login"))
    page.get_by_role("textbox", name="账号").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def at(page: Page, name: str) -> None:
    expect(page).to_have_url(re.compile(rf"{reverse(name)}(\?.*)?$"))


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone without scripts", "desk"])
def test_from_the_initial_password_to_the_end_of_a_session_elsewhere(
    town: Town, open_browser: OpenBrowser, settings: Any, picture: Any, screen: dict[str, int]
) -> None:
    settings.SECOND_FACTOR, scripts = "officials", screen is DESK
    who = town.handler.user
    page, found = open_browser(screen, scripts=scripts), list[str]()

    def look(name: str) -> None:
        if scripts:  # at both widths
            found.extend(faults_at(page, name))
            page.set_viewport_size(screen)

    initial = set_initial_password(who, now=NOW)
    first_step(page, who.username, initial)
    at(page, "password")
    if scripts:
        box = page.get_by_label("新密码")
        page.get_by_role("button", name="显示密码").last.click()
        expect(box).to_have_attribute("type", "text")
        page.get_by_role("button", name="隐藏密码").click()
        expect(box).to_have_attribute("type", "password")
    look("password")
    page.get_by_label("现在的密码").fill(initial)
    page.get_by_label("新密码").fill("ordos2026")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("alert")).to_contain_text("除去账号")
    look("password refused")
    page.get_by_label("现在的密码").fill(initial)
    page.get_by_label("新密码").fill(OWN)
    page.get_by_role("button", name="修改密码").click()

    at(page, "enrol")
    look("enrol")
    page.wait_for_load_state()
    assert page.locator(".qr img").evaluate("image => image.complete && image.naturalWidth > 0")
    if screen is PHONE:
        picture(page, "sign-in-factor")
    key = page.locator("code.key").inner_text()
    page.get_by_label("验证码").fill(code_of(key))
    page.get_by_role("button", name="启用").click()
    at(page, "recovery_codes")
    look("codes")
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("button", name="已经保存好了").click()
    at(page, "home")

    elsewhere = open_browser(DESK)
    first_step(elsewhere, who.username, OWN)
    at(elsewhere, "mfa_authenticate")
    elsewhere.get_by_label("验证码").fill(codes[3])
    elsewhere.get_by_role("button", name="验证并登录").click()
    at(elsewhere, "home")

    page.goto(reverse("security"))
    expect(page.get_by_text("还有 9 个恢复码没有用过")).to_be_visible()
    look("security")
    if screen is DESK:
        picture(page, "sign-in-security")
    page.get_by_role("button", name="结束这处登录").click()
    expect(page.get_by_text("已结束这处登录")).to_be_visible()
    elsewhere.reload()
    at(elsewhere, "login")
    assert found == []


def test_the_other_pages_of_signing_in_look_right(town: Town, person: Any, open_browser: OpenBrowser) -> None:
    security = person(town.at(town.city_office, Role.SECURITY_ADMIN), DESK, scripts=True)
    found = []
    for name in ("home", "sign_in_records", "reset_factor", "account_reauthenticate"):
        security.goto(reverse(name))
        found += faults_at(security, name)
    security.goto(reverse("reset_factor"))
    security.get_by_label("账号").fill("nobody")
    security.get_by_role("button", name="重置").click()
    found += faults_at(security, "reset refused")
    assert found == []
