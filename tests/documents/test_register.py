"""What is issued has a number of its own, none is left out, and a correction or a withdrawal is told to everybody."""

from collections import Counter
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from documents import register, registry
from documents.content.base import Imprint, machine_readable
from documents.content.reading import read
from documents.models import Document, NumberSeries
from documents.numbers import Series, take_number
from documents.registry import Progress
from documents.verification import Verified, find_by_code, find_by_file
from foundation.errors import Refused, WrongMoment
from foundation.models import Job
from tests.cases.demands.test_races import all_at_once
from tests.documents.register import SERIES, again, issued, minutes
from tests.factories import NOW, Town, actor, later, system

RECEIPTS = Series("receipt", "鄂政企受")


@pytest.mark.django_db(transaction=True)
def test_of_50_who_issue_at_once_and_some_fail_the_numbers_have_no_gap(town: Town) -> None:
    """Five at a time; every fifth transaction is rolled back after it got its number."""

    class Broken(Exception):
        pass

    def ten(who: int) -> list[str]:
        numbers = []
        for n in range(10):
            try:
                with transaction.atomic():
                    document = issued(town)
                    if n % 5 == who:
                        raise Broken
                numbers.append(document.number)
            except Broken:
                pass
        return numbers

    with pytest.raises(TransactionManagementError):
        take_number(SERIES, office_id=town.office.pk, year=2026)
    assert not NumberSeries.objects.exists()

    found = all_at_once(partial(ten, who) for who in range(5))

    numbers = sorted(Document.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, 41))
    assert sorted(number for mine in found for number in mine) == sorted(f"〔2026〕第{n}期" for n in numbers)
    assert NumberSeries.objects.get().last == 40
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (40, 40)
    assert len(set(Document.objects.values_list("code", flat=True))) == 40

    # Two correct the same document at once: one does.
    document = Document.objects.get(sequence=1)
    acts = [partial(correct, document, town, place=f"第{n}会议室") for n in range(2)]
    results = all_at_once(acts)
    assert Counter(type(result) for result in results) == {Document: 1, WrongMoment: 1}
    versions = Document.objects.filter(sequence=1).order_by("version")
    assert [(one.version, one.status) for one in versions] == [(1, "REPLACED"), (2, "VALID")]


def correct(document: Document, town: Town, *, reason: str = "地点有误", **changed: Any) -> Document:
    by = actor(town.dispatcher, later(hours=1))
    return register.issue_version(document, minutes(**changed), by=by, reason=reason)


