"""The graph of a demand: what may follow what, and what a move does to the clocks. Nothing else is decided here."""

from cases.demands.models.graph.attachments import AttachmentGraph
from cases.demands.models.graph.closing import ClosingGraph
from cases.demands.models.graph.handling import HandlingGraph
from cases.demands.models.graph.intake import IntakeGraph

__all__ = ["AttachmentGraph", "ClosingGraph", "HandlingGraph", "IntakeGraph"]
