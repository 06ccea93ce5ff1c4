"""Attachments in a real browser: photos sent from a phone, the list at both widths, and no fault at either."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.demands import moves
from cases.demands.models import Attachment, Case
from foundation.files.model import StoredFile
from tests.browser.conftest import DESK, PHONE, Person, Picture
from tests.browser.looks import faults_at
from tests.factories import Town, actor, case_in, later
from tests.files import DOCX, PDF, upload

pytestmark = pytest.mark.django_db(transaction=True)


def chosen(name: str, media: str, content: bytes) -> dict[str, Any]:
    """A file as it is given to the browser."""
    return {"name": name, "mimeType": media, "buffer": content}


def test_a_firm_sends_photos_from_its_phone_and_everybody_reads_them_in_the_list(
    town: Town, person: Person, clock: Any, picture: Picture
) -> None:
    case = case_in("WAIT_ENTERPRISE", town=town)
    clock.shift(3600)
    firm = person(town.staff, PHONE, scripts=True)
    photo = firm.screenshot(type="jpeg")  # a real picture
    files = [chosen(f"现场{n}.jpg", "image/jpeg", photo) for n in (1, 2)]
    bad = chosen("程序.exe", "application/octet-stream", b"MZ\x90")
    firm.goto(reverse("demands:case", args=[case.public_id]))
    firm.get_by_role("link", name="添加附件").click()
    assert faults_at(firm, "the form of attachments") == []
    firm.set_viewport_size(PHONE)
    firm.get_by_label(re.compile("^附件")).set_input_files([*files, bad])
    firm.get_by_label(re.compile("^说明")).fill("变压器铭牌和配电室")
    firm.get_by_role("button", name="添加附件").click()
    expect(firm.get_by_role("alert")).to_contain_text("“程序.exe”没有收下：这是程序或脚本，不能上传")
    expect(firm.get_by_role("status")).to_contain_text("已收下附件：现场1.jpg、现场2.jpg")
    expect(firm.get_by_label(re.compile("^说明"))).to_have_value("变压器铭牌和配电室")
    picture(firm, "files-refused")
    firm.goto(reverse("demands:act", args=[case.public_id, "answer"]))
    firm.get_by_label("您的答复").fill("容量见照片和合同")
    contract = chosen("合同.pdf", "application/pdf", PDF)
    firm.get_by_label(re.compile("^附件")).set_input_files(contract)
    firm.get_by_role("button", name="企业补充").click()
    expect(firm.get_by_role("status")).to_contain_text("已完成：企业补充")
    expect(firm.locator(".att-name")).to_have_text(["现场1.jpg", "现场2.jpg", "合同.pdf"])
    for shown in firm.locator(".att-look img").all():
        shown.scroll_into_view_if_needed()
        expect(shown).to_have_js_property("complete", True)
        assert shown.evaluate("image => image.naturalWidth") > 0
    with firm.expect_download() as download:
        firm.get_by_role("link", name="合同.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    picture(firm, "files-phone", of=firm.get_by_role("region", name="附件"))


def test_the_list_with_all_its_marks_looks_well_at_both_widths(town: Town, person: Person, clock: Any) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    by, at = town.liaison, later(hours=1)
    moves.attach_files(
        case.pk, by=actor(town.staff, at), uploads=[upload("长" * 100 + ".pdf"), upload()], description="合同两份"
    )
    moves.attach_public_files(case.pk, by=actor(by, at), uploads=[upload("供电方案.docx", DOCX)])
    moves.attach_internal_files(case.pk, by=actor(town.intake, at), uploads=[upload("初审意见.docx", DOCX)])
    StoredFile.objects.filter(name="合同.pdf").update(scan="WAITING")
    mine = Attachment.objects.get(file__name="初审意见.docx")
    moves.withdraw_internal_attachment(case.pk, by=actor(town.intake, at), attachment=mine)
    clock.shift(7200)
    office = person(town.intake, DESK, scripts=True)
    for action in ("", "release_attachment", "attach_internal", "attach_public"):
        names = [case.public_id, action] if action else [case.public_id]
        office.goto(reverse("demands:act" if action else "demands:case", args=names))
        assert faults_at(office, f"attachments {action}") == []
        office.set_viewport_size(DESK)
    assert Case.objects.get(pk=case.pk).attached == 4
