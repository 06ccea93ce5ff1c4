"""印发: number, document, items and demands together or not at all; corrections; progress; the end of a meeting."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from cases.demands import moves as demands
from cases.demands.models import Case
from cases.demands.moves.access import deny
from dialogue.symposia import documents, moves, queries
from dialogue.symposia.models import ActionItem, Meeting
from dialogue.symposia.moves.settling import Settling, public_id_of
from dialogue.symposia.rules import Mark
from dialogue.symposia.views.reading import text_of
from documents.content.reading import read
from documents.engine.rendering import html
from documents.models import Document, NumberSeries
from documents.registry import Progress
from foundation.errors import DomainError
from parties.models import Membership, Organisation
from parties.roles import Role
from tests.api import Program
from tests.cases.demands.invariants import assert_chain_holds as assert_chain_of_demand_holds
from tests.cases.demands.invariants import assert_who_sees_the_task_is_their_replay
from tests.conftest import SignIn
from tests.factories import Town, actor, case_in, system
from tests.meetings import STARTS, TEXTS, TO_MINUTES, Walk, fresh, meeting_in
from tests.pages import text as words_on
from workflow import registry
from workflow.calendar import ZONE
from workflow.models import Clock, Event, Notice, OutboxMessage
from workflow.outbox import attempt
from workflow.timeline import timeline

SOLVED = {"confirmation": "SOLVED"}


def walk_to(state: str, town: Town, **traits: Any) -> tuple[Walk, Meeting]:
    """A meeting in this state, and the walk that goes on an hour after its last event."""
    meeting = meeting_in(state, town=town, **traits)
    assert meeting.head_at is not None
    return Walk(town, now=meeting.head_at + timedelta(hours=1)), meeting


def items_of(meeting: Meeting) -> list[ActionItem]:
    return list(ActionItem.objects.filter(meeting=meeting).select_related("case", "lead").order_by("number"))


def words_of(meeting: Meeting, action: str) -> str:
    event = Event.objects.filter(subject_kind="meeting", subject_id=meeting.pk, action=action).order_by("-seq")[0]
    return str(json.loads(event.body.text)["text"])


def refused(do: Any) -> tuple[str, str]:
    with pytest.raises(DomainError) as caught:
        do()
    return type(caught.value).__name__, str(caught.value)


def test_issue_gives_number_document_and_one_demand_for_every_item(town: Town) -> None:
    meeting = meeting_in("ISSUED", town=town)
    assert (meeting.minutes_number, meeting.version) == ("市领导办公室纪要〔2026〕第1期", 1)
    document = Document.objects.get(subject_kind="meeting", kind="MINUTES")
    assert (document.number, document.audience, document.office_id) == (meeting.minutes_number, "", meeting.office_id)
    rows = items_of(meeting)
    told = [(i.number, i.lead, i.person, i.due_on, i.case.state, i.case.lead_id, i.case.due_on, i.tied) for i in rows]
    energy, housing, days = town.energy, town.housing, [date(2026, 12, 31), date(2027, 1, 15), date(2027, 1, 20)]
    assert told == [
        (1, energy, "赵喆", days[0], "DISPATCHED", energy.pk, days[0], False),
        (2, energy, "", days[1], "DISPATCHED", energy.pk, days[1], False),
        (3, housing, "", days[2], "DISPATCHED", housing.pk, days[2], False),
    ]
    assert [(i.case.enterprise, i.case.category, i.case.office) for i in rows] == [
        (town.firm, town.power, town.office),
        (town.firm, town.power, town.office),
        (None, town.power, town.city_office),
    ]
    assert [str(i.public_id) for i in rows] == [i.case.origin_key for i in rows]
    assert [list(i.others.all()) for i in rows] == [[housing], [], []]
    assert not Clock.objects.filter(subject_kind="meeting", stopped_at=None).exists()


def test_the_first_item_of_a_topic_from_an_open_demand_is_tied_to_it_and_moves_its_date(town: Town) -> None:
    open_case, late_case = case_in("IN_PROGRESS", town=town), case_in("AWAIT_CONFIRM", town=town)
    walk = Walk(town, texts=(TEXTS[0], TEXTS[0], *TEXTS))
    meeting = walk.open()
    for case in (open_case, late_case):
        moves.propose_topic(meeting.pk, by=walk.by(town.energy, Role.DEPARTMENT_LIAISON), case=case)
    meeting = walk.issued(meeting)
    first, second, third, fourth, fifth, *_rest = items_of(meeting)
    assert [(i.case_id, i.tied) for i in (first, third)] == [(open_case.pk, True), (late_case.pk, True)]
    assert len({i.case_id for i in items_of(meeting)}) == len(items_of(meeting))
    assert (first.case.due_on, first.case.tied_key) == (date(2026, 12, 31), str(first.public_id))
    late = (third.case.due_on, third.case.tied_key, third.case.state)
    assert late == (None, str(third.public_id), "AWAIT_CONFIRM")
    said = words_of(meeting, "issue_minutes")  # read by everybody invited: of the demand neither number nor state
    assert "任务3的诉求现在没有办理时限在走，再进入办理时按议定的日期" in said
    assert late_case.number not in said
    assert (second.case.category, fourth.tied, fifth.tied) == (open_case.category, False, False)
    # Tied to the demand of its topic, an item does not go below that of another one, also of the same firm.
    moves.begin_correction(meeting.pk, by=walk.organiser(), seen=meeting.head_seq, reason="移到另一个议题")
    own, other = (meeting.sections.get(position=n).text for n in (1, 2))
    moved = next(line for line in own.splitlines() if line.startswith("【任务1】"))
    walk.write(meeting, own.replace(moved, ""), f"{other}\n{moved}")
    [fault] = documents.plan_of(fresh(meeting), walk.now).faults
    assert "移到了另一件诉求的议题下面" in fault


def test_an_item_of_a_demand_that_takes_no_date_is_shown_there_and_its_date_waits_for_the_next_term(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("RESULT_REVIEW", town=town, klass="ORDINARY")
    walk = Walk(town, texts=(TEXTS[0], *TEXTS))
    meeting = walk.open()
    moves.propose_topic(meeting.pk, by=walk.by(town.energy, Role.DEPARTMENT_LIAISON), case=case)
    meeting = walk.issued(meeting)
    item = items_of(meeting)[0]
    assert (item.case_id, item.tied, item.case.due_on, item.case.turn_role) == (
        case.pk,
        True,
        None,
        "DEPARTMENT_SECRETARY",
    )
    head = item.case.head_seq
    clock.move_to(walk.now)
    page = sign_in(town.liaison).get(f"/demands/{case.public_id}/").content.decode()
    assert f"关联：会议任务事项 · {meeting.minutes_number} 任务1" in words_on(page)
    assert f"#item-{item.number}" in page
    section = meeting.sections.get(position=1)
    meeting = walk.issue(walk.correct(meeting, section.text.replace("2026-12-31", "2027-02-10")))
    item = items_of(meeting)[0]
    assert (item.due_on, item.case.head_seq, item.case.due_on) == (date(2027, 2, 10), head + 1, None)
    secretary = walk.by(town.energy, Role.DEPARTMENT_SECRETARY)
    case = demands.return_result(case.pk, by=secretary, seen=item.case.head_seq, reason="结论不具体")
    assert (case.due_on, case.told_due_on) == (item.due_on, None), "sent back, it is due on the date corrected last"


def test_a_demand_that_is_over_when_the_minutes_are_issued_is_left_and_its_item_opens_one(town: Town) -> None:
    case = case_in("AWAIT_CONFIRM", town=town)
    walk = Walk(town, texts=(TEXTS[0], *TEXTS))
    meeting = walk.open()
    moves.propose_topic(meeting.pk, by=walk.by(town.energy, Role.DEPARTMENT_LIAISON), case=case)
    for step in TO_MINUTES[:-1]:
        meeting = getattr(walk, step)(fresh(meeting))
    planned = documents.plan_of(meeting, walk.now)
    assert planned.items[0].ties == case
    over = demands.confirm_case(case.pk, by=walk.by(town.firm, Role.ENTERPRISE_STAFF), seen=case.head_seq, **SOLVED)
    settling = Settling(meeting, 1, "纪要", system(walk.now))
    with transaction.atomic():  # it was confirmed after the plan was read
        settling.settle(planned)
        item = items_of(meeting)[0]
        assert (item.tied, item.case.origin_key, settling.done.tied) == (False, str(item.public_id), [])
        transaction.set_rollback(True)
    item = items_of(walk.issue(meeting))[0]
    assert (item.tied, item.case.origin_key, item.case.category) == (False, str(item.public_id), case.category)
    assert Case.objects.get(pk=case.pk).head_seq == over.head_seq


def test_a_hidden_firm_stays_hidden_in_what_its_topic_opens_and_is_not_named_there(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    walk = Walk(
        town,
        texts=(
            "甲公司说明情况。\n【任务】答复甲公司供电方案｜牵头：市能源局｜期限：2026-12-31\n"
            "【任务】甲公司临时用电｜牵头：市能源局｜期限：2026-12-31",
            *TEXTS,
        ),
    )
    meeting = walk.open()
    moves.propose_topic(meeting.pk, by=walk.by(town.energy, Role.DEPARTMENT_LIAISON), case=case)
    said = refused(lambda: walk.issued(meeting))[1]
    where = f"议题1“{case.title}”"
    named = "提出企业是隐名的，这里能看出是哪家企业：甲公司"
    # What was said, the item tied to the demand, and the one that opens its own; the firm's open topic may name it.
    assert said.split("；") == [f"{where}：第1行，{named}", f"{where}任务1：{named}", f"{where}任务2：{named}"]
    meeting = fresh(meeting)
    walk.write(meeting, walk.texts[0].replace("甲公司", ""))
    for step in (walk.submit, walk.approve, walk.issue):
        meeting = step(fresh(meeting))
    new = ActionItem.objects.get(meeting=meeting, words="临时用电").case
    assert (new.identity, new.alias, new.enterprise) == ("HIDDEN", case.alias, town.firm)
    # Below the open topic of the same firm it would be known, and by the silence of the fault too.
    meeting = moves.begin_correction(meeting.pk, by=walk.organiser(), seen=meeting.head_seq, reason="移到另一个议题")
    hidden, shown = (meeting.sections.get(position=n) for n in (1, 2))
    *rest, moved = hidden.text.splitlines()
    walk.write(meeting, "\n".join(rest), f"{shown.text}\n{moved}")
    [fault] = documents.plan_of(meeting, walk.now).faults
    assert "移到了另一家企业的议题下面" in fault


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("【任务】接电｜期限：2026-12-31", "议题1“二期用电增容”任务4：没有写牵头部门"),
        ("【任务】接电｜牵头：市能源局", "议题1“二期用电增容”任务4：没有写完成期限"),
        ("【任务】接电｜牵头：市能源局｜期限：2026-12-08", "议题1“二期用电增容”任务4：办结日期须晚于今天"),
        ("", "议题1“二期用电增容”：第1行，这个议题还没有写内容"),
    ],
)
def test_minutes_with_a_fault_are_not_sent_for_signing(town: Town, text: str, sentence: str) -> None:
    walk, meeting = walk_to("DRAFTING", town)
    meeting = walk.ask(walk.write(meeting, text))
    assert refused(lambda: walk.submit(meeting)) == ("Refused", sentence)
    assert fresh(meeting).state == "COMMENTING"


def test_what_the_host_signed_is_what_is_issued(town: Town) -> None:
    walk, meeting = walk_to("IN_APPROVAL", town)
    host, organiser = walk.by(town.leaders, Role.LEADER), walk.organiser()
    seen = meeting.head_seq
    other = "0" * 64
    assert refused(lambda: moves.approve_issue(meeting.pk, by=host, seen=seen, sha256=other))[0] == "WrongMoment"
    meeting = walk.approve(meeting)
    assert meeting.approved_sha256 == documents.fingerprint(documents.minutes_of(meeting))
    section = meeting.sections.get(position=2)
    meeting.sections.filter(pk=section.pk).update(text=section.text + "\n另外议定一项。")  # nobody can: a fault
    says = refused(lambda: moves.issue_minutes(meeting.pk, by=organiser, seen=meeting.head_seq))
    assert says == ("WrongMoment", "纪要与签发的文本不同，请签发人退回修改后重新签发")
    assert (Document.objects.filter(kind="MINUTES").count(), ActionItem.objects.count()) == (0, 0)
    meeting = moves.return_minutes(meeting.pk, by=host, seen=fresh(meeting).head_seq, reason="文本有变")
    assert (meeting.state, meeting.approved_sha256) == ("DRAFTING", "")


def test_a_date_that_passes_between_signature_and_issue_is_refused_and_leaves_nothing(town: Town) -> None:
    walk, meeting = walk_to("APPROVED", town)
    walk.now = datetime(2026, 12, 31, 9, tzinfo=ZONE)
    assert refused(lambda: walk.issue(meeting)) == ("Refused", "议题1“二期用电增容”任务1：办结日期须晚于今天")
    assert (ActionItem.objects.count(), Case.objects.count(), Document.objects.filter(kind="MINUTES").count()) == (
        0,
    ) * 3


def test_a_crash_in_the_middle_leaves_nothing_and_the_next_try_gives_all_of_it_once(town: Town) -> None:
    walk, meeting = walk_to("APPROVED", town)
    crash = [True]

    def crashes(subject: Any, event: Any, by: Any) -> None:
        if crash.pop():
            raise RuntimeError("the power went")
        crash.append(False)

    registry.subscribe("meeting", "issue_minutes", crashes)
    try:
        with pytest.raises(RuntimeError):
            walk.issue(meeting)
        left = (
            ActionItem,
            Case,
            NumberSeries.objects.filter(name="meeting_minutes"),
            Document.objects.filter(kind="MINUTES"),
        )
        assert [getattr(rows, "objects", rows).count() for rows in left] == [0, 0, 0, 0]
        assert fresh(meeting).state == "APPROVED"
        crash.append(False)
        meeting = walk.issue(fresh(meeting))
    finally:
        registry.subscriptions("meeting", "issue_minutes").remove(crashes)
    assert meeting.minutes_number.endswith("〔2026〕第1期")
    keys = [str(public_id_of(meeting, n)) for n in (1, 2, 3)]
    assert (Case.objects.count(), [i.case.origin_key for i in items_of(meeting)]) == (3, keys)
    seen = meeting.head_seq
    assert refused(lambda: moves.issue_minutes(meeting.pk, by=walk.organiser(), seen=seen))[0] == "WrongMoment"
    assert (Case.objects.count(), Document.objects.filter(kind="MINUTES").count()) == (3, 1)


# --- corrections ---

CHANGED = (
    "甲公司说明二期用电增容进度。\n"
    "【任务1】答复双回路供电方案｜牵头：市能源局｜责任人：赵喆｜期限：2027-02-10\n"
    "【任务】公示供电方案｜牵头：市能源局｜期限：2027-02-20"
)


def test_a_correction_keeps_changes_adds_and_removes_items_and_their_demands(town: Town) -> None:
    walk, meeting = walk_to("ISSUED", town)
    first, second, third = items_of(meeting)
    before = Document.objects.get(kind="MINUTES")
    meeting = walk.correct(meeting, CHANGED)
    assert (meeting.state, meeting.version, items_of(meeting)[1].removed_in) == ("APPROVED", 1, None)
    assert Document.objects.get(pk=before.pk).status == "VALID"
    meeting = walk.issue(meeting)
    rows = items_of(meeting)
    assert [(i.number, i.issued_in, i.removed_in, i.words) for i in rows] == [
        (1, 1, None, "答复双回路供电方案"),
        (2, 1, 2, "接通施工临时用电"),
        (3, 1, None, "公布冬季施工审批办法"),
        (4, 2, None, "公示供电方案"),
    ]
    assert [i.public_id for i in rows[:3]] == [first.public_id, second.public_id, third.public_id]
    assert [i.case_id for i in rows[:3]] == [first.case_id, second.case_id, third.case_id]
    assert [(i.case.state, i.case.ending, i.case.due_on) for i in rows] == [
        ("DISPATCHED", "", date(2027, 2, 10)),
        ("ENDED", "CORRECTED", date(2027, 1, 15)),
        ("DISPATCHED", "", date(2027, 1, 20)),
        ("DISPATCHED", "", date(2027, 2, 20)),
    ]
    after = Document.objects.get(kind="MINUTES", status="VALID")
    assert (after.number, after.version, after.replaces_id) == (before.number, 2, before.pk)
    assert Document.objects.get(pk=before.pk).status_reason == "笔误更正"
    # The sheet numbers the items as the pages do: what a correction removed leaves a gap.
    issued = read(after.content)
    assert "4.公示供电方案" in html(issued.content, issued.imprint)
    # The page of the version before leads to what its items are now, whatever they are called.
    shown = text_of(documents.words_of(before), [one for one in queries.of_meeting(meeting) if one.number != 4])
    found = [(item.number, item.row and item.row.number) for topic in shown.topics for item in topic.items]
    assert found == [(1, 1), (2, 2), (3, 3)]
    assert words_of(meeting, "issue_minutes") == f"印发{after.number}第2版；新立诉求：任务4；改期：任务1；撤销：任务2"
    assert (queries.progress([meeting.pk])[meeting.pk].total, meeting.correction_reason) == (3, "")
    assert [queries.standing_of(i) for i in rows] == ["OPEN", "CORRECTED", "OPEN", "OPEN"]


def test_a_correction_may_not_give_an_item_to_another_department_nor_bring_back_a_removed_one(town: Town) -> None:
    walk, meeting = walk_to("ISSUED", town)
    meeting = walk.issue(walk.correct(meeting, CHANGED))
    other = CHANGED.replace(
        "【任务1】答复双回路供电方案｜牵头：市能源局", "【任务1】答复双回路供电方案｜牵头：市住建局"
    )
    again = CHANGED.replace("【任务】", "【任务4】") + "\n【任务2】接通施工临时用电｜牵头：市能源局｜期限：2027-01-15"
    numbered = CHANGED.replace("【任务】", "【任务4】")
    elsewhere = numbered.replace("【任务4】", "说明：【任务4】"), numbered.splitlines()[-1]
    for texts, words in (
        ((other.replace("【任务】", "【任务4】"),), "牵头部门与印发的不同"),
        ((again,), "已由更正撤销"),
        (elsewhere, "移到了另一家企业的议题下面"),
    ):
        walk, now = Walk(town, now=walk.now), fresh(meeting)
        if now.state == "ISSUED":
            moves.begin_correction(now.pk, by=walk.organiser(), seen=now.head_seq, reason="换部门")
            walk.ask(walk.write(fresh(now), *texts))
        else:
            walk.write(now, *texts)
        assert words in refused(lambda walk=walk, now=now: walk.submit(fresh(now)))[1]  # type: ignore[misc]
    # Where the demand itself has gone over to that department, the minutes may follow it.
    Case.objects.filter(pk=items_of(meeting)[0].case_id).update(lead=town.housing)
    walk.write(fresh(meeting), other.replace("【任务】", "【任务4】"), TEXTS[1].replace("【任务】", "【任务3】"))
    with transaction.atomic():  # out of service it keeps what it had, and is given nothing more
        Organisation.objects.filter(pk=town.housing.pk).update(active=False)
        faults = documents.plan_of(fresh(meeting), walk.now).faults
        assert faults == ("议题1“二期用电增容”任务1：没有叫“市住建局”的部门",)
        transaction.set_rollback(True)
    assert walk.submit(fresh(meeting)).state == "IN_APPROVAL"


def rolled(meeting: Meeting) -> list[tuple[Any, ...]]:
    """Everybody on the roll, all of their row but its number in the table."""
    return sorted(tuple(value for name, value in row.items() if name != "id") for row in meeting.attendees.values())


def test_a_dropped_correction_leaves_text_roll_items_and_comments_as_they_were_issued(town: Town) -> None:
    walk, meeting = walk_to("COMMENTING", town)
    marks = [(row.public_id, row.presence) for row in meeting.attendees.order_by("pk")]
    there, excused, late = marks
    guest: dict[str, Any] = {"organisation": "供电公司", "name": "孙伟"}
    hand = [Mark(there[0], there[1], "PRESENT"), Mark(excused[0], excused[1], "EXCUSED", reason="出差")]
    moves.record_attendance(meeting.pk, by=walk.organiser(), marks=hand, post="经理", **guest)
    for step in TO_MINUTES[4:]:
        meeting = getattr(walk, step)(fresh(meeting))
    moves.issue_attendance(meeting.pk, by=walk.organiser())
    sheet = documents.attendance_in_force(meeting)
    roll = rolled(meeting)
    before = [section.text for section in meeting.sections.order_by("position")]
    issued = documents.fingerprint(documents.minutes_of(meeting))
    seen = fresh(meeting).head_seq
    meeting = moves.begin_correction(meeting.pk, by=walk.organiser(), seen=seen, reason="到会情况有误")
    came = meeting.attendees.get(name="孙伟")
    other = [
        Mark(there[0], "PRESENT", "ABSENT"),
        Mark(excused[0], "EXCUSED", "EXCUSED", was_reason="出差", reason="生病"),
        Mark(late[0], late[1], "PRESENT"),
        Mark(came.public_id, "PRESENT", "REMOVED"),
    ]
    moves.record_attendance(meeting.pk, by=walk.organiser(), marks=other)
    moves.record_attendance(meeting.pk, by=walk.organiser(), post="副经理", **guest)  # the same name, another row
    moves.issue_attendance(meeting.pk, by=walk.organiser())
    meeting = walk.approve(walk.submit(fresh(walk.ask(walk.write(meeting, CHANGED)))))
    meeting = moves.drop_correction(meeting.pk, by=walk.organiser(), seen=meeting.head_seq, reason="不改了")
    assert rolled(meeting) == roll, "what was recorded within the correction goes with it, to the second"
    event = Event.objects.get(subject_kind="meeting", subject_id=meeting.pk, action="drop_correction")
    assert words_of(meeting, "drop_correction") == "放弃更正，第1版继续有效；到会情况恢复为印发时的，涉及5人"
    stated = json.loads(event.facts)
    assert [after for _row, _before, after in stated["attendance"]] == [
        *("REMOVED", "PRESENT", "EXCUSED", "ABSENT", "PRESENT")
    ]
    after = documents.attendance_in_force(meeting)
    assert sheet is not None
    assert after is not None
    assert (after.version, stated["document"]["version"]) == (3, 3)
    assert read(after.content).content == read(sheet.content).content, "签到表 says again who was there"
    assert (meeting.state, meeting.version, meeting.approved_sha256, meeting.commented_version) == ("ISSUED", 1, "", 1)
    assert [section.text for section in meeting.sections.order_by("position")] == before
    told = [
        [line.note for line in queries.history(meeting, who) if line.action.endswith("_correction")]
        for who in (walk.organiser(), walk.by(town.firm, Role.ENTERPRISE_STAFF))
    ]
    assert told == [["不改了", "到会情况有误"], ["", ""]]  # why is between host and desk until it is issued
    assert documents.fingerprint(documents.minutes_of(meeting)) == issued
    assert [(i.removed_in, i.case.state) for i in items_of(meeting)] == [(None, "DISPATCHED")] * 3
    seen = meeting.head_seq
    meeting = moves.begin_correction(meeting.pk, by=walk.organiser(), seen=seen, reason="再改一次")
    assert refused(lambda: walk.submit(meeting)) == ("WrongMoment", "还没有向参会单位征求意见")
    meeting = walk.ask(meeting)
    assert "没有更正的内容" in refused(lambda: walk.submit(fresh(meeting)))[1]
    said = {"text": "期限太紧", "at": walk.now, "by": town.staff.user, "version": meeting.next_version}
    meeting.comments.create(participant=meeting.participants.get(organisation=town.firm), **said)
    assert "还有 1 条意见没有答复" in refused(lambda: walk.submit(fresh(meeting)))[1]
    seen = fresh(meeting).head_seq
    meeting = moves.drop_correction(meeting.pk, by=walk.organiser(), seen=seen, reason="不改了")
    meeting = moves.begin_correction(meeting.pk, by=walk.organiser(), seen=meeting.head_seq, reason="第三次")
    assert queries.unanswered(meeting).count() == 0


# --- progress and the end ---


def test_progress_is_told_once_a_month_and_a_late_report_says_so(town: Town) -> None:
    walk, meeting = walk_to("ISSUED", town)
    item = items_of(meeting)[0]
    assert item.next_due_at == datetime(2026, 12, 30, 17, 30, tzinfo=ZONE)

    def report(at: datetime) -> tuple[date, bool, str]:
        by = actor(town.liaison, at)
        moves.report_progress(meeting.pk, by=by, item=items_of(meeting)[0], text="方案已经送审")
        one, row = item.progress.order_by("-id")[0], items_of(meeting)[0]
        return one.month, one.late, f"{row.next_due_at.astimezone(ZONE):%Y-%m-%d}"

    december, january, february = date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)
    assert report(datetime(2026, 12, 28, 9, tzinfo=ZONE)) == (december, False, "2027-01-29")
    assert report(datetime(2026, 12, 29, 9, tzinfo=ZONE)) == (december, False, "2027-01-29")
    assert report(datetime(2027, 2, 2, 9, tzinfo=ZONE)) == (january, True, "2027-02-26")
    assert report(datetime(2027, 5, 6, 9, tzinfo=ZONE)) == (date(2027, 4, 1), True, "2027-05-28")
    assert february not in {one.month for one in item.progress.all()}
    other = items_of(meeting)[2]
    says = refused(
        lambda: moves.report_progress(meeting.pk, by=walk.by(town.energy, Role.HANDLER), item=other, text="好")
    )
    assert says == ("NotYours", "只有这一项的牵头部门可以报进展")
    at = datetime(2027, 5, 31, 9, tzinfo=ZONE)
    assert [one.number for one in queries.to_report(actor(town.liaison, at))] == [2, 1]
    deny(item.case, user=town.liaison.user, by=actor(town.liaison, at), reason="亲属是当事人")
    says = refused(lambda: report(at))
    assert (says, [one.number for one in queries.to_report(actor(town.liaison, at))]) == (
        ("Refused", "请选择任务事项"),
        [2],
    )


def test_a_meeting_is_closed_by_itself_when_no_item_is_open_and_what_is_unsolved_goes_on(town: Town) -> None:
    walk, meeting = walk_to("ISSUED", town)
    now = walk.now + timedelta(days=1)
    first, second, third = items_of(meeting)
    assert list(queries.to_close(now)) == []
    assert [i.number for i in queries.unfinished(meeting.office_id, meeting.kind)] == [1, 2, 3]
    assert refused(lambda: moves.close_meeting(meeting.pk, by=system(now)))[0] == "WrongMoment"
    for item, confirmation in ((first, "SOLVED"), (second, "UNSOLVED")):
        closed(item, confirmation, town, walk)
    demands.end_by_correction(third.case.pk, by=system(now), reason="另案办理")
    assert [queries.standing_of(i) for i in items_of(meeting)] == ["DONE", "UNSOLVED", "ENDED"]
    for standing, wanted in (("OPEN", []), ("DONE", [1]), ("UNSOLVED", [2]), ("ENDED", [3]), ("CORRECTED", [])):
        found = ActionItem.objects.filter(queries.STANDING[standing]).values_list("number", flat=True)
        assert list(found) == wanted
    assert queries.progress([meeting.pk])[meeting.pk] == Progress(1, 3)
    assert list(queries.to_close(now)) == [meeting.pk]
    assert moves.close_meeting(meeting.pk, by=system(now)).state == "CLOSED"
    assert [i.next_due_at for i in items_of(meeting)] == [None] * 3
    assert [i.number for i in queries.unfinished(meeting.office_id, meeting.kind)] == [2, 3]
    assert list(queries.to_reopen(now)) == []
    assert refused(lambda: moves.reopen_meeting(meeting.pk, by=system(now)))[0] == "WrongMoment"
    assert heard(town.housing_liaison, now) == [("task_shared", None), ("task_over", None)]  # helps with the first
    again = Case.objects.get(pk=second.case_id)  # the firm is not content
    staff = actor(town.staff, walk.now)
    demands.redo_case(again.pk, by=staff, seen=again.head_seq, reason="仍未接通，请重新办理")
    assert list(queries.to_reopen(now)) == [meeting.pk]
    with transaction.atomic():  # also where a correction is being written just then
        held = moves.begin_correction(meeting.pk, by=walk.organiser(), seen=fresh(meeting).head_seq, reason="更正")
        held = moves.drop_correction(held.pk, by=walk.organiser(), seen=held.head_seq, reason="不改了")
        assert (held.state, [i.number for i in queries.to_report(actor(town.liaison, now))]) == ("ISSUED", [2])
        transaction.set_rollback(True)
    meeting = moves.reopen_meeting(meeting.pk, by=system(now))
    assert (meeting.state, meeting.closed_at, list(queries.to_close(now))) == ("ISSUED", None, [])
    assert "任务2重新在办" in words_of(meeting, "reopen_meeting")
    assert [bool(i.next_due_at) for i in items_of(meeting)] == [False, True, False]
    assert [i.number for i in queries.to_report(actor(town.liaison, now))] == [2]
    Walk(town, now=now, plan={"starts_at": STARTS + timedelta(days=40), "ends_at": STARTS + timedelta(days=41)})
    assert list(queries.unfinished(town.office.pk, meeting.kind)) == []


def closed(item: ActionItem, confirmation: str, town: Town, walk: Walk) -> None:
    """Its demand goes through the department to the firm, which says what came of it."""
    case = demands.acknowledge_case(
        item.case_id, by=walk.by(town.energy, Role.DEPARTMENT_LIAISON), seen=item.case.head_seq, handler=town.handler
    )
    liaison = walk.by(town.energy, Role.DEPARTMENT_LIAISON)
    case = demands.record_first_contact(
        case.pk,
        by=liaison,
        seen=case.head_seq,
        contacted_at=liaison.now,
        channel="PHONE",
        person="李",
        summary="说明步骤",
    )
    handler = walk.by(town.energy, Role.HANDLER)
    case = demands.save_plan(
        case.pk, by=handler, seen=case.head_seq, steps=[("现场勘察", handler.now.date() + timedelta(days=3))]
    )
    case = demands.submit_result(
        case.pk,
        by=walk.by(town.energy, Role.HANDLER),
        seen=case.head_seq,
        outcome="SOLVED",
        text="供电方案已于本月送达企业。",
        evidence="供电方案答复单一份",
    )
    case = demands.sign_off(case.pk, by=walk.by(town.energy, Role.DEPARTMENT_SECRETARY), seen=case.head_seq)
    staff = walk.by(town.firm, Role.ENTERPRISE_STAFF)
    demands.confirm_case(case.pk, by=staff, seen=case.head_seq, confirmation=confirmation, note="还没有接通")


def test_what_the_next_meeting_decides_of_an_item_still_open_is_tied_to_the_same_demand(town: Town) -> None:
    walk, before = walk_to("ISSUED", town)
    starts = STARTS + timedelta(days=40)
    goes_on = "【任务】继续办理｜牵头：市能源局｜期限：2027-03-31\n【任务】另行研究｜牵头：市能源局｜期限：2027-04-30"
    later = TEXTS[1].replace("2027-01-20", "2027-06-30"), TEXTS[0].replace("2026-12-31", "2027-06-30")
    texts = (goes_on, goes_on, goes_on, later[0], later[1].replace("2027-01-15", "2027-06-30"))
    until = {"topics_until": starts.date(), "firms_until": starts.date()}
    plan = {"starts_at": starts, "ends_at": starts + timedelta(hours=2), **until}
    next_walk = Walk(town, now=walk.now + timedelta(days=1), plan=plan, texts=texts)
    meeting = next_walk.issued(next_walk.open())
    carried = [item for item in items_of(meeting) if item.topic.carried_from_id]
    assert [(i.case_id, i.tied) for i in carried[::2]] == [(i.case_id, True) for i in items_of(before)]
    assert not any(item.tied for item in carried[1::2])
    assert len({item.case_id for item in items_of(meeting)}) == len(items_of(meeting))
    # A correction of the first minutes takes away what is theirs; the demand is an item of the later ones by now.
    held = walk.correct(before, "说明情况。", TEXTS[1].replace("【任务】", "【任务3】"))
    walk.now = next_walk.now
    walk.issue(held)
    assert [(i.removed_in, i.case.ended_at) for i in items_of(before)] == [(2, None), (2, None), (None, None)]


def test_who_an_item_names_sees_task_and_text_of_its_demand_until_a_correction_takes_it_from_them(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    open_case = case_in("IN_PROGRESS", town=town)  # energy has it
    walk = Walk(town, texts=(TEXTS[1], *TEXTS))  # of which an item is led by housing
    meeting = walk.open()
    moves.propose_topic(meeting.pk, by=walk.by(town.energy, Role.DEPARTMENT_LIAISON), case=open_case)
    meeting = walk.issued(meeting)
    tied, first, *_rest = items_of(meeting)
    assert (tied.case, tied.lead, [one.name for one in first.others.all()]) == (open_case, town.housing, ["市住建局"])

    def seen() -> tuple[set[int], set[int]]:
        by = walk.by(town.housing, Role.DEPARTMENT_LIAISON)
        whole, part = Case.objects.visible_to(by), Case.objects.shared_with(by)
        return set(whole.values_list("pk", flat=True)), set(part.values_list("pk", flat=True))

    own = {item.case_id for item in items_of(meeting) if item.case.lead_id == town.housing.pk}
    assert seen() == (own, {open_case.pk, first.case_id})
    clock.move_to(walk.now)
    browser, program = sign_in(town.housing_liaison), Program(town.housing_liaison)
    for item in (tied, first):
        page, address = browser.get(f"/symposia/items/{item.public_id}/"), f"/demands/{item.case.public_id}/"
        assert f'href="{address}"' in page.content.decode()
        assert "诉求状态" not in words_on(page.content.decode())
        task = browser.get(address)
        assert (task.status_code, f"任务{item.number}" in words_on(task.content.decode())) == (200, True)
        assert f'href="/symposia/items/{item.public_id}/"' in task.content.decode()
        told = program.get(f"cases/shared/{item.case.public_id}/").json()
        assert {name: told.pop(name) for name in ("id", "came_from")}["id"] == str(item.case.public_id)
        assert told == {
            **{name: getattr(item.case, name) for name in ("number", "title", "text", "told_due_on")},
            "enterprise": "甲公司",
            "lead": "市能源局",
        }
    assert Program(town.liaison).get(f"cases/shared/{first.case.public_id}/").status_code == 404, "it sees it whole"
    # The chain of the demand tells of it, and the liaison officer was told, of no inner date.
    last = timeline(first.case, actor(town.at(town.firm, Role.ENTERPRISE_STAFF), walk.now))[0]
    assert (last.action, last.text) == (
        "share_by_origin",
        f"依据{meeting.minutes_number}，市住建局可以查看任务和诉求内容",
    )
    assert heard(town.housing_liaison, walk.now) == [("task_shared", None)] * 2
    assert heard(town.at(town.housing, Role.HANDLER), walk.now) == []
    own_items, section = meeting.sections.get(position=1), meeting.sections.get(position=2)
    without = section.text.replace("｜配合：市住建局", "")
    earlier = own_items.text.replace("2027-01-20", "2027-01-12")
    meeting = walk.issue(walk.correct(meeting, earlier, without))
    assert seen() == (own, {open_case.pk})
    assert heard(town.housing_liaison, walk.now) == [("task_changed", None)]
    clock.move_to(walk.now)
    browser = sign_in(town.housing_liaison)
    gone = f"/demands/{first.case.public_id}/", f"/api/v1/cases/shared/{first.case.public_id}/"
    assert [who.get(to).status_code for who, to in zip((browser, program.client), gone, strict=True)] == [404, 404]
    meeting = walk.issue(walk.correct(meeting, "只作说明。", section.text))
    assert seen() == (own, {first.case_id})
    open_case.refresh_from_db(fields=["tied_key", "due_on"])
    assert (open_case.tied_key, open_case.due_on) == ("", date(2027, 1, 12)), "it goes on, and its date runs"
    walk.issue(walk.correct(meeting, "只作说明。", "只作说明。"))
    assert (seen(), Case.objects.get(pk=first.case_id).ending) == ((own, set()), "CORRECTED")
    assert heard(town.housing_liaison, walk.now) == []
    for case in Case.objects.all():
        assert_who_sees_the_task_is_their_replay(case)
        assert_chain_of_demand_holds(case)


def heard(post: Membership, now: datetime) -> list[tuple[str, datetime | None]]:
    """What this person is told of tasks when everything that waits is delivered, and nothing of it a second time."""
    for message in OutboxMessage.objects.filter(channel="announce").exclude(state="SENT"):
        if any(kind.startswith("task_") for kind in message.payload["tells"].values()):
            attempt(str(message.public_id), clock=lambda: now)
    notices = Notice.objects.filter(membership=post, kind__startswith="task_").order_by("pk")
    found = list(notices.values_list("kind", "due_at"))
    notices.delete()
    return found


def test_two_items_of_one_demand_hold_it_together_and_the_one_that_stays_has_its_date_again(town: Town) -> None:
    walk, before = walk_to("ISSUED", town)
    *_others, item = items_of(before)
    starts = STARTS + timedelta(days=40)
    goes_on = "【任务】继续办理｜牵头：市住建局｜配合：市能源局｜期限：2027-03-31"
    later = TEXTS[1].replace("2027-01-20", "2027-06-30")
    until = {"topics_until": starts.date(), "firms_until": starts.date()}
    plan = {"starts_at": starts, "ends_at": starts + timedelta(hours=2), **until}
    walk = Walk(
        town, now=walk.now + timedelta(days=1), plan=plan, texts=("已通报。", "已通报。", goes_on, later, later)
    )
    after = walk.issued(walk.open())
    again = items_of(after)[0]
    assert (again.case_id, again.case.tied_key, again.case.due_on) == (
        item.case_id,
        str(again.public_id),
        again.due_on,
    )
    with transaction.atomic():
        walk.issue(
            walk.correct(before, *(section.text for section in before.sections.filter(position=1)), "只作说明。")
        )
        left = items_of(before)[-1]
        assert (left.removed_in, left.case.state, left.case.due_on) == (2, "DISPATCHED", again.due_on), (
            "the other holds it"
        )
        transaction.set_rollback(True)
    with transaction.atomic():  # its date has passed: that of the item which is gone waits for no term all the same
        told = {"state": "SUBMITTED", "told_due_on": again.due_on}
        Case.objects.filter(pk=item.case_id).update(**told)
        ActionItem.objects.filter(pk=item.pk).update(due_on=walk.now.date() - timedelta(days=1))
        walk.issue(walk.correct(after, "已通报。", "已通报。", "已通报。"))
        case = Case.objects.get(pk=item.case_id)
        assert (case.tied_key, case.told_due_on) == (str(item.public_id), items_of(before)[-1].due_on)
        transaction.set_rollback(True)
    walk.issue(walk.correct(after, "已通报。", "已通报。", "已通报。"))
    case = Case.objects.get(pk=item.case_id)
    assert (case.tied_key, case.due_on, case.state) == (str(item.public_id), item.due_on, "DISPATCHED")
    assert not case.access.filter(valid_to=None, source="CO_HANDLER").exists()
    for texts, due_on in (([goes_on], again.due_on), (["已通报。"], item.due_on)):  # and so a second time
        walk.issue(walk.correct(after, "已通报。", "已通报。", *texts))
        case.refresh_from_db(fields=["due_on"])
        assert case.due_on == due_on
