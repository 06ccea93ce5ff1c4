"""What the demonstration shows besides the ordinary course, where each of it is found, and that it is so on any day."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from cases.demands import queries
from cases.demands.enums import CaseState, Ending, Identity
from cases.demands.models import Attachment, Case, CaseAccess, Draft, Return, SavedFilter, Withdrawal
from cases.demands.questions import QUESTIONS
from config.demo.casts import SMALL
from config.demo.episodes import EPISODES
from config.demo.episodes.episode import Episode
from config.demo.files import made_files
from config.demo.meeting_texts import PAST, UNDER_WAY, routine
from config.demo.sizes import SMALL_SIZE, USUAL
from config.demo.story import CaseStory, tell
from dialogue.symposia import queries as meeting_queries
from dialogue.symposia.enums import Adoption, MeetingKind, Presence, Standing, TopicSource
from dialogue.symposia.models import ActionItem, Attendee, Comment, ItemProgress, Meeting, Participant, Section, Topic
from dialogue.symposia.queries.cadence import Duty, cadence
from documents.enums import DocumentKind
from documents.models import Document
from parties.models import Membership
from parties.roles import Role
from tests.config.conftest import MONDAY
from tests.conftest import SignIn
from tests.factories import CALENDAR, actor
from workflow.actor import Actor, Channel, actor_for
from workflow.calendar import ZONE
from workflow.due import is_due_today, is_late
from workflow.models import Event
from workflow.registry import inboxes

pytestmark = pytest.mark.every_page  # test_load_demo loads them on both

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
ROUTINE = routine(MONDAY)
in_the_demo = pytest.mark.usefixtures("in_the_demo")
BY_NAME = {episode.shows: episode for episode in EPISODES}
STATES = {
    "退单待裁，今天到期": CaseState.RETURN_REVIEW,
    "退单待裁，裁决已超期，企业催办": CaseState.RETURN_REVIEW,
    "同意退单后改派另一部门，留下裁决先例": CaseState.IN_PROGRESS,
    "待派单，职责事项有裁决先例": CaseState.ACCEPTED,
    "驳回退单，由原部门办理": CaseState.IN_PROGRESS,
    "两个部门都退单，兜底交办先办后议": CaseState.IN_PROGRESS,
    "经接收部门同意转办": CaseState.IN_PROGRESS,
    "转办待接收部门决定": CaseState.IN_PROGRESS,
    "退单待部门主要负责人同意": CaseState.DISPATCHED,
    "不予受理待另一位受理员决定": CaseState.SUBMITTED,
    "不予受理（涉法涉诉）": CaseState.ENDED,
    "升档：由一般升为复杂": CaseState.IN_PROGRESS,
    "上报市级后转给另一旗区办理": CaseState.IN_PROGRESS,
    "旗区上报，待市级派单": CaseState.ACCEPTED,
    "重办第 2 轮，企业催办过": CaseState.IN_PROGRESS,
    "重办第 3 轮，联络员暂代承办": CaseState.IN_PROGRESS,
    "部门联系后撤回，已标记": CaseState.ENDED,
    "撤回后又恢复": CaseState.IN_PROGRESS,
    "对承办部门隐名，平台转递消息": CaseState.IN_PROGRESS,
    "对承办部门隐名，一个附件待放行": CaseState.IN_PROGRESS,
    "承办人回避，换人继续办理": CaseState.IN_PROGRESS,
    "两件事一次提交": CaseState.SUBMITTED,
}


def case_of(shows: str) -> Case:
    return Case.objects.get(title=BY_NAME[shows].text.title)


def actions_of(case: Case) -> list[str]:
    return list(Event.objects.filter(subject_id=case.pk).order_by("seq").values_list("action", flat=True))


def acting(username: str) -> Actor:
    """This account in its first post, on the morning of the day."""
    post = post_of(username)
    return actor_for(post.user_id, now=MORNING, channel=Channel.WEB, membership_id=post.pk)


def post_of(username: str) -> Membership:
    return Membership.objects.filter(user__username=username).select_related("user", "organisation").earliest("pk")


def waiting_for(username: str) -> list[str]:
    """The lines of this account's 待办."""
    actor = acting(username)
    boxes = [(inbox, inbox.box(actor, "todo")) for inbox in inboxes()]
    return [entry.title for inbox, box in boxes if box is not None for entry in inbox.entries(actor, box)]


# --- where it is found ---


