"""Attachments in a browser: sent, refused one by one, listed, fetched, and not there for whoever may not know."""

import re
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse

from cases.demands import moves
from cases.demands.models import Attachment, Case
from foundation.files import places
from foundation.files.model import Scan, StoredFile
from foundation.identifiers import random_id
from tests.cases.demands.test_attachments import ALL, PUBLIC, full_case
from tests.factories import actor, case_in, later
from tests.files import EICAR, GOOD, JPEG, PDF, TEXT, sent, upload
from tests.pages import FRAME, fields, statements, text
from workflow.models import Event


@pytest.fixture(autouse=True)
def _five_hours_later(clock: Any) -> None:
    clock.move_to(later(hours=5))


def page_of(case: Case) -> str:
    return reverse("demands:case", args=[case.public_id])


def address(case: Case, action: str) -> str:
    return reverse("demands:act", args=[case.public_id, action])


def file_of(attachment: Attachment) -> str:
    return reverse("demands:file", args=[attachment.case.public_id, attachment.public_id])


def press(browser: Any, case: Case, action: str, **typed: Any) -> Any:
    drawn = browser.get(address(case, action))
    assert drawn.status_code == 200
    return browser.post(address(case, action), fields(drawn.content.decode()) | typed)


def stored() -> list[str]:
    return list(StoredFile.objects.order_by("id").values_list("name", flat=True))


# --- sending ---


def test_every_kind_of_file_can_be_sent_and_comes_back_byte_for_byte(town, sign_in):
    case, browser = case_in("IN_PROGRESS", town=town), sign_in(town.staff)
    names = list(GOOD)
    for part in (names[:8], names[8:16], names[16:]):
        files = [sent(name, GOOD[name][0]) for name in part]
        assert press(browser, case, "attach", uploads=files).status_code == 302
    assert stored() == names
    for attachment in Attachment.objects.select_related("file", "case"):
        answer = browser.get(file_of(attachment))
        assert answer.getvalue() == GOOD[attachment.file.name][0]
        assert answer["Content-Type"] == attachment.file.of_kind.media
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cache-Control"] == "private, no-store"
        inline = attachment.file.kind in ("JPEG", "PNG", "GIF", "WEBP")
        assert answer["Content-Disposition"].startswith("inline" if inline else "attachment")


def test_the_form_lets_a_phone_offer_camera_and_gallery(town, sign_in):
    page = sign_in(town.staff).get(address(case_in("IN_PROGRESS", town=town), "attach")).content.decode()
    box = re.search(r'<input type="file"[^>]*>', page)[0]
    assert 'accept="image/*,.pdf,' in box
    assert " multiple" in box
    assert "capture" not in box
    assert 'enctype="multipart/form-data"' in page
    assert "每个不超过 20 MB，一次最多 10 个" in page


