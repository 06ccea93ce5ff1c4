"""Messages of another channel, from a spreadsheet file into the list 待认领: reading, mapping, writing, rejecting."""

from cases.demands.intake_import.batches import Tally, import_messages, platform_office
from cases.demands.intake_import.mapping import TARGETS, read_map

__all__ = ["TARGETS", "Tally", "import_messages", "platform_office", "read_map"]
