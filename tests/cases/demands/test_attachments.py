"""Files of a demand: in the chain, for whom they are, released, withdrawn, scanned."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from django_tasks_db.models import DBTaskResult

from cases.demands import moves, queries
from cases.demands.enums import OPEN_STATES
from cases.demands.models import Attachment, Case
from foundation.errors import NotYours, Refused, WrongMoment
from foundation.files import places
from foundation.files.model import Scan, StoredFile
from parties.models import Membership
from parties.roles import Role
from tests.cases.demands.invariants import assert_chain_holds
from tests.cases.demands.table import STAFF, last_attachment, perform
from tests.clamd import scanner
from tests.factories import NOW, Town, actor, case_in, later, untold
from tests.files import EICAR, JPEG, PDF, upload
from workflow.actor import Actor, Channel, Post
from workflow.models import Event, EventBody, MessageState, Notice, OutboxMessage
from workflow.outbox import attempt
from workflow.timeline import timeline


def names(case: Case, who: Membership) -> list[str]:
    """The attachments that this person may know of, by name."""
    case = Case.objects.get(pk=case.pk)
    return [one.file.name for one in queries.visible_attachments(case, actor(who))]


def full_case(town: Town, **traits: Any) -> Case:
    """A demand with a file of every side: of the firm, and public and internal ones of department and office."""
    case = case_in("IN_PROGRESS", town=town, **traits)
    at = later(hours=2)
    moves.attach_files(case.pk, by=actor(town.staff, at), uploads=[upload("企业.pdf")])
    for who, side in ((town.liaison, "部门"), (town.dispatcher, "平台")):
        by = actor(who, at)
        moves.attach_public_files(case.pk, by=by, uploads=[upload(f"{side}公开.pdf")])
        moves.attach_internal_files(case.pk, by=by, uploads=[upload(f"{side}内部.pdf")])
    return Case.objects.get(pk=case.pk)


ALL = ["企业.pdf", "部门公开.pdf", "部门内部.pdf", "平台公开.pdf", "平台内部.pdf"]
PUBLIC = ["企业.pdf", "部门公开.pdf", "平台公开.pdf"]


# --- in the chain ---


def test_files_join_a_demand_with_name_size_type_and_hash_in_the_chain(town: Town) -> None:
    case = case_in("ACCEPTED", town=town)
    uploads = [upload("合同.pdf"), upload("现场.jpg", JPEG)]
    after = moves.attach_files(case.pk, by=actor(town.staff, later(hours=2)), uploads=uploads, description=" 两份材料 ")
    event = Event.objects.get(subject_id=case.pk, seq=after.head_seq)
    body = json.loads(EventBody.objects.get(event=event).text)
    assert (event.action, after.state, body["text"], body["note"]) == ("attach", case.state, "附件 2 个", "")
    assert body["files"] == [
        {"name": "合同.pdf", "type": "PDF", "size": len(PDF), "sha256": uploads[0].sha256},
        {"name": "现场.jpg", "type": "JPEG", "size": len(JPEG), "sha256": uploads[1].sha256},
    ]
    assert body["description"] == "两份材料"
    first, second = Attachment.objects.order_by("id")
    assert (first.side, first.public, first.seq, first.description) == ("FIRM", True, after.head_seq, "两份材料")
    assert (first.organisation_id, first.uploaded_by_id, first.at) == (town.firm.pk, town.staff.user_id, later(hours=2))
    assert (second.file.owner_kind, second.file.owner_id) == ("case", case.pk)
    assert (after.attached, after.attached_size) == (2, len(PDF) + len(JPEG))
    assert_chain_holds(after)


@pytest.mark.parametrize("state", OPEN_STATES)
def test_files_join_in_every_open_state(town: Town, state: str) -> None:
    case = case_in(state, town=town)
    assert perform("attach", case, by=actor(town.staff, later(days=9)), town=town).state == state
    assert names(case, town.staff) == ["合同.pdf"]


@pytest.mark.parametrize("state", ["CLOSED", "ENDED", "ARCHIVED"])
def test_nothing_joins_what_is_over(town: Town, state: str) -> None:
    case = case_in(state, town=town)
    with pytest.raises(WrongMoment):
        perform("attach", case, by=actor(town.staff, later(days=90)), town=town)
    assert not Attachment.objects.exists()


def test_a_refused_move_keeps_no_row_and_publishes_nothing(town: Town) -> None:
    case, one = case_in("IN_PROGRESS", town=town), upload()
    with pytest.raises(NotYours):
        moves.attach_files(case.pk, by=actor(town.handler, later(hours=2)), uploads=[one])
    with transaction.atomic():
        moves.attach_files(case.pk, by=actor(town.staff, later(hours=2)), uploads=[one])
        transaction.set_rollback(True)
    assert not StoredFile.objects.exists()
    assert not places.kept(one.file.key).exists()
    assert places.arriving(one.file.key).exists()  # the sweep's, after a day
    moves.attach_files(case.pk, by=actor(town.staff, later(hours=2)), uploads=[one])  # as a form that is sent again
    assert places.kept(one.file.key).exists()


@pytest.mark.parametrize(
    ("settings", "number", "sentence"),
    [
        ({}, 0, "请选择文件"),
        ({"FILES_AT_ONCE": 2}, 3, "一次最多 2 个文件"),
        ({"FILES_OF_A_CASE": 3}, 3, "一件诉求最多 3 个附件"),
        ({"FILES_SIZE_OF_A_CASE": 0}, 1, "合计不超过 0 MB"),
    ],
)
def test_how_much_a_demand_takes_is_limited(town: Town, settings: dict[str, int], number: int, sentence: str) -> None:
    case = case_in("IN_PROGRESS", town=town, attached="attach")
    uploads = [upload() for _n in range(number)]
    with override_settings(**settings), pytest.raises(Refused, match=sentence) as refused:
        moves.attach_files(case.pk, by=actor(town.staff, later(hours=2)), uploads=uploads)
    assert refused.value.field == "uploads"
    assert Attachment.objects.count() == 1


# --- who knows of which ---


def test_every_reader_knows_of_the_files_that_are_for_them(town: Town) -> None:
    case = full_case(town)
    assert names(case, town.staff) == names(case, town.firm_secretary) == PUBLIC
    for role in (Role.INTAKE, Role.DISPATCHER, Role.ARBITRATOR):
        assert names(case, town.at(town.office, role)) == ALL
    for role in (Role.DEPARTMENT_LIAISON, Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD):
        assert names(case, town.at(town.energy, role)) == ALL


def test_where_the_firm_is_hidden_the_department_knows_of_its_files_only_once_they_are_released(town: Town) -> None:
    case = full_case(town, hidden=True)
    assert names(case, town.liaison) == names(case, town.deputy) == [n for n in ALL if n != "企业.pdf"]
    assert names(case, town.staff) == PUBLIC
    assert names(case, town.intake) == ALL
    firms = Attachment.objects.get(side="FIRM")
    moves.release_attachment(case.pk, by=actor(town.intake, later(hours=3)), attachment=firms)
    firms.refresh_from_db()
    assert (firms.released_at, firms.released_by_id) == (later(hours=3), town.intake.user_id)
    assert names(case, town.liaison) == ALL
    moves.attach_files(case.pk, by=actor(town.staff, later(hours=4)), uploads=[upload("又一个.pdf")])
    assert names(case, town.liaison) == ALL  # each is released by itself


def test_what_waits_for_release_is_not_named_in_the_timeline_of_the_department(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    by = actor(town.staff, later(hours=2))
    moves.attach_files(case.pk, by=by, uploads=[upload("增容合同.pdf")], description="合同的扫描件")
    for line in timeline(Case.objects.get(pk=case.pk), actor(town.handler)):
        assert "合同" not in line.text + line.note


def test_a_role_that_may_open_a_demand_one_day_gets_no_more_than_both_sides(town: Town) -> None:
    """Whoever is given access beside firm, lead and office: neither internal nor unreleased files."""
    for hidden, wanted in ((False, PUBLIC), (True, ["部门公开.pdf", "平台公开.pdf"])):
        case = full_case(town, hidden=hidden)
        for role in (Role.SUPERVISOR, Role.LEADER, Role.AGENT, Role.RESIDENT_LIAISON, Role.STATISTICS):
            post = Post(1, case.public_id, role, town.city_office.pk, "OFFICE", "某单位", "150600")
            found = queries.visible_attachments(case, Actor(user_id=1, now=NOW, post=post, channel=Channel.WEB))
            assert [one.file.name for one in found] == wanted


def test_internal_files_leave_no_trace_in_what_the_firm_reads(town: Town) -> None:
    case = full_case(town)
    seen = {line.action for line in timeline(case, actor(town.staff))}
    assert "attach_internal" not in seen
    by = actor(town.dispatcher, later(hours=3))
    moves.withdraw_internal_attachment(case.pk, by=by, attachment=Attachment.objects.get(file__name="平台内部.pdf"))
    seen = {line.action for line in timeline(Case.objects.get(pk=case.pk), actor(town.staff))}
    assert "withdraw_internal" not in seen
    # Neither does an internal file refuse the firm's next move.
    asked = case_in("WAIT_ENTERPRISE", town=town)
    moves.attach_internal_files(asked.pk, by=actor(town.liaison, later(hours=2)), uploads=[upload()])
    moves.answer_case(asked.pk, by=actor(town.staff, later(hours=3)), seen=asked.head_seq, answer="630 千伏安")


def test_no_statement_is_spent_on_a_demand_without_files(town: Town, django_assert_num_queries: Any) -> None:
    case, by = case_in("IN_PROGRESS", town=town), actor(town.staff)
    with django_assert_num_queries(0):
        assert queries.visible_attachments(case, by) == []
    case = full_case(town)
    with django_assert_num_queries(1):
        assert [one.organisation.name for one in queries.visible_attachments(case, by)] == [
            *("甲公司", "市能源局", "东胜区平台办公室")
        ]


# --- released, withdrawn ---


def test_release_is_for_demands_that_hide_the_firm_and_for_its_files_alone(town: Town) -> None:
    by = actor(town.intake, later(hours=3))
    case = full_case(town)
    with pytest.raises(WrongMoment, match="企业身份公开，附件不需要放行"):
        moves.release_attachment(case.pk, by=by, attachment=Attachment.objects.filter(side="FIRM")[0])
    hidden, other = full_case(town, hidden=True), full_case(town, hidden=True)
    theirs, firms = (Attachment.objects.filter(case=hidden, side=side)[0] for side in ("LEAD", "FIRM"))
    for wrong in (theirs, Attachment.objects.get(case=other, side="FIRM")):
        with pytest.raises(Refused, match="请从企业的附件中选择"):
            moves.release_attachment(hidden.pk, by=by, attachment=wrong)
    moves.release_attachment(hidden.pk, by=by, attachment=firms)
    head = Case.objects.get(pk=hidden.pk).head_seq
    with pytest.raises(WrongMoment, match="已经放行或撤回"):  # read before it was released
        moves.release_attachment(hidden.pk, by=by, attachment=firms)
    assert Case.objects.get(pk=hidden.pk).head_seq == head


def test_what_was_added_is_withdrawn_by_its_own_organisation_and_stays_on_record(town: Town) -> None:
    case = full_case(town)
    at = later(hours=3)
    by_name = {one.file.name: one for one in Attachment.objects.select_related("file")}
    for who, run, name in (
        (town.liaison, moves.withdraw_attachment, "企业.pdf"),
        (town.staff, moves.withdraw_attachment, "部门公开.pdf"),
        (town.intake, moves.withdraw_attachment, "部门公开.pdf"),
        (town.liaison, moves.withdraw_attachment, "部门内部.pdf"),
        (town.liaison, moves.withdraw_internal_attachment, "部门公开.pdf"),
        (town.intake, moves.withdraw_internal_attachment, "部门内部.pdf"),
    ):
        with pytest.raises(Refused, match="请从本单位添加的附件中选择"):
            run(case.pk, by=actor(who, at), attachment=by_name[name])
    mine = by_name["企业.pdf"]
    moves.withdraw_attachment(case.pk, by=actor(town.firm_secretary, at), attachment=mine)
    with pytest.raises(WrongMoment):
        moves.withdraw_attachment(case.pk, by=actor(town.staff, at), attachment=mine)
    mine.refresh_from_db()
    assert (mine.withdrawn_at, mine.may_leave, mine.status) == (at, False, "WITHDRAWN")
    assert places.kept(mine.file.key).exists()
    assert names(case, town.staff) == PUBLIC


def test_the_table_holds_no_attachment_that_contradicts_itself(town: Town) -> None:
    case = full_case(town)
    office, firm = (
        Attachment.objects.filter(case=case, side="OFFICE"),
        Attachment.objects.filter(case=case, side="FIRM"),
    )
    for rows, wrong in (
        (firm, {"public": False}),
        (firm, {"released_at": NOW}),
        (firm, {"withdrawn_by": town.staff.user_id}),
        (office, {"released_at": NOW, "released_by": town.staff.user_id}),
        (office, {"side": "OTHER"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


# --- answers with files ---


@pytest.mark.parametrize(("state", "run"), [("NEED_INFO", moves.complete_case), ("WAIT_ENTERPRISE", moves.answer_case)])
def test_an_answer_brings_its_files_in_the_same_transaction(town: Town, state: str, run: Any) -> None:
    case = case_in(state, town=town)
    by = actor(town.staff, later(hours=2))
    with override_settings(FILES_AT_ONCE=1), pytest.raises(Refused):
        run(case.pk, by=by, seen=case.head_seq, answer="见附件", uploads=[upload(), upload()])
    assert Case.objects.get(pk=case.pk).head_seq == case.head_seq
    after = run(case.pk, by=by, seen=case.head_seq, answer="见附件", uploads=[upload()])
    assert after.head_seq == case.head_seq + 2
    assert after.state != state
    assert Attachment.objects.get().seq == after.head_seq
    assert_chain_holds(after)


# --- told ---


def told(case: Case) -> set[tuple[str, str]]:
    """Who has a notice, as (name of the organisation, kind), after everything that waits was delivered."""
    for _round in range(3):
        for message in OutboxMessage.objects.filter(state=MessageState.WAITING):
            attempt(str(message.public_id), clock=lambda: later(days=1))
    notices = Notice.objects.filter(subject_id=case.pk).values_list("membership_id", "kind")
    return {(Membership.objects.get(pk=pk).role, kind) for pk, kind in notices}


@pytest.mark.parametrize(
    ("who", "action", "wanted"),
    [
        ("staff", "attach", {("HANDLER", "file_added")}),
        ("liaison", "attach_public", {(role, "file_added") for role in STAFF.split()}),
        ("liaison", "attach_internal", set()),
    ],
)
def test_who_can_do_something_with_a_new_file_hears_of_it(town: Town, who: str, action: str, wanted: Any) -> None:
    case = untold(case_in("IN_PROGRESS", town=town))
    perform(action, case, by=actor(getattr(town, who), later(hours=2)), town=town)
    assert told(case) == wanted


def test_files_of_a_hidden_firm_are_told_to_the_office_and_to_the_department_when_it_may_see_them(town: Town) -> None:
    case = untold(case_in("IN_PROGRESS", town=town, hidden=True))
    perform("attach", case, by=actor(town.staff, later(hours=2)), town=town)
    assert told(case) == {("INTAKE", "file_added"), ("DISPATCHER", "file_added")}
    perform("release_attachment", case, by=actor(town.intake, later(hours=3)), town=town, seen=case.head_seq + 1)
    assert ("HANDLER", "file_added") in told(case)


# --- scanned ---


def test_without_a_scanner_nothing_is_queued_and_files_are_served_unchecked(town: Town) -> None:
    case = untold(case_in("ACCEPTED", town=town))
    perform("attach", case, by=actor(town.staff, later(hours=2)), town=town)
    assert (last_attachment().status, last_attachment().may_leave) == ("UNCHECKED", True)
    assert not OutboxMessage.objects.filter(channel="scan").exists()


def test_with_a_scanner_a_file_waits_until_it_is_clean(town: Town) -> None:
    case = untold(case_in("IN_PROGRESS", town=town))
    with scanner() as clamd, override_settings(CLAMAV=clamd.address):
        perform("attach", case, by=actor(town.staff, later(hours=2)), town=town)
        message = OutboxMessage.objects.get(channel="scan")
        assert message.number == case.number
        assert (last_attachment().status, last_attachment().may_leave) == ("WAITING", False)
        assert DBTaskResult.objects.filter(pk=message.task_id).exists()
        assert attempt(str(message.public_id), clock=lambda: later(hours=2.1)) is True
        assert (last_attachment().status, last_attachment().may_leave) == ("CLEAN", True)
        assert clamd.given == [PDF]


def test_a_scanner_that_is_down_is_asked_again_later_and_ever_more_seldom(town: Town) -> None:
    case = untold(case_in("ACCEPTED", town=town))
    with override_settings(CLAMAV="127.0.0.1:1"):
        perform("attach", case, by=actor(town.staff, later(hours=2)), town=town)
        message = OutboxMessage.objects.get(channel="scan")
        at = later(hours=2)
        for n, minutes in enumerate((1, 5, 15), start=1):
            assert attempt(str(message.public_id), clock=lambda at=at: at) is False
            message.refresh_from_db()
            waits = (message.next_at - at).total_seconds() / 60
            assert (message.state, message.attempts, message.last_error) == ("WAITING", n, "ScannerDown")
            assert minutes * 0.89 < waits < minutes * 1.11
            at = message.next_at
        assert last_attachment().status == "WAITING"
    with scanner() as clamd, override_settings(CLAMAV=clamd.address):
        assert attempt(str(message.public_id), clock=lambda: at) is True
        assert last_attachment().status == "CLEAN"


@pytest.mark.parametrize(
    ("who", "action", "wanted"),
    [
        ("staff", "attach", {(role, "file_infected") for role in STAFF.split()}),
        ("liaison", "attach_internal", {("HANDLER", "file_infected"), ("DEPARTMENT_LIAISON", "file_infected")}),
        ("arbitrator", "attach_internal", {("INTAKE", "file_infected"), ("DISPATCHER", "file_infected")}),
    ],
)
def test_what_the_scanner_finds_is_quarantined_and_told_to_the_side_it_came_from(
    town: Town, who: str, action: str, wanted: Any
) -> None:
    case = untold(case_in("IN_PROGRESS", town=town))
    with scanner() as clamd, override_settings(CLAMAV=clamd.address):
        bad = upload("说明.txt", EICAR)
        perform(action, case, by=actor(getattr(town, who), later(hours=2)), town=town, uploads=[bad])
        OutboxMessage.objects.filter(channel="announce").delete()
        message = OutboxMessage.objects.get(channel="scan")
        assert attempt(str(message.public_id), clock=lambda: later(hours=2.1)) is True
        assert attempt(str(message.public_id), clock=lambda: later(hours=2.2)) is None
    stored = StoredFile.objects.get()
    assert (stored.scan, stored.found, stored.may_leave) == (Scan.INFECTED, "Eicar-Test-Signature", False)
    assert told(case) == wanted
    assert "说明.txt" not in "".join(Notice.objects.values_list("words", flat=True))
