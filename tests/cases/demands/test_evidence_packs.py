"""证据包: everything of a demand in one file, for the office alone, on record, and checked by who does not trust us."""

import io
import json
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.demands import moves
from cases.demands.evidence.asking import MOST_UNFINISHED, try_again
from cases.demands.evidence.tasks import build_pack
from cases.demands.models import Attachment, Case, CaseReading, EvidencePack
from cases.demands.queries import timeline
from documents import register
from documents.content.minutes import Attendant, Minutes
from documents.models import Document
from documents.numbers import Series
from documents.pack.verify_pack import verify
from foundation.errors import NotVisible, NotYours, WrongMoment
from foundation.files import places
from foundation.files.kinds import FileKind
from foundation.files.making import made
from foundation.files.model import StoredFile
from foundation.files.storing import content, store
from foundation.files.sweeping import sweep_files
from foundation.models import STUCK_AFTER, Job, JobState
from parties.models import Membership
from parties.roles import Role
from tests.conftest import SignIn
from tests.factories import NOW, Town, actor, case_in, later
from tests.files import upload
from tests.workflow.chains import as_the_attacker, person
from workflow.erasure import erase_body
from workflow.models import Event
from workflow.seals import seal_ledger

pytestmark = pytest.mark.django_db


def ask(case: Case, who: Membership, at: Any = None) -> EvidencePack:
    moves.make_pack(case.pk, by=actor(who, at or later(hours=9)), purpose="移交审计")
    return EvidencePack.objects.select_related("job").filter(case=case).latest("pk")


def made_pack(case: Case, who: Membership) -> EvidencePack:
    return work(ask(case, who))


def work(pack: EvidencePack) -> EvidencePack:
    """What the worker makes of it, in this very process."""
    build_pack.func(str(pack.job.public_id))
    return EvidencePack.objects.select_related("job", "file", "case").get(pk=pack.pk)


def bytes_of(pack: EvidencePack) -> bytes:
    opened = content(pack.file)
    assert opened is not None
    with opened:
        return opened.read()


def told(pack: EvidencePack, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(bytes_of(pack))) as file:
        text = file.read(name).decode()
    return [json.loads(line) for line in text.splitlines()] if name.endswith("l") else json.loads(text)


def issued(case: Case, town: Town, *, with_file: bool) -> Document:
    """A document about the demand, as its worker leaves it."""
    minutes = Minutes(
        issuer="东胜区平台办公室",
        title="协调会纪要",
        mark="协调会纪要",
        held_at=NOW,
        place="会议室",
        host=Attendant(name="张三"),
        opening=("会议研究了增容。",),
        topics=(),
        present=(Attendant(name="李四"),),
    )
    document = register.issue(
        minutes,
        series=Series("minutes"),
        office_id=case.office_id,
        subject_kind="case",
        subject_id=case.pk,
        issued_on=NOW.date(),
        by=actor(town.intake, later(hours=1)),
    )
    if not with_file:
        return document
    pdf = b"%PDF-1.7\nstream\n" + zlib.compress(document.content.encode()) + b"\nendstream\n%%EOF\n"
    file = made("纪要.pdf", FileKind.PDF, lambda path: Path(path).write_bytes(pdf) and None)
    with transaction.atomic():
        [stored] = store([file], owner_kind="job", owner_id=document.job_id, by_user_id=None, at=NOW, ours=True)
        Document.objects.filter(pk=document.pk).update(file=stored, file_sha256=stored.sha256, pages=1)
    return document


