"""The graph of a demand: what may follow what, and what a move does to the clocks. Nothing else is decided here."""

from cases.demands.models.graph.access import AccessGraph
from cases.demands.models.graph.attachments import AttachmentGraph
from cases.demands.models.graph.closing import ClosingGraph
from cases.demands.models.graph.disputes import DisputesGraph
from cases.demands.models.graph.evidence import EvidenceGraph
from cases.demands.models.graph.firm import FirmGraph
from cases.demands.models.graph.handling import HandlingGraph
from cases.demands.models.graph.intake import IntakeGraph
from cases.demands.models.graph.origin import OriginGraph
from cases.demands.models.graph.papers import PapersGraph
from cases.demands.models.graph.relay import RelayGraph
from cases.demands.models.graph.second_person import SecondPersonGraph

__all__ = [
    "AccessGraph",
    "AttachmentGraph",
    "ClosingGraph",
    "DisputesGraph",
    "EvidenceGraph",
    "FirmGraph",
    "HandlingGraph",
    "IntakeGraph",
    "OriginGraph",
    "PapersGraph",
    "RelayGraph",
    "SecondPersonGraph",
]
