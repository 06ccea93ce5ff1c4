"""What is recorded of signing in, who reads it, and where a person sees their own sessions and ends them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from parties.models import SignInRecord
from parties.roles import Role
from parties.sign_in.tables import RecordIsNeverEdited
from tests.factories import PASSWORD, Town, later

pytestmark = pytest.mark.every_page
FIREFOX = {"User-Agent": "Mozilla/5.0 Firefox/140"}


def try_to_sign_in(name: str, password: str = PASSWORD, **options: Any) -> Client:
    browser = Client(**options)
    browser.post(reverse("login"), {"username": name, "password": password}, headers=FIREFOX)
    return browser


def lines(page: str) -> list[str]:
    """The words of every line of the table of records."""
    table = page.split("登录记录</caption>")[1].split("</table>")[0]
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", table, re.DOTALL)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


@pytest.fixture
def auditor(town: Town) -> Any:
    return town.at(town.city_office, Role.AUDIT_ADMIN)


def test_every_try_is_recorded_with_its_address_and_browser(town: Town, clock: Any) -> None:
    name = town.staff.user.username
    for _n in range(5):
        try_to_sign_in(name, "wrong", REMOTE_ADDR="10.3.3.3")
    try_to_sign_in("my secret typed in the wrong box", "x")
    try_to_sign_in("a\0b" * 30, "x")
    browser = try_to_sign_in(name)
    browser.post(reverse("logout"))
    found = list(SignInRecord.objects.order_by("id").values_list("kind", "user", "address"))
    staff = town.staff.user_id
    assert found[3:] == [
        ("WRONG", staff, "10.3.3.3"),
        ("LOCKED", staff, "10.3.3.3"),
        ("WRONG", None, "127.0.0.1"),
        ("WRONG", None, "127.0.0.1"),
        ("SIGNED_IN", staff, "127.0.0.1"),
        ("SIGNED_OUT", staff, "127.0.0.1"),
    ]
    record = SignInRecord.objects.get(kind="SIGNED_IN")
    assert (record.method, record.browser) == ("PASSWORD", FIREFOX["User-Agent"])
    assert "secret" not in str(list(SignInRecord.objects.values()))


def test_a_record_is_neither_changed_nor_deleted(town: Town, clock: Any) -> None:
    try_to_sign_in(town.staff.user.username)
    record = SignInRecord.objects.get()
    with pytest.raises(RecordIsNeverEdited):
        record.save()
    with pytest.raises(RecordIsNeverEdited):
        record.delete()


def test_the_administrators_read_everybodys_filtered_by_account_and_kind(
    town: Town, sign_in: Any, auditor: Any, clock: Any
) -> None:
    name = town.staff.user.username
    try_to_sign_in(name, "wrong")
    try_to_sign_in(name)
    try_to_sign_in(town.handler.user.username)
    try_to_sign_in("nobody")
    browser, page = sign_in(auditor), reverse("sign_in_records")

    def told(**query: str) -> list[str]:
        return lines(browser.get(page, query).content.decode())

    assert len(told()) == 4
    assert "不是本系统的账号" in told()[0]
    assert [name in line for line in told(account=name)] == [True, True]
    assert len(told(account=name, kind="WRONG")) == 1
    assert len(told(account=name, kind="NONSENSE")) == 4
    assert "没有这样的记录" in browser.get(page, {"account": "unknown"}).content.decode()
    assert sign_in(town.at(town.city_office, Role.SECURITY_ADMIN)).get(page).status_code == 200
    assert sign_in(town.handler).get(page).status_code == 403


def test_a_long_record_goes_on_page_by_page(town: Town, sign_in: Any, auditor: Any, clock: Any) -> None:
    SignInRecord.objects.bulk_create(
        SignInRecord(at=later(minutes=n // 2), kind="SIGNED_IN", user=town.staff.user) for n in range(51)
    )
    browser = sign_in(auditor)
    first = browser.get(reverse("sign_in_records")).content.decode()
    onward = re.search(r'href="(\?after=[^"]+)" rel="next"', first)[1]
    second = browser.get(reverse("sign_in_records") + onward).content.decode()
    assert (len(lines(first)), len(lines(second))) == (50, 1)


def test_the_statements_of_the_record_do_not_grow_with_it(
    town: Town, sign_in: Any, auditor: Any, django_assert_num_queries: Any
) -> None:
    browser = sign_in(auditor)
    browser.get(reverse("sign_in_records"))
    for _n in range(3):
        try_to_sign_in(town.staff.user.username)
        with django_assert_num_queries(5):  # session, user, actor, records, unread notices
            browser.get(reverse("sign_in_records"))
    with django_assert_num_queries(6):  # and the account
        browser.get(reverse("sign_in_records"), {"account": town.staff.user.username})


# --- one's own ---


def test_a_person_sees_where_they_are_signed_in_and_ends_it(town: Town, clock: Any) -> None:
    name = town.staff.user.username
    here, phone, library = (try_to_sign_in(name, REMOTE_ADDR=f"10.0.0.{n}") for n in (1, 2, 3))
    stranger = try_to_sign_in(town.firm_secretary.user.username)
    page = here.get(reverse("security")).content.decode()
    assert [f"10.0.0.{n}" in page for n in (1, 2, 3)] == [True, True, True]
    assert page.count("就是这里") == 1
    ends = re.findall(r'name="session" value="([0-9a-f]{32})"', page)
    assert len(ends) == 2
    assert phone.session.session_key not in page

    stranger.post(reverse("end_session"), {"session": ends[0]})
    assert [b.get(reverse("home")).status_code for b in (phone, library)] == [200, 200]
    here.post(reverse("end_session"), {"session": ends[0]})
    assert sorted(b.get(reverse("home")).status_code for b in (phone, library)) == [200, 302]
    here.post(reverse("end_others"))
    assert [b.get(reverse("home")).status_code for b in (phone, library)] == [302, 302]
    assert [b.get(reverse("home")).status_code for b in (here, stranger)] == [200, 200]
    assert SignInRecord.objects.filter(kind="SESSIONS_ENDED", user=town.staff.user).count() == 2


def test_sessions_that_would_not_be_let_in_are_not_shown(town: Town, clock: Any) -> None:
    name = town.staff.user.username
    idle, signed_out = try_to_sign_in(name), try_to_sign_in(name)
    idle.get(reverse("home"))
    signed_out.get(reverse("home"))
    clock.move_to(later(minutes=20))
    here = try_to_sign_in(name)
    here.get(reverse("home"))
    assert here.get(reverse("security")).content.decode().count('name="session"') == 2
    signed_out.post(reverse("logout"))
    assert here.get(reverse("security")).content.decode().count('name="session"') == 1
    clock.move_to(later(minutes=40))
    assert here.get(reverse("security")).content.decode().count('name="session"') == 0
    assert here.get(reverse("security")).content.decode().count("就是这里") == 1


def test_a_person_sees_what_happened_to_their_account_alone(town: Town, clock: Any) -> None:
    try_to_sign_in(town.staff.user.username, "wrong", REMOTE_ADDR="10.6.6.6")
    try_to_sign_in(town.handler.user.username, REMOTE_ADDR="10.7.7.7")
    page = try_to_sign_in(town.staff.user.username).get(reverse("security")).content.decode()
    assert ["密码不正确" in line for line in lines(page)] == [False, True]
    assert "10.6.6.6" in page
    assert "10.7.7.7" not in page


def test_the_statements_of_the_own_page_do_not_grow(town: Town, clock: Any, django_assert_num_queries: Any) -> None:
    here = try_to_sign_in(town.staff.user.username)
    here.get(reverse("security"))
    for _n in range(3):
        try_to_sign_in(town.staff.user.username)
        with django_assert_num_queries(7):  # session, user, actor, sessions, factors, records, unread notices
            here.get(reverse("security"))