def test_a_pack_holds_everything_up_to_its_own_event_and_the_verifier_finds_nothing(town: Town, clock: Any) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True, contacted=True, attached="attach")
    by = actor(town.intake, later(hours=4))
    files = [upload(f"{name}.pdf") for name in ("内部", "已撤回", "已销毁", "带毒", "损坏", "待查")]
    moves.attach_internal_files(case.pk, by=by, uploads=files)
    _kept, withdrawn, erased, infected, damaged, waiting = Attachment.objects.order_by("pk")[1:]
    moves.withdraw_internal_attachment(case.pk, by=by, attachment=withdrawn)
    places.kept(damaged.file.key).write_bytes(b"x" * damaged.file.size)
    StoredFile.objects.filter(pk=erased.file_id).update(key="", erased_at=NOW)
    StoredFile.objects.filter(pk=infected.file_id).update(scan="INFECTED", scanned_at=NOW, found="Eicar")
    StoredFile.objects.filter(pk=waiting.file_id).update(scan="WAITING")
    moves.add_internal_note(case.pk, by=by, text="企业名称不得外传")
    note = Event.objects.filter(subject_id=case.pk).latest("seq")
    erase_body(note, by=person(7), second=person(8), reason="保管期限届满", now=later(hours=5))
    issued(case, town, with_file=True)
    issued(case, town, with_file=False)
    clock.move_to(later(hours=8))
    seal_ledger(now=later(hours=8))
    seals = Path(django_settings.SEALS_FILE).read_text().splitlines()

    pack = ask(case, town.intake)
    moves.add_internal_note(case.pk, by=actor(town.intake, later(hours=10)), text="以后的事")
    issued(case, town, with_file=True)
    pack = work(pack)
    assert (pack.job.state, pack.job.message, pack.signer) == (JobState.DONE, "", "")
    report = verify(bytes_of(pack), expected=pack.sha256, seals=seals)
    assert (report.faults, report.status) == ([], 0)
    n = pack.seq
    assert report.good[2:] == [
        f"{n} 个事件的流转记录前后衔接，链头 {pack.head_hash}",
        "2 份文书与登记、与流转记录一致",
        "7 个附件与流转记录一致，其中 2 个内容在包内",
        f"前 {n - 1} 个事件属于给出的封存记录中的第 1 号封存",
        "本包没有签名",
    ]
    events = told(pack, "events.jsonl")
    last = events[-1]
    assert (last["event"]["action"], last["body"]["note"], last["event"]["seq"]) == ("make_pack", "移交审计", n)
    assert (events[-2]["erased"]["reason"], "body" in events[-2]) == ("保管期限届满", False)
    assert [row["missing"] for row in told(pack, "attachments/list.json")] == [
        "",
        "",
        "已撤回",
        "内容已按保存期限销毁",
        "含有恶意内容，已经隔离",
        "内容与登记的哈希不符",
        "等待安全检查",
    ]
    assert [row["missing"] for row in told(pack, "documents/register.json")] == ["", "文书的文件还没有做完"]
    assert told(pack, "subject.json")["enterprise"] == "甲公司"
    assert pack.file.name == f"证据包 {case.number} 2026-11-23 1800.zip"
    case.refresh_from_db()
    assert (case.head_seq, case.state) == (n + 1, "IN_PROGRESS")


def test_only_the_office_of_the_demand_gets_one_and_everybody_else_hears_nothing(town: Town, sign_in: SignIn) -> None:
    case = case_in("CLOSED", town=town, hidden=True)
    pack = made_pack(case, town.dispatcher)
    page, file = f"/demands/{case.public_id}/packs/", f"/demands/{case.public_id}/packs/{pack.public_id}/file/"
    answers = {}
    for name, who in {
        "intake": town.intake,
        "firm": town.staff,
        "handler": town.handler,
        "secretary": town.at(town.energy, Role.DEPARTMENT_SECRETARY),
        "another office": town.at(town.other_office, Role.INTAKE),
        "supervisor": town.at(town.office, Role.SUPERVISOR),
        "admin": town.at(town.city_office, Role.SYSTEM_ADMIN),
    }.items():
        browser = sign_in(who)
        answers[name] = [_status(browser, address) for address in (page, file)]
        if name != "intake":
            with pytest.raises((NotYours, NotVisible)):
                moves.make_pack(case.pk, by=actor(who, later(hours=30)), purpose="看看")
        told_of = "证据包" in browser.get(f"/demands/{case.public_id}/").content.decode()
        assert told_of is (name == "intake"), name
    gone, forbidden = [404, 404], [403, 403]
    assert answers == {
        "intake": [200, 200],
        "firm": forbidden,
        "handler": forbidden,
        "secretary": forbidden,
        "another office": gone,
        "supervisor": gone,
        "admin": gone,
    }
    case.refresh_from_db()
    for who, hears in ((town.intake, True), (town.staff, False), (town.handler, False)):
        assert ("make_pack" in {line.action for line in timeline(case, actor(who, later(hours=31)))}) is hears
    kept = CaseReading.objects.filter(case=case, kind="EXPORT").values_list("user_id", flat=True)
    assert list(kept) == [town.intake.user_id]


def test_who_must_keep_out_gets_none_even_of_what_they_asked_for(town: Town, sign_in: SignIn, clock: Any) -> None:
    case = case_in("IN_PROGRESS", town=town)
    waiting = ask(case, town.second_intake)
    case.refresh_from_db()
    moves.recuse_case(
        case.pk,
        by=actor(town.intake, later(hours=10)),
        seen=case.head_seq,
        person=town.second_intake.user,
        reason="亲属关系",
    )
    clock.move_to(later(hours=11))
    pack = work(waiting)
    assert (pack.job.state, pack.file) == (JobState.FAILED, None)
    assert pack.job.message == "申请人已经不能查看本件的全部内容，没有生成。"
    assert sign_in(town.second_intake).get(f"/demands/{case.public_id}/packs/").status_code == 404
    with pytest.raises(NotVisible):
        try_again(pack.public_id, by=actor(town.second_intake, later(hours=12)))
    assert try_again(pack.public_id, by=actor(town.intake, later(hours=12))).job.state == JobState.WAITING


