"""Taking out a list in a real browser: from the list to the file, and no fault at either width."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from foundation.models import Export, Job
from tests.browser.conftest import DESK, PHONE, Person, Picture
from tests.browser.looks import faults_at
from tests.factories import Town, case_in
from workflow.exports.tasks import make_export

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_list_to_the_file(town: Town, person: Person, clock: Any, picture: Picture) -> None:
    case_in("IN_PROGRESS", town=town)
    page = person(town.liaison, PHONE, scripts=True)
    for state in ("RUNNING", "FAILED", "DONE"):
        page.goto("/demands/?category=ENERGY")
        page.get_by_role("link", name="导出", exact=True).click()
        page.get_by_label("到期").check()
        if state == "RUNNING":
            assert faults_at(page, "the form of an export") == []
            page.set_viewport_size(PHONE)
        page.get_by_role("button", name="开始导出").click()
        expect(page.get_by_role("status")).to_contain_text("已开始导出")
        job = Export.objects.latest("pk").job
        if state == "DONE":
            make_export.func(str(job.public_id))
        else:
            Job.objects.filter(pk=job.pk).update(state=state, done=1, total=4, message="导出中断，没有做完。")
    page.goto("/exports/?refresh=off")
    assert faults_at(page, "我的导出") == []
    page.set_viewport_size(DESK)
    picture(page, "exports")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).active
    assert [cell.value for cell in sheet["A"]] == ["剩余时间", "还剩 1 个工作日"]  # of the first contact
    assert "到期" in [cell.value for cell in sheet[1]]
