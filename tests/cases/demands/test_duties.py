"""The duty list is changed by versions, by an administrator alone; a demand keeps the version it went by."""

from functools import partial
from importlib import import_module

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from cases.demands.duties.changes import (
    Wording,
    add_item,
    change_item,
    newest,
    quoted,
    retire_item,
    taken_apart,
)
from cases.demands.duties.reading import differences, dispatched_under, found, said, versions
from cases.demands.models import Case, DutyItem
from cases.demands.queries import duty_items
from foundation.errors import Changed, NotVisible, NotYours, Refused, WrongMoment
from parties.models import Department
from parties.roles import Role
from tests.cases.demands.dispatching import admin, administrator
from tests.cases.demands.test_races import all_at_once
from tests.factories import NOW, actor, case_in, department, duty, later
from tests.pages import FRAME, fields, statements, text

LIST = "/demands/duties/"


def wording(town, **other):
    usual = {
        "category": town.power,
        "matter": "电力接入协调",
        "law": "电力法",
        "article": "第二十六条",
        "klass": "COMPLEX",
        "owners": [town.energy],
    }
    return Wording(**{**usual, **other})


def changed(town, item=None, *, seen=None, now=NOW, **other):
    item = item or town.only_energy
    return change_item(
        item.code,
        wording(town, **other),
        seen=item.version if seen is None else seen,
        source="市编办〔2026〕3号",
        by=admin(town, now),
    )


# --- writing ---


def test_a_change_is_another_version_and_what_was_dispatched_keeps_its_own(town):
    before = case_in("DISPATCHED", town=town, by_rule=True)
    new = changed(town, owners=[town.housing])
    old = DutyItem.objects.get(pk=town.only_energy.pk)
    assert (new.version, new.active, new.legal_basis, new.law, new.article) == (
        2,
        True,
        "《电力法》第二十六条",
        "《电力法》",
        "第二十六条",
    )
    assert (new.effective_from, new.adopted_as, new.adopted_at) == (NOW.date(), "市平台办公室 · 系统管理员", NOW)
    assert (old.active, old.effective_to, old.matter, old.retired_at) == (False, NOW.date(), "电力接入协调", None)
    assert set(old.owners.all()) == {town.energy}
    assert Case.objects.get(pk=before.pk).duty_item_id == old.pk
    town.only_energy = new
    after = case_in("DISPATCHED", town=town, by_rule=True, start=later(days=1))
    assert (after.duty_item_id, after.lead_id) == (new.pk, town.housing.pk)
    assert [item.pk for item in duty_items() if item.code == new.code] == [new.pk]


def test_a_new_matter_is_in_force_and_its_code_is_taken(town):
    item = add_item(" nyj-07 ", wording(town, matter="充电桩接入"), source="市编办〔2026〕3号", by=admin(town))
    assert (item.code, item.version, item.active) == ("NYJ-07", 1, True)
    with pytest.raises(Refused) as refused:
        add_item("NYJ-07", wording(town), source="依据", by=admin(town))
    assert refused.value.field == "code"


def test_a_retired_matter_is_dispatched_no_more_and_can_come_back(town):
    code = town.only_energy.code
    item = retire_item(code, seen=1, because="职能划转", by=admin(town))
    assert (item.active, item.effective_to, item.retired_because) == (False, NOW.date(), "职能划转")
    assert code not in {one.code for one in duty_items()}
    with pytest.raises(WrongMoment):
        retire_item(code, seen=1, because="再停一次", by=admin(town))
    back = changed(town, now=later(days=2), law="《电力法》", article="第二十五条")
    assert (back.version, back.active) == (2, True)
    assert DutyItem.objects.get(pk=item.pk).retired_because == "职能划转"


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"matter": " "}, "matter"),
        ({"matter": "长" * 81}, "matter"),
        ({"law": ""}, "law"),
        ({"law": "法" * 115, "article": "条" * 60 + "款" * 30}, "article"),
        ({"article": ""}, "article"),
        ({"law_url": "javascript:alert(1)"}, "law_url"),
        ({"law_url": "flk.npc.gov.cn"}, "law_url"),
        ({"klass": "HUGE"}, "klass"),
        ({"owners": []}, "owners"),
    ],
)
def test_what_no_version_may_say_is_refused_beside_its_box(town, other, field):
    with pytest.raises(Refused) as refused:
        changed(town, **other)
    assert refused.value.field == field
    assert DutyItem.objects.filter(code=town.only_energy.code).count() == 1


