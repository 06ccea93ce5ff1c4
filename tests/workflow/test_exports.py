"""Lists taken out as files: what the page counts is what the file has, for its owner alone and for a week."""

import io
import threading
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cases.demands import reading
from cases.demands.models import Case
from cases.demands.moves.access import grant, leave
from foundation.errors import NotVisible, Refused, WrongMoment
from foundation.files import places
from foundation.files.sweeping import sweep_files
from foundation.models import STUCK_AFTER, ChosenColumns, Export, Job, JobState, StoredFile
from parties.models import Alliance, Enterprise, IndustryCommittee, Membership, PartyOrganisation, SignInRecord
from parties.roles import Role
from tests.api import Program, said
from tests.conftest import SignIn
from tests.documents.issued import firms_have_documents, issued
from tests.factories import NOW, Town, actor, case_in, intake_item, later, member, user
from tests.meetings import meeting_in
from tests.pages import FRAME, statements, text
from tests.workflow.test_pages_notices import notice
from workflow import registry
from workflow.actor import Channel
from workflow.exports import tasks
from workflow.exports.asking import MOST_UNFINISHED, start_export, try_again
from workflow.exports.tasks import make_export
from workflow.roster import add_shift

ADDRESS = "/exports/"
DAY = timedelta(days=1)


def ask(who: Membership, name: str = "demands", query: str = "", *columns: str, kind: str = "xlsx") -> Export:
    chosen = columns or [column.name for column in registry.exports()[name].columns]
    return start_export(by=actor(who, later()), name=name, query=QueryDict(query), columns=chosen, kind=kind)


def work(export: Export) -> Export:
    """What the worker makes of it, in this very process."""
    make_export.func(str(export.job.public_id))
    return again(export)


def again(export: Export) -> Export:
    return Export.objects.select_related("job", "file").get(pk=export.pk)


def taken(who: Membership, name: str = "demands", query: str = "", *columns: str, kind: str = "xlsx") -> Export:
    export = work(ask(who, name, query, *columns, kind=kind))
    assert (export.job.state, export.job.message) == (JobState.DONE, "")
    return export


def content(export: Export) -> bytes:
    assert export.file is not None
    return places.kept(export.file.key).read_bytes()


def rows(export: Export) -> list[list[Any]]:
    """The rows of the file, its headings among them."""
    sheet = load_workbook(io.BytesIO(content(export))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# --- what is in a file ---


def test_two_readers_take_out_what_their_lists_count(town: Town, sign_in: SignIn) -> None:
    for state in ("SUBMITTED", "ACCEPTED", "IN_PROGRESS", "IN_PROGRESS", "CLOSED"):
        case_in(state, town=town, title=f"{state} 的诉求")
    case_in("IN_PROGRESS", town=town, firm=town.neighbour)
    case_in("IN_PROGRESS", town=town, firm=town.far_firm)
    for who, query, number in ((town.intake, "state=ALL", 6), (town.liaison, "", 3), (town.staff, "state=ALL", 5)):
        page = sign_in(who).get(f"/demands/?{query}")
        export = taken(who, "demands", query)
        assert (page.context["total"], export.rows, len(rows(export)) - 1) == (str(number), number, number)
        listed = [row.number for row in page.context["rows"]]
        assert [row[0] for row in rows(export)[1:]] == listed


def test_headings_are_chinese_and_cells_have_their_types(town: Town, clock: Any) -> None:
    case = case_in("CLOSED", town=town, title="=1+1")
    names = ("title", "number", "submitted", "round", "urgent", "due", "firm", "outcome")
    export = taken(town.liaison, "demands", "state=ALL", *names)
    sheet = load_workbook(io.BytesIO(content(export))).active
    head, row = list(sheet.iter_rows())
    assert [cell.value for cell in head] == ["诉求", "编号", "提交", "轮次", "紧急程度", "到期", "企业", "办理结果"]
    assert [cell.data_type for cell in row] == ["s", "s", "d", "n", "n", "n", "s", "s"]
    assert [cell.value for cell in row][:4] == ["=1+1", case.number, datetime.fromisoformat("2026-11-23T10:00"), 1]
    assert [cell.value for cell in row][4:] == [None, None, "甲公司", "解决"]
    assert export.file is not None
    assert export.file.name.startswith("诉求列表 2026-11-23 ")
    assert (export.file.owner_kind, export.file.owner_id) == ("job", export.job_id)
    assert (export.said, export.query) == ("状态：全部", "state=ALL")
    plain = taken(town.liaison, "demands", "state=ALL", "title", "submitted", kind="csv")
    assert content(plain).decode("utf-8-sig").splitlines() == ['"诉求","提交"', '"\'=1+1","2026-11-23 10:00"']


@pytest.mark.every_page
def test_a_department_finds_nothing_of_a_hidden_firm_in_its_file(town: Town, clock: Any) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True, contacted=True)
    case_in("IN_PROGRESS", town=town, firm=town.neighbour)
    office, bureau = taken(town.intake, "demands", "state=ALL"), taken(town.liaison, "demands", "state=ALL")
    box = taken(town.handler, "box", "box=todo")
    known = (town.firm.name, town.firm.credit_code, str(town.firm.public_id), case.contact_name, case.contact_phone)
    for export in (bureau, box):
        assert export.rows == 2
        with zipfile.ZipFile(io.BytesIO(content(export))) as file:
            raw = b"".join(file.read(name) for name in file.namelist()) + repr(vars(export)).encode()
        assert case.alias.encode() in raw
        assert [word for word in known if word.encode() in raw] == []
    assert town.firm.name in {cell for row in rows(office) for cell in row}
    assert taken(town.liaison, "demands", f"q={town.firm.name}").rows == 0