def test_few_are_made_at_once_and_what_failed_is_tried_again(town: Town, sign_in: SignIn, clock: Any) -> None:
    case = case_in("IN_PROGRESS", town=town)
    packs = [ask(case, town.intake) for _n in range(MOST_UNFINISHED)]
    head = Case.objects.get(pk=case.pk).head_seq
    with pytest.raises(WrongMoment, match="等其中一个做完"):
        ask(case, town.dispatcher)
    assert Case.objects.get(pk=case.pk).head_seq == head  # the move has not happened either
    browser = sign_in(town.intake)
    address = f"/demands/{case.public_id}/packs/{packs[0].public_id}/"
    answer = browser.get(f"{address}file/")
    assert (answer.status_code, "证据包还没有做完" in answer.content.decode()) == (409, True)

    as_the_attacker("update workflow_event set action = 'confirm' where subject_id = %s and seq = 2", case.pk)
    broken = work(packs[0])
    assert (broken.job.state, broken.file) == (JobState.FAILED, None)
    assert broken.job.message == "本件的流转记录没有通过校验，不能生成证据包，请联系审计管理员"
    Job.objects.filter(pk=packs[1].job_id).update(
        state=JobState.RUNNING, moved_at=later(hours=9) - STUCK_AFTER - timedelta(minutes=1)
    )
    clock.move_to(later(hours=9))
    browser = sign_in(town.intake)
    page = browser.get(f"/demands/{case.public_id}/packs/").content.decode()
    assert page.count("没有完成") == 2
    assert browser.post(f"{address}again/").status_code == 302
    again = EvidencePack.objects.select_related("job").get(pk=packs[0].pk)
    assert (again.job_id != packs[0].job_id, again.job.state, again.seq) == (True, JobState.WAITING, packs[0].seq)
    build_pack.func(str(packs[0].job.public_id))  # the first try, late: it changes nothing
    assert EvidencePack.objects.get(pk=again.pk).file_id is None


@pytest.mark.every_page
def test_the_page_asks_for_one_shows_it_and_keeps_its_hash_when_the_file_is_gone(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("CLOSED", town=town)
    clock.move_to(later(hours=30))
    browser = sign_in(town.intake)
    page = f"/demands/{case.public_id}/packs/"
    address = f"/demands/{case.public_id}/make_pack/"
    shown = browser.get(page).content.decode()
    assert ("还没有生成过" in shown, f'href="{address}"' in shown) == (True, True)
    assert browser.post(address, {"purpose": " ", "idempotency_key": "a"}).status_code == 422
    answer = browser.post(address, {"purpose": "移交审计", "idempotency_key": "b"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "已开始生成证据包，做完后在这里下载" in answer.content.decode()
    pack = work(EvidencePack.objects.select_related("job").get())
    one = _statements(browser, page)
    for _n in range(2):
        made_pack(case, town.intake)
    assert _statements(browser, page) == one
    shown = browser.get(page).content.decode()
    assert shown.count("没有签名") == 3
    assert pack.sha256 in shown
    answer = browser.get(f"{page}{pack.public_id}/file/")
    data = b"".join(answer.streaming_content)
    assert (answer["Content-Type"], verify(data, expected=pack.sha256).status) == ("application/zip", 0)

    clock.move_to(later(hours=30) + timedelta(days=31))
    sweep_files(now=later(hours=30) + timedelta(days=31))
    browser = sign_in(town.intake)
    shown = browser.get(page).content.decode()
    assert (shown.count("已过保存期"), pack.sha256 in shown) == (3, True)
    assert browser.get(f"{page}{pack.public_id}/file/").status_code == 409


def _status(browser: Client, address: str) -> int:
    """Its status; a file is read to its end, which closes it."""
    answer = browser.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def _statements(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


@pytest.mark.every_page
def test_a_pack_is_signed_where_a_certificate_is_set(town: Town, settings: Any, tmp_path: Path, clock: Any) -> None:
    case = case_in("SUBMITTED", town=town)
    call_command("make_signing_authority", "东胜区平台办公室", folder=tmp_path / "ca", stdout=io.StringIO())
    settings.SIGNING_KEY = str(tmp_path / "ca" / "office.p12")
    settings.SIGNING_PASSPHRASE_FILE = str(tmp_path / "ca" / "passphrase")
    pack = made_pack(case, town.intake)
    assert (pack.job.message, pack.signer) == ("", "东胜区平台办公室（测试）")
    report = verify(bytes_of(pack), root=str(tmp_path / "ca" / "root.pem"))
    assert (report.faults, report.status) == ([], 0)
    (tmp_path / "ca" / "office.p12").unlink()
    failed = made_pack(case, town.intake)
    assert (failed.job.state, failed.job.message) == (
        JobState.FAILED,
        "签名证书文件或口令文件不存在，或不能读取",
    )
