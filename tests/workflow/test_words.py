"""The words of messages: placeholders that exist, versions, and the shipped text behind them."""

import pytest
from django.utils import translation

from foundation.errors import NotVisible, NotYours, Refused
from parties.roles import Role
from tests.factories import NOW, Town, actor, later
from workflow import registry, words
from workflow.models import MessageTemplate
from workflow.words import PLACEHOLDERS, Words, fill, fill_line, in_force, reset_words, set_words, shipped, values

GIVEN = {name: f"<{name}>" for name in PLACEHOLDERS}


def admin(town: Town, now=NOW):
    return actor(town.at(town.city_office, Role.SYSTEM_ADMIN), now)


@pytest.mark.parametrize("kind", [kind.code for kind in registry.message_kinds()])
def test_the_shipped_words_name_only_what_a_message_may_carry(kind: str) -> None:
    for channel in ("notice", "mail"):
        text = shipped(kind, channel)
        words.check("subject", text.subject, most=words.LONGEST_SUBJECT)
        assert "{number}" in text.subject
    words.check("body", shipped(kind, "mail").body, most=words.LONGEST_BODY)
    assert "{link}" in shipped(kind, "mail").body


def test_mail_is_chinese_whoever_asks_for_its_words() -> None:
    with translation.override("en"):
        assert shipped("closed", "mail").subject == "【政企直通】{kind}：诉求 {number}"


def test_placeholders_are_filled_and_nothing_else_is() -> None:
    assert fill("{number} {{不是}} {due}", GIVEN) == "<number> {不是} <due>"
    assert fill("没有占位符", GIVEN) == "没有占位符"
    assert fill("{number}", GIVEN | {"number": "{link}"}) == "{link}"


def test_a_line_stays_a_line_whatever_is_filled_in() -> None:
    assert fill_line("{organisation}：{number}", GIVEN | {"organisation": "市能源局\r\nBcc: x"}) == (
        "市能源局 Bcc: x：<number>"
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{title}", "{title}"),
        ("{number} {content} {firm}", "{content} {firm}"),
        ("{number.__class__}", "{number.__class__}"),
        ("{number!r}", "{number!r}"),
        ("{number:>10}", "{number:>10}"),
        ("{}", "{}"),
        ("{0}", "{0}"),
    ],
)
def test_what_no_message_may_carry_is_named(text: str, named: str) -> None:
    with pytest.raises(Refused) as refused:
        words.check("body", text, most=100)
    assert refused.value.field == "body"
    assert f"不能使用的占位符：{named}。" in str(refused.value)


@pytest.mark.parametrize("text", ["", "  ", "{number", "number}", "长" * 101])
def test_words_that_cannot_be_used_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        words.check("body", text, most=100)


def test_a_firm_is_not_named_and_an_office_is(town: Town) -> None:
    facts = {"number": "D1", "kind": "closed", "due_at": None, "address": "/x/", "now": NOW}
    assert values(organisation=town.firm, **facts)["organisation"] == "贵企业"
    assert values(organisation=town.energy, **facts)["organisation"] == "市能源局"


def test_a_due_date_is_written_out_and_its_absence_too(town: Town) -> None:
    facts = {"number": "D1", "kind": "closed", "organisation": town.energy, "address": "/demands/x/", "now": NOW}
    assert values(due_at=later(hours=7.5), **facts)["due"] == "11月23日 17:30"
    found = values(due_at=None, **facts)
    assert (found["due"], found["link"], found["kind"]) == (
        "没有时限",
        "http://127.0.0.1:8000/demands/x/",
        "已经办结",
    )
    with translation.override("zh-hans"):
        assert "长公司" not in str(found)


def test_new_words_are_a_new_version_and_the_shipped_ones_come_back(town: Town) -> None:
    assert in_force(["closed"]) == {}
    for n in (1, 2):
        set_words("closed", "mail", subject=f"第{n}版 {{number}}", body="{link}", by=admin(town))
    assert in_force(["closed", "accepted"]) == {("closed", "mail"): Words("第2版 {number}", "{link}", 2)}
    reset_words("closed", "mail", by=admin(town))
    assert in_force(["closed"]) == {}
    set_words("closed", "mail", subject="再改 {number}", body="{link}", by=admin(town, later(hours=1)))
    assert list(MessageTemplate.objects.order_by("version").values_list("version", "active")) == [
        (1, False),
        (2, False),
        (3, True),
    ]


def test_only_the_system_administrator_changes_words(town: Town) -> None:
    for role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.INTAKE):
        by = actor(town.at(town.city_office, role))
        with pytest.raises(NotYours):
            set_words("closed", "mail", subject="{number}", body="{link}", by=by)
        with pytest.raises(NotYours):
            reset_words("closed", "mail", by=by)


def test_bad_words_leave_the_old_ones_in_force(town: Town) -> None:
    set_words("closed", "notice", subject="{number}", body="", by=admin(town))
    for subject in ("{title}", "两行\n{number}", ""):
        with pytest.raises(Refused):
            set_words("closed", "notice", subject=subject, body="", by=admin(town))
    with pytest.raises(NotVisible):
        set_words("unheard", "notice", subject="{number}", body="", by=admin(town))
    assert in_force(["closed"]) == {("closed", "notice"): Words("{number}", "", 1)}
