"""Work for the background worker: checking an uploaded table, and carrying out what was confirmed."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from foundation.errors import DomainError, NotVisible
from foundation.models import Job, JobState
from foundation.sheets.model import SheetImport
from parties.by import By
from parties.exchange import acting
from parties.exchange.applying import apply
from parties.exchange.checking import check
from parties.exchange.kinds import Kind, find
from parties.exchange.progress import Progress

LIMIT = timedelta(hours=1)  # a worker still at it after so long is dead, and the work is begun again


@task()
def check_sheet(job: str) -> None:
    """The rows of the import have their verdicts, and its job tells how that went; an ended one stays as it is."""
    sheet = SheetImport.objects.filter(check_job__public_id=job).select_related("check_job", "file").first()
    if sheet is not None:
        _do(sheet, sheet.check_job, _check, broken=_("检查中断，没有做完，可以重新检查。"))


def _check(sheet: SheetImport, kind: Kind, by: By, work: Progress) -> int:
    check(sheet, kind, by, tell=work.tell)
    names = ["header", "remarks", "checked_at", "rows_new", "rows_changed", "rows_same", "rows_bad", "rows_warned"]
    sheet.save(update_fields=names)
    return sheet.rows_to_write + sheet.rows_same + sheet.rows_bad


@task()
def apply_sheet(job: str) -> None:
    """The confirmed import holds as a whole, or nothing of it; its job tells which. An ended one stays as it is."""
    sheet = SheetImport.objects.filter(apply_job__public_id=job).select_related("apply_job", "file").first()
    if sheet is not None:
        _do(sheet, sheet.apply_job, _apply, broken=_("导入中断，没有写入任何一行，可以再确认一次。"))


def _apply(sheet: SheetImport, kind: Kind, by: By, work: Progress) -> int:
    apply(sheet, kind, by, work)
    return sheet.rows_to_write


def _do(
    sheet: SheetImport, job: Job | None, run: Callable[[SheetImport, Kind, By, Progress], int], *, broken: str
) -> None:
    """The work is done by the person who asked, in the post they had, and in the language of what is kept."""
    if job is None or job.finished_at:
        return
    with translation.override(settings.LANGUAGE_CODE):
        work = Progress(job)
        try:
            by = acting.as_then(sheet.owner_id, sheet.membership_id, now=timezone.now())
            kind = find(sheet.kind, by)
            if kind is None:
                raise NotVisible(_("您现在的岗位不能导入这种表格"))
            done = run(sheet, kind, by, work)
        except DomainError as refused:
            work.ends(JobState.FAILED, str(refused.sentence))
        except BaseException:
            work.ends(JobState.FAILED, str(broken))
            raise
        else:
            work.ends(JobState.DONE, "", done=done)