def test_one_refused_file_is_named_and_the_others_are_taken_and_the_words_are_kept(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    files = [
        sent(),
        sent("程序.exe", b"MZ\x90"),
        sent("现场.jpg", JPEG),
        sent("页.svg", b"<svg/>"),
        sent("假.pdf", TEXT),
    ]
    answer = press(sign_in(town.staff), case, "attach", uploads=files, description="三份材料")
    page = text(answer.content.decode())
    assert answer.status_code == 422
    assert "“程序.exe”没有收下：这是程序或脚本，不能上传" in page
    assert "“页.svg”没有收下：不能上传这种文件（svg）" in page
    assert "“假.pdf”没有收下：扩展名是 .pdf，内容却不是PDF 文件" in page
    assert "已收下附件：合同.pdf、现场.jpg。不用再选一次" in page
    assert 'href="#id_uploads"' in answer.content.decode()
    assert fields(answer.content.decode())["description"] == "三份材料"
    assert stored() == ["合同.pdf", "现场.jpg"]
    assert list(places.arriving_folder().iterdir()) == []


def test_when_every_file_is_refused_nothing_happens_but_the_sentence(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    answer = press(sign_in(town.staff), case, "attach", uploads=[sent("空.pdf", b"")], description="说明")
    assert answer.status_code == 422
    assert "“空.pdf”没有收下：文件是空的" in answer.content.decode()
    assert press(sign_in(town.staff), case, "attach").status_code == 422
    assert "请选择文件" in press(sign_in(town.staff), case, "attach").content.decode()
    assert Case.objects.get(pk=case.pk).head_seq == case.head_seq


def test_a_file_that_is_too_large_is_refused_beside_its_field(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    with override_settings(FILES_LARGEST=1):
        answer = press(sign_in(town.staff), case, "attach", uploads=[sent("大.txt", b"x" * 2**21), sent()])
    assert "“大.txt”没有收下：文件超过 1 MB" in answer.content.decode()
    assert stored() == ["合同.pdf"]
    with override_settings(FILES_AT_ONCE=2):
        answer = press(sign_in(town.staff), case, "attach", uploads=[sent(), sent(), sent()])
    assert "一次最多 2 个文件" in answer.content.decode()
    assert stored() == ["合同.pdf"]


def test_a_double_click_stores_the_files_once(town, sign_in):
    case, browser = case_in("IN_PROGRESS", town=town), sign_in(town.staff)
    form = fields(browser.get(address(case, "attach")).content.decode())
    first, second = (browser.post(address(case, "attach"), form | {"uploads": [sent(), sent("二.pdf")]}) for _n in "12")
    assert first.url == second.url == page_of(case)
    assert stored() == ["合同.pdf", "二.pdf"]
    assert Event.objects.filter(subject_id=case.pk, action="attach").count() == 1
    assert list(places.arriving_folder().iterdir()) == []
    other = browser.post(address(case, "attach"), form | {"uploads": [sent("二.pdf", PDF + b"\n")]})
    assert other.status_code == 409


@pytest.mark.parametrize(("state", "action"), [("NEED_INFO", "complete"), ("WAIT_ENTERPRISE", "answer")])
def test_an_answer_takes_files_along(town, sign_in, state, action):
    case = case_in(state, town=town)
    answer = press(sign_in(town.staff), case, action, answer="容量见附件", uploads=[sent(), sent("现场.jpg", JPEG)])
    assert answer.status_code == 302
    assert stored() == ["合同.pdf", "现场.jpg"]
    assert Case.objects.get(pk=case.pk).state not in (state, "DRAFT")
    other = case_in(state, town=town)
    assert press(sign_in(town.staff), other, action, answer="没有附件").status_code == 302


def test_files_beside_an_answer_that_has_to_be_mended_need_not_be_chosen_again(town, sign_in):
    case, browser = case_in("WAIT_ENTERPRISE", town=town), sign_in(town.staff)
    form = fields(browser.get(address(case, "answer")).content.decode())
    for _twice in range(2):
        answer = browser.post(address(case, "answer"), form | {"answer": "", "uploads": [sent()]})
        assert answer.status_code == 422
    assert stored() == ["合同.pdf"]
    assert "已收下附件：合同.pdf" in answer.content.decode()
    again = browser.post(address(case, "answer"), fields(answer.content.decode()) | {"answer": "容量见附件"})
    assert again.status_code == 302
    assert stored() == ["合同.pdf"]


def test_an_answer_waits_until_a_refused_file_beside_it_is_mended_and_keeps_its_words(town, sign_in):
    case = case_in("WAIT_ENTERPRISE", town=town)
    answer = press(sign_in(town.staff), case, "answer", answer="容量见附件", uploads=[sent("程序.exe", b"MZ"), sent()])
    assert answer.status_code == 422
    assert fields(answer.content.decode())["answer"] == "容量见附件"
    assert stored() == ["合同.pdf"]
    assert Case.objects.get(pk=case.pk).state == "WAIT_ENTERPRISE"


def test_files_of_an_answer_to_a_demand_that_changed_are_kept_too(town, sign_in):
    case, browser = case_in("WAIT_ENTERPRISE", town=town), sign_in(town.staff)
    form = fields(browser.get(address(case, "answer")).content.decode())
    moves.add_public_reply(case.pk, by=actor(town.handler, later(hours=4)), text="请看")
    answer = browser.post(address(case, "answer"), form | {"answer": "容量见附件", "uploads": [sent()]})
    assert answer.status_code == 409
    assert stored() == ["合同.pdf"]
    again = browser.post(address(case, "answer"), fields(answer.content.decode()))
    assert again.status_code == 302


def test_officials_choose_by_the_button_whether_the_firm_sees_a_file(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.handler)
    page = browser.get(page_of(case)).content.decode()
    assert address(case, "attach_public") in page
    assert address(case, "attach_internal") in page
    assert f'href="{address(case, "attach")}"' not in page
    assert "企业看不到" in browser.get(address(case, "attach_internal")).content.decode()
    for action in ("attach_public", "attach_internal"):
        assert press(browser, case, action, uploads=[sent()]).status_code == 302
    assert list(Attachment.objects.order_by("id").values_list("side", "public")) == [("LEAD", True), ("LEAD", False)]
    assert browser.get(address(case, "attach")).status_code == 403


# --- the list ---


def listed(browser: Any, case: Case) -> list[str]:
    page = browser.get(page_of(case)).content.decode()
    return re.findall(r'class="att-name"[^>]*>([^<]+)<', page)


def test_the_page_lists_the_files_that_are_for_the_reader_with_their_marks(town, sign_in):
    case = full_case(town)
    assert listed(sign_in(town.staff), case) == PUBLIC
    assert listed(sign_in(town.liaison), case) == listed(sign_in(town.intake), case) == ALL
    page = text(sign_in(town.liaison).get(page_of(case)).content.decode())
    assert f"企业.pdf PDF 文件 · {len(PDF)} 字节 · 企业 · 11月23日 12:00" in page.replace("\xa0", " ")
    assert page.count("内部，企业看不到") == 2
    assert page.count("公开，企业可见") == 2
    assert "部门内部" not in sign_in(town.staff).get(page_of(case)).content.decode()
    assert "附件 2 个" not in page
    assert "附件 1 个" in page


def test_a_demand_without_files_has_no_such_section(town, sign_in):
    case = case_in("IN_PROGRESS", town=town, attached="attach_internal")
    assert 'id="h-att"' not in sign_in(town.staff).get(page_of(case)).content.decode()
    assert 'id="h-att"' in sign_in(town.liaison).get(page_of(case)).content.decode()


def test_pictures_are_shown_small_and_nothing_else_is(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    uploads = [upload("现场.jpg", JPEG), upload()]
    moves.attach_files(case.pk, by=actor(town.staff, later(hours=2)), uploads=uploads)
    page = sign_in(town.staff).get(page_of(case)).content.decode()
    picture = Attachment.objects.get(file__kind="JPEG")
    assert re.findall(r"<img [^>]*>", page) == [f'<img src="{file_of(picture)}" alt="" width="72" loading="lazy">']


def test_the_office_releases_from_the_list_and_the_department_then_sees_the_file(town, sign_in):
    case = full_case(town, hidden=True)
    office, lead = sign_in(town.intake), sign_in(town.liaison)
    assert "企业.pdf" not in lead.get(page_of(case)).content.decode()
    page = office.get(page_of(case)).content.decode()
    assert "承办部门还看不到" in page
    assert f'class="att-do" href="{address(case, "release_attachment")}"' in page
    chosen = Attachment.objects.get(side="FIRM")
    assert press(office, case, "release_attachment", attachment=str(chosen.public_id)).status_code == 302
    assert "企业.pdf" in lead.get(page_of(case)).content.decode()
    assert lead.get(file_of(chosen)).getvalue() == PDF
    page = office.get(page_of(case)).content.decode()
    assert "已放行" in page
    assert address(case, "release_attachment") not in page
    assert press(office, case, "release_attachment", attachment=str(chosen.public_id)).status_code == 422


def test_a_withdrawn_file_is_listed_as_such_and_no_longer_served(town, sign_in):
    case, browser = case_in("IN_PROGRESS", town=town, attached="attach"), sign_in(town.staff)
    mine = Attachment.objects.get()
    assert browser.get(file_of(mine)).getvalue() == PDF
    assert press(browser, case, "withdraw_attachment", attachment=str(mine.public_id)).status_code == 302
    page = browser.get(page_of(case)).content.decode()
    assert "已撤回" in page
    assert file_of(mine) not in page
    assert address(case, "withdraw_attachment") not in page
    for who in (town.staff, town.intake, town.handler):
        assert sign_in(who).get(file_of(mine)).status_code == 404


@pytest.mark.parametrize(
    ("scan", "status", "words"), [(Scan.WAITING, 409, "等待安全检查"), (Scan.INFECTED, 403, "已隔离：含有恶意内容")]
)
def test_what_waits_or_is_quarantined_is_said_to_all_who_see_it_and_served_to_nobody(
    town, sign_in, scan, status, words
):
    case = case_in("IN_PROGRESS", town=town)
    moves.attach_files(case.pk, by=actor(town.staff, later(hours=2)), uploads=[upload("说明.txt", EICAR)])
    infected = scan == Scan.INFECTED
    StoredFile.objects.update(
        scan=scan, found="Eicar" if infected else "", scanned_at=later(hours=3) if infected else None
    )
    one = Attachment.objects.get()
    for who in (town.staff, town.intake, town.handler):
        browser = sign_in(who)
        assert words in browser.get(page_of(case)).content.decode()
        assert file_of(one) not in browser.get(page_of(case)).content.decode()
        answer = browser.get(file_of(one))
        assert answer.status_code == status
        assert EICAR not in answer.content


# --- what is not there ---


def without_token(answer: Any) -> tuple[int, str]:
    """Status and body, but for the token against forged requests and the address that was asked for."""
    body = answer.content.decode().replace(answer.request["PATH_INFO"], "")
    return answer.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)


def test_a_file_one_may_not_know_of_is_a_file_that_does_not_exist(town, sign_in):
    """Byte for byte, for every file and everybody who may open the demand, and for everybody who may not."""
    case, other = full_case(town, hidden=True), full_case(town)
    files = Attachment.objects.filter(case=case).select_related("file", "case")
    refused = 0
    for who in town.everybody:
        browser = sign_in(who)
        nowhere = without_token(browser.get(reverse("demands:file", args=[case.public_id, random_id()])))
        assert nowhere[0] == 404
        assert without_token(browser.get(reverse("demands:file", args=[random_id(), random_id()]))) == nowhere
        known = listed(browser, case) if browser.get(page_of(case)).status_code == 200 else []
        for one in files:
            answer = browser.get(file_of(one))
            if one.file.name in known:
                assert answer.getvalue() == PDF
            else:
                refused += 1
                assert without_token(answer) == nowhere
        # A file of one demand is not found under the address of another.
        stray = reverse("demands:file", args=[other.public_id, files[0].public_id])
        assert without_token(browser.get(stray)) == nowhere
    assert refused > 100


def test_whoever_is_not_signed_in_is_sent_to_sign_in(town, client):
    case = full_case(town)
    answer = client.get(file_of(Attachment.objects.filter(case=case).select_related("case")[0]))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


# --- statements ---


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_with_files_costs_one_statement_more_however_many_there_are(town, sign_in, number):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.handler)
    before = len(statements(browser, page_of(case)))
    for n in range(number):
        moves.attach_files(case.pk, by=actor(town.staff, later(hours=2)), uploads=[upload(f"{n}.pdf")])
        moves.attach_internal_files(case.pk, by=actor(town.liaison, later(hours=2)), uploads=[upload(f"{n}.pdf")])
    assert len(statements(browser, page_of(case))) == before + 1


def test_a_download_costs_three_statements(town, sign_in):
    case = full_case(town)
    one = Attachment.objects.filter(case=case).select_related("case")[0]
    browser = sign_in(town.handler)
    assert (
        len(statements(browser, file_of(one))) == FRAME - 1 + 3
    )  # the reading; a file has no bell to count notices for
