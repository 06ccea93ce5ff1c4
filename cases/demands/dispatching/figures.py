"""The figures of a rehearsal of dispatch rules as pages and files show them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from cases.demands.dispatching.rules import BUILT_IN
from cases.demands.dispatching.words import rule_name, why_words

WIDTH = 100  # units of a whole bar


class Named(Protocol):
    """A rule as its page names it."""

    @property
    def name(self) -> str: ...

    @property
    def sentence(self) -> str: ...


@dataclass(frozen=True)
class FigureLine:
    """What one rule would have done; `differ` went somewhere else in fact, `reasons` why it was passed over."""

    name: str
    sentence: str
    fired: int
    as_before: int
    differ: int
    hits: str
    reasons: list[tuple[str, int]]


@dataclass(frozen=True)
class Bar:
    """One rule in the chart; widths of 100."""

    name: str
    as_before: int
    differ: int
    wide: int
    wide_differ: int


def share_words(hits: int, judged: int) -> str:
    """“12/15（80%）”, or a dash when nothing could be judged."""
    if not judged:
        return "—"
    percent = (hits * 200 + judged) // (2 * judged)
    return _("%(hits)s/%(judged)s（%(percent)s%%）") % {"hits": hits, "judged": judged, "percent": percent}


def figure_lines(result: Mapping[str, Any], names: Mapping[int, Named]) -> list[FigureLine]:
    """A line a rule, in their order."""
    return [
        FigureLine(
            name=names[row["position"]].name,
            sentence=names[row["position"]].sentence,
            fired=row["fired"],
            as_before=row["as_before"],
            differ=_differ(result, row["position"]),
            hits=share_words(row["hits"], row["judged"]),
            reasons=[(why_words(code), number) for code, number in row["passed_over"].items()],
        )
        for row in result["by_rule"]
    ]


def _differ(result: Mapping[str, Any], position: int) -> int:
    row = result["by_rule"][position - 1]
    return int(row["dispatched"] - row["as_before"])


def bars(result: Mapping[str, Any]) -> list[Bar]:
    """The rules that would have dispatched something, drawn against the largest figure among them."""
    rows = [row for row in result["by_rule"] if row["dispatched"]]
    most = max((max(row["as_before"], row["dispatched"] - row["as_before"]) for row in rows), default=1)
    return [
        Bar(
            rule_name(row["position"], row["key"]),
            row["as_before"],
            row["dispatched"] - row["as_before"],
            _width(row["as_before"], most),
            _width(row["dispatched"] - row["as_before"], most),
        )
        for row in rows
    ]


def _width(figure: int, most: int) -> int:
    """A figure above nothing is seen, however small it is beside the largest."""
    return max(1, figure * WIDTH // most) if figure else 0


def move_lines(result: Mapping[str, Any]) -> list[tuple[str, str, str, int]]:
    """Where rules and people differ: rule, department by the rule, department in fact, how often."""
    last = len(result["by_rule"])
    return [
        (
            rule_name(move["position"], BUILT_IN if move["position"] == last else ""),
            move["would"],
            move["did"],
            move["n"],
        )
        for move in result["moves"]
    ]


def csv_rows(result: Mapping[str, Any], names: Mapping[int, Named]) -> Iterator[list[object]]:
    """Every figure as a table with its head; what begins like a formula is kept from being one."""
    yield [
        _("规则"),
        _("内容"),
        _("命中"),
        _("自动派单"),
        _("与实际首派一致"),
        _("首派正确"),
        _("可判断"),
        _("未命中原因"),
        _("件数"),
    ]
    for row in result["by_rule"]:
        named = names[row["position"]]
        figures = [row[name] for name in ("fired", "dispatched", "as_before", "hits", "judged")]
        yield [_safe(named.name), _safe(named.sentence), *figures, "", ""]
        for code, number in row["passed_over"].items():
            yield [_safe(named.name), "", "", "", "", "", "", why_words(code), number]
    yield []
    yield [_("规则"), _("按规则派给"), _("实际首派"), _("件数")]
    for name, would, did, number in move_lines(result):
        yield [_safe(name), _safe(would), _safe(did), number]


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