@pytest.mark.usefixtures("in_the_demo")
class TestWhereItIsFound:
    def test_every_new_thing_stands_in_its_state(self):
        found = {shows: {case_of(shows).state} for shows in STATES}
        assert found == {shows: {state} for shows, state in STATES.items()}
        assert set(BY_NAME) == set(STATES)

    @pytest.mark.parametrize("episode", EPISODES, ids=lambda episode: episode.shows)
    def test_whoever_is_named_with_it_finds_it(self, episode: Episode):
        case = Case.objects.get(title=episode.text.title)
        for username in episode.seen_by:
            actor = acting(username)
            open_to_them = Case.objects.visible_to(actor).filter(pk=case.pk).exists()
            left = Case.objects.left_by(actor).filter(pk=case.pk).exists()
            told = queries.withdrawals(actor).filter(case=case).exists()
            assert open_to_them or left or told, username

    def test_two_returns_wait_for_the_arbitrator_one_due_today_and_one_overdue(self):
        waiting = queries.todo(acting("dsq-cj"))
        assert set(waiting.values_list("state", flat=True)) == {CaseState.RETURN_REVIEW}
        assert waiting.filter(is_due_today(MORNING)).get() == case_of("退单待裁，今天到期")
        assert waiting.filter(is_late(MORNING)).get() == case_of("退单待裁，裁决已超期，企业催办")

    def test_of_the_returns_one_was_granted_one_refused_and_one_ended_with_an_assigned_lead(self):
        assert sorted(Return.objects.values_list("verdict", flat=True)) == [
            "ASSIGNED",
            "PENDING",
            "PENDING",
            "REJECTED",
            "UPHELD",
            "UPHELD",
        ]
        granted, assigned = case_of("同意退单后改派另一部门，留下裁决先例"), case_of("两个部门都退单，兜底交办先办后议")
        assert (granted.first_lead.code, granted.lead.code) == ("nyj", "zjj")
        assert (assigned.first_lead.code, assigned.lead.code, len(assigned.sent_back)) == ("fgw", "sthjj", 2)

    def test_the_dispatcher_of_the_same_matter_is_shown_the_precedent(self, sign_in: SignIn):
        case = case_of("待派单，职责事项有裁决先例")
        assert case in queries.todo(acting("dsq-pd"))
        page = sign_in(post_of("dsq-pd")).get(reverse("demands:act", args=[case.public_id, "dispatch"]))
        assert "这一事项的裁决先例" in page.content.decode()
        assert "只有涉及热源供应量时，才由能源部门牵头" in page.content.decode()

    def test_a_transfer_waits_for_the_receiver_and_another_was_consented_to(self):
        title = case_of("转办待接收部门决定").title
        for username in ("nyj-ll", "nyj-fg"):
            assert f"提请“转办”：{title}" in waiting_for(username)
        moved = case_of("经接收部门同意转办")
        assert (moved.lead.code, moved.no_return) == ("czj", True)

    def test_a_return_waits_for_the_head_of_the_department(self):
        assert waiting_for("zrzyj-zr") == [f"提请“退单”：{case_of('退单待部门主要负责人同意').title}"]

    def test_a_refusal_to_accept_waits_for_the_second_officer_or_the_supervisor_and_another_stands(self):
        line = f"提请“不予受理”：{case_of('不予受理待另一位受理员决定').title}"
        assert line in waiting_for("dsq-sl")
        assert line in waiting_for("dsq-db")
        assert line not in waiting_for("dsq-sl2")
        assert case_of("不予受理（涉法涉诉）").ending == Ending.DECLINED

    def test_one_demand_was_put_into_a_heavier_class(self):
        case = case_of("升档：由一般升为复杂")
        assert (case.reclassified_from, case.klass) == ("ORDINARY", "COMPLEX")

    def test_one_was_reported_to_the_city_and_passed_down_and_another_waits_there(self):
        passed = case_of("上报市级后转给另一旗区办理")
        assert [a for a in actions_of(passed) if a in ("report_up", "pass_down")] == ["report_up", "pass_down"]
        assert (passed.district_id, passed.enterprise.district_id) == ("150602", "150603")
        assert case_of("旗区上报，待市级派单") in queries.todo(acting("shi-pd"))

    def test_one_is_in_its_second_round_with_another_handler_and_nudged_and_one_in_its_third(self):
        second, third = case_of("重办第 2 轮，企业催办过"), case_of("重办第 3 轮，联络员暂代承办")
        assert (second.round, second.handler.username, len(second.former_handlers)) == (2, "nyj-cb2", 1)
        assert "nudge" in actions_of(second)
        assert (third.round, third.stand_in) == (3, "DEPARTMENT_LIAISON")
        assert third in queries.todo(acting("scjgj-ll"))

    def test_a_withdrawal_after_a_contact_is_flagged_for_the_supervisor_and_another_was_undone(self, sign_in: SignIn):
        gone, back = case_of("部门联系后撤回，已标记"), case_of("撤回后又恢复")
        assert Withdrawal.objects.get(case=gone).contacted_before
        assert Withdrawal.objects.get(case=back).undone_at is not None
        page = sign_in(post_of("dsq-db")).get(reverse("demands:withdrawals")).content.decode()
        assert gone.number in page
        assert back.number in page

    def test_a_hidden_firm_and_its_department_write_to_each_other(self, sign_in: SignIn):
        case = case_of("对承办部门隐名，平台转递消息")
        assert case.identity == Identity.HIDDEN
        assert actions_of(case).count("relay_to_firm") == actions_of(case).count("relay_to_department") == 2
        page = sign_in(post_of("nyj-cb2")).get(reverse("demands:case", args=[case.public_id])).content.decode()
        assert "合并成一次可以" in page
        assert case.enterprise.short_name not in page

    def test_of_the_files_of_a_hidden_firm_one_is_released_and_one_waits(self, sign_in: SignIn):
        case = case_of("对承办部门隐名，一个附件待放行")
        released = Attachment.objects.filter(case=case).order_by("pk").values_list("released_at", flat=True)
        assert [at is not None for at in released] == [True, False]
        page = sign_in(post_of("dsq-sl")).get(reverse("demands:act", args=[case.public_id, "release_attachment"]))
        assert "封存现场.png" in page.content.decode()
        there = sign_in(post_of("scjgj-cb1")).get(reverse("demands:case", args=[case.public_id])).content.decode()
        assert "抽样单（已遮名）.pdf" in there
        assert "封存现场.png" not in there

    def test_files_of_every_side_can_be_opened(self, sign_in: SignIn):
        files = Attachment.objects.select_related("case", "file")
        assert {(one.side, one.public) for one in files} == {("FIRM", True), ("LEAD", True), ("LEAD", False)}
        assert {one.file.kind for one in files} == {"PDF", "PNG"}
        (internal,) = files.filter(public=False)
        address = reverse("demands:file", args=[internal.case.public_id, internal.public_id])
        assert sign_in(post_of("nyj-cb2")).get(address).getvalue().startswith(b"%PDF-")
        assert sign_in(post_of("qy07")).get(address).status_code == 404

    def test_a_handler_keeps_out_of_one_demand_and_another_has_it(self):
        case = case_of("承办人回避，换人继续办理")
        denied = CaseAccess.objects.get(effect="DENY")
        assert (denied.case, denied.user.username, case.handler.username) == (case, "nyj-cb1", "nyj-cb2")
        assert not Case.objects.visible_to(acting("nyj-cb1")).filter(pk=case.pk).exists()
        assert "ask_recusal" in actions_of(case)

    def test_two_matters_came_in_one_submission(self):
        (submission,) = Case.objects.exclude(submission=None).values_list("submission", flat=True).distinct()
        cases = Case.objects.filter(submission=submission)
        assert {case.title for case in cases} == {e.text.title for e in EPISODES if e.submission}
        assert len({case.submitted_at for case in cases}) == 1

    def test_a_firm_has_a_draft_of_two_matters_one_of_them_unfinished(self, sign_in: SignIn):
        draft = Draft.objects.get()
        assert [sorted({"title", "text", "wanted"} - set(matter["fields"])) for matter in draft.matters] == [
            [],
            ["wanted"],
        ]
        page = sign_in(post_of("qy02")).get(reverse("demands:submit")).content.decode()
        assert draft.matters[0]["fields"]["title"] in page

    def test_office_and_department_have_saved_filters_and_share_some(self, sign_in: SignIn):
        holders = set(SavedFilter.objects.values_list("owner__username", "shared"))
        assert holders == {(name, shared) for name in ("dsq-pd", "shi-pd", "nyj-ll") for shared in (True, False)}
        colleague = sign_in(post_of("dsq-sl")).get(reverse("demands:list")).content.decode()
        assert "三天内到期" in colleague
        assert ">退单待裁</b>" not in colleague
        assert "本局已超期" in sign_in(post_of("nyj-cb2")).get(reverse("demands:list")).content.decode()


