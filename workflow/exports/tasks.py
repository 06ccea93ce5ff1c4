"""Work for the background worker: a list becomes a file, as its owner sees it at that moment."""

import time
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import Error, connection, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from foundation.errors import NotYours, Refused
from foundation.files.making import made
from foundation.files.storing import Upload, store
from foundation.jobs import Work, working_on
from foundation.keyset import keyset_chunks
from foundation.models import Export, Job, JobState
from foundation.sheets.kinds import STORED_AS, SheetKind
from foundation.sheets.writing import Heading, local_moment, write_table
from foundation.snapshot import one_moment
from workflow import registry
from workflow.actor import Actor, Channel, actor_for
from workflow.registry import ExportableList, ExportColumn, ExportPart, ExportRequest

KIND = "export"
CHUNK = 1000  # rows in memory at a time
KEPT = timedelta(days=7)
LIMIT = timedelta(hours=1)  # a worker still at it after so long is dead, and the export is begun again
TELL_EVERY = 0.5  # seconds between two reports of progress


@task()
def make_export(job: str) -> None:
    """The export has its file, and its job tells how that went; a job that has ended stays as it is.

    What is written is Chinese, whoever reads it.
    """
    export = Export.objects.filter(job__public_id=job).select_related("job", "owner").first()
    if export is None or export.job.finished_at:
        return
    with working_on(export.job, failed=gettext_lazy("导出中断，没有做完，可以再试一次。")) as work:
        _make(export, work)


def _make(export: Export, work: Work) -> None:
    """Read and written at one moment; then what was read goes on record, and only then is there a file to have."""
    by = _as_then(export)
    taking = _Taking(export, by, work)
    upload = made(taking.file_name, STORED_AS[SheetKind(export.kind)], taking.write)
    try:
        for kind, keys in taking.subjects.items():
            registry.note_taken_out(kind, keys, by)
        _hand_over(export, work, upload, rows=taking.rows)
    finally:
        upload.file.close()


def _as_then(export: Export) -> Actor:
    """The owner in the post they had picked. Raises NotYours when it has ended, or they may no longer sign in."""
    by = actor_for(
        export.owner_id,
        now=timezone.now(),
        channel=Channel(export.channel),
        request_id=f"export-{export.public_id.hex}"[:40],
        membership_id=export.membership_id,
    )
    if not export.owner.is_active or by.post is None or by.post.membership_id != export.membership_id:
        raise NotYours(_("申请导出时的岗位已经结束，没有导出。请用现在的岗位重新导出。"))
    return by


def _hand_over(export: Export, work: Work, upload: Upload, *, rows: int) -> None:
    """The export has this file, unless another worker was faster or it was started anew meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        held = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
        job = Job.objects.select_for_update().get(pk=work.job.pk)
        if held.job_id != job.pk or held.file_id is not None or job.finished_at:
            return
        [held.file] = store(
            [upload],
            owner_kind="job",
            owner_id=job.pk,
            by_user_id=held.owner_id,
            at=now,
            ours=True,
            keep_until=now + KEPT,
        )
        held.rows = rows
        held.save(update_fields=["file", "rows"])
        work.ends(JobState.DONE, "", done=rows, total=rows)


class _Taking:
    """The list as its owner sees it now, on its way into a file."""

    def __init__(self, export: Export, by: Actor, work: Work) -> None:
        self.export, self.by, self.work = export, by, work
        self.rows = 0
        self.subjects: dict[str, array[int]] = {}  # kind → keys of what was read; 8 bytes each

    @property
    def file_name(self) -> str:
        """“诉求列表 2026-11-23 0930.xlsx”."""
        return f"{self.export.title} {local_moment(self.by.now):%Y-%m-%d %H%M}.{self.export.kind}"

    def write(self, path: Path) -> None:
        """The file is at the path. Rows that the list counts and those that were written are as many, or it raises."""
        listed = registry.exports().get(self.export.name)
        if listed is None:
            raise Refused("", _("这个列表已经不能导出"))
        columns = _columns(listed, self.export.columns)
        headings = [Heading(str(column.label), column.width) for column in columns]
        with one_moment() as own:
            wanted = listed.ask(self.by, QueryDict(self.export.query))
            total = sum(part.rows.order_by().count() for part in wanted.parts)
            with _Telling(self.work, total, own=own) as tell:
                rows = self._read(wanted, columns, tell)
                self.rows = write_table(path, self.export.kind, title=self.export.title, headings=headings, rows=rows)
        if self.rows != total:
            raise RuntimeError(f"the list {listed.name} counts {total} rows and has {self.rows}: its order has gaps")

    def _read(self, wanted: ExportRequest, columns: list[ExportColumn], tell: "_Telling") -> Iterator[list[Any]]:
        for part in wanted.parts:
            for chunk in keyset_chunks(part.rows, size=CHUNK):
                self._note(part, chunk)
                for row in part.show(chunk):
                    yield [column.value(row, self.by) for column in columns]
                tell(len(chunk))

    def _note(self, part: ExportPart, chunk: list[Any]) -> None:
        for row in chunk if part.subject else ():
            if part.subject and (named := part.subject(row)):
                kind, key = named
                self.subjects.setdefault(kind, array("q")).append(key)


def _columns(listed: ExportableList, names: list[str]) -> list[ExportColumn]:
    """The chosen columns that the list still has."""
    known = {column.name: column for column in listed.columns}
    return [known[name] for name in names if name in known]


class _Telling:
    """Reports progress while the list is read, which must not be interrupted by a write.

    So it is written beside, by a thread with a connection of its own. Inside a transaction of somebody else's the other
    connection would wait for its end: there it is written in that transaction.
    """

    def __init__(self, work: Work, total: int, *, own: bool) -> None:
        self.work, self.total, self.own = work, total, own
        self.done, self.told = 0, time.monotonic()
        self.beside: ThreadPoolExecutor | None = None

    def __enter__(self) -> "_Telling":
        if self.own:
            self.beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="export")
        return self

    def __call__(self, more: int) -> None:
        self.done += more
        if time.monotonic() - self.told < TELL_EVERY:
            return
        self.told = time.monotonic()
        if (pool := self.beside) is None:
            self._write(self.done)
        else:
            pool.submit(self._write, self.done)

    def __exit__(self, *_error: object) -> None:
        if (pool := self.beside) is not None:
            pool.submit(_close_connection).result()
            pool.shutdown(wait=True)

    def _write(self, done: int) -> None:
        """A busy database is told the next time."""
        try:
            self.work.write(done=done, total=self.total)
        except Error:
            if self.beside is None:
                raise


def _close_connection() -> None:
    """That of the thread which runs this: each has its own."""
    connection.close()
