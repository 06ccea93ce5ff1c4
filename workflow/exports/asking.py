"""Asking for a list as a file: what is offered, what is remembered, and the writes of an export by its owner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.errors import NotVisible, NotYours, Refused, WrongMoment
from foundation.models import STUCK_AFTER, ChosenColumns, Export, Job, JobState, StoredFile
from foundation.sheets.kinds import SheetKind
from parties.models import User
from workflow import registry
from workflow.actor import Actor
from workflow.exports.tasks import KIND, make_export
from workflow.registry import ExportableList, ExportColumn, ExportRequest

MOST_UNFINISHED = 3  # of one person at a time: a worker has one pair of hands
LONGEST_QUERY = 1000


def find_list(name: str) -> ExportableList:
    """Raises NotVisible for a list that nobody has registered."""
    found = registry.exports().get(name)
    if found is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return found


def kept_query(listed: ExportableList, query: QueryDict) -> QueryDict:
    """What of a query string the list reads. Raises Refused when it is too long to be kept."""
    kept = QueryDict(mutable=True)
    for name in (*listed.places, *listed.parameters):
        if name in query:
            kept.setlist(name, [value for value in query.getlist(name) if value])
    if len(kept.urlencode()) > LONGEST_QUERY:
        raise Refused("", _("筛选条件太长，请减少一些"))
    return kept


def page_address(listed: ExportableList, query: QueryDict) -> str:
    """The page of the list, filtered as it was."""
    rest = query.copy()
    for name in listed.places:
        rest.pop(name, None)
    address = reverse(listed.page, args=[*listed.of, *(query.get(name, "") for name in listed.places)])
    return f"{address}?{rest.urlencode()}" if rest else address


@dataclass(frozen=True)
class Offer:
    """The columns in the order in which they are offered, those that are ticked, and the kind of file."""

    columns: Sequence[ExportColumn]
    ticked: Sequence[str]
    kind: str


def offer(listed: ExportableList, wanted: ExportRequest, *, by: Actor) -> Offer:
    """What this person is offered: ticked is what they took out last, or else what the page shows; one statement."""
    last = ChosenColumns.objects.filter(owner_id=by.user_id, name=listed.name).first()
    known = {column.name: column for column in listed.columns}
    first = [name for name in dict.fromkeys((*(last.columns if last else ()), *wanted.shown)) if name in known]
    order = [*first, *(name for name in known if name not in first)]
    ticked = [name for name in (last.columns if last else wanted.shown or listed.usual or known) if name in known]
    return Offer([known[name] for name in order], ticked or list(known), last.kind if last else SheetKind.XLSX)


def start_export(*, by: Actor, name: str, query: QueryDict, columns: Iterable[str], kind: str) -> Export:
    """The list waits to be taken out by the worker, and its columns are remembered; all together or not at all.

    Raises NotVisible, what the page of the list raises, Refused beside `columns` or `kind`, WrongMoment while enough of
    this person's exports wait.
    """
    if by.post is None:
        raise NotYours(_("您现在没有生效的岗位"))
    listed = find_list(name)
    chosen = chosen_columns(listed, columns)
    if kind not in SheetKind.values:
        raise Refused("kind", _("请选择文件格式"))
    kept = kept_query(listed, query)
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        wanted = listed.ask(by, kept)
        _make_room(by)
        title = str(listed.title)
        export = Export.objects.create(
            owner_id=by.user_id,
            membership_id=by.post.membership_id,
            channel=by.channel,
            name=listed.name,
            title=title,
            said="；".join(str(words) for words in wanted.said)[:500],
            query=kept.urlencode(),
            columns=chosen,
            kind=kind,
            created_at=by.now,
            job=_job(title, by),
        )
        ChosenColumns.objects.update_or_create(
            owner_id=by.user_id, name=listed.name, defaults={"columns": chosen, "kind": kind}
        )
        make_export.enqueue(str(export.job.public_id))
    return export


def try_again(public_id: UUID, *, by: Actor) -> Export:
    """An export that failed, or whose worker died, waits once more; one that waits, runs or is done stays as it is."""
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        held = Export.objects.visible_to(by).select_for_update(of=("self",)).filter(public_id=public_id).first()
        if held is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        if not can_try_again(held, by):
            return held
        _make_room(by)
        held.job = _job(held.title, by)
        held.save(update_fields=["job"])
        make_export.enqueue(str(held.job.public_id))
    return held


def can_try_again(export: Export, by: Actor) -> bool:
    """Whether nothing came of it so far, and nothing is at work on it."""
    return state_of(export, by.now) == JobState.FAILED


OVER = "OVER"  # done, and the file is gone


def state_of(export: Export, now: datetime) -> str:
    """Where an export stands: a state of its job, FAILED too when the worker has died, or OVER; job and file loaded."""
    if export.file_id is not None:
        return OVER if export.is_over(now) else str(JobState.DONE)
    return str(JobState.FAILED) if export.job.is_stuck(now) else str(export.job.state)


def file_of(public_id: UUID, actor: Actor) -> StoredFile:
    """The file of an export. Raises NotVisible, and WrongMoment before it is made and when its time is over."""
    export = Export.objects.visible_to(actor).filter(public_id=public_id).select_related("file").first()
    if export is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    if export.file is None:
        raise WrongMoment(_("导出还没有做完"))
    if export.is_over(actor.now):
        raise WrongMoment(_("文件已过保存期，请重新导出"))
    return export.file


def chosen_columns(listed: ExportableList, columns: Iterable[str]) -> list[str]:
    """These columns, each once and in their order. Raises Refused for none, and for one that the list has not."""
    known = {column.name for column in listed.columns}
    chosen = list(dict.fromkeys(columns))
    if not chosen:
        raise Refused("columns", _("请至少选一列"))
    if unknown := [name for name in chosen if name not in known]:
        raise Refused("columns", _("没有这一列：%(name)s") % {"name": unknown[0][:40]})
    return chosen


def _job(title: str, by: Actor) -> Job:
    return Job.objects.create(kind=KIND, title=title, owner_id=by.user_id, created_at=by.now)


def _make_room(by: Actor) -> None:
    """Raises WrongMoment when enough of this person's exports wait or run; their row stays locked."""
    User.objects.select_for_update().only("pk").get(pk=by.user_id)
    running = Q(job__state=JobState.RUNNING) & (Q(job__moved_at=None) | Q(job__moved_at__gte=by.now - STUCK_AFTER))
    mine: Any = Export.objects.filter(owner_id=by.user_id).filter(Q(job__state=JobState.WAITING) | running)
    if len(mine.values_list("pk")[:MOST_UNFINISHED]) == MOST_UNFINISHED:
        raise WrongMoment(_("您有 %(n)s 个导出还没有做完，请等其中一个做完再导出下一个") % {"n": MOST_UNFINISHED})
