"""Numbers of documents: one after the other in each series and year, none left out, none given twice."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.transaction import TransactionManagementError

from documents.models import NumberSeries


class Form(Enum):
    """How the number is written behind the year."""

    LETTER = "{prefix}〔{year}〕{sequence}号"  # 发文字号 (GB/T 9704-2012, 7.2.5)
    ISSUE = "{prefix}〔{year}〕第{sequence}期"  # 期号 of minutes and bulletins


@dataclass(frozen=True)
class Series:
    """One series of numbers, counted by itself in each office and from 1 in each year.

    `name` is a word of the program and never changes. `prefix` is the office's 机关代字 with what stands before the
    year (“鄂政企受”), "" where the number has none. A city and its banners use one `name`, each with its own prefix:
    no number with a prefix is given by two offices, which the database refuses. A prefix may change within a year; the
    count goes on.
    """

    name: str
    prefix: str = ""
    form: Form = Form.LETTER

    def number(self, year: int, sequence: int) -> str:
        """The number as printed: “鄂政企受〔2026〕3号”, “〔2026〕第3期”."""
        return self.form.value.format(prefix=self.prefix, year=year, sequence=sequence)


def take_number(series: Series, *, office_id: int, year: int) -> int:
    """The next number of the series is the caller's, unless its transaction is rolled back: then it is free again.

    Until that transaction ends, everybody else who wants a number of this series and year waits. Two statements, and
    a few more for the first number of a year. Raises TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("take_number() needs the transaction of the document that gets the number")
    key: dict[str, Any] = {"name": series.name, "office_id": office_id, "year": year}
    held = NumberSeries.objects.select_for_update().filter(**key).first()
    if held is None:
        # Of two who begin a year, one waits inside the insert for the other, and finds the row that was written.
        NumberSeries.objects.get_or_create(**key)
        held = NumberSeries.objects.select_for_update().get(**key)
    held.last += 1
    held.save(update_fields=["last"])
    return held.last