@pytest.mark.django_db
def test_every_office_series_and_year_counts_from_one(town: Town) -> None:
    numbers = [
        issued(town, **given).number
        for given in (
            {"series": RECEIPTS},
            {"series": RECEIPTS},
            {"series": SERIES},
            {"series": SERIES, "office_id": town.other_office.pk},
            {"series": Series("receipt", "准政企受"), "office_id": town.other_office.pk},
            {"series": RECEIPTS, "issued_on": date(2027, 1, 1)},
            {"series": RECEIPTS, "issued_on": date(2026, 12, 31)},
        )
    ]
    assert numbers == [
        "鄂政企受〔2026〕1号",
        "鄂政企受〔2026〕2号",
        "〔2026〕第1期",
        "〔2026〕第1期",
        "准政企受〔2026〕1号",
        "鄂政企受〔2027〕1号",
        "鄂政企受〔2026〕3号",
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        issued(town, series=RECEIPTS, office_id=town.city_office.pk)
    assert not NumberSeries.objects.filter(office_id=town.city_office.pk).exists()


@pytest.mark.django_db
def test_what_is_frozen_says_who_when_and_where_it_can_be_checked(town: Town, settings: Any) -> None:
    settings.SITE_URL = "https://dialogue.example"
    document = again(issued(town, audience="firm"))
    address = f"https://dialogue.example/verify/{document.code}/"
    imprint = Imprint(number="〔2026〕第1期", issued_on=NOW.date(), verify_at=address)
    assert document.content == machine_readable(minutes(), imprint)
    assert read(document.content).imprint == imprint
    assert len(document.code) == 26
    assert (document.status, document.file, document.making(later())) == ("VALID", None, "WAITING")
    assert document.issued_as == f"{town.office.name} · {town.intake.get_role_display()}"
    with pytest.raises(ValueError, match="issued by a person"):
        register.issue(
            minutes(), series=SERIES, office_id=1, subject_kind="x", subject_id=1, issued_on=NOW.date(), by=system()
        )


@pytest.mark.django_db
def test_a_title_that_no_register_holds_is_refused_and_takes_no_number(town: Town) -> None:
    with pytest.raises(Refused, match="300"):
        register.issue(
            minutes("长" * 301),
            series=SERIES,
            office_id=1,
            subject_kind="meeting",
            subject_id=1,
            issued_on=NOW.date(),
            by=actor(town.intake),
        )
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db
def test_a_correction_keeps_the_number_and_names_the_old_version(town: Town) -> None:
    first = issued(town, audience="firm")
    second = correct(first, town, place="一楼大厅")
    first = again(first)
    assert (second.number, second.version, second.replaces_id) == (first.number, 2, first.pk)
    assert (second.audience, second.office_id, second.subject_id) == ("firm", first.office_id, 7)
    assert second.code != first.code
    imprint = read(second.content).imprint
    assert (imprint.version, imprint.replaces, imprint.issued_on) == (2, "〔2026〕第1期（第1版）", NOW.date())
    assert (first.status, first.status_by_id, first.status_reason) == ("REPLACED", town.dispatcher.user_id, "地点有误")
    with pytest.raises(WrongMoment, match="新的版本"):
        correct(first, town, place="二楼")
    assert issued(town).number == "〔2026〕第2期"


@pytest.mark.django_db
def test_a_correction_that_says_the_same_changes_nothing(town: Town) -> None:
    first = issued(town)
    assert correct(first, town) == first
    assert again(first).status == "VALID"
    assert Document.objects.count() == 1


@pytest.mark.django_db
def test_what_is_withdrawn_stays_and_is_neither_corrected_nor_withdrawn_again(town: Town) -> None:
    document = issued(town)
    by = actor(town.intake, later(hours=2))
    for nothing in ("", " \n "):
        with pytest.raises(Refused, match="原因"):
            register.withdraw(document, by=by, reason=nothing)
    with pytest.raises(Refused, match="500"):
        register.withdraw(document, by=by, reason="长" * 501)
    register.withdraw(document, by=by, reason=" 会议没有开成 ")
    document = again(document)
    assert (document.status, document.status_at, document.status_reason) == (
        "WITHDRAWN",
        later(hours=2),
        "会议没有开成",
    )
    with pytest.raises(WrongMoment, match="撤回"):
        register.withdraw(document, by=by, reason="再次撤回")
    with pytest.raises(WrongMoment, match="撤回"):
        correct(document, town, place="二楼")
    assert issued(town).sequence == 2


# --- what the public page may know ---


class Meetings:
    """The one with the key 7 lists five things, three of them done."""

    kind = "meeting"

    def readable(self, actor: Any) -> None:
        return None

    def addresses(self, ids: Any, actor: Any) -> dict[int, str]:
        return {}

    def progress(self, ids: Any) -> dict[int, Progress]:
        return {key: Progress(3, 5) for key in ids if key == 7}


@pytest.mark.django_db
def test_a_code_tells_what_a_document_is_worth_and_nothing_of_what_it_says(town: Town, monkeypatch: Any) -> None:
    monkeypatch.setitem(registry._subjects, "meeting", Meetings())
    first = issued(town)
    second = correct(first, town, place="一楼大厅")
    third = correct(second, town, place="二楼大厅", reason="又写错了")
    with CaptureQueriesContext(
        connection,
    ) as made:
        found = find_by_code(f" {first.code.upper()} ")
    assert len(made) == 2
    assert found == Verified(
        code=first.code,
        number="〔2026〕第1期",
        kind="MINUTES",
        kind_label="纪要",
        issued_on=NOW.date(),
        version=1,
        status=found.status if found else None,
        status_at=later(hours=1),
        replaced_by=3,
        content_sha256=first.content_sha256,
        file_sha256="",
        signer="",
        progress=Progress(3, 5),
    )
    assert found.status == "REPLACED"
    with CaptureQueriesContext(connection) as made:
        newest = find_by_code(third.code)
    assert len(made) == 1
    assert newest is not None
    assert (newest.version, newest.is_valid, newest.replaced_by) == (3, True, None)
    told = str(found) + str(newest)
    assert not [word for word in ("扩建", "会议室", "有误", "写错", "专班", "张建国") if word in told]
    assert find_by_code("a" * 26) is None
    assert find_by_code("") is None
    assert find_by_file("") is None
