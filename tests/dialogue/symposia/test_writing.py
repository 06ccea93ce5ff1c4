"""Minutes are written section by section: numbered, merged, every text kept; those present comment and are answered."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from dialogue.symposia import documents, markup, moves, queries
from dialogue.symposia.drafting import Saved, restore_sections, save_section
from dialogue.symposia.enums import Adoption, MeetingState, Part, Presence
from dialogue.symposia.models import Attendee, Meeting, Section
from dialogue.symposia.rules import Mark
from foundation.errors import DomainError, NotVisible, NotYours, Refused, WrongMoment
from parties.roles import Role
from tests.factories import Town, actor, department, member
from tests.meetings import STARTS, fresh, meeting_in
from workflow.actor import Actor
from workflow.timeline import timeline

LATER = STARTS + timedelta(hours=3)
TEXTS = ("甲公司说明情况。", "市住建局介绍情况。")


def recorder(town: Town, minutes: float = 0) -> Actor:
    return actor(town.at(town.leaders, Role.LEADER_OFFICE), LATER + timedelta(minutes=minutes))


def firm(town: Town) -> Actor:
    return actor(town.staff, LATER)


def written(town: Town, *, state: str = MeetingState.DRAFTING, texts: tuple[str, ...] = TEXTS) -> Meeting:
    """A meeting whose minutes are being written, at which firm and energy were present."""
    meeting = meeting_in(state, town=town, texts=texts)
    here = Attendee.objects.filter(meeting=meeting, participant__part__in=[Part.FIRM, Part.DEPARTMENT])
    marks = [Mark(one.public_id, one.presence, Presence.PRESENT) for one in here]
    moves.record_attendance(meeting.pk, by=recorder(town), marks=marks)
    return fresh(meeting)


def first(meeting: Meeting) -> Section:
    return meeting.sections.get(position=1)


def save(section: Section, by: Actor, text: str, *, seq: int | None = None, window: str = "a") -> Saved:
    seq = section.seq if seq is None else seq
    return save_section(section.public_id, by=by, text=text, seq=seq, window=window)


def test_minutes_begin_with_a_sentence_and_a_section_for_each_topic(town: Town) -> None:
    meeting = meeting_in(MeetingState.DRAFTING, town=town, texts=())
    host = town.at(town.leaders, Role.LEADER).user.name
    assert [(one.topic.title if one.topic else "", one.text) for one in meeting.sections.order_by("position")] == [
        (
            "",
            f"2026年12月8日下午，副市长{host}在市政务服务中心三楼第二会议室主持召开十二月政商座谈会，"
            "听取有关企业和部门的情况汇报，逐项研究办理意见。现将会议议定事项纪要如下：",
        ),
        ("二期用电增容", ""),
        ("冬季施工审批", ""),
    ]
    assert [(fault.line, fault.sentence) for _draft, fault in documents.faults(meeting)] == [
        (1, "这个议题还没有写内容"),
        (1, "这个议题还没有写内容"),
    ]


def test_every_item_gets_a_number_of_its_own_and_none_twice(town: Town) -> None:
    meeting = written(town)
    one, other = meeting.sections.filter(position__gte=1).order_by("position")
    assert save(one, recorder(town), "【任务】甲\n【任务】乙").section.text == "【任务1】甲\n【任务2】乙"
    assert save(other, recorder(town), "【任务】丙").section.text == "【任务3】丙"
    assert save(first(meeting), recorder(town), "【任务2】乙").section.text == "【任务2】乙"
    assert save(first(meeting), recorder(town), "【任务2】乙\n【任务】丁").section.text == "【任务2】乙\n【任务4】丁"
    assert fresh(meeting).items_numbered == 4
    Meeting.objects.filter(pk=meeting.pk).update(items_numbered=markup.LAST_NUMBER)
    with pytest.raises(Refused, match="最多到 9999"):
        save(first(meeting), recorder(town), "【任务】戊")


def test_two_who_write_at_once_keep_both_texts_and_hear_of_each_other(town: Town) -> None:
    meeting = written(town)
    section, second = first(meeting), member(town.leaders, Role.LEADER_OFFICE)
    known = section.seq
    save(section, recorder(town), "甲公司说明情况。\n我的一段", window="a")
    answer = save(section, actor(second, LATER), "甲公司说明情况。\n【任务】他的一段", seq=known, window="b")
    assert answer.section.text == "甲公司说明情况。\n我的一段\n【任务1】他的一段"
    assert (answer.others, answer.conflicts) == ((recorder_name(town),), ())
    conflict = save(section, recorder(town), "甲公司介绍情况。\n我的一段", seq=known + 1, window="c")
    assert conflict.section.text == "甲公司介绍情况。\n我的一段\n【任务1】他的一段"
    both = save(section, recorder(town), "甲公司汇报情况。\n我的一段", seq=known + 1, window="d")
    assert markup.CHOICE + "甲公司汇报情况。" in both.section.text
    assert markup.CHOICE + "甲公司介绍情况。" in both.section.text
    stood = {row.text for row in section.revisions.all()}
    assert {"甲公司说明情况。\n我的一段", "甲公司说明情况。\n【任务1】他的一段", "甲公司介绍情况。\n我的一段"} <= stood
    assert first(meeting).text in stood


def recorder_name(town: Town) -> str:
    return str(town.at(town.leaders, Role.LEADER_OFFICE).user.name)


def test_a_page_that_did_not_hear_the_answer_meets_no_conflict_with_itself(town: Town) -> None:
    meeting = written(town)
    section = first(meeting)
    known = section.seq
    save(section, recorder(town), "甲公司说明情况。\n【任务】答复", window="a")
    save(
        section,
        actor(member(town.leaders, Role.LEADER_OFFICE), LATER),
        "甲公司说明情况。\n别人的",
        seq=known,
        window="b",
    )
    answer = save(section, recorder(town), "甲公司说明情况。\n【任务】答复企业｜牵头：市能源局", seq=known, window="a")
    assert answer.section.text == "甲公司说明情况。\n【任务1】答复企业｜牵头：市能源局\n别人的"
    assert (answer.conflicts, fresh(meeting).items_numbered) == ((), 1)


def test_only_the_organiser_writes_and_only_while_it_is_written(town: Town) -> None:
    meeting = written(town)
    section = first(meeting)
    with pytest.raises(NotYours):
        save(section, firm(town), "别的")
    with pytest.raises(NotVisible):
        save(section, actor(town.intake, LATER), "别的")
    for seq in (section.seq + 1, -1):
        with pytest.raises(Refused):
            save(section, recorder(town), "别的", seq=seq)
    for text in ("字" * 20_001, "\n" * 1_000):
        with pytest.raises(Refused):
            save(section, recorder(town), text)
    asked = moves.ask_comments(
        meeting.pk, by=recorder(town), seen=fresh(meeting).head_seq, comments_until=LATER.date() + timedelta(days=2)
    )
    save(section, recorder(town), "字" * 19_900 + "\r\n" * 90)  # what the box lets somebody type is taken
    save(section, recorder(town), "征求意见时还可以改", seq=section.seq + 1)
    Meeting.objects.filter(pk=meeting.pk).update(approved_sha256="x", state=MeetingState.APPROVED)
    with pytest.raises(WrongMoment):
        save(section, recorder(town), "送签以后不能改", seq=section.seq + 2)
    assert (asked.state, first(meeting).text) == (MeetingState.COMMENTING, "征求意见时还可以改")


def test_departments_are_known_by_short_and_full_name_and_others_are_faults(town: Town) -> None:
    department("市能源局", of=town.other_banner)  # the city's own comes first
    meeting = written(
        town,
        texts=(
            "【任务】甲｜牵头：市能源局｜配合：市住建局、供电公司｜期限：2026-12-31",
            "【任务】乙｜牵头：能源局｜期限：2026-12-01\n【任务1】丙｜牵头：市能源局｜期限：2026-12-31",
        ),
    )
    opening, power, winter = documents.drafts(meeting)
    assert [(item.lead, item.others) for item in power.items] == [(town.energy, (town.housing,))]
    assert [
        (fault.line, fault.number, fault.sentence) for draft in (opening, power, winter) for fault in draft.faults
    ] == [
        (1, 1, "没有叫“供电公司”的部门：请写名录里的全称或简称"),
        (1, 2, "没有叫“能源局”的部门：是不是“市能源局”"),
        (1, 2, "完成期限早于开会的日子"),
        (2, 1, "编号与另一个议题下的任务重复：请删去编号，保存时会给新的编号"),
    ]
    content = documents.minutes_of(queries.with_names(Meeting.objects.filter(pk=meeting.pk)).get())
    assert content.topics[0].items[0].with_others == ("市住建局", "供电公司")
    assert [one.name for one in content.present] == [
        town.at(town.firm, Role.ENTERPRISE_SECRETARY).user.name,
        town.at(town.energy, Role.DEPARTMENT_HEAD).user.name,
    ][::-1]


def test_those_present_comment_are_answered_and_nobody_else_is_asked(town: Town, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    meeting = written(town, state=MeetingState.COMMENTING)
    meeting = Meeting.objects.get(pk=meeting.pk)
    housing = actor(town.housing_liaison, LATER)
    with pytest.raises(NotYours):  # invited, and not there
        moves.comment_minutes(meeting.pk, by=housing, remarks=[(None, "不对")])
    moves.comment_minutes(meeting.pk, by=firm(town), remarks=[(first(meeting), "进度写错了"), (None, " ")])
    moves.comment_minutes(meeting.pk, by=actor(town.liaison, LATER))
    comment = meeting.comments.exclude(text="").get()
    assert (comment.section, comment.adoption, queries.unanswered(meeting).count()) == (first(meeting), "WAITING", 1)
    with pytest.raises(Refused, match="理由"):
        moves.answer_comment(meeting.pk, by=recorder(town), comment=comment, adoption=Adoption.NOT_ADOPTED)
    moves.answer_comment(
        meeting.pk, by=recorder(town), comment=comment, adoption=Adoption.NOT_ADOPTED, answer="以会议记录为准"
    )
    assert queries.unanswered(meeting).count() == 0
    # The answer is for those who made the comment: the timeline, which everybody invited reads, does not repeat it.
    assert not any("以会议记录为准" in f"{line.text}{line.note}" for line in timeline(fresh(meeting), housing))
    agreed = meeting.comments.get(text="")
    assert (agreed.participant.organisation_id, agreed.adoption) == (town.energy.pk, Adoption.ADOPTED)
    assert [one.pk for one in queries.comments_for(meeting, firm(town))] == [comment.pk]
    assert len(queries.comments_for(meeting, recorder(town))) == 2
    assert [queries.reads_draft(meeting, who) for who in (firm(town), housing, actor(town.intake, LATER))] == [
        True,
        False,
        False,
    ]


def test_whoever_is_asked_has_until_the_end_of_the_day(town: Town) -> None:
    meeting = written(town)
    until = LATER.date() + timedelta(days=2)
    for wrong in (LATER.date() - timedelta(days=1), LATER.date() + timedelta(days=61)):
        with pytest.raises(Refused):
            moves.ask_comments(meeting.pk, by=recorder(town), seen=meeting.head_seq, comments_until=wrong)
    moves.ask_comments(meeting.pk, by=recorder(town), seen=meeting.head_seq, comments_until=until)
    waiting = meeting.participants.exclude(next_due_at=None)
    assert {one.organisation_id for one in waiting} == {town.firm.pk, town.energy.pk}
    moves.comment_minutes(meeting.pk, by=firm(town))
    assert [one.organisation_id for one in waiting.all()] == [town.energy.pk]


def test_minutes_are_recalled_before_the_signature_and_who_was_there_is_mended_then_alone(town: Town) -> None:
    meeting = meeting_in(MeetingState.IN_APPROVAL, town=town)
    assert meeting.head_at is not None
    now = meeting.head_at + timedelta(hours=1)
    by, host = (actor(town.at(town.leaders, role), now) for role in (Role.LEADER_OFFICE, Role.LEADER))
    one = Attendee.objects.get(meeting=meeting, user=host.user_id)
    came = [Mark(one.public_id, Presence.ABSENT, Presence.PRESENT)]
    read = documents.fingerprint(documents.minutes_of(meeting))
    with pytest.raises(WrongMoment):
        moves.record_attendance(meeting.pk, by=by, marks=came)
    with pytest.raises(NotYours):
        moves.recall_minutes(meeting.pk, by=host, seen=meeting.head_seq, reason="到会有误")
    meeting = moves.recall_minutes(meeting.pk, by=by, seen=meeting.head_seq, reason="到会有误")
    assert (meeting.state, meeting.turn_org_id) == ("DRAFTING", town.leaders.pk)
    with pytest.raises(WrongMoment):  # what the host has open is no longer before them
        moves.approve_issue(meeting.pk, by=host, seen=meeting.head_seq, sha256=read)
    moves.record_attendance(meeting.pk, by=by, marks=came)
    meeting = moves.submit_minutes(meeting.pk, by=by, seen=fresh(meeting).head_seq)
    with pytest.raises(WrongMoment, match="纪要与您看到的文本不同"):
        moves.approve_issue(meeting.pk, by=host, seen=meeting.head_seq, sha256=read)
    now_read = documents.fingerprint(documents.minutes_of(meeting))
    meeting = moves.approve_issue(meeting.pk, by=host, seen=meeting.head_seq, sha256=now_read)
    with pytest.raises(WrongMoment):  # what is signed only the host gives back
        moves.recall_minutes(meeting.pk, by=by, seen=meeting.head_seq, reason="到会有误")


def test_a_correction_that_is_given_up_reads_as_it_was_issued(town: Town) -> None:
    meeting = written(town)
    section = first(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(version=1, minutes_number="〔2026〕第1期", issued_at=LATER)
    meeting = fresh(meeting)
    save(section, recorder(town), "改过的文字")
    restore_sections(meeting, by=recorder(town))
    assert first(meeting).text == TEXTS[0]
    assert section.revisions.filter(version=2, text="改过的文字").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_recorders_who_save_in_the_same_moment_neither_loses_a_word() -> None:
    town = Town.build()
    meeting = written(town)
    section = first(meeting)
    seq, base = section.seq, section.text
    people = [recorder(town), actor(member(town.leaders, Role.LEADER_OFFICE), LATER)]
    start, errors = threading.Barrier(2), []

    def write(n: int) -> None:
        try:
            start.wait(timeout=10)
            text = base
            for step in range(3):  # the page goes on with what it first knew: it never heard an answer
                text = f"{text}\n【任务】{n}写的第{step}件"
                save(section, people[n], text, seq=seq, window=f"w{n}")
        except (DomainError, threading.BrokenBarrierError) as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert errors == []
    items = markup.parse(first(meeting).text).items
    assert sorted(item.words for item in items) == [f"{n}写的第{step}件" for n in range(2) for step in range(3)]
    assert len({item.number for item in items}) == 6
    assert fresh(meeting).items_numbered == 6
