"""Tokens of the API are issued for one post and a limited time, told once, and revoked at once."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from parties.models import ApiToken
from tests.factories import NOW, Town, member

pytestmark = pytest.mark.usefixtures("clock")


def issue(*arguments: str) -> tuple[str, str]:
    """What the command prints, and what it tells beside it."""
    out, beside = StringIO(), StringIO()
    call_command("issue_token", *arguments, stdout=out, stderr=beside, no_color=True)
    return out.getvalue(), beside.getvalue()


def revoke(*arguments: str) -> str:
    out = StringIO()
    call_command("revoke_token", *arguments, stdout=out)
    return out.getvalue()


def me(secret: str) -> Any:
    return Client(headers={"Authorization": f"Bearer {secret.strip()}"}).get("/api/v1/me/")


def test_a_token_is_issued_and_its_secret_told_once(town: Town) -> None:
    who = town.staff.user
    out, beside = issue(who.username, "--name", " ERP 对接 ", "--days", "90")
    assert out.count("\n") == 1
    assert me(out).json()["post"]["organisation"] == "甲公司"
    token = ApiToken.objects.get()
    assert (token.membership_id, token.name) == (town.staff.pk, "ERP 对接")
    assert (token.created_at, token.expires_at) == (NOW, NOW + timedelta(days=90))
    assert out.strip() not in beside
    for words in (who.name, "企业经办人", "甲公司", "ERP 对接", "2027-02-21 10:00"):
        assert words in beside
    assert issue(who.username, "--name", "另一处", "--days", "1")[0] != out


@pytest.mark.parametrize("days", ["0", "-1", "366", "100000"])
def test_a_token_lives_between_one_day_and_a_year(town: Town, days: str) -> None:
    with pytest.raises(CommandError, match="1 至 365"):
        issue(town.staff.user.username, "--name", "对接", "--days", days)
    issue(town.staff.user.username, "--name", "一天", "--days", "1")
    issue(town.staff.user.username, "--name", "一年", "--days", "365")
    assert ApiToken.objects.count() == 2


def test_expiry_and_purpose_must_be_given(town: Town) -> None:
    with pytest.raises(CommandError, match="--days"):
        issue(town.staff.user.username, "--name", "对接")
    with pytest.raises(CommandError, match="--name"):
        issue(town.staff.user.username, "--days", "9")
    for name in (" ", "长" * 81):
        with pytest.raises(CommandError, match="1 至 80 个字"):
            issue(town.staff.user.username, "--name", name, "--days", "9")
    assert not ApiToken.objects.exists()


def test_the_post_is_chosen_when_a_person_has_several(town: Town) -> None:
    who = town.staff.user
    second = member(town.neighbour, "ENTERPRISE_STAFF", person=who)
    third = member(town.firm, "ENTERPRISE_SECRETARY", person=who)
    usual = (who.username, "--name", "对接", "--days", "9")
    with pytest.raises(CommandError) as error:
        issue(*usual)
    assert str(error.value).splitlines() == [
        "请指定一个任职：",
        "  --role ENTERPRISE_STAFF --organisation 甲公司",
        "  --role ENTERPRISE_STAFF --organisation 乙公司",
        "  --role ENTERPRISE_SECRETARY --organisation 甲公司",
    ]
    with pytest.raises(CommandError, match="请指定一个任职"):
        issue(*usual, "--role", "ENTERPRISE_STAFF")
    with pytest.raises(CommandError, match="没有这个任职"):
        issue(*usual, "--role", "INTAKE")
    with pytest.raises(CommandError, match="没有这个任职"):
        issue(*usual, "--organisation", "丙公司")
    issue(*usual, "--organisation", "乙公司")
    issue(*usual, "--role", "ENTERPRISE_SECRETARY")
    issue(*usual, "--role", "ENTERPRISE_STAFF", "--organisation", "甲公司")
    assert [token.membership_id for token in ApiToken.objects.order_by("id")] == [second.pk, third.pk, town.staff.pk]


def test_nobody_without_a_post_in_force_gets_a_token(town: Town) -> None:
    with pytest.raises(CommandError, match="不存在、已停用或没有现行任职"):
        issue("nobody", "--name", "对接", "--days", "9")
    town.staff.valid_to = date(2026, 11, 22)
    town.staff.save()
    town.handler.user.is_active = False
    town.handler.user.save()
    for who in (town.staff, town.handler):
        with pytest.raises(CommandError, match="不存在、已停用或没有现行任职"):
            issue(who.user.username, "--name", "对接", "--days", "9")
    assert not ApiToken.objects.exists()


def test_a_purpose_names_one_live_token_of_a_post(town: Town, clock: Any) -> None:
    usual = (town.staff.user.username, "--name", "对接", "--days", "9")
    issue(*usual)
    with pytest.raises(CommandError, match="同名令牌"):
        issue(*usual)
    issue(town.intake.user.username, *usual[1:])
    clock.move_to(NOW + timedelta(days=9))
    issue(*usual)


def test_a_revoked_token_ends_at_once_and_stays_on_record(town: Town, clock: Any) -> None:
    who = town.staff.user.username
    first, _ = issue(who, "--name", "对接", "--days", "9")
    other, _ = issue(who, "--name", "另一处", "--days", "9")
    others, _ = issue(town.intake.user.username, "--name", "对接", "--days", "9")
    clock.shift(60)
    assert revoke(who, "--name", "对接") == "已撤销 1 个令牌\n"
    assert [me(secret).status_code for secret in (first, other, others)] == [401, 200, 200]
    assert me(first).json()["detail"] == "访问令牌无效或已过期"
    assert ApiToken.objects.get(name="对接", membership=town.staff).expires_at == NOW + timedelta(seconds=60)


def test_all_tokens_of_a_person_are_revoked_together(town: Town) -> None:
    who = town.staff.user.username
    secrets = [issue(who, "--name", name, "--days", "9")[0] for name in ("甲", "乙")]
    others, _ = issue(town.intake.user.username, "--name", "甲", "--days", "9")
    assert revoke(who, "--all") == "已撤销 2 个令牌\n"
    assert [me(secret).status_code for secret in (*secrets, others)] == [401, 401, 200]


def test_revoking_what_is_not_there_names_what_is(town: Town) -> None:
    who = town.staff.user.username
    with pytest.raises(CommandError, match="有效令牌：无"):
        revoke(who, "--all")
    issue(who, "--name", "甲", "--days", "9")
    issue(who, "--name", "乙", "--days", "9")
    with pytest.raises(CommandError, match="有效令牌：乙、甲"):
        revoke(who, "--name", "丙")
    with pytest.raises(CommandError, match="--name"):
        revoke(who)
    with pytest.raises(CommandError, match="有效令牌：无"):
        revoke("nobody", "--name", "甲")
