"""The figures of a rehearsal as pages and files show them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow import registry
from workflow.clocks import ClockKind

CHART = 15  # offices drawn; the table has them all
WIDTH = 100  # units of a whole bar


@dataclass(frozen=True)
class FigureRow:
    """One line of a table of figures."""

    label: str
    figures: Mapping[str, Any]
    earlier: str
    later: str

    @property
    def changes(self) -> bool:
        """Whether a verdict or a date is another one."""
        figures = self.figures
        return any((figures["newly_late"], figures["no_longer_late"], figures["earlier"]["n"], figures["later"]["n"]))


@dataclass(frozen=True)
class Bar:
    """One office in the chart; widths of 100."""

    label: str
    newly_late: int
    no_longer_late: int
    wide: int
    wide_less: int


@dataclass(frozen=True)
class FigureTable:
    """Lines in which something changes, and below them, folded away, those in which nothing does."""

    title: str
    head: str
    rows: list[FigureRow]
    same: list[FigureRow]


def figure_table(title: str, head: str, rows: Sequence[FigureRow]) -> FigureTable:
    """The table of these lines."""
    return FigureTable(title, head, [r for r in rows if r.changes], [r for r in rows if not r.changes])


def clock_rows(result: Mapping[str, Any]) -> list[FigureRow]:
    """A line a clock and class, the lightest class first."""
    return [_row(clock_label(row["kind"], row["class"]), row) for row in _by_weight(result["by_clock"])]


def _by_weight(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    kinds, classes = ClockKind.values, ["", *registry.classes()]

    def place(row: Mapping[str, Any]) -> tuple[int, int]:
        return _place(row["kind"], kinds), _place(row["class"], classes)

    return sorted(rows, key=place)


def _place(value: str, order: Sequence[str]) -> int:
    return order.index(value) if value in order else len(order)


def organisation_rows(result: Mapping[str, Any]) -> list[FigureRow]:
    """A line an office, the one with the most new delays first."""
    return [_row(organisation_label(row), row) for row in result["by_organisation"]]


def whole_row(result: Mapping[str, Any]) -> FigureRow:
    return _row(_("合计"), result["whole"])


def bars(result: Mapping[str, Any]) -> list[Bar]:
    """The offices whose verdicts change, drawn against the largest figure among them."""
    rows = [row for row in result["by_organisation"] if row["newly_late"] or row["no_longer_late"]][:CHART]
    most = max((max(row["newly_late"], row["no_longer_late"]) for row in rows), default=1)
    return [
        Bar(
            organisation_label(row),
            row["newly_late"],
            row["no_longer_late"],
            _width(row["newly_late"], most),
            _width(row["no_longer_late"], most),
        )
        for row in rows
    ]


def _width(figure: int, most: int) -> int:
    """A figure above nothing is seen, however small it is beside the largest."""
    return max(1, figure * WIDTH // most) if figure else 0


def clock_label(kind: str, klass: str) -> str:
    label = str(ClockKind(kind).label) if kind in ClockKind.values else kind
    return f"{label} · {registry.classes().get(klass, klass)}" if klass else label


def organisation_label(row: Mapping[str, Any]) -> str:
    return _("企业（合计）") if row["firms"] else row["name"]


def _row(label: str, figures: Mapping[str, Any]) -> FigureRow:
    return FigureRow(label, figures, _moved(figures["earlier"]), _moved(figures["later"]))


def _moved(spread: Mapping[str, Any]) -> str:
    """“12 个，多为 2 个工作日，最多 5 个工作日”."""
    if not spread["n"]:
        return "—"
    return _("%(n)s 个，中位 %(median)s，最多 %(most)s") % {
        "n": spread["n"],
        "median": shift_words(spread["median"]),
        "most": shift_words(spread["most"]),
    }


def shift_words(shift: Sequence[int]) -> str:
    """“2 个工作日” or “5 小时”."""
    days, hours = shift
    if days:
        return ngettext("%(n)s 个工作日", "%(n)s 个工作日", days) % {"n": days}
    return ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours}


def csv_rows(result: Mapping[str, Any]) -> Iterator[list[object]]:
    """Every figure as a table, with its head; what begins like a formula is kept from being one."""
    yield [
        _("分组"),
        _("名称"),
        _("时限个数"),
        _("原超期"),
        _("新超期数"),
        _("新增超期"),
        _("不再超期"),
        _("提前个数"),
        _("提前中位"),
        _("提前最多"),
        _("推后个数"),
        _("推后中位"),
        _("推后最多"),
    ]
    yield _csv_row(_("合计"), _("合计"), result["whole"])
    for row in _by_weight(result["by_clock"]):
        yield _csv_row(_("时限和档次"), clock_label(row["kind"], row["class"]), row)
    for row in result["by_organisation"]:
        yield _csv_row(_("单位"), organisation_label(row), row)


def _csv_row(group: str, label: str, figures: Mapping[str, Any]) -> list[object]:
    moved = [
        value
        for spread in (figures["earlier"], figures["later"])
        for value in (spread["n"], *(shift_words(spread[name]) if spread["n"] else "" for name in ("median", "most")))
    ]
    counts = [figures[name] for name in ("clocks", "late_before", "late_after", "newly_late", "no_longer_late")]
    return [group, f"'{label}" if label.startswith(("=", "+", "-", "@")) else label, *counts, *moved]