@pytest.mark.every_page
def test_taking_out_a_demand_is_on_record_like_opening_it(town: Town, sign_in: SignIn, clock: Any) -> None:
    case, other = case_in("IN_PROGRESS", town=town), case_in("IN_PROGRESS", town=town, firm=town.neighbour)
    taken(town.liaison)
    kept = list(case.readings.values_list("user_id", "organisation_id", "role_text", "kind", "at"))
    assert kept == [(town.liaison.user_id, town.energy.pk, "部门联络员", "EXPORT", NOW)]
    assert other.readings.count() == 1
    page = text(sign_in(town.staff).get(f"/demands/{case.public_id}/readings/").content.decode())
    assert "市能源局 导出" in page
    taken(town.intake, "box", "box=todo")
    assert not case.readings.filter(user=town.intake.user).exists()  # it is not in that box
    taken(town.handler, "box", "box=todo")
    assert case.readings.filter(user=town.handler.user, kind="EXPORT").count() == 1


# --- every list ---


def _left(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    leave(case, organisation=town.energy, until_seq=case.head_seq, by=actor(town.second_intake, later(hours=2)))
    _now_with_housing(case, town)


def _now_with_housing(case: Case, town: Town) -> None:
    other = town.at(town.housing, Role.HANDLER).user
    Case.objects.filter(pk=case.pk).update(lead=town.housing, handler=other, turn_org=town.housing)


def _shift(town: Town) -> None:
    add_shift(by=actor(town.liaison), user=town.handler.user, starts_at=later(hours=8), ends_at=later(hours=20))


def _directory(town: Town) -> None:
    """One entry of every kind, an account that waits, a post that ends, a demand that nobody owns, a wrong password."""
    PartyOrganisation.objects.create(name="联合支部", district=town.banner, kind="JOINT_BRANCH", formation="JOINT")
    IndustryCommittee.objects.create(
        name="能源行业党委", district=town.city, industry="能源", lead_department=town.energy
    )
    Alliance.objects.create(name="氢能联盟", district=town.banner)
    person = user("新来的", must_change_password=True, initial_password_until=later(hours=9))
    member(town.housing, Role.HANDLER, person=person, valid_to=later(hours=99).date())
    Case.objects.filter(pk=case_in("IN_PROGRESS", town=town).pk).update(handler=person)
    SignInRecord.objects.create(at=NOW, kind="WRONG", user=person, address="10.0.0.9")


# By list: who takes it out, the query string, and the address of its page with where the rows stand in its context.
LISTS: dict[str, tuple[str, str, str, str]] = {
    "demands": ("liaison", "", "/demands/", "rows"),
    "granted": ("housing_liaison", "", "/demands/shared/", "lines"),
    "former": ("liaison", "which=former", "/demands/shared/?which=former", "rows"),
    "box": ("handler", "box=todo", "/box/todo/", "sections"),
    "intake": ("intake", "words=停电", "/demands/intake/?words=停电", "rows"),
    "duties": ("liaison", "words=协调", "/demands/duties/?words=协调", "rows"),
    "withdrawals": ("supervisor", "", "/demands/withdrawals/", "rows"),
    "readings": ("intake", "case={case}", "/demands/{case}/readings/", "rows"),
    "notices": ("handler", "all=1", "/notices/?all=1", "rows"),
    "deliveries": ("admin", "state=WAITING", "/deliveries/?state=WAITING", "rows"),
    "roster": ("liaison", "", "/roster/", "rows"),
    "posts": ("admin", "q=甲公司", "/posts/?q=甲公司", "rows"),
    "posts-ending": ("admin", "", "/posts/", "ending"),
    "unowned": ("admin", "", "/posts/", "unowned"),
    "sign-in-records": ("auditor", "kind=WRONG", "/security/records/?kind=WRONG", "rows"),
    "accounts": ("admin", "", "/accounts/", "rows"),
    "action-items": ("liaison", "standing=OPEN", "/symposia/items/?standing=OPEN", "rows"),
    "meetings": ("liaison", "kind=SYMPOSIUM", "/symposia/?kind=SYMPOSIUM", "rows"),
    "documents": ("intake", "q=增容", "/documents/?q=增容", "rows"),
    "directory-enterprises": ("staff", "", "/directory/enterprises/", "rows"),
    "directory-party-organisations": ("intake", "", "/directory/party-organisations/", "rows"),
    "directory-departments": ("leader", "district=150600", "/directory/departments/?district=150600", "rows"),
    "directory-offices": ("intake", "", "/directory/offices/", "rows"),
    "directory-industry-committees": ("intake", "", "/directory/industry-committees/", "rows"),
    "directory-alliances": ("intake", "active=all", "/directory/alliances/?active=all", "rows"),
    "directory-people": ("admin", "q=新来", "/directory/people/?q=新来", "rows"),
}


@pytest.mark.every_page
def test_every_list_has_in_its_file_what_its_page_has(
    town: Town, sign_in: SignIn, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms_have_documents(monkeypatch)
    issued(town)
    case = case_in("IN_PROGRESS", town=town)
    _left(town)
    _shift(town)
    intake_item(town.office)
    withdrawn = case_in("IN_PROGRESS", town=town)
    told = {"office": town.office, "reason": "=1+1", "at": NOW}
    withdrawn.withdrawals.create(**told, state_before="IN_PROGRESS", contacted_before=True)
    reading.note(case, actor(town.liaison), reading.Kind.OPEN)
    grant(case, organisation=town.housing, source="MANUAL", by=actor(town.intake))
    notice(town.handler)
    _directory(town)
    meeting_in("ISSUED", town=town)
    people = {
        "auditor": town.at(town.city_office, Role.AUDIT_ADMIN),
        "leader": town.at(town.leaders, Role.LEADER),
        "supervisor": town.at(town.office, Role.SUPERVISOR),
        "admin": town.at(town.city_office, Role.SYSTEM_ADMIN),
    }
    assert set(LISTS) == set(registry.exports())
    clock.move_to(later(hours=3))
    found, wanted = {}, {}
    for name, (who, query, address, place) in LISTS.items():
        post = people.get(who) or getattr(town, who)
        browser, query = sign_in(post), query.format(case=case.public_id)
        listed = browser.get(address.format(case=case.public_id))
        shown = listed.context[place]
        if place in ("sections", "unowned"):
            shown = shown[0]["entries"] if place == "sections" else shown[0][1]
        wanted[name] = len(shown)
        form = browser.get(f"/exports/new/{name}/?{query}")
        assert listed.request["PATH_INFO"] in form.context["back"]
        assert f"/exports/new/{name}/" in listed.content.decode()
        assert form.context["total"] == str(wanted[name])
        export = taken(post, name, query)
        found[name] = export.rows
        assert len(rows(export)) == wanted[name] + 1
    assert found == wanted
    assert min(wanted.values()) >= 1


@pytest.mark.every_page
def test_how_to_reach_a_firm_is_in_the_file_of_those_who_learn_it_alone(town: Town, clock: Any) -> None:
    told = {"contact_name": "李经理", "contact_phone": "0477-5550100", "address": "天骄路 1 号"}
    Enterprise.objects.filter(pk=town.firm.pk).update(**told)
    names = ("name", "district", *sorted(told))
    for who, known in ((town.intake, True), (town.liaison, False), (town.at(town.other_office, Role.INTAKE), False)):
        [row] = [row for row in rows(taken(who, "directory-enterprises", "", *names)) if row[0] == "甲公司"]
        assert row == ["甲公司", "东胜区", *(told[name] if known else None for name in sorted(told))]
    person = town.staff.user
    type(person).objects.filter(pk=person.pk).update(phone="13900000000", name="王秀")
    for who, known in (
        (town.intake, ["13900000000", None]),
        (town.at(town.city_office, Role.SYSTEM_ADMIN), ["13900000000", person.username]),
    ):
        [row] = rows(taken(who, "directory-people", "q=王秀", "name", "phone", "account"))[1:]
        assert row == ["王秀", *known]
    assert taken(town.liaison, "directory-people", "q=王秀").rows == 0


@pytest.mark.every_page
def test_who_may_not_open_a_page_may_not_take_it_out(town: Town, sign_in: SignIn) -> None:
    for name, query in (("intake", ""), ("withdrawals", ""), ("deliveries", "state=DEAD")):
        assert sign_in(town.staff).get(f"/exports/new/{name}/?{query}").status_code == 403
    for name in ("roster", "posts", "unowned", "sign-in-records", "accounts", "directory-alliances"):
        assert sign_in(town.staff).get(f"/exports/new/{name}/").status_code == 403
    case = case_in("IN_PROGRESS", town=town)
    assert sign_in(town.liaison).get(f"/exports/new/readings/?case={case.public_id}").status_code == 403
    for query in ("", "case=x", f"case={town.firm.public_id}"):
        assert sign_in(town.intake).get(f"/exports/new/readings/?{query}").status_code == 404
    assert sign_in(town.intake).get("/exports/new/box/?box=x").status_code == 404


def test_the_statements_do_not_grow_with_the_rows(town: Town, sign_in: SignIn, clock: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(tasks, "CHUNK", 4)
    clock.move_to(later(hours=3))
    counted: dict[str, list[int]] = {"demands": [], "former": [], "duties": [], "box": []}
    for _round in range(2):
        for _n in range(1 if not counted["demands"] else 2):
            case_in("IN_PROGRESS", town=town)
            _left(town)
        for name, (who, query, *_rest) in ((name, LISTS[name]) for name in counted):
            export = ask(getattr(town, who), name, query)
            with CaptureQueriesContext(connection) as captured:
                make_export.func(str(export.job.public_id))
            counted[name].append(len(captured))
            assert again(export).rows >= len(counted[name])
    assert {name: one == three for name, (one, three) in counted.items()} == dict.fromkeys(counted, True)
    for _n in range(2):
        case_in("IN_PROGRESS", town=town)
    export = ask(town.liaison)
    with CaptureQueriesContext(connection) as captured:
        make_export.func(str(export.job.public_id))
    assert (again(export).rows, len(captured)) == (5, counted["demands"][0] + 1)  # one statement a further chunk
    browser = sign_in(town.liaison)
    # Saved filters, choices, columns taken out last, the counter.
    assert len(statements(browser, "/exports/new/demands/?state=ALL")) == FRAME + 4
    assert len(statements(browser, ADDRESS)) == FRAME + 1


# --- whose it is ---


@pytest.mark.every_page
def test_nobody_but_its_owner_has_it_and_only_in_a_post_they_hold(town: Town, sign_in: SignIn) -> None:
    case_in("IN_PROGRESS", town=town)
    export = taken(town.liaison)
    address = f"/exports/{export.public_id}/file/"
    answer = sign_in(town.liaison).get(address)
    assert b"".join(answer.streaming_content) == content(export)
    assert answer["Content-Disposition"].startswith("attachment")
    for other in (town.handler, town.intake):
        assert sign_in(other).get(address).status_code == 404
        assert sign_in(other).post(f"/exports/{export.public_id}/again/").status_code == 404
        assert Program(other).get(f"exports/{export.public_id}/file/").status_code == 404
        assert "诉求列表" not in sign_in(other).get(ADDRESS).content.decode().partition("<main")[2]
    second = Membership.objects.create(
        user=town.liaison.user, organisation_id=town.housing.pk, role=Role.HANDLER, valid_from=town.liaison.valid_from
    )
    assert sign_in(second).get(address).getvalue() == content(export)  # one person, whichever post they act in
    assert Program(second).get(f"exports/{export.public_id}/").status_code == 404  # a program acts in one post
    Membership.objects.filter(pk=town.liaison.pk).update(valid_to=(NOW - DAY).date())
    assert sign_in(second).get(address).status_code == 404


@pytest.mark.every_page
@pytest.mark.parametrize("ended", ["post", "person"])
def test_when_the_post_has_ended_before_the_worker_comes_the_job_says_so(
    town: Town, sign_in: SignIn, ended: str
) -> None:
    case = case_in("IN_PROGRESS", town=town)
    Membership.objects.create(
        user=town.liaison.user, organisation_id=town.office.pk, role=Role.INTAKE, valid_from=town.liaison.valid_from
    )
    export = ask(town.liaison)
    if ended == "post":
        Membership.objects.filter(pk=town.liaison.pk).update(valid_to=(NOW - DAY).date())
    else:
        type(town.liaison.user).objects.filter(pk=town.liaison.user_id).update(is_active=False)
    found = work(export)
    assert (found.job.state, found.file, case.readings.count()) == (JobState.FAILED, None, 0)
    assert found.job.message.startswith("申请导出时的岗位已经结束")


@pytest.mark.every_page
def test_a_demand_that_left_before_the_worker_came_is_not_in_the_file(town: Town) -> None:
    case_in("IN_PROGRESS", town=town)
    case = case_in("IN_PROGRESS", town=town)
    export = ask(town.liaison)
    _now_with_housing(case, town)
    assert work(export).rows == 1


# --- crashes, and the week ---


def test_a_crash_half_way_leaves_no_file_and_the_next_try_leaves_one(
    town: Town, sign_in: SignIn, monkeypatch: Any
) -> None:
    for _n in range(3):
        case_in("IN_PROGRESS", town=town)
    export, first = ask(town.liaison), monkeypatch.context
    job = str(export.job.public_id)
    with first() as broken:
        broken.setattr(tasks, "CHUNK", 2)
        broken.setattr(tasks._Telling, "__call__", lambda *_: (_ for _ in ()).throw(MemoryError()))
        with pytest.raises(MemoryError):
            make_export.func(job)
    failed = again(export)
    assert (failed.job.state, failed.file, StoredFile.objects.count()) == (JobState.FAILED, None, 0)
    assert list(places.arriving_folder().iterdir()) == []
    browser = sign_in(town.liaison)
    page = browser.get(ADDRESS).content.decode()
    assert "没有完成" in page
    assert "导出中断，没有做完，可以再试一次。" in page
    browser.post(f"/exports/{export.public_id}/again/")
    second = again(export)
    assert (second.job.state, second.job_id != failed.job_id) == (JobState.WAITING, True)
    make_export.func(job)  # the first task, begun again by the reaper, has nothing to do any more
    done = work(second)
    make_export.func(str(done.job.public_id))
    assert (done.rows, StoredFile.objects.count(), len(list(places.kept_folder().rglob("*")))) == (3, 1, 2)
    try_again(export.public_id, by=actor(town.liaison))
    assert again(export).job_id == done.job_id


@pytest.mark.every_page
def test_two_workers_on_one_export_leave_one_file(town: Town, monkeypatch: Any) -> None:
    """The slower one finds the job done when it comes to hand its file over, and drops what it made."""
    case_in("IN_PROGRESS", town=town)
    export = ask(town.liaison)
    hand_over = tasks._hand_over

    def overtaken(*args: Any, **options: Any) -> None:
        monkeypatch.setattr(tasks, "_hand_over", hand_over)
        make_export.func(str(export.job.public_id))
        hand_over(*args, **options)

    monkeypatch.setattr(tasks, "_hand_over", overtaken)
    assert work(export).rows == 1
    assert (StoredFile.objects.count(), list(places.arriving_folder().iterdir())) == (1, [])


@pytest.mark.every_page
def test_after_a_week_the_file_is_swept_and_the_record_stays(town: Town, sign_in: SignIn, clock: Any) -> None:
    case_in("IN_PROGRESS", town=town)
    export = taken(town.liaison)
    assert export.file is not None
    key, address = export.file.key, f"/exports/{export.public_id}/file/"
    assert sweep_files(NOW + 6 * DAY).expired == 0
    assert sweep_files(NOW + 7 * DAY, only_look=True).expired == 1
    clock.move_to(NOW + 7 * DAY)
    assert sign_in(town.liaison).get(address).status_code == 409  # over, swept or not
    assert sweep_files(NOW + 7 * DAY).expired == 1
    assert not places.kept(key).exists()
    answer = sign_in(town.liaison).get(ADDRESS).content.decode()
    assert "已过保存期" in answer
    assert "重新导出" in answer
    assert again(export).rows == 1


def test_one_person_has_three_at_a_time(town: Town, sign_in: SignIn, clock: Any) -> None:
    mine = [ask(town.liaison) for _n in range(MOST_UNFINISHED)]
    with pytest.raises(WrongMoment, match="您有 3 个导出还没有做完"):
        ask(town.liaison)
    answer = sign_in(town.liaison).post("/exports/new/demands/", {"columns": ["title"], "kind": "xlsx"})
    assert (answer.status_code, "您有 3 个导出还没有做完" in answer.content.decode()) == (422, True)
    ask(town.handler)
    Job.objects.filter(pk=mine[0].job_id).update(state="RUNNING", moved_at=NOW - STUCK_AFTER - DAY)
    ask(town.liaison)  # one whose worker died counts no more
    clock.shift(timedelta(seconds=1))
    assert "再试一次" in sign_in(town.liaison).get(ADDRESS).content.decode()


# --- asking ---


@pytest.mark.every_page
def test_columns_are_remembered_by_person_and_list(town: Town, sign_in: SignIn) -> None:
    case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.liaison)
    form = browser.get("/exports/new/demands/?q=x").context["form"]
    usual = ["left", "state", "title", "firm", "kind", "district", "number"]
    assert form.initial == {"columns": usual, "kind": "xlsx"}
    answer = browser.post("/exports/new/demands/?q=x", {"columns": ["number", "due"], "kind": "csv"}, follow=True)
    assert "已开始导出" in answer.content.decode()
    assert "诉求列表" in answer.content.decode()
    export = Export.objects.get()
    assert (export.columns, export.kind, export.query) == (["number", "due"], "csv", "q=x")
    form = browser.get("/exports/new/demands/").context["form"]
    assert form.initial == {"columns": ["number", "due"], "kind": "csv"}
    assert [name for name, _label in form.fields["columns"].choices][:3] == ["number", "due", "left"]
    assert sign_in(town.handler).get("/exports/new/demands/").context["form"].initial["columns"] == usual
    assert ChosenColumns.objects.count() == 1


@pytest.mark.every_page
def test_a_form_that_is_sent_twice_starts_one_export_and_a_bad_one_none(town: Town, sign_in: SignIn) -> None:
    browser, form = sign_in(town.liaison), {"columns": ["title"], "kind": "xlsx", "idempotency_key": "k" * 22}
    for _n in range(2):
        assert browser.post("/exports/new/demands/", form).status_code == 302
    for bad in ({"kind": "xlsx"}, {"columns": ["title"]}, {"columns": ["x"], "kind": "xlsx"}):
        assert browser.post("/exports/new/demands/", bad).status_code == 422
    assert Export.objects.count() == 1
    with pytest.raises(NotVisible):
        ask(town.liaison, "demands", "", "title") and start_export(
            by=actor(town.liaison), name="x", query=QueryDict(), columns=["title"], kind="xlsx"
        )
    with pytest.raises(Refused, match="筛选条件太长"):
        ask(town.liaison, "demands", f"q={'长' * 400}")


@pytest.mark.every_page
def test_a_program_starts_one_and_fetches_its_file(town: Town, clock: Any) -> None:
    case = case_in("IN_PROGRESS", town=town)
    program = Program(town.liaison)
    body = {"list": "demands", "query": "state=ALL", "columns": ["number"], "format": "csv"}
    answers = [program.post("exports/", body, key="one") for _n in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    started = answers[0].json()
    assert {name: started[name] for name in ("state", "list", "percent", "rows", "keep_until")} == {
        "state": "WAITING",
        "list": "demands",
        "percent": None,
        "rows": None,
        "keep_until": None,
    }
    address = f"exports/{started['id']}/"
    assert said(program.get(f"{address}file/")) == (409, "wrong_moment")
    export = Export.objects.get()
    assert (export.channel, str(export.public_id)) == (Channel.API, started["id"])
    work(export)
    told = program.get(address).json()
    assert (told["state"], told["percent"], told["rows"]) == ("DONE", 100, 1)
    assert datetime.fromisoformat(told["keep_until"]) == NOW + 7 * DAY
    file = b"".join(program.get(f"{address}file/").streaming_content)
    assert file.decode("utf-8-sig").splitlines() == ['"编号"', f'"{case.number}"']
    assert [one["id"] for one in program.get("exports/").json()["results"]] == [started["id"]]
    assert program.post(f"{address}again/").json()["state"] == "DONE"
    lists = {one["name"]: one for one in program.get("exports/lists/").json()["results"]}
    assert lists["readings"]["parameters"] == ["case"]
    assert {"name": "number", "label": "编号"} in lists["demands"]["columns"]
    left_out = program.post("exports/", {"list": "demands"}).json()
    assert (left_out["columns"], left_out["format"]) == (["number"], "csv")  # as it was last time
    for bad in (
        {},
        {"list": "x"},
        {"list": "demands", "columns": [1]},
        {"list": "demands", "more": 1},
        [],
        {"list": 1},
    ):
        assert said(program.post("exports/", bad)) == (400, "bad_input")
    assert said(program.post("exports/", {"list": "withdrawals"})) == (403, "not_yours")


# --- one moment ---


@pytest.mark.django_db(transaction=True)
def test_the_file_is_of_one_moment_while_others_write_and_progress_is_seen(town: Town, monkeypatch: Any) -> None:
    """After the first row was read another connection closes a demand and opens one: the file knows nothing of that."""
    for _n in range(3):
        case_in("IN_PROGRESS", town=town)
    export = ask(town.liaison)
    seen: list[int] = []
    tell = tasks._Telling.__call__

    def meanwhile() -> None:
        last = Case.objects.order_by("-pk").first()
        Case.objects.filter(pk=last.pk).update(title="改过的标题")
        case_in("IN_PROGRESS", town=town)
        seen.append(Job.objects.get(pk=export.job_id).done)
        connection.close()

    def told(self: Any, more: int) -> None:
        tell(self, more)
        if self.done == 1:
            self.beside.submit(lambda: None).result()  # what was told before is written
            other = threading.Thread(target=meanwhile)
            other.start()
            other.join()

    monkeypatch.setattr(tasks, "CHUNK", 1)
    monkeypatch.setattr(tasks, "TELL_EVERY", 0)
    monkeypatch.setattr(tasks._Telling, "__call__", told)
    done = work(export)
    assert (done.job.state, done.rows, seen) == (JobState.DONE, 3, [1])
    assert "改过的标题" not in {cell for row in rows(done) for cell in row}
    assert taken(town.liaison).rows == 4


@pytest.mark.every_page
def test_it_is_a_click_away_from_the_list_and_from_the_menu(town: Town, sign_in: SignIn) -> None:
    page = sign_in(town.liaison).get("/demands/?q=x").content.decode()
    assert 'href="/exports/new/demands/?q=x"' in page
    assert f'href="{ADDRESS}"' in page
    browser: Client = sign_in(town.liaison)
    ask(town.liaison)
    answer = browser.get(ADDRESS).content.decode()
    assert '<meta http-equiv="refresh" content="3">' in answer
    assert "等待" in answer
    Job.objects.update(state="RUNNING", done=1, total=4, moved_at=NOW)
    assert "25%" in browser.get(f"{ADDRESS}?refresh=off").content.decode()
