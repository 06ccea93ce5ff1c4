"""Writing the messages of a file: batch by batch, as often as one likes, and by two people at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.demands.intake_import.mapping import Message, bind, message
from cases.demands.intake_import.rejects import Rejects, collected
from cases.demands.models import IntakeItem, IntakeRun
from cases.demands.moves import register_intake
from foundation.errors import Refused, WrongMoment
from foundation.sheets.reading import BrokenOff, Row, open_table
from parties.models import District, Enterprise, Office
from workflow.actor import Actor

BATCH = 500  # rows to a transaction
BY_CREDIT_CODE = "导入时按统一社会信用代码认领"
LONGEST_SOURCE: int = IntakeRun._meta.get_field("source").max_length or 0

T = TypeVar("T")


@dataclass
class Tally:
    """What became of the rows so far: rows = created + already_there + rejected."""

    rows: int = 0
    created: int = 0  # items that exist through this run
    already_there: int = 0
    rejected: int = 0
    cleaned: int = 0  # taken rows from which control characters were left out
    claimed: int = 0  # items that became a demand by their credit code
    unknown_codes: int = 0  # items that wait, because no enterprise in use has their code
    reasons: Counter[str] = field(default_factory=Counter)  # of rejects

    def remarks(self) -> list[str]:
        """What is worth saying beside the four numbers, a sentence each."""
        reasons = "；".join(f"{reason} {n}" for reason, n in self.reasons.most_common())
        told = (
            (self.claimed, _("按统一社会信用代码认领 %(n)s 件，已成为诉求。")),
            (self.unknown_codes, _("%(n)s 件的代码没有对应的企业，留在待认领。")),
            (self.cleaned, _("%(n)s 行去掉了控制字符。")),
        )
        said = [str(sentence % {"n": n}) for n, sentence in told if n]
        return [*said, str(_("退回原因：%(reasons)s。") % {"reasons": reasons})] if reasons else said


Tell = Callable[[Tally, float | None], None]


def platform_office(district_code: str = "") -> Office:
    """The platform office of a district, or the city's when none is named. Raises Refused with the codes there are."""
    offices = Office.objects.filter(office_kind=Office.OfficeKind.PLATFORM, active=True)
    wanted = {"serves_id": district_code} if district_code else {"serves__level": District.Level.CITY}
    if office := offices.filter(**wanted).first():
        return office
    known = "、".join(f"{code} {name}" for code, name in offices.values_list("serves_id", "name").order_by("serves_id"))
    if not known:
        raise Refused("office", _("还没有平台办公室，请先建立市或旗区的平台办公室"))
    if not district_code:
        raise Refused("office", _("还没有市平台办公室，请用 --office 指定旗区：%(known)s") % {"known": known})
    raise Refused(
        "office", _("没有区划代码为 %(code)s 的平台办公室；现有：%(known)s") % {"code": district_code, "known": known}
    )


def import_messages(
    path: Path,
    *,
    source: str,
    columns: Mapping[str, str],
    office: Office,
    errors: Path,
    clock: Callable[[], datetime],
    tell: Tell = lambda tally, share: None,
    batch: int = BATCH,
    file_name: str = "",
) -> Tally:
    """Every row of the file is an item of the source, or stands in the file `errors` with the reason.

    Each batch has its transaction: a run that is killed is continued by running it again, for what is there is
    skipped. A message is known by source and external number; the first text under a number stays, another one is
    rejected and never overwrites. Items have no clock; those with the credit code of an enterprise become its demands
    at once, each in a transaction of its own. `file_name` is how its people call the file, if not by its path.
    Raises Refused when file, map or source cannot be used at all.
    """
    source = source.strip()
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise Refused("source", _("来源须为 1 至 %(n)s 个字") % {"n": LONGEST_SOURCE})
    with open_table(path) as table:
        places = bind(columns, table.header)
        with collected(errors, table.header, source=path) as rejects:
            called = (file_name or path.name)[:200]
            run = IntakeRun.objects.create(source=source, file_name=called, office=office, started_at=clock())
            work = _Work(run, places, rejects, clock)
            try:
                for rows in _batches(table.rows, batch):
                    for _step in work.take(rows):
                        tell(work.tally, table.share())
            except BrokenOff as broken:
                raise Refused(
                    "file", _("%(why)s；前面各批已经导入，改好后再运行一次") % {"why": broken.sentence}
                ) from broken
            run.finished_at = clock()
            run.save(update_fields=["finished_at"])
    return work.tally