def test_inactive_owners_no_reason_and_no_change_are_refused(town):
    Department.objects.filter(pk=town.housing.pk).update(active=False)
    with pytest.raises(Refused) as refused:
        changed(town, owners=[Department.objects.get(pk=town.housing.pk)])
    assert refused.value.field == "owners"
    with pytest.raises(Refused) as refused:
        change_item(town.only_energy.code, wording(town), seen=1, source=" ", by=admin(town))
    assert refused.value.field == "source"
    with pytest.raises(Refused, match="没有改动任何内容"):
        changed(town, article="第二十五条")
    with pytest.raises(Refused) as refused:
        retire_item(town.only_energy.code, seen=1, because=" ", by=admin(town))
    assert refused.value.field == "because"
    with pytest.raises(NotVisible):
        change_item("GONE", wording(town), seen=1, source="依据", by=admin(town))
    with pytest.raises(Refused) as refused:
        add_item("编号", wording(town), source="依据", by=admin(town))
    assert refused.value.field == "code"


def test_nobody_but_the_administrator_changes_it(town):
    for post in town.everybody:
        if post.role == Role.SYSTEM_ADMIN:
            continue
        by = actor(post)
        for attempt in (
            partial(add_item, "NEW-1", wording(town), source="依据", by=by),
            partial(change_item, town.only_energy.code, wording(town), seen=1, source="依据", by=by),
            partial(retire_item, town.only_energy.code, seen=1, because="原因", by=by),
        ):
            with pytest.raises(NotYours):
                attempt()
    assert DutyItem.objects.count() == 3


def test_who_did_not_see_the_newest_version_looks_again(town):
    changed(town, matter="甲")
    with pytest.raises(Changed, match="第 2 版（市平台办公室 · 系统管理员）"):
        changed(town, seen=1, matter="乙")
    with pytest.raises(Changed):
        retire_item(town.only_energy.code, seen=1, because="原因", by=admin(town))


@pytest.mark.django_db(transaction=True)
def test_of_administrators_who_change_a_matter_at_once_one_wins(town):
    got = all_at_once(partial(changed, town, matter=f"事项{n}") for n in range(6))
    assert sorted(type(one).__name__ for one in got) == ["Changed"] * 5 + ["DutyItem"]
    assert list(versions(town.only_energy.code).values_list("version", "active")) == [(2, True), (1, False)]


@pytest.mark.django_db(transaction=True)
def test_of_administrators_who_add_one_code_at_once_one_wins(town):
    got = all_at_once(
        partial(add_item, "NEW-1", wording(town, matter=f"事项{n}"), source="依据", by=admin(town)) for n in range(6)
    )
    assert sorted(type(one).__name__ for one in got) == ["DutyItem"] + ["Refused"] * 5


