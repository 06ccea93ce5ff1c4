"""The writes of an import by whoever brings it in: the file is kept, checked, checked again, confirmed."""

from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.errors import NotVisible, Refused, WrongMoment
from foundation.files.kinds import Unfit
from foundation.files.storing import Upload, store
from foundation.files.storing import check as look_at
from foundation.models import Job
from foundation.sheets.model import SheetImport
from parties.by import By
from parties.exchange.kinds import Kind, find
from parties.exchange.tasks import apply_sheet, check_sheet

OWNER = "sheet_import"  # how a stored file names what it belongs to
ENDINGS = (".xlsx", ".csv")
CHECK, APPLY = "sheet_check", "sheet_apply"
LONGEST_NOTE: int = SheetImport._meta.get_field("note").max_length or 0


def receive(file: UploadedFile, *, kind: Kind, by: By) -> SheetImport:
    """The file is kept and waits to be checked by the worker. Raises Refused for what is no table."""
    upload = _looked_at(file)
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        sheet = SheetImport.objects.create(
            owner_id=by.user_id,
            membership_id=by.post.membership_id,
            kind=kind.code,
            file_name=upload.name,
            created_at=by.now,
        )
        [sheet.file] = store([upload], owner_kind=OWNER, owner_id=sheet.pk, by_user_id=by.user_id, at=by.now)
        sheet.check_job = _job(CHECK, sheet, by)
        sheet.save(update_fields=["file", "check_job"])
        check_sheet.enqueue(str(sheet.check_job.public_id))
    return sheet


def _looked_at(file: UploadedFile) -> Upload:
    ending = PurePath(str(file.name)).suffix.lower()
    if ending not in ENDINGS:
        raise Refused("file", _("只能导入 .xlsx 和 .csv 文件；旧的 .xls 请另存为 .xlsx"))
    try:
        return look_at(file)
    except Unfit as unfit:
        raise Refused("file", unfit.sentence) from unfit


def mine(public_id: UUID, by: By, *, lock: bool = False) -> tuple[SheetImport, Kind]:
    """The import this person brought in, and its kind, while they may use it. Raises NotVisible."""
    found = SheetImport.objects.filter(owner_id=by.user_id, public_id=public_id)
    found = found.select_related("check_job", "apply_job", "file")
    sheet = (found.select_for_update(of=("self",)) if lock else found).first()
    kind = find(sheet.kind, by) if sheet is not None else None
    if sheet is None or kind is None or by.post is None or sheet.membership_id != by.post.membership_id:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return sheet, kind


def check_again(public_id: UUID, *, by: By) -> None:
    """The file waits to be checked once more against what the directory says now; what was confirmed is not."""
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        sheet, _kind = mine(public_id, by, lock=True)
        if sheet.applied_at is not None or sheet.is_over(by.now) or _at_work(sheet, by.now):
            return
        sheet.checked_at, sheet.apply_job = None, None
        sheet.check_job = _job(CHECK, sheet, by)
        sheet.save(update_fields=["checked_at", "apply_job", "check_job"])
        check_sheet.enqueue(str(sheet.check_job.public_id))


def confirm(public_id: UUID, *, only_good: bool, note: str, by: By) -> None:
    """What the preview shows waits to be written by the worker; what is under way or done stays as it is.

    Raises Refused beside `only_good` when there are rows in error and that was not chosen, beside `note` when the kind
    asks for words that are missing; WrongMoment when there is nothing to confirm.
    """
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        sheet, kind = mine(public_id, by, lock=True)
        if sheet.applied_at is not None or _at_work(sheet, by.now):
            return
        if not sheet.can_be_confirmed(by.now):
            raise WrongMoment(_("现在没有可以确认的内容"))
        if sheet.rows_bad and not only_good:
            raise Refused(
                "only_good", _("有 %(n)s 行有误：请改好后重新上传，或选择只导入没有错误的行") % {"n": sheet.rows_bad}
            )
        if kind.asks and not note.strip():
            raise Refused("note", _("请写明%(what)s") % {"what": kind.asks})
        if len(note.strip()) > LONGEST_NOTE:
            raise Refused("note", _("最多 %(n)s 个字") % {"n": LONGEST_NOTE})
        sheet.only_good, sheet.note = only_good, note.strip()
        sheet.apply_job = _job(APPLY, sheet, by)
        sheet.save(update_fields=["only_good", "note", "apply_job"])
        apply_sheet.enqueue(str(sheet.apply_job.public_id))


def _at_work(sheet: SheetImport, now: datetime) -> bool:
    return sheet.is_checking(now) or sheet.is_being_applied(now)


def _job(kind: str, sheet: SheetImport, by: By) -> Job:
    return Job.objects.create(kind=kind, title=sheet.file_name, owner_id=by.user_id, created_at=by.now)
