"""Drafts, several matters and question sets: nothing scrolls sideways, everything is reachable and readable."""

from django.urls import reverse

from cases.demands import drafting
from cases.demands.models import Category
from parties.roles import Role
from tests.browser import looks, steps
from tests.browser.conftest import DESK, Person, Picture
from tests.factories import Town, actor

TYPED = {
    "title": "变压器增容",
    "text": "一、变压器增容三个月没有答复。\n二、园区道路没有路灯。",
    "wanted": "通电",
    "kind": "POWER",
    "capacity": "630千伏安",
    "applied": "NOT_YET",
    "needed_by": "2026-12-20",
    "contact_name": "李经理",
    "contact_phone": "0477-5550100",
}


def test_pages_of_drafts_and_of_several_matters(town: Town, person: Person) -> None:
    by = actor(town.staff)
    draft = drafting.save_draft(by=by, category_code="ENERGY", version=1, typed=TYPED)
    drafting.save_draft(
        by=by, category_code="ENERGY", version=1, typed=TYPED, place=1, draft=draft.public_id, seq=draft.seq
    )
    page = person(town.staff, DESK, scripts=True)
    found = []
    page.goto(reverse("demands:submit"))
    found += looks.faults_at(page, "drafts")
    page.goto(reverse("demands:delete_draft", args=[draft.public_id]))
    found += looks.faults_at(page, "delete")
    page.goto(f"{reverse('demands:questions', args=['ENERGY'])}?draft={draft.public_id}&place=1")
    found += looks.faults_at(page, "second matter")
    steps.press(page, "下一步：核对")
    found += looks.faults_at(page, "check")
    steps.press(page, "提交诉求")
    found += looks.faults_at(page, "submitted")
    page.get_by_role("link", name="查看办理进度").first.click()
    found += looks.faults_at(page, "case")
    assert found == []


def test_pages_of_question_sets(town: Town, person: Person, picture: Picture) -> None:
    assert Category.objects.filter(code="ENERGY").exists()
    page = person(town.at(town.city_office, Role.SYSTEM_ADMIN), DESK, scripts=True)
    found = []
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="问题集").click()
    found += looks.faults_at(page, "sets")
    page.get_by_role("link", name="用电用能").click()
    found += looks.faults_at(page, "set")
    page.get_by_role("link", name="修改问题").click()
    found += looks.faults_at(page, "rows")
    picture(page, "questions-01-rows", whole=False)
    steps.press(page, "增加问题")
    page.locator("input[name$='-label']").last.fill("电力户号")
    page.locator("textarea[name=because]").fill("部门总要再问一次")
    page.get_by_role("button", name="下一步：看企业看到的样子").last.click()
    found += looks.faults_at(page, "preview")
    picture(page, "questions-02-preview", whole=False)
    page.get_by_role("button", name="启用").click()
    found += looks.faults_at(page, "adopted")
    page.get_by_role("link", name="历次版本").click()
    found += looks.faults_at(page, "versions")
    assert found == []