# --- beside the others ---


def tell_all(demands: int) -> list[CaseStory]:
    return SMALL_SIZE.tell(seed=1, as_of=MONDAY, demands=demands, cast=SMALL)


def test_the_episodes_come_with_the_usual_number_and_change_nothing_else():
    ordinary, usual = tell(seed=1, as_of=MONDAY, demands=100), tell_all(USUAL)
    assert len(usual) == USUAL
    assert [story for story in usual if story.fate.name not in BY_NAME] == ordinary
    assert tell_all(100) == ordinary


# --- their words ---


@pytest.mark.parametrize("episode", EPISODES, ids=lambda episode: episode.text.title)
def test_an_episode_is_written_as_demands_are(episode: Episode):
    text = episode.text
    assert 6 <= len(text.title) <= 30
    assert 80 <= len(text.text) <= 200
    assert 4 <= len(text.wanted) <= 30
    assert "{" not in text.title  # by which the tests find it
    questions = {question.key: question for question in QUESTIONS[text.category]}
    assert {key for key, question in questions.items() if question.required} <= set(text.answers) <= set(questions)
    for key, answer in text.answers.items():
        question = questions[key]
        assert len(answer) >= max(1, question.minimum_length), key
        if question.kind == "choice":
            assert answer in {value for value, _label, _help in question.choices}, key
        if question.kind == "number":
            assert Decimal(answer) > 0, key


