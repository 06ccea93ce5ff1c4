"""Initial passwords: who sets whose, told once on paper; from a new person to their first home page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from parties.initial_passwords import accounts_of, refusal
from parties.models import Membership, SignInRecord, User
from parties.roles import ADMIN_ROLES, Role
from tests.conftest import SignIn
from tests.factories import NOW, PASSWORD, Town, actor, later, member, user
from tests.pages import FRAME, fields, statements, text

pytestmark = pytest.mark.every_page
OWN = "蓝色的河流绕过三座山"
WAITING = "/accounts/"


def admin(town: Town) -> Membership:
    return town.at(town.city_office, Role.SYSTEM_ADMIN)


def new_account(name: str, place: Any = None, role: Role = Role.ENTERPRISE_STAFF) -> User:
    """An account in which nobody can sign in, as the directory and an import make it."""
    person = user(name)
    person.set_unusable_password()
    person.save()
    if place is not None:
        member(place, role, person=person)
    return person


def passwords(page: str) -> list[str]:
    return re.findall(r"<code[^>]*>([^<]+)</code>", page)


def test_from_a_new_person_to_their_first_home_page(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(admin(town))
    form = reverse("directory:add", args=["people"])
    typed = {"username": "wangxiu", "name": "王秀", "phone": "13900000000"}
    page = browser.post(form, fields(browser.get(form).content.decode()) | typed, follow=True)
    person = User.objects.get(username="wangxiu")
    posts = reverse("workflow:person_posts", args=[person.public_id])
    address = reverse("accounts:password", args=[person.public_id])
    assert [link in page.content.decode() for link in (posts, address)] == [True, True]
    appointment = {"place": town.firm.name, "role": "ENTERPRISE_STAFF", "valid_from": "2026-11-23"}
    assert browser.post(posts, appointment).status_code == 302
    assert address in browser.get(posts).content.decode()
    assert "没有密码" in text(browser.get(WAITING).content.decode())

    asked = fields(browser.get(address).content.decode())
    answer = browser.post(address, asked)
    assert "no-store" in answer["Cache-Control"]
    slip = answer.content.decode()
    [initial] = passwords(slip)
    assert [word in text(slip) for word in ("王秀", "wangxiu", "2026年11月30日", "http://testserver/")] == [True] * 4
    assert re.fullmatch(r"([abcdefghjkmnpqrstuvwxyz2-9]{4}-){3}[abcdefghjkmnpqrstuvwxyz2-9]{4}", initial)
    again = browser.post(address, asked, follow=True).content.decode()
    assert (passwords(again), "只显示那一次" in again) == ([], True)
    assert "已发放" in text(browser.get(WAITING).content.decode())

    own = Client()
    assert own.post(reverse("login"), {"username": "wangxiu", "password": initial}).status_code == 302
    assert own.get(reverse("home")).url == reverse("password")
    change = own.post(reverse("password"), {"password_now": initial, "password_new": OWN})
    assert change.url == reverse("home")
    assert "王秀" in own.get(reverse("home")).content.decode()
    assert "王秀" not in browser.get(WAITING).content.decode().partition("<main")[2]
    record = SignInRecord.objects.get(kind="PASSWORD_SET")
    assert (record.user_id, record.by_id, initial in str(vars(record))) == (person.pk, admin(town).user_id, False)


def test_who_forgot_the_password_is_signed_out_everywhere_and_let_in_at_once(town: Town, sign_in: SignIn) -> None:
    name, old = town.staff.user.username, Client()
    old.post(reverse("login"), {"username": name, "password": PASSWORD})
    for _n in range(5):
        Client().post(reverse("login"), {"username": name, "password": "wrong"})
    assert Client().post(reverse("login"), {"username": name, "password": PASSWORD}).status_code == 429
    page = sign_in(town.intake).post(reverse("accounts:password", args=[town.staff.user.public_id]))
    [initial] = passwords(page.content.decode())
    assert old.get(reverse("home")).status_code == 302
    assert Client().post(reverse("login"), {"username": name, "password": PASSWORD}).status_code == 200
    assert Client().post(reverse("login"), {"username": name, "password": initial}).status_code == 302


def test_each_sets_those_of_their_own_people_and_nobody_their_own(town: Town, clock: Any) -> None:
    firms = {town.firm.pk, town.neighbour.pk}
    both, left = new_account("两旗", town.firm), new_account("离职", town.firm)
    member(town.far_firm, Role.ENTERPRISE_STAFF, person=both)
    User.objects.filter(pk=left.pk).update(is_active=False)
    late = new_account("新任审计")
    later_on = {"valid_from": NOW.date() + timedelta(days=3)}
    Membership.objects.create(user=late, organisation=town.city_office, role=Role.AUDIT_ADMIN, **later_on)
    nowhere = new_account("没有岗位")
    everybody = {post.user_id: post for post in town.everybody}
    admins = {one for one, post in everybody.items() if post.role in ADMIN_ROLES}
    desk = {one for one, post in everybody.items() if post.organisation_id in firms}
    security = town.at(town.city_office, Role.SECURITY_ADMIN)

    def of(post: Membership) -> set[int]:
        return set(accounts_of(actor(post)).values_list("pk", flat=True))

    assert of(security) == admins - {security.user_id} | {late.pk}
    assert of(admin(town)) == set(everybody) - admins | {both.pk, nowhere.pk}
    assert of(town.intake) == of(town.at(town.office, Role.DISPATCHER)) == desk
    assert of(town.at(town.city_office, Role.INTAKE)) == set()  # no firm stands in the city itself
    assert of(town.at(town.office, Role.ARBITRATOR)) == of(town.liaison) == of(town.staff) == set()
    for post in (admin(town), security, town.intake, town.liaison):
        allowed, by = of(post), actor(post)
        told = {one.pk for one in User.objects.all() if refusal(one, by) is None}
        assert told == allowed


def test_whose_it_is_not_is_refused_or_not_there(town: Town, sign_in: SignIn) -> None:
    security = town.at(town.city_office, Role.SECURITY_ADMIN)
    told = (
        (admin(town), security, 403, "由安全管理员设置"),
        (admin(town), admin(town), 403, "自己的密码"),
        (security, town.liaison, 403, "只设置三员"),
        (town.intake, town.liaison, 403, "只设置本旗区企业人员"),
        (town.intake, town.at(town.far_firm, Role.ENTERPRISE_STAFF), 404, "没有找到"),
        (town.liaison, town.handler, 403, "只有系统管理员、安全管理员"),
    )
    before = dict(User.objects.values_list("pk", "password"))
    for who, whose, status, sentence in told:
        browser = sign_in(who)
        answer = browser.post(reverse("accounts:password", args=[whose.user.public_id]))
        assert (answer.status_code, sentence in answer.content.decode()) == (status, True)
        chosen = {"row": [whose.user.public_id]}
        assert browser.post(reverse("accounts:passwords"), chosen).status_code in (403, 422)
    assert dict(User.objects.values_list("pk", "password")) == before


def test_many_new_accounts_get_theirs_on_one_sheet_or_none_of_them(town: Town, sign_in: SignIn) -> None:
    people = [new_account(f"新{n}", town.firm) for n in range(3)]
    other = new_account("外旗", town.far_firm)
    browser, address = sign_in(town.intake), reverse("accounts:passwords")
    assert len(statements(browser, WAITING)) == FRAME + 2
    listed = browser.get(WAITING).content.decode()
    assert [one.name in listed for one in (*people, other)] == [True, True, True, False]
    rows = [str(one.public_id) for one in people]
    for bad in ([], ["x"], [*rows, str(other.public_id)], [*rows, str(town.staff.user.public_id)]):
        answer = browser.post(address, {"row": bad})
        assert (answer.status_code, passwords(answer.content.decode())) == (422, [])
    assert not User.objects.filter(must_change_password=True).exists()
    told = passwords(browser.post(address, {"row": rows}).content.decode())
    assert len(set(told)) == 3
    now = User.objects.filter(pk__in=[one.pk for one in people]).order_by("pk")
    assert [one.check_password(word) for one, word in zip(now, told, strict=True)] == [True] * 3
    assert len(statements(browser, WAITING)) == FRAME + 2
    assert SignInRecord.objects.filter(kind="PASSWORD_SET", by=town.intake.user).count() == 3
    User.objects.filter(pk=people[0].pk).update(initial_password_until=later(days=-1))
    assert "初始密码已过期" in browser.get(WAITING).content.decode()
