"""Reads that span tables, one subject a file."""

from dialogue.symposia.queries.attendance import Seat, Tally, by_organisation, guests_of, own_row, roll, tally
from dialogue.symposia.queries.carrying import unfinished
from dialogue.symposia.queries.comments import (
    asked,
    comments_for,
    keeps_minutes,
    not_heard,
    present,
    reads_draft,
    unanswered,
)
from dialogue.symposia.queries.history import history
from dialogue.symposia.queries.items import (
    STANDING,
    item_rows,
    of_meeting,
    open_items,
    progress,
    progress_of,
    standing_of,
    to_close,
    to_reopen,
    to_report,
)
from dialogue.symposia.queries.people import (
    departments_near,
    firms_of_topics,
    leader_offices,
    municipal_departments,
    on_the_platform,
    possible_hosts,
    posts_of_place,
    sees_whole,
    still_signs,
    viewers_of,
)
from dialogue.symposia.queries.rows import rows, with_names
from dialogue.symposia.queries.topics import MOST_DEMANDS, addresses_of, demand_words, demands_to_propose, topics_of
from dialogue.symposia.queries.versions import issued_versions, revisions

__all__ = [
    "MOST_DEMANDS",
    "STANDING",
    "Seat",
    "Tally",
    "addresses_of",
    "asked",
    "by_organisation",
    "comments_for",
    "demand_words",
    "demands_to_propose",
    "departments_near",
    "firms_of_topics",
    "guests_of",
    "history",
    "issued_versions",
    "item_rows",
    "keeps_minutes",
    "leader_offices",
    "municipal_departments",
    "not_heard",
    "of_meeting",
    "on_the_platform",
    "open_items",
    "own_row",
    "possible_hosts",
    "posts_of_place",
    "present",
    "progress",
    "progress_of",
    "reads_draft",
    "revisions",
    "roll",
    "rows",
    "sees_whole",
    "standing_of",
    "still_signs",
    "tally",
    "to_close",
    "to_reopen",
    "to_report",
    "topics_of",
    "unanswered",
    "unfinished",
    "viewers_of",
    "with_names",
]
