"""The graph of a meeting: what may follow what, and what a move does to the clock. Nothing else is decided here."""

from dialogue.symposia.models.graph.agenda import AgendaGraph
from dialogue.symposia.models.graph.attendance import AttendanceGraph
from dialogue.symposia.models.graph.items import ItemsGraph
from dialogue.symposia.models.graph.minutes import MinutesGraph

__all__ = [
    "AgendaGraph",
    "AttendanceGraph",
    "ItemsGraph",
    "MinutesGraph",
]
