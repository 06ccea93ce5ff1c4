"""Reads that span tables. Fixed numbers of statements."""

from cases.demands.queries.boxes import TURNS, done, mine, todo, unclaimed
from cases.demands.queries.history import (
    Line,
    clocks,
    head_of,
    info_requests,
    open_siblings,
    over_before,
    reminded_at,
    timeline,
)
from cases.demands.queries.identity import named_in, names_of, texts_of
from cases.demands.queries.people import (
    STANDS_IN,
    Viewer,
    active_departments,
    duty_items,
    enterprises_like,
    handlers,
    stand_in,
    viewers_of,
    viewing_organisations,
)
from cases.demands.queries.rows import NAME_OF, NAMED_BY, ROW, rows, with_names

__all__ = [
    "NAMED_BY",
    "NAME_OF",
    "ROW",
    "STANDS_IN",
    "TURNS",
    "Line",
    "Viewer",
    "active_departments",
    "clocks",
    "done",
    "duty_items",
    "enterprises_like",
    "handlers",
    "head_of",
    "info_requests",
    "mine",
    "named_in",
    "names_of",
    "open_siblings",
    "over_before",
    "reminded_at",
    "rows",
    "stand_in",
    "texts_of",
    "timeline",
    "todo",
    "unclaimed",
    "viewers_of",
    "viewing_organisations",
    "with_names",
]