def _batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    while some := list(islice(rows, size)):
        yield some


class _Work:
    """One import under way."""

    def __init__(
        self, run: IntakeRun, places: Mapping[str, int], rejects: Rejects, clock: Callable[[], datetime]
    ) -> None:
        self.run, self.places, self.rejects, self.clock = run, places, rejects, clock
        self.tally = Tally()

    def take(self, rows: list[Row]) -> Iterator[None]:
        """The batch is written, then its demands are opened; a step is yielded after each of these."""
        unclaimed = self._write(list(self._messages(rows)), len(rows))
        yield
        for _claimed in self._claim(unclaimed):
            yield

    def _messages(self, rows: Iterable[Row]) -> Iterator[Message]:
        for row in rows:
            try:
                yield message(row, self.places, now=self.clock())
            except Refused as refused:
                self._reject(row, refused.sentence)

    def _reject(self, row: Row, reason: object) -> None:
        self.tally.rejected += 1
        self.tally.reasons[str(reason)] += 1
        self.rejects.add(row, str(reason))

    def _write(self, messages: list[Message], rows: int) -> dict[int, Message]:
        """Insert what is new and count; gives back the items nobody has claimed whose row names a credit code."""
        run, tally = self.run, self.tally
        first: dict[str, Message] = {}
        for one in messages:
            first.setdefault(one.external_number, one)
        there = IntakeItem.objects.filter(source=run.source, external_number__in=first)
        unclaimed: dict[int, Message] = {}
        with transaction.atomic():
            self._wait_for_turn()
            before = set(there.values_list("external_number", flat=True))
            new = [one for number, one in first.items() if number not in before]
            IntakeItem.objects.bulk_create(map(self._item, new), ignore_conflicts=True)
            stored = {item.external_number: item for item in there.defer("title", "received_at")}
            mine = {id(one) for one in new if stored[one.external_number].run_id == run.pk}
            for one in messages:
                item = stored[one.external_number]
                if id(one) in mine:
                    tally.created += 1
                elif item.text == one.text:
                    tally.already_there += 1
                else:
                    self._reject(one.row, _("这个外部编号已有来件，内容不同；没有覆盖"))
                    continue
                tally.cleaned += one.cleaned
                if one.credit_code and item.case_id is None:
                    unclaimed.setdefault(item.pk, one)
            tally.rows += rows
            run.created, run.already_there, run.rejected = tally.created, tally.already_there, tally.rejected
            run.save(update_fields=["created", "already_there", "rejected"])
        return unclaimed

    def _wait_for_turn(self) -> None:
        """Batches of one source are written one after another, so that two imports never wait for each other's rows."""
        IntakeRun.objects.select_for_update(no_key=True).filter(source=self.run.source).order_by("pk").first()

    def _item(self, one: Message) -> IntakeItem:
        return IntakeItem(
            run=self.run,
            office_id=self.run.office_id,
            source=self.run.source,
            external_number=one.external_number,
            title=one.title,
            text=one.text,
            received_at=one.received_at,
        )

    def _claim(self, unclaimed: dict[int, Message]) -> Iterator[None]:
        """The items whose credit code is that of an enterprise in use are its demands; the others wait as they are."""
        codes = {one.credit_code for one in unclaimed.values()}
        firms = {firm.credit_code: firm for firm in Enterprise.objects.filter(active=True, credit_code__in=codes)}
        for item_id, one in unclaimed.items():
            firm = firms.get(one.credit_code)
            if firm is None:
                self.tally.unknown_codes += 1
                continue
            try:
                register_intake(item_id, by=Actor.system(now=self.clock(), rule=BY_CREDIT_CODE), enterprise=firm)
                self.tally.claimed += 1
            except WrongMoment:
                pass  # somebody claimed it meanwhile, which is as good
            yield
