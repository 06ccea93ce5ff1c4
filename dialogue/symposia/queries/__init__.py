"""Reads that span tables, one subject a file."""

from dialogue.symposia.queries.carrying import unfinished
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
from dialogue.symposia.queries.rows import with_names
from dialogue.symposia.queries.topics import MOST_DEMANDS, addresses_of, demands_to_propose, topics_of

__all__ = [
    "MOST_DEMANDS",
    "addresses_of",
    "demands_to_propose",
    "departments_near",
    "firms_of_topics",
    "leader_offices",
    "municipal_departments",
    "possible_hosts",
    "posts_of_place",
    "sees_whole",
    "topics_of",
    "unfinished",
    "viewers_of",
    "with_names",
]
