"""Pages of the minutes while they are written: the editor with and without its script, the draft, comparisons."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dialogue.symposia import moves
from dialogue.symposia.enums import MeetingState
from dialogue.symposia.markup import CHOICE
from dialogue.symposia.models import Meeting, Section
from dialogue.symposia.previewing import make_preview
from foundation.models import Job
from parties.roles import Role
from tests.conftest import SignIn
from tests.dialogue.symposia.test_writing import LATER, TEXTS, first, recorder, save, written
from tests.factories import NOW, Town, actor, member
from tests.meetings import Walk, meeting_in
from tests.pages import text

ITEM = "【任务】答复企业｜牵头：市能源局｜责任人：赵喆"


def at(meeting: Meeting, rest: str = "") -> str:
    return f"/symposia/{meeting.public_id}/draft/{rest}"


def typed(page: str) -> dict[str, str]:
    """What the form of the editor would send, as it is drawn."""
    boxes = re.findall(r'name="(text-[^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S)
    hidden = re.findall(r'<input type="hidden" name="(seq-[^"]+|window)" value="([^"]*)"', page)
    return dict(boxes) | dict(hidden)


def desk(town: Town, sign_in: SignIn) -> Client:
    return sign_in(town.at(town.leaders, Role.LEADER_OFFICE))


def test_without_a_script_one_button_saves_every_section_and_merges_what_others_wrote(
    town: Town, sign_in: SignIn
) -> None:
    meeting, browser = written(town), desk(town, sign_in)
    page = browser.get(at(meeting)).content.decode()
    form, section = typed(page), first(meeting)
    form[f"text-{section.public_id}"] += f"\n{ITEM}"
    assert browser.post(at(meeting), form).status_code == 302
    shown = text(browser.get(at(meeting)).content.decode())
    assert ("已保存 10:00" in shown, "第 2 行（任务1）：没有写完成期限" in shown) == (True, True)
    assert first(meeting).text == f"{TEXTS[0]}\n【任务1】{ITEM.removeprefix('【任务】')}"
    form |= typed(browser.get(at(meeting)).content.decode())
    assert "/documents/previews/" in browser.post(at(meeting), form | {"then": "preview"})["Location"]  # after saving
    assert browser.post(at(meeting), form | {"then": "read"})["Location"] == at(meeting, "comments/")
    # the other one has the page from before, and changed the same paragraph as somebody else meanwhile
    save(first(meeting), actor(member(town.leaders, Role.LEADER_OFFICE), LATER), "甲公司介绍情况。", window="b")
    form[f"text-{section.public_id}"] = "甲公司汇报情况。"
    answer = browser.post(at(meeting), form)
    assert (answer.status_code, "两种写法都留在文中" in text(answer.content.decode())) == (200, True)
    assert first(meeting).text.count(CHOICE) == 2


def test_the_script_is_told_text_number_and_what_is_missing(town: Town, sign_in: SignIn) -> None:
    meeting, browser = written(town), desk(town, sign_in)
    section = first(meeting)
    where = at(meeting, f"sections/{section.public_id}/")
    answer = browser.post(where, {"text": ITEM, "seq": section.seq, "window": "a"})
    said = answer.json()
    assert (said["text"], said["seq"], said["words"]) == (
        ITEM.replace("任务", "任务1", 1),
        section.seq + 1,
        "已保存 10:00",
    )
    assert ("没有写完成期限" in said["state"], said["together"].strip()) == (True, "")
    refused = [
        browser.post(where, body)
        for body in ({"text": "字" * 20_001, "seq": 1}, {"text": "甲"}, {"text": "甲", "seq": 99})
    ]
    assert [one.status_code for one in refused] == [422, 422, 422]
    assert refused[0].json() == {"code": "bad_input", "detail": "内容太长，最多 20000 个字"}
    other = meeting_in(MeetingState.DRAFTING, town=town, texts=())
    assert browser.post(at(other, f"sections/{section.public_id}/"), {"text": "甲", "seq": 1}).status_code == 404
    assert [sign_in(who).post(where, {"text": "甲", "seq": 2}).status_code for who in (town.staff, town.intake)] == [
        403,
        404,
    ]


def test_what_is_typed_when_the_minutes_have_gone_to_the_host_stays_on_the_page(town: Town, sign_in: SignIn) -> None:
    meeting, browser = written(town, state=MeetingState.COMMENTING), desk(town, sign_in)
    form = typed(browser.get(at(meeting)).content.decode())
    moves.submit_minutes(meeting.pk, by=recorder(town), seen=meeting.head_seq)
    form[f"text-{first(meeting).public_id}"] = "写到一半的话"
    answer = browser.post(at(meeting), form)
    shown = text(answer.content.decode())
    assert (answer.status_code, "写到一半的话" in shown, "不能修改纪要" in shown) == (409, True, True)
    assert [browser.get(at(meeting)).status_code, first(meeting).text] == [409, TEXTS[0]]
    # Whoever was there knew the addresses of the sections and the key of the form: now nobody else reads the draft.
    there, absent = sign_in(town.staff), sign_in(town.housing_liaison)
    for who, body in ((there, {}), (there, {"remark": "字" * 2_001}), (absent, {}), (there, form), (absent, form)):
        for where in (at(meeting), at(meeting, "comments/")):
            answer = who.post(where, body)
            assert (answer.status_code >= 400, TEXTS[0] in answer.content.decode()) == (True, False), (where, body)


def test_those_present_read_the_draft_and_comment_section_by_section(town: Town, sign_in: SignIn) -> None:
    meeting = written(town, state=MeetingState.COMMENTING)
    where, firm = at(meeting, "comments/"), sign_in(town.staff)
    whole = f"/symposia/{meeting.public_id}/"
    assert f'btn-primary" href="{where}"' in firm.get(whole).content.decode()  # the first thing to do
    page = firm.get(where).content.decode()
    assert "仍可以提" not in page
    # The day is over, the draft not sent yet; that the office is late with it is nothing that the firm is late with.
    past = {"comments_until": NOW.date() - timedelta(days=1), "next_due_at": NOW - timedelta(hours=1)}
    kept = Meeting.objects.filter(pk=meeting.pk).values(*past).get()
    Meeting.objects.filter(pk=meeting.pk).update(**past)
    assert "已过，送签以前仍可以提" in firm.get(where).content.decode()
    lists = [text(who.get("/symposia/").content.decode()) for who in (firm, desk(town, sign_in))]
    assert ["超期" in shown for shown in lists] == [False, True]
    Meeting.objects.filter(pk=meeting.pk).update(**kept)
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert key is not None
    name = f"remark-{first(meeting).public_id}"
    body = {"idempotency_key": key[1], name: "进度写错了"}
    assert firm.post(where, {"idempotency_key": key[1]}).status_code == 422
    both = firm.post(where, {**body, "agree": "1"})
    assert (both.status_code, "进度写错了" in both.content.decode()) == (422, True)
    assert [firm.post(where, body).status_code, firm.post(where, body).status_code] == [302, 302]
    assert [(one.text, one.section) for one in meeting.comments.all()] == [("进度写错了", first(meeting))]  # once
    assert f'btn-line" href="{where}"' in firm.get(whole).content.decode()
    assert at(meeting, "") in desk(town, sign_in).get(whole).content.decode()
    energy, host = sign_in(town.liaison), sign_in(town.at(town.leaders, Role.LEADER))
    assert energy.post(where, {"idempotency_key": "k" * 22, "agree": "1"}).status_code == 302
    assert "进度写错了" not in energy.get(where).content.decode()  # what another says is not theirs to read
    assert [("进度写错了" in one.get(where).content.decode()) for one in (host, desk(town, sign_in))] == [True, True]
    closed = [sign_in(who).get(where).status_code for who in (town.housing_liaison, town.intake)]
    assert closed == [404, 404]  # invited and not there; a stranger
    answer = (
        f"/symposia/{meeting.public_id}/act/answer_comment/?comment={meeting.comments.exclude(text='').get().public_id}"
    )
    assert answer in desk(town, sign_in).get(where).content.decode().replace("&amp;", "&")
    assert "甲公司：进度写错了" in desk(town, sign_in).get(answer).content.decode()
    where, comment = answer.split("?comment=")
    body = {"comment": comment, "adoption": "NOT_ADOPTED", "seen": "1", "idempotency_key": "m" * 22}
    others = energy.post(where, body)  # wrong inputs of somebody whose move it is not: no page with the choices
    assert (others.status_code, "进度写错了" in others.content.decode()) == (403, False)


def test_two_revisions_and_two_issued_versions_are_compared_by_words(town: Town, sign_in: SignIn) -> None:
    browser = desk(town, sign_in)
    meeting = meeting_in(MeetingState.ISSUED, town=town)
    walk = Walk(town, now=LATER + timedelta(days=7))
    walk.issue(walk.correct(meeting, Walk(town).texts[0].replace("2026-12-31", "2027-01-08")))
    versions = browser.get(f"/symposia/{meeting.public_id}/minutes/versions/").content.decode()
    assert "<del>2026年12月31日</del><ins>2027年1月8日</ins>" in versions
    assert sign_in(town.staff).get(f"/symposia/{meeting.public_id}/minutes/versions/").status_code == 200
    section = Section.objects.get(meeting=meeting, position=1)
    history = f"/symposia/{meeting.public_id}/draft/sections/{section.public_id}/history/"
    assert "<del>2026-12-31</del><ins>2027-01-08</ins>" in browser.get(history).content.decode()
    assert "两次的文字完全相同" in browser.get(f"{history}?from=1&to=1").content.decode()
    assert [sign_in(who).get(history).status_code for who in (town.staff, town.intake)] == [404, 404]


def test_the_editor_takes_as_many_statements_for_three_items_as_for_one(
    town: Town, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    meeting, browser = written(town, texts=(f"{ITEM}｜期限：2026-12-31",)), desk(town, sign_in)
    browser.get(at(meeting))
    with django_assert_num_queries(7):
        browser.get(at(meeting))
    line = "【任务】另一件｜牵头：市住建局｜配合：市能源局｜期限：2026-12-31"
    for section in meeting.sections.filter(position__gte=1):
        save(section, recorder(town), f"{section.text}\n{line}")
    with django_assert_num_queries(7):
        assert "另一件" in browser.get(at(meeting)).content.decode()


@pytest.mark.every_page
def test_a_preview_is_set_from_what_is_saved_and_is_nobody_elses(town: Town, sign_in: SignIn) -> None:
    meeting, browser = written(town, texts=(f"{TEXTS[0]}\n{ITEM}｜期限：2026-12-31",)), desk(town, sign_in)
    where = browser.post(at(meeting, "preview/"))["Location"]
    assert "本页自动刷新" in browser.get(where).content.decode()
    job = Job.objects.get(kind__startswith="draft:")
    make_preview.func(str(job.public_id), True)
    shown = "".join(text(browser.get(f"{where}?show=text").content.decode()).split())
    assert [words in shown for words in ("草稿", "十二月政商座谈会纪要", "答复企业", "2026年12月31日")] == [True] * 4
    assert browser.get(f"{where}file/").getvalue()[:5] == b"%PDF-"
    host = sign_in(town.at(town.leaders, Role.LEADER))
    assert [host.get(where + rest).status_code for rest in ("", "file/", "pages/1/")] == [404] * 3
    # Asked for while comments were, it is not made of what is written after them.
    late = browser.post(at(meeting, "preview/"))["Location"]
    make_preview.func(str(Job.objects.filter(kind__startswith="draft:").latest("pk").public_id), False)
    assert "征求意见已经结束" in browser.get(late).content.decode()
    assert [sign_in(who).post(at(meeting, "preview/")).status_code for who in (town.staff, town.intake)] == [403, 404]