def test_no_two_episodes_and_no_ordinary_demand_share_a_title():
    titles = [story.text.title for story in tell_all(USUAL)]
    assert len(set(titles)) == USUAL


def test_made_files_are_what_their_names_say_and_differ():
    page, other, picture = made_files(["批复.pdf", "合同.pdf", "现场.png"])
    assert [upload.kind.code for upload in (page, other, picture)] == ["PDF", "PDF", "PNG"]
    assert page.sha256 != other.sha256
    for upload in (page, other, picture):
        upload.file.close()


# --- meetings: issued minutes, items in every standing, something to do for everybody ---


@in_the_demo
def test_six_meetings_of_every_kind_have_issued_minutes_and_three_are_under_way():
    states = Counter(Meeting.objects.values_list("state", flat=True))
    assert states == {"CLOSED": 4 + len(ROUTINE), "ISSUED": 2, "IN_APPROVAL": 1, "NOTIFIED": 1, "COLLECTING": 1}
    held = Meeting.objects.filter(version__gte=1, items__isnull=False).distinct()
    assert held.count() == len(PAST) == 6
    assert set(held.values_list("kind", flat=True)) == set(MeetingKind)
    assert Meeting.objects.count() == len(PAST) + len(ROUTINE) + len(UNDER_WAY)
    joint = held.get(kind=MeetingKind.JOINT)
    assert joint.participants.filter(part="DEPARTMENT").count() == 15


@in_the_demo
def test_one_set_of_minutes_was_corrected_and_both_versions_are_kept():
    versions = Counter(Document.objects.filter(kind=DocumentKind.MINUTES).values_list("number", flat=True))
    assert Counter(versions.values()) == {1: 5 + len(ROUTINE), 2: 1}


@in_the_demo
def test_most_months_of_the_offices_are_done_some_overdue_and_some_offices_have_never_met() -> None:
    leader = Membership.objects.filter(role=Role.LEADER).select_related("user", "organisation").earliest("pk")
    year = cadence(actor(leader, MORNING), MONDAY.year, CALENDAR)
    offices = Counter(cell.duty for line in year.offices for cell in line.cells)
    leaders = Counter(cell.duty for line in year.leaders for cell in line.cells)
    assert offices[Duty.DONE] >= 18
    assert 5 <= offices[Duty.OVERDUE] <= 12
    assert offices[Duty.DUE] == sum(Duty.DUE in [cell.duty for cell in line.cells] for line in year.offices) >= 8
    assert sum(not line.begun for line in year.offices) == 5
    assert leaders == {Duty.DONE: 10, Duty.OVERDUE: 1, Duty.DUE: 1}


@in_the_demo
def test_items_are_done_unsolved_and_open_and_what_was_not_solved_came_before_a_later_meeting():
    items = ActionItem.objects.select_related("case")
    standings = Counter(meeting_queries.standing_of(item) for item in items)
    assert standings == {Standing.DONE: 14, Standing.UNSOLVED: 4, Standing.OPEN: 4}
    assert all(item.case.first_contact_at and item.case.closed_at for item in items if item.case.outcome)
    assert Topic.objects.filter(source=TopicSource.CARRIED).count() == 3
    assert ItemProgress.objects.count() >= 6


@in_the_demo
def test_people_were_there_excused_and_absent_and_comments_adopted_and_not():
    assert set(Attendee.objects.values_list("presence", flat=True)) == set(Presence)
    said = Counter(Comment.objects.exclude(text="").values_list("adoption", flat=True))
    assert said[Adoption.ADOPTED] >= 5
    assert said[Adoption.NOT_ADOPTED] >= 4
    assert Participant.objects.filter(answer="DECLINES").count() == 2
    assert Participant.objects.filter(heard="PHONE", meeting__state="NOTIFIED").count() == 1
    assert Attendee.objects.filter(participant=None, meeting__state="NOTIFIED").count() == 2


@in_the_demo
def test_no_mark_of_a_text_is_left_and_the_words_of_an_adopted_comment_stand():
    texts = list(Section.objects.values_list("text", flat=True))
    assert not [text for text in texts if "{" in text or not text.strip()]
    assert any("首期培训不少于六十人" in text for text in texts)