def test_the_field_history_hears_of_every_change(town):
    new = changed(town, owners=[town.energy, town.housing])
    entries = LogEntry.objects.filter(content_type__app_label="demands")
    assert entries.filter(content_type__model="dutyitem", object_pk=str(new.pk), action=0).exists()
    assert entries.filter(content_type__model="dutyowner", action=0, changes__duty_item__1=str(new.pk)).count() == 2
    ended = entries.get(content_type__model="dutyitem", object_pk=str(town.only_energy.pk), action=1)
    assert ended.changes["active"] == ["True", "False"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"law": "《电力法》"},
        {"effective_to": NOW.date()},
        {"active": False, "effective_from": later(days=1).date(), "effective_to": NOW.date()},
        {"adopted_at": NOW},
        {"retired_because": "原因"},
        {"retired_because": "原因", "retired_at": NOW},
    ],
)
def test_the_database_keeps_the_record_of_a_version_whole(town, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyItem.objects.filter(pk=town.far.pk).update(**wrong)


def test_a_citation_is_taken_apart_where_it_can_be():
    assert taken_apart("《电力法》第二十五条") == ("《电力法》", "第二十五条")
    assert taken_apart("内部规定") == ("内部规定", "")
    assert quoted("电力法") == quoted("《电力法》") == "《电力法》"


def test_citations_that_were_there_are_taken_apart_by_the_migration(town):
    whole = duty(town.housing, of=town.building)
    DutyItem.objects.filter(pk=whole.pk).update(legal_basis="内部规定")
    migration = import_module("cases.demands.migrations.0011_dispatch_rules")
    migration.take_citations_apart(apps, connection.schema_editor())
    assert set(DutyItem.objects.filter(code=town.shared.code).values_list("law", "article")) == {
        ("《电力法》", "第二十五条")
    }
    assert DutyItem.objects.filter(pk=whole.pk).values_list("law", "article").get() == ("", "")


# --- reading ---


def test_the_list_is_found_by_department_category_and_words(town):
    duty(town.housing, of=town.building, matter="施工许可")
    retire_item(town.far.code, seen=1, because="撤并", by=admin(town))

    def matters(**wishes):
        return {item.matter for item in found(wishes)}

    assert matters() == {"电力接入协调", "配套管网协调", "施工许可"}
    assert matters(department=town.housing.code) == {"配套管网协调", "施工许可"}
    assert matters(category=town.building.pk) == {"施工许可"}
    assert matters(words="协调 电力") == {"电力接入协调", "配套管网协调"}  # the law of both is the 电力法
    assert matters(words="管网") == {"配套管网协调"}
    assert matters(words=town.only_energy.code.lower()) == {"电力接入协调"}
    assert matters(retired="retired") == {"杭锦旗电力接入协调"}
    assert matters(words="%") == set()


def test_versions_differ_line_by_line(town):
    new = changed(town, matter="电力接入和增容", owners=[town.energy, town.housing])
    lines = differences(said(town.only_energy), said(new))
    assert [(line.label, line.before, line.after) for line in lines] == [
        ("事项", "电力接入协调", "电力接入和增容"),
        ("法定依据", "《电力法》第二十五条", "《电力法》第二十六条"),
        ("责任部门", "市能源局", "市能源局、市住建局"),
    ]


def test_how_many_were_dispatched_is_told_to_the_only_owner_and_to_nobody_else(town):
    case_in("DISPATCHED", town=town, by_rule=True)
    case_in("DISPATCHED", town=town)
    told = {}
    for post in town.everybody:
        for item in (town.only_energy, town.shared):
            cases = dispatched_under(item, actor(post))
            if cases is not None:
                told.setdefault((post.organisation.name, item.matter), set()).add(cases.count())
    assert told == {("市能源局", "电力接入协调"): {1}}


# --- pages ---


@pytest.mark.every_page
def test_everybody_who_works_or_is_a_firm_reads_the_list_from_the_menu(town, sign_in):
    for post in town.everybody:
        browser = sign_in(post)
        assert f'href="{LIST}"' in browser.get("/").content.decode()
        shown = text(browser.get(LIST).content.decode())
        assert "电力接入协调" in shown
        assert "共 3 项" in shown
        may = post.role == Role.SYSTEM_ADMIN
        assert ("新增事项" in shown) is may
        page = browser.get(f"{LIST}{town.only_energy.public_id}/")
        assert page.status_code == 200
        assert ("停用" in text(page.content.decode())) is may
        for address in ("new/", f"{town.only_energy.public_id}/change/", f"{town.only_energy.public_id}/retire/"):
            assert browser.get(LIST + address).status_code == (200 if may else 403)
            assert browser.post(LIST + address, {"because": ""}).status_code == (422 if may else 403)


def test_a_change_is_filled_in_looked_over_and_confirmed_without_script(town, sign_in):
    browser = sign_in(administrator(town))
    address = f"{LIST}{town.only_energy.public_id}/change/"
    page = browser.get(address)
    typed = fields(page.content.decode()) | {
        "category": town.power.pk,
        "klass": "COMPLEX",
        "owners": [town.energy.code, town.housing.code],
        "matter": "电力接入和增容",
        "source": "市编办〔2026〕3号",
    }
    assert typed["law"] == "《电力法》"
    preview = browser.post(address, typed)
    shown = text(preview.content.decode())
    assert preview.status_code == 200
    assert "事项 电力接入协调 电力接入和增容" in shown
    assert "责任部门 市能源局 市能源局、市住建局" in shown
    assert DutyItem.objects.filter(code=town.only_energy.code).count() == 1
    again = browser.post(address, typed | {"again": "1"})
    assert 'value="电力接入和增容"' in again.content.decode()
    answer = browser.post(address, typed | {"confirmed": "1"})
    new = newest(town.only_energy.code)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{new.public_id}/")
    assert (new.version, set(new.owners.all())) == (2, {town.energy, town.housing})
    assert browser.post(address, typed | {"confirmed": "1"})["Location"] == answer["Location"]
    assert newest(town.only_energy.code).version == 2
    shown = text(browser.get(answer["Location"]).content.decode())
    assert "与第 1 版相比" in shown
    assert "市编办〔2026〕3号" in shown


def test_who_was_overtaken_keeps_what_was_typed(town, sign_in):
    browser = sign_in(administrator(town))
    address = f"{LIST}{town.only_energy.public_id}/change/"
    typed = fields(browser.get(address).content.decode()) | {
        "category": town.power.pk,
        "klass": "COMPLEX",
        "owners": [town.energy.code],
        "matter": "我的写法",
        "source": "依据",
        "confirmed": "1",
    }
    changed(town, matter="别人的写法")
    answer = browser.post(address, typed)
    assert answer.status_code == 409
    assert "第 2 版" in text(answer.content.decode())
    assert 'value="我的写法"' in answer.content.decode()


def test_a_mistake_stands_beside_its_box_and_a_matter_is_retired_for_a_reason(town, sign_in):
    browser = sign_in(administrator(town))
    answer = browser.post(f"{LIST}new/", {"code": "NEW-1", "matter": "新事项", "law_url": "x"})
    assert answer.status_code == 422
    assert 'value="新事项"' in answer.content.decode()
    address = f"{LIST}{town.only_energy.public_id}/retire/"
    assert browser.post(address, {"seen": "1", "because": ""}).status_code == 422
    assert browser.post(address, {"seen": "9", "because": "原因"}).status_code == 409
    assert browser.post(address, {"seen": "1", "because": "职能划转"}).status_code == 302
    assert "职能划转" in text(browser.get(f"{LIST}{town.only_energy.public_id}/").content.decode())


@pytest.mark.parametrize("more", [0, 2])
def test_pages_take_few_statements_whatever_their_length(town, sign_in, more):
    for _n in range(more):
        duty(town.energy, department(of=town.city), of=town.power)
        changed(town, newest(town.only_energy.code), matter=f"写法{_n}")
    browser = sign_in(town.liaison)
    assert len(statements(browser, LIST)) == FRAME + 5  # two lists of choices, the number, the matters, their owners
    address = f"{LIST}{newest(town.only_energy.code).public_id}/"
    assert len(statements(browser, address)) == FRAME + 5  # the item, its owners, the versions, theirs, the number


def test_the_list_goes_on_page_by_page(town, sign_in):
    for _n in range(30):
        duty(town.energy, of=town.power)
    browser = sign_in(town.staff)
    first = browser.get(LIST)
    assert len(first.context["rows"]) == 30
    second = browser.get(LIST, {"after": first.context["next"]})
    assert len(second.context["rows"]) == 3
    assert not {row.pk for row in first.context["rows"]} & {row.pk for row in second.context["rows"]}
