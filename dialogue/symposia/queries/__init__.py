"""Reads that span tables, one subject a file."""

from dialogue.symposia.queries.carrying import (
    unfinished,
)
from dialogue.symposia.queries.comments import (
    asked,
    comments_for,
    keeps_minutes,
    present,
    reads_draft,
    unanswered,
)
from dialogue.symposia.queries.people import (
    departments_near,
    firms_of_topics,
    leader_offices,
    municipal_departments,
    possible_hosts,
    posts_of_place,
    sees_whole,
    viewers_of,
)
from dialogue.symposia.queries.rows import (
    with_names,
)
from dialogue.symposia.queries.topics import (
    MOST_DEMANDS,
    addresses_of,
    demands_to_propose,
    topics_of,
)

__all__ = [
    "MOST_DEMANDS",
    "addresses_of",
    "asked",
    "comments_for",
    "demands_to_propose",
    "departments_near",
    "firms_of_topics",
    "keeps_minutes",
    "leader_offices",
    "municipal_departments",
    "possible_hosts",
    "posts_of_place",
    "present",
    "reads_draft",
    "sees_whole",
    "topics_of",
    "unanswered",
    "unfinished",
    "viewers_of",
    "with_names",
]
